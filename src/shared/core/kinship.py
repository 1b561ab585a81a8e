"""Two stories in, whether they tell of one event out; many in, the incidents that they tell of.  Pure.

What speaks for one event and what against it is weighed: the place, the day, the wording, the figures and whose they
are, who did it, and what was hit.  Days decide, not hours: a town that is bombed daily is told of by forty papers, and
each day's strikes are to be events of their own, while the toll of one may rise for days.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, product
from math import cos, floor, hypot, radians
from typing import NamedTuple, TypeAlias

from shared.core import event_words as known
from shared.core.ids import digest
from shared.core.names import name_key
from shared.core.sketch import resemblance
from shared.core.when import at, day_of
from shared.types import ClaimKind, Head, Precision, Report, Spot, Story


class Kin(StrEnum):
    """How two stories stand to each other."""

    SAME = "same"
    """They tell of one event."""
    MAYBE = "maybe"
    """They may: then their incidents are linked and stay two."""
    APART = "apart"


class Kinship(NamedTuple):
    """How two stories stand to each other, and why."""

    kin: Kin
    score: float
    reasons: tuple[str, ...]
    """In words, each with what it counts: "same place +2"."""


# What makes two stories one, and what makes them worth a link.
_SAME, _MAYBE = 3.0, 2.0
_SURE, _SURE_LATER, _SURE_ELSEWHERE = 1.0, 0.5, 1.5
"""So much of it must be in what they tell, beside place and day, to be sure of it whatever else was struck there: on
one day; from a day to the next, where what is told is counted strictly as it is; and in two neighbouring places."""
_AGAINST = -1.0
"""What tells two events of one place and day apart."""

# Place.  Kilometres.
_CLOSE, _NEAR = 10.0, 30.0
_REGION_REACH = 130.0
"""From a region's middle to a town of it; ours are provinces, not countries."""
_DEGREE = 111.2
"""Of latitude."""
_SPREAD = 2 * _NEAR
"""From an incident's place to the farthest of its stories, where it is not called vague."""
_SURPLUS = 1.1
"""Looked at is a bit more than what is reached: our distances are good enough for neighbours, and no more."""
_CELL = 2.0
"""Degrees.  What a story reaches lies in three of these cells, at most in four."""
VAGUE = "vague"
"""The cell of incidents whose stories name a region, a country or no place, or towns far from each other."""

# Time.  Hours and days.
_NEWS = 48.0
"""How far from each other stories of one event are published that do not tell its day."""
_HOURS_APART = 3
_LONG_APART = 9.0
"""Two stories of a day, published so far apart, that have nothing else in common are of two strikes as often as not."""
_MOST_DAYS = 3
"""How many days later a toll may still rise."""
_VAGUE_DAYS = 1
"""From the day of a story that names no town to that of its kin."""
_LASTS = timedelta(days=7)
"""From the first day that the stories of an incident tell to the last, where a late story is still to find it."""
_LATE, _DEEP_NIGHT = 20, 6
"""The hours of a night: a day's end and the beginning of the next, to which the night counts."""

# Text.  Source: measured, of a story's edited copies nine in ten resemble it by .54 and more, of unrelated ones none by
# more than .11.
_COPY, _ALIKE, _REPRINT = 0.35, 0.2, 0.6

_TELLING, _LARGE = 3, 10
_SHARED = ((_LARGE, 2.0), (6, 1.5), (_TELLING, 1.0), (1, 0.5))
"""What a figure in common is worth: the small ones are every second strike's."""

# Both sides fight, and each is named as the doer by somebody.
_MUTUAL = frozenset({"fighting", "breach", "truce"})
_LEVELS = {Precision.SITE: 2, Precision.CITY: 2, Precision.REGION: 1, Precision.COUNTRY: 0}
_PRECISE = 2
_VAGUE_WORDS = (Precision.COUNTRY, Precision.REGION)

