"""Sentences -> the places they name, and which of them is meant.  Pure, but for the packaged gazetteer it reads."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from shared.detect.attribution import Source
from shared.detect.gazetteer import ARTICLES, Spot, Supplement, by_id, towns
from shared.detect.sentences import Found, Sentence
from shared.detect.words import fold
from shared.types import Field, Place, Precision


class Manner(Enum):
    """How a sentence names a place."""

    LOCATED = auto()
    """Something is there: "in Kabul", "south of Mosul", "Iraqi town", "bombed Homs", "Kabul blast"."""
    NAMED = auto()
    """Any other way."""
    FORCES = auto()
    """Who fights: "Israeli troops", "U.S. air strike"."""
    RULERS = auto()
    """Who governs: "the Syrian president", a capital that nothing is in."""
    BORDER = auto()
    """What lies on the other side: "bordering Chad", "the Syrian border"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place, a people or an armed group named in a sentence."""

    first: int
    last: int
    spots: tuple[Spot, ...]
    """All places of that name, the likeliest first."""
    kind: str
    """`town`, `region`, `country`, or what only points to a country: `demonym`, `group`."""
    manner: Manner

    @property
    def is_land(self) -> bool:
        """It names a place, and not whom it belongs to."""
        return self.kind in ("town", "region", "country") or self.manner is Manner.LOCATED


# Names of more words than this are countries and regions, which the supplement has.
_NAME_WORDS = 4
# A small word within a name is as short as this: Jisr al-Shughur, Rio de Janeiro.
_PARTICLE = 3
# A name without "in" or "near" before it is taken for a town only when it is a large one.
_KNOWN_FROM = 100_000
# A town of another name now or in another language is meant where it is so many times as large.
_NAMESAKE = 50
# Whose forces fight does not tell of a town so many times smaller than its namesake.
_DWARFED = 3
# Words that may stand between "in" and the name ("in the besieged Syrian city of"), and between a people and its noun.
_STEPS, _REACH = 6, 3
# Words between a meeting and who meets where.
_MEETING = 6
_DATELINE = re.compile(r"^[^a-z]{3,60}?[A-Z][^.!?]{0,60}?(?:\([A-Za-z. /]+\)\s*)?(?:--|-|\u2013|\u2014)\s")
_OTHER = re.compile(r"[^\s\-\u2010\u2011]")
_STOP = re.compile(r"[,;:.()\u2013\u2014]|\s-+\s")


class Named(NamedTuple):
    """What a sentence names."""

    mentions: list[Mention]
    dateline: int
    """How many words the dateline takes."""
    countries: Counter[str]
    """As `countries_in` counts them."""


def named(sentence: Sentence, supplement: Supplement) -> Named:
    """The places that a sentence names."""
    found = mentions(sentence, supplement)
    return Named(found, dateline(sentence) if found else 0, countries_in(found))


def mentions(sentence: Sentence, supplement: Supplement) -> list[Mention]:
    """Every place named in a sentence, in the order of the text."""
    shouted = not any(map(str.islower, sentence.text))
    nowhere = {(found.first, found.last) for found in sentence.of("word.not_places")}
    result: list[Mention] = []
    for kind in ("region", "country", "demonym", "group"):
        for found in sentence.of(kind):
            if _is_name(sentence, found, supplement, shouted) and not _is_covered(found.first, found.last, nowhere):
                result.append(_known(sentence, found, kind, supplement))
    result = _longest(result)
    taken = {index: mention for mention in result for index in range(mention.first, mention.last)}
    line = dateline(sentence) if shouted else 0
    done = 0
    for first in _beginnings(sentence):
        known = taken.get(first)
        if first < done or (known is not None and known.first < first):
            continue
        town = _town(sentence, first, supplement, shouted and first >= line, nowhere)
        # "Gaza City" is more than "Gaza".
        if town is not None and (known is None or town.last > known.last):
            result = [m for m in result if not (m.first < town.last and town.first < m.last)]
            result.append(town)
            done = town.last
    return _struck(sentence, _within(sentence, sorted(result, key=lambda m: m.first)))


def _within(sentence: Sentence, found: list[Mention]) -> list[Mention]:
    """The mentions; a town with its land right behind it is the place itself: "the market of Homs in Syria"."""
    for index, (town, land) in enumerate(pairwise(found)):
        if town.kind != "town" or land.kind not in ("country", "region") or not _leads_into(sentence, town, land):
            continue
        spots = tuple(spot for spot in town.spots if spot.country == land.spots[0].country)
        if spots:
            found[index] = replace(town, spots=spots, manner=Manner.LOCATED)
    return found


def _struck(sentence: Sentence, found: list[Mention]) -> list[Mention]:
    """The mentions; of a country that strikes another's place, the deed is there: "as Russia hits Odesa"."""
    for index, (land, place) in enumerate(pairwise(found)):
        if land.kind != "country" or place.kind not in ("town", "region", "country"):
            continue
        if not sentence.is_in("struck", land.last) or _is_broken(sentence, land.last, place.first + 1):
            continue
        is_abroad = all(spot.country != land.spots[0].country for spot in place.spots)
        if is_abroad and all(sentence.is_in("place_step", at) for at in range(land.last + 1, place.first)):
            found[index] = replace(land, manner=Manner.FORCES)
            found[index + 1] = replace(place, manner=Manner.LOCATED)
    return found


