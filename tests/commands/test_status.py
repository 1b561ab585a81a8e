"""Whether all is well, on a local stack in this process and on one that is deployed."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest

from shared import wiring
from shared.adapters.incident_store import IncidentStore
from shared.core.accounts import story_of
from shared.core.codec import encode
from shared.core.health import Kind, Told
from shared.detect import detect, load_lexicon
from shared.types import FeedState, Outcome, Story
from sitrep.local.folder import Folder
from tests.commands.conftest import Cli, InProcess
from tests.conftest import REGION, Stack, article, entry, feed
from tests.steps.test_notify import notify
from tests.steps.test_watch import dead

NOW = datetime.now(UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def asked(cli: Cli, *words: str, status: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli("status", "--json", *words, status=status))
    return found


def needs(cli: Cli, *words: str) -> list[str]:
    found: list[str] = asked(cli, *words, status=1)["needs"]
    return found


def test_where_all_is_well_that_is_said_first(cli: Cli, stack: Stack) -> None:
    wiring.feeds().add(feed(), datetime.now(UTC))
    wiring.entries().add(entry(seen_at=NOW))

    lines = cli("status").splitlines()

    assert lines[0].startswith("all is well in sitrep (local, ")
    assert "feeds      1 watched, 1 due, none in trouble" in lines
    assert any(line.startswith("entries    1 on their way, the oldest for ") for line in lines)
    assert "incidents  0 open" in lines
    assert "alerts     0 in 24 h" in lines
    assert "sms        no limit a day is set, so nobody counts" in lines
    assert len(lines) < 40


def test_what_needs_a_person_is_said_first_and_makes_cron_speak(cli: Cli, stack: Stack) -> None:
    dead(stack, "Ingest", encode(entry()))
    wiring.entries().add(entry(seen_at=NOW - 2 * DAY))

    lines = cli("status", status=1).splitlines()

    assert lines[0].startswith("2 things need you in sitrep (local, ")
    assert lines[1:3] == [
        "  - 1 message was given up by ingest: sitrep redrive ingest",
        "  - 1 entry was open for over an hour: see the queues below",
    ]


def strike(number: int = 0, published_at: datetime = NOW, town: str = "Idlib") -> Story:
    """Told as of the day on which it was published, read four seconds ago."""
    text = f"Government jets bombed a market in {town}, Syria, on {published_at:%A}, killing 13 people, doctors said."
    read_at = max(published_at, NOW - timedelta(seconds=4))
    told = article(text, id=f"entry{number}", published_at=published_at, fetched_at=read_at)
    (report,) = detect(told, load_lexicon())
    return story_of(report, told, "articles/a.json")


def feeds_failing(count: int, failing: int) -> None:
    for number in range(count):
        one = feed(f"https://{number}.example/feed")
        wiring.feeds().add(one, NOW)
        state = FeedState(due_at=NOW + DAY, polled_at=NOW, outcome=Outcome.UNCHANGED)
        if number < failing:
            state = replace(state, outcome=Outcome.RETRY, failures=5, reason="timed out after 20 s")
        wiring.feeds().put_state(one, state)


def test_a_feed_that_fails_is_shown_and_needs_nobody(cli: Cli, stack: Stack) -> None:
    feeds_failing(9, 2)
    wiring.feeds().add(feed(is_paused=True), NOW)

    assert "feeds      9 watched, 1 paused, 0 due, 2 failing" in cli("status").splitlines()


def test_where_most_feeds_fail_it_may_be_the_network(cli: Cli, stack: Stack) -> None:
    feeds_failing(9, 5)

    assert needs(cli) == ["5 of 9 feeds fail: is it the network? sitrep feeds says how"]


def test_feeds_that_nobody_polls_need_a_person(cli: Cli, stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW - DAY)

    assert needs(cli) == ["1 feed was due over an hour ago and not polled: see the logs of poll and fetch"]


def test_refused_rules_need_a_person(cli: Cli, stack: Stack) -> None:
    wiring.ops().put(Kind.RULES_REFUSED, Told({"own.toml: a slip": None}, NOW))

    assert needs(cli) == ["your rules are refused, and the last sound ones are used: sitrep rules check"]


def test_alerts_of_a_day_are_counted_and_timed(cli: Cli, stack: Stack) -> None:
    for number, (town, took) in enumerate((("Idlib", 30), ("Homs", 50), ("Aleppo", 400))):
        notify(strike(number, NOW - timedelta(seconds=took), town), NOW)

    lines = cli("status").splitlines()
    found = asked(cli)

    assert "alerts     3 in 24 h: 3 new" in lines
    assert "           published -> sent: half within 50 s, the slowest 6 min (of 3 first alerts)" in lines
    assert "           read -> sent: half within 4 s, the slowest 4 s (of 3 first alerts)" in lines
    assert sorted(found["alerts"]["published_to_sent_s"]) == [30, 50, 400]
    assert found["incidents"] == {"open": 3}


def test_alerts_of_the_day_before_are_not(cli: Cli, stack: Stack) -> None:
    notify(strike(0, NOW - 2 * DAY), NOW - 2 * DAY)

    assert asked(cli)["alerts"]["sent"]["new"] == 0


def test_an_alert_that_is_due_and_not_sent_needs_a_person(cli: Cli, stack: Stack) -> None:
    notify(strike(), NOW, wait=timedelta(minutes=10))
    (incident,) = wiring.incidents().all()
    due = replace(incident.alerts[0], due_at=NOW - 6 * MINUTE)
    IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb")).put(
        [(replace(incident, alerts=(due,)), due.due_at)], NOW
    )

    assert needs(cli) == ["1 alert was due five minutes ago and not sent: see the log of notify"]


def test_a_closed_incident_is_not_open(cli: Cli, stack: Stack) -> None:
    notify(strike(), NOW)
    (incident,) = wiring.incidents().all()
    wiring.incidents().put([(replace(incident, closed_at=NOW), None)], NOW)

    assert asked(cli)["incidents"] == {"open": 0}


def test_the_budget_of_phones_is_told_by_the_operators_day(
    cli: Cli, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sitrep.stack._parameters", lambda _: {"SmsADay": "2", "TimeZone": "Pacific/Auckland"})
    local = datetime.now(UTC).astimezone(ZoneInfo("Pacific/Auckland")).date()
    for number in range(3):
        wiring.outbox().tallies.count_sms(local, f"a{number}")

    assert "sms        2 of 2 today, email tells the rest" in cli("status").splitlines()
    assert asked(cli)["sms"] == {"today": 3, "budget": 2}


# --- the local stack --------------------------------------------------------------------------------------------


@pytest.fixture
def ran(tmp_path: Path) -> Iterator[Path]:
    """A log of watch that ends hours ago."""
    folder = Folder(tmp_path / "out")
    folder.prepare()
    folder.log("watch").write_text("{}\n")
    hours_ago = (datetime.now(UTC) - timedelta(hours=3)).timestamp()
    os.utime(folder.log("watch"), (hours_ago, hours_ago))
    return folder.log("watch")


def test_a_step_that_has_not_run_needs_a_person(cli: Cli, ran: Path) -> None:
    assert needs(cli) == ["watch has not run for 3 h: is its schedule enabled?"]


def test_a_local_stack_that_rests_needs_nobody_for_what_stands_still(
    cli: Cli, stack: Stack, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sitrep.stack._reach", lambda folder, _: InProcess(stack, folder, process=object()))
    wiring.entries().add(entry(seen_at=NOW - DAY))
    wiring.feeds().add(feed(), NOW - DAY)

    lines = cli("status").splitlines()

    assert lines[1] == "  it rests: what is open goes on when `sitrep local` runs"
    assert any(line.endswith("; 1 overdue") for line in lines)


def test_what_a_local_stack_cannot_know_is_said(cli: Cli, stack: Stack) -> None:
    found = asked(cli)

    assert found["alarms"] is None
    assert found["not_known"] == [
        "how long messages have waited: a local stack does not measure it",
        "alarms: a local stack has none",
    ]
    assert all(queue["oldest_s"] is None for queue in found["queues"].values())
    assert set(found["ran_at"].values()) == {None}


# --- a deployed one ---------------------------------------------------------------------------------------------


@pytest.fixture
def deployed(cli: Cli, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The stack as CloudFormation tells of a deployed one; its CloudWatch."""
    functions = {f"{step}Function": f"sitrep-{step}" for step in ("Poll", "Fetch", "Notify", "Watch")}
    monkeypatch.setattr("sitrep.stack.outputs", lambda _: {**stack.outputs, **functions})
    return boto3.client("cloudwatch", region_name=REGION)


