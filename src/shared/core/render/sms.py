"""A text message: an incident and its alert in, one part where the facts allow out, two at most.  Pure.

Severity, category, place, certainty and the incident's id are always there.  What it was in particular goes first;
then whose figures they are is shortened, then what else is true of it goes, and then figures.
"""

from collections.abc import Iterator
from dataclasses import replace

from shared.core.incidents import BREACHES, confidence, deeds, is_withdrawn, publishers
from shared.core.render.text import clean, fold_gsm7, shorten
from shared.core.render.words import (
    NO_PLACE,
    category_words,
    country_code,
    kind_words,
    place_name,
    severity_word,
    told_flags,
    toll_words,
    tolls,
    what_words,
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
    start = f"{update}{severity_word(incident.severity).upper()} "
    category = _gsm7(category_words(incident.category)) or "event"
    what = what_words(category, filter(None, map(_gsm7, kind_words(incident))))
    sources = len(publishers(incident))
    backing = "unconfirmed" if confidence(incident) == "possible" else f"{sources} source{'s' * (sources != 1)}"
    sure = "Withdrawn" if is_withdrawn(incident) else f"{incident.certainty.capitalize()}, {backing}"
    tail = f". {sure}. Id {clean(incident.id, 12)}"

    tellings = [(what if is_full else category, telling) for is_full, telling in _tellings(incident)]
    wheres = [_place(incident, limit) for limit in _PLACE_LIMITS]
    # A script outside GSM-7 already doubles the price: two parts with the facts are better than one without.
    wanted = 1 if is_gsm7(fold_gsm7(wheres[0]) + tail) else SMS_MAX_PARTS
    texts = [
        fold_gsm7(f"{start}{each}, {where}") + (f": {telling}" if telling else "") + tail
        for where in wheres
        for each, telling in tellings
    ]
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


def _tellings(incident: Incident) -> Iterator[tuple[bool, str]]:
    """What can be told between head and tail, the fullest first, nothing last; and whether kinds are told as well."""
    known = [replace(toll, owners=tuple(map(fold_gsm7, toll.owners))) for toll in tolls(incident)]
    notes = list(_notes(incident))
    for count in range(len(notes), -1, -1):
        for is_full in (True, False):
            # A flag is worth a short form of whose figures they are; a kind is not.
            for limit in _OWNER_LIMITS[: 3 if is_full else None]:
                yield is_full, ", ".join(filter(None, (toll_words(known, limit), *notes[:count])))
    for count in range(len(known) - 1, 0, -1):
        # An owner cut to one word says little: the wounded go before that.
        yield from ((False, toll_words(known[:count], limit)) for limit in _OWNER_LIMITS)
    if known:
        yield False, toll_words(known[:1], _OWNER_LEAST)
        yield False, f"{known[0].words} (who says so: see email)"
    for count in range(len(notes), -1, -1):
        yield False, ", ".join(notes[:count])


def _notes(incident: Incident) -> Iterator[str]:
    """What else is true of it, what is a category of its own first; how sure, where that is less sure than the rest."""
    if deeds(incident, ClaimKind.VIOLATION) and incident.category not in BREACHES:
        yield "ceasefire violation alleged"
    for words, certainty in told_flags(incident):
        if _gsm7(words):
            yield words if certainty is incident.certainty else f"{words} ({certainty})"


def _gsm7(words: str) -> str:
    """The words in the alphabet of a text message; empty where they have no such form, for they are not worth two."""
    folded = fold_gsm7(words)
    return folded if is_gsm7(folded) else ""
