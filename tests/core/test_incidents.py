"""Stories become incidents, and only what is news is said."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.incidents import (
    KEPT,
    confidence,
    current_stories,
    figures,
    is_withdrawn,
    publishers,
)
from shared.core.kinship import group_of
from shared.core.sight import Shelf
from shared.types import (
    Alert,
    AlertState,
    Certainty,
    Claim,
    ClaimKind,
    Edit,
    Evidence,
    Field,
    Incident,
    Place,
    Policy,
    Precision,
    Report,
    Status,
    Story,
    Traits,
)
from tests.desk import Desk

NOW = datetime(2016, 9, 17, 20, 20, tzinfo=UTC)
TOWN = Place("170794", "Deir ez-Zor", "Deir el-Zour", "SY", "Syria", 35.3359, 40.1408, Precision.CITY)
SAID = Evidence("airstrike/1", Field.TEXT, 10, 20, "words said")
MINISTRY = "The Russian Defense Ministry"
MONITOR = "Syrian Observatory"


COPY = Traits(sketch=tuple(range(64)))
"""Of copies of one text."""


def killed(value: int | None, by: str = MINISTRY, low: int | None = None, high: int | None = None) -> Claim:
    if low is None and high is None:
        low = high = value
    return Claim(ClaimKind.KILLED, by, "said", Certainty.CLAIMED, SAID, value, low, high)


def deed(kind: ClaimKind, by: str) -> Claim:
    certainty = Certainty.DENIED if kind is ClaimKind.DENIAL else Certainty.ALLEGED
    return Claim(kind, by, "said", certainty, SAID)


def story(
    name: str = "a",
    *claims: Claim,
    publisher: str = "NBC News",
    certainty: Certainty = Certainty.CLAIMED,
    place: Place | None = TOWN,
    category: str = "airstrike",
    age: timedelta | None = timedelta(minutes=5),
    severity: int = 60,
    kind: str = "",
    flags: tuple[str, ...] = (),
) -> Story:
    report = Report(
        id=f"report-{name}",
        article_id=f"article-{name}",
        category=category,
        certainty=certainty,
        severity=severity,
        score=0.9,
        place=place,
        claims=claims,
        evidence=(SAID,),
        sentence=SAID,
        kind=kind,
        flags=flags,
    )
    published_at = None if age is None else NOW - age
    return Story(
        report,
        f"https://{name}.example/",
        f"Title {name}",
        publisher,
        published_at,
        f"articles/{name}",
        "0" * 64,
        False,
        "",
        read_at=NOW if published_at is None else max(NOW, published_at),
    )


@dataclass(frozen=True)
class Outcome:
    """What the last of some stories came to."""

    incident: Incident
    alert: Alert | None
    silence: str


def told(*stories: Story, now: datetime = NOW) -> Outcome:
    """What the last story comes to, after the others."""
    desk = Desk()
    for each in stories:
        before, count = set(map(id, desk.incidents.values())), len(desk.sent)
        incident = desk.tell(each, now)
    alert = desk.sent[-1] if len(desk.sent) > count else None
    if id(incident) in before:
        return Outcome(incident, None, "already counted")
    return Outcome(incident, alert, "" if alert else incident.silences[-1].reason)


def test_an_incident_keeps_so_many_stories_and_those_that_tell_something_among_them() -> None:
    told_by_all = [story(str(number), publisher=f"Paper {number % 9}") for number in range(KEPT + 5)]

    incident = told(*told_by_all, story("new", killed(900), publisher="Paper 1", age=timedelta())).incident

    assert len(incident.stories) == KEPT
    assert [figure.number for figure in figures(incident, ClaimKind.KILLED)] == [900]
    assert len(publishers(incident)) == 9


def test_the_record_is_the_same_in_whatever_order_stories_come() -> None:
    stories = [
        story("a", killed(62), age=timedelta(hours=3)),
        story("b", killed(80, MONITOR), publisher="BBC News", age=timedelta(hours=1), severity=80),
        story("c", publisher="TASS", certainty=Certainty.DENIED, age=timedelta(hours=2)),
        story("d", killed(62), publisher="The Post", age=timedelta(hours=2), certainty=Certainty.REPORTED),
    ]

    records = [
        replace(told(*order, *order[:2]).incident, alerts=(), silences=(), revision=0)
        for order in permutations(stories)
    ]

    assert records == [records[0]] * len(records)
    assert [each.report.id[-1] for each in records[0].stories] == ["a", "c", "d", "b"]


def test_a_first_story_is_told_at_once() -> None:
    decision = told(story("a", killed(62)))

    assert decision.alert is not None
    assert decision.alert.status is Status.NEW
    assert decision.alert.id == f"{decision.incident.id}-r1"
    assert [alert.state for alert in decision.incident.alerts] == [AlertState.SENT]
    assert decision.incident.revision == 1
    assert re.fullmatch(r"[a-z2-7]{8,10}", decision.incident.id)


def test_a_second_story_of_the_event_joins_and_raises_the_severity() -> None:
    decision = told(story("a", severity=60), story("b", severity=80, publisher="BBC News"))

    assert [each.report.id for each in decision.incident.stories] == ["report-a", "report-b"]
    assert decision.incident.severity == 80


def test_a_story_of_another_place_is_another_incident() -> None:
    decision = told(story("a"), story("b", place=ALEPPO))

    assert [each.report.id for each in decision.incident.stories] == ["report-b"]
    assert decision.alert is not None
    assert decision.alert.status is Status.NEW


def test_of_two_incidents_that_became_one_all_that_was_told_counts() -> None:
    desk = Desk()
    here, there = (
        story(name, killed(number), publisher=name, place=replace(TOWN, id=name, lat=35.3 + far, lon=40.1))
        for name, number, far in (("One", 9, 0.0), ("Two", 12, 0.2))
    )
    first = desk.tell(here, NOW)
    second = desk.tell(there, NOW + timedelta(minutes=1))
    assert first.id != second.id
    denied = story("d", publisher="TASS", certainty=Certainty.DENIED, place=here.report.place)
    desk.tell(denied, NOW + timedelta(minutes=2))
    count = len(desk.sent)

    bridge = replace(story("c", killed(9), killed(12), publisher="Three", place=here.report.place), traits=COPY)
    desk.shelf = Shelf(
        replace(each, stories=tuple(replace(one, traits=COPY) for one in each.stories))
        for each in desk.incidents.values()
    )
    whole = desk.tell(bridge, NOW + timedelta(minutes=3))

    assert whole.id == first.id
    assert whole.also == (second.id,)
    assert desk.incidents[second.id].merged_into == first.id
    assert [alert.why for alert in desk.sent[count:]] == []


def test_what_was_about_to_be_said_of_one_of_two_that_became_one_is_not_said_and_says_why() -> None:
    desk = Desk(Policy(gather=timedelta(0), cool_down=timedelta(0), burst=0, wait=timedelta(hours=1)))
    here, there = (
        replace(story(name, publisher=name, place=replace(TOWN, id=name, lat=35.3 + far, lon=40.1)), traits=traits)
        for name, far, traits in (("One", 0.0, Traits()), ("Two", 0.2, Traits(sketch=tuple(range(100, 164)))))
    )
    first, second = desk.tell(here, NOW), desk.tell(there, NOW + timedelta(minutes=1))
    assert first.id != second.id
    desk.shelf = Shelf(
        replace(each, stories=tuple(replace(one, traits=COPY) for one in each.stories))
        for each in desk.incidents.values()
    )

    whole = desk.tell(replace(story("c", publisher="Three", place=here.report.place), traits=COPY), NOW)

    states = {alert.id.partition("-")[0]: (alert.state, alert.reason) for alert in whole.alerts}
    assert states[second.id] == (AlertState.DROPPED, f"found to be the same as {first.id}")
    assert states[first.id][0] is AlertState.PENDING


def test_the_same_report_again_changes_nothing_and_says_nothing() -> None:
    desk = Desk()
    before = desk.tell(story("a", killed(62)), NOW)

    after = desk.tell(story("a", killed(99)), NOW + timedelta(days=9))

    assert after == before
    assert len(desk.sent) == 1


UPDATES = {
    "a higher toll of another owner": (
        [story("a", killed(62)), story("b", killed(80, MONITOR))],
        "killed: 62 (Russian Defense Ministry) -> 80 (Syrian Observatory)",
    ),
    "a lower toll of another owner": (
        [story("a", killed(62)), story("b", killed(50, MONITOR))],
        "killed: 62 (Russian Defense Ministry), also 50 (Syrian Observatory)",
    ),
    "a higher toll of the same owner": (
        [story("a", killed(62)), story("b", killed(83))],
        "killed: 62 (Russian Defense Ministry) -> 83 (Russian Defense Ministry)",
    ),
    "a first toll": ([story("a"), story("b", killed(62))], "killed: no figure -> 62 (Russian Defense Ministry)"),
    "a raised floor": (
        [story("a", killed(12, low=12)), story("b", killed(20, MONITOR, low=20))],
        "killed: at least 12 (Russian Defense Ministry) -> at least 20 (Syrian Observatory)",
    ),
    "seen by an official observer": (
        [story("a"), story("b", certainty=Certainty.OBSERVED, publisher="BBC News")],
        "certainty: claimed -> observed",
    ),
    "alleged no longer only": (
        [story("a", certainty=Certainty.ALLEGED), story("b", certainty=Certainty.REPORTED, publisher="BBC News")],
        "certainty: alleged -> reported",
    ),
    "a first claim of a breach": (
        [story("a"), story("b", deed(ClaimKind.VIOLATION, "Vitaly Churkin"))],
        "ceasefire violation: alleged by Vitaly Churkin",
    ),
    "a first denial in a story that tells it": (
        [story("a"), story("b", deed(ClaimKind.DENIAL, "U.S. Central Command"))],
        "denied by U.S. Central Command",
    ),
    "a first count of the missing": (
        [story("a", killed(62)), story("b", replace(killed(9, MONITOR), kind=ClaimKind.MISSING))],
        "missing: no figure -> 9 (Syrian Observatory)",
    ),
    "more displaced": (
        [
            story(name, replace(killed(number), kind=ClaimKind.DISPLACED))
            for name, number in (("a", 900), ("b", 40_000))
        ],
        "displaced: 900 (Russian Defense Ministry) -> 40,000 (Russian Defense Ministry)",
    ),
    "an estimate above what is known": (
        [story("a", killed(62)), story("b", replace(killed(80, MONITOR), min=None, max=None))],
        "killed: 62 (Russian Defense Ministry) -> about 80 (Syrian Observatory)",
    ),
    "a flag that a second source tells": (
        [story("a")] + [story(name, publisher=name, flags=("friendly_fire",)) for name in ("The Example", "BBC News")],
        "possibly friendly fire",
    ),
    "a flag with what else is new": (
        [story("a", killed(5)), story("b", killed(8), flags=("protected_object",))],
        "killed: 5 (Russian Defense Ministry) -> 8 (Russian Defense Ministry); protected object or person hit",
    ),
    "a flag of an operator's own that an observer saw": (
        [
            story("a", certainty=Certainty.OBSERVED),
            story("b", flags=("crossing_closed",), certainty=Certainty.OBSERVED),
        ],
        "crossing closed",
    ),
    "a story that denies it": (
        [story("a"), story("b", certainty=Certainty.DENIED, publisher="TASS")],
        "denied by someone, TASS says",
    ),
}


@pytest.mark.parametrize(("stories", "why"), UPDATES.values(), ids=UPDATES)
def test_a_changed_field_is_an_update_that_names_the_change(stories: list[Story], why: str) -> None:
    decision = told(*stories)

    assert decision.alert is not None
    assert decision.alert.status is Status.UPDATE
    assert decision.alert.why == why
    assert decision.alert.id == f"{decision.incident.id}-r2"


SILENCES = {
    "the same figure elsewhere": (
        [story("a", killed(62)), story("b", killed(62), publisher="BBC News")],
        "adds a source, changes no figure",
    ),
    "the same figure of another owner": (
        [story("a", killed(62)), story("b", killed(62, MONITOR), publisher="BBC News")],
        "adds a source, changes no figure",
    ),
    "the same owner in another spelling, with an older figure": (
        [
            story("a", killed(62)),
            story("b", killed(40, "Russian defence ministry"), publisher="BBC News", age=timedelta(hours=1)),
        ],
        "adds a source, changes no figure",
    ),
    "a floor below what is known": (
        [story("a", killed(62)), story("b", killed(13, MONITOR, low=13), publisher="BBC News")],
        "adds a source, changes no figure",
    ),
    "an estimate below what is known": (
        [story("a", killed(62)), story("b", replace(killed(60, MONITOR), min=None, max=None), publisher="BBC News")],
        "adds a source, changes no figure",
    ),
    "a kind": ([story("a"), story("b", kind="car_bomb")], "adds nothing new"),
    "a publisher that leaves out who said so": (
        [story("a"), story("b", certainty=Certainty.REPORTED, publisher="BBC News")],
        "adds a source, changes no figure",
    ),
    "a flag by the word of one": (
        [story("a"), story("b", publisher="BBC News", flags=("protected_object",))],
        "adds a source, changes no figure",
    ),
    "a flag that is known": ([story(name, flags=("friendly_fire",)) for name in "ab"], "adds nothing new"),
    "nothing new from the same publisher": ([story("a", killed(62)), story("b", killed(62))], "adds nothing new"),
    "a second claim of a breach": (
        [
            story("a", deed(ClaimKind.VIOLATION, "Vitaly Churkin")),
            story("b", deed(ClaimKind.VIOLATION, "Sergei Lavrov"), publisher="BBC News"),
        ],
        "adds a source, changes no figure",
    ),
    "a breach alleged in what is a breach already": (
        [
            story("a", category="ceasefire_violation"),
            story("b", deed(ClaimKind.VIOLATION, "Sergei Lavrov"), category="ceasefire_violation"),
        ],
        "adds nothing new",
    ),
    "a figure of what might have been": (
        [story("a", killed(62)), story("b", replace(killed(400, MONITOR), certainty=Certainty.HYPOTHETICAL))],
        "adds nothing new",
    ),
    "certainty that falls": (
        [story("a", certainty=Certainty.REPORTED), story("b", certainty=Certainty.ALLEGED, publisher="BBC News")],
        "adds a source, changes no figure",
    ),
    "an article three days old": ([story("a", killed(9), age=timedelta(hours=49))], "older than 48 h"),
    "a threat": (
        [story("a", certainty=Certainty.THREATENED)],
        "threatened: not told as having happened",
    ),
    "an anniversary of a known place": (
        [story("a"), story("b", killed(400), certainty=Certainty.HISTORICAL)],
        "adds nothing new",
    ),
    "a denial of what was never told": ([story("a", certainty=Certainty.DENIED)], "denied, and never alerted"),
}


@pytest.mark.parametrize(("stories", "reason"), SILENCES.values(), ids=SILENCES)
def test_what_is_no_news_is_silent_and_the_reason_is_kept(stories: list[Story], reason: str) -> None:
    decision = told(*stories)

    assert decision.alert is None
    assert decision.silence == reason
    assert stories[-1] in decision.incident.stories


def test_an_article_without_a_date_is_taken_as_of_now() -> None:
    assert told(story("a", age=None)).alert is not None


def test_an_incident_that_was_silent_is_told_as_new_once_a_story_can_be_believed() -> None:
    decision = told(story("a", certainty=Certainty.DENIED), story("b", killed(62), publisher="BBC News"))

    assert decision.alert is not None
    assert decision.alert.status is Status.NEW
    assert decision.incident.revision == 1
    assert decision.incident.certainty is Certainty.CLAIMED


def test_a_historical_figure_does_not_enter_the_ledger() -> None:
    incident = told(story("a", killed(62)), story("b", killed(400), certainty=Certainty.HISTORICAL)).incident

    assert [figure.number for figure in figures(incident, ClaimKind.KILLED)] == [62]


CONFIDENCES = {
    "one publisher": ([story("a")], "possible"),
    "one publisher twice": ([story("a"), story("b")], "possible"),
    "one publisher in two spellings": ([story("a"), story("b", publisher=" nbc news")], "possible"),
    "one publisher of what an observer saw": ([story("a", certainty=Certainty.OBSERVED)], "observed"),
    "two publishers": ([story("a"), story("b", publisher="BBC News")], "likely"),
    "a second that denies it": ([story("a"), story("b", publisher="TASS", certainty=Certainty.DENIED)], "possible"),
}


@pytest.mark.parametrize(("stories", "words"), CONFIDENCES.values(), ids=CONFIDENCES)
def test_sources_are_counted_by_publisher(stories: list[Story], words: str) -> None:
    assert confidence(told(*stories).incident) == words


def edited(
    before: Story, *claims: Claim, revision: int = 1, edits: tuple[Edit, ...] = (Edit("was", "is"),), **fields: Any
) -> Story:
    """A later reading of a story's article."""
    report = replace(before.report, **{"claims": claims, **fields})
    return replace(before, report=report, revision=revision, edits=edits, group=group_of(before))


