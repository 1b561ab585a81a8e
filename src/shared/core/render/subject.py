"""An email's subject: an alert in, one line of printable ASCII out.  Pure."""

from collections.abc import Iterator
from dataclasses import replace

from shared.core.render.text import fold_ascii, is_name, shorten
from shared.core.render.view import EXERCISE, View, sure_words
from shared.core.render.words import (
    NO_PLACE,
    capital,
    category_words,
    country_code,
    kind_words,
    place_words,
    toll_words,
    what_words,
)
from shared.types import Incident, Status

# SNS's reference says "less than 100 characters" and its service takes 100: this obeys both.
LENGTH_MAX = 99

_OWNER_LIMITS = (60, 40, 30, 20, 16, 12)
_FULL = 3
"""So many of these tell an owner well."""
_CHANGE_LEAST = 45
"""Of what was taken back a reader needs so much."""


def render_subject(view: View) -> str:
    """`Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)`."""
    incident = view.incident
    category = fold_ascii(category_words(incident.category)) or "event"
    what = what_words(category, filter(is_name, map(fold_ascii, kind_words(incident))))
    start = f"{EXERCISE}: " * view.is_exercise + (f"{view.status_word}: " if view.status_word else "")
    where = _where(incident)
    end = f", {sure_words(view)}: {where}"
    if view.alert.status is Status.CORRECTION:
        why = fold_ascii(view.alert.why)
        if view.is_withdrawn or not is_name(why):
            return shorten(f"{start}{capital(category)}{end}{f' - {why}' if is_name(why) else ''}", LENGTH_MAX)
        return _correction(start, why, (what + end, category + end, f"{category}: {where}"))
    tellings = list(_tolls(view))
    # What it was in particular goes before an owner is cut to a word or two, and the figure goes last.
    full = [(what, telling) for telling in tellings[:_FULL]]
    rest = [(category, telling) for telling in tellings[:-1]]
    told = [*full, *rest, (what, ""), (category, "")]
    lines = [f"{start}{capital(each)}{end}{telling}" for each, telling in told]
    return next((line for line in lines if len(line) <= LENGTH_MAX), shorten(lines[-1], LENGTH_MAX))


def _correction(start: str, why: str, tellings: tuple[str, ...]) -> str:
    """`Correction: killed: 62 -> 26 (Russian Defense Ministry) - airstrike, claimed: Deir ez-Zor, Syria`."""
    rooms = [(LENGTH_MAX - len(f"{start} - {telling}"), telling) for telling in tellings]
    room, telling = next((each for each in rooms if each[0] >= len(why)), rooms[-1])
    return shorten(f"{start}{shorten(why, max(room, _CHANGE_LEAST))} - {telling}", LENGTH_MAX)


def _where(incident: Incident) -> str:
    place = incident.place
    if place is None:
        return NO_PLACE
    # A name in a script that does not fold to ASCII leaves the country, or else its code.
    folded = (fold_ascii(words).strip(" ,") for words in (place_words(place), place.as_written, place.country_name))
    return shorten(next((words for words in folded if is_name(words)), country_code(place) or NO_PLACE), 60)


def _tolls(view: View) -> Iterator[str]:
    known = [replace(toll, owners=tuple(map(_owner, toll.owners))) for toll in view.tolls[:1]]
    if known:
        for limit in _OWNER_LIMITS:
            yield f" - {toll_words(known, limit)}"
    yield ""


def _owner(name: str) -> str:
    folded = fold_ascii(name)
    return folded if is_name(folded) else "see below"
