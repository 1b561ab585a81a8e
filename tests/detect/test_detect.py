"""Whole articles, and what holds for any text."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.detect import detect, load_lexicon
from shared.types import ALERTABLE, Article, Certainty, ClaimKind, Evidence, Field, Precision, Report

from .articles import article, found

LEXICON = load_lexicon()

STORY = """[notice] Your browser is out of date.
"Had we known who was there, no pilot would have been sent," the alliance said.
[caption] People pass a house hit by an airstrike in Homs on Friday.
Allied jets may have hit government soldiers by mistake, officials of the alliance said on Saturday.
The Ruritanian Defence Ministry said the raids north of Palmyra killed 41 Syrian soldiers and wounded 70 in three \
airstrikes. Alliance officials could not confirm those figures.
[related] Smugglers' chief killed in Jordan, 9 dead
The truce brokered by two powers has largely held for six days despite scores of alleged violations.
The raid put a strain on the truce, which does not cover the insurgents.
Ruritania's envoy in Geneva, Ivan Petrov, accused the alliance of breaking the truce, and asked for a session."""


def reports() -> dict[str, Report]:
    told = detect(article(STORY, title="Alliance airstrikes may have hit Syrian army; Ruritania says 41 dead"), LEXICON)
    return {report.category: report for report in told}


def test_a_strike_story_gives_the_strike_with_its_place_and_toll_and_who_says_so() -> None:
    report = reports()["airstrike"]

    assert report.certainty is Certainty.CLAIMED
    assert report.place is not None
    assert (report.place.name, report.place.country, report.place.precision) == ("Palmyra", "SY", Precision.CITY)
    told = [(c.kind, c.value, c.by, c.certainty) for c in report.claims]
    assert told == [
        (ClaimKind.KILLED, 41, "The Ruritanian Defence Ministry", Certainty.CLAIMED),
        (ClaimKind.WOUNDED, 70, "The Ruritanian Defence Ministry", Certainty.CLAIMED),
    ]
    assert report.sentence.text.startswith("The Ruritanian Defence Ministry said the raids north of Palmyra")
    assert report.evidence[0].text == "airstrikes"
    assert report.evidence[0].rule == "airstrike/2"


def test_the_same_story_gives_the_alleged_breach_of_the_truce_with_who_alleges_it() -> None:
    report = reports()["ceasefire_violation"]

    assert report.certainty is Certainty.ALLEGED
    assert [(c.kind, c.by, c.verb, c.value) for c in report.claims] == [
        (ClaimKind.VIOLATION, "Ruritania's envoy in Geneva, Ivan Petrov", "accused", None)
    ]
    assert "largely held" not in report.sentence.text


def test_a_caption_that_nobody_marked_does_not_move_the_strike() -> None:
    report = found(STORY.replace("[caption] ", ""), title="Alliance airstrikes may have hit Syrian army")

    assert report is not None
    assert report.place is not None
    assert report.place.name == "Palmyra"


def test_a_title_alone_is_enough() -> None:
    report = found(title="Air raid on market in Taiz kills 14, governor says")

    assert report is not None
    assert report.sentence.field is Field.TITLE
    assert report.place is not None
    assert report.place.name == "Taiz"
    assert [(c.value, c.by) for c in report.claims] == [(14, "governor")]


def test_a_report_is_known_by_what_it_tells() -> None:
    one, again = found("An airstrike hit Taiz."), found("An airstrike hit Taiz.")
    elsewhere = found("An airstrike hit Homs.")

    assert one is not None
    assert again is not None
    assert elsewhere is not None
    assert one == again
    assert one.id != elsewhere.id
    assert len(one.id) <= 16


def test_a_higher_toll_is_more_severe() -> None:
    severities = [
        report.severity
        for text in ("An airstrike hit Taiz.", "An airstrike killed two in Taiz.", "An airstrike killed 60 in Taiz.")
        if (report := found(text))
    ]

    assert severities == sorted(set(severities))
    assert len(severities) == 3


def test_an_article_about_something_else_gives_nothing() -> None:
    assert detect(article("The council raised the price of bus tickets.", title="Bus fares rise"), LEXICON) == []


# --- any text ------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "airstrike",
        "Airstrikes",
        "bombed",
        "warplanes",
        "killed",
        "wounded 12",
        "at least 30 dead",
        "ceasefire",
        "cease-\nfire",
        "violated",
        "accused",
        "said",
        "according to",
        "in Aleppo",
        "Deir el-Zour",
        "U.S.",
        "\u201c",
        "\u2019s",
        "&quot;",
        "#39;s",
        ". ",
        ", ",
        "\n",
        "\u00ad",
        "\u0130stanbul",
        "\ufb01re",
        "\u1e9e",
        "غارة",
        "e\u0301",
        "\ufdfa",
        "1,200",
        "-",
        "two",
        "to",
        "dozens",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map(" ".join)


def spans(report: Report) -> list[Evidence]:
    return [*report.evidence, report.sentence, *(claim.sentence for claim in report.claims)]


@settings(max_examples=300, deadline=None)
@given(title=TEXTS, text=TEXTS)
def test_every_quote_slices_the_archived_text(title: str, text: str) -> None:
    whole = article(text, title)

    for report in detect(whole, LEXICON):
        for quote in spans(report):
            source = whole.title if quote.field is Field.TITLE else whole.text
            assert source[quote.start : quote.end] == quote.text
            assert quote.text
        assert 0 <= report.severity <= 100
        assert 0 <= report.score <= 1


@settings(max_examples=200, deadline=None)
@given(title=st.text(max_size=60), text=st.text(max_size=200))
def test_no_text_is_too_strange(title: str, text: str) -> None:
    whole = Article("x", "", title, text, (), "", "", None, datetime(2025, 1, 1, tzinfo=UTC), "")

    assert detect(whole, LEXICON) == detect(whole, LEXICON)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", ".", "\ud800 airstrike in Aleppo", "\x00airstrike\x00", "airstrike " * 2000]
)
def test_odd_texts_are_read_calmly(text: str) -> None:
    for report in detect(article(text), LEXICON):
        assert report.certainty in ALERTABLE


def test_lines_are_paragraphs_when_nobody_cut_the_text() -> None:
    whole = dataclasses.replace(article("The mill stood.\nAn airstrike hit the mill in Homs."), paragraphs=())

    assert [r.category for r in detect(whole, LEXICON)] == ["airstrike"]
