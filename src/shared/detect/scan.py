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


class Possible(NamedTuple):
    """What of a lexicon may fire where some of its phrases stand."""

    needs: list[Need]
    """What rules need, in the order of the rules."""
    links: list[Link]
    """The phrases in parts that these are made of."""
    parts: Mapping[int, frozenset[str]]
    """By phrase that stands there: what it is of all these."""

    def fulfilled(self, hits: Iterable[Hit]) -> list[Need]:
        """The needs of which all stands among these hits."""
        parts = set().union(*[self.parts[hit[0]] for hit in hits if hit[0] in self.parts])
        parts.update([link.made for link in self.links if link.parts <= parts])
        return [need for need in self.needs if need.parts <= parts]


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

    def holding(self, spans: Sequence[Span], possible: Possible) -> set[int]:
        """The numbers of the spans that hold all of what some rule needs."""
        stands = self._standing(spans, possible.parts)
        everywhere = set(range(len(spans)))

        def holding_all(parts: Set[str]) -> set[int]:
            return set.intersection(*map(stands.__getitem__, parts)) if parts else everywhere

        for parts, made in possible.links:
            stands[made] |= holding_all(parts)
        return set().union(*map(holding_all, {need.parts for need in possible.needs}))

    def _standing(self, spans: Sequence[Span], parts: Mapping[int, frozenset[str]]) -> defaultdict[str, set[int]]:
        """The numbers of the spans in which each part stands."""
        starts = [span.start for span in spans]
        by_phrase: defaultdict[int, set[int]] = defaultdict(set)
        for phrase, start, end in self._hits([match for match in self.matches if match[0] in parts]):
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


def possible(found: Iterable[Hit], lexicon: Lexicon) -> Possible:
    """What may fire among matches or hits."""
    parts = lexicon.parts
    phrases = {each[0] for each in found}
    held = set().union(*[parts[phrase] for phrase in phrases])
    links = _possible_of(held, lexicon.links_with)
    needs = _possible_of(held.union(link.made for link in links), lexicon.needs_with)
    if not needs:
        return Possible([], [], {})
    asked = set().union(*[need.parts for need in needs])
    links = [link for link in links if link.made in asked]
    asked.update(*[link.parts for link in links])
    needs.sort(key=lambda need: (need.rule, need.pair))
    return Possible(needs, links, {phrase: of for phrase in phrases if (of := parts[phrase] & asked)})


def _possible_of(parts: Set[str], ways: Mapping[str, Iterable[Way]]) -> list[Way]:
    """Of the ways in which parts make something, those whose parts are all there; `ways` by one part of each."""
    return [way for part in ("", *parts) if part in ways for way in ways[part] if way.parts <= parts]
