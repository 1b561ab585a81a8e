"""The digest: what came, whose figures, what changed, what was not said and why; nothing that a feed could forge."""

import json
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from shared.core.health import Kind
from shared.core.render import Message, to_publish
from shared.core.render.digest import Feeds, Period, render_digest
from shared.core.sns_contract import check
from shared.types import AlertState, Incident, Silence, Status
from tests.core.site.hostile import incidents
from tests.core.site.told import (
    MINISTRY,
    MONITOR,
    NOW,
    RISEN,
    TOWN,
    UNPLACED,
    UNTOLD,
    alert,
    figure,
    incident,
    story,
)
from tests.core.test_render_data import STRICT

DAY = Period(NOW - timedelta(days=1), NOW)
FEEDS = Feeds(412, {Kind.FEEDS_BROKEN: 3, Kind.FEEDS_SILENT: 1, Kind.FEEDS_GONE: 0})
SHELLED = incident(
    story(6, figure(12, MONITOR, at_least=True), category="shelling", severity=45),
    id="e5e5e5e5e5",
    alerts=(alert(incident_id="e5e5e5e5e5"),),
)


def digest(*told: Incident, period: Period = DAY, zone: str = "UTC") -> Message:
    message = render_digest(told, period, FEEDS, zone=zone)
    assert message is not None
    check(to_publish(message))
    return message


def text(message: Message) -> str:
    return " ".join(message.bodies["email"].split())


def test_a_day_is_told_by_country_and_kind_with_whose_figures_they_are() -> None:
    message = digest(SHELLED, RISEN, UNPLACED)

    assert message.subject == "Daily digest 22 Nov: 3 incidents, 74-92+ killed as told"
    assert message.bodies["email"] == (
        "Daily digest 22 Nov: 2026-11-21 20:00 UTC to 2026-11-22 20:00 UTC\n"
        "3 new incidents in 1 country, 1 change\n"
        "74-92+ killed as told: the lowest figures and the highest, added up; whose\n"
        "    they are is below\n"
        "\n"
        "Syria: 2 - airstrike 1, shelling 1\n"
        "  - HIGH airstrike, claimed: Deir ez-Zor - 62 to 80 killed (Ministry of\n"
        "    Defence; River Monitor). Id k3v7q2mzab\n"
        "  - MEDIUM shelling, claimed, unconfirmed: Deir ez-Zor - at least 12 killed\n"
        "    (River Monitor). Id e5e5e5e5e5\n"
        "\n"
        "Country not stated: 1 - airstrike 1\n"
        "  - HIGH airstrike, claimed, unconfirmed: place not stated - no figure. Id\n"
        "    b2b2b2b2b2\n"
        "\n"
        "What changed\n"
        "  - Update, 17:20 UTC: Airstrike, Deir ez-Zor, Syria - killed: 62 (Ministry of\n"
        "    Defence) -> 80 (River Monitor). Id k3v7q2mzab\n"
        "\n"
        "Feeds: 412 watched; 3 failing, 1 silent\n"
    )


def test_whatever_the_order_of_the_incidents_it_reads_the_same() -> None:
    assert digest(SHELLED, RISEN, UNPLACED) == digest(UNPLACED, RISEN, SHELLED)


def test_one_figure_is_no_range_and_no_sum() -> None:
    message = digest(incident(story(1, figure(62, MINISTRY))))

    assert message.subject == "Daily digest 22 Nov: 1 incident, 62 killed as told"
    assert "62 killed as told\n" in message.bodies["email"]


def test_what_may_be_the_same_is_counted_once_at_the_least() -> None:
    first = incident(story(1, figure(62, MINISTRY)), id="a1", maybe_same=("b2", "z9"))
    second = incident(story(2, figure(80, MONITOR)), id="b2")
    third = incident(story(3, figure(5, MONITOR)), id="c3", maybe_same=("b2",))

    message = digest(first, second, third, SHELLED)

    assert message.subject == "Daily digest 22 Nov: 4 incidents, 17-159+ killed as told"
    assert "2 may be the same as another: at the least they are counted as one\n" in message.bodies["email"]


def test_what_was_told_before_is_counted_as_changed_and_not_again() -> None:
    since_noon = Period((RISEN.alerts[1].sent_at or NOW) - timedelta(minutes=1), NOW)

    message = digest(RISEN, period=since_noon)

    assert message.subject == "Daily digest 22 Nov: no new incident, 1 change"
    assert "80 (River Monitor)" in text(message)
    assert "0 new incidents, 1 change" in text(message)


@pytest.mark.parametrize(
    ("status", "word"), [(Status.CORRECTION, "Correction, "), (Status.CLOSED, "Closed, ")], ids=["taken back", "over"]
)
def test_what_was_taken_back_or_is_over_is_named(status: Status, word: str) -> None:
    quiet = alert(
        2, status, why="what it was", state=AlertState.DROPPED if status is Status.CLOSED else AlertState.SENT
    )

    message = digest(incident(alerts=(alert(), quiet)))

    assert f"- {word}17:20 UTC: Airstrike, Deir ez-Zor, Syria - what it was." in text(message)
    assert "What was not said" not in message.bodies["email"]


