import pytest

from shared.types import ALERTABLE, Certainty, ClaimKind, Field, Report

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
    "the dead of a drill": (
        "Nurses took part in a drill that simulated an airstrike on a bus station, with 14 dead.",
        Certainty.EXERCISE,
    ),
    "on the plan of a drill": (
        "In an exercise warplanes bombed a bridge and killed seven people.",
        Certainty.EXERCISE,
    ),
    "while a drill was held": (
        "Troops had come back from a drill when an airstrike hit their barracks and killed three.",
        Certainty.REPORTED,
    ),
    "no role in it": ("The coalition denied any role in an airstrike on the dairy.", Certainty.DENIED),
    "remembered": ("Villagers marked the tenth anniversary of the airstrike.", Certainty.HISTORICAL),
    "dated in an earlier year": ("The airstrike on the market in 2016 killed 97 people.", Certainty.HISTORICAL),
    "before a court": ("The colonel was charged with ordering the airstrike.", Certainty.HISTORICAL),
    "in the year of publication": ("The airstrike of 16 September 2025 killed nine.", Certainty.REPORTED),
}


# By what it is about, the sentence; each tells of a strike that happened, or of none.
NEWS = {
    "a toll": "An airstrike killed six people in Mekelle.",
    "in the passive": "The village was bombed by warplanes on Sunday, residents said.",
    "a deed that was threatened before": "A drone strike that the army had threatened for days hit the port on Friday.",
    "a threat of the other side": "Warplanes bombed the town hours after the president vowed to end the war.",
    "an inquiry into a strike of this week": "The army will investigate an airstrike that killed ten on Tuesday.",
    "condemned on the day": "The United Nations condemned an airstrike that killed ten people on Monday.",
    "revenge vowed for it": "Rebels vowed revenge after drone strikes killed their commander.",
    "known, and told what it did": "The airstrike killed at least four people and wounded ten.",
    "known, and told when it came": "The air raids took place before dawn, witnesses said.",
    "known, and its place in a row": "Residents said the airstrike, the second in a week, hit a bakery.",
    "known, and a toll that rises": "The death toll from the airstrike rose to 22.",
    "who did it is not known": "The army said it did not know who had carried out the airstrike.",
    "claimed by nobody": "Nobody claimed responsibility for the drone strike on the convoy that killed eight soldiers.",
    "if confirmed": "If confirmed, the airstrike would be the first on the capital since April.",
    "a school rebuilt years ago": "An airstrike hit a school that was rebuilt in 2019, killing two teachers.",
    "a town taken last year": "Warplanes bombed the town that rebels took last year.",
    "an army's earlier denials": "The army, which has denied hitting civilians, carried out an airstrike on Sunday.",
    "an old war at the same border": "Air strikes hit villages near the border, where the armies fought in 1998.",
    "the worst in years": "In the worst attack in years, warplanes bombed a wedding on Saturday.",
    "the deadliest since a year": "It was the deadliest air raid since the war began in 2014.",
    "a prosecutor among the dead": "An airstrike killed a prosecutor and two guards in the port on Thursday.",
    "arrests on the same day": "Police arrested two men after a drone attack on the port on Sunday killed a guard.",
    "what it was meant to stop": "The army carried out air strikes in an effort to halt rocket fire.",
    "calls that it ignored": "Airstrikes hit the town despite calls for a halt to the fighting.",
    "calls to stop it": "Hundreds protested in the capital over an airstrike that killed 15 villagers on Friday.",
    "told by somebody as done before": "Residents said warplanes had bombed the mill and the school.",
    "that opens a text as done before": "Warplanes had bombed the mill by the time the guards came.",
    "in a clause set off, on its day": "The mill, which warplanes bombed on Sunday, was still burning, a guard said.",
    "beside a truce of months ago": "Warplanes bombed the camp, breaking the truce reached in March.",
    "in a headline": "Air strikes resume on besieged town",
    "in a headline, before talks": "Jets bomb rebel town as peace talks near",
    "in a headline, with its source": "Airstrike on wedding party kills 20 - officials",
}
NO_NEWS = {
    "denied by a verb": ("The army denied that its warplanes had bombed the school.", Certainty.DENIED),
    "denied by a noun": ("There were no airstrikes on Sunday, monitors said.", Certainty.DENIED),
    "denied in a headline": ("Coalition denies bombing wedding from the air", Certainty.DENIED),
    "false": ("The airstrike was a hoax, the governor said.", Certainty.DENIED),
    "another cause": ("The explosion was not caused by an airstrike, police said.", Certainty.DENIED),
    "called off": ("The army called off an airstrike at the last minute.", Certainty.DENIED),
    "foiled": ("Air defences foiled a drone attack on the port.", Certainty.DENIED),
    "announced": ("The army will carry out air strikes until the rebels leave.", Certainty.THREATENED),
    "feared": ("Residents fear airstrikes as army masses", Certainty.THREATENED),
    "expected": ("People fled the city ahead of expected air strikes.", Certainty.THREATENED),
    "an ultimatum": ("The army gave the town a day to surrender or face air strikes.", Certainty.THREATENED),
    "plotted": ("The cell was plotting a drone attack on the stadium.", Certainty.THREATENED),
    "a vote": ("Parliament backs air strikes against militants", Certainty.HYPOTHETICAL),
    "an opinion": ("Airstrikes alone will not defeat the group, experts say.", Certainty.HYPOTHETICAL),
    "a poll": ("Most voters oppose air strikes, a poll shows.", Certainty.HYPOTHETICAL),
    "a demand to stop": ("Protesters demanded an end to the air strikes.", Certainty.HYPOTHETICAL),
    "a capability": ("The new jet is able to carry out air strikes at night.", Certainty.HYPOTHETICAL),
    "a purchase": ("The army bought 40 planes for airstrikes on smugglers.", Certainty.HYPOTHETICAL),
    "protection": ("New shelters protect pupils from air raids.", Certainty.HYPOTHETICAL),
    "travel advice": ("Travellers should avoid the area because of the risk of air strikes.", Certainty.HYPOTHETICAL),
    "a drill": ("Pilots practised air strikes in a drill over the desert.", Certainty.EXERCISE),
    "an earlier year": ("Survivors of the 2015 airstrike met in Kunduz on Monday.", Certainty.HISTORICAL),
    "an earlier month": ("The mayor was killed in an airstrike in March.", Certainty.HISTORICAL),
    "an earlier month, at first": ("In March, warplanes bombed a market in the same town.", Certainty.HISTORICAL),
    "years ago, at first": ("Twenty years ago, warplanes bombed the town.", Certainty.HISTORICAL),
    "known by what it did then": (
        "The airstrike that killed the general last year changed the war.",
        Certainty.HISTORICAL,
    ),
    "an old war": ("Warplanes bombed the town during World War II.", Certainty.HISTORICAL),
    "a war's total": ("More than 10,000 people have been killed by air strikes since 2015.", Certainty.HISTORICAL),
    "a trial": ("Former pilot on trial over air strikes", Certainty.HISTORICAL),
    "an arrest": ("Police arrested a third suspect in last month's drone attack.", Certainty.HISTORICAL),
    "an inquiry": ("An inquiry into the airstrike found that the pilots made mistakes.", Certainty.HISTORICAL),
    "mourning": ("Pope mourns victims of airstrike", Certainty.HISTORICAL),
    "a funeral on a day": ("The victims of the airstrike were buried on Friday.", Certainty.HISTORICAL),
    "what came of it": ("The airstrike has raised fears of a wider war.", Certainty.HISTORICAL),
    "what was said of it": ("The airstrike was condemned by the European Union.", Certainty.HISTORICAL),
    "compensation": (
        "The army paid compensation to the families of those killed in the airstrike.",
        Certainty.HISTORICAL,
    ),
    "rebuilt after it": (
        "The bridge, destroyed by an airstrike in 1999, was reopened on Monday.",
        Certainty.HISTORICAL,
    ),
    "in a clause about what was hit": (
        "The mill, which warplanes bombed to the ground, has opened its doors.",
        Certainty.HISTORICAL,
    ),
    "in a clause about who flew": (
        "The pilot, who bombed Taiz from a jet, went on to sell carpets.",
        Certainty.HISTORICAL,
    ),
    "in a passive set off": (
        "The mill, bombed by warplanes, grinds barley in the open air.",
        Certainty.HISTORICAL,
    ),
    "since then": ("Pupils have sat in cellars since warplanes bombed the school.", Certainty.HISTORICAL),
    "the season of a war": (
        "Warplanes bombed the mill in the first weeks of the siege.",
        Certainty.HISTORICAL,
    ),
    "whose dead they were": (
        "The baker, whose two sons died in an air strike, gives bread away.",
        Certainty.HISTORICAL,
    ),
    "where it was": ("Children play at the spot where warplanes bombed a queue.", Certainty.HISTORICAL),
    "an inquiry that found": (
        "An investigation found that the warplanes that bombed the mill had lost their way.",
        Certainty.HISTORICAL,
    ),
    "more dead than one attack leaves": (
        "More than 8,000 people were killed when warplanes bombed the old city.",
        Certainty.HISTORICAL,
    ),
    "untrue from beginning to end": (
        "The minister called reports of an airstrike a pack of lies.",
        Certainty.DENIED,
    ),
    "a museum": ("The museum shows photographs of the air raids.", Certainty.HISTORICAL),
    "what is wont to be done": ("Jets regularly bomb the hills from the air.", Certainty.HISTORICAL),
    "a figure of speech": ("The senator's verbal airstrike on his rival drew applause.", Certainty.FIGURATIVE),
}


