import pytest

from shared.detect import load_lexicon
from shared.detect.counts import counts
from shared.detect.scan import scan
from shared.detect.sentences import sentences
from shared.types import Certainty, Claim, ClaimKind, Field, Paragraph

from .articles import article, found

LEXICON = load_lexicon()


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
    "an age is no toll": ("The airstrike killed his 30-year-old son.", (1, 1, 1), None),
    "an age between commas": ("Ada Moss, 45, was killed in an airstrike.", (1, 1, 1), None),
    "an age in brackets": ("Airstrike kills the teacher Ada Moss (45).", (1, 1, 1), None),
    "a date is no toll": ("The airstrike killed him on September 11.", None, None),
    "a day before a figure": ("On 12 March 30 people were killed in an airstrike.", (30, 30, 30), None),
    "hours are not people": ("An airstrike hit the camp, killing two, after a 12-hour siege.", (2, 2, 2), None),
    "a unit is no toll": ("The airstrike killed nine of Brigade 40.", (9, 9, 9), None),
    "a people's forces are not one of them": (
        "An airstrike killed Syrian government forces near the bridge.",
        None,
        None,
    ),
    "one of a people": ("An airstrike killed a Syrian near the bridge.", (1, 1, 1), None),
    "one of no known trade": ("An airstrike killed a beekeeper.", (1, 1, 1), None),
    "an unknown number": ("An airstrike killed a number of fighters.", None, None),
    "a commander by name": ("An airstrike killed rebel commander Adam Reka.", (1, 1, 1), None),
    "money is no toll": ("The airstrike killed $40 billion in trade.", None, None),
    "a share is no toll": ("The airstrike killed 40% of the herd.", None, None),
    "an estimate has no bounds": ("An airstrike killed about 30 people.", (30, None, None), None),
    "nearly": ("Nearly 200 were wounded in an airstrike.", None, (200, None, None)),
    "or more": ("An airstrike killed 30 or more people.", (30, 30, None), None),
    "at least and up to": ("An airstrike killed at least 34 and up to 41 people.", (34, 34, 41), None),
    "between": ("Between eight and 12 people were killed in an airstrike.", (8, 8, 12), None),
    "a range with a dash": ("An airstrike killed 15-20 fighters.", (15, 15, 20), None),
    "a dozen": ("An airstrike killed a dozen fighters.", (12, 12, 12), None),
    "two dozen": ("An airstrike killed more than two dozen fighters.", (24, 24, None), None),
    "half a dozen": ("An airstrike wounded half a dozen fighters.", None, (6, 6, 6)),
    "a couple": ("An airstrike killed a couple and their three children.", (5, 5, 5), None),
    "hundreds": ("Hundreds of villagers were killed in airstrikes.", (None, 100, None), None),
    "a vague sum": ("Dozens of soldiers and a general were killed in airstrikes.", (None, 13, None), None),
    "a soldier": ("A soldier was killed in an airstrike.", (1, 1, 1), None),
    "a mother and her two": ("The airstrike killed a woman and her two children.", (3, 3, 3), None),
    "two and three": ("Two soldiers and three civilians were killed in an airstrike.", (5, 5, 5), None),
    "a list of three": ("An airstrike killed two soldiers, a guard and three civilians.", (6, 6, 6), None),
    "a list with places": (
        "Two soldiers from the north and three civilians were killed in an airstrike.",
        (5, 5, 5),
        None,
    ),
    "a list told again": (
        "Eight civilians, six children and two women, were killed in an airstrike.",
        (8, 8, 8),
        None,
    ),
    "parts after": (
        "The airstrike killed 12 people, including three children and two women, and wounded 20.",
        (12, 12, 12),
        (20, 20, 20),
    ),
    "some of them": ("The airstrike wounded 20 people, five of them critically.", None, (20, 20, 20)),
    "one of five": ("One of five soldiers killed in the airstrike was a general.", (5, 5, 5), None),
    "who died beside": ("The mayor was killed along with two guards in an airstrike.", (3, 3, 3), None),
    "another verb's people": (
        "The airstrike killed two soldiers and three civilians were wounded.",
        (2, 2, 2),
        (3, 3, 3),
    ),
    "people who were seen": ("The airstrike killed 12 and four gunmen were seen.", (12, 12, 12), None),
    "killed and wounded together": ("Airstrikes left 12 killed and wounded.", None, None),
    "killed or wounded": ("Twelve were killed or wounded in airstrikes.", None, None),
    "two families": ("Twelve people from two families were killed in an airstrike.", (12, 12, 12), None),
    "patients of a hospital": ("An airstrike killed 12 hospital patients and a nurse.", (13, 13, 13), None),
    "lives": ("An airstrike claimed 17 lives.", (17, 17, 17), None),
    "the lives of": ("An airstrike took the lives of 17 people.", (17, 17, 17), None),
    "deaths of": ("An airstrike caused the deaths of at least nine people.", (9, 9, None), None),
    "bodies": ("Rescuers recovered 12 bodies after an airstrike on Monday.", (12, 12, 12), None),
    "a million": ("An airstrike wounded 1.5 million people.", None, (1_500_000, 1_500_000, 1_500_000)),
    "tens of thousands": ("Airstrikes killed tens of thousands of people.", (None, 10_000, None), None),
    "from 15 to 22": ("Airstrike on camp: death toll rises from 15 to 22.", (22, 22, 22), None),
    "the sentence before counts the day": (
        "The airstrike killed two fighters, bringing the death toll of the week to 39.",
        (2, 2, 2),
        None,
    ),
    "the deadliest since": (
        "An airstrike killed 40 people in the deadliest raid since March.",
        (40, 40, 40),
        None,
    ),
    "a conflict's dead": (
        "An airstrike hit Taiz in a conflict that has killed 9,000 people.",
        None,
        None,
    ),
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
    "two offices that say it together": (
        "An airstrike killed 12 people, police and hospital officials said.",
        "police and hospital officials",
        "said",
    ),
    "said by an office at the end": (
        "An airstrike killed 12 people, said police chief Adam Reka.",
        "police chief Adam Reka",
        "said",
    ),
    "quoted": ("The mayor was quoted as saying that an airstrike killed 12.", "The mayor", "quoted"),
    "reported killed by nobody": ("Twelve people were reported killed in an airstrike.", "The Daily Courier", ""),
    "who speaks of something else": (
        "An airstrike killed 12 people after the army announced a new offensive.",
        "The Daily Courier",
        "",
    ),
    "investigations and not who tells of them": (
        "According to local monitors, the army withdrew after an airstrike killed 12.",
        "local monitors",
        "According to",
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


# What leads is the event's latest total as a whole.  A headline, a text -> all killed in order.
LEADING = {
    "headline and text agree": (
        "Airstrikes kill five in the north",
        "Soldiers shot a fighter dead.  He was one of five people killed in airstrikes on Monday.",
        [5, 1],
    ),
    "the text before the headline": ("Airstrike kills 12", "An airstrike killed 14 people, a doctor said.", [14, 12]),
    "a toll that rose": (
        "",
        "An airstrike killed 12 people in Taiz.\nThe death toll from the airstrike later climbed to 15.",
        [15, 12],
    ),
    "a toll that one more death raised": (
        "",
        "Another man died in hospital, bringing the death toll from Monday's airstrike to 13.",
        [13, 1],
    ),
    "another day's dead come last": (
        "",
        "An airstrike on Monday killed two, a week after an airstrike killed 30 in the same town.",
        [2, 30],
    ),
    "an early report comes last": (
        "",
        "Initial reports said the airstrike killed four people.\nDoctors said the airstrike killed nine people.",
        [9, 4],
    ),
}


@pytest.mark.parametrize("case", LEADING)
def test_the_figure_that_counts_the_whole_event_leads(case: str) -> None:
    title, text, values = LEADING[case]

    assert [c.value for c in claims(text, ClaimKind.KILLED, title=title)] == values


# text -> who takes responsibility
RESPONSIBLE = {
    "took": ("The northern brigade took responsibility for the airstrike.", ["The northern brigade"]),
    "claimed by": ("The airstrike was claimed by the northern brigade.", ["the northern brigade"]),
    "said it carried out": ("The northern brigade said it carried out the airstrike.", ["The northern brigade"]),
    "said in a statement": (
        "The northern brigade said in a statement that it had carried out an airstrike on a depot.",
        ["The northern brigade"],
    ),
    "of its jets": (
        "The northern brigade said late on Monday that its jets had bombed a depot.",
        ["The northern brigade"],
    ),
    "of others": ("The northern brigade said that rebels had bombed a depot in an airstrike.", []),
    "nobody": ("No group claimed responsibility for the airstrike.", []),
    "not yet": ("The brigade has not claimed responsibility for the airstrike.", []),
}


@pytest.mark.parametrize("case", RESPONSIBLE)
def test_who_takes_responsibility_is_named(case: str) -> None:
    text, owners = RESPONSIBLE[case]

    assert [claim.by for claim in claims(text, ClaimKind.RESPONSIBILITY)] == owners


# text -> who denies it
DENYING = {
    "denied having": ("The army denied having struck a dairy. An airstrike there killed nine.", ["The army"]),
    "said that it had not": (
        "The army said that it had not bombed a dairy on Monday and denied any role in an airstrike that killed nine.",
        ["The army"],
    ),
    "said it did not": ("The rebels said they did not shell the town. An airstrike hit it on Friday.", ["The rebels"]),
    "denies something else": ("An airstrike hit Taiz on Monday. The bank denied that it was short of money.", []),
}


@pytest.mark.parametrize("case", DENYING)
def test_who_denies_the_deed_is_named(case: str) -> None:
    text, owners = DENYING[case]

    assert [claim.by for claim in claims(text, ClaimKind.DENIAL)] == owners


def test_who_claims_the_deed_does_not_count_the_dead() -> None:
    text = "The northern brigade claimed responsibility for the airstrike that killed eight people."

    (claim,) = claims(text, ClaimKind.KILLED)

    assert claim.by == "The Daily Courier"


# text -> kind, (value, min, max)
OTHER_KINDS = {
    "missing": ("An airstrike hit a block of flats; 12 people are missing.", ClaimKind.MISSING, (12, 12, 12)),
    "under the rubble": (
        "After the airstrike up to 20 people were buried under the rubble.",
        ClaimKind.MISSING,
        (20, None, 20),
    ),
    "displaced": ("Airstrikes displaced more than 120,000 people.", ClaimKind.DISPLACED, (120_000, 120_000, None)),
    "forced to flee": ("Airstrikes forced 12,000 people to flee.", ClaimKind.DISPLACED, (12_000, 12_000, 12_000)),
    "fled": ("Thousands of people fled their homes after airstrikes.", ClaimKind.DISPLACED, (None, 1000, None)),
}


@pytest.mark.parametrize("case", OTHER_KINDS)
def test_the_missing_and_the_displaced_are_counted(case: str) -> None:
    text, kind, figure = OTHER_KINDS[case]
    (sentence,) = sentences(article(text), LEXICON, {Field.TEXT: scan(text, LEXICON).hits([Paragraph(0, len(text))])})

    found = counts(sentence, LEXICON.numbers, fires=True)

    assert [(c.figure.value, c.figure.min, c.figure.max) for c in found if c.kind is kind] == [figure]
