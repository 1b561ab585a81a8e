import pytest

from shared.types import Certainty, Claim, ClaimKind

from .articles import found


def claims(text: str, kind: ClaimKind, title: str = "", category: str = "airstrike") -> list[Claim]:
    report = found(text, title, category)
    assert report is not None
    return [claim for claim in report.claims if claim.kind is kind]


# text -> killed (value, min, max), wounded
TOLLS = {
    "killed before a figure": ("An airstrike killed 13 people.", (13, 13, 13), None),
    "killing at least": ("An airstrike hit a bus, killing at least 13.", (13, 13, None), None),
    "a figure before dead": ("Airstrike on a bus leaves 13 dead.", (13, 13, 13), None),
    "were killed": ("Thirteen people were killed in an airstrike.", (13, 13, 13), None),
    "a number in two words": ("Twenty-one people died in an airstrike.", (21, 21, 21), None),
    "one hundred and six": ("An airstrike killed one hundred and six people.", (106, 106, 106), None),
    "thousands with a comma": ("Airstrikes killed 1,200 people in a day.", (1200, 1200, 1200), None),
    "dozens": ("Dozens were killed in airstrikes.", (None, 12, None), None),
    "up to": ("An airstrike killed up to 40 fighters.", (40, None, 40), None),
    "more than": ("An airstrike killed more than 40 fighters.", (40, 40, None), None),
    "from to": ("An airstrike killed 10 to 15 fighters.", (10, 10, 15), None),
    "a single person": ("An airstrike killed a shepherd.", (1, 1, 1), None),
    "killed and wounded": ("Airstrikes killed nine people and wounded 14.", (9, 9, 9), (14, 14, 14)),
    "figures before both": ("Nine were killed and 14 injured in airstrikes.", (9, 9, 9), (14, 14, 14)),
    "wounding others": ("Airstrikes killed nine, wounding 14 others.", (9, 9, 9), (14, 14, 14)),
    "a total including a part": ("Forty people, including 12 children, were killed in airstrikes.", (40, 40, 40), None),
    "a toll that rises": ("The death toll from the airstrike rose to 22.", (22, 22, 22), None),
    "strikes are not people": (
        "An airstrike hit a camp, killing 41 recruits and wounding 70 in three raids.",
        (41, 41, 41),
        (70, 70, 70),
    ),
    "an age is no toll": ("The airstrike killed his 30-year-old son.", None, None),
    "a date is no toll": ("The airstrike killed him on September 11.", None, None),
    "houses are not people": ("An airstrike destroyed 12 houses; nobody was killed.", None, None),
    "a war's total is no toll": (
        "An airstrike hit Taiz. More than 9,000 have been killed since the war began.",
        None,
        None,
    ),
}


@pytest.mark.parametrize("case", TOLLS)
def test_a_toll_is_read_as_it_is_told(case: str) -> None:
    text, killed, wounded = TOLLS[case]

    for kind, expected in ((ClaimKind.KILLED, killed), (ClaimKind.WOUNDED, wounded)):
        assert [(c.value, c.min, c.max) for c in claims(text, kind)] == ([expected] if expected else [])


OWNERS = {
    "before the verb": (
        "The Ruritanian Defence Ministry said an airstrike killed 12.",
        "The Ruritanian Defence Ministry",
        "said",
    ),
    "after the quote": ('"The airstrike killed 12," said Anna Berg, a surgeon.', "Anna Berg, a surgeon", "said"),
    "at the end": ("An airstrike killed 12 people, a rescue worker said.", "a rescue worker", "said"),
    "with a day between": ("Officials on Saturday said an airstrike killed 12.", "Officials", "said"),
    "according to": (
        "An airstrike killed 12, according to the provincial hospital.",
        "the provincial hospital",
        "according to",
    ),
    "office and name": (
        "The envoy to Geneva, Ivan Petrov, said an airstrike killed 12.",
        "The envoy to Geneva, Ivan Petrov",
        "said",
    ),
    "name and office": (
        "Ivan Petrov, the envoy to Geneva, said an airstrike killed 12.",
        "Ivan Petrov, the envoy to Geneva",
        "said",
    ),
    "name and what is told of it": (
        "The relief group, which works in the north, said an airstrike killed 12.",
        "The relief group",
        "said",
    ),
    "a country called States": (
        "An envoy of the United States said an airstrike killed 12.",
        "An envoy of the United States",
        "said",
    ),
    "told a paper": ("A doctor told reporters that an airstrike killed 12.", "A doctor", "told reporters"),
    "nobody": ("An airstrike killed 12 people in Taiz.", "The Daily Courier", ""),
}


@pytest.mark.parametrize("case", OWNERS)
def test_a_toll_names_who_says_so(case: str) -> None:
    text, by, verb = OWNERS[case]

    (claim,) = claims(text, ClaimKind.KILLED)

    assert (claim.by, claim.verb) == (by, verb)
    assert claim.certainty is (Certainty.CLAIMED if verb else Certainty.REPORTED)
    assert claim.sentence.text == text


