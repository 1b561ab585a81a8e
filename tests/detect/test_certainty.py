import pytest

from shared.types import ALERTABLE, Certainty, ClaimKind

from .articles import alerts, found

TELLINGS = {
    "the article's own voice": ("Warplanes bombed a dairy in Taiz on Monday.", Certainty.REPORTED),
    "said by a party": ("Warplanes bombed a dairy in Taiz, the governor said.", Certainty.CLAIMED),
    "seen by an official observer": (
        "The ceasefire monitors said warplanes bombed a dairy in Taiz.",
        Certainty.OBSERVED,
    ),
    "passed on by an official observer": (
        "Warplanes bombed a dairy in Taiz, the U.N. said, citing the health ministry.",
        Certainty.CLAIMED,
    ),
    "told by an activists' observatory": (
        "The Taiz Observatory for Rights said warplanes bombed a dairy.",
        Certainty.CLAIMED,
    ),
    "told by an envoy to an observer": (
        "Yemen's envoy to the United Nations said warplanes bombed a dairy in Taiz.",
        Certainty.CLAIMED,
    ),
    "some years ago, told in the present": (
        "It is six years now since an airstrike flattened the dairy.",
        Certainty.HISTORICAL,
    ),
    "accused": ("The governor accused the coalition of an airstrike on a dairy.", Certainty.ALLEGED),
    "told as what may have been": ("An airstrike may have hit a dairy in Taiz.", Certainty.ALLEGED),
    "denied": ("The coalition denied any airstrike on the dairy.", Certainty.DENIED),
    "not done": ("The coalition did not carry out an airstrike on the dairy.", Certainty.DENIED),
    "threatened": ("The coalition threatened new airstrikes on the port.", Certainty.THREATENED),
    "planned": ("Airstrikes will follow within days, the general said.", Certainty.THREATENED),
    "supposed": ("If an airstrike hit the dam, the valley would flood.", Certainty.HYPOTHETICAL),
    "voted on": ("Lawmakers vote on airstrikes against the group.", Certainty.HYPOTHETICAL),
    "rehearsed": ("The drill began with an airstrike on a mock village.", Certainty.EXERCISE),
    "remembered": ("Villagers marked the tenth anniversary of the airstrike.", Certainty.HISTORICAL),
    "dated in an earlier year": ("The airstrike on the market in 2016 killed 97 people.", Certainty.HISTORICAL),
    "before a court": ("The colonel was charged with ordering the airstrike.", Certainty.HISTORICAL),
    "in the year of publication": ("The airstrike of 16 September 2025 killed nine.", Certainty.REPORTED),
}


@pytest.mark.parametrize("case", TELLINGS)
def test_how_a_text_stands_to_what_it_tells(case: str) -> None:
    text, certainty = TELLINGS[case]

    report = found(text)

    assert report is not None
    assert report.certainty is certainty


def test_what_somebody_calls_a_breach_is_his_allegation_and_the_strike_is_not() -> None:
    text = "Warplanes bombed a dairy in Taiz on Monday in what the rebels called a violation of the truce."

    strike, breach = found(text), found(text, category="ceasefire_violation")

    assert strike is not None
    assert breach is not None
    assert (strike.certainty, breach.certainty) == (Certainty.REPORTED, Certainty.ALLEGED)
    assert [claim.by for claim in breach.claims] == ["the rebels"]


def test_flights_that_pilots_ground_are_no_air_strike() -> None:
    assert alerts("An air strike by pilots grounded 200 flights in Paris on Monday.") == set()


def test_the_dead_of_a_crash_are_not_those_of_a_raid() -> None:
    report = found("", title="At least five killed as jet crashes near Taiz after bombing run")

    assert report is None or not report.claims


def test_a_cue_of_another_clause_says_nothing_of_the_strike() -> None:
    assert alerts("The minister vowed revenge after an airstrike killed his deputy on Monday.") == {"airstrike"}


def test_an_anniversary_story_does_not_alert_on_its_own_retelling() -> None:
    text = "Bells rang for the dead.\nThe airstrike destroyed the market and killed 97 people."

    assert alerts(text, title="Town marks ten years since airstrike on its market") == set()


def test_a_title_that_remembers_speaks_for_a_text_that_does_not_say_when() -> None:
    text = "Bells rang in the square.\nAn airstrike flattened the dairy and killed nine people."

    assert alerts(text, title="Twelve years on, Taiz remembers its dairy") == set()


def test_a_threat_in_the_title_does_not_hide_a_strike_of_today() -> None:
    text = "Fighter jets bombed two bridges on Tuesday, killing four drivers, the mayor said."

    assert alerts(text, title="General threatens more airstrikes") == {"airstrike"}


def test_a_strike_named_only_in_marked_lines_never_fires() -> None:
    text = "[related] Airstrike kills nine in Taiz\n[caption] Smoke after an airstrike on Aden.\nThe harvest was good."

    assert found(text) is None


def test_a_denial_names_who_denies() -> None:
    text = "An airstrike killed six in Taiz on Monday.\nThe coalition denied carrying out the airstrike."

    report = found(text)

    assert report is not None
    assert report.certainty in ALERTABLE
    assert [c.by for c in report.claims if c.kind is ClaimKind.DENIAL] == ["The coalition"]


def test_a_denial_alone_is_a_report_that_does_not_alert() -> None:
    report = found("The Ruritanian government denied reports that its air force had bombed Mekelle.")

    assert report is not None
    assert report.certainty is Certainty.DENIED
    assert [c.kind for c in report.claims] == [ClaimKind.DENIAL]