# Points; why, with what stands in its braces.
_Reason: TypeAlias = tuple[float, str, tuple[object, ...]]


_Where: TypeAlias = "Spot | Ready"


class _Figure(NamedTuple):
    number: int
    is_exact: bool
    owner: str
    """Empty where the article says so in its own voice."""


@dataclass(slots=True, eq=False)
class Ready:
    """A story with what is weighed of it, made ready once.  Its first fields are those of its spot."""

    where: str
    level: int
    """A vague story never joins two that know better."""
    lat: float | None
    lon: float | None
    day: int
    is_day_told: bool
    story: Story
    id: str
    category: str
    is_mutual: bool
    hours: tuple[int, int] | None
    at: float
    """When it was published, in hours."""
    publisher: str
    parties: frozenset[str]
    targets: frozenset[str]
    words: frozenset[str]
    is_aftermath: bool
    figures: dict[ClaimKind, tuple[_Figure, ...]]
    tells: frozenset[object]
    """Its figures, what was hit and what else it speaks of."""
    sketch: tuple[int, ...]
    runs: frozenset[int] = frozenset()
    """The same, to ask whether another shares any; made when it is asked first."""


def kinship(a: Story, b: Story) -> Kinship:
    """How two stories stand to each other; the same whichever comes first."""
    if _group(a) != _group(b):
        return Kinship(Kin.APART, 0.0, ("other country or kind of event",))
    score, _, found = _weighed(*_in_order(ready(a), ready(b)))
    reasons = (why.format(*what) + (f" {points:+g}" if points else "") for points, why, what in found)
    return Kinship(_kin(score), score, tuple(reasons))


def partition(stories: Iterable[Story | Ready]) -> tuple[tuple[Story, ...], ...]:
    """The stories by the event that they tell of: those of an incident in order of publication, as are the incidents.

    It depends on the set alone.  Stories whose accounts have enough in common are of one incident, and so are those of
    one place and day as far as nothing in them speaks of several: where something does, each that could be of several
    goes to the one that it is most akin to, for many papers tell nothing that would tell two strikes apart.  One that
    knows a region or a country only goes to the story that it is most akin to, and joins no two.

    A further story changes those incidents alone that hold kin of it, or stories of the same place and day as these:
    joining it to what `near` finds gives what joining all anew would.  A later revision of a story, under the same
    report's id, goes where the earliest one goes.
    """
    versions: dict[str, list[Ready]] = {}
    for each in map(ready, stories):
        same = versions.setdefault(each.id, [])
        if all(each.story != other.story for other in same):
            same.append(each)
    groups: dict[tuple[str, str], list[Ready]] = {}
    for same in versions.values():
        same.sort(key=lambda each: each.story.revision)
        groups.setdefault(_group(same[0].story), []).append(same[0])
    parts = [part for group in groups.values() for part in _parts(sorted(group, key=_order))]
    parts.sort(key=lambda part: _order(part[0]))
    return tuple(tuple(version.story for each in part for version in versions[each.id]) for part in parts)


class Touch(NamedTuple):
    """What a further story has to do with an incident."""

    is_changed: bool
    """It may: with the story, the incident is to be joined anew."""
    kin: Kin
    """How the story stands to that of the incident to which it is most akin."""


def touched(incidents: Iterable[Iterable[Story | Ready]], story: Story | Ready) -> list[Touch]:
    """What a further story may do to incidents, given by their stories.

    It changes those that hold what it is the same as, or that tell of the place and day of one that does.
    """
    new = ready(story)
    new.runs = frozenset(new.sketch)
    group = _group(new.story)
    cells: list[set[tuple[str, int]]] = []
    scores: list[float] = []
    for stories in incidents:
        known = [each for each in map(ready, stories) if _group(each.story) == group]
        # The vague ones of an incident that has better follow these, whatever else is told of their place.
        best = max((each.level for each in known), default=0)
        cells.append({(each.where, each.day) for each in known if each.level == best})
        scores.append(_best_score(known, new))
    here = {(new.where, new.day)}.union(
        *(each for each, score in zip(cells, scores, strict=True) if score >= _SAME),
    )
    return [Touch(not here.isdisjoint(each), _kin(score)) for each, score in zip(cells, scores, strict=True)]


