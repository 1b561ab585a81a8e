"""An article's sentences -> the desk that it comes from, where its words say so: sport, markets, film.  Pure.

One "striker" is no sports page; words of one domain all over an article are, and there an attack is a figure of speech.
"""

from collections.abc import Sequence
from typing import NamedTuple

from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Found, Sentence

# Shared sets of this name hold the words of a desk; the domain of the same name, where there is one, counts twice.
_PREFIX = "desk_"
_LIKELY, _SURE = 1, 2
# So many in a sentence make it a sentence of that desk, and so many are the least for a page of it.
_SENTENCE, _LEAST = 2, 4
# From half of an article on it is all about it.
_FULL = 0.5


class Desk(NamedTuple):
    """Where an article's words come from."""

    name: str
    share: float
    """0-1: how much of the article they fill."""
    words: list[tuple[Sentence, Found]]
    """The first in each sentence."""


def desk(sentences: Sequence[Sentence], lexicon: Lexicon) -> Desk | None:
    """The desk whose words fill most of the article; None when no desk's do."""
    found = [_desk(name.removeprefix(_PREFIX), sentences) for name in sorted(lexicon.sets) if name.startswith(_PREFIX)]
    return max((each for each in found if each.share), key=lambda each: each.share, default=None)


def _desk(name: str, sentences: Sequence[Sentence]) -> Desk:
    points = 0
    share = 0.0
    words = []
    for sentence in sentences:
        sure, likely = sentence.of(f"@{name}"), sentence.of(f"@{_PREFIX}{name}")
        here = _SURE * len({each.term for each in sure}) + _LIKELY * len({each.term for each in likely})
        points += here
        share += min(1.0, here / _SENTENCE)
        words += [(sentence, each) for each in [*sure, *likely][:1]]
    return Desk(name, min(1.0, share / len(sentences) / _FULL) if points >= _LEAST else 0.0, words)
