"""Two stories in, whether they tell of one event out; many in, the incidents that they tell of.  Pure.

What speaks for one event and what against it is weighed: the place, the day, the wording, the figures and whose they
are, who did it, and what was hit.  Days decide, not hours: a town that is bombed daily is told of by forty papers, and
each day's strikes are to be events of their own, while the toll of one may rise for days.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import cos, hypot, radians
from typing import NamedTuple, TypeAlias

from shared.core import event_words as known
from shared.core.ids import digest
from shared.core.names import name_key
from shared.core.sketch import resemblance
from shared.types import ClaimKind, Head, Place, Precision, Story


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
_SURE, _SURE_LATER = 1.0, 0.5
"""So much of it must be in what they tell, beside place and day, to be sure of it whatever else was struck there; what
joins a day with the next is counted strictly as it is."""

# Place.  Kilometres.
_CLOSE, _NEAR, _FAR = 10.0, 30.0, 50.0
_REGION_REACH = 130.0
"""From a region's middle to a town of it; ours are provinces, not countries."""

# Time.  Hours and days.
_NEWS = 48.0
"""How far from each other stories of one event are published that do not tell its day."""
_HOURS_APART = 3
_LONG_APART = 9.0
"""Two stories of a day, published so far apart, that have nothing else in common are of two strikes as often as not."""
_AFTERMATH_DAYS = 3
_LATE, _DEEP_NIGHT = 20, 6
"""The hours of a night: a day's end and the beginning of the next, to which the night counts."""

# Text.  Source: measured, of a story's edited copies nine in ten resemble it by .54 and more, of unrelated ones none by
# more than .11.
_COPY, _ALIKE, _TEMPLATE = 0.35, 0.2, 0.6

_AGAINST = -1.0
"""What tells two events of one place and day apart."""

_TELLING, _LARGE = 3, 10
_SHARED = ((_LARGE, 2.0), (6, 1.5), (_TELLING, 1.0), (1, 0.5))
"""What a figure in common is worth: the small ones are every second strike's."""

# Both sides fight, and each is named as the doer by somebody.
_MUTUAL = frozenset({"fighting", "breach", "truce"})
_PRECISE = frozenset({Precision.SITE, Precision.CITY})
_LEVELS = {Precision.SITE: 2, Precision.CITY: 2, Precision.REGION: 1, Precision.COUNTRY: 0}


# Points, and why.
_Reason: TypeAlias = tuple[float, str]


class _Figure(NamedTuple):
    number: int
    is_exact: bool
    owner: str
    """Empty where the article says so in its own voice."""


class _Known(NamedTuple):
    """What is weighed of a story, made ready once."""

    story: Story
    id: str
    family: str
    country: str
    place: Place | None
    is_precise: bool
    day: int
    is_day_told: bool
    hours: tuple[int, int] | None
    at: float
    """When it was published, in hours."""
    publisher: str
    parties: frozenset[str]
    targets: frozenset[str]
    words: frozenset[str]
    is_aftermath: bool
    figures: dict[ClaimKind, list[_Figure]]

    where: str
    """Its place's id; empty without one."""
    level: int
    """By its place: a vague story never joins two that know better."""


def kinship(a: Story, b: Story) -> Kinship:
    """How two stories stand to each other; the same whichever comes first."""
    if _group(a) != _group(b):
        return Kinship(Kin.APART, 0.0, ("other country or kind of event",))
    score, _, found = _weighed(*_in_order(_known(a), _known(b)))
    return Kinship(_kin(score), score, tuple(f"{why} {points:+g}" if points else why for points, why in found))