def _best_score(stories: Iterable[Ready], new: Ready) -> float:
    """Of the story most akin to a new one; the first that is surely the same is enough."""
    best = 0.0
    for each in stories:
        if _is_near(each, new):
            best = max(best, _weighed(*_in_order(each, new))[0])
            if best >= _SAME:
                break
    return best


def _kin(score: float) -> Kin:
    return Kin.SAME if score >= _SAME else Kin.MAYBE if score >= _MAYBE else Kin.APART


def links(a: Iterable[Story | Ready], b: Iterable[Story | Ready]) -> bool:
    """Whether the incidents that these stories make up may be the same, though they were not joined."""
    ours, theirs = (_cells(map(ready, stories)) for stories in (a, b))
    return any(
        _weighed(*_in_order(one, other))[0] >= _MAYBE
        for our in ours
        for their in theirs
        if _group(our[0].story) == _group(their[0].story) and _is_near(our[0], their[0])
        for one in our
        for other in their
    )


def group_of(story: Story) -> str:
    """Family and country: `strike.sy`, `strike.unknown`.  Stories of one group are handled one after the other.

    Source: AWS SQS API reference, SendMessage, MessageGroupId (at most 128 letters, digits, punctuation).
    """
    family, country = _group(story)
    return f"{_token(family)}.{_token(country.lower()) if country else 'unknown'}"


# --- heads -----------------------------------------------------------------------------------------------------


def spot_of(story: Story) -> Spot:
    """Where and when a story puts its event."""
    place, day = story.report.place, day_of(story).toordinal()
    if place is None:
        return Spot("", 0, None, None, day, story.traits.is_day_told)
    return Spot(place.id, _LEVELS[place.precision], place.lat, place.lon, day, story.traits.is_day_told)


def spots(stories: Iterable[Story]) -> tuple[Spot, ...]:
    """Where and when stories put their event, each once: the most precise first, then what is told most often."""
    told = Counter(map(spot_of, stories))
    return tuple(sorted(told, key=lambda spot: (-spot.level, -told[spot], spot.where, spot.day, spot.is_day_told)))


def near(heads: Sequence[Head], stories: Iterable[Story]) -> list[Head]:
    """The heads of the incidents that may hold kin of these stories, or tell of the same place and day as one that may.

    No incident is missing that one of the stories changes, or may be the same as.
    """
    asked = [(group_of(story), spot_of(story)) for story in stories]
    here: set[tuple[str, int]] = set()
    for head in heads:
        for group, spot in asked:
            if head.group == group and _may_hold(head, spot):
                here.update((each.where, each.day) for each in head.spots)
                break
    return [head for head in heads if any((spot.where, spot.day) in here for spot in head.spots)] if here else []


def _may_hold(head: Head, asked: Spot) -> bool:
    for spot in head.spots:  # most are passed over here, in less time than a generator takes to make
        if abs(spot.day - asked.day) <= _MOST_DAYS and _is_near(spot, asked) and _places(spot, asked) is not None:
            return True
    return False


def days_near(story: Story) -> tuple[date, date]:
    """The first and the last day on which an incident that holds kin of a story may have been told of last."""
    days, reach = [day_of(story)], timedelta(days=_MOST_DAYS if _is_exact(spot_of(story)) else _VAGUE_DAYS)
    if story.revision:  # the article may have told another day before it was edited
        days, reach = [*days, at(story).date()], _LASTS
    first, last = max(min(days), date.min + reach), min(max(days), date.max - reach - _LASTS)
    return first - reach, last + reach + _LASTS


