"""A sentence -> who it counts as killed, wounded, missing or displaced.  Pure.

Figures and single people ("a soldier", in a headline "mayor") are groups; groups that stand in one list are one sum:
"two soldiers and a guard" is 3.  What is told as a part of another ("including three children") is no group of its own.
A verb then takes the list after it ("killed 12") or the one before it ("12 were killed").
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from shared.detect.figures import Figure, figures
from shared.detect.sentences import Found, Role, Sentence
from shared.types import ClaimKind

COUNTED = (ClaimKind.KILLED, ClaimKind.WOUNDED, ClaimKind.MISSING, ClaimKind.DISPLACED)


class Count(NamedTuple):
    """So many were killed, wounded..., and the word that says so."""

    kind: ClaimKind
    term: Found
    figure: Figure
    is_toll: bool
    """Told as the sum of the whole event: "the death toll rose to 22"."""


class _Group(NamedTuple):
    figure: Figure
    first: int
    """With what belongs to it: "her two", "another three"."""
    last: int
    """Behind the word for the people, where there is one."""
    is_named: bool
    """A word for people says who they are."""
    is_single: bool
    """One person told by the noun alone: "a soldier"."""


_Verb = tuple[ClaimKind, str, Found]

# How far the people counted may stand from their verb, in words: "12 people from two families were killed"; further
# where a word says that they are people, and with parts in between: "20 guests of two families, including 8 women, were
# killed"; a toll from its figure.
_BEHIND, _BEHIND_NAMED, _BEHIND_PARTS, _TOLL = 11, 20, 30, 16
# How far a noun may stand from its figure or article: "12 Ruritanian border guard officers".
_NOUN, _NOUN_SINGLE = 5, 6
# So much may follow a group before the "and" of its list: "two soldiers from the north and three civilians".
_LOOSE = 6
_OLDEST = 120
# An acronym in brackets does not part a figure from its verb.
_FAR_BREAK = re.compile(r"[;:\u2013\u2014\"\u201c\u201d]|\s-+\s|\.\.\.")
_COMMA = re.compile(r"[,;:()\u2013\u2014\"\u201c\u201d]|\s-+\s")


_VERBS = [(kind, how, f"claim.{kind}.{how}") for kind in COUNTED for how in ("toll", "active", "either", "passive")]


def counts(sentence: Sentence, numbers: Mapping[str, int], *, fires: bool) -> list[Count]:
    """Which figure counts whom, in the order of the text.

    `fires`: a rule fires in the sentence, so that "the commander was killed" tells of one who was.
    """
    verbs = _verbs(sentence)
    if not verbs:
        return []
    reading = _Reading(sentence, numbers, verbs)
    return sorted(reading.counts(fires), key=lambda count: (count.figure.first, count.figure.last))


def _verbs(sentence: Sentence) -> list[_Verb]:
    """The words that tell who was killed and the like, the longest where they overlap."""
    found = [(kind, how, term) for kind, how, name in _VERBS for term in sentence.of(name)]
    if not found:
        return []
    found = [
        verb
        for verb in found
        if not any(
            other.first <= verb[2].first and verb[2].last <= other.last and other[1:] != verb[2][1:]
            for _, _, other in found
        )
    ]
    # "12 killed and wounded" says neither how many died nor how many live.
    begun: dict[int, set[ClaimKind]] = {}
    for kind, _, term in found:
        begun.setdefault(term.first, set()).add(kind)
    mixed: set[int] = set()
    for kind, how, term in found:
        joined = term.last < len(sentence.words) and sentence.is_in("and", term.last)
        if how != "toll" and joined and begun.get(term.last + 1, {kind}) != {kind}:
            mixed |= {term.first, term.last + 1}
    return [verb for verb in found if verb[2].first not in mixed]


class _Reading:
    """One sentence while it is counted."""

    def __init__(self, sentence: Sentence, numbers: Mapping[str, int], verbs: list[_Verb]) -> None:
        self.sentence, self.verbs = sentence, verbs
        self.begun = {term.first for _, _, term in verbs}
        # Where what a verb is done to begins.
        self.objects = {term.last for _, how, term in verbs if how in ("active", "either")}
        self.inside = {index for _, _, term in verbs for index in range(term.first, term.last)}
        self.groups = self._groups(figures(sentence, numbers))
        self.links = [self._link(one, other) for one, other in pairwise(self.groups)]
        self._drop_parts()
        self.free = set(range(len(self.groups)))

    def counts(self, fires: bool) -> Iterable[Count]:
        used: set[int] = set()
        for kind, how, term in self.verbs:
            listed = term.last < len(self.sentence.words) and ":" in self.sentence.gap(term.last)
            if listed:  # "Dead: 12"
                figure = next((self._take([i]) for i in self.free if self.groups[i].first == term.last), None)
            elif how == "passive" or term.first in used or self._is_passive(term):
                continue
            else:
                figure = self._toll(term) if how == "toll" else self._object(term)
                if figure is None and fires and how != "toll":
                    figure = self._whoever(term)
            if figure is not None:
                used.add(term.first)
                yield Count(kind, term, figure, how == "toll")
        for kind, how, term in self.verbs:
            if how not in ("either", "passive") or term.first in used:
                continue
            figure = self._subject(term)
            if figure is None and fires and how == "either":
                figure = self._somebody(term)
            if figure is not None:
                used.add(term.first)
                more = self._company(term)
                yield Count(kind, term, _sum([figure, more]) if more else figure, False)

    # --- groups

    def _groups(self, numbers: list[Figure]) -> list[_Group]:
        sentence = self.sentence
        people = {p.first: p for p in sentence.of("word.person") + sentence.of("word.people")}
        things = {t.first for t in sentence.of("word.not_people")}
        result: list[_Group] = []
        for index, figure in enumerate(numbers):
            following = numbers[index + 1].first if index + 1 < len(numbers) else len(sentence.words)
            group = self._group(figure, following, people, things)
            if group is not None:
                result.append(group)
        covered = {at for group in result for at in range(group.figure.first, group.last)}
        covered |= {at for figure in numbers for at in range(figure.first, figure.last)}
        result += self._singles(covered, things)
        result += self._others(covered)
        return sorted(result, key=lambda group: (group.first, group.last))

    def _group(self, figure: Figure, following: int, people: Mapping[int, Found], things: set[int]) -> _Group | None:
        sentence = self.sentence
        if self._is_label(figure) or self._is_year(figure) or self._is_age(figure):
            return None
        start = figure.last
        for of in sentence.of("word.of_number"):
            if of.first == start:
                if of.last == following and of.last == of.first + 1:  # "one of five soldiers" counts five
                    return None
                start = of.last
        end = min(self._phrase_end(start), following)
        noun = next((at for at in range(start, end) if at in people), None)
        thing = next((at for at in range(start, end) if at in things), None)
        # "12 hospital patients" are people; "12 houses of soldiers" are not.
        if thing is not None and (noun is None or thing < noun - 1):
            return None
        last = figure.last
        while noun is not None and noun in people:
            last = people[noun].last
            noun = last if last < len(sentence.words) and self._gapless(last) else None
        if last > figure.last and last in things and not _COMMA.search(sentence.gap(last)):
            return None  # "two police stations"
        return _Group(figure, self._with_fillers(figure.first), last, last > figure.last, False)

    def _singles(self, covered: set[int], things: set[int]) -> Iterable[_Group]:
        sentence = self.sentence
        nouns = {p.first: p for p in sorted(sentence.of("word.person"), key=lambda p: p.last)}
        speakers = {verb.first for verb in sentence.of("word.speech")}
        speakers |= {at for verb in sentence.of("word.according") for at in range(verb.last, verb.last + 4)}
        peoples = {people.first for people in sentence.of("demonym")}
        others = things | covered | {p.first for p in sentence.of("word.people")}
        for noun in nouns.values():
            end = noun.last
            if noun.first in covered or (noun.first and noun.first - 1 in nouns and self._gapless(noun.first)):
                continue
            while end in nouns and self._gapless(end):
                end = nouns[end].last
            goes_on = end < len(sentence.words) and self._gapless(end)
            if noun.first in speakers or end in speakers:
                continue
            if goes_on and (end in others or sentence.is_in("possessive", end)):
                continue
            first, is_told = self._article(noun.first)
            # "A Syrian" is one, "Syrian government forces" are not; and "commander Adam Reka" is one still.
            is_last = not goes_on or end in self.begun or self._ends_phrase(end)
            is_named = not is_told and sentence.is_upper(min(end, len(sentence.words) - 1))
            if not is_last and (noun.first in peoples or not (is_told or is_named)):
                continue
            if is_told or sentence.role is Role.TITLE or first in self.objects or end in self.begun:
                yield _Group(Figure(1, 1, 1, noun.first, end), first, end, True, True)

    def _others(self, covered: set[int]) -> Iterable[_Group]:
        """ "Another" that stands alone is one more: "killed one and injured another"."""
        sentence = self.sentence
        for other in sentence.of("word.another"):
            last = other.last
            ends = last == len(sentence.words) or _COMMA.search(sentence.gap(last)) or last in self.begun
            if other.first not in covered and (ends or sentence.is_in("auxiliary", last)):
                yield _Group(Figure(1, 1, 1, other.first, last), other.first, last, False, False)

    def _article(self, noun: int) -> tuple[int, bool]:
        """Where the words of one person begin, and whether an article or the like says that it is one."""
        sentence = self.sentence
        for first in range(noun, max(-1, noun - _NOUN_SINGLE), -1):
            if first == 0 or _COMMA.search(sentence.gap(first)):
                return first, False
            before = first - 1
            if sentence.is_in("determiner", before):
                return before, True
            if before in self.inside or sentence.is_in("noun_phrase_end", before):
                return first, False
        return noun, False

    def _ends_phrase(self, index: int) -> bool:
        return any(self.sentence.is_in(kind, index) for kind in ("noun_phrase_end", "auxiliary", "adverb"))

    def _gapless(self, index: int) -> bool:
        return not _COMMA.search(self.sentence.gap(index))

    def _with_fillers(self, first: int) -> int:
        fillers = {found.last: found.first for found in self.sentence.of("word.filler")}
        while first in fillers and first - 1 not in self.inside:
            first = fillers[first]
        return first

    def _is_label(self, figure: Figure) -> bool:
        """The number names something: "aged 12", "Unit 5", "10 June"."""
        sentence = self.sentence
        if any(figure.first == label.last for label in sentence.of("word.label")):
            return True
        for month in sentence.of("word.month"):
            dated = month.first > 0 and sentence.words[month.first - 1].isdigit()
            follows = month.last == figure.first and self._gapless(figure.first)
            if month.first == figure.last or (follows and not dated):
                return True
        return False

    def _is_year(self, figure: Figure) -> bool:
        value = figure.value
        return value is not None and 1900 <= value <= 2100 and self.sentence.words[figure.first] == str(value)

    def _is_age(self, figure: Figure) -> bool:
        """Alone between commas behind a name: "the mayor, 45, was killed"."""
        sentence, value = self.sentence, figure.value
        if value is None or value > _OLDEST or figure.first == 0 or not sentence.is_upper(figure.first - 1):
            return False
        if not sentence.words[figure.first].isdigit() or figure.last - figure.first > 1:
            return False
        closed = figure.last == len(sentence.words) or "," in sentence.gap(figure.last)
        # "Ada Moss, 44 was shot": more than one were shot.
        closed = closed or (value > 1 and sentence.is_in("singular", figure.last))
        return "," in sentence.gap(figure.first) and closed

    def _phrase_end(self, at: int) -> int:
        """Where the noun phrase of a figure ends at the latest: "wounded 70 | in three raids"."""
        sentence = self.sentence
        end = min(at + _NOUN, len(sentence.words))
        for index in range(at, end):
            ends = sentence.is_in("noun_phrase_end", index) or index in self.inside
            if ends or _COMMA.search(sentence.gap(index)):
                return index
        return end

    # --- lists

    def _link(self, one: _Group, other: _Group) -> str | None:
        """What joins two in one list, a comma, an "and" or both: "two soldiers, a guard and three civilians"."""
        sentence = self.sentence
        start, end = one.last, other.first
        if end < start or not other.is_named or any(index in self.inside for index in range(start, end)):
            return None
        gaps = [sentence.gap(index) for index in range(start, end + 1)]
        if any(_FAR_BREAK.search(gap) for gap in gaps):
            return None
        joins = [t for t in sentence.of("word.together") if start <= t.first and t.last == end]
        middle = min((t.first for t in joins), default=end)
        commas = sum("," in gap for gap in gaps)
        if middle == start:
            return ("," if commas else "") + ("&" if joins else "") or None if commas < 2 else None
        if not joins or middle - start > _LOOSE or commas:
            return None
        loose = range(start, middle)
        ends = any(sentence.is_in("auxiliary", index) or sentence.is_in("clause_verb", index) for index in loose)
        return None if ends else "&"

    def _lists_before(self, index: int) -> bool:
        """The link behind a group lists subjects too: not "200 soldiers, a monk was shot"."""
        link = self.links[index] if index < len(self.links) else None
        if link != "," or self.sentence.role is Role.TITLE:
            return link is not None
        end = self.groups[index + 1].last
        alone = end < len(self.sentence.words) and self.sentence.is_in("singular", end)
        return not (alone or self.groups[index].is_single) or self._lists_before(index + 1)

    def _drop_parts(self) -> None:
        """Take out what only tells of which kind those were that are counted before."""
        parts = set()
        opened = self.sentence.of("word.parts")
        of_them = {found.first for found in self.sentence.of("word.partitive")}
        for index, group in enumerate(self.groups):
            told = any(0 <= group.first - part.last <= 1 for part in opened)
            # "Eight, including two officers and a boy, were killed"; "killed eight, including a boy, and 20 were hurt".
            after = any(verb.first < part.first < group.first for _, _, verb in self.verbs for part in opened)
            goes_on = index - 1 in parts and self.links[index - 1] and not (after and self._is_subject(group))
            some = group.figure.last in of_them or group.last in of_them
            if told or goes_on or (some and group.first not in self.objects):
                parts.add(index)
        parts |= self._appositions(parts)
        kept = [index for index in range(len(self.groups)) if index not in parts]
        self.links = [self.links[one] if other == one + 1 else None for one, other in pairwise(kept)]
        self.groups = [self.groups[index] for index in kept]

    def _appositions(self, parts: set[int]) -> set[int]:
        """ "Eight civilians, six children and two women, were killed": the rest is the first told again."""
        result: set[int] = set()
        for chain in _chains(self.links, len(self.groups)):
            chain = [index for index in chain if index not in parts]
            if len(chain) < 2:
                continue
            first, *rest = (self.groups[index] for index in chain)
            total = sum(group.figure.value or 0 for group in rest)
            told_again = "," in self.sentence.gap(rest[0].first) and first.figure.value is not None
            if told_again and (total == first.figure.value or self._is_everybody(first)) and not first.is_single:
                result.update(chain[1:])
        return result

    def _is_everybody(self, group: _Group) -> bool:
        return any(group.first <= p.first and p.last == group.last for p in self.sentence.of("word.everybody"))

    # --- verbs

    def _is_passive(self, term: Found) -> bool:
        at = term.first - 1
        while at > 0 and self.sentence.is_in("adverb", at):
            at -= 1
        return at >= 0 and self.sentence.is_in("be", at)

    def _object(self, term: Found) -> Figure | None:
        """The list right after: "killing at least 13", "killed a shepherd and his two sons"."""
        for index, group in enumerate(self.groups):
            if index in self.free and group.first >= term.last and self._follows(term, group):
                chain = [index]
                while chain[-1] < len(self.links) and self.links[chain[-1]] and chain[-1] + 1 in self.free:
                    chain.append(chain[-1] + 1)
                while chain and self._is_subject(self.groups[chain[-1]]):
                    chain.pop()
                return self._take(chain) if chain else None
        return None

    def _whoever(self, term: Found) -> Figure | None:
        """One whom no word for people names: "the raid killed a beekeeper"."""
        sentence, first = self.sentence, term.last
        if first >= len(sentence.words) or not sentence.is_in("one", first) or _COMMA.search(sentence.gap(first)):
            return None
        phrase = range(first + 1, self._phrase_end(first + 1))
        others = ("not_people", "several", "people", "person", "number")
        if not phrase or any(found.first in phrase for kind in others for found in sentence.of(f"word.{kind}")):
            return None
        return Figure(1, 1, 1, first, phrase.stop)

    def _follows(self, term: Found, group: _Group) -> bool:
        between = range(term.last, group.first)
        if len(between) > 4 or any(_COMMA.search(self.sentence.gap(i)) for i in range(term.last, group.first + 1)):
            return False
        fillers = {at for f in self.sentence.of("word.filler") for at in range(f.first, f.last)}
        return all(at in fillers or self.sentence.is_in("adverb", at) for at in between)

    def _is_subject(self, group: _Group) -> bool:
        """The group belongs to the verb behind it: "killed two soldiers and three civilians were wounded"."""
        at = group.last
        if at >= len(self.sentence.words) or _COMMA.search(self.sentence.gap(at)):
            return False
        passive = any(how != "active" and term.first == at for _, how, term in self.verbs)
        speaks = any(verb.first == at for verb in self.sentence.of("word.speech"))
        return passive or speaks or self.sentence.is_in("auxiliary", at)

    def _toll(self, term: Found) -> Figure | None:
        """ "The death toll from the raid rose to 22"; "from 15 to 22" is 22."""
        sentence = self.sentence
        near = [i for i, g in enumerate(self.groups) if 0 <= g.first - term.last <= _TOLL and i in self.free]
        near = [i for i in near if not self.groups[i].is_single]
        near = [i for i in near if not any(at in self.inside for at in range(term.last, self.groups[i].first))]
        led = [i for i in near if self._is_led(self.groups[i])]
        if not led:  # "brings to 30 the number of dead"
            led = [i for i, g in enumerate(self.groups) if i in self.free and 0 <= term.first - g.last <= 1]
            led = [i for i in led if self._is_led(self.groups[i])]
        chosen = (led or [i for i in near if self.groups[i].first == term.last])[:1]
        while chosen and chosen[-1] < len(self.links) and self.links[chosen[-1]]:
            if self._is_subject(self.groups[chosen[-1] + 1]):
                break
            chosen.append(chosen[-1] + 1)
        if not chosen:
            return None
        figure = self._take(chosen)
        risen = figure.first > 0 and sentence.is_in("toll_from", figure.first - 1)
        return figure._replace(value=figure.max, min=figure.max) if risen and figure.max else figure

    def _is_led(self, group: _Group) -> bool:
        before = group.figure.first - 1
        return before >= 0 and any(self.sentence.is_in(name, before) for name in ("toll_at", "toll_from"))

    def _subject(self, term: Found) -> Figure | None:
        """The nearest list before: "40 people, including 12 children, were killed" is 40."""
        sentence = self.sentence
        parts = [part for part in sentence.of("word.parts") if part.first < term.first]
        reach = _BEHIND_PARTS if parts else _BEHIND
        near = [
            index
            for index, group in enumerate(self.groups)
            if index in self.free and group.last <= term.first and self._reaches(group, term, reach)
        ]
        how_many = self._number(term)
        counted = [index for index in near if not self.groups[index].is_single]
        if how_many == 1:
            counted = [index for index in counted if self._is_one(self.groups[index])]
        for part in parts:
            whole = [index for index in counted if self.groups[index].last <= part.first]
            if whole:
                counted = near = whole
        # "12 people from two families": what a preposition leads to is not who was killed.
        plain = [index for index in counted if not self._is_governed(self.groups[index])]
        chosen = max(plain or counted, default=None)
        single = max((index for index in near if self.groups[index].is_single), default=None)
        if how_many == 2 and single is not None and not (single and self._lists_before(single - 1)):
            single = None
        if single is not None and self._touches(self.groups[single], term) and (chosen is None or chosen < single):
            chosen = single
        if chosen is None:
            return None
        chain = [chosen]
        while chain[0] > 0 and self._lists_before(chain[0] - 1) and chain[0] - 1 in near:
            chain.insert(0, chain[0] - 1)
        while self._lists_before(chain[-1]) and chain[-1] + 1 in near:
            chain.append(chain[-1] + 1)
        return self._take(chain)

    def _number(self, term: Found) -> int:
        """1 when the verb speaks of one ("was killed", "dies"), 2 when of several, 0 when it may be either."""
        at = term.first - 1
        while at > 0 and self.sentence.is_in("adverb", at):
            at -= 1
        for word in (term.last - 1, at):
            if word >= 0 and self.sentence.is_in("singular", word):
                return 1
            if word >= 0 and self.sentence.is_in("plural", word):
                return 2
        return 0

    def _is_one(self, group: _Group) -> bool:
        """One, or several as one: "a family of six was killed"."""
        return group.figure.value == 1 or self.sentence.is_in("one", group.first)

    def _reaches(self, group: _Group, term: Found, reach: int) -> bool:
        gaps = [self.sentence.gap(index) for index in range(group.last, term.first + 1)]
        if group.is_named and not any("," in gap for gap in gaps):
            reach = max(reach, _BEHIND_NAMED)
        if term.first - group.last > reach or any(group.last <= at < term.first for at in self.begun):
            return False
        # "The coach, who won eight titles, died": eight of what has no name among people.
        if not (group.is_named or reach == _BEHIND_PARTS or "," in gaps[0]) and any("," in gap for gap in gaps):
            return False
        return not any(_FAR_BREAK.search(gap) for gap in gaps)

    def _is_governed(self, group: _Group) -> bool:
        return group.first > 0 and self.sentence.is_in("preposition", group.first - 1)

    def _touches(self, group: _Group, term: Found) -> bool:
        """Nothing but "was" and the like stands between them."""
        between = range(group.last, term.first)
        if any(_COMMA.search(self.sentence.gap(index)) for index in range(group.last, term.first + 1)):
            return False
        if any(was.first == group.last and was.last == term.first for was in self.sentence.of("word.was")):
            return True
        kinds = ("auxiliary", "adverb", "relative")
        return all(any(self.sentence.is_in(kind, i) for kind in kinds) for i in between)

    def _somebody(self, term: Found) -> Figure | None:
        """One person, told by the verb alone: "Adam Reka was killed"."""
        sentence = self.sentence
        for was in sentence.of("word.was"):
            if was.last == term.first and was.first > 0:
                before = range(max(0, was.first - _NOUN_SINGLE), was.first)
                if sentence.is_in("negation", was.first - 1):
                    return None
                many = any(
                    found.first in before for kind in ("people", "several") for found in sentence.of(f"word.{kind}")
                )
                return None if many else Figure(1, 1, 1, term.first, term.last)
        return None

    def _company(self, term: Found) -> Figure | None:
        """Who died too: "the mayor was killed along with his two sons"."""
        joined = [t for t in self.sentence.of("word.along") if t.first == term.last]
        for index, group in enumerate(self.groups):
            if index in self.free and any(group.first == along.last for along in joined):
                return self._take([index])
        return None

    def _take(self, chain: list[int]) -> Figure:
        self.free.difference_update(chain)
        return _sum([self.groups[index].figure for index in chain])


def _chains(links: list[str | None], length: int) -> Iterable[list[int]]:
    chain: list[int] = []
    for index in range(length):
        chain.append(index)
        if index == length - 1 or not links[index]:
            yield chain
            chain = []


def _sum(parts: list[Figure]) -> Figure:
    """All of a list together; a vague part makes the sum vague."""
    if len(parts) == 1:
        return parts[0]
    first, last = min(part.first for part in parts), max(part.last for part in parts)
    values = [part.value for part in parts if part.value is not None]
    lows = [part.min for part in parts if part.min is not None]
    highs = [part.max for part in parts if part.max is not None]
    high = sum(highs) if len(highs) == len(parts) else None
    if len(values) < len(parts):
        return Figure(None, sum(part.min or part.value or 0 for part in parts), high, first, last)
    return Figure(sum(values), sum(lows) if len(lows) == len(parts) else None, high, first, last)
