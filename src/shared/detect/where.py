"""A reading and what fired in it -> where it happened.  Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from shared.detect import places
from shared.detect.gazetteer import Spot, Supplement
from shared.detect.places import Manner, Mention
from shared.detect.reading import Reading, Telling, firing
from shared.detect.sentences import WEIGHT, Role, Sentence
from shared.detect.triggers import Trigger, words_between
from shared.types import Place, Precision

# How much a mention speaks for its country being the event's.
_LAND = {Manner.LOCATED: 6.0, Manner.NAMED: 3.0}
_COUNTRY = {Manner.LOCATED: 5.0, Manner.NAMED: 2.0}
_OTHERS = {Manner.BORDER: 0.7, Manner.FORCES: 0.8, Manner.RULERS: 1.0}
_GROUP = 0.8
_CAPITAL = 0.15  # "Washington urged": nothing is there, its government speaks
_SUBJECT = 1.0  # "Israel bombs": what opens a sentence mostly acts
_ABROAD = 0.05  # the forces and people of these are met everywhere
_SPEAKERS = 0.6  # "officials in Ankara said"
_MEETING = 1.5  # "at talks in Geneva", "a summit between Iran and Turkey": seldom what they talk of
# Of words and papers: where they were spoken and signed, and whose they are.
_DATELINE_PARLEY, _MEETING_PARLEY, _PARTY = 0.5, 0.4, 1.5
_DATELINE, _DATELINE_CAPITAL = 4.0, 3.0  # where the news was written: often where it happened, in a capital less so
_STRANGE = 0.3  # a town of a country that the article never names: more often another thing's name
_ELSEWHERE_THAN_DATELINE = 0.6  # the same when only the dateline names one
# And how much the sentence it stands in has to do with the event.
_FIRING_AND_COUNTING, _FIRING, _COUNTING, _OPENING, _NEXT, _ELSEWHERE = 1.8, 1.0, 0.7, 0.5, 0.4, 0.15
_LEAST = 0.3
# As far as nearness to what fired tells one town of a country from another.
_FAR = 10
# Where a country is looked for that the first lines and those that fire do not name.
_FIRST, _NEAR = 25, 8


class _Clue(NamedTuple):
    """A mention, the place it was taken for, and how much it speaks for it."""

    points: float
    sentence: Sentence
    mention: Mention
    spot: Spot
    far: int
    """Words between it and what fired."""


def where(
    reading: Reading, tellings: list[Telling], counted: set[int], *, is_parley: bool = False
) -> tuple[Place | None, set[int]]:
    """The place of the event, and the sentences that name it; None when the text does not say.

    `counted` are the sentences that give its toll.  `is_parley`: it is words and papers, of which news comes from where
    people met.
    """
    fired = firing(tellings)
    close = [s for s in reading.sentences if _is_close(s, fired, counted)]
    clues = list(_clues(reading, close, fired, counted, is_parley))
    country = _country(clues)
    if country is None and len(close) < len(reading.sentences):
        clues = list(_clues(reading, _near(reading.sentences, fired), fired, counted, is_parley))
        country = _country(clues)
    if country is None:
        return None, set()
    of_country = [clue for clue in clues if clue.spot.country == country]
    best = max(of_country, key=lambda clue: (_precise(clue), clue.points))
    place = places.as_place(best.sentence, best.mention, best.spot, reading.lexicon.supplement)
    return place, {clue.sentence.index for clue in of_country if clue.spot.id == best.spot.id and clue.mention.is_land}


def _is_close(sentence: Sentence, fired: dict[int, list[Trigger]], counted: set[int]) -> bool:
    index = sentence.index
    return (
        index in fired
        or index - 1 in fired
        or index + 1 in fired
        or index in counted
        or sentence.role in (Role.TITLE, Role.LEAD)
    )


def _near(sentences: list[Sentence], fired: Iterable[int]) -> list[Sentence]:
    """The first, and those not far from one that fires: what a long page names elsewhere is another story."""
    near = {index + step for index in fired for step in range(-_NEAR, _NEAR + 1)}
    return [sentence for sentence in sentences if sentence.index < _FIRST or sentence.index in near]


def _share(sentence: Sentence, fired: dict[int, list[Trigger]], counted: set[int]) -> float:
    index, weight = sentence.index, WEIGHT[sentence.role]
    if index in fired:
        return weight * (_FIRING_AND_COUNTING if index in counted else _FIRING)
    if index in counted:
        return weight * _COUNTING
    if sentence.role in (Role.TITLE, Role.LEAD):
        return weight * _OPENING
    return weight * (_NEXT if index - 1 in fired or index + 1 in fired else _ELSEWHERE)


def _clues(
    reading: Reading, among: list[Sentence], fired: dict[int, list[Trigger]], counted: set[int], is_parley: bool
) -> Iterable[_Clue]:
    supplement = reading.lexicon.supplement
    told: Counter[str] = Counter()
    datelines: Counter[str] = Counter()
    read = []
    for sentence in among:
        named, line, near = reading.named[sentence.index]
        if named:
            told.update(near)
            if line:
                datelines.update(m.spots[0].country for m in named if m.kind == "town" and m.first < line)
            read.append((sentence, named, near, line))
    article = told + datelines
    forces = places.forces_in(mention for _, named, _, _ in read for mention in named)
    others = article - forces
    beside = places.countries_beside((mention for _, named, _, _ in read for mention in named), supplement)
    for sentence, named, near, line in read:
        index = sentence.index
        who = reading.speakers[index]
        triggers = fired.get(index, [])
        around = places.Around(near - places.forces_in(named), others, beside, forces)
        for mention in named:
            spot = places.choose(mention, around)
            capital = _is_capital(sentence, mention, spot, supplement)
            points = _points(mention, spot, capital, supplement)
            if mention.first < line and is_parley:
                points = _DATELINE_PARLEY
            elif mention.first < line:
                points = _DATELINE_CAPITAL if capital or mention.kind == "country" else _DATELINE
            elif places.in_source(sentence, mention, who):
                points = min(points, _SPEAKERS)
            elif places.is_met(sentence, mention):
                points = min(points, _MEETING_PARLEY if is_parley else _MEETING)
            elif is_parley and mention.manner in _OTHERS:
                points = _PARTY
            if mention.kind == "town" and article and not article[spot.country]:
                strange = _STRANGE if told else _ELSEWHERE_THAN_DATELINE
                points *= strange if mention.manner is Manner.LOCATED else strange**2
            far = min((words_between(mention, trigger) for trigger in triggers), default=_FAR)
            yield _Clue(points * _share(sentence, fired, counted), sentence, mention, spot, far)


def _points(mention: Mention, spot: Spot, capital: bool, supplement: Supplement) -> float:
    manner = mention.manner
    if mention.kind == "group":
        return _GROUP
    if mention.kind in ("town", "region"):
        if capital and manner is Manner.NAMED:
            return _CAPITAL
        return _LAND[manner] if manner in _LAND else _OTHERS[manner]
    if manner is Manner.LOCATED:
        return _COUNTRY[manner]
    if spot.country in supplement.abroad:
        return _ABROAD
    if manner is Manner.NAMED and mention.first == 0:
        return _SUBJECT
    return _COUNTRY[manner] if manner in _COUNTRY else _OTHERS[manner]


def _is_capital(sentence: Sentence, mention: Mention, spot: Spot, supplement: Supplement) -> bool:
    if mention.kind != "town":
        return False
    name = " ".join(sentence.words[mention.first : mention.last])
    return supplement.capitals.get(name) == spot.country


def _country(clues: Iterable[_Clue]) -> str | None:
    """The country that most speaks for; each further clue counts half of the one before it."""
    points: dict[str, list[float]] = defaultdict(list)
    for clue in clues:
        points[clue.spot.country].append(clue.points)
    totals = {
        code: sum(one * 0.5**rank for rank, one in enumerate(sorted(of, reverse=True))) for code, of in points.items()
    }
    if not totals:
        return None
    best = max(totals, key=lambda code: totals[code])
    return best if totals[best] >= _LEAST else None


_EXACT = {Precision.SITE: 2.0, Precision.CITY: 2.0, Precision.REGION: 1.0, Precision.COUNTRY: 0.0}
_IS_LAND, _IS_LOCATED, _WORD = 3.0, 2.0, 0.1


def _precise(clue: _Clue) -> float:
    """How good a name for the place it is."""
    points = clue.points - _WORD * min(clue.far, _FAR)
    if clue.mention.is_land:
        points += _IS_LAND + _EXACT[clue.spot.precision]
    return points + (_IS_LOCATED if clue.mention.manner is Manner.LOCATED else 0.0)