def days_over(days: tuple[date, date]) -> tuple[date, date]:
    """The days under which incidents may have been opened that were told of last on these."""
    first, last = days
    return max(first, date.min + _LASTS) - _LASTS, last


def last_day(head: Head) -> date:
    """The last day of which an incident's stories tell."""
    return date.fromordinal(max(spot.day for spot in head.spots))


def cell_of(head: Head) -> str:
    """The part of the earth in which an incident is looked for; `VAGUE` where its stories are not all in one."""
    first, *others = head.spots
    if all(_is_exact(spot) for spot in head.spots) and all(
        (_distance(first.lat, first.lon, spot.lat, spot.lon) or 0.0) <= _SPREAD for spot in others
    ):
        assert first.lat is not None
        assert first.lon is not None
        row = _row(first.lat)
        return f"{row}.{_column(first.lon, _columns(row))}"
    return VAGUE


def cells_near(story: Story) -> tuple[str, ...] | None:
    """The cells to look into for kin of a story: up to four, as a rule, and the vague ones.

    None where its kin may be anywhere: it names a region, a country or no place.
    """
    spot = spot_of(story)
    if not _is_exact(spot):
        return None
    assert spot.lat is not None
    assert spot.lon is not None
    north = (_SPREAD + _NEAR) * _SURPLUS / _DEGREE
    # Degrees of longitude are narrowest at the latitude that lies half-way to the farthest that is reached.
    narrowest = cos(radians(min(90.0, abs(spot.lat) + north / 2)))
    east = north / narrowest if narrowest * 180 > north else 180.0
    cells = {VAGUE: None}
    for row in range(_row(spot.lat - north), _row(spot.lat + north) + 1):
        columns = _columns(row)
        first, last = (floor((spot.lon + off + 180) * columns / 360) for off in (-east, east))
        for column in range(first, min(last, first + columns - 1) + 1):
            cells[f"{row}.{column % columns}"] = None
    return tuple(cells)


def _is_exact(spot: Spot) -> bool:
    return spot.level == _PRECISE and spot.lat is not None and spot.lon is not None


def _row(lat: float) -> int:
    return min(max(floor((lat + 90) / _CELL), 0), int(180 / _CELL) - 1)


def _columns(row: int) -> int:
    """How many cells there are side by side: none is narrower than it is high, but at the poles."""
    poleward = max(abs(row * _CELL - 90), abs((row + 1) * _CELL - 90))
    return max(1, int(360 / _CELL * cos(radians(poleward))))


def _column(lon: float, columns: int) -> int:
    return floor((lon + 180) * columns / 360) % columns


# --- stories made ready ----------------------------------------------------------------------------------------


def _group(story: Story) -> tuple[str, str]:
    report = story.report
    return report.family or report.category, report.place.country if report.place else ""