def _leads_into(sentence: Sentence, town: Mention, land: Mention) -> bool:
    """Nothing but "in", "in the north of" and the like stands between the two."""
    between = range(town.last, land.first)
    if not between or not sentence.is_in("locative", town.last) or sentence.gap(town.last).strip(", "):
        return False
    is_way = all(sentence.is_in("locative", at) or sentence.is_in("place_step", at) for at in between)
    return is_way and not _is_broken(sentence, town.last, land.first + 1)


def _beginnings(sentence: Sentence) -> list[int]:
    """The words where a name may begin: with a capital, or with an article that is bound to one: "al-Fashir"."""
    capitals, last = sentence.capitals, len(sentence.words) - 1
    return [
        index
        for index, word in enumerate(sentence.words)
        if capitals[index]
        or (word in ARTICLES and index < last and capitals[index + 1] and sentence.gap(index + 1) == "-")
    ]


def dateline(sentence: Sentence) -> int:
    """How many words the dateline takes: "ADEN, Yemen (AP) -"; 0 when there is none."""
    if sentence.field is Field.TITLE:
        return 0
    match = _DATELINE.match(sentence.text)
    if match is None:
        return 0
    end = sentence.start + match.end()
    return bisect_right(sentence.ends, end)


def countries_in(named: Iterable[Mention]) -> Counter[str]:
    """How often each country is meant, by its name, its people or its regions; towns share names and do not count."""
    result: Counter[str] = Counter()
    for mention in named:
        if mention.kind != "town":
            result[mention.spots[0].country] += 2 if mention.manner is Manner.LOCATED else 1
    return result


def countries_beside(named: Iterable[Mention], supplement: Supplement) -> Counter[str]:
    """How many towns lie in each country, of those whose name is one country's; a government's seat speaks of all."""
    result: Counter[str] = Counter()
    for mention in named:
        countries = {spot.country for spot in mention.spots} if mention.kind == "town" else set()
        seat = supplement.capitals.get(fold(mention.spots[0].name))
        speaks = seat in countries and mention.manner is not Manner.LOCATED
        if len(countries) == 1 and not countries <= supplement.abroad and not speaks:
            result.update(countries)
    return result


def in_source(sentence: Sentence, mention: Mention, sources: list[Source]) -> bool:
    """It belongs to who speaks, or to where they spoke: "officials in Ankara said", "told reporters in Geneva"."""
    located = mention.manner is Manner.LOCATED
    for source in sources:
        # "In Ankara officials said", but not "killed nine in Aleppo, officials said".
        leads = mention.last == source.first and not _STOP.search(sentence.gap(source.first))
        if leads or source.first <= mention.first <= source.last + (1 if located else 3):
            return True
    return False


def is_met(sentence: Sentence, mention: Mention) -> bool:
    """People come together there, or it is who does: "at talks in Geneva", "a summit between Iran and Turkey"."""
    first = mention.first
    return any(sentence.is_in("meeting", index) for index in range(max(0, first - _MEETING), first))


def is_only_place(name: str, supplement: Supplement) -> bool:
    """A name is a country's, its people's or a large town's and no more: "Russia", "the Americans", "Moscow"."""
    folded = fold(name).removeprefix("the ")
    known = (supplement.countries, supplement.demonyms, supplement.regions, supplement.spellings)
    return any(folded in names for names in known) or any(t.population >= _KNOWN_FROM for t in towns(folded))


