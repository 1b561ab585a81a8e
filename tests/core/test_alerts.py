"""When what is known is said: gathered, cooled down, held for the night, taken back, closed; or why it is not."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.core.alerts import held_for_burst, pending_alert
from shared.core.policy import held_until
from shared.types import (
    AlertState,
    Certainty,
    ClaimKind,
    Incident,
    Mute,
    Muted,
    Place,
    Policy,
    Precision,
    QuietHours,
    Status,
    Story,
)
from tests.core.test_incidents import MONITOR, NOW, TOWN, deed, killed, story
from tests.desk import Desk

MINUTE = timedelta(minutes=1)
GATHERED = Policy(burst=0)
NIGHT = QuietHours(time(22), time(7))
SYRIA = Place("SY", "Syria", "Syria", "SY", "Syria", 35.0, 38.0, Precision.COUNTRY)


def at(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def said(desk: Desk) -> list[tuple[str, str]]:
    return [(str(alert.status), alert.why) for alert in desk.sent]


def waiting(incident: Incident) -> tuple[datetime, str]:
    alert = pending_alert(incident)
    assert alert is not None
    return alert.due_at, alert.reason


def taken_back(known: Story) -> Story:
    return replace(known, revision=known.revision + 1, is_withdrawn=True)


def test_changes_that_come_together_are_one_update() -> None:
    desk = Desk(GATHERED)
    desk.tell(story("a", killed(5)), NOW)

    desk.tell(story("b", killed(8), publisher="BBC News"), at(31))
    incident = desk.tell(story("c", killed(11), publisher="TASS"), at(33))
    due = waiting(incident)
    desk.pass_time(at(60))

    assert due == (at(36), "gathers changes")
    assert said(desk)[1:] == [
        (
            "update",
            "killed: 5 (Russian Defense Ministry) -> 8 (Russian Defense Ministry), 11 (Russian Defense Ministry)",
        )
    ] or said(desk)[1:] == [("update", "killed: 5 (Russian Defense Ministry) -> 11 (Russian Defense Ministry)")]


def test_an_update_cools_down_after_the_last() -> None:
    desk = Desk(GATHERED)
    desk.tell(story("a", killed(5)), NOW)
    desk.tell(story("b", killed(8), publisher="BBC News"), at(2))
    desk.pass_time(at(7))

    incident = desk.tell(story("c", killed(11), publisher="TASS"), at(9))

    assert [alert.status for alert in desk.sent] == [Status.NEW, Status.UPDATE]
    assert waiting(incident) == (at(37), "cools down after the last update")


def test_what_gets_graver_is_told_at_once() -> None:
    desk = Desk(GATHERED)
    desk.tell(story("a", killed(5), severity=60), NOW)

    desk.tell(story("b", killed(80), publisher="BBC News", severity=85), at(2))

    assert [alert.sent_at or alert.due_at for alert in desk.sent] == [NOW, at(2)]
    assert desk.sent[1].status is Status.UPDATE


def test_what_was_told_and_is_taken_back_is_corrected_at_once() -> None:
    desk = Desk(GATHERED)
    first = story("a", killed(21))
    desk.tell(first, NOW)

    desk.tell(replace(first, revision=1, report=replace(first.report, claims=(killed(12),))), at(3))

    assert said(desk)[1:] == [
        (
            "correction",
            "NBC News can be read now: killed: 21 (Russian Defense Ministry) -> 12 (Russian Defense Ministry)",
        )
    ]


def test_what_is_taken_back_before_it_was_sent_is_never_said() -> None:
    desk = Desk(GATHERED)
    second = story("b", killed(80, MONITOR), publisher="BBC News")
    desk.tell(story("a", killed(62)), NOW)
    desk.tell(second, at(1))

    incident = desk.tell(taken_back(second), at(3))
    desk.pass_time(at(90))

    assert [alert.status for alert in desk.sent] == [Status.NEW]
    dropped = [alert for alert in incident.alerts if alert.state is AlertState.DROPPED]
    assert [alert.why for alert in dropped] == ["killed: 62 (Russian Defense Ministry) -> 80 (Syrian Observatory)"]
    assert dropped[0].message == ""


def test_a_first_report_waits_for_a_second_source_where_that_is_wanted() -> None:
    desk = Desk(replace(GATHERED, wait=timedelta(minutes=20)))

    incident = desk.tell(story("a"), NOW)
    due = waiting(incident)
    desk.tell(story("b", publisher="BBC News"), at(4))

    assert due == (at(20), "waits for a second source")
    assert [(alert.status, alert.due_at) for alert in desk.sent] == [(Status.NEW, at(4))]


def test_a_critical_report_waits_for_nobody() -> None:
    desk = Desk(replace(GATHERED, wait=timedelta(minutes=20), quiet=QuietHours(time(0), time(23, 59))))

    desk.tell(story("a", severity=85), NOW)

    assert [alert.status for alert in desk.sent] == [Status.NEW]


def test_quiet_hours_hold_what_is_said_and_not_what_is_decided() -> None:
    desk = Desk(replace(GATHERED, quiet=NIGHT, zone=ZoneInfo("Asia/Damascus")))
    incident = desk.tell(story("a", killed(5)), NOW)  # 23:20 in Damascus

    due = waiting(incident)
    desk.tell(story("b", killed(8), publisher="BBC News"), at(60))
    desk.pass_time(at(24 * 60))

    assert due == (datetime(2016, 9, 18, 4, 0, tzinfo=UTC), "held for quiet hours")
    assert [(alert.status, alert.due_at) for alert in desk.sent[:1]] == [(Status.NEW, due[0])]
    assert [figure.words for figure in desk.sent[0].tells.figures] == ["5", "8"]


QUIET = {
    "in the evening": ("2026-03-04T23:00", "2026-03-05T07:00"),
    "after midnight": ("2026-03-05T03:00", "2026-03-05T07:00"),
    "at the first minute": ("2026-03-04T22:00", "2026-03-05T07:00"),
    "at the end": ("2026-03-05T07:00", None),
    "by day": ("2026-03-04T12:00", None),
    "in the night that is an hour short": ("2026-03-28T23:00", "2026-03-29T07:00"),
    "in the night that is an hour long": ("2026-10-24T23:00", "2026-10-25T07:00"),
}


@pytest.mark.parametrize(("local", "end"), QUIET.values(), ids=QUIET)
def test_a_night_ends_on_the_operators_clock(local: str, end: str | None) -> None:
    zone = ZoneInfo("Europe/Kyiv")
    policy = Policy(quiet=NIGHT, zone=zone)
    moment = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)

    until = held_until(policy, moment, severity=60)

    assert (until and until.astimezone(zone).replace(tzinfo=None)) == (end and datetime.fromisoformat(end))


def test_quiet_hours_by_day_hold_by_day() -> None:
    policy = Policy(quiet=QuietHours(time(9), time(17)))

    assert held_until(policy, datetime(2026, 3, 4, 12, tzinfo=UTC), 60) == datetime(2026, 3, 4, 17, tzinfo=UTC)
    assert held_until(policy, datetime(2026, 3, 4, 18, tzinfo=UTC), 60) is None


def test_nothing_new_for_a_day_closes_an_incident_and_is_recorded() -> None:
    desk = Desk(GATHERED)
    name = desk.tell(story("a", killed(5), age=timedelta()), NOW).id

    desk.pass_time(NOW + timedelta(hours=25))

    closed = desk.incidents[name]
    assert closed.closed_at == NOW + timedelta(hours=24)
    assert [(alert.status, alert.state) for alert in closed.alerts] == [
        (Status.NEW, AlertState.SENT),
        (Status.CLOSED, AlertState.DROPPED),
    ]


def test_readers_are_told_of_a_closing_where_that_is_wanted() -> None:
    desk = Desk(replace(GATHERED, send_closed=True))
    desk.tell(story("a", killed(5), age=timedelta()), NOW)

    desk.pass_time(NOW + timedelta(hours=25))

    assert said(desk)[1:] == [("closed", "nothing new for 24 h")]


def test_a_closed_incident_of_which_there_is_news_is_open_again() -> None:
    desk = Desk(GATHERED)
    first = story("a", killed(5), age=timedelta())
    desk.tell(first, NOW)
    desk.pass_time(NOW + timedelta(hours=25))

    lowered = replace(first, revision=1, report=replace(first.report, claims=(killed(2),)))
    incident = desk.tell(lowered, NOW + timedelta(hours=26))

    assert desk.sent[-1].status is Status.CORRECTION
    assert incident.closed_at is None


MUTES = {
    "its rule": (Mute(Muted.RULE, "airstrike", NOW, why="exercise week"), "muted: rule airstrike (exercise week)"),
    "the only feed that tells it": (Mute(Muted.FEED, "feed1", NOW), "muted: feed"),
}


@pytest.mark.parametrize(("mute", "reason"), MUTES.values(), ids=MUTES)
def test_what_is_muted_is_recorded_and_not_said(mute: Mute, reason: str) -> None:
    desk = Desk(GATHERED, mutes=(mute,))

    incident = desk.tell(replace(story("a", killed(5)), feed_id="feed1"), NOW)

    assert desk.sent == []
    assert [silence.reason for silence in incident.silences] == [reason]


def test_a_muted_incident_says_nothing_more_and_what_was_about_to_be_said_is_dropped() -> None:
    desk = Desk(GATHERED)
    name = desk.tell(story("a", killed(5)), NOW).id
    desk.tell(story("b", killed(8), publisher="BBC News"), at(1))
    desk.mutes = (Mute(Muted.INCIDENT, name, at(2)),)

    incident = desk.tell(story("c", killed(9), publisher="TASS"), at(3))

    assert pending_alert(incident) is None
    assert [(alert.state, alert.reason) for alert in incident.alerts[1:]] == [
        (AlertState.DROPPED, f"muted: incident {name}")
    ]


def test_a_muted_feed_says_nothing_and_another_still_does() -> None:
    desk = Desk(mutes=(Mute(Muted.FEED, "feed1", NOW),))
    desk.tell(replace(story("a", killed(5)), feed_id="feed1"), NOW)

    desk.tell(replace(story("b", killed(5), publisher="BBC News"), feed_id="feed2"), at(1))

    assert said(desk) == [("new", "first report, by BBC News")]


def test_a_brief_that_names_only_the_country_of_a_known_strike_is_not_told_again() -> None:
    desk = Desk()
    first = desk.tell(story("a", killed(62)), NOW)

    brief = desk.tell(story("b", publisher="BBC News", place=SYRIA), at(5))

    if brief.id != first.id:
        assert brief.maybe_same == (first.id,)
        assert [silence.reason for silence in brief.silences] == [
            f"may be the same as {first.id}, and says no nearer where"
        ]
    assert len(desk.sent) == 1


def test_a_place_made_precise_is_an_update() -> None:
    desk = Desk()
    desk.tell(story("a", killed(62), place=SYRIA), NOW)

    incident = desk.tell(story("b", killed(62), publisher="BBC News"), at(5))

    assert said(desk)[1:] == [("update", "place: Syria -> Deir ez-Zor")]
    assert incident.place == TOWN


def test_a_day_long_past_that_an_article_of_today_tells_of_is_no_news() -> None:
    desk = Desk()
    old = story("a", killed(5))
    old = replace(old, traits=replace(old.traits, day=NOW.date() - timedelta(days=5), is_day_told=True))

    incident = desk.tell(old, NOW)

    assert desk.sent == []
    assert [silence.reason for silence in incident.silences] == ["older than 48 h"]


def test_who_first_speaks_of_who_did_it_is_an_update_and_who_follows_is_not() -> None:
    desk = Desk()
    desk.tell(story("a", killed(5)), NOW)

    desk.tell(story("b", killed(5), deed(ClaimKind.RESPONSIBILITY, "The army"), publisher="BBC News"), at(1))
    desk.tell(story("c", killed(5), deed(ClaimKind.RESPONSIBILITY, "The militia"), publisher="TASS"), at(2))

    assert said(desk)[1:] == [("update", "responsibility: spoken of by army")]


def test_a_story_told_with_others_of_its_country_keeps_its_time_through_what_follows() -> None:
    desk = Desk(replace(GATHERED, wait=timedelta(minutes=1)))
    incident = held_for_burst(desk.tell(story("a", killed(5)), NOW), at(5))
    desk.incidents[incident.id] = incident

    after = desk.tell(story("b", killed(9), publisher="BBC News", certainty=Certainty.REPORTED), at(2))

    alert = pending_alert(after)
    assert alert is not None
    assert (alert.is_burst, alert.due_at, alert.status) == (True, at(5), Status.NEW)