def partition(stories: Iterable[Story]) -> tuple[tuple[Story, ...], ...]:
    """The stories by the event that they tell of: those of an incident in order of publication, as are the incidents.

    It depends on the set alone.  Stories are of one incident when what they tell is the same, beside place and day; one
    that shares no more than these goes to the one that it is most akin to, and joins no others by that: of two strikes
    on one town many papers tell nothing that would tell them apart.  So does one that knows a region or a country only.
    A further story changes those incidents alone that hold kin of it: joining it to these gives what joining all anew
    would.

    A later revision of a story, under the same report's id, goes where the earliest one goes.
    """
    versions: dict[str, list[Story]] = {}
    for story in stories:
        same = versions.setdefault(story.report.id, [])
        if story not in same:
            same.append(story)
    groups: dict[tuple[str, str], list[_Known]] = {}
    for same in versions.values():
        same.sort(key=lambda story: story.revision)
        groups.setdefault(_group(same[0]), []).append(_known(same[0]))
    parts = [part for group in groups.values() for part in _parts(sorted(group, key=_order))]
    parts.sort(key=lambda part: _order(part[0]))
    return tuple(tuple(story for each in part for story in versions[each.id]) for part in parts)


def links(a: Iterable[Story], b: Iterable[Story]) -> bool:
    """Whether the incidents that these stories make up may be the same, though they were not joined."""
    others = [_known(story) for story in b]
    return any(_weighed(*_in_order(one, other))[0] >= _MAYBE for one in map(_known, a) for other in others)


def group_of(story: Story) -> str:
    """Family and country: `strike.sy`, `strike.unknown`.  Stories of one group are handled one after the other.

    Source: AWS SQS API reference, SendMessage, MessageGroupId (at most 128 letters, digits, punctuation).
    """
    family, country = _group(story)
    return f"{_token(family)}.{_token(country.lower()) if country else 'unknown'}"


def may_hold(head: Head, story: Story) -> bool:
    """Whether an incident may hold kin of a story.  True too often, and never false where it does."""
    if head.group != group_of(story):
        return False
    day = _day(story)
    if not head.day.toordinal() - _SPREAD_DAYS <= day <= head.last_seen_at.toordinal() + _SPREAD_DAYS:
        return False
    place = story.report.place
    if place is None or place.precision not in _PRECISE or head.precision not in _PRECISE:
        return True
    return (_distance(place.lat, place.lon, head.lat, head.lon) or 0.0) <= _SPREAD


_SPREAD, _SPREAD_DAYS = 4 * _FAR, 4
"""How far from an incident's place, and from its days, the stories may be that it holds, with their kin."""


# --- stories made ready ----------------------------------------------------------------------------------------


def _group(story: Story) -> tuple[str, str]:
    report = story.report
    return report.family or report.category, report.place.country if report.place else ""


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


def _known(story: Story) -> _Known:
    report, traits = story.report, story.traits
    words, targets, is_aftermath = _sorted_out(traits.words)
    publisher = _name_key(story.publisher)
    figures: dict[ClaimKind, list[_Figure]] = {}
    for claim in report.claims:
        number = next((each for each in (claim.value, claim.min, claim.max) if each is not None), None)
        if number is not None:
            owner = _name_key(claim.by)
            figure = _Figure(number, claim.min == claim.max, "" if owner == publisher else owner)
            figures.setdefault(claim.kind, []).append(figure)
    return _Known(
        story=story,
        id=report.id,
        family=report.family or report.category,
        country=report.place.country if report.place else "",
        place=report.place,
        is_precise=report.place is not None and report.place.precision in _PRECISE,
        where=report.place.id if report.place else "",
        level=_LEVELS[report.place.precision] if report.place else 0,
        day=_day(story),
        is_day_told=traits.is_day_told,
        hours=traits.hours,
        at=_at(story),
        publisher=publisher,
        parties=frozenset(traits.parties),
        targets=targets,
        words=words,
        is_aftermath=is_aftermath,
        figures=figures,
    )


def _at(story: Story) -> float:
    # A page that says it will be published tomorrow is there today.
    return min((each.timestamp() / 3600 for each in (story.published_at, story.read_at) if each), default=0.0)


def _day(story: Story) -> int:
    if story.traits.day is not None:
        return story.traits.day.toordinal()
    moment = story.published_at or story.read_at
    return moment.toordinal() if moment else 0


def _order(one: _Known) -> tuple[float, str]:
    return one.at, one.id


def _in_order(one: _Known, other: _Known) -> tuple[_Known, _Known]:
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


