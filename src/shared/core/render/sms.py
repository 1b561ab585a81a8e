"""A text message: an incident and its alert in, one part where the facts allow out, two at most.  Pure.

Severity, category, place, certainty and the incident's id are always there.  Whose figures they are is shortened
first, then figures go.
"""

from collections.abc import Iterator
from dataclasses import replace

from shared.core.incidents import confidence, deeds, is_withdrawn, publishers
from shared.core.render.text import clean, fold_gsm7, shorten
from shared.core.render.words import (
    NO_PLACE,
    category_words,
    country_code,
    place_name,
    severity_word,
    toll_words,
    tolls,
)
from shared.core.sns_contract import SMS_MAX_PARTS, SMS_PREFIX, is_gsm7, sms_parts
from shared.types import Alert, ClaimKind, Incident, Precision, Status

# Some GSM characters cost two septets, so a place of this length still leaves half of one part to the rest.
_PLACE_LIMITS = (40, 20, 8)

_OWNER_LIMITS = (60, 40, 30, 24, 18)
_OWNER_LEAST = 12


def render_sms(incident: Incident, alert: Alert) -> str:
    """`HIGH airstrike, Deir ez-Zor SY: 62 killed (Russian Defense Ministry). Claimed, unconfirmed. Id k3v7q2mzab`."""
    is_edited = any(story.edits and story.report.id == alert.report_id for story in incident.stories)
    update = ("Update (edited): " if is_edited else "Update: ") if alert.status is Status.UPDATE else ""
    start = f"{update}{severity_word(incident.severity).upper()} {category_words(incident.category)}, "
    sources = len(publishers(incident))
    backing = "unconfirmed" if confidence(incident) == "possible" else f"{sources} source{'s' * (sources != 1)}"
    sure = "Withdrawn" if is_withdrawn(incident) else f"{incident.certainty.capitalize()}, {backing}"
    tail = f". {sure}. Id {clean(incident.id, 12)}"

    middles = list(_middles(incident))
    heads = [fold_gsm7(start + _place(incident, limit)) for limit in _PLACE_LIMITS]
    # A script outside GSM-7 already doubles the price: two parts with the facts are better than one without.
    wanted = 1 if is_gsm7(heads[0] + tail) else SMS_MAX_PARTS
    texts = [head + (f": {middle}" if middle else "") + tail for head in heads for middle in middles]
    return next(
        (text for most in range(wanted, SMS_MAX_PARTS + 1) for text in texts if sms_parts(SMS_PREFIX + text) <= most),
        texts[-1],
    )


def _place(incident: Incident, limit: int) -> str:
    place = incident.place
    if place is None:
        return NO_PLACE
    code = "" if place.precision is Precision.COUNTRY else country_code(place)
    return f"{shorten(place_name(place), limit)} {code}".rstrip()


def _middles(incident: Incident) -> Iterator[str]:
    """What can be told between head and tail, the fullest first, nothing last."""
    known = [replace(toll, owners=tuple(map(fold_gsm7, toll.owners))) for toll in tolls(incident)]
    breach = "ceasefire violation alleged"
    if not deeds(incident, ClaimKind.VIOLATION) or incident.category == ClaimKind.VIOLATION:
        breach = ""
    if known and breach:
        for limit in _OWNER_LIMITS[:3]:
            yield f"{toll_words(known, limit)}, {breach}"
    if known:
        # An owner cut to one word says little: the wounded go before that.
        yield from (toll_words(counted, limit) for counted in (known, known[:1]) for limit in _OWNER_LIMITS)
        yield toll_words(known[:1], _OWNER_LEAST)
        yield f"{known[0].words} (who says so: see email)"
    if breach:
        yield breach
    yield ""
