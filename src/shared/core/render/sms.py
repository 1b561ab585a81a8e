"""A text message: an alert in, one part where the facts allow out, two at most.  Pure.

What kind of message it is, severity, category, place, certainty and the incident's id are always there.  What it was in
particular goes first; then whose figures they are is shortened, then what else is true of it goes, and then figures.
"""

from collections.abc import Iterator
from dataclasses import replace

from shared.core.incidents import deeds, is_denied
from shared.core.render.codes import alleges_violation
from shared.core.render.text import clean, fold_gsm7, is_name, only_gsm7, shorten
from shared.core.render.times import clock
from shared.core.render.view import EXERCISE, View
from shared.core.render.words import (
    NO_PLACE,
    category_words,
    country_code,
    kind_words,
    owner,
    place_name,
    short_owner,
    told_flags,
    toll_words,
    what_words,
)
from shared.core.severity import severity_word
from shared.core.sns_contract import SMS_MAX_PARTS, SMS_PREFIX, is_gsm7, sms_parts
from shared.core.when import at
from shared.types import ClaimKind, Precision, Status

# Some GSM characters cost two septets, so a place of this length still leaves half of one part to the rest.
_PLACE_LIMITS = (40, 20, 8)

_OWNER_LIMITS = (60, 40, 30, 24, 18)
_OWNER_LEAST = 12
_DENIER_MAX = 24
_CHANGE_LIMITS = (120, 80, 60, 40)
_CATEGORY_LEAST = 20


def render_sms(view: View) -> str:
    """`HIGH airstrike, Deir ez-Zor SY: 62 killed (Russian Defense Ministry). Claimed, unconfirmed. Id k3v7q2mzab`."""
    start = f"{EXERCISE}. " * view.is_exercise + (f"{view.status_word}: " if view.status_word else "")
    tail = f". {_sure(view)}. Id {clean(view.incident.id, 12)}"
    # A script outside GSM-7 already doubles the price: two parts with the facts are better than one without.
    wanted = 1 if is_gsm7(fold_gsm7(_place(view, _PLACE_LIMITS[0]) + tail)) else SMS_MAX_PARTS
    found = (
        text
        for most in range(wanted, SMS_MAX_PARTS + 1)
        for text in _texts(view, start, tail)
        if sms_parts(SMS_PREFIX + text) <= most
    )
    text = next(found, None) or _least(view, start, tail)
    return _dated(view, text, tail)


def render_sms_budget(count: int, *, is_exercise: bool = False) -> str:
    """What a phone gets when its alerts of the day are used up, once: how many more there are, and where."""
    more = f"{max(0, count):,} more alert{'s' * (count != 1)}"
    return f"{EXERCISE}. " * is_exercise + f"{more} today, see email. The day's text messages are used up."


def _texts(view: View, start: str, tail: str) -> Iterator[str]:
    """The fullest first, the least last."""
    category = only_gsm7(category_words(view.incident.category)) or "event"
    what = what_words(category, filter(None, map(only_gsm7, kind_words(view.incident))))
    severity = severity_word(view.incident.severity).upper()
    tellings = [(what if is_full else category, telling) for is_full, telling in _tellings(view)]
    for where in (_place(view, limit) for limit in _PLACE_LIMITS):
        for change in _changes(view):
            # What was taken back is the news: of the rest is told what fits beside it.
            for each, telling in tellings:
                yield _line(f"{start}{change}. {severity} {each}, {where}", telling, tail)
        for each, telling in tellings:
            yield _line(f"{start}{severity} {each}, {where}", telling, tail)


def _line(head: str, telling: str, tail: str) -> str:
    return fold_gsm7(head) + (f": {telling}" if telling else "") + tail


def _least(view: View, start: str, tail: str) -> str:
    category = shorten(only_gsm7(category_words(view.incident.category)) or "event", _CATEGORY_LEAST)
    severity = severity_word(view.incident.severity).upper()
    return _line(f"{start}{severity} {category}, {_place(view, _PLACE_LIMITS[-1])}", "", tail)