def _parts(stories: Sequence[_Known]) -> Iterable[list[_Known]]:
    """The incidents of one group's stories, which come in order."""
    roots = _Roots(each.id for each in stories)
    goes_to: dict[str, tuple[tuple[int, float, float, str], str]] = {}
    sure: list[tuple[_Known, _Known]] = []
    beside: dict[tuple[str, int], list[_Pair]] = {}
    for one, other in combinations(stories, 2):
        score, told, found = _weighed(one, other)
        if one.level != other.level:
            if score >= _SAME:
                vague, better = (one, other) if one.level < other.level else (other, one)
                rank = (better.level, score, -better.at, better.id)
                if vague.id not in goes_to or rank > goes_to[vague.id][0]:
                    goes_to[vague.id] = rank, better.id
        elif score >= _SAME and told >= (_SURE_LATER if one.where == other.where and one.day != other.day else _SURE):
            sure.append((one, other))
        elif one.where == other.where and one.day == other.day:
            is_against = score < _SAME and any(points <= _AGAINST for points, _ in found)
            beside.setdefault((one.where, one.day), []).append(_Pair(one.id, other.id, score, is_against))
    for one, other in sure:
        if one.id not in goes_to and other.id not in goes_to:
            roots.join(one.id, other.id)
    for pairs in beside.values():
        _join_beside(roots, [each for each in pairs if each.one not in goes_to and each.other not in goes_to])
    for name, (_, target) in goes_to.items():
        roots.join(name, target)
    parts: dict[str, list[_Known]] = {}
    for each in stories:
        parts.setdefault(roots.of(each.id), []).append(each)
    return parts.values()


class _Pair(NamedTuple):
    """Two stories of one place and day that have little else in common."""

    one: str
    other: str
    score: float
    is_against: bool
    """They cannot be of one event."""


def _join_beside(roots: _Roots, pairs: Sequence[_Pair]) -> None:
    """Joins what is told of one place on one day, as far as nothing in it speaks of several events.

    Where something does, each goes to those that it is most akin to and does not contradict, the most told first.
    """
    size: dict[str, set[str]] = {}
    against: set[tuple[str, str]] = set()
    akin: dict[str, dict[str, float]] = {}
    for pair in pairs:
        one, other = roots.of(pair.one), roots.of(pair.other)
        size.setdefault(one, set()).add(pair.one)
        size.setdefault(other, set()).add(pair.other)
        if one == other:
            continue
        for this, that in ((one, other), (other, one)):
            if pair.is_against:
                against.add((this, that))
            elif pair.score >= _SAME:
                akin.setdefault(this, {})[that] = max(pair.score, akin.get(this, {}).get(that, 0.0))
    events: list[list[str]] = []
    for part in sorted(size, key=lambda each: (-len(size[each]), min(size[each]))):
        fit = [
            (max(akin.get(part, {}).get(each, 0.0) for each in event), -number)
            for number, event in enumerate(events)
            if not any((part, each) in against for each in event)
        ]
        score, number = max(fit, default=(0.0, 0))
        if score >= _SAME:
            events[-number].append(part)
        else:
            events.append([part])
    for first, *others in events:
        for other in others:
            roots.join(other, first)


# --- what is weighed -------------------------------------------------------------------------------------------


def _is_near(a: _Known, b: _Known) -> bool:
    """A look at kinds, days and places, before anything is weighed."""
    if a.family != b.family or a.country != b.country:
        return False
    if abs(a.day - b.day) > (1 if a.is_day_told and b.is_day_told else _AFTERMATH_DAYS):
        return False
    if a.place is None or b.place is None or a.place.id == b.place.id or not (a.is_precise and b.is_precise):
        return True
    if a.place.lat is None or b.place.lat is None:
        return True
    return abs(a.place.lat - b.place.lat) * 111 <= _FAR


def _kin(score: float) -> Kin:
    return Kin.SAME if score >= _SAME else Kin.MAYBE if score >= _MAYBE else Kin.APART


