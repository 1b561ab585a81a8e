"""digest: one a day and one a night, whatever wakes it how often; what was said stands in one of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.errors import TransientError
from shared.steps.digest import LEASE, Digested, send_digest
from shared.types import Incident, QuietHours
from tests.conftest import Dies, Stack, feed
from tests.core.site.told import RISEN, alert, incident

AT = datetime(2026, 11, 23, 6, 0, 20, tzinfo=UTC)
NIGHT = QuietHours(time(22), time(7))


def happened(at: datetime, name: str = "k3v7q2mzab") -> Incident:
    """Keeps an incident that was told at this moment."""
    told = incident(id=name, alerts=(alert(incident_id=name, decided_at=at, sent_at=at),), group=f"strike.{name}")
    wiring.incidents().put([(told, None)], at)
    return told


def wake(now: datetime, **changes: Any) -> Digested | None:
    told: dict[str, Any] = {"is_night": False, "hour": 6, "quiet": None, "zone": "UTC", "when_empty": False, **changes}
    return send_digest(
        now,
        **told,
        incidents=wiring.incidents(),
        feeds=wiring.feeds(),
        digests=wiring.digests(),
        topic=wiring.topic(),
    )


@pytest.fixture
def inbox(stack: Stack) -> Any:
    """What the topic has sent: a queue that gets everything."""
    queue = stack.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    arn = stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    stack.client("sns").subscribe(TopicArn=stack.outputs["AlertTopic"], Protocol="sqs", Endpoint=arn)

    def subjects() -> list[str]:
        found = stack.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for one in found:
            stack.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
        return [json.loads(one["Body"])["Subject"] for one in found]

    return subjects


def test_a_day_is_summed_up_once_however_often_the_schedule_fires(inbox: Any) -> None:
    wiring.feeds().add(feed(), AT)
    happened(AT - timedelta(hours=3))

    first, second = wake(AT), wake(AT + timedelta(minutes=5))

    assert first is not None
    assert first.subject == "Daily digest 23 Nov: 1 incident, 62 killed as told"
    assert second is None
    assert inbox() == [first.subject]


def test_a_digest_goes_on_where_the_last_one_ended(inbox: Any) -> None:
    happened(AT - timedelta(hours=3), "a1")
    first = wake(AT)
    happened(AT - timedelta(seconds=30), "b2")  # as it was being decided
    happened(AT + timedelta(hours=20), "c3")

    second = wake(AT + timedelta(days=1))

    assert first is not None
    assert second is not None
    assert first.period.until == second.period.since
    assert [subject.partition(":")[2] for subject in inbox()] == [
        " 1 incident, 62 killed as told",
        " 2 incidents, 124 killed as told",
    ]


def test_a_stack_that_slept_sums_up_a_week_and_no_more(inbox: Any) -> None:
    wake(AT, when_empty=True)
    later = wake(AT + timedelta(days=40), when_empty=True)

    assert later is not None
    assert later.period.until - later.period.since == timedelta(days=7)


@pytest.mark.parametrize(("when_empty", "sent"), [(False, []), (True, ["Daily digest 23 Nov: no new incident"])])
def test_nothing_to_say_is_said_where_that_is_wanted(inbox: Any, when_empty: bool, sent: list[str]) -> None:
    digested = wake(AT, when_empty=when_empty)

    assert digested is not None
    assert inbox() == sent
    assert wake(AT + timedelta(minutes=1), when_empty=True) is None


def test_dying_before_it_was_sent_loses_no_digest(inbox: Any, dies: Dies) -> None:
    happened(AT - timedelta(hours=3))
    with dies(wiring.topic(), "publish"):
        wake(AT)

    again = wake(AT + LEASE)

    assert again is not None
    assert inbox() == [again.subject]


def test_dying_after_it_was_sent_repeats_it_once(inbox: Any, dies: Dies) -> None:
    happened(AT - timedelta(hours=3))
    with dies(wiring.digests(), "put"):
        wake(AT)

    wake(AT + LEASE)
    wake(AT + 2 * LEASE)

    assert len(inbox()) == 2


def test_two_wakes_at_once_send_one_digest(inbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    happened(AT - timedelta(hours=3))
    publish = wiring.topic().publish

    def meanwhile(message: dict[str, Any]) -> str:
        with pytest.raises(TransientError, match="another wake"):
            wake(AT + timedelta(seconds=1))
        return publish(message)

    monkeypatch.setattr(wiring.topic(), "publish", meanwhile)

    wake(AT)

    assert len(inbox()) == 1


def test_the_day_is_that_of_the_operators_clock(inbox: Any) -> None:
    happened(AT - timedelta(hours=3))
    evening = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the 24th in Kiritimati

    first, second = wake(AT), wake(evening, zone="Pacific/Kiritimati", when_empty=True)

    assert first is not None
    assert second is not None
    assert second.subject == "Daily digest 24 Nov: no new incident"


def test_a_night_is_summed_up_from_its_beginning(inbox: Any) -> None:
    happened(datetime(2026, 11, 22, 21, 59, tzinfo=UTC), "a1")
    happened(datetime(2026, 11, 22, 22, 1, tzinfo=UTC), "b2")

    digested = wake(datetime(2026, 11, 23, 7, 0, tzinfo=UTC), is_night=True, quiet=NIGHT)

    assert digested is not None
    assert digested.period.since == datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    assert inbox() == ["Night digest 23 Nov: 1 incident, 62 killed as told"]


def test_quiet_hours_of_one_day_begin_on_it(inbox: Any) -> None:
    siesta = QuietHours(time(13), time(15))

    digested = wake(datetime(2026, 11, 23, 15, 0, tzinfo=UTC), is_night=True, quiet=siesta, when_empty=True)

    assert digested is not None
    assert digested.period.since == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"hour": None}, id="no daily digest is wanted"),
        pytest.param({"is_night": True}, id="there are no quiet hours"),
        pytest.param({"is_night": True, "quiet": NIGHT, "hour": 7}, id="the daily one tells of the night"),
    ],
)
def test_what_is_not_wanted_is_not_sent(inbox: Any, changes: dict[str, Any]) -> None:
    happened(AT - timedelta(hours=3))

    assert wake(AT, when_empty=True, **changes) is None

    assert inbox() == []


def test_the_digest_of_a_night_is_none_of_the_day(inbox: Any) -> None:
    happened(AT - timedelta(hours=3))

    wake(AT)
    wake(AT + timedelta(hours=1), is_night=True, quiet=NIGHT)

    assert [subject.split(":")[0] for subject in inbox()] == ["Daily digest 23 Nov", "Night digest 23 Nov"]


@pytest.mark.usefixtures("stack")
def test_what_was_merged_is_no_incident_any_more() -> None:
    wiring.incidents().put([(replace(RISEN, merged_into="x", stories=()), None)], AT - timedelta(hours=1))

    digested = wake(AT)

    assert digested is not None
    assert digested.subject == ""
