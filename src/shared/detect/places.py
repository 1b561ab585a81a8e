"""Sentences -> the places they name, and which of them is meant.  Pure, but for the packaged gazetteer it reads."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared.detect.attribution import Source
from shared.detect.gazetteer import Spot, Supplement, by_id, towns
from shared.detect.sentences import Found, Sentence
from shared.detect.words import fold
from shared.types import Field, Place, Precision


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a sentence."""

    first: int
    last: int
    spots: tuple[Spot, ...]
    """All places of that name; empty for a demonym, which only points to a country."""
    country: str
    """Of a country or a demonym; empty for towns and regions."""
    located: bool
    """Words before it say that something is there: "in", "south of", "bombed"."""


# Names of more words than this are countries and regions, which the supplement has.
_NAME_WORDS = 4
# A name without "in" or "near" before it is taken for a town only when it is a large one.
_KNOWN_FROM = 100_000
# What may stand between "in" and the name: "in the besieged Syrian city of", "in northern Iraq's".
_STEPS = ("word.place_type", "demonym", "country", "region")
_DATELINE = re.compile(r"^[^a-z]{3,60}?[A-Z][^.!?]{0,60}?(?:\([A-Za-z. /]+\)\s*)?(?:--|-|\u2013|\u2014)\s")


def mentions(sentence: Sentence, supplement: Supplement) -> list[Mention]:
    """Every place named in a sentence, in the order of the text."""
    shouted = _is_shouted(sentence)
    result: list[Mention] = []
    for kind in ("region", "country", "demonym"):
        for found in sentence.of(kind):
            if _is_name(sentence, found, shouted):
                result.append(_known(sentence, found, kind, supplement))
    result = _longest(result)
    not_towns = {(found.first, found.last) for found in sentence.of("word.not_places")}
    for first in range(len(sentence.words)):
        if not sentence.is_upper(first) or (result and any(m.first <= first < m.last for m in result)):
            continue
        town = _town(sentence, first, supplement, shouted, not_towns)
        if town is not None:
            result = [m for m in result if not (m.first < town.last and town.first < m.last)]
            result.append(town)
    return sorted(result, key=lambda m: m.first)


def dateline(sentence: Sentence) -> int:
    """How many words the dateline takes: "ADEN, Yemen (AP) -"; 0 when there is none."""
    match = _DATELINE.match(sentence.text)
    if match is None or sentence.field is Field.TITLE:
        return 0
    end = sentence.start + match.end()
    return sum(1 for word in sentence.words if word.end <= end)


def countries_in(named: Iterable[Mention]) -> Counter[str]:
    """How often each country is meant, by its name, its people or its regions; towns share names and do not count."""
    result: Counter[str] = Counter()
    for mention in named:
        if mention.country:
            result[mention.country] += 2 if mention.located else 1
        elif mention.spots[0].precision is Precision.REGION:
            result[mention.spots[0].country] += 2
    return result


def in_source(mention: Mention, sources: list[Source]) -> bool:
    """It belongs to who speaks, or to where they spoke: "officials in Ankara said", "told reporters in Geneva"."""
    return any(
        s.first - 1 <= mention.first <= s.last + 3 and not (mention.located and mention.first > s.last + 1)
        for s in sources
    )


def is_only_place(name: str, supplement: Supplement) -> bool:
    """A name is a country's, its people's or a large town's and no more: "Russia", "the Americans", "Moscow"."""
    folded = fold(name).removeprefix("the ")
    known = (supplement.countries, supplement.demonyms, supplement.regions, supplement.spellings)
    return any(folded in names for names in known) or any(t.population >= _KNOWN_FROM for t in towns(folded))


def as_place(sentence: Sentence, mention: Mention, spot: Spot, supplement: Supplement) -> Place:
    return Place(
        id=spot.id,
        name=supplement.called.get(spot.id, spot.name),
        as_written=sentence.slice(mention.first, mention.last),
        country=spot.country,
        country_name=supplement.country_names.get(spot.country, spot.country),
        lat=spot.lat,
        lon=spot.lon,
        precision=spot.precision,
    )


def choose(mention: Mention, near: Counter[str], article: Counter[str]) -> Spot:
    """Of several places of one name: the one whose country the sentence, else the article names; else the largest."""
    return max(mention.spots, key=lambda s: (s.country in near, article[s.country], s.population))