def _weighed(a: _Known, b: _Known) -> tuple[float, float, list[_Reason]]:
    """What speaks for the earlier story `a` and the later `b` telling of one event, and what against it.

    The sum of it; how much of that is in what they tell, beside place and day; and the reasons.
    """
    if not _is_near(a, b):
        return 0.0, 0.0, [(0.0, "too far from each other, in time or place")]
    where = _places(a, b)
    if where is None:
        return 0.0, 0.0, [(0.0, "other place")]
    copied = resemblance(a.story.traits.sketch, b.story.traits.sketch)
    when, is_one_day = _days(a, b, copied)
    if when is None:
        if copied < _TEMPLATE or abs(a.day - b.day) > 1:
            return 0.0, 0.0, [(0.0, "other day")]
        return _MAYBE, 0.0, [(0.0, "other day told"), (_MAYBE, f"{copied:.0%} of the wording in common")]
    figures = list(_figures(a, b, is_one_day))
    common = [*figures, *_wording(a, b, copied, is_one_day, any(points < 0 for points, _ in figures))]
    common += _subjects(a, b, is_one_day)
    sides = list(_sides(a, b))
    found = [where, when, *common, *sides]
    told = sum(points for points, _ in common) + sum(points for points, _ in sides if points < 0)
    if is_one_day and abs(a.at - b.at) > _LONG_APART and told <= 0:
        found.append((-0.75, "long after it, with nothing else in common"))
    return sum(points for points, _ in found), told, found


def _places(a: _Known, b: _Known) -> _Reason | None:
    """None where the places cannot be one."""
    one, other = a.place, b.place
    if one is None or other is None:
        return (0.0, "no place told")
    if one.id == other.id:
        return (2.0, "same place") if a.is_precise else (1.5, f"same {one.precision}")
    far = _distance(one.lat, one.lon, other.lat, other.lon)
    if a.is_precise and b.is_precise:
        if far is None or far > _FAR:
            return None
        if far > _NEAR:
            return (0.0, f"{far:.0f} km apart")
        return (0.75 if far <= _CLOSE else 0.5, f"{far:.0f} km apart")
    if Precision.COUNTRY in (one.precision, other.precision):
        return (0.5, "same country")
    if far is None:
        return (0.25, "same country")
    if a.is_precise or b.is_precise:
        return (0.75, "town of the region") if far <= _REGION_REACH else None
    return (0.0, "other region")


def _distance(lat: float | None, lon: float | None, other_lat: float | None, other_lon: float | None) -> float | None:
    """Kilometres, good enough for neighbours; None where one is not known."""
    if lat is None or lon is None or other_lat is None or other_lon is None:
        return None
    east = abs(lon - other_lon)
    return 111.2 * hypot(lat - other_lat, min(east, 360 - east) * cos(radians((lat + other_lat) / 2)))


def _days(a: _Known, b: _Known, copied: float) -> tuple[_Reason | None, bool]:
    """What the days say, and whether they are taken for one; None where they cannot be one."""
    apart = abs(a.day - b.day)
    both = a.is_day_told and b.is_day_told
    neither = not (a.is_day_told or b.is_day_told)
    between = abs(a.at - b.at)
    if not both and between > _NEWS and not (b.is_aftermath and apart <= _AFTERMATH_DAYS):
        return None, False
    if apart == 0:
        return ((1.25, "same day told") if both else (1.0, "same day")), True
    if apart == 1 and (night := _one_night(*((a, b) if a.day < b.day else (b, a)))) is not None:
        return night
    if both:
        return None, False
    # Who does not tell the day told of it on that day, or later.
    late = a if a.day > b.day else b
    if late.is_day_told:
        return ((0.0, "a day before"), False) if copied >= _COPY and apart == 1 else (None, False)
    if apart == 1:
        return (0.25 if neither and between <= _DEEP_NIGHT else 0.0, "a day later"), False
    if late.is_aftermath or copied >= _COPY:
        return (0.0, f"{apart} days later"), False
    return None, False


def _one_night(early: _Known, late: _Known) -> tuple[_Reason, bool] | None:
    """What a day's end says with the night that counts to the next day; None where they do not meet."""
    if late.hours is None or late.hours[0] >= _DEEP_NIGHT or not late.is_day_told:
        return None
    if early.hours is None:
        return (0.0, "that night or the day before it"), False
    return ((0.25, "same night"), True) if early.hours[1] >= _LATE else None


