"""Filters at work: alerts as they are rendered, readers as they subscribe, and what reaches the outbox."""

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.core.render import render_message, to_publish
from shared.core.sns_contract import check
from shared.core.subscriptions import Wish, matches, policy_of
from shared.types import AlertState, Certainty, Incident, Place, Precision, Status
from sitrep.commands.test_alert import exercise
from sitrep.local.cloud import Cloud
from sitrep.local.show import read_messages
from tests.conftest import NOW

JORDAN = Place("JO", "Jordan", "Jordan", "JO", "Jordan", None, None, Precision.COUNTRY)
SYRIA = Place("SY", "Syria", "Syria", "SY", "Syria", None, None, Precision.COUNTRY)

WISHES = {
    "all": Wish(),
    "airstrikes": Wish(categories=("airstrike", "drone_strike")),
    "syria": Wish(countries=("IQ", "SY")),
    "ukraine": Wish(countries=("UA",)),
    "nowhere": Wish(countries=("unknown",)),
    "syria-or-nowhere": Wish(countries=("SY", "unknown")),
    "from-70": Wish(min_severity=70),
    "from-71": Wish(min_severity=71),
    "sure": Wish(certainties=("observed", "reported")),
    "new": Wish(statuses=("new",)),
    "changes": Wish(statuses=("update", "correction", "closed")),
    "hospitals": Wish(flags=("protected_object",)),
    "much": Wish(("airstrike",), ("SY",), 60, ("reported",), ("new", "update")),
}


@pytest.fixture
def topic(cloud: Cloud) -> str:
    """A topic that everybody of WISHES reads, by email and by phone."""
    sns = cloud.client("sns")
    arn = str(sns.create_topic(Name="alerts")["TopicArn"])
    for number, (name, wish) in enumerate(WISHES.items()):
        for protocol, endpoint in (("email", f"{name}@example.org"), ("sms", f"+120255501{number:02}")):
            if len(policy := policy_of(wish, "email")) < 5 or protocol == "email":
                policy = policy_of(wish, protocol)
                attributes = {"FilterPolicy": json.dumps(policy)} if policy else {}
                sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)
    return arn


def strike(**fields: Any) -> Incident:
    return replace(exercise("airstrike/1", "airstrike", 70, SYRIA, NOW), **fields)


def told(incident: Incident) -> Incident:
    """The incident after readers were told that it was reported in Syria, and of severity 70."""
    (before,) = strike().alerts
    return replace(incident, alerts=(replace(before, state=AlertState.SENT), *incident.alerts))


def of_kind(category: str) -> Incident:
    (story,) = strike().stories
    return strike(category=category, stories=(replace(story, report=replace(story.report, category=category)),))


def flagged(incident: Incident) -> Incident:
    (story,) = incident.stories
    return replace(incident, stories=(replace(story, report=replace(story.report, flags=("protected_object",))),))


NEAR = {"all", "airstrikes", "syria", "syria-or-nowhere", "from-70", "sure"}


@pytest.mark.parametrize(
    ("incident", "status", "readers"),
    [
        pytest.param(strike(), Status.NEW, NEAR | {"new", "much"}, id="a new one"),
        pytest.param(strike(), Status.UPDATE, NEAR | {"changes", "much"}, id="an update"),
        pytest.param(strike(), Status.CORRECTION, NEAR | {"changes"}, id="a correction"),
        pytest.param(strike(), Status.CLOSED, NEAR | {"changes"}, id="an end"),
        pytest.param(
            told(strike(certainty=Certainty.DENIED, severity=20, place=JORDAN)),
            Status.CORRECTION,
            NEAR | {"changes"},
            id="all of what was told is taken back",
        ),
        pytest.param(
            strike(certainty=Certainty.DENIED), Status.UPDATE, NEAR - {"sure"} | {"changes"}, id="a mere denial"
        ),
        pytest.param(strike(certainty=Certainty.ALLEGED), Status.NEW, NEAR - {"sure"} | {"new"}, id="an allegation"),
        pytest.param(strike(severity=71), Status.NEW, NEAR | {"new", "much", "from-71"}, id="a grave one"),
        pytest.param(strike(severity=9), Status.NEW, NEAR - {"from-70"} | {"new"}, id="a slight one"),
        pytest.param(strike(severity=100), Status.NEW, NEAR | {"new", "much", "from-71"}, id="the gravest"),
        pytest.param(
            strike(place=None),
            Status.NEW,
            {"all", "airstrikes", "nowhere", "syria-or-nowhere", "from-70", "sure", "new"},
            id="nobody says where",
        ),
        pytest.param(of_kind("shelling"), Status.NEW, NEAR - {"airstrikes"} | {"new"}, id="another kind"),
        pytest.param(strike(category="shelling"), Status.NEW, NEAR | {"new", "much"}, id="told as two kinds"),
        pytest.param(flagged(strike()), Status.NEW, NEAR | {"new", "much", "hospitals"}, id="marked"),
    ],
)
def test_each_reader_gets_what_was_asked_for_and_nothing_else(
    cloud: Cloud, topic: str, incident: Incident, status: Status, readers: set[str]
) -> None:
    message = render_message(incident, replace(incident.alerts[0], status=status))
    publish = to_publish(message)
    check(publish)

    cloud.client("sns").publish(TopicArn=topic, **publish)

    delivered = read_messages(cloud.folder)
    assert {one["endpoint"].partition("@")[0] for one in delivered if one["protocol"] == "email"} == readers
    phones = {list(WISHES)[int(one["endpoint"][-2:])] for one in delivered if one["protocol"] == "sms"}
    assert phones == readers - {"much"}
    assert {name for name, wish in WISHES.items() if matches(policy_of(wish, "email"), message.attributes)} == readers


def test_a_phone_is_silent_once_the_day_s_budget_is_used_up(cloud: Cloud, topic: str) -> None:
    incident = strike()

    cloud.client("sns").publish(TopicArn=topic, **to_publish(render_message(incident, incident.alerts[0], sms=False)))

    assert {one["protocol"] for one in read_messages(cloud.folder)} == {"email"}
