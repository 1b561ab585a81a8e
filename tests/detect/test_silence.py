import pytest

from shared.detect import detect, load_lexicon
from shared.detect.silence import Silence, silences

from .articles import article


def heard(text: str, title: str = "") -> list[Silence]:
    """Where rules nearly fired that report nothing."""
    told = article(text, title)
    return silences(told, load_lexicon(), {report.category for report in detect(told, load_lexicon())})


REASONS = {
    "a word that means something else": ("Air raid sirens were heard.", "Air raid", "masked", "Air raid sirens"),
    "a word of sport": ("An airstrike of a goal in the Premier League.", "airstrike", "sport", "Premier League"),
    "a word that the rule names": ("Lightning, not an airstrike, hit it.", "airstrike", "suppressed", "Lightning"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words", "why", "by"), REASONS.values(), ids=REASONS)
def test_what_keeps_a_rule_quiet_is_named(text: str, words: str, why: str, by: str) -> None:
    (found,) = [one for one in heard(text) if one.category == "airstrike"]

    assert (found.heard.text, found.why) == (words, why)
    assert found.by is not None
    assert found.by.text == by


def test_a_rule_that_yields_names_the_one_that_tells_it_better() -> None:
    (found,) = [one for one in heard("A drone strike killed five people in Idlib.") if one.category == "airstrike"]

    assert (found.why, found.by) == ("told better as drone_strike", None)


def test_a_phrase_that_weighs_too_little_is_named() -> None:
    padding = "\n".join(f"The council spoke of the budget for item {number}." for number in range(40))

    (found,) = heard(f"{padding}\nThe airstrike was loud.")

    assert (found.category, found.heard.text, found.why) == ("airstrike", "airstrike", "too little for a report")


def test_the_words_slice_the_archived_text() -> None:
    text = "A film. Air raid sirens were tested\u00ad at noon, air-raid sirens again."

    found = [evidence for one in heard(text) for evidence in (one.heard, one.by) if evidence]

    assert found
    assert all(text[one.start : one.end] == one.text for one in found)


def test_what_is_reported_is_not_silent() -> None:
    assert [one for one in heard("Warplanes bombed a market in Idlib.") if one.category == "airstrike"] == []
