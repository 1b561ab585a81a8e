"""Whole articles."""

from shared.detect import detect, load_lexicon
from shared.types import Certainty, ClaimKind, Field, Precision, Report

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
    assert report.evidence[0].rule == "airstrike/3"


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