@lru_cache(maxsize=10_000)
def _token(text: str) -> str:
    """A part of a group id.  What does not fit is replaced by a digest, so that two never become one."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", text)[:40]
    return plain if plain and plain == text else f"{plain[:24]}-{digest(text, length=10)}".lstrip("-")


_name_key = lru_cache(maxsize=10_000)(name_key)


@lru_cache(maxsize=10_000)
def _sorted_out(words: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], bool]:
    """What a story is about beside what was hit; what was hit; and whether it goes on with what others told."""
    hit = frozenset(known.TARGETS[word] for word in words if word in known.TARGETS)
    about = frozenset(word for word in words if word not in known.TARGETS and word not in known.AFTERMATH)
    return about, hit, not known.AFTERMATH.isdisjoint(words)


def ready(story: Story | Ready) -> Ready:
    """The story with what is weighed of it: who asks for it often has it made ready once."""
    if isinstance(story, Ready):
        return story
    report, traits = story.report, story.traits
    words, targets, is_aftermath = _sorted_out(traits.words)
    publisher = _name_key(story.publisher)
    figures = _counted(report, publisher)
    numbers = ((kind, figure.number) for kind, counted in figures.items() for figure in counted)
    return Ready(
        *spot_of(story),
        story=story,
        id=report.id,
        category=report.category,
        is_mutual=(report.family or report.category) in _MUTUAL,
        hours=traits.hours,
        at=at(story).timestamp() / 3600,
        publisher=publisher,
        parties=frozenset(traits.parties),
        targets=targets,
        words=words,
        is_aftermath=is_aftermath,
        figures=figures,
        tells=frozenset((*words, *(("hit", target) for target in targets), *numbers)),
        sketch=traits.sketch,
    )


def _counted(report: Report, publisher: str) -> dict[ClaimKind, tuple[_Figure, ...]]:
    figures: dict[ClaimKind, tuple[_Figure, ...]] = {}
    for claim in report.claims:
        number = next((each for each in (claim.value, claim.min, claim.max) if each is not None), None)
        if number is not None:
            owner = _name_key(claim.by)
            figure = _Figure(number, claim.min == claim.max, "" if owner == publisher else owner)
            figures[claim.kind] = (*figures.get(claim.kind, ()), figure)
    return figures


def _order(one: Ready) -> tuple[float, str]:
    return one.at, one.id


def _in_order(one: Ready, other: Ready) -> tuple[Ready, Ready]:
    return (one, other) if (one.at, one.id) <= (other.at, other.id) else (other, one)


# --- incidents -------------------------------------------------------------------------------------------------


class _Roots:
    """Who belongs together, as it grows (union-find)."""

    def __init__(self, names: Iterable[str]) -> None:
        self._above = {name: name for name in names}

    def of(self, name: str) -> str:
        above = self._above
        while above[name] != name:
            above[name] = name = above[above[name]]
        return name

    def join(self, one: str, other: str) -> None:
        self._above[self.of(one)] = self.of(other)


def _parts(stories: Sequence[Ready]) -> Iterable[list[Ready]]:
    """The incidents of one group's stories, which come in order."""
    roots = _Roots(each.id for each in stories)
    goes_to: dict[str, tuple[tuple[int, float, float, str], str]] = {}
    sure: list[tuple[str, str]] = []
    for one, other in _pairs(stories):
        is_precise = one.level == other.level == _PRECISE
        if is_precise and roots.of(one.id) == roots.of(other.id):
            continue  # nothing that they say to each other could part them
        is_region = one.level != other.level and one.level and other.level
        if not (is_region or other.is_aftermath or _have_in_common(one, other)):
            continue  # neither a place and day nor a whole country is enough
        score, told, _ = _weighed(one, other)
        if one.level != other.level:
            if score >= _SAME:
                vague, better = (one, other) if one.level < other.level else (other, one)
                rank = (better.level, score, -better.at, better.id)
                if vague.id not in goes_to or rank > goes_to[vague.id][0]:
                    goes_to[vague.id] = rank, better.id
        elif score >= _SAME and told >= _sure_from(one, other):
            if is_precise:
                roots.join(one.id, other.id)
            else:
                sure.append((one.id, other.id))
    for first, second in sure:
        if first not in goes_to and second not in goes_to:
            roots.join(first, second)
    together: dict[tuple[str, int], list[Ready]] = {}
    for each in stories:
        if each.id not in goes_to:
            together.setdefault((each.where, each.day), []).append(each)
    for members in together.values():
        _join_beside(roots, members)
    for name, (_, target) in goes_to.items():
        roots.join(name, target)
    parts: dict[str, list[Ready]] = {}
    for each in stories:
        parts.setdefault(roots.of(each.id), []).append(each)
    return parts.values()


def _have_in_common(one: Ready, other: Ready) -> bool:
    """Whether what two stories tell has anything in common, beside place, day, doers and hours."""
    return not one.tells.isdisjoint(other.tells) or _is_copied(one, other)


def _sure_from(one: Ready, other: Ready) -> float:
    """How much of it must be in what two stories tell to join them whatever else was struck there."""
    if one.where != other.where:
        return _SURE_ELSEWHERE
    return _SURE if one.day == other.day else _SURE_LATER