def told_of_a_strike(text: str) -> Report | None:
    return found(text) or found(text, category="drone_strike")


@pytest.mark.parametrize("case", NEWS)
def test_a_strike_that_is_news_is_told(case: str) -> None:
    report = told_of_a_strike(NEWS[case])

    assert report is not None
    assert report.certainty in ALERTABLE


@pytest.mark.parametrize("case", NO_NEWS)
def test_a_strike_that_is_no_news_is_not_told(case: str) -> None:
    text, certainty = NO_NEWS[case]

    report = told_of_a_strike(text)

    assert report is not None
    assert report.certainty is certainty
    assert report.cues


def test_a_month_without_a_day_is_old_even_where_nobody_knows_when_the_text_was_written() -> None:
    text = "The mayor was killed in an airstrike in March."

    assert (alerts(text), alerts(text, year=None)) == (set(), set())


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
    assert "airstrike" in alerts("The minister vowed revenge after an airstrike killed his deputy on Monday.")


def test_an_anniversary_story_does_not_alert_on_its_own_retelling() -> None:
    text = "Bells rang for the dead.\nThe airstrike destroyed the market and killed 97 people."

    assert alerts(text, title="Town marks ten years since airstrike on its market") == set()


def test_a_title_that_remembers_speaks_for_a_text_that_does_not_say_when() -> None:
    text = "Bells rang in the square.\nAn airstrike flattened the dairy and killed nine people."

    assert alerts(text, title="Twelve years on, Taiz remembers its dairy") == set()


