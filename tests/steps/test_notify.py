import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.core.accounts import story_of
from shared.core.codec import decode
from shared.core.edits import REREAD_AFTER
from shared.core.kinship import group_of
from shared.detect import detect, load_lexicon
from shared.errors import ContractError
from shared.steps.notify import Notified, notify_story
from shared.steps.outbox import Outbox
from shared.types import Alert, AlertState, Due, Edit, Incident, Mute, Muted, Reread, Status, Story
from tests.conftest import NOW, Dies, Stack, article
from tests.desk import AT_ONCE

STRIKE = "Government jets bombed a market in Idlib, Syria, on Tuesday, killing 13 people, rescue workers said."
HIGHER = "Government jets bombed a market in Idlib, Syria, on Tuesday, killing 21 people, hospital doctors said."


def story(text: str = STRIKE, number: int = 1) -> Story:
    told = article(text, id=f"entry{number}", publisher=f"Paper {number}", published_at=NOW)
    (report,) = detect(told, load_lexicon())
    return story_of(report, told, "articles/a.json")


def notify(one: Story, now: datetime = NOW, **policy: Any) -> Notified:
    return notify_story(one, now, outbox=outbox(**policy), entries=wiring.entries())


def outbox(**policy: Any) -> Outbox:
    """The function's, with nothing held back but what a test wants."""
    return replace(wiring.outbox(), policy=replace(AT_ONCE, **policy))


def orders(stack: Stack) -> list[Reread]:
    """The orders to read a page again that were given."""
    return [decode(body, Reread) for body, _ in stack.held("RereadQueue")]


@pytest.fixture
def published(stack: Stack) -> "Readers":
    return Readers(stack)


class Readers:
    """A queue that gets what is published, with each message's status and incident."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        sqs = stack.client("sqs")
        self.url = sqs.create_queue(QueueName="readers")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        stack.client("sns").subscribe(TopicArn=stack.outputs["AlertTopic"], Protocol="sqs", Endpoint=arn)

    def statuses(self) -> list[str]:
        return self.values("status")

    def values(self, attribute: str) -> list[str]:
        """An attribute of each message that was not taken yet, in order."""
        sqs = self.stack.client("sqs")
        taken = []
        while found := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            for message in found:
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(json.loads(message["Body"])["MessageAttributes"][attribute]["Value"])
        return taken


def only() -> Incident:
    (incident,) = wiring.incidents().all()
    return incident


def test_a_first_story_is_published_and_marked_as_sent(stack: Stack, published: Readers) -> None:
    notify(story())

    (alert,) = only().alerts
    assert published.statuses() == [Status.NEW]
    assert (alert.sent_at, bool(alert.message_id)) == (NOW, True)


def test_the_same_story_twice_is_published_once(stack: Stack, published: Readers) -> None:
    for _ in range(2):
        notify(story())

    assert published.statuses() == [Status.NEW]
    assert len(only().stories) == 1


def test_a_higher_toll_from_another_is_an_update_of_the_same_incident(stack: Stack, published: Readers) -> None:
    notify(story())
    done = notify(story(HIGHER, 2))

    assert done.is_sent
    assert done.why.startswith("killed: 13")
    assert sorted(published.statuses()) == [Status.NEW, Status.UPDATE]
    assert len(only().alerts) == 2


def test_dying_before_anything_is_stored_publishes_when_the_story_comes_again(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    with dies(wiring.incidents(), "put"):
        notify(story())

    notify(story())

    assert published.statuses() == [Status.NEW]


def test_dying_before_publishing_publishes_when_the_story_comes_again(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    with dies(wiring.topic(), "publish"):
        notify(story())
    assert only().alerts[0].sent_at is None

    notify(story())

    assert published.statuses() == [Status.NEW]
    assert only().alerts[0].sent_at == NOW


def test_dying_between_publishing_and_marking_repeats_that_one_message(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    with dies(wiring.queue("REREAD_QUEUE"), "send"):  # after publishing, before the mark
        notify(story())

    notify(story())
    notify(story())

    assert published.statuses() == [Status.NEW, Status.NEW]
    assert only().alerts[0].sent_at == NOW


def test_an_alert_left_behind_goes_out_with_the_next_story(stack: Stack, published: Readers, dies: Dies) -> None:
    with dies(wiring.topic(), "publish"):
        notify(story())

    notify(story(number=2))

    assert published.statuses() == [Status.NEW]


def test_a_message_that_breaks_the_contract_stops_there_and_is_not_marked(
    stack: Stack, published: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.steps.outbox.to_publish", lambda _: {"Subject": " bad", "Message": "{}"})

    with pytest.raises(ContractError):
        notify(story())

    assert only().alerts[0].sent_at is None
    assert published.statuses() == []


def test_an_old_article_is_recorded_and_not_told(stack: Stack, published: Readers) -> None:
    done = notify(replace(story(), published_at=NOW.replace(year=2025)))

    assert (done.is_sent, done.why) == (False, "older than 48 h")
    assert published.statuses() == []
    assert len(only().stories) == 1


def test_an_alerting_page_is_ordered_read_again_when_it_is_due_and_held_back_until_then(stack: Stack) -> None:
    notify(story())

    assert stack.messages("RereadQueue") == []
    assert [(order.number, order.due_at - NOW) for order in orders(stack)] == list(enumerate(REREAD_AFTER, 1))


def test_a_story_that_is_no_news_is_not_read_again(stack: Stack) -> None:
    notify(story())
    orders(stack)

    notify(story(number=2))

    assert orders(stack) == []


def test_dying_before_publishing_orders_the_page_read_again_when_the_story_comes_again(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    with dies(wiring.topic(), "publish"):
        notify(story())
    assert orders(stack) == []

    notify(story())

    assert published.statuses() == [Status.NEW]
    assert len(orders(stack)) == len(REREAD_AFTER)


def revision(text: str, number: int = 1, **fields: Any) -> Story:
    """The first story's article, edited."""
    first, edited = story(), story(text)
    return replace(
        edited,
        report=replace(edited.report, id=first.report.id),
        revision=number,
        group=group_of(first),
        edits=(Edit(STRIKE, text),),
        **fields,
    )