def _pairs(stories: Iterable[Ready]) -> Iterator[tuple[Ready, Ready]]:
    """The pairs that may be kin, the earlier story first."""
    cells = _cells(stories)
    for number, cell in enumerate(cells):
        yield from combinations(cell, 2)
        for other in cells[number + 1 :]:
            if _is_near(cell[0], other[0]):
                yield from (_in_order(*pair) for pair in product(cell, other))


def _cells(stories: Iterable[Ready]) -> list[list[Ready]]:
    """The stories by place and day; what is too far for one of a cell is too far for all."""
    cells: dict[tuple[str, int, bool], list[Ready]] = {}
    for each in stories:
        cells.setdefault((each.where, each.day, each.is_day_told), []).append(each)
    return list(cells.values())


def _join_beside(roots: _Roots, stories: Iterable[Ready]) -> None:
    """Joins what these tell of one place and day, as far as nothing in it speaks of several events.

    Where something does, each goes to those that it is most akin to and does not contradict, the most told first.
    """
    told: dict[str, list[Ready]] = {}
    for each in stories:
        told.setdefault(roots.of(each.id), []).append(each)
    akin: dict[tuple[str, str], float | None] = {}
    for one, other in combinations(told, 2):
        akin[one, other] = akin[other, one] = _akin(told[one], told[other])
    events: list[list[str]] = []
    for part in sorted(told, key=lambda each: (-len(told[each]), min(story.id for story in told[each]))):
        fit = []
        for number, event in enumerate(events):
            scores = [score for each in event if (score := akin[part, each]) is not None]
            if len(scores) == len(event):
                fit.append((max(scores), -number))
        score, number = max(fit, default=(0.0, 0))
        if score >= _SAME:
            events[-number].append(part)
        else:
            events.append([part])
    for first, *others in events:
        for other in others:
            roots.join(other, first)


def _akin(ours: Iterable[Ready], theirs: Sequence[Ready]) -> float | None:
    """How akin two parts of what is told of one place and day are; None where they contradict each other."""
    best = 0.0
    for one in ours:
        for other in theirs:
            score, _, found = _weighed(*_in_order(one, other))
            if score >= _SAME:
                best = max(best, score)
            elif any(points <= _AGAINST for points, _, _ in found):
                return None
    return best


# --- what is weighed -------------------------------------------------------------------------------------------


def _is_near(a: _Where, b: _Where) -> bool:
    """A look at days and places, before anything is weighed."""
    apart = abs(a.day - b.day)
    if a.level < _PRECISE or b.level < _PRECISE:
        return apart <= _VAGUE_DAYS
    if apart > _MOST_DAYS or (apart > 1 and a.is_day_told and b.is_day_told):
        return False
    if a.where == b.where:
        return True
    if a.lat is None or b.lat is None:
        return True
    return abs(a.lat - b.lat) * 111 <= _NEAR


def _weighed(a: Ready, b: Ready) -> tuple[float, float, list[_Reason]]:
    """What speaks for the earlier story `a` and the later `b` telling of one event, and what against it.

    The sum of it; how much of that is in what they tell, beside place and day; and the reasons.
    """
    if not _is_near(a, b):
        return 0.0, 0.0, [(0.0, "too far from each other, in time or place", ())]
    where = _places(a, b)
    if where is None:
        return 0.0, 0.0, [(0.0, "other place", ())]
    copied = resemblance(a.sketch, b.sketch) if _is_copied(a, b) else 0.0
    when, is_one_day = _days(a, b, copied)
    if when is None:
        if copied < _REPRINT or abs(a.day - b.day) > 1:
            return 0.0, 0.0, [(0.0, "other day", ())]
        return _MAYBE, 0.0, [(0.0, "other day told", ()), (_MAYBE, _WORDING, (copied,))]
    found = [where, when]
    if a.figures and b.figures:
        _figures(a, b, is_one_day, found)
    if copied >= _ALIKE:
        _wording(a, b, copied, is_one_day, found)
    _subjects(a, b, is_one_day, found)
    told = sum([points for points, _, _ in found[2:]])
    sides = len(found)
    _sides(a, b, found)
    if is_one_day and told <= 0 and abs(a.at - b.at) > _LONG_APART:
        found.append((-0.75, "long after it, with nothing else in common", ()))
    told += sum([points for points, _, _ in found[sides:] if points <= _AGAINST])
    return sum([points for points, _, _ in found]), told, found


