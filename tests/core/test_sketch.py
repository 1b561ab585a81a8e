"""Texts are known again by their wording, edited or not."""

import subprocess
import sys
from datetime import UTC, datetime
from random import Random

import pytest

from shared.core.sketch import SIZE, resemblance, sketch
from shared.types import Article, Mark, Paragraph

NOW = datetime(2026, 5, 4, tzinfo=UTC)
WORDS = [
    f"{first}{second}" for first in "bcdfghklmnprst" for second in ("ad", "el", "im", "on", "ur", "ash", "ent", "ick")
]


def article(text: str, *paragraphs: Paragraph) -> Article:
    return Article("a", "https://a.example/", "Title", text, paragraphs, "en", "A", NOW, NOW, "")


def words(number: int, seed: int) -> list[str]:
    return Random(seed).choices(WORDS, k=number)


def test_a_sketch_holds_the_least_hashes_in_order() -> None:
    hashes = sketch(article(" ".join(words(600, 1))))

    assert len(hashes) == SIZE
    assert list(hashes) == sorted(set(hashes))


def test_a_text_resembles_itself_however_it_is_set() -> None:
    text = " ".join(words(300, 1))

    assert resemblance(sketch(article(text)), sketch(article(text.upper().replace(" ", "\n - ")))) == 1.0


def edited(kept: float) -> str:
    whole = words(400, 1)
    return " ".join(whole[: int(400 * kept)] + words(400 - int(400 * kept), 2))


SHARES = {"a sentence changed": (0.95, 0.8, 1.0), "half of it": (0.5, 0.2, 0.48), "a quarter": (0.25, 0.05, 0.28)}


@pytest.mark.parametrize(("kept", "least", "most"), SHARES.values(), ids=SHARES)
def test_the_resemblance_of_an_edited_copy_is_the_share_of_runs_that_it_keeps(
    kept: float, least: float, most: float
) -> None:
    found = resemblance(sketch(article(edited(1.0))), sketch(article(edited(kept))))

    assert least <= found <= most


def test_texts_of_the_same_words_in_another_order_do_not_resemble_each_other() -> None:
    one, other = sketch(article(" ".join(words(500, 3)))), sketch(article(" ".join(words(500, 4))))

    assert resemblance(one, other) < 0.11
    assert resemblance(one, other) == resemblance(other, one)


def test_what_is_not_the_story_leaves_no_trace() -> None:
    story, notice = " ".join(words(60, 1)), " ".join(words(60, 2))
    text = f"{story}\n{notice}"
    paragraphs = (Paragraph(0, len(story)), Paragraph(len(story) + 1, len(text), Mark.NOTICE))

    assert sketch(article(text, *paragraphs)) == sketch(article(story))


NO_SKETCH = {"nothing": "", "a headline": "Six dead as Russia hits Odesa"}


@pytest.mark.parametrize("text", NO_SKETCH.values(), ids=NO_SKETCH)
def test_a_text_of_a_line_has_no_sketch_and_resembles_nothing(text: str) -> None:
    found = sketch(article(text))

    assert found == ()
    assert resemblance(found, found) == 0.0


def test_scripts_without_spaces_are_read_by_letter() -> None:
    text = "俄罗斯军队星期二用导弹袭击了乌克兰南部城市敖德萨造成六人死亡"

    assert resemblance(sketch(article(text)), sketch(article(text[:-4] + "五人受伤"))) > 0.5


def test_another_process_makes_the_same_sketch() -> None:
    code = "from tests.core.test_sketch import *; print(sketch(article(' '.join(words(30, 1)))))"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert told.stdout.strip() == str(sketch(article(" ".join(words(30, 1)))))