LOWER = STRIKE.replace("13", "3")
MOVED = STRIKE.replace("Idlib, Syria", "Tyre, Lebanon")


def test_an_edit_that_takes_back_is_a_correction_of_the_same_incident_and_is_not_ordered_read_again(
    stack: Stack, published: Readers
) -> None:
    notify(story())
    orders(stack)

    done = notify(revision(LOWER))

    assert done.why == "Paper 1 edited its article: killed: 13 (rescue workers) -> 3 (rescue workers)"
    assert sorted(published.statuses()) == [Status.CORRECTION, Status.NEW]
    assert orders(stack) == []


def test_an_edit_of_the_place_meets_its_incident(stack: Stack, published: Readers) -> None:
    notify(story())

    notify(revision(MOVED))

    place = only().place
    assert place is not None
    assert place.name == "Tyre"
    assert sorted(published.statuses()) == [Status.CORRECTION, Status.NEW]


def test_the_same_revision_twice_is_told_once(stack: Stack, published: Readers) -> None:
    notify(story())
    for _ in range(2):
        notify(revision(LOWER))

    assert sorted(published.statuses()) == [Status.CORRECTION, Status.NEW]


@pytest.mark.parametrize(("adapter", "method"), [("incidents", "put"), ("topic", "publish")])
def test_dying_half_way_tells_the_edit_when_it_comes_again(
    stack: Stack, published: Readers, dies: Dies, adapter: str, method: str
) -> None:
    notify(story())
    with dies(getattr(wiring, adapter)(), method):
        notify(revision(LOWER))

    notify(revision(LOWER))

    assert sorted(published.statuses()) == [Status.CORRECTION, Status.NEW]


# --- what falls due later -------------------------------------------------------------------------------------


def pass_minute(stack: Stack, now: datetime, **policy: Any) -> list[Alert]:
    """What the schedule does, and its orders; the alerts that went out."""
    told = outbox(**policy).order_due(now)
    for body in stack.bodies("NotifyQueue"):
        before = only_sent()
        outbox(**policy).see_to(decode(body, Due), now)
        told += [alert for name, alert in only_sent().items() if name not in before]
    return told


def only_sent() -> dict[str, Alert]:
    return {
        alert.id: alert
        for incident in wiring.incidents().all()
        for alert in incident.alerts
        if alert.state is AlertState.SENT
    }


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_an_update_that_gathers_goes_out_when_it_is_due_and_not_before(stack: Stack, published: Readers) -> None:
    gathering = {"gather": timedelta(minutes=5)}
    notify(story())
    done = notify(story(STRIKE.replace("13", "15"), 2), later(1), **gathering)

    early = pass_minute(stack, later(5), **gathering)
    due = pass_minute(stack, later(6), **gathering)
    again = pass_minute(stack, later(7), **gathering)

    assert not done.is_sent
    assert done.why.startswith("gathers changes, due 2026-03-04T12:06:00+00:00: killed: 13")
    assert [early, [alert.status for alert in due], again] == [[], [Status.UPDATE], []]
    assert sorted(published.statuses()) == [Status.NEW, Status.UPDATE]