def _is_copied(a: Ready, b: Ready) -> bool:
    """Whether any of the wording is the same."""
    if not b.runs:
        a.runs = a.runs or frozenset(a.sketch)
        return not a.runs.isdisjoint(b.sketch)
    return not b.runs.isdisjoint(a.sketch)


def _places(a: _Where, b: _Where) -> _Reason | None:
    """None where the places cannot be one."""
    if not a.where or not b.where:
        return 0.0, "no place told", ()
    if a.where == b.where:
        return (2.0, "same place", ()) if a.level == _PRECISE else (1.5, "same {}", (_VAGUE_WORDS[a.level],))
    if not a.level or not b.level:
        return 0.5, "same country", ()
    far = _distance(a.lat, a.lon, b.lat, b.lon)
    if a.level == b.level == _PRECISE:
        if far is None or far > _NEAR:
            return None
        return 0.75 if far <= _CLOSE else 0.5, "{:.0f} km apart", (far,)
    if far is None:
        return 0.25, "same country", ()
    if a.level == b.level:
        return (0.0, "other region", ()) if far <= 2 * _REGION_REACH else None
    return (0.75, "town of the region", ()) if far <= _REGION_REACH else None


def _distance(lat: float | None, lon: float | None, other_lat: float | None, other_lon: float | None) -> float | None:
    """Kilometres, good enough for neighbours; None where one is not known."""
    if lat is None or lon is None or other_lat is None or other_lon is None:
        return None
    east = abs(lon - other_lon)
    return _DEGREE * hypot(lat - other_lat, min(east, 360 - east) * cos(radians((lat + other_lat) / 2)))


def _days(a: Ready, b: Ready, copied: float) -> tuple[_Reason | None, bool]:
    """What the days say, and whether they are taken for one; None where they cannot be one."""
    apart = abs(a.day - b.day)
    both = a.is_day_told and b.is_day_told
    between = abs(a.at - b.at)
    if not both and between > _NEWS and not b.is_aftermath:
        return None, False
    if apart == 0:
        return ((1.25, "same day told", ()) if both else (1.0, "same day", ())), True
    early, late = (a, b) if a.day < b.day else (b, a)
    if apart == 1 and late.is_day_told and late.hours is not None and late.hours[0] < _DEEP_NIGHT:
        # The night that counts to the later day begins on the earlier one.
        if early.hours is None:
            return (0.0, "that night or the day before it", ()), False
        if early.hours[1] >= _LATE:
            return (0.25, "same night", ()), True
    if both:
        return None, False
    if late.is_day_told:  # who does not tell the day told of it on that day, or later
        return ((0.0, "a day before", ()), False) if copied >= _COPY and apart == 1 else (None, False)
    if apart == 1:
        is_one_night = not early.is_day_told and between <= _DEEP_NIGHT
        return (0.25 if is_one_night else 0.0, "a day later", ()), False
    if late.is_aftermath or copied >= _COPY:
        return (0.0, "{} days later", (apart,)), False
    return None, False


_WORDING = "{:.0%} of the wording in common"