def as_place(sentence: Sentence, mention: Mention, spot: Spot, supplement: Supplement) -> Place:
    """The place of a mention.  A site is named as written, with its town, and lies where it does; so is a province."""
    first, last = mention.first, mention.last
    name, precision = supplement.called.get(spot.id, spot.name), spot.precision
    if mention.kind == "town":
        if _is(sentence, "province", last) and not sentence.gap(last).strip():
            last, precision = last + 1, Precision.REGION
        elif site := _site(sentence, first, last):
            first, last, precision = *site, Precision.SITE
        if precision is not spot.precision:
            name = sentence.slice(first, last)
    return Place(
        id=spot.id,
        name=name,
        as_written=sentence.slice(first, last),
        country=spot.country,
        country_name=supplement.country_names.get(spot.country, spot.country),
        lat=spot.lat,
        lon=spot.lon,
        precision=precision,
    )


def _site(sentence: Sentence, first: int, last: int) -> tuple[int, int] | None:
    """The words of a site with a name of its own, and its town: "Saint Luke's hospital in |Homs|", "|Aden| Airport"."""
    if sentence.is_titled:
        return None
    before = first
    while before > 0 and sentence.is_in("place_step", before - 1) and not _is_broken(sentence, before - 1, before + 1):
        before -= 1
    for found in sentence.of("word.site"):
        if found.last == before - 1 and sentence.is_in("locative", before - 1) and not sentence.gap(before).strip():
            start = _named_from(sentence, found.first)
            # "A Syrian army base" is one of many, and has no name.
            if any(f.first == start for kind in ("demonym", "country") for f in sentence.of(kind)):
                continue
            if start < found.first:
                return start, last
        if found.first >= last and _run(sentence, first) == found.last and sentence.is_upper(found.last - 1):
            return first, found.last
    return None


def _named_from(sentence: Sentence, last: int) -> int:
    """Where the name begins that ends before a word: "al-Shifa |hospital"; the word itself when there is none."""
    first = last
    while first > 0 and not _is_broken(sentence, first - 1, first + 1):
        joined = first < last and sentence.gap(first) == "-"
        if not (joined or sentence.is_upper(first - 1) or sentence.words[first - 1] == "'s"):
            break
        first -= 1
    return first + 1 if first == 0 and sentence.is_in("not_places", 0) else first


class Around(NamedTuple):
    """What tells namesakes apart: how often countries are meant."""

    near: Counter[str]
    """In the sentence."""
    article: Counter[str]
    beside: Counter[str]
    """By the towns of the article."""
    forces: Counter[str]
    """By who fights, who may do so abroad; the others leave them out."""


def choose(mention: Mention, around: Around) -> Spot:
    """Of several places of one name: the one whose country the sentence, else the article names, else its other towns
    lie in, else whose forces fight if it is no mere namesake; else the likeliest."""
    likeliest = mention.spots[0]

    def points(spot: Spot) -> tuple[bool, int, int, int]:
        forces = around.forces[spot.country] if _DWARFED * spot.population >= likeliest.population else 0
        return spot.country in around.near, around.article[spot.country], around.beside[spot.country], forces

    return max(mention.spots, key=points) if len(mention.spots) > 1 else likeliest


def forces_in(named: Iterable[Mention]) -> Counter[str]:
    """How often each country is meant by who fights for it: part of `countries_in`."""
    return Counter(m.spots[0].country for m in named if m.kind != "town" and m.manner is Manner.FORCES)


def _is_name(sentence: Sentence, found: Found, supplement: Supplement, shouted: bool) -> bool:
    if found.term in supplement.acronyms:
        return not shouted and sentence.slice(found.first, found.last).isupper()
    if not any(sentence.is_upper(index) for index in range(found.first, found.last)):
        return False
    one = found.last - found.first == 1
    return not (one and (_is_middle_of_name(sentence, found.first)))


def _is_covered(first: int, last: int, by: set[tuple[int, int]]) -> bool:
    """A phrase that is no place holds the words: "Washington Post"."""
    return any(begin <= first and last <= end for begin, end in by)


