import pytest

from shared.types import Certainty, Claim, ClaimKind

from .articles import alerts, found


def breaches(text: str) -> list[Claim]:
    report = found(text, category="ceasefire_violation")
    assert report is not None
    return [claim for claim in report.claims if claim.kind is ClaimKind.VIOLATION]


# text -> (value, min, max)
COUNTS = {
    "before": ("Monitors recorded 55 ceasefire violations in a day.", (55, 55, 55)),
    "before, with words between": ("The rebels committed 14 new alleged truce violations on Monday.", (14, 14, 14)),
    "after": ("Ceasefire violations rose to 55 on Monday, the mission said.", (55, 55, 55)),
    "after their number": ("The number of truce violations stood at 31 on Friday.", (31, 31, 31)),
    "times": ("Insurgents violated the ceasefire 115 times in the last 24 hours.", (115, 115, 115)),
    "occasions": ("Rebels broke the truce on at least 12 occasions.", (12, 12, None)),
    "a range": ("The army complained of 10 to 15 violations of the truce on Sunday.", (10, 10, 15)),
    "a vague plural": ("The militia accused the army of hundreds of violations of the cease-fire.", (None, 100, None)),
    "a total with its parts": ("Monitors recorded 120 ceasefire violations, including 35 explosions.", (120, 120, 120)),
    "explosions are no count of breaches": (
        "The OSCE mission registered 1,200 explosions on Friday.",
        (None, None, None),
    ),
    "what others heard": ("Two explosions shook the market despite the truce on Friday.", (None, None, None)),
    "the dead are no breaches": ("Three men died on Monday when the rebels broke the truce.", (None, None, None)),
}


@pytest.mark.parametrize("case", COUNTS)
def test_breaches_of_a_truce_are_counted(case: str) -> None:
    text, told = COUNTS[case]

    (claim,) = breaches(text)

    assert (claim.value, claim.min, claim.max) == told


def test_what_a_party_claims_stands_apart_from_what_observers_recorded() -> None:
    text = (
        "The army accused the rebels of 45 ceasefire violations on Monday, while the ceasefire monitors recorded 12 "
        "violations."
    )

    claims = [(c.value, c.by, c.certainty) for c in breaches(text)]

    assert claims == [
        (45, "The army", Certainty.ALLEGED),
        (12, "the ceasefire monitors", Certainty.OBSERVED),
    ]


def test_a_breach_without_a_figure_is_a_claim_of_who_alleges_it() -> None:
    (claim,) = breaches("The governor accused the militia of breaking the truce on Monday.")

    assert (claim.value, claim.by) == (None, "The governor")


# text -> the kind of breach
KINDS = {
    "shelling": "Rebels broke the truce by shelling two villages on Monday.",
    "shooting": "Sniper fire broke the truce on Monday.",
    "explosion": "The OSCE mission registered 90 explosions on Monday.",
    "overflight": "UNIFIL recorded six overflights by drones on Monday.",
    "weapons_beyond_lines": "Monitors spotted eleven tanks beyond the withdrawal lines on Monday.",
    "access_denied": "UNIFIL said its patrol was refused passage at two villages on Monday.",
    "movement_restricted": "The OSCE said gunmen turned back its patrol on Monday, restricting its movement.",
    "airstrike": "Warplanes violated the truce on Monday by bombing a bridge.",
    "clash": "Clashes broke out on Monday in breach of the truce.",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_breach_says_what_it_was(kind: str) -> None:
    report = found(KINDS[kind], category="ceasefire_violation")

    assert report is not None
    assert report.kind == kind


# A truce named in passing is no news of one.
PASSING = {
    "brokered, with an article": "The ceasefire, brokered by two neighbours in spring, covers the coast.",
    "agreed last month": "The raid came near the villages named in the ceasefire agreed last month.",
    "since it began": "Traders say that prices have fallen since the truce came into force.",
    "its line": "The farm lies on the ceasefire line between the two armies.",
    "its observers": "The ceasefire monitors arrived by bus.",
}


@pytest.mark.parametrize("case", PASSING)
def test_a_truce_named_in_passing_is_neither_agreed_nor_broken(case: str) -> None:
    told = alerts(PASSING[case])

    assert told.isdisjoint({"ceasefire_agreed", "ceasefire_declared", "ceasefire_violation", "ceasefire_collapse"})


# A sentence of two tellings -> what it is, and what it is not.
BETTER = {
    "broken, though kept until then": (
        "ceasefire_violation",
        "ceasefire_holding",
        "Rebels broke a truce that had held for a week.",
    ),
    "called off, though declared": (
        "ceasefire_collapse",
        "ceasefire_declared",
        "The rebels called off the truce they had declared.",
    ),
    "extended, not merely in force": (
        "ceasefire_extended",
        "ceasefire_holding",
        "The shaky truce was extended by two days.",
    ),
}


@pytest.mark.parametrize("case", BETTER)
def test_the_category_that_tells_a_sentence_best_tells_it_alone(case: str) -> None:
    best, other, text = BETTER[case]

    told = alerts(text)

    assert best in told
    assert other not in told


def test_what_is_only_offered_or_kept_is_recorded_without_an_alert() -> None:
    offered = found("The rebels offered a truce on Monday.", category="ceasefire_proposed")
    kept = found("The truce has largely held since Monday.", category="ceasefire_holding")

    assert offered is not None
    assert kept is not None
    assert (offered.is_alertable, kept.is_alertable) == (False, False)


def test_a_category_carries_the_codes_of_the_field() -> None:
    report = found("The army declared a unilateral truce on Monday.", category="ceasefire_declared")

    assert report is not None
    assert (report.codes.plover, report.codes.cameo) == ("RETREAT", "0871")


def test_by_what_a_truce_was_broken_is_no_deed_of_its_own() -> None:
    counted = "Monitors listed 64 breaches of the ceasefire on Tuesday, most of them by shelling."
    deadly = "The ceasefire was broken 64 times on Tuesday, mostly by shelling that killed nine people."

    assert "shelling" not in alerts(counted)
    assert "shelling" in alerts(deadly)


def test_who_lists_breaches_tells_them() -> None:
    (claim,) = breaches("The joint commission listed 64 breaches of the ceasefire on Tuesday.")

    assert (claim.by, claim.value) == ("The joint commission", 64)