def test_a_pronoun_stands_for_who_spoke_before() -> None:
    text = "Colonel Adam Reka said warplanes bombed the bridge.\nHe said the airstrike killed six people."

    (claim,) = claims(text, ClaimKind.KILLED)

    assert claim.by == "Colonel Adam Reka"


def test_a_headline_names_its_source_after_a_dash() -> None:
    (claim,) = claims("", ClaimKind.KILLED, title="Airstrike kills 12 in Taiz - health officials")

    assert claim.by == "health officials"


def test_a_figure_told_twice_is_one_claim_of_its_named_owner() -> None:
    text = "The health ministry said the airstrike killed 12 people."

    (claim,) = claims(text, ClaimKind.KILLED, title="Airstrike kills 12")

    assert claim.by == "The health ministry"


# The lines of a text, the owner of its 17 dead, and the same where the first line is also the headline.
REPEATED = {
    "a country before its ministry": (
        "Depot Airstrike Kills 17, Russia Says\nThe Russian transport ministry said the airstrike killed 17 drivers.",
        "The Russian transport ministry",
    ),
    "a capital before its ministry": (
        "Moscow says airstrike killed 17\nThe Russian transport ministry said the airstrike killed 17 drivers.",
        "The Russian transport ministry",
    ),
    "a people before its command": (
        "The Americans say an airstrike killed 17\nCentral Command said the airstrike killed 17 fighters.",
        "Central Command",
    ),
    "an abbreviated country before its officer": (
        "U.S. says airstrike killed 17\nColonel Ada Moss said the airstrike killed 17 fighters.",
        "Colonel Ada Moss",
    ),
    "a country after its ministry": (
        "The Russian transport ministry said the airstrike killed 17 drivers.\nRussia said the airstrike killed 17.",
        "The Russian transport ministry",
    ),
    "a country and a capital": (
        "Russia says an airstrike killed 17\nMoscow said the airstrike killed 17 drivers.",
        "Russia",
    ),
    "a country and nobody": (
        "An airstrike killed 17 drivers on Monday.\nRussia said the airstrike killed 17.",
        "Russia",
    ),
    "two offices": (
        "Rescue workers said the airstrike killed 17.\nThe provincial hospital said the airstrike killed 17.",
        "Rescue workers",
    ),
}


@pytest.mark.parametrize("case", REPEATED)
@pytest.mark.parametrize("is_headline", [False, True])
def test_a_figure_told_twice_belongs_to_who_is_named_best(case: str, is_headline: bool) -> None:
    text, owner = REPEATED[case]
    title = text.split("\n")[0] if is_headline else ""

    (claim,) = claims(text, ClaimKind.KILLED, title=title)

    assert (claim.value, claim.by) == (17, owner)


def test_a_headline_s_named_source_owns_what_the_text_tells_in_its_own_voice() -> None:
    (claim,) = claims("An airstrike killed 12 people.", ClaimKind.KILLED, title="Airstrike kills 12 - health officials")

    assert claim.by == "health officials"


def test_a_vague_figure_goes_when_an_exact_one_bears_it_out() -> None:
    text = "An airstrike in Nyala killed more than 70 people, a doctors' union said."

    (claim,) = claims(text, ClaimKind.KILLED, title="Airstrike kills dozens in Nyala")

    assert (claim.value, claim.min) == (70, 70)


def test_the_dead_of_another_attack_are_not_counted() -> None:
    text = "Six people died in car bombings in the capital, while an airstrike in Mosul killed nine."

    assert [c.value for c in claims(text, ClaimKind.KILLED)] == [9]


def test_two_figures_of_two_owners_are_two_claims() -> None:
    text = "The army said the airstrike killed six.\nRescue workers said the airstrike killed 11."

    assert [(c.value, c.by) for c in claims(text, ClaimKind.KILLED)] == [(6, "The army"), (11, "Rescue workers")]


def test_who_alleges_a_violation_is_named() -> None:
    text = "The rebels' spokesman, Idris Noor, accused the army of violating the truce."

    (claim,) = claims(text, ClaimKind.VIOLATION, category="ceasefire_violation")

    assert claim.by == "The rebels' spokesman, Idris Noor"
    assert claim.verb == "accused"
    assert claim.certainty is Certainty.ALLEGED
    assert claim.value is None


def test_the_text_says_better_than_the_title_who_alleges_it() -> None:
    text = "The defence minister, Otto Brandt, accused the rebels of breaking the truce."

    (claim,) = claims(text, ClaimKind.VIOLATION, title="Brandt says rebels broke truce", category="ceasefire_violation")

    assert claim.by == "The defence minister, Otto Brandt"


def test_violations_are_counted_by_who_recorded_them() -> None:
    text = "The observer mission recorded 55 ceasefire violations in a day."

    (claim,) = claims(text, ClaimKind.VIOLATION, category="ceasefire_violation")

    assert (claim.value, claim.by) == (55, "The observer mission")


def test_responsibility_is_a_claim() -> None:
    text = "The northern air force claimed responsibility for the airstrike on the depot."

    (claim,) = claims(text, ClaimKind.RESPONSIBILITY)

    assert claim.by == "The northern air force"
