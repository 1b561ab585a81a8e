"""An article's sentences -> the desk that it comes from, where its words say so: sport, markets, film.  Pure.

One "striker" is no sports page; words of one domain all over an article are, and there an attack is a figure of speech.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.detect.lexicon import DESK, Lexicon
from shared.detect.sentences import Found, Sentence

# A word of the domain of the same name counts twice.
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
    sentences: Sequence[Sentence]

    def words(self) -> Iterator[tuple[Sentence, Found]]:
        """The first word of the desk in each sentence."""
        for sentence in self.sentences:
            told = [*sentence.of(f"@{self.name}"), *sentence.of(f"@{DESK}{self.name}")]
            yield from ((sentence, found) for found in told[:1])


def desk(sentences: Sequence[Sentence], lexicon: Lexicon) -> Desk | None:
    """The desk whose words fill most of the article; None when no desk's do."""
    words = lexicon.desk_words
    points: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for sentence in sentences:
        found = {hit[0] for hit in sentence.hits if hit[0] in words}
        if not found:
            continue
        here: Counter[str] = Counter()
        for phrase in found:
            for name in words[phrase]:
                here[name.removeprefix(DESK)] += _LIKELY if name.startswith(DESK) else _SURE
        points += here
        for name, told in here.items():
            filled[name] += min(_SENTENCE, told)
    known = sorted(name for name in filled if points[name] >= _LEAST)
    if not known:
        return None
    name = max(known, key=lambda name: filled[name])
    share = filled[name] / _SENTENCE / len(sentences) / _FULL
    return Desk(name, min(1.0, share), sentences)