def _known(sentence: Sentence, found: Found, kind: str, supplement: Supplement) -> Mention:
    if kind == "region":
        spot = supplement.regions[found.term]
        manner = Manner.LOCATED if is_located(sentence, found.first) else _manner(sentence, found, kind)
        return Mention(found.first, found.last, (spot,), kind, manner)
    codes = {"country": supplement.countries, "demonym": supplement.demonyms, "group": supplement.groups}
    code = codes[kind][found.term]
    spot = Spot(code, supplement.country_names[code], code, None, None, 0, Precision.COUNTRY)
    manner = _manner(sentence, found, kind)
    if manner is Manner.LOCATED and (capital := _capital(sentence, found, code, supplement)):
        return capital
    if kind == "country" and _is_heading(sentence, found) and code not in supplement.abroad:
        manner = Manner.LOCATED
    if kind == "country" and manner is not Manner.BORDER and is_located(sentence, found.first):
        # "in U.S. raid" tells who flew, "in Yemen raid" where.
        manner = manner if code in supplement.abroad and manner is Manner.FORCES else Manner.LOCATED
    return Mention(found.first, found.last, (spot,), kind, manner)


def _is_heading(sentence: Sentence, found: Found) -> bool:
    """It heads a title: "Yemen: air strike kills four"."""
    return (
        found.first == 0
        and sentence.field is Field.TITLE
        and found.last < len(sentence.words)
        and sentence.gap(found.last).startswith(":")
    )


def _capital(sentence: Sentence, found: Found, code: str, supplement: Supplement) -> Mention | None:
    """The town meant by "the Afghan capital", "Syria's capital"."""
    for index in range(found.last, min(found.last + _REACH, len(sentence.words))):
        if sentence.is_in("capital", index):
            names = (name for name, country in supplement.capitals.items() if country == code)
            spots = tuple(spot for name in names for spot in _spots(name, supplement)[:1] if spot.country == code)
            return Mention(found.first, index + 1, spots[:1], "town", Manner.LOCATED) if spots else None
    return None


def _manner(sentence: Sentence, found: Found, kind: str) -> Manner:
    """What the words after a name make of it, and a border before it."""
    if _is_beyond_border(sentence, found.first):
        return Manner.BORDER
    last = found.last
    if last < len(sentence.words) and sentence.words[last] == "'s":
        last += 1
    for index in range(last, min(last + (_REACH if kind == "demonym" else 1), len(sentence.words))):
        if _STOP.search(sentence.gap(index)) or sentence.is_in("stop_right", index):
            break
        if sentence.is_in("border", index):
            town = _is(sentence, "land", index + 1)
            return Manner.LOCATED if town else Manner.BORDER
        if sentence.is_in("land", index):
            return Manner.LOCATED
        if kind in ("country", "region") and sentence.is_in("happening", index):
            return Manner.LOCATED
        if sentence.is_in("forces", index):
            return Manner.LOCATED if kind == "region" else Manner.FORCES
        if sentence.is_in("rulers", index):
            return Manner.RULERS
        if any(other.first == index for known in ("country", "demonym") for other in sentence.of(known)):
            break
    return _manner_before(sentence, found.first) if kind == "demonym" else Manner.NAMED


def _manner_before(sentence: Sentence, first: int) -> Manner:
    """What the word before an adjective makes of it, in a language that puts its noun there."""
    for name, manner in (("land", Manner.LOCATED), ("forces", Manner.FORCES), ("rulers", Manner.RULERS)):
        if first > 0 and sentence.is_in(f"{name}_before", first - 1):
            return manner
    return Manner.NAMED


def _is(sentence: Sentence, name: str, index: int) -> bool:
    return index < len(sentence.words) and sentence.is_in(name, index)


def _is_beyond_border(sentence: Sentence, first: int) -> bool:
    return any(
        sentence.is_in("border", index) and not _is_broken(sentence, index, first + 1)
        for index in range(max(0, first - 2), first)
    )


def _town(
    sentence: Sentence, first: int, supplement: Supplement, shouted: bool, nowhere: set[tuple[int, int]]
) -> Mention | None:
    words = sentence.words
    for last in range(_run(sentence, first), first, -1):
        if not sentence.is_upper(last - 1) or words[last - 1] == "'s" or _is_covered(first, last, nowhere):
            continue
        if last - first == 1 and sentence.is_in("not_places", first):
            continue
        name = " ".join(words[first:last])
        listed = _spots(name, supplement)
        spots = listed or _inflected(name, supplement)
        if not spots:
            continue
        located = is_located(sentence, first)
        # Some languages write "in" and the name as one word.
        joined = not located and words[first].startswith(tuple(sentence.lexicon.lists.get("locative_prefix", ())))
        # Where all is written in capitals only what stands before a name tells that it is one.
        if shouted and not located and not joined:
            return None
        if not listed and not located:
            spots = tuple(spot for spot in spots if spot.population >= _KNOWN_FROM)
        if not spots or _is_part_of_name(sentence, last, spots[0].population):
            continue
        if located or (joined and not listed):
            return Mention(first, last, spots, "town", Manner.LOCATED)
        if shouted or _is_middle_of_name(sentence, first):
            return None
        is_known = spots[0].population >= _KNOWN_FROM or _is_at_war(sentence, first, last)
        opens = first == 0 and last == 1
        if _goes_on(sentence, last) or ((sentence.is_titled or opens) and not is_known):
            continue
        return Mention(first, last, spots, "town", _towns_manner(sentence, first, last))
    return None