def measured(cloudwatch: Any, namespace: str, metric: str, key: str, value: str, count: float, at: datetime) -> None:
    cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {"MetricName": metric, "Dimensions": [{"Name": key, "Value": value}], "Timestamp": at, "Value": count}
        ],
    )


def test_a_deployed_stack_tells_when_steps_ran_and_how_long_messages_wait(
    cli: Cli, stack: Stack, deployed: Any
) -> None:
    queue = stack.outputs["FetchQueue"].rpartition("/")[2]
    now = datetime.now(UTC)
    for back, age in ((40, 999), (2, 12)):
        measured(deployed, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, age, now - back * MINUTE)
    for step, back in (("Poll", 2), ("Notify", 30), ("Watch", 14)):
        measured(deployed, "AWS/Lambda", "Invocations", "FunctionName", f"sitrep-{step}", 1, now - back * MINUTE)

    found = asked(cli, "--stack", "sitrep", status=1)

    assert found["queues"]["fetch"]["oldest_s"] == 12
    assert found["queues"]["ingest"]["oldest_s"] is None
    assert found["ran_at"]["poll"] is not None
    assert found["ran_at"]["fetch"] is None
    (need,) = found["needs"]
    # Metrics are counted by the minute.
    assert re.fullmatch(r"notify has not run for 3[0-2] min: is its schedule enabled\?", need)
    assert found["not_known"] == [
        "when ingest, detect, digest last ran: the stack does not name its functions; deploy it anew"
    ]