def _known(sentence: Sentence, found: Found, kind: str, supplement: Supplement) -> Mention:
    located = is_located(sentence, found.first)
    if kind == "region":
        return Mention(found.first, found.last, (supplement.regions[found.term],), "", located)
    code = (supplement.countries if kind == "country" else supplement.demonyms)[found.term]
    spot = Spot(code, supplement.country_names[code], code, None, None, 0, Precision.COUNTRY)
    return Mention(found.first, found.last, (spot,) if kind == "country" else (), code, located and kind == "country")


def _is_name(sentence: Sentence, found: Found, shouted: bool) -> bool:
    written = sentence.slice(found.first, found.last)
    if written.lower() == "us":
        return written == "US" and not shouted
    return any(sentence.is_upper(index) for index in range(found.first, found.last))


def _town(
    sentence: Sentence, first: int, supplement: Supplement, shouted: bool, not_towns: set[tuple[int, int]]
) -> Mention | None:
    words = sentence.words
    located = is_located(sentence, first)
    titled = shouted or sentence.is_titled
    if not located and (shouted or _is_middle_of_name(sentence, first)):
        return None
    for last in range(min(len(words), first + _NAME_WORDS), first, -1):
        if not (sentence.is_upper(last - 1) and words[last - 1].fold != "'s") or _is_broken(sentence, first, last):
            continue
        name = " ".join(word.fold for word in words[first:last])
        if len(name) < 3 or (first, last) in not_towns:
            continue
        known = supplement.spellings.get(name)
        spot = by_id(known) if known else None
        others = (town for town in towns(name) if spot is None or town.id != spot.id)
        spots = ((spot,) if spot else ()) + tuple(others)
        if not spots:
            continue
        if _is_part_of_name(sentence, last, spots[0].population):
            continue
        if not located and (_goes_on(sentence, last) or (titled and spots[0].population < _KNOWN_FROM)):
            continue
        if not located and spots[0].population < _KNOWN_FROM and last - first == 1 and first == 0:
            continue
        return Mention(first, last, spots, "", located)
    return None


def is_located(sentence: Sentence, first: int) -> bool:
    """What stands before the word places something there: "in the besieged city of", "bombed"."""
    at = first
    for _ in range(6):
        if at == 0:
            return False
        if at < first and _is_broken(sentence, at, at + 1):
            return False
        if any(f.last == at for kind in ("word.locative", "word.struck") for f in sentence.of(kind)):
            return not re.search(r"[,;:.]", sentence.gap(at))
        if sentence.words[at - 1].fold == "'s":
            at -= 1
            continue
        step = [f for kind in _STEPS for f in sentence.of(kind) if f.last == at]
        if not step:
            return False
        at = min(f.first for f in step)
    return False


def _is_part_of_name(sentence: Sentence, last: int, population: int) -> bool:
    """The name goes on: "Tal Al-|Zaatar", "Hamid Street", "Wadi Barada"."""
    if last >= len(sentence.words):
        return False
    gap = sentence.gap(last)
    if gap == "-" and sentence.is_upper(last) and not sentence.is_titled:
        return True
    if gap.strip() or population >= _KNOWN_FROM:
        return False
    if any(f.first == last for f in sentence.of("word.not_town_before")):
        return True
    return _goes_on(sentence, last) and not any(f.first == last for f in sentence.of("word.not_places"))


def _is_broken(sentence: Sentence, first: int, last: int) -> bool:
    return any(re.search(r"[^\s\-\u2010\u2011]", sentence.gap(i)) for i in range(first + 1, last))


def _is_middle_of_name(sentence: Sentence, first: int) -> bool:
    """A capital right before it: "Samantha Aden", unless that word only opens the sentence."""
    if first == 0 or sentence.gap(first).strip() or sentence.is_titled:
        return False
    before = sentence.words[first - 1]
    if before.fold == "'s" or not sentence.is_upper(first - 1):
        return False
    return not any(
        f.last == first for kind in ("demonym", "country", "region", "word.place_type") for f in sentence.of(kind)
    )


def _goes_on(sentence: Sentence, last: int) -> bool:
    """A capital right after it: "Jackson Miller", unless that word is "City" or the like."""
    if last >= len(sentence.words) or sentence.gap(last).strip() or sentence.is_titled:
        return False
    return sentence.is_upper(last) and not any(f.first == last for f in sentence.of("word.place_type"))


def _is_shouted(sentence: Sentence) -> bool:
    return not any(c.islower() for c in sentence.text)


def _longest(found: list[Mention]) -> list[Mention]:
    result: list[Mention] = []
    for one in sorted(found, key=lambda m: (m.first - m.last, m.first)):
        if not any(one.first < kept.last and kept.first < one.last for kept in result):
            result.append(one)
    return result