def _wording(a: _Known, b: _Known, copied: float, is_one_day: bool, is_counted_otherwise: bool) -> Iterator[_Reason]:
    """What the texts share.  Who tells in the same words of another day's figures fills in a form."""
    if copied < _ALIKE:
        return
    is_form = not is_one_day and (is_counted_otherwise or a.publisher == b.publisher)
    points = 0.0 if is_form else 3.0 if copied >= _COPY else 1.0 if is_one_day else 0.0
    yield points, f"{copied:.0%} of the wording in common"


def _figures(a: _Known, b: _Known, is_one_day: bool) -> Iterator[_Reason]:
    """The figures that both tell, and those that cannot be of one event."""
    best, why, differ, rising = 0.0, "", 0, 0
    for kind, ours in a.figures.items():
        theirs = b.figures.get(kind)
        if not theirs:
            continue
        shared = {figure.number for figure in ours} & {figure.number for figure in theirs}
        if shared:
            number = max(shared)
            owner = _owner(ours, theirs, number)
            points = next((points for least, points in _SHARED if number >= least), 0.0)
            points -= 0.0 if is_one_day else min(1.0, points) if number < _LARGE else 0.5
            points += 0.5 if owner and number >= _TELLING else 0.0
            if points > best:
                best, why = points, f"both tell {number:,} {kind.replace('_', ' ')}" + (f" by {owner}" if owner else "")
        elif all(figure.is_exact for figure in (*ours, *theirs)):
            first, then = max(figure.number for figure in ours), max(figure.number for figure in theirs)
            if kind is ClaimKind.VIOLATION:
                differ += 2
            elif then < first and not _are_owned_by_others(ours, theirs):
                differ += 1
            elif then > first:
                rising += 1
    if best:
        yield best, why
    elif differ > 1:
        yield -1.5, "other count"
    elif differ and not rising:
        yield -1.0, "lower figures, later"
    elif rising and b.is_aftermath:
        yield 1.0, "the toll has risen"


def _owner(ours: Sequence[_Figure], theirs: Sequence[_Figure], number: int) -> str:
    """Who gives a number in both; empty when it is not the same."""
    owners = (
        {figure.owner for figure in figures if figure.number == number and figure.owner} for figures in (ours, theirs)
    )
    first, second = owners
    for owner in sorted(first):
        if any(owner in other or other in owner for other in second):
            return owner
    return ""


def _are_owned_by_others(ours: Sequence[_Figure], theirs: Sequence[_Figure]) -> bool:
    first, second = ({figure.owner for figure in figures if figure.owner} for figures in (ours, theirs))
    return bool(first and second) and first.isdisjoint(second)


def _subjects(a: _Known, b: _Known, is_one_day: bool) -> Iterator[_Reason]:
    """What was hit, and what else both speak of; on another day that is something else's."""
    if a.targets and b.targets:
        both = a.targets & b.targets
        if both and is_one_day:
            yield 0.5, f"both tell of {min(both)}"
        elif not both:
            yield -1.5, f"{min(a.targets)} hit, {min(b.targets)} hit"
    shared = sorted(a.words & b.words)
    if shared and (is_one_day or b.is_aftermath):
        points = 1.0 if len(shared) >= 3 else 0.5
        yield (points if is_one_day else points / 2), f"both say {', '.join(shared[:3])}"


def _sides(a: _Known, b: _Known) -> Iterator[_Reason]:
    """The kind of deed, its hours and its doers."""
    if a.story.report.category == b.story.report.category:
        yield 0.5, "same kind"
    if a.parties and b.parties:
        if a.parties & b.parties:
            yield 0.25, f"both by {min(a.parties & b.parties)}"
        elif a.family not in _MUTUAL:
            yield -2.0, "other doers"
    if a.hours and b.hours and a.day == b.day:
        gap = max(a.hours[0], b.hours[0]) - min(a.hours[1], b.hours[1])
        if gap > _HOURS_APART:
            yield -2.0, "other hours told"
        elif gap <= 0:
            yield 0.25, "same hours told"