def test_an_alert_whose_story_never_comes_again_is_sent_by_the_schedule(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    with dies(wiring.topic(), "publish"):
        notify(story())

    pass_minute(stack, later(1))

    assert published.statuses() == [Status.NEW]
    assert len(orders(stack)) == len(REREAD_AFTER)


def test_one_message_that_breaks_the_contract_keeps_back_no_other(
    stack: Stack, published: Readers, dies: Dies, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dies(wiring.topic(), "publish"):
        notify(story())
    with dies(wiring.topic(), "publish"):
        notify(story(STRIKE.replace("Idlib", "Aleppo"), 2))
    first, _ = sorted(wiring.incidents().all(), key=lambda each: each.stories[0].report.article_id)
    broken = replace(first.alerts[0], message='{"Subject": " bad", "Message": "{}"}')
    wiring.incidents().put([(replace(first, alerts=(broken,)), NOW)], NOW)

    with pytest.raises(ContractError):
        pass_minute(stack, later(1))

    assert published.statuses() == [Status.NEW]


def test_what_was_muted_after_it_was_decided_is_dropped(stack: Stack, published: Readers) -> None:
    notify(story(), wait=timedelta(minutes=5))
    wiring.outbox().mutes.put(Mute(Muted.RULE, "airstrike", NOW))

    pass_minute(stack, later(6), wait=timedelta(minutes=5))

    (alert,) = only().alerts
    assert (alert.state, alert.reason) == (AlertState.DROPPED, "muted: rule airstrike")
    assert published.statuses() == []


def test_an_incident_is_closed_a_day_after_its_last_news(stack: Stack, published: Readers) -> None:
    notify(story())

    pass_minute(stack, later(23 * 60))
    before = only().closed_at
    pass_minute(stack, later(24 * 60 + 1), send_closed=True)

    assert before is None
    assert only().closed_at == later(24 * 60 + 1)
    assert sorted(published.statuses()) == [Status.CLOSED, Status.NEW]


def test_dying_before_a_closing_is_published_tells_it_a_minute_later(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    notify(story())
    with dies(wiring.topic(), "publish"):
        pass_minute(stack, later(24 * 60 + 1), send_closed=True)
        wiring.topic().publish({})  # the schedule leaves it to its next wake

    pass_minute(stack, later(24 * 60 + 2), send_closed=True)

    assert sorted(published.statuses()) == [Status.CLOSED, Status.NEW]


TOWNS = ("Idlib", "Aleppo", "Homs", "Latakia", "Daraa", "Raqqa", "Palmyra")


def test_many_new_incidents_of_a_country_become_one_message_from_there_on(stack: Stack, published: Readers) -> None:
    for number, town in enumerate(TOWNS):
        notify(story(STRIKE.replace("Idlib", town), number), later(number / 10), burst=4)
    alone = published.statuses()

    told = pass_minute(stack, later(5), burst=4)

    assert alone == [Status.NEW] * 3
    assert len(told) == 4
    assert published.statuses() == [Status.NEW]
    assert {alert.state for incident in wiring.incidents().all() for alert in incident.alerts} == {AlertState.SENT}


def test_dying_after_a_burst_was_published_repeats_it_only_for_those_not_marked(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    for number, town in enumerate(TOWNS[:4]):
        notify(story(STRIKE.replace("Idlib", town), number), burst=2)
    published.statuses()
    with dies(wiring.topic(), "publish"):
        pass_minute(stack, later(5), burst=2)

    told = pass_minute(stack, later(6), burst=2)

    assert len(told) == 3
    assert published.statuses() == [Status.NEW]


def test_phones_get_so_many_alerts_a_day_and_then_how_many_more_there_are(stack: Stack) -> None:
    stack.client("sns").subscribe(TopicArn=stack.outputs["AlertTopic"], Protocol="sms", Endpoint="+12025550100")
    readers = Readers(stack)
    for number, town in enumerate(TOWNS[:4]):
        notify(story(STRIKE.replace("Idlib", town), number), sms_a_day=2)

    assert readers.values("sms") == ["yes", "yes", "yes", "no"]