def alarm(cloudwatch: Any, name: str, topic: str, words: str = "What is wrong. What to do.") -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription=words,
        AlarmActions=[topic],
        Namespace="x",
        MetricName="y",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")


def test_alarms_that_ring_need_a_person_and_say_what_to_do(cli: Cli, stack: Stack, deployed: Any) -> None:
    ops = stack.outputs["OpsTopic"]
    alarm(deployed, "sitrep-ThrottlesAlarm-X", ops, "Held back.\x1b[2J\nask for more")
    alarm(deployed, "another's", "arn:aws:sns:eu-central-1:123456789012:another")

    lines = cli("status", "--stack", "sitrep", status=1).splitlines()

    assert lines[0].startswith("1 thing needs you in sitrep, ")
    assert lines[1].startswith("  - alarm sitrep-ThrottlesAlarm-X, since ")
    assert "Held back." in lines[1]
    assert "\x1b" not in lines[1]
    assert "alarms     1 in ALARM" in lines


def test_an_alarm_that_says_what_was_said_is_not_said_twice(cli: Cli, stack: Stack, deployed: Any) -> None:
    alarm(deployed, "sitrep-IngestDeadLettersAlarm-X", stack.outputs["OpsTopic"])
    dead(stack, "Ingest", encode(entry()))

    assert needs(cli, "--stack", "sitrep") == ["1 message was given up by ingest: sitrep redrive ingest --stack sitrep"]


def test_a_budget_that_is_used_up_as_it_was_set_needs_nobody(cli: Cli, stack: Stack, deployed: Any) -> None:
    alarm(deployed, "sitrep-SmsBudgetAlarm-X", stack.outputs["OpsTopic"])

    found = asked(cli, "--stack", "sitrep")

    assert [one["name"] for one in found["alarms"]] == ["sitrep-SmsBudgetAlarm-X"]


def test_what_cloudwatch_does_not_tell_is_said_and_costs_nothing_else(
    cli: Cli, stack: Stack, deployed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.Session.client

    def elsewhere(self: boto3.Session, service: str, *rest: Any, **more: Any) -> Any:
        # A port that nobody listens on stands for a CloudWatch that one may not read.
        told = {"endpoint_url": "http://127.0.0.1:1"} if service == "cloudwatch" else {}
        return client(self, service, *rest, **more, **told)  # type: ignore[call-overload]

    monkeypatch.setattr("boto3.Session.client", elsewhere)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    found = asked(cli, "--stack", "sitrep")

    assert found["alarms"] is None
    assert [words.partition(":")[0] for words in found["not_known"]][-2:] == [
        "how long messages have waited, and when steps last ran",
        "alarms",
    ]
