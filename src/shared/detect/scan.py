"""A text and a lexicon -> what of the lexicon stands in the text.  Pure.

One automaton, of what triggers are made of, runs once over the folded line of the whole text.  Where something may
fire, another finds what else stands there.  Every phrase has a space on both sides, so it can only match whole words.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from operator import itemgetter
from typing import NamedTuple, Protocol, TypeAlias

from shared.detect.lexicon import Lexicon, Link, Need, Way
from shared.detect.line import Line, fold_line

# A phrase of the lexicon found in a text, from character `start` up to, not including, `end` as archived.  A plain
# tuple: a page has hundreds, and most are never looked at.
Hit: TypeAlias = tuple[int, int, int]
_END = itemgetter(2)


class Span(Protocol):
    """A stretch of a text: a paragraph, a sentence."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Scan(NamedTuple):
    """What of triggers stands in a text, as the automaton tells it."""

    line: Line
    matches: list[tuple[int, int, int]]
    lexicon: Lexicon

    def hits(self, spans: Iterable[Span]) -> list[Hit]:
        """Every phrase in these stretches of the text, in the order of their ends; phrases may overlap and nest."""
        result: list[Hit] = []
        others, first = self.lexicon.others, self.lexicon.first_other
        for span in spans:
            begin, end = self.line.place(span.start) - 1, self.line.place(span.end) + 1
            found = [
                (phrase + first, start + begin, stop + begin)
                for phrase, start, stop in others.find_matches_as_indexes(self.line.text[begin:end], overlapping=True)
            ]
            at = bisect_left(self.matches, begin, key=_END)
            known = self.matches[at : bisect_right(self.matches, end, at, key=_END)]
            found += [match for match in known if match[1] >= begin]
            found.sort(key=_END)
            result += self._hits(found)
        return result

    def holding(self, spans: Sequence[Span], links: Sequence[Link], needs: Iterable[Need]) -> set[int]:
        """The numbers of the spans that hold all of some need; `links` are those that needs ask for."""
        ways = {need.parts for need in needs}
        stands = self._standing(spans, set().union(*ways, *[link.parts for link in links]))
        everywhere = set(range(len(spans)))

        def holding_all(parts: Set[str]) -> set[int]:
            return set.intersection(*map(stands.__getitem__, parts)) if parts else everywhere

        for parts, made in links:
            stands[made] |= holding_all(parts)
        return set().union(*map(holding_all, ways))

    def _standing(self, spans: Sequence[Span], asked: Set[str]) -> defaultdict[str, set[int]]:
        """The numbers of the spans in which each of these parts of triggers stands."""
        parts = {phrase: self.lexicon.parts[phrase] & asked for phrase in {match[0] for match in self.matches}}
        starts = [span.start for span in spans]
        by_phrase: defaultdict[int, set[int]] = defaultdict(set)
        for phrase, start, end in self._hits([match for match in self.matches if parts[match[0]]]):
            number = bisect_right(starts, start) - 1
            if number >= 0 and end <= spans[number].end:
                by_phrase[phrase].add(number)
        result: defaultdict[str, set[int]] = defaultdict(set)
        for phrase, numbers in by_phrase.items():
            for part in parts[phrase]:
                result[part] |= numbers
        return result

    def _hits(self, matches: list[tuple[int, int, int]]) -> list[Hit]:
        # The spaces around a match belong to it: its first letter is at start + 1, its last at end - 2.
        if self.line.is_plain:
            return [(phrase, start, end - 2) for phrase, start, end in matches]
        offset = self.line.offset
        return [(phrase, offset(start + 1), offset(end - 2) + 1) for phrase, start, end in matches]


def scan(text: str, lexicon: Lexicon) -> Scan:
    """What of triggers stands in a text."""
    line = fold_line(text)
    return Scan(line, lexicon.automaton.find_matches_as_indexes(line.text, overlapping=True), lexicon)


def within(spans: Iterable[Span], hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    """The hits in each span, both in the order of the text; one that reaches over a border belongs to none."""
    at = 0
    for span in spans:
        begun = at
        while at < len(hits) and hits[at][2] <= span.end:
            at += 1
        yield [hit for hit in hits[begun:at] if hit[1] >= span.start]


def parts_in(found: Iterable[Hit], lexicon: Lexicon) -> set[str]:
    """What triggers are made of, among matches or hits."""
    parts = lexicon.parts
    return set().union(*[parts[phrase] for phrase in {each[0] for each in found}])


def whole(parts: set[str], links: Iterable[Link]) -> set[str]:
    """The parts with what phrases in parts add up to."""
    made = [link.made for link in possible(parts, links)]
    return parts.union(made) if made else parts


def possible(parts: Set[str], ways: Iterable[Way]) -> list[Way]:
    """Of the ways in which parts make something, those whose parts are all there."""
    return [way for way in ways if way.parts <= parts]


def possible_in(parts: Set[str], ways: Mapping[str, Iterable[Way]]) -> list[Way]:
    """The same of many ways, told by the rarest part of each, as `Lexicon.needs_with` has them."""
    return [way for part in ("", *parts) if part in ways for way in ways[part] if way.parts <= parts]