def _sure(view: View) -> str:
    if view.is_withdrawn:
        return "Withdrawn"
    count = len(view.sources)
    backing = "unconfirmed" if view.confidence == "possible" else f"{count} source{'s' * (count != 1)}"
    return f"{view.incident.certainty.capitalize()}, {backing}"


def _changes(view: View) -> Iterator[str]:
    """What a reader was told and is so no more; and what is new where no toll tells it."""
    if view.alert.status is not Status.CORRECTION and not _is_untold(view):
        return
    why = only_gsm7(clean(view.alert.why, _CHANGE_LIMITS[0]))
    yield from dict.fromkeys(shorten(why, limit) for limit in _CHANGE_LIMITS if why)


def _is_untold(view: View) -> bool:
    """Whether an update has the tolls of the alert before: then they do not say what is new."""
    if view.alert.status is not Status.UPDATE:
        return False
    before = [alert for alert in view.incident.alerts if alert.revision < view.alert.revision]
    return bool(before) and set(before[-1].tells.figures) == set(view.alert.tells.figures)


def _dated(view: View, text: str, tail: str) -> str:
    """The text with the time of the news, where that costs no further part."""
    moment = at(view.cause) if view.cause else view.alert.decided_at
    parts = sms_parts(SMS_PREFIX + text)
    identity = tail[tail.rindex(". Id ") :]
    for words in dict.fromkeys(clock(moment, zone) for zone in (view.zone, "UTC")):
        dated = f"{text.removesuffix(identity)}. {words}{identity}"
        if is_gsm7(words) and sms_parts(SMS_PREFIX + dated) <= parts:
            return dated
    return text


def _place(view: View, limit: int) -> str:
    place = view.incident.place
    if place is None:
        return NO_PLACE
    code = "" if place.precision is Precision.COUNTRY else country_code(place)
    # Folded before it is cut: signs that fold to nothing would leave nothing.
    name = shorten(fold_gsm7(place_name(place)), limit)
    return f"{name} {code}".rstrip() if is_name(name) else country_code(place) or NO_PLACE


def _tellings(view: View) -> Iterator[tuple[bool, str]]:
    """What can be told between head and tail, the fullest first, nothing last; and whether kinds are told as well."""
    known = [replace(toll, owners=tuple(map(fold_gsm7, toll.owners))) for toll in view.tolls]
    notes = list(_notes(view))
    # A denial is worth more than how many were wounded.
    kept = notes[: is_denied(view.incident)]
    for count in range(len(notes), len(kept) - 1, -1):
        for is_full in (True, False):
            # A flag is worth a short form of whose figures they are; a kind is not.
            for limit in _OWNER_LIMITS[: 3 if is_full else None]:
                yield is_full, ", ".join(filter(None, (toll_words(known, limit), *notes[:count])))
    for count in range(len(known) - 1, 0, -1):
        # An owner cut to one word says little: the wounded go before that.
        yield from ((False, ", ".join((toll_words(known[:count], limit), *kept))) for limit in _OWNER_LIMITS)
    if known:
        yield False, ", ".join((toll_words(known[:1], _OWNER_LEAST), *kept))
        yield False, toll_words(known[:1], _OWNER_LEAST)
        yield False, f"{known[0].words} (who says so: see email)"
    for count in range(len(notes), -1, -1):
        yield False, ", ".join(notes[:count])


def _denier(view: View) -> str:
    """The first who denies it, in the alphabet of a text message."""
    names = (only_gsm7(owner(claim.by)) for claim, _ in deeds(view.incident, ClaimKind.DENIAL))
    return short_owner(next(filter(is_name, names), "somebody"), _DENIER_MAX)


def _notes(view: View) -> Iterator[str]:
    """What else is true of it, what is a category of its own first; how sure, where that is less sure than the rest."""
    if is_denied(view.incident):
        yield f"denied by {_denier(view)}"
    if alleges_violation(view.incident):
        yield "ceasefire violation alleged"
    for words, certainty in told_flags(view.incident):
        if only_gsm7(words):
            yield words if certainty is view.incident.certainty else f"{words} ({certainty})"
