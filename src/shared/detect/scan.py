"""A text and a lexicon -> what of the lexicon stands in the text.  Pure.

One automaton, of what triggers are made of, runs once over the folded line of the whole text.  Where something may
fire, another finds what else stands there.  Every phrase has a space on both sides, so it can only match whole words.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from shared.detect.lexicon import Lexicon
from shared.detect.line import Line, fold_line

# A phrase of the lexicon found in a text, from character `start` up to, not including, `end` as archived.  A plain
# tuple: a page has hundreds, and most are never looked at.
Hit: TypeAlias = tuple[int, int, int]
Way = TypeVar("Way", bound=tuple[Any, ...])


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
        lexicon = self.lexicon
        for span in spans:
            begin = self.line.place(span.start) - 1
            piece = self.line.text[begin : self.line.place(span.end) + 1]
            found = [
                (phrase + first, start + begin, end + begin)
                for automaton, first in ((lexicon.automaton, 0), (lexicon.others, lexicon.first_other))
                for phrase, start, end in automaton.find_matches_as_indexes(piece, overlapping=True)
            ]
            found.sort(key=itemgetter(2))
            result += self._hits(found)
        return result

    def hits_of(self, parts: int) -> list[Hit]:
        """In all of the text, what is any of these parts of triggers, in the order of their ends."""
        of = self.lexicon.parts
        asked = {phrase for phrase in {match[0] for match in self.matches} if of[phrase] & parts}
        return self._hits([match for match in self.matches if match[0] in asked])

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


def parts_in(found: Iterable[Hit], lexicon: Lexicon) -> int:
    """The parts of triggers that are among matches or hits, as bits of `Lexicon.parts`."""
    result = 0
    parts = lexicon.parts
    for phrase in {each[0] for each in found}:
        result |= parts[phrase]
    return result


def possible(parts: int, ways: Iterable[Way], lexicon: Lexicon) -> list[Way]:
    """Of the ways in which parts make something, those whose parts, which come first, are all there."""
    absent = lexicon.every_part & ~parts
    return [way for way in ways if not way[0] & absent]


def whole(parts: int, links: Iterable[tuple[int, int]]) -> int:
    """The parts with what phrases in parts add up to; `links` as of a lexicon."""
    for of, made in links:
        if parts & of == of:
            parts |= made
    return parts