FIVE = story("a", killed(5), publisher="The Example")
ALEPPO = replace(TOWN, id="170063", name="Aleppo")
NOTICE = Edit("", "Correction: the toll was 12, not 21.")
CHANGED = {
    "a higher toll": (
        [FIVE, edited(FIVE, killed(12))],
        "killed: 5 (Russian Defense Ministry) -> 12 (Russian Defense Ministry)",
    ),
    "a lower toll": (
        [FIVE, edited(FIVE, killed(2))],
        "killed: 5 (Russian Defense Ministry) -> 2 (Russian Defense Ministry)",
    ),
    "a toll taken out": ([FIVE, edited(FIVE)], "killed: 5 (Russian Defense Ministry) -> no figure"),
    "a toll put in": (
        [FIVE, edited(FIVE, killed(5), replace(killed(9), kind=ClaimKind.WOUNDED))],
        "wounded: no figure -> 9 (Russian Defense Ministry)",
    ),
    "a toll that is another's": (
        [FIVE, edited(FIVE, killed(5, MONITOR))],
        "killed: 5 (Russian Defense Ministry) -> 5 (Syrian Observatory)",
    ),
    "a second owner's toll": (
        [FIVE, edited(FIVE, killed(5), killed(9, MONITOR))],
        "killed: 5 (Russian Defense Ministry) -> 9 (Syrian Observatory)",
    ),
    "less sure": ([FIVE, edited(FIVE, killed(5), certainty=Certainty.ALLEGED)], "certainty: claimed -> alleged"),
    "surer": ([FIVE, edited(FIVE, killed(5), certainty=Certainty.OBSERVED)], "certainty: claimed -> observed"),
    "another place": ([FIVE, edited(FIVE, killed(5), place=ALEPPO)], "place: Deir ez-Zor -> Aleppo"),
    "no place any more": ([FIVE, edited(FIVE, killed(5), place=None)], "place: Deir ez-Zor -> not stated"),
    "a breach alleged": (
        [FIVE, edited(FIVE, killed(5), deed(ClaimKind.VIOLATION, "Vitaly Churkin"))],
        "ceasefire violation: alleged by Vitaly Churkin",
    ),
    "somebody else's deed": (
        [
            story("a", deed(ClaimKind.RESPONSIBILITY, "The army"), publisher="The Example"),
            edited(FIVE, deed(ClaimKind.RESPONSIBILITY, "The militia")),
        ],
        "no longer responsibility: spoken of by army",
    ),
    "a flag taken out": (
        [replace(FIVE, report=replace(FIVE.report, flags=("friendly_fire",))), edited(FIVE, killed(5))],
        "no longer possibly friendly fire",
    ),
    "told no longer": ([FIVE, replace(FIVE, revision=1, is_withdrawn=True, edits=(Edit("was", ""),))], ""),
    "denied now": (
        [FIVE, edited(FIVE, deed(ClaimKind.DENIAL, "The army"), certainty=Certainty.DENIED)],
        "it is told no longer as having happened; denied by army",
    ),
    "no event any more, but a threat": ([FIVE, edited(FIVE, certainty=Certainty.THREATENED)], ""),
    "taken back and told again": (
        [FIVE, edited(FIVE, certainty=Certainty.THREATENED), edited(FIVE, killed(5), revision=2)],
        "it is told as having happened again; killed: no figure -> 5 (Russian Defense Ministry); "
        "certainty: threatened -> claimed",
    ),
    "a correction of something else": (
        [FIVE, edited(FIVE, killed(5), edits=(NOTICE,))],
        'a notice, "Correction: the toll was 12, not 21."',
    ),
    "what others had not told": (
        [FIVE, story("b", killed(9), publisher="BBC News"), edited(FIVE, killed(12))],
        "killed: 9 (Russian Defense Ministry) -> 12 (Russian Defense Ministry)",
    ),
    "down to what another says": (
        [FIVE, story("b", killed(2, MONITOR), publisher="BBC News"), edited(FIVE, killed(2))],
        "killed: 5 (Russian Defense Ministry) -> 2 (Russian Defense Ministry)",
    ),
}


