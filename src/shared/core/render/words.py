"""The words that every channel shares: an incident in, what, where and how many out.  Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.core.incidents import FIGURES, Figure, figure_words, flag_words, flags, is_withdrawn, kinds
from shared.core.names import owner_words
from shared.core.render.ledger import Row, rows
from shared.core.render.text import clean, fold_ascii, is_name
from shared.types import Certainty, ClaimKind, Incident, Place, Precision

NO_PLACE = "place not stated"

OWNER_MAX = 80
# As long as a rule's file lets it be.
_CATEGORY_MAX = 40
_KIND_MAX, _KINDS_MAX, _FLAGS_MAX = 30, 3, 5

# Where an id's own words are not what people say.
_CATEGORIES = {
    "chemical": "chemical attack",
    "grenade": "grenade attack",
    "ied_mine": "IED or mine",
    "missile_rocket": "missile or rocket attack",
    "small_arms_fire": "small-arms fire",
}
_KINDS = {"build_up": "build-up", "mine": "a mine"}

_SHORT = {
    "ministry": "Min.",
    "defense": "Def.",
    "defence": "Def.",
    "foreign": "For.",
    "department": "Dept.",
    "government": "Govt.",
    "observatory": "Obs.",
    "human rights": "HR",
    "united nations": "UN",
    "central command": "CENTCOM",
    "spokesman": "spox",
    "spokeswoman": "spox",
    "spokesperson": "spox",
    "officials": "offls.",
}
_SMALL = frozenset({"and", "for", "of", "the"})
_DANGLING = re.compile(r"( (and|for|in|of|the))+$", re.IGNORECASE)
_LONG = re.compile(rf"\b({'|'.join(_SHORT)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Toll:
    """How many were killed, wounded, missing..., in one phrase, and whose figures those are."""

    kind: ClaimKind
    words: str
    owners: tuple[str, ...]
    low: int
    high: int
    is_open: bool
    """The highest figure is a floor: "at least"."""


def category_words(category: str) -> str:
    """`airstrike`, `IED or mine`; of a rule of the operator's own its id as words."""
    return _CATEGORIES.get(category) or clean(category.replace("_", " "), _CATEGORY_MAX) or "event"


def kind_words(incident: Incident) -> tuple[str, ...]:
    """What it was in particular, where that says more than the category: `car bomb`."""
    words = (_KINDS.get(kind) or clean(kind.replace("_", " "), _KIND_MAX) for kind in kinds(incident))
    said = category_words(incident.category).casefold()
    return tuple(each for each in words if is_name(each) and each.casefold() != said)[:_KINDS_MAX]


def what_words(category: str, kinds: Iterable[str]) -> str:
    """`IED or mine (car bomb)`."""
    told = ", ".join(kinds)
    return f"{category} ({told})" if told else category


def told_flags(incident: Incident) -> tuple[tuple[str, Certainty], ...]:
    """`possibly friendly fire`, and how sure that is; nothing of what nobody tells any more."""
    if is_withdrawn(incident):
        return ()
    words = ((clean(flag_words(flag), _CATEGORY_MAX), certainty) for flag, certainty in flags(incident).items())
    return tuple((each, certainty) for each, certainty in words if is_name(each))[:_FLAGS_MAX]


def capital(words: str) -> str:
    """As a sentence begins."""
    return words[:1].upper() + words[1:]


def certainty_words(incident: Incident) -> str:
    """How sure it is, in the words of the alert; `withdrawn` where nobody tells it any more."""
    return "withdrawn" if is_withdrawn(incident) else str(incident.certainty)


def place_words(place: Place | None, *, as_written: bool = False) -> str:
    """`Deir ez-Zor (Deir el-Zour), Syria`: the gazetteer's name, on demand what the article calls it, the country."""
    if place is None:
        return NO_PLACE
    written, country = clean(place.as_written, 60), clean(place.country_name, 60)
    name = place_name(place)
    words = f"{name} ({written})" if as_written and written and written.casefold() != name.casefold() else name
    if not is_name(country) or place.precision is Precision.COUNTRY or name.casefold() == country.casefold():
        return words
    return f"{words}, {country}"


