"""Texts that nobody wrote to be read: the work grows with the text, and what is reported stays small.

Nothing here takes the time.  A sentence is bounded, so whatever is done within one is; the rest is one pass.
"""

import gc
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest

from shared.core.codec import encode
from shared.detect import detect, load_lexicon
from shared.detect.claims import MOST_CLAIMS
from shared.detect.sentences import LONGEST_CHARACTERS, LONGEST_WORDS, Sentence, sentences
from shared.types import Article, ClaimKind, Field
from sitrep.explain import explain

from .articles import article, found

LEXICON = load_lexicon()
reports = import_module("shared.detect.reports")  # the package has a function of that name
MUCH = 200_000


def long(piece: str, characters: int = MUCH) -> str:
    return (piece * (characters // len(piece) + 1))[:characters]


HOSTILE = {
    "one deed on and on": long("warplanes bombed the town killing 3 people and "),
    "figures that all differ": " ".join(f"airstrike killed {number} people and" for number in range(6_000)),
    "deniers that all differ": " ".join(f"Group {number} denied the airstrike." for number in range(6_000)),
    "every word a pair": long("warplanes jets bombed missiles fired killed 3 "),
    "every word a place": long("Near Aleppo Jets Bombed Syria In "),
    "speakers without end": long("airstrike, he said, she said 3 killed, "),
    "script that JSON escapes": long("airstrike killed 3 \U0001d518\U0001d518\U0001d518\U0001d518 "),
    "one word": "airstrike " + "a" * MUCH,
    "dots and no word": "airstrike " + "." * MUCH + "x",
    "quotes and no word": "airstrike ." + '"' * MUCH + "x",
}


def check(read: list[Sentence], whole: Article) -> None:
    """Sentences in the order of the text, none too long and none twice told."""
    for sentence in read:
        assert len(sentence.words) <= LONGEST_WORDS
        assert sentence.end - sentence.start <= LONGEST_CHARACTERS
        raw = whole.title if sentence.field is Field.TITLE else whole.text
        assert raw[sentence.start : sentence.end] == sentence.text
    for one, other in pairwise(read):
        assert one.field is not other.field or one.end <= other.start


@pytest.mark.parametrize("case", HOSTILE)
def test_no_sentence_is_longer_than_a_writer_would_write(case: str) -> None:
    for whole in (article(HOSTILE[case]), article(title=HOSTILE[case])):
        read = sentences(whole, LEXICON, {})

        check(read, whole)
        cuts = sum(len(sentence.words) for sentence in read) / LONGEST_WORDS + MUCH / LONGEST_CHARACTERS
        assert len(read) <= 2 * cuts + 6_001


@pytest.mark.parametrize("case", HOSTILE)
def test_a_report_of_a_hostile_text_stays_small(case: str) -> None:
    for whole in (article(HOSTILE[case]), article(title=HOSTILE[case])):
        for report in detect(whole, LEXICON):
            assert len(report.claims) <= MOST_CLAIMS
            assert len(report.evidence) <= reports.MOST_EVIDENCE
            assert len(encode(report)) < MUCH


def test_a_long_sentence_is_cut_between_words_and_loses_none() -> None:
    text = long("warplanes bombed the town killing 3 people and ").strip()

    read = sentences(article(text), LEXICON, {})

    assert " ".join(sentence.text for sentence in read) == text
    assert {len(sentence.words) for sentence in read[:-1]} == {LONGEST_WORDS}


def test_a_long_sentence_is_cut_at_a_stop_that_went_unheard() -> None:
    left, right = "the mayor spoke " * 30 + "of nine dead", "the army " * 30 + "left"

    read = sentences(article(f"{left}.{right}"), LEXICON, {})

    assert [sentence.text for sentence in read] == [left, right]


def test_a_sentence_of_ordinary_length_is_never_cut() -> None:
    text = "The governor, who " + "spoke at length and " * 20 + "left, said an airstrike killed nine."

    assert [sentence.text for sentence in sentences(article(text), LEXICON, {})] == [text]


def test_of_many_figures_the_first_ones_told_are_kept() -> None:
    report = found("\n".join(f"An airstrike killed {number} people." for number in range(10, 90)))

    assert report is not None
    assert [claim.value for claim in report.claims] == list(range(10, 10 + MOST_CLAIMS))


def test_a_long_list_of_the_dead_does_not_crowd_out_who_denies_it() -> None:
    lines = [f"An airstrike killed {number} people." for number in range(10, 90)]

    report = found("\n".join([*lines, "The coalition denied the airstrike."]))

    assert report is not None
    assert [claim.by for claim in report.claims if claim.kind is ClaimKind.DENIAL] == ["The coalition"]
    assert len(report.claims) == MOST_CLAIMS


def test_of_much_evidence_the_quoted_comes_first_and_the_rest_in_the_order_of_the_text() -> None:
    report = found("\n".join(f"An airstrike hit mill {number}." for number in range(40)))

    assert report is not None
    assert len(report.evidence) == reports.MOST_EVIDENCE
    assert [quote.start for quote in report.evidence[1:]] == sorted(quote.start for quote in report.evidence[1:])


BUSY = (
    "Warplanes bombed the town of Taiz and killed 12 people.",
    "Shells hit Aden as troops clashed with rebels who had broken the ceasefire.",
    "Gunmen kidnapped five aid workers near Mocha while a suicide bomber killed dozens at a market.",
)


@pytest.mark.parametrize("pieces", [BUSY, [" and ".join(BUSY)]], ids=["short sentences", "long sentences"])
def test_a_rule_is_looked_for_in_so_many_sentences_and_no_more(
    pieces: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work: Counter[str] = Counter()
    for name in ("triggers", "stance", "casualty_claims"):
        monkeypatch.setattr(reports, name, counting(work, name, getattr(reports, name)))
    done = []

    for size in (100_000, 400_000):
        work.clear()
        detect(article(long("\n".join([*pieces, ""]), size)), LEXICON)
        done.append(dict(work))

    assert done[0] == done[1]
    assert done[1]["triggers"] <= len(LEXICON.rules) * reports._MOST_TRIED


def counting(work: Counter[str], name: str, done: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        work[name] += 1
        return done(*arguments, **named)

    return counted


def test_a_report_says_how_many_sentences_were_not_weighed() -> None:
    report = found("\n".join(f"An airstrike hit mill {number}." for number in range(140)))

    assert report is not None
    assert report.parts["not weighed: 40 more sentences"] == 0.0
    assert "not weighed: 40 more sentences" in explain(article("x"), [report], [], colours=False)


def test_a_report_of_an_ordinary_article_has_nothing_unweighed() -> None:
    report = found("\n".join(f"An airstrike hit mill {number}." for number in range(40)))

    assert report is not None
    assert not any("not weighed" in part for part in report.parts)


def test_what_was_read_of_an_article_is_freed_at_once() -> None:
    whole = article(
        "Warplanes bombed a mill, said Ada Moss.\nShe said nine people were killed.", "Airstrike kills nine"
    )
    detect(whole, LEXICON)
    gc.collect()
    gc.disable()
    try:
        reports = detect(whole, LEXICON)
        left = gc.collect()
    finally:
        gc.enable()

    assert reports
    assert left == 0
