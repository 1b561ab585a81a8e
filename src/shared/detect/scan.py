"""A text and a lexicon -> what of the lexicon stands in the text.  Pure.

One automaton runs once over the folded line of the whole text.  Every phrase has a space on both sides, so it can only
match whole words.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from shared.detect.lexicon import Lexicon
from shared.detect.line import Line, fold_line

# A phrase of the lexicon found in a text, from character `start` up to, not including, `end` as archived.  A plain
# tuple: a page has hundreds, and most are never looked at.
Hit: TypeAlias = tuple[int, int, int]
Way = TypeVar("Way", bound=tuple[Any, ...])


class Scan(NamedTuple):
    """What the automaton found in a text, as it tells it."""

    line: Line
    matches: list[tuple[int, int, int]]

    @property
    def hits(self) -> list[Hit]:
        """Every phrase in the text, in the order of their ends; phrases may overlap and nest."""
        # The spaces around a match belong to it: its first letter is at start + 1, its last at end - 2.
        if self.line.is_plain:
            return [(phrase, start, end - 2) for phrase, start, end in self.matches]
        offset = self.line.offset
        return [(phrase, offset(start + 1), offset(end - 2) + 1) for phrase, start, end in self.matches]


def scan(text: str, lexicon: Lexicon) -> Scan:
    """Run over a text once."""
    line = fold_line(text)
    return Scan(line, lexicon.automaton.find_matches_as_indexes(line.text, overlapping=True))


class Span(Protocol):
    """A stretch of a text: a paragraph, a sentence."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


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
    for each in found:
        result |= parts[each[0]]
    return result


def possible(parts: int, ways: Iterable[Way]) -> list[Way]:
    """Of the ways in which parts make something, those whose parts, which come first, are all there."""
    return [way for way in ways if parts & way[0] == way[0]]


def whole(parts: int, links: Iterable[tuple[int, int]]) -> int:
    """The parts with what phrases in parts add up to; `links` as of a lexicon."""
    for of, made in links:
        if parts & of == of:
            parts |= made
    return parts
