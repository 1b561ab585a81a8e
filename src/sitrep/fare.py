"""How a stack fares at this moment: its stores, queues and metrics in, figures and what needs a person out.

Talks to AWS; writes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.entry_store import EntryStore
from shared.adapters.feed_store import FeedStore
from shared.adapters.incident_store import IncidentStore
from shared.adapters.ops_store import OpsStore
from shared.adapters.tally_store import TallyStore
from shared.core import health
from shared.core.alerts import pending_alert
from shared.core.health import Kind
from shared.core.latency import Latency, latency
from shared.core.render.times import utc
from shared.pipeline import STEPS
from shared.types import AlertState, Feed, FeedState, Incident
from sitrep.commands.feeds.show import span
from sitrep.letters import QUEUES, DeadQueue
from sitrep.stack import Stack

DAY = timedelta(days=1)
LATE = timedelta(minutes=5)
"""After that an alert that is due should have gone out: it is seen to each minute."""
_MOST_OPEN = 100_000
_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_METRICS_BACK = timedelta(hours=26)
"""The digest runs once a day."""
_FRESH = timedelta(minutes=15)
"""SQS measures each minute, and CloudWatch may lag behind."""
_MANY = 4
"""Feeds that fail, before it is asked whether they or we do."""
# A step that a schedule wakes, and after how long it is missed: as its alarm says.
MISSED_AFTER = {"poll": timedelta(minutes=10), "notify": timedelta(minutes=10), "watch": timedelta(minutes=45)}


@dataclass(frozen=True, slots=True)
class Feeds:
    watched: int
    paused: int
    due: int
    kinds: Mapping[Kind, int]
    """How many are in each kind of trouble."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Of those that have come to no end."""

    open: int
    overdue: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class QueueFare:
    name: str
    waiting: int
    at_work: int
    held_back: int
    given_up: int
    oldest: timedelta | None
    """None where nobody says, or nothing is there."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """Of the last day."""

    sent: Mapping[str, int]
    """By status."""
    took: tuple[Latency, ...]
    """Of those that can be timed."""
    late: int
    """Due for over five minutes, and not sent."""


@dataclass(frozen=True, slots=True)
class Alarm:
    name: str
    words: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Fare:
    stack: str
    at: datetime
    is_running: bool
    """Its functions are woken: a local stack rests when nobody runs it."""
    feeds: Feeds
    entries: Entries
    queues: tuple[QueueFare, ...]
    incidents_open: int
    alerts: Alerts
    sms_today: int | None
    """None where no budget is set: then nobody counts."""
    sms_budget: int
    is_refusing_rules: bool
    """As watch found it."""
    ran_at: Mapping[str, datetime | None]
    """By step; none where it has not run within a day, or nobody says."""
    alarms: tuple[Alarm, ...] | None
    """Those that ring; none where they cannot be read."""
    unread: tuple[str, ...]
    """What cannot be known here, and why."""
    needs: tuple[str, ...] = field(default=())
    """What needs a person, gravest first."""


def fare(stack: Stack, now: datetime) -> Fare:
    """How the stack fares.  Reads each feed and each open entry and incident once."""
    unread: list[str] = []
    dynamodb = stack.client("dynamodb")
    incidents = IncidentStore(stack.outputs["IncidentsTable"], dynamodb)
    opened = [one for one in incidents.due_before(_FAR, _MOST_OPEN) if not one.merged_into]
    budget = int(stack.parameters.get("SmsADay", "0"))
    today = now.astimezone(ZoneInfo(stack.parameters.get("TimeZone", "UTC"))).date()
    tallies = TallyStore(stack.outputs["IncidentsTable"], dynamodb)
    refused = OpsStore(stack.outputs["EntriesTable"], dynamodb).get([Kind.RULES_REFUSED])[0][Kind.RULES_REFUSED]
    ages, ran_at = _local(stack, unread) if stack.is_local else _measured(stack, now, unread)
    return Fare(
        stack=stack.name,
        at=now,
        is_running=stack.is_running,
        feeds=_feeds(FeedStore(stack.outputs["FeedsTable"], dynamodb), now),
        entries=_entries(EntryStore(stack.outputs["EntriesTable"], dynamodb), now),
        queues=tuple(_queue(word, stack, ages) for word in QUEUES),
        incidents_open=sum(one.closed_at is None for one in opened),
        alerts=_alerts(list(incidents.changed_since(now - DAY, now)), opened, now),
        sms_today=tallies.sms(today) if budget else None,
        sms_budget=budget,
        is_refusing_rules=any(well_since is None for well_since in refused.members.values()),
        ran_at=ran_at,
        alarms=_alarms(stack, unread),
        unread=tuple(unread),
    )


def needs(found: Fare, hint: str = "") -> Iterator[str]:
    """What needs a person, gravest first; `hint` is what a command must be told to find the stack.  Pure.

    A feed that fails or is silent does not: some do always, and watch tells of each once.
    """
    said = ["SmsBudgetAlarm"]
    """Alarms that say nothing more: what they tell is told, or is as the operator has set it."""
    for queue in found.queues:
        if queue.given_up:
            said.append(f"{queue.name.capitalize()}DeadLettersAlarm")
            yield f"{_counted(queue.given_up, 'message')} given up by {queue.name}: sitrep redrive {queue.name}{hint}"
    if found.is_refusing_rules:
        yield f"your rules are refused, and the last sound ones are used: sitrep rules check{hint}"
    if found.is_running:  # else what stands still goes on when it runs
        for step, longest in MISSED_AFTER.items():
            ran = found.ran_at.get(step)
            if ran is not None and found.at - ran > longest:
                said.append(f"{step.capitalize()}MissingAlarm")
                yield f"{step} has not run for {span(found.at - ran)}: is its schedule enabled?"
        if found.alerts.late:
            yield f"{_counted(found.alerts.late, 'alert')} due five minutes ago and not sent: see the log of notify"
        if found.entries.overdue:
            said.append("BooksAlarm")
            yield f"{_counted(found.entries.overdue, 'entry', 'entries')} open for over an hour: see the queues below"
        if late := found.feeds.kinds.get(Kind.FEEDS_UNPOLLED):
            yield f"{_counted(late, 'feed')} due over an hour ago and not polled: see the logs of poll and fetch"
        broken = found.feeds.kinds.get(Kind.FEEDS_BROKEN, 0)
        if broken >= _MANY and 2 * broken > found.feeds.watched:
            yield f"{broken} of {found.feeds.watched} feeds fail: is it the network? sitrep feeds{hint} says how"
    for alarm in found.alarms or ():
        if not any(name in alarm.name for name in said):
            yield f"alarm {alarm.name}, since {utc(alarm.since)}: {alarm.words}"


def _feeds(store: FeedStore, now: datetime) -> Feeds:
    paused = 0

    def known() -> Iterator[tuple[Feed, FeedState]]:
        nonlocal paused
        for feed, state in store.all():
            paused += feed.is_paused
            yield feed, state

    watched, troubles = health.of_feeds(known(), store.held_hosts(now), now)
    due = len(store.due_before(now))
    return Feeds(watched, paused, due, {trouble.kind: trouble.count for trouble in troubles})


def _entries(store: EntryStore, now: datetime) -> Entries:
    opened, _ = store.open()
    oldest = now - min(opened.values()) if opened else None
    return Entries(len(opened), len(health.overdue(opened, now)), oldest)


def _queue(word: str, stack: Stack, ages: Mapping[str, timedelta]) -> QueueFare:
    names = {
        "waiting": "ApproximateNumberOfMessages",
        "at_work": "ApproximateNumberOfMessagesNotVisible",
        "held_back": "ApproximateNumberOfMessagesDelayed",
    }
    dead = DeadQueue(word, stack)
    found = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[f"{word.capitalize()}Queue"], AttributeNames=list(names.values())
    )["Attributes"]
    counts = {name: int(found[attribute]) for name, attribute in names.items()}
    return QueueFare(word, given_up=dead.count(), oldest=ages.get(word), **counts)


def _alerts(changed: list[Incident], opened: list[Incident], now: datetime) -> Alerts:
    # One that is written while this reads may come twice.
    sent = {
        alert.id: (incident, alert)
        for incident in changed
        for alert in incident.alerts
        if alert.state is AlertState.SENT and alert.sent_at is not None and alert.sent_at > now - DAY
    }
    waiting = [pending_alert(incident) for incident in opened]
    return Alerts(
        sent=Counter(str(alert.status) for _, alert in sent.values()),
        took=tuple(took for incident, alert in sent.values() if (took := latency(incident, alert)) is not None),
        late=sum(alert is not None and now - alert.due_at > LATE for alert in waiting),
    )


def _local(stack: Stack, unread: list[str]) -> tuple[dict[str, timedelta], dict[str, datetime | None]]:
    """A local stack keeps no metrics; when a step last wrote to its log is when it last ran."""
    assert stack.cloud is not None
    unread.append("how long messages have waited: a local stack does not measure it")
    ran: dict[str, datetime | None] = {}
    for step in STEPS:
        log = stack.cloud.folder.log(step.name)
        ran[step.name] = datetime.fromtimestamp(log.stat().st_mtime, UTC) if log.exists() else None
    return {}, ran


def _measured(
    stack: Stack, now: datetime, unread: list[str]
) -> tuple[dict[str, timedelta], dict[str, datetime | None]]:
    """The age of each queue's oldest message, and when each step last ran, as CloudWatch knows it."""
    functions = {step.name: stack.outputs.get(f"{step.name.capitalize()}Function", "") for step in STEPS}
    if missing := [step for step, name in functions.items() if not name]:
        unread.append(f"when {', '.join(missing)} last ran: the stack does not name its functions; deploy it anew")
    queries = [
        _query("age", word, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", _name(stack, word), "Maximum")
        for word in QUEUES
    ] + [
        _query("ran", step, "AWS/Lambda", "Invocations", "FunctionName", name, "Sum")
        for step, name in functions.items()
        if name
    ]
    found: dict[str, list[tuple[datetime, float]]] = {}
    try:
        pages = (
            stack.client("cloudwatch")
            .get_paginator("get_metric_data")
            .paginate(
                MetricDataQueries=queries, StartTime=now - _METRICS_BACK, EndTime=now, ScanBy="TimestampDescending"
            )
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                values = zip(result["Timestamps"], result["Values"], strict=True)
                found.setdefault(result["Id"], []).extend(values)
    except (BotoCoreError, ClientError) as error:
        unread.append(f"how long messages have waited, and when steps last ran: {error}")
    ages = {
        word: timedelta(seconds=age)
        for word in QUEUES
        for at, age in found.get(f"age_{word}", [])[:1]
        if now - at < _FRESH
    }
    ran = {
        step.name: next((at.astimezone(UTC) for at, count in found.get(f"ran_{step.name}", []) if count), None)
        for step in STEPS
    }
    return ages, ran


def _query(kind: str, word: str, namespace: str, metric: str, key: str, value: str, stat: str) -> dict[str, Any]:
    told = {"Namespace": namespace, "MetricName": metric, "Dimensions": [{"Name": key, "Value": value}]}
    return {"Id": f"{kind}_{word}", "MetricStat": {"Metric": told, "Period": 60, "Stat": stat}}


def _name(stack: Stack, word: str) -> str:
    """A queue's name, of its URL."""
    return stack.outputs[f"{word.capitalize()}Queue"].rpartition("/")[2]


def _alarms(stack: Stack, unread: list[str]) -> tuple[Alarm, ...] | None:
    """The alarms that ring, of all that go to the ops topic: the operator's own among them."""
    if stack.is_local:
        unread.append("alarms: a local stack has none")
        return None
    if "OpsTopic" not in stack.outputs:
        unread.append("alarms: the stack does not name its ops topic; deploy it anew")
        return None
    try:
        pages = (
            stack.client("cloudwatch")
            .get_paginator("describe_alarms")
            .paginate(ActionPrefix=stack.outputs["OpsTopic"], StateValue="ALARM")
        )
        return tuple(
            Alarm(one["AlarmName"], one.get("AlarmDescription", ""), one["StateUpdatedTimestamp"].astimezone(UTC))
            for page in pages
            for one in page["MetricAlarms"]
        )
    except (BotoCoreError, ClientError) as error:
        unread.append(f"alarms: {error}")
        return None


def _counted(number: int, one: str, many: str = "") -> str:
    """`1 message was`, `3 messages were`."""
    return f"1 {one} was" if number == 1 else f"{number} {many or one + 's'} were"
