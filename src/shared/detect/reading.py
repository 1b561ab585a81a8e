"""An article as read for one detection: its sentences with who speaks and what places are named in each.  Pure, but for
the packaged gazetteer."""

from dataclasses import dataclass

from shared.detect import places
from shared.detect.attribution import Source, sources
from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Sentence
from shared.detect.triggers import Trigger
from shared.types import Article, Certainty


@dataclass(frozen=True, slots=True)
class Reading:
    """What every later decision looks at.  The lists run alongside: one item a sentence."""

    article: Article
    lexicon: Lexicon
    sentences: list[Sentence]
    speakers: list[list[Source]]
    named: list[list[places.Mention]]
    year: int | None
    """Of publication; None when unknown."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One place in the article that speaks of the event."""

    sentence: Sentence
    trigger: Trigger
    certainty: Certainty
    weight: float
    """0-1: how much it alone says that the article reports one."""


def reading(article: Article, sentences: list[Sentence], lexicon: Lexicon) -> Reading:
    """The scanned sentences of an article with their speakers and places."""
    return Reading(
        article=article,
        lexicon=lexicon,
        sentences=sentences,
        speakers=_speakers(sentences),
        named=[places.mentions(sentence, lexicon.supplement) for sentence in sentences],
        year=article.published_at.year if article.published_at else None,
    )


def firing(tellings: list[Telling]) -> dict[int, list[Trigger]]:
    """The triggers of each sentence that fires, by its index."""
    result: dict[int, list[Trigger]] = {}
    for telling in tellings:
        result.setdefault(telling.sentence.index, []).append(telling.trigger)
    return result


def _speakers(sentences: list[Sentence]) -> list[list[Source]]:
    """Who speaks in each sentence; a pronoun stands for who spoke last."""
    result: list[list[Source]] = []
    last: Source | None = None
    for sentence in sentences:
        found = sources(sentence, last)
        result.append(found)
        last = found[-1] if found else last
    return result