def test_an_alert_belongs_to_the_one_period_in_which_it_was_decided() -> None:
    at = alert().decided_at
    before, after = Period(at - timedelta(days=1), at), Period(at, at + timedelta(days=1))

    assert render_digest([incident()], before, FEEDS) is None
    assert render_digest([incident()], after, FEEDS) is not None


def test_why_nothing_was_said_is_counted_by_reason_whichever_incident_it_names() -> None:
    hour_ago = NOW - timedelta(hours=1)
    reasons = ["adds nothing new", "may be the same as a1b2, and says no nearer where", "muted: rule shelling (noise)"]
    silences = [*reasons, "may be the same as c3d4, and says no nearer where", "adds nothing new", "adds nothing new"]
    old = Silence(DAY.since - timedelta(seconds=1), "r", "adds nothing new")
    dropped = alert(2, Status.UPDATE, state=AlertState.DROPPED, reason="muted: feed")
    quiet = incident(
        alerts=(alert(), dropped), silences=(old, *(Silence(hour_ago, f"r{n}", why) for n, why in enumerate(silences)))
    )

    body = digest(quiet).bodies["email"]

    assert (
        "What was not said\n"
        "  6 reports\n"
        "    3 adds nothing new\n"
        "    2 may be the same as another, and says no nearer where\n"
        "    1 muted: rule shelling\n"
        "  1 alert\n"
        "    1 muted: feed\n"
    ) in body


def test_what_quiet_hours_hold_is_told_and_said_to_wait() -> None:
    held = alert(state=AlertState.PENDING, sent_at=None, due_at=NOW + timedelta(hours=1), reason="held for quiet hours")

    message = digest(incident(alerts=(held,)), period=replace(DAY, is_night=True), zone="Europe/Kyiv")

    assert message.subject == "Night digest 22 Nov: 1 incident, 62 killed as told"
    assert "1 alert not sent yet: the last is due at 21:00 UTC (23:00 EET)" in message.bodies["email"]


def test_nothing_is_said_in_a_line_or_not_at_all() -> None:
    merged = replace(RISEN, merged_into="x", stories=())

    assert render_digest([UNTOLD, merged], DAY, FEEDS) is None
    message = render_digest([UNTOLD], DAY, FEEDS, when_empty=True)
    assert message is not None
    check(to_publish(message))
    assert message.subject == "Daily digest 22 Nov: no new incident"
    assert "No incident was new, changed or closed.\n" in message.bodies["email"]


def test_feeds_that_fare_well_are_said_to() -> None:
    message = render_digest([RISEN], DAY, Feeds(2, {}))

    assert message is not None
    assert message.bodies["email"].endswith("\nFeeds: 2 watched; all well\n")


def test_phones_do_not_get_it_and_filters_know_what_it_is() -> None:
    elsewhere = incident(story(7, place=replace(TOWN, country="IQ", country_name="Iraq")), id="f6")

    assert digest(RISEN, SHELLED, elsewhere).attributes == {
        "status": "digest",
        "lang": "en",
        "sms": "no",
        "severity": 70,
        "certainty": ["claimed"],
        "category": ["airstrike", "shelling"],
        "country": ["SY", "IQ"],
    }


def test_programs_get_it_as_data() -> None:
    data = json.loads(digest(RISEN, SHELLED, UNPLACED).bodies["https"])

    assert [error.message for error in STRICT.iter_errors(data)] == []
    assert (data["type"], data["headline"]) == ("digest", "Daily digest 22 Nov: 3 incidents, 74-92+ killed as told")
    assert data["tolls"] == {"killed": {"min": 74, "max": 92, "is_open": True}}
    assert [one["incident_id"] for one in data["incidents"]] == ["b2b2b2b2b2", "k3v7q2mzab", "e5e5e5e5e5"]


def test_a_day_of_thousands_fits_and_says_what_is_left_out() -> None:
    many = [replace(RISEN, id=f"i{number}") for number in range(3_000)]

    message = digest(*many)

    assert message.subject.startswith("Daily digest 22 Nov: 3000 incidents, 186,000-240,000 killed as told")
    assert "and 2900 more" in message.bodies["email"]


@settings(max_examples=200, deadline=None)
@given(incidents())
def test_a_hostile_feed_forges_nothing(told: Incident) -> None:
    message = digest(told)

    for body in (*message.bodies.values(), message.subject):
        wrong = [each for each in body if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn"} and each != "\n"]
        assert wrong == []
    lines = message.bodies["email"].splitlines()
    assert all(len(line) <= 78 or " " not in line.strip(" -") for line in lines)
    assert set("<>&") & set(message.bodies["https"]) == set()
