"""A text and a lexicon -> what of the lexicon stands in the text.  Pure.

One automaton runs once over the folded line of the whole text.  Every phrase has a space on both sides, so it can only
match whole words.
"""

from collections.abc import Sequence
from typing import NamedTuple

from shared.detect.lexicon import Lexicon
from shared.detect.line import fold_line


class Hit(NamedTuple):
    """A phrase of the lexicon found in a text, from character `start` up to, not including, `end` as archived."""

    phrase: int
    start: int
    end: int


def scan(text: str, lexicon: Lexicon) -> list[Hit]:
    """Every phrase in the text, in the order of their ends; phrases may overlap and nest."""
    line = fold_line(text)
    matches = lexicon.automaton.find_matches_as_indexes(line.text, overlapping=True)
    # The spaces around a match belong to it: its first letter is at start + 1, its last at end - 2.
    if line.is_plain:
        return [Hit(phrase, start, end - 2) for phrase, start, end in matches]
    return [Hit(phrase, line.offset(start + 1), line.offset(end - 2) + 1) for phrase, start, end in matches]


def parts_in(hits: Sequence[Hit], lexicon: Lexicon) -> int:
    """The parts of triggers that are among these hits, as bits of `Lexicon.parts`."""
    result = 0
    parts = lexicon.parts
    for phrase in {hit[0] for hit in hits}:
        result |= parts[phrase]
    return result