def place_name(place: Place) -> str:
    """The gazetteer's name of a place, or the nearest thing there is to one."""
    names = (clean(text, 60) for text in (place.name, place.as_written, place.country_name, country_code(place)))
    return next((name for name in names if is_name(name)), NO_PLACE)


def country_code(place: Place | None) -> str:
    """`SY`; empty where the country is not known."""
    return fold_ascii(place.country)[:2].strip().upper() if place is not None else ""


def tolls(incident: Incident) -> tuple[Toll, ...]:
    """Killed, wounded, missing, displaced, then breaches of a truce, as far as anyone gives a figure."""
    return tolls_of(rows(incident))


def tolls_of(ledger: Mapping[ClaimKind, Sequence[Row]]) -> tuple[Toll, ...]:
    """The same, of a ledger."""
    return tuple(_toll(kind, [row.figure for row in known]) for kind, known in ledger.items())


def _toll(kind: ClaimKind, known: Iterable[Figure]) -> Toll:
    """What each story comes to: a lower figure further down is most often a part of the dead, or another day's.

    Somebody's figure goes before one in the article's own voice.  The ledger in the email has them all.
    """
    leads: dict[str, Figure] = {}
    for figure in known:
        lead = leads.setdefault(figure.story.report.id, figure)
        if (bool(figure.claim.verb), figure.number) > (bool(lead.claim.verb), lead.number):
            leads[figure.story.report.id] = figure
    ranked = sorted(leads.values(), key=lambda figure: figure.number)
    low, high = ranked[0], ranked[-1]
    told = (low.number, high.number, _is_floor(high))
    if low.number == high.number:
        return Toll(kind, counted(figure_words(high.claim), FIGURES[kind]), (owner(high.claim.by),), *told)
    owners = dict.fromkeys((owner(low.claim.by), owner(high.claim.by)))
    return Toll(kind, f"{range_words(low, high)} {FIGURES[kind]}", tuple(owners), *told)


def range_words(low: Figure, high: Figure) -> str:
    """`62 to 80`; `62 to 80+` where the higher one is a floor."""
    return f"{low.number:,} to {high.number:,}{'+' if _is_floor(high) else ''}"


def _is_floor(figure: Figure) -> bool:
    return figure.claim.min is not None and figure.claim.max is None


def counted(number: str, things: str) -> str:
    """`14 violations`, `at least 1 violation`."""
    return f"{number} {things.removesuffix('s') if number.split()[-1] == '1' else things}"


def owner(name: str) -> str:
    """Who says so, fit to print, without the article."""
    words = clean(owner_words(name), OWNER_MAX)
    return words if is_name(words) else "unnamed source"


def named(publisher: str) -> str:
    """A publisher, fit to print."""
    words = clean(publisher, OWNER_MAX)
    return words if is_name(words) else "unnamed publisher"


def agency(wire: str) -> str:
    """`Reuters`, `AFP`, `RIA Novosti`: as agencies write their names, of which we keep lower case."""
    words = clean(wire, OWNER_MAX).split()
    return " ".join(word if word in _SMALL else word.upper() if len(word) < 5 else word.title() for word in words) or (
        "unnamed agency"
    )


def short_owner(name: str, limit: int) -> str:
    """The name as it is if it fits, else as desks abbreviate it, else the first words of that that fit."""
    if len(name) > limit:
        name = _LONG.sub(lambda found: _SHORT[found.group().casefold()], name)
    if len(name) <= limit:
        return name
    whole = re.sub(r"['\u2019]s$", "", _DANGLING.sub("", name[:limit].rpartition(" ")[0]))
    return (whole or name[: limit - 1]).rstrip(" .,;:-") + "."


def toll_words(known: Iterable[Toll], owner_limit: int) -> str:
    """`62 killed, 100 wounded (Russian Defense Ministry)`: figures never without whose they are."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for toll in known:
        groups.setdefault(toll.owners, []).append(toll.words)
    return ", ".join(
        f"{', '.join(words)} ({'; '.join(short_owner(name, owner_limit) for name in owners)})"
        for owners, words in groups.items()
    )
