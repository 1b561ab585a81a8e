import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.core.accounts import story_of
from shared.core.alerts import review
from shared.core.codec import decode
from shared.core.edits import REREAD_AFTER
from shared.core.incidents import KEPT, LINKS_KEPT, told_by
from shared.core.kinship import group_of
from shared.core.render import Message, render_burst
from shared.detect import detect, load_lexicon
from shared.errors import ContractError
from shared.steps.notify import Notified, notify_story
from shared.steps.outbox import Outbox
from shared.types import (
    Alert,
    AlertState,
    Due,
    Edit,
    Incident,
    Mute,
    Muted,
    Precision,
    QuietHours,
    Reread,
    Status,
    Story,
)
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


# --- what holds back, and what must not ------------------------------------------------------------------------


EVENING = QuietHours(time(12, 3), time(18, 0))


def mild(one: Story) -> Story:
    """Not critical, so that quiet hours hold it."""
    return replace(one, report=replace(one.report, severity=50))


def hold_burst(count: int = 4, **policy: Any) -> None:
    """All but the first are held, to be told five minutes later."""
    for number, town in enumerate(TOWNS[:count]):
        notify(mild(story(STRIKE.replace("Idlib", town), number)), later(number / 10), burst=2, **policy)


def test_two_wakes_of_the_schedule_at_once_tell_a_burst_once(
    stack: Stack, published: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_burst()
    published.statuses()
    publish, wakes = wiring.topic().publish, [later(5.1)]

    def publish_beside_another(message: dict[str, Any]) -> str:
        while wakes:
            outbox(burst=2).order_due(wakes.pop())
        return publish(message)

    monkeypatch.setattr(wiring.topic(), "publish", publish_beside_another)
    pass_minute(stack, later(5), burst=2)

    assert published.statuses() == [Status.NEW]


def test_a_burst_that_cannot_be_told_keeps_back_that_of_no_other_country(
    stack: Stack, published: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_burst(3)
    for number, town in enumerate(("Kharkiv", "Odesa", "Dnipro"), 10):
        notify(story(STRIKE.replace("Idlib, Syria", f"{town}, Ukraine"), number), later(1), burst=2)
    published.statuses()

    def render(pairs: Any, country: str, **options: Any) -> Message:
        if country == "SY":
            raise ContractError("a subject of 101 characters")
        return render_burst(pairs, country, **options)

    monkeypatch.setattr("shared.steps.outbox.render_burst", render)
    with pytest.raises(ContractError):
        pass_minute(stack, later(7), burst=2)

    assert published.values("country") == ['["UA"]']


def test_what_was_muted_meanwhile_is_left_out_of_a_burst(stack: Stack, published: Readers) -> None:
    hold_burst()
    published.statuses()
    wiring.outbox().mutes.put(Mute(Muted.RULE, "airstrike", NOW))

    pass_minute(stack, later(6), burst=2)

    assert published.statuses() == []
    assert {alert.state for incident in wiring.incidents().all() for alert in incident.alerts} == {
        AlertState.SENT,
        AlertState.DROPPED,
    }


def test_quiet_hours_hold_a_burst(stack: Stack, published: Readers) -> None:
    hold_burst(quiet=EVENING)
    published.statuses()

    at_night = pass_minute(stack, later(6), burst=2, quiet=EVENING)
    told = pass_minute(stack, later(6 * 60), burst=2, quiet=EVENING)

    assert (at_night, len(told)) == ([], 3)
    assert published.statuses() == [Status.NEW]


def test_a_burst_is_one_of_the_alerts_that_phones_get_a_day(stack: Stack, published: Readers) -> None:
    hold_burst(sms_a_day=1)
    pass_minute(stack, later(6), burst=2, sms_a_day=1)
    notify(story(STRIKE.replace("Idlib", "Palmyra"), 9), later(20), sms_a_day=1)

    assert published.values("sms") == ["yes", "yes", "no"]  # the second says how many more there are


def test_an_alert_that_sns_took_at_the_third_try_counts_once_of_what_phones_get(
    stack: Stack, published: Readers, dies: Dies
) -> None:
    for _ in range(2):
        with dies(wiring.topic(), "publish"):
            notify(story(), sms_a_day=1)

    notify(story(), sms_a_day=1)

    assert published.values("sms") == ["yes"]


def test_a_message_that_sns_would_never_take_is_dropped_with_the_reason_and_not_tried_for_ever(
    stack: Stack, published: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("shared.steps.outbox.to_publish", lambda _: {"Subject": " bad", "Message": "{}"})
        with pytest.raises(ContractError):
            notify(story())
    (alert,) = only().alerts

    again = pass_minute(stack, later(1))
    notify(story(number=2), later(2))

    assert (alert.state, alert.reason) == (
        AlertState.DROPPED,
        "not what SNS takes: subject must not start with a space",
    )
    assert again == []
    assert published.statuses() == [Status.NEW]


def test_a_closing_is_held_by_quiet_hours(stack: Stack, published: Readers) -> None:
    notify(mild(story()), later(60))
    published.statuses()

    at_night = pass_minute(stack, later(25 * 60 + 1), send_closed=True, quiet=EVENING)
    told = pass_minute(stack, later(30 * 60), send_closed=True, quiet=EVENING)

    assert (at_night, [alert.status for alert in told]) == ([], [Status.CLOSED])


def test_a_closing_of_what_is_muted_is_not_sent(stack: Stack, published: Readers) -> None:
    notify(story())
    published.statuses()
    wiring.outbox().mutes.put(Mute(Muted.RULE, "airstrike", NOW))

    pass_minute(stack, later(24 * 60 + 1), send_closed=True)

    assert published.statuses() == []
    assert only().alerts[-1].reason == "muted: rule airstrike"


def test_what_was_news_is_told_though_it_grew_old_while_it_was_held(stack: Stack, published: Readers) -> None:
    one = replace(mild(story()), published_at=NOW - timedelta(hours=45))
    notify(replace(one, traits=replace(one.traits, is_day_told=False)), later(10), quiet=EVENING)

    pass_minute(stack, later(6 * 60), quiet=EVENING)

    assert published.statuses() == [Status.NEW]


def test_new_incidents_of_a_country_that_are_counted_at_once_are_all_counted(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies = wiring.outbox().tallies
    get_item, others = tallies._client.get_item, ["other"]

    def get_beside_another(**options: Any) -> Any:
        answer = get_item(**options)
        while others:
            tallies.note_new("SY", others.pop(), NOW, timedelta(minutes=5))
        return answer

    monkeypatch.setattr(tallies._client, "get_item", get_beside_another)
    mine = tallies.note_new("SY", "mine", NOW, timedelta(minutes=5))

    assert mine == (1, NOW)


def test_a_toll_is_told_however_many_papers_told_the_one_before(stack: Stack, published: Readers) -> None:
    notify(story())
    incident = only()
    (first,) = incident.stories
    copies = tuple(
        replace(first, report=replace(first.report, id=f"copy{n}"), url=f"https://{n}.example/", publisher=f"Daily {n}")
        for n in range(KEPT - 1)
    )
    wiring.incidents().put([(replace(incident, stories=(first, *copies)), None)], NOW)
    published.statuses()

    done = notify(replace(story(HIGHER, 999), published_at=later(50)), later(60))

    assert published.statuses() == [Status.UPDATE]
    assert len(done.incident.stories) == KEPT


def test_a_mute_of_an_incident_outlives_its_being_found_to_be_another(stack: Stack) -> None:
    notify(story())
    incident = replace(only(), also=("its-old-id",))

    after = review(incident, later(1), AT_ONCE, cause=story(HIGHER, 2), mutes=[Mute(Muted.INCIDENT, "its-old-id", NOW)])

    assert after.silences[-1].reason == "muted: incident its-old-id"


def test_a_story_that_may_be_of_a_hundred_incidents_is_stored_with_links_to_some(stack: Stack) -> None:
    one = replace(story(), read_at=NOW)
    place, claim = one.report.place, one.report.claims[0]
    assert place is not None
    notify(one)
    incident = only()
    for number in range(110):
        town = replace(place, id=f"town{number}", lat=10 + number % 30 * 0.7, lon=16 + number // 30 * 0.7)
        toll = replace(claim, by=f"owner {number}", value=20 + number, min=20 + number, max=20 + number)
        report = replace(one.report, id=f"r{number}", place=town, claims=(toll,))
        told = replace(
            one, report=report, publisher=f"Daily {number}", traits=replace(one.traits, words=(f"w{number}",))
        )
        known = told_by(replace(incident, id=f"i{number}", version=0, alerts=()), (told,))
        wiring.incidents().put([(known, None)], NOW)
    country = replace(place, id="SY", name="Syria", precision=Precision.COUNTRY)

    done = notify(replace(one, report=replace(one.report, id="vague", place=country), publisher="Late Post"), later(1))

    assert len(done.incident.maybe_same) == LINKS_KEPT
