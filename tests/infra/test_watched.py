"""The dashboard and the alarms against what is measured: by the functions themselves, and by AWS."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
import yaml

from shared import wiring
from shared.core.codec import decode, encode
from shared.core.incidents import head_of
from shared.core.keys import article_key
from shared.core.kinship import group_of
from shared.errors import ContractError
from shared.types import Due, FeedJob, Mute, Muted, Story
from sitrep.cli import parse
from sitrep.fare import MISSED_AFTER
from sitrep.local.template import _Loader
from tests.conftest import NOW, ROOT, Context, Site, Stack, article, entry, feed, item, rss, sqs_event
from tests.core.test_extract import STORY, page

Load = Callable[[str], ModuleType]
Metric = tuple[str, str, tuple[tuple[str, str], ...]]
"""Namespace, name, and dimensions by name."""

DOCUMENT: dict[str, Any] = yaml.load((ROOT / "infra/template.yaml").read_bytes(), _Loader)
RESOURCES: dict[str, Any] = DOCUMENT["Resources"]


def of_type(kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in RESOURCES.items() if one["Type"] == kind}


ALARMS = of_type("AWS::CloudWatch::Alarm")
QUEUES = of_type("AWS::SQS::Queue")
FUNCTIONS = of_type("AWS::Serverless::Function")
DEAD = {
    found
    for one in RESOURCES.values()
    for found in re.findall(r"'Fn::GetAtt': \['(\w+DeadLetters)', 'Arn'\]", str(one.get("Properties")))
}
# What AWS measures by itself, as its guides list it: the dimensions, and the statistics that say something.
# Source: SQS, "Available CloudWatch metrics"; Lambda, "Types of metrics"; SNS, "Monitoring topics using CloudWatch";
# DynamoDB, "DynamoDB metrics and dimensions".
OF_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): "QueueName",
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): "QueueName",
    ("AWS/SQS", "NumberOfMessagesDeleted"): "QueueName",
    ("AWS/Lambda", "Invocations"): "FunctionName",
    ("AWS/Lambda", "Errors"): "FunctionName",
    ("AWS/Lambda", "Duration"): "FunctionName",
    ("AWS/Lambda", "Throttles"): "",
    ("AWS/SNS", "NumberOfNotificationsFailed"): "TopicName",
    ("AWS/SNS", "SMSMonthToDateSpentUSD"): "",
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"): "TableName",
}
NAMED_BY = {
    "QueueName": ("AWS::SQS::Queue", "QueueName"),
    "FunctionName": ("AWS::Serverless::Function", ""),
    "TopicName": ("AWS::SNS::Topic", "TopicName"),
    "TableName": ("AWS::DynamoDB::Table", ""),
}
"""Which resources a dimension names, and by which attribute; without one by `Ref`."""


def alarm_metric(name: str) -> Metric:
    alarm = ALARMS[name]
    dimensions = {one["Name"]: written(one["Value"]) for one in alarm.get("Dimensions", [])}
    return alarm["Namespace"], alarm["MetricName"], tuple(sorted(dimensions.items()))


def written(value: Any) -> str:
    """A reference as `Fn::Sub` writes it."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case _:
            return str(value)


WIDGETS: list[dict[str, Any]] = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]


def shown() -> Iterator[Metric]:
    for widget in WIDGETS:
        for namespace, name, *rest in widget["properties"].get("metrics", []):
            words = [word for word in rest if isinstance(word, str)]
            yield namespace, name, tuple(sorted(zip(words[::2], words[1::2], strict=True)))


USED = sorted({*shown(), *map(alarm_metric, ALARMS)})


@pytest.mark.parametrize("metric", [one for one in USED if one[0] != "sitrep"], ids=lambda one: " ".join(map(str, one)))
def test_what_is_asked_of_aws_is_measured_by_aws_for_a_resource_of_the_stack(metric: Metric) -> None:
    namespace, name, dimensions = metric

    dimension = OF_AWS[namespace, name]

    assert [key for key, _ in dimensions] == ([dimension] if dimension else [])
    for key, value in dimensions:
        kind, attribute = NAMED_BY[key]
        assert value in {f"${{{one}{'.' + attribute if attribute else ''}}}" for one in of_type(kind)}


# --- what the functions measure ---------------------------------------------------------------------------------

STRIKE = "Government jets bombed the market of {where} on {day}, killing {count} people, {who} said."
SYRIA = "Idlib in Syria"


@pytest.fixture
def emitted(
    stack: Stack, site: Site, door: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, str]]:
    """What the doors write for CloudWatch when all that they measure happens: by step, each metric's unit."""
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))
    monkeypatch.setenv("SMS_A_DAY", "50")
    monkeypatch.setenv("COOL_DOWN_MINUTES", "0")
    monkeypatch.setenv("GATHER_MINUTES", "0")
    capsys.readouterr()
    poll_and_read(site, door)
    tell(stack, door, monkeypatch)
    door("watch").handler({}, Context())
    found: dict[str, dict[str, str]] = {}
    for line in capsys.readouterr().out.splitlines():
        if '"_aws"' in line:
            one = json.loads(line)
            (metrics,) = one["_aws"]["CloudWatchMetrics"]
            assert (metrics["Namespace"], sorted(metrics["Dimensions"][0])) == ("sitrep", ["service", "stack"])
            assert len(metrics["Dimensions"]) == 1
            assert one["stack"] == "sitrep"
            assert all(one[metric["Name"]] for metric in metrics["Metrics"])
            units = found.setdefault(one["service"], {})
            units |= {metric["Name"]: metric["Unit"] for metric in metrics["Metrics"]}
    return found