@pytest.mark.parametrize(("stories", "why"), CHANGED.values(), ids=CHANGED)
def test_an_edit_of_a_coded_field_is_an_update_that_names_it(stories: list[Story], why: str) -> None:
    decision = told(*stories)

    assert decision.alert is not None
    assert decision.alert.why == f"Example edited its article: {why or 'it is told no longer as having happened'}"
    assert [each.revision for each in decision.incident.stories if each.report.id == "report-a"] == [
        stories[-1].revision
    ]
    assert len({each.report.id for each in decision.incident.stories}) == len(decision.incident.stories)


UNTOLD = {
    "another kind": [FIVE, edited(FIVE, killed(5), kind="car_bomb")],
    "a flag": [FIVE, edited(FIVE, killed(5), flags=("friendly_fire",))],
    "nothing coded": [FIVE, edited(FIVE, killed(5))],
    "a figure made vague": [FIVE, edited(FIVE, killed(5, low=5))],
    "what another has told already": [FIVE, story("b", killed(12, MONITOR)), edited(FIVE, killed(12))],
    "less sure, where another stands by it": [
        FIVE,
        story("b", killed(5), publisher="BBC News"),
        edited(FIVE, killed(5), certainty=Certainty.ALLEGED),
    ],
}


@pytest.mark.parametrize("stories", UNTOLD.values(), ids=UNTOLD)
def test_an_edit_that_changes_nothing_told_is_kept_and_not_told(stories: list[Story]) -> None:
    decision = told(*stories)

    assert decision.alert is None
    assert decision.silence == "edited, and nothing that was told is changed by it"
    assert replace(decision.incident.stories[0], before=None) == stories[-1]