def _is_at_war(sentence: Sentence, first: int, last: int) -> bool:
    """News tells of it by its name alone, however small it is."""
    return any(found.first == first and found.last == last for found in sentence.of("@war_lands"))


def _run(sentence: Sentence, first: int) -> int:
    """Where a run of words with capitals ends that may be one name."""
    last, most = first + 1, min(len(sentence.words), first + _NAME_WORDS)
    while last < most and not _is_broken(sentence, last - 1, last + 1):
        if not sentence.is_upper(last) and len(sentence.words[last]) > _PARTICLE:
            break
        last += 1
    return last


def _towns_manner(sentence: Sentence, first: int, last: int) -> Manner:
    manner = _manner(sentence, Found("", first, last), "region")
    return manner if manner in (Manner.LOCATED, Manner.BORDER) else Manner.NAMED


def _spots(name: str, supplement: Supplement) -> tuple[Spot, ...]:
    if len(name) < 3:
        return ()
    known = supplement.spellings.get(name)
    spot = by_id(known) if known else None
    found = towns(name)
    # Engels was Pokrovsk once, and Harare Salisbury; but a namesake in the country is not meant.
    own = [town for town in found if fold(town.name) == name]
    if own and _NAMESAKE * max(town.population for town in own) >= max(town.population for town in found):
        found = tuple(own)
    return found if spot is None else (spot, *(town for town in found if town.id != spot.id))


def _inflected(name: str, supplement: Supplement) -> tuple[Spot, ...]:
    """The towns of the first form that the gazetteer lists, of those that an inflected name may stand for."""
    return next(filter(None, (_spots(form, supplement) for form in supplement.base_forms(name))), ())


def is_located(sentence: Sentence, first: int) -> bool:
    """What stands before the word places something there: "in the besieged city of", "bombed"."""
    at = first
    for _ in range(_STEPS):
        if at == 0:
            return False
        gap = sentence.gap(at)
        if gap != " " and _STOP.search(gap):
            return False
        if sentence.is_in("locative", at - 1) or sentence.is_in("struck", at - 1):
            return True
        if sentence.words[at - 1] == "'s" or sentence.is_in("place_step", at - 1):
            at -= 1
            continue
        if not sentence.is_upper(at - 1):
            return False
        step = [f.first for kind in ("demonym", "country", "region") for f in sentence.of(kind) if f.last == at]
        if not step:
            return False
        at = min(step)
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
    return _goes_on(sentence, last) and not sentence.is_in("not_places", last)


def _is_broken(sentence: Sentence, first: int, last: int) -> bool:
    """More than spaces and hyphens stands between words `first` up to `last`."""
    return any(_OTHER.search(gap) for gap in map(sentence.gap, range(first + 1, last)) if gap != " ")


def _is_middle_of_name(sentence: Sentence, first: int) -> bool:
    """A capital right before it: "Samantha Aden", unless that word only opens the sentence."""
    if first == 0 or sentence.gap(first).strip() or sentence.is_titled:
        return False
    if sentence.words[first - 1] == "'s" or not sentence.is_upper(first - 1) or sentence.is_in("place_step", first - 1):
        return False
    if sentence.is_in("locative", first - 1):
        return False
    return not any(f.last == first for kind in ("demonym", "country", "region") for f in sentence.of(kind))


def _goes_on(sentence: Sentence, last: int) -> bool:
    """A capital right after it: "Jackson Miller", unless that word is "City" or the like."""
    if last >= len(sentence.words) or sentence.gap(last).strip() or sentence.is_titled:
        return False
    return sentence.is_upper(last) and not (
        sentence.is_in("place_step", last) or sentence.is_in("land", last) or sentence.is_in("not_places", last)
    )


def _longest(found: list[Mention]) -> list[Mention]:
    result: list[Mention] = []
    for one in sorted(found, key=lambda m: (m.first - m.last, m.first)):
        if not any(one.first < kept.last and kept.first < one.last for kept in result):
            result.append(one)
    return result
