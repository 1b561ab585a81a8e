"""An email's subject: an incident and its alert in, one line of printable ASCII out.  Pure."""

from collections.abc import Iterator
from dataclasses import replace

from shared.core.render.text import fold_ascii, is_name, shorten
from shared.core.render.words import (
    NO_PLACE,
    category_words,
    certainty_words,
    country_code,
    place_words,
    toll_words,
    tolls,
)
from shared.types import Alert, Incident, Status

# SNS's reference says "less than 100 characters" and its service takes 100: this obeys both.
LENGTH_MAX = 99

_OWNER_LIMITS = (60, 40, 30, 20, 16, 12)


def render_subject(incident: Incident, alert: Alert) -> str:
    """`Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)`."""
    what = fold_ascii(category_words(incident.category)) or "event"
    start = f"{what}, {certainty_words(incident)}: "
    update = "Update: " if alert.status is Status.UPDATE else ""
    where = _where(incident)
    lines = [f"{update}{start[0].upper()}{start[1:]}{where}{middle}" for middle in _tolls(incident)]
    return next((line for line in lines if len(line) <= LENGTH_MAX), shorten(lines[-1], LENGTH_MAX))


def _where(incident: Incident) -> str:
    place = incident.place
    if place is None:
        return NO_PLACE
    # A name in a script that does not fold to ASCII leaves the country, or else its code.
    folded = (fold_ascii(words).strip(" ,") for words in (place_words(place), place.as_written, place.country_name))
    return shorten(next((words for words in folded if is_name(words)), country_code(place) or NO_PLACE), 60)


def _tolls(incident: Incident) -> Iterator[str]:
    known = [replace(toll, owners=tuple(map(_owner, toll.owners))) for toll in tolls(incident)[:1]]
    if known:
        for limit in _OWNER_LIMITS:
            yield f" - {toll_words(known, limit)}"
    yield ""


def _owner(name: str) -> str:
    folded = fold_ascii(name)
    return folded if is_name(folded) else "see below"