def test_an_edit_is_told_however_old_the_article_has_become() -> None:
    desk = Desk()
    desk.tell(FIVE, NOW)

    desk.tell(edited(FIVE, killed(12)), NOW + timedelta(hours=72))

    assert len(desk.sent) == 2


def test_of_several_revisions_the_latest_counts_in_whatever_order_they_come() -> None:
    decision = told(FIVE, edited(FIVE, killed(12), revision=2), edited(FIVE, killed(9), revision=1))

    assert decision.silence == "already counted"
    assert [figure.number for figure in figures(decision.incident, ClaimKind.KILLED)] == [12]


def test_a_revision_that_comes_first_is_the_story() -> None:
    decision = told(edited(FIVE, killed(12)), FIVE)

    assert decision.silence == "already counted"
    assert [figure.number for figure in figures(decision.incident, ClaimKind.KILLED)] == [12]


def test_what_is_taken_back_before_it_was_known_alerts_nobody_either_way() -> None:
    gone = replace(FIVE, revision=1, is_withdrawn=True)

    assert told(gone).silence == "withdrawn, and never alerted"
    assert told(gone, FIVE).silence == "already counted"


def test_an_incident_that_its_only_source_takes_back_has_no_figures_and_no_source() -> None:
    incident = told(FIVE, replace(FIVE, revision=1, is_withdrawn=True)).incident

    assert is_withdrawn(incident)
    assert figures(incident, ClaimKind.KILLED) == ()
    assert publishers(incident) == ()


