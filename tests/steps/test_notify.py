import json
from dataclasses import replace
from typing import Any

import pytest

from shared import wiring
from shared.core.codec import decode
from shared.core.edits import REREAD_AFTER
from shared.core.incidents import Decision, group_of
from shared.detect import detect, load_lexicon
from shared.errors import ContractError
from shared.steps.notify import notify_story
from shared.types import Edit, Incident, Reread, Status, Story
from tests.conftest import NOW, Dies, Stack, article

STRIKE = "Government jets bombed the market of Idlib in Syria on Monday, killing 13 people, rescue workers said."
HIGHER = "Government jets bombed the market of Idlib in Syria on Monday, killing 21 people, hospital doctors said."


def story(text: str = STRIKE, number: int = 1) -> Story:
    told = article(text, id=f"entry{number}", publisher=f"Paper {number}")
    (report,) = detect(told, load_lexicon())
    return Story(
        report=report,
        url=told.url,
        title=told.title,
        publisher=told.publisher,
        published_at=NOW,
        article_key="articles/a.json",
        raw_sha256=told.raw_sha256,
        from_summary=False,
        correlation_id="job1",
    )


def notify(one: Story) -> Decision:
    return notify_story(
        one,
        NOW,
        incidents=wiring.incidents(),
        entries=wiring.entries(),
        topic=wiring.topic(),
        queue=wiring.queue("REREAD_QUEUE"),
    )


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
        found = self.stack.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["MessageAttributes"]["status"]["Value"] for message in found]


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
    decision = notify(story(HIGHER, 2))

    assert decision.alert is not None
    assert decision.alert.why.startswith("killed: 13")
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
    stack: Stack, published: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    incidents = wiring.incidents()
    put = incidents.put

    def dies_when_marking(incident: Incident) -> None:
        if incident.alerts[0].sent_at is not None:
            raise OSError("died here")
        put(incident)

    with monkeypatch.context() as patch:
        patch.setattr(incidents, "put", dies_when_marking)
        with pytest.raises(OSError, match="died here"):
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
    monkeypatch.setattr("shared.steps.notify.to_publish", lambda _: {"Subject": " bad", "Message": "{}"})

    with pytest.raises(ContractError):
        notify(story())

    assert only().alerts[0].sent_at is None
    assert published.statuses() == []


def test_an_old_article_is_recorded_and_not_told(stack: Stack, published: Readers) -> None:
    decision = notify(replace(story(), published_at=NOW.replace(year=2025)))

    assert decision.silence == "older than 48 h"
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


@pytest.mark.parametrize("adapter", ["topic", "queue"])
def test_dying_before_a_page_is_ordered_read_again_orders_it_when_the_story_comes_again(
    stack: Stack, published: Readers, dies: Dies, adapter: str
) -> None:
    made, method = (wiring.topic(), "publish") if adapter == "topic" else (wiring.queue("REREAD_QUEUE"), "send")
    with dies(made, method):
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
        group=group_of(first.report),
        edits=(Edit(STRIKE, text),),
        **fields,
    )


LOWER = STRIKE.replace("13", "3")
MOVED = STRIKE.replace("in Syria", "in Lebanon")


def test_an_edit_is_an_update_of_the_same_incident_and_is_not_ordered_read_again(
    stack: Stack, published: Readers
) -> None:
    notify(story())
    orders(stack)

    decision = notify(revision(LOWER))

    assert decision.alert is not None
    assert decision.alert.why == "Paper 1 edited its article: killed: 13 (rescue workers) -> 3 (rescue workers)"
    assert sorted(published.statuses()) == [Status.NEW, Status.UPDATE]
    assert orders(stack) == []


def test_an_edit_of_the_place_meets_its_incident(stack: Stack, published: Readers) -> None:
    notify(story())

    notify(revision(MOVED))

    place = only().place
    assert place is not None
    assert place.name == "Lebanon"
    assert sorted(published.statuses()) == [Status.NEW, Status.UPDATE]


def test_the_same_revision_twice_is_told_once(stack: Stack, published: Readers) -> None:
    notify(story())
    for _ in range(2):
        notify(revision(LOWER))

    assert sorted(published.statuses()) == [Status.NEW, Status.UPDATE]


@pytest.mark.parametrize(("adapter", "method"), [("incidents", "put"), ("topic", "publish")])
def test_dying_half_way_tells_the_edit_when_it_comes_again(
    stack: Stack, published: Readers, dies: Dies, adapter: str, method: str
) -> None:
    notify(story())
    with dies(getattr(wiring, adapter)(), method):
        notify(revision(LOWER))

    notify(revision(LOWER))

    assert sorted(published.statuses()) == [Status.NEW, Status.UPDATE]