def _wording(a: Ready, b: Ready, copied: float, is_one_day: bool, found: list[_Reason]) -> None:
    """What the texts share.  Who tells in the same words of another day's figures fills in a form."""
    is_form = not is_one_day and (a.publisher == b.publisher or any(points < 0 for points, _, _ in found))
    points = 0.0 if is_form else 3.0 if copied >= _COPY else 1.0 if is_one_day else 0.0
    found.append((points, _WORDING, (copied,)))


def _figures(a: Ready, b: Ready, is_one_day: bool, found: list[_Reason]) -> None:
    """The figures that both tell, and those that cannot be of one event."""
    best: _Reason | None = None
    differ, rising = 0, 0
    for kind, ours in a.figures.items():
        theirs = b.figures.get(kind)
        if theirs is None:
            continue
        number = max((one.number for one in ours for other in theirs if one.number == other.number), default=0)
        if number:
            owner = _owner(ours, theirs, number)
            points = next(points for least, points in _SHARED if number >= least)
            points -= 0.0 if is_one_day else 0.5 if number >= _LARGE else min(1.0, points)
            points += 0.5 if owner and number >= (_TELLING if is_one_day else _LARGE) else 0.0
            if best is None or points > best[0]:
                best = (
                    points,
                    "both tell {:,} {}" + (" by {}" if owner else ""),
                    (number, kind.replace("_", " "), owner),
                )
        elif all(figure.is_exact for figure in (*ours, *theirs)):
            first, then = max(figure.number for figure in ours), max(figure.number for figure in theirs)
            if kind is ClaimKind.VIOLATION:
                differ += 2
            elif then < first and not _are_owned_by_others(ours, theirs):
                differ += 1
            elif then > first:
                rising += 1
    if best is not None:
        found.append(best)
    elif differ > 1:
        found.append((-1.5, "other count", ()))
    elif differ and not rising:
        found.append((-1.0, "lower figures, later", ()))
    elif rising and b.is_aftermath:
        found.append((1.0, "the toll has risen", ()))


def _owner(ours: Sequence[_Figure], theirs: Sequence[_Figure], number: int) -> str:
    """Who gives a number in both; empty when it is not the same."""
    for one in ours:
        for other in theirs:
            if one.number == other.number == number and one.owner and other.owner:
                if one.owner in other.owner:
                    return one.owner
                if other.owner in one.owner:
                    return other.owner
    return ""


def _are_owned_by_others(ours: Sequence[_Figure], theirs: Sequence[_Figure]) -> bool:
    first, second = ({figure.owner for figure in figures if figure.owner} for figures in (ours, theirs))
    return bool(first and second) and first.isdisjoint(second)


def _subjects(a: Ready, b: Ready, is_one_day: bool, found: list[_Reason]) -> None:
    """What was hit, and what else both speak of; on another day that is something else's."""
    if a.targets and b.targets:
        both = a.targets & b.targets
        if not both:
            found.append((-1.5, "{} hit, {} hit", (min(a.targets), min(b.targets))))
        elif is_one_day:
            found.append((0.5, "both tell of {}", (min(both),)))
    if is_one_day or b.is_aftermath:
        shared = a.words & b.words
        if shared:
            points = 1.0 if len(shared) >= 3 else 0.5
            found.append((points if is_one_day else points / 2, "both say {}", (", ".join(sorted(shared)[:3]),)))


def _sides(a: Ready, b: Ready, found: list[_Reason]) -> None:
    """The kind of deed, its doers and its hours."""
    if a.category == b.category:
        found.append((0.5, "same kind", ()))
    if a.parties and b.parties:
        if not a.parties.isdisjoint(b.parties):
            found.append((0.25, "both by {}", (min(a.parties & b.parties),)))
        elif not a.is_mutual:
            found.append((-2.0, "other doers", ()))
    if a.hours and b.hours and a.day == b.day:
        gap = max(a.hours[0], b.hours[0]) - min(a.hours[1], b.hours[1])
        if gap > _HOURS_APART:
            found.append((-2.0, "other hours told", ()))
        elif gap <= 0:
            found.append((0.25, "same hours told", ()))