def test_an_incident_that_one_of_two_takes_back_stands_on_the_other() -> None:
    other = story("b", killed(7, MONITOR), publisher="BBC News")

    incident = told(FIVE, other, replace(FIVE, revision=1, is_withdrawn=True)).incident

    assert not is_withdrawn(incident)
    assert [figure.number for figure in figures(incident, ClaimKind.KILLED)] == [7]


def test_an_edited_place_is_the_incidents_when_nobody_stands_by_the_old() -> None:
    decision = told(FIVE, edited(FIVE, killed(5), place=ALEPPO))

    assert decision.incident.place == ALEPPO
    assert decision.incident.group == group_of(FIVE)
    assert decision.incident.alerts[0].status is Status.NEW


def test_an_edited_place_is_not_the_incidents_while_others_stand_by_the_old() -> None:
    others = [story(name, killed(5), publisher=name) for name in ("BBC News", "TASS")]

    decision = told(FIVE, *others, edited(FIVE, killed(5), place=ALEPPO))

    assert decision.incident.place == TOWN
    assert len(decision.incident.stories) == 3


def test_a_page_that_can_be_read_at_last_is_not_said_to_be_edited() -> None:
    decision = told(FIVE, edited(FIVE, killed(12), edits=()))

    assert decision.alert is not None
    assert decision.alert.why.startswith("Example can be read now: killed: 5")