def poll_and_read(site: Site, door: Load) -> None:
    watched = feed(site.says("/feed", rss(item("a", "/1"))), backfill=True)
    wiring.feeds().add(watched, NOW)
    door("poll").handler({}, Context())
    door("fetch").handler(sqs_event(encode(FeedJob((watched.id,), NOW))), Context())
    pages = [(page(*STORY), 200), ("", 403), ("", 200)]
    entries = [entry(number, url=site.says(f"/page{number}", *told)) for number, told in enumerate(pages)]
    door("ingest").handler(sqs_event(*map(encode, entries)), Context())


def tell(stack: Stack, door: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """A strike, a higher toll, an edit that takes some back, an end, a silence, and a message that SNS would refuse."""
    now = datetime.now(UTC)
    stack.bodies("DetectQueue")
    notify = door("notify")

    def report(number: int, **told: object) -> Story:
        text = STRIKE.format(**{"day": f"{now:%A}", "count": 13, "who": "rescue workers", "where": SYRIA} | told)
        read = article(text, id=f"told{number}", publisher=f"Paper {number}", published_at=now, fetched_at=now)
        wiring.archive().put_article(article_key(entry(number, id=read.id)), read)
        door("detect").handler(sqs_event(*stack.bodies("DetectQueue")), Context())
        (body,) = stack.bodies("NotifyQueue")
        return decode(body, Story)

    def hand_on(story: Story) -> None:
        notify.handler(sqs_event(encode(story), groups=["one"]), Context())

    first = report(1)
    edited = report(9, count=3)
    edited = replace(edited, report=replace(edited.report, id=first.report.id), revision=1, group=group_of(first))
    for story in (first, report(2, count=21, who="hospital doctors"), edited):
        hand_on(story)
    (incident,) = wiring.incidents().all()
    ends = replace(notify.outbox(), policy=replace(wiring.outbox().policy, send_closed=True))
    ends.see_to(Due(incident.group, head_of(incident).key), now + timedelta(days=2))
    notify.metrics.flush_metrics()
    wiring.outbox().mutes.put(Mute(Muted.RULE, "airstrike", now))
    hand_on(report(3, where="Kharkiv in Ukraine"))
    wiring.outbox().mutes.remove(Muted.RULE, "airstrike", now)

    def refuse(*_: object) -> str:
        raise ContractError("a subject of 101 characters")

    with monkeypatch.context() as patch:
        patch.setattr(wiring.topic(), "publish", refuse)
        hand_on(report(4, where="Odesa in Ukraine"))


def test_what_is_asked_of_sitrep_is_measured_by_the_function_that_it_names(emitted: dict[str, dict[str, str]]) -> None:
    asked = {(dict(dimensions)["service"], name) for namespace, name, dimensions in USED if namespace == "sitrep"}

    assert asked <= {(step, name) for step, names in emitted.items() for name in names}
    assert all(
        dict(dimensions) == {"service": dict(dimensions)["service"], "stack": "${AWS::StackName}"}
        for namespace, _, dimensions in USED
        if namespace == "sitrep"
    )


def test_what_is_measured_is_shown_for_it_is_paid_for(emitted: dict[str, dict[str, str]]) -> None:
    measured = {(step, name) for step, names in emitted.items() for name in names}

    assert measured == {
        (dict(dimensions)["service"], name) for namespace, name, dimensions in shown() if namespace == "sitrep"
    }


def test_a_metric_has_the_unit_that_its_name_says(emitted: dict[str, dict[str, str]]) -> None:
    for names in emitted.values():
        for name, unit in names.items():
            assert unit == ("Seconds" if name.endswith("Seconds") else "Count")


def test_every_metric_is_in_the_docs(emitted: dict[str, dict[str, str]]) -> None:
    docs = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert [name for names in emitted.values() for name in names if f"`{name}`" not in docs] == []


# --- the alarms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_goes_to_the_operator_and_says_what_to_do(name: str) -> None:
    alarm = ALARMS[name]
    words = alarm["AlarmDescription"]["Fn::Sub"]

    assert alarm["AlarmActions"] == [{"Ref": "OpsTopic"}]
    assert alarm.get("OKActions", [{"Ref": "OpsTopic"}]) == [{"Ref": "OpsTopic"}]
    assert re.search(r"\b(sitrep|sam|aws) [a-z]", words)
    assert len(words) <= 900, "CloudWatch takes 1,024 characters, and the stack's name may have 128"
    assert alarm["TreatMissingData"] in ("breaching", "notBreaching", "ignore")
    assert alarm["DatapointsToAlarm"] <= alarm["EvaluationPeriods"]
    assert alarm["EvaluationPeriods"] * alarm["Period"] <= 86_400
    assert "AlarmName" not in alarm


@pytest.mark.parametrize("name", ALARMS)
def test_the_command_that_an_alarm_names_is_one(name: str) -> None:
    words = ALARMS[name]["AlarmDescription"]["Fn::Sub"]

    named = re.findall(r"\bsitrep ((?:[a-z-]+ )+--stack )\$\{AWS::StackName\}", words)

    assert words.count("--stack ") == len(named)
    assert all(callable(parse([*command.split(), "prod"]).run) for command in named)
    assert set(re.findall(r"--name (\w+)", words)) <= set(FUNCTIONS)


def test_every_dead_letter_queue_every_queue_and_every_function_has_its_alarm() -> None:
    watched = {
        (metric, re.sub(r"[${}]|\..*", "", value))
        for _, metric, dimensions in map(alarm_metric, ALARMS)
        for key, value in dimensions
        if key in NAMED_BY
    }

    assert {one for metric, one in watched if metric == "ApproximateNumberOfMessagesVisible"} == DEAD
    assert {one for metric, one in watched if metric == "ApproximateAgeOfOldestMessage"} == QUEUES.keys() - DEAD
    assert {one for metric, one in watched if metric == "Errors"} == FUNCTIONS.keys()
    woken_often = {name for name, one in FUNCTIONS.items() if "rate(" in str(one["Events"])}
    assert {one for metric, one in watched if metric == "Invocations"} == woken_often


@pytest.mark.parametrize("queue", sorted(QUEUES.keys() - DEAD))
def test_a_message_that_fails_to_its_end_is_no_queue_that_stands_still(queue: str) -> None:
    (alarm,) = (
        ALARMS[name]
        for name in ALARMS
        if alarm_metric(name)[1:] == ("ApproximateAgeOfOldestMessage", (("QueueName", f"${{{queue}.QueueName}}"),))
    )

    failing = QUEUES[queue]["VisibilityTimeout"] * QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"]
    held_back = 900 if queue == "RereadQueue" else 0

    assert alarm["Threshold"] > failing + held_back


def test_what_has_not_run_is_told_although_nothing_is_measured() -> None:
    missing = [name for name in ALARMS if alarm_metric(name)[1] == "Invocations"]

    assert {ALARMS[name]["TreatMissingData"] for name in missing} == {"breaching"}
    assert {ALARMS[name]["ComparisonOperator"] for name in missing} == {"LessThanThreshold"}


def test_status_misses_a_step_when_its_alarm_does() -> None:
    missing = {name: ALARMS[name] for name in ALARMS if name.endswith("MissingAlarm")}
    after = {
        name.removesuffix("MissingAlarm").lower(): timedelta(seconds=alarm["Period"] * alarm["EvaluationPeriods"])
        for name, alarm in missing.items()
    }

    assert after == MISSED_AFTER


def test_only_this_account_s_alarms_and_budgets_may_write_to_the_operator() -> None:
    (policy,) = (one for one in of_type("AWS::SNS::TopicPolicy").values() if one["Topics"] == [{"Ref": "OpsTopic"}])
    allowed = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]

    assert [one["Principal"] for one in allowed] == [{"Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]}]
    assert [one["Condition"] for one in allowed] == [{"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}]
    # CloudWatch may not use the key that SNS has in each account.
    assert "KmsMasterKeyId" not in of_type("AWS::SNS::Topic")["OpsTopic"]


def test_the_budget_is_made_where_one_is_wanted_and_goes_to_the_operator() -> None:
    budget = RESOURCES["Budget"]

    assert budget["Condition"] == "HasBudget"
    told = [one["Subscribers"] for one in budget["Properties"]["NotificationsWithSubscribers"]]
    assert told == [[{"SubscriptionType": "SNS", "Address": {"Ref": "OpsTopic"}}]] * 3


# --- the dashboard ----------------------------------------------------------------------------------------------


def test_the_dashboard_is_free() -> None:
    assert len(list(shown())) <= 50


def test_the_dashboard_names_only_what_is_in_the_template() -> None:
    named = set(re.findall(r"\$\{([\w:]+)", RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]))

    assert named <= {*RESOURCES, "AWS::Region", "AWS::StackName"}


def test_the_dashboard_shows_every_alarm_that_every_stack_has() -> None:
    (alarms,) = (widget["properties"]["alarms"] for widget in WIDGETS if widget["type"] == "alarm")

    always = [name for name in ALARMS if "Condition" not in RESOURCES[name]]
    assert alarms == [f"${{{name}.Arn}}" for name in always]


def test_no_widget_lies_over_another() -> None:
    taken = [
        (x, y)
        for one in WIDGETS
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]

    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_every_alarm_is_in_the_docs() -> None:
    docs = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert [name for name in ALARMS if f"`{name}`" not in docs] == []