def test_a_strike_without_a_day_is_background_under_a_title_that_tells_of_none() -> None:
    text = "Warplanes bombed the bakery.\nThis month its owner lit the oven again."

    assert alerts(text, title="The baker of Taiz is back") == set()
    assert alerts(text, title="Bakery of Taiz in ruins after raid") == {"airstrike"}
    assert alerts("Warplanes bombed the bakery on Tuesday.", title="The baker of Taiz is back") == {"airstrike"}


def test_what_was_done_before_what_is_told_is_background() -> None:
    text = "The orchestra of Taiz played on Friday.\nWarplanes had bombed its hall."

    assert alerts(text, title="Orchestra plays by candle light") == set()


def test_a_threat_in_the_title_does_not_hide_a_strike_of_today() -> None:
    text = "Fighter jets bombed two bridges on Tuesday, killing four drivers, the mayor said."

    assert alerts(text, title="General threatens more airstrikes") == {"airstrike"}


def test_a_strike_named_only_in_marked_lines_never_fires() -> None:
    text = "[related] Airstrike kills nine in Taiz\n[caption] Smoke after an airstrike on Aden.\nThe harvest was good."

    assert found(text) is None


def test_what_follows_on_a_drill_is_told_of_the_drill() -> None:
    drill = "Islanders sought shelter for a yearly drill.\nIn this year's version jets bombed a mill and killed six."
    later = drill.replace("In this year's version jets", "On Friday night jets")

    assert not alerts(drill)
    assert alerts(later)


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


def test_a_page_of_sport_is_not_alarmed_by_its_figures_of_speech() -> None:
    text = (
        "The champions launched an air raid on the visitors in the second half.\n"
        "The coach praised his players, and the fans sang until the referee ended the match."
    )

    assert alerts(text, title="Champions win season's best game with air raid on tired team") == set()


def test_a_match_at_which_people_were_killed_is_no_sport() -> None:
    text = (
        "Warplanes bombed a stadium in Taiz during a match on Sunday, killing nine fans.\n"
        "The coach and two players of the home team were wounded."
    )

    assert "airstrike" in alerts(text, title="Air raid on league game kills nine")


def test_a_report_says_what_decided_its_certainty() -> None:
    report = found("The coalition threatened new airstrikes on the port.")

    assert report is not None
    assert [(cue.means, cue.evidence.text, cue.evidence.rule) for cue in report.cues] == [
        ("threatened", "threatened new", report.evidence[0].rule)
    ]


def test_a_report_says_what_speaks_against_it_and_where() -> None:
    text = "Warplanes bombed a dairy on Monday.\nThe coalition denied any airstrike.\nThe air raid siren was silent."

    report = found(text)

    assert report is not None
    assert [cue.means for cue in report.against] == ["denied", "masked"]
    assert all(text[cue.evidence.start : cue.evidence.end] == cue.evidence.text for cue in report.against)
    assert {cue.evidence.field for cue in report.against} == {Field.TEXT}


def test_what_the_score_is_made_of_adds_up_to_it() -> None:
    report = found("An airstrike shook Taiz.", title="Airstrike on Taiz")

    assert report is not None
    assert report.parts == {"title: airstrike": 0.9, "lead: airstrike": 0.81}
    assert report.score == 0.981


def test_a_desk_is_a_part_of_the_score() -> None:
    text = (
        "The air raid on the old town was heard in the stadium.\n"
        "The coach and his players left the game before the second half.\n"
        "The harvest was good.\nThe mill works again.\nThe road to the coast is open."
    )

    report = found(text)

    assert report is not None
    assert report.parts["desk: sport"] < 0
    assert {cue.evidence.text for cue in report.against if cue.means == "desk: sport"}