SOME_STORIES = st.lists(
    st.builds(
        story,
        st.sampled_from("abcdefgh"),
        st.builds(killed, st.integers(0, 99), st.sampled_from([MINISTRY, MONITOR])),
        publisher=st.sampled_from(["NBC News", "BBC News", "TASS"]),
        certainty=st.sampled_from(Certainty),
        age=st.none() | st.timedeltas(timedelta(), timedelta(hours=60)),
    )
    | st.builds(
        lambda name, claim, certainty, revision, is_withdrawn: replace(
            edited(story(name), claim, revision=revision, certainty=certainty), is_withdrawn=is_withdrawn
        ),
        st.sampled_from("abcdefgh"),
        st.builds(killed, st.integers(0, 99), st.sampled_from([MINISTRY, MONITOR])),
        st.sampled_from(Certainty),
        st.integers(1, 4),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(stories=SOME_STORIES)
def test_redelivering_everything_says_and_changes_nothing(stories: list[Story]) -> None:
    desk = Desk()
    for each in stories:
        desk.tell(each, NOW)
    before, count = dict(desk.incidents), len(desk.sent)

    for each in stories:
        desk.tell(each, NOW)

    assert len(desk.sent) == count
    assert desk.incidents == before


@given(stories=SOME_STORIES)
def test_every_story_ends_in_an_alert_or_a_reason_and_revisions_count_the_alerts(stories: list[Story]) -> None:
    desk = Desk()
    known: set[tuple[str, int]] = set()
    for each in stories:
        count = len(desk.sent)
        incident = desk.tell(each, NOW)

        if (each.report.id, each.revision) not in known and each in incident.stories:
            reasons = [silence for silence in incident.silences if silence.report_id == each.report.id]
            assert reasons or len(desk.sent) > count
        known |= {(each.report.id, revision) for revision in range(each.revision + 1)}
        own = [alert for alert in incident.alerts if alert.id.startswith(incident.id)]
        assert [alert.revision for alert in own] == list(range(1, len(own) + 1))
        assert [alert.status for alert in own[:1]] in ([], [Status.NEW])
        assert len(publishers(incident)) <= 3


def test_of_a_page_that_was_read_in_several_editions_the_latest_counts() -> None:
    first = story("a", killed(14))
    edited = replace(story("b", killed(22)), url=first.url)
    other = story("c", killed(30, MONITOR), publisher="Other")

    incident = told(first, edited, other).incident

    assert [figure.number for figure in figures(incident, ClaimKind.KILLED)] == [22, 30]
    assert current_stories(incident) == (edited, other)
