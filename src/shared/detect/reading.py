"""An article as read for one detection: its sentences with who speaks and what places are named in each.  Pure, but for
the packaged gazetteer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.detect import places
from shared.detect.attribution import Source, sources
from shared.detect.counts import Count, counts
from shared.detect.desks import Desk, desk
from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Sentence
from shared.detect.triggers import Trigger
from shared.types import Article, Certainty, Evidence

# Who "he" is was told shortly before.
_BACK = 6

T = TypeVar("T")


class Later(Sequence[T]):
    """What belongs to each sentence, made when it is first asked for: most sentences are never asked about.

    `make` is handed the sequence with the index.  Did it hold the sequence itself, an article's sentences would stay in
    memory until the garbage collector looks for such rings.
    """

    def __init__(self, length: int, make: Callable[[int, Sequence[T]], T]) -> None:
        self._made: list[T | None] = [None] * length
        self._make = make

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, index: Any) -> Any:
        made = self._made[index]
        if made is None:
            made = self._made[index] = self._make(index, self)
        return made


@dataclass(frozen=True, slots=True)
class Reading:
    """What every later decision looks at.  The sequences run alongside: one item a sentence."""

    article: Article
    lexicon: Lexicon
    sentences: list[Sentence]
    speakers: Sequence[list[Source]]
    named: Sequence[places.Named]
    counts: Sequence[list[Count]]
    counts_firing: Sequence[list[Count]]
    """The same where a rule fires in the sentence."""
    desk: Desk | None
    """Where the article's words come from; None when they do not say."""
    year: int | None
    month: int | None
    """Both of publication; None when unknown."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One place in the article that speaks of the event."""

    sentence: Sentence
    trigger: Trigger
    certainty: Certainty
    weight: float
    """0-1: how much it alone says that the article reports one."""
    cues: tuple[Evidence, ...] = ()
    """The words that decided its certainty; none when it is simply told."""
    frames: bool = False
    """In the first lines, its certainty holds for the whole article."""


def reading(article: Article, sentences: list[Sentence], lexicon: Lexicon) -> Reading:
    """The scanned sentences of an article with their speakers and places."""
    return Reading(
        article=article,
        lexicon=lexicon,
        sentences=sentences,
        speakers=Later(len(sentences), lambda at, told: sources(sentences[at], lambda: _spoke_before(told, at))),
        named=Later(len(sentences), lambda at, _: places.named(sentences[at], lexicon.supplement)),
        counts=Later(len(sentences), lambda at, _: counts(sentences[at], lexicon.numbers, fires=False)),
        counts_firing=Later(len(sentences), lambda at, _: counts(sentences[at], lexicon.numbers, fires=True)),
        desk=desk(sentences, lexicon),
        year=article.published_at.year if article.published_at else None,
        month=article.published_at.month if article.published_at else None,
    )


def firing(tellings: list[Telling]) -> dict[int, list[Trigger]]:
    """The triggers of each sentence that fires, by its index."""
    result: dict[int, list[Trigger]] = {}
    for telling in tellings:
        result.setdefault(telling.sentence.index, []).append(telling.trigger)
    return result


def _spoke_before(speakers: Sequence[list[Source]], index: int) -> Source | None:
    """Who spoke last before a sentence, for whom a pronoun stands there."""
    told = (speakers[number] for number in range(index - 1, max(-1, index - _BACK), -1))
    return next((each[-1] for each in told if each), None)
