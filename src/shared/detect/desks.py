"""An article's sentences -> the desk that it comes from, where its words say so: sport, markets, film.  Pure.

One "striker" is no sports page; words of one domain all over an article are, and there an attack is a figure of speech.
"""

from collections.abc import Iterator, Sequence
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
    names = sorted(name.removeprefix(_PREFIX) for name in lexicon.sets if name.startswith(_PREFIX))
    shares = {name: _share(name, sentences) for name in names}
    name = max(shares, key=lambda name: shares[name], default="")
    return Desk(name, shares[name], list(_words(name, sentences))) if name and shares[name] else None


def _share(name: str, sentences: Sequence[Sentence]) -> float:
    """How much of the article a desk's words fill; none when they are too few."""
    sure, likely = f"@{name}", f"@{_PREFIX}{name}"
    points = 0
    share = 0.0
    for sentence in sentences:
        heard = sentence.heard
        if sure in heard or likely in heard:
            distinct = [len({phrase for phrase, _, _ in heard.get(kind, ())}) for kind in (sure, likely)]
            here = _SURE * distinct[0] + _LIKELY * distinct[1]
            points += here
            share += min(1.0, here / _SENTENCE)
    return min(1.0, share / len(sentences) / _FULL) if points >= _LEAST else 0.0


def _words(name: str, sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, Found]]:
    """The first word of a desk in each sentence."""
    for sentence in sentences:
        yield from ((sentence, found) for found in [*sentence.of(f"@{name}"), *sentence.of(f"@{_PREFIX}{name}")][:1])
