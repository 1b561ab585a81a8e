import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.core.codec import encode
from shared.core.health import Kind
from shared.core.keys import article_key
from shared.steps.watch import Watched, watch
from shared.types import EntryState, FeedJob, FeedState, Outcome
from tests.conftest import NOW, Dies, Stack, article, entry, feed
from tests.steps.test_notify import notify, story

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def wake(now: datetime = NOW) -> Watched:
    made = {name: getattr(wiring, name)() for name in ("feeds", "entries", "dead_letters", "ops", "archive", "rules")}
    return watch(now, "sitrep", topic=wiring.ops_topic(), **made)


class Operator:
    """Who reads the ops topic."""

    def __init__(self, stack: Stack) -> None:
        self.sqs = stack.client("sqs")
        self.url = self.sqs.create_queue(QueueName="operator")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        stack.client("sns").subscribe(TopicArn=stack.outputs["OpsTopic"], Protocol="sqs", Endpoint=arn)

    def messages(self) -> list[Mapping[str, Any]]:
        """What has come since the last look."""
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    def subjects(self) -> list[str]:
        return [message["Subject"] for message in self.messages()]


@pytest.fixture
def operator(stack: Stack) -> Operator:
    return Operator(stack)


def dead(stack: Stack, queue: str, body: str, **fields: Any) -> None:
    """Lays a message into a dead-letter queue, as SQS does after the last attempt."""
    stack.client("sqs").send_message(QueueUrl=stack.physical[f"{queue}DeadLetters"], MessageBody=body, **fields)


def state_of(number: int = 1) -> EntryState | None:
    return wiring.entries().state(f"entry{number}")


def test_where_all_is_well_nothing_is_said(stack: Stack, operator: Operator) -> None:
    wiring.feeds().add(feed(), NOW)
    wiring.entries().add(entry())

    watched = wake()

    assert operator.messages() == []
    assert watched.figures == {
        "FeedsWatched": 1,
        "FeedsUnpolled": 0,
        "FeedsBroken": 0,
        "FeedsGone": 0,
        "FeedsSilent": 0,
        "FeedsMoved": 0,
        "EntriesOpen": 1,
        "EntriesOverdue": 0,
        "EntriesQuarantined": 0,
        "OldestOpenSeconds": 0,
        "DeadLetters": 0,
        "HostsBlocked": 0,
        "RulesRefused": 0,
    }


def test_an_entry_that_comes_to_no_end_is_told_once(stack: Stack, operator: Operator) -> None:
    wiring.entries().add(entry(seen_at=NOW - 2 * HOUR))

    watched = [wake(), wake(NOW + HOUR / 4)]

    (message,) = operator.messages()
    assert message["Subject"] == "sitrep: 1 entry has not come to an end"
    assert "https://news.example/1\n    queued; first seen 2026-03-04 10:00 UTC" in message["Message"]
    assert message["MessageAttributes"]["kind"]["Value"] == "entries_overdue"
    assert [one.figures["EntriesOverdue"] for one in watched] == [1, 1]
    assert watched[0].figures["OldestOpenSeconds"] == 7200


def test_an_entry_that_has_ended_is_open_no_more(stack: Stack) -> None:
    for number, state in enumerate(EntryState):
        wiring.entries().record(entry(number, seen_at=NOW - 2 * HOUR), state)

    assert wake().figures["EntriesOpen"] == len([EntryState.QUEUED, EntryState.READ])


def test_an_entry_that_ingest_gave_up_is_quarantined_and_its_message_stays(stack: Stack, operator: Operator) -> None:
    wiring.entries().add(entry(seen_at=NOW - 2 * HOUR))
    dead(stack, "Ingest", encode(entry()))

    watched = wake()

    (line,) = wiring.entries().all()
    assert (line["state"], line["reason"].partition(";")[0]) == ("quarantined", "given up")
    assert operator.subjects() == ["sitrep: 1 message was given up"]  # and nothing of an entry that is overdue
    assert watched.figures["DeadLetters"] == watched.figures["EntriesQuarantined"] == 1
    assert wiring.dead_letters()["ingest"].count() == 1


def test_an_entry_that_was_given_up_before_it_was_written_down_has_its_line(stack: Stack) -> None:
    dead(stack, "Ingest", encode(entry()))

    wake()

    (line,) = wiring.entries().all()
    assert (line["url"], line["state"]) == (entry().url, "quarantined")


def test_an_entry_whose_article_detect_gave_up_is_quarantined(stack: Stack) -> None:
    wiring.entries().record(entry(), EntryState.READ)
    wiring.archive().put_article(article_key(entry()), article("A bridge was closed."))
    (body,) = stack.bodies("DetectQueue")
    dead(stack, "Detect", body)

    wake()

    assert state_of() is EntryState.QUARANTINED


def test_a_reported_entry_whose_story_was_given_up_is_quarantined_until_it_is_told(stack: Stack) -> None:
    wiring.entries().record(entry(), EntryState.REPORTED)
    given_up = story()
    dead(stack, "Notify", encode(given_up), MessageGroupId="g", MessageDeduplicationId="d")

    wake()
    before = state_of()
    notify(given_up)

    assert (before, state_of()) == (EntryState.QUARANTINED, EntryState.REPORTED)


def test_a_story_that_was_never_given_up_leaves_the_books_alone(stack: Stack) -> None:
    wiring.entries().record(entry(), EntryState.READ)

    notify(story())

    assert state_of() is EntryState.READ


def test_a_quarantined_entry_goes_on_where_its_message_is_sent_back(stack: Stack) -> None:
    wiring.entries().add(entry(seen_at=NOW - 2 * DAY))
    dead(stack, "Ingest", encode(entry()))
    wake()

    wiring.entries().record(entry(seen_at=NOW - 2 * DAY), EntryState.READ, since=NOW)

    opened, _ = wiring.entries().open()
    assert opened == {"entry1": NOW}  # on its way since now, and not overdue
    assert wiring.entries().close("entry1", EntryState.NO_MATCH)
    assert wiring.entries().open() == ({}, [])


def test_messages_without_an_entry_are_counted(stack: Stack, operator: Operator) -> None:
    dead(stack, "Fetch", encode(FeedJob(("f1",), NOW)))
    dead(stack, "Fetch", '{"not": "a message of ours"}')
    dead(stack, "Reread", "neither")

    watched = wake()

    assert operator.subjects() == ["sitrep: 3 messages were given up"]
    assert watched.figures["DeadLetters"] == 3
    assert list(wiring.entries().all()) == []


def test_an_entry_whose_message_is_lost_is_quarantined(stack: Stack) -> None:
    wiring.entries().add(entry(seen_at=NOW - 6 * DAY))

    wake()

    (line,) = wiring.entries().all()
    assert line["state"] == "quarantined"
    assert line["reason"].startswith("its message is lost")


def test_a_host_that_refuses_its_pages_is_told_with_how_many_of_how_many(stack: Stack, operator: Operator) -> None:
    pages = [True, True, False, True]  # refused or not
    for is_refused in [False, *pages]:  # what came before the first refusal is not counted
        wiring.entries().count_page("https://shy.example/1", NOW, is_refused=is_refused)
    wiring.entries().count_page("https://open.example/1", NOW, is_refused=False)

    watched = wake()

    (message,) = operator.messages()
    assert message["Subject"] == "sitrep: 1 host refuses our requests"
    assert "shy.example\n    3 of 4 pages refused since yesterday" in message["Message"]
    assert watched.figures["EntriesOpen"] == 0


def test_a_hosts_day_is_forgotten_when_it_is_past(stack: Stack) -> None:
    wiring.entries().count_page("https://shy.example/1", NOW, is_refused=True)

    wake(NOW + DAY)
    kept = wiring.entries().open()[1]
    wake(NOW + 2 * DAY)

    assert [one.host for one in kept] == ["shy.example"]
    assert wiring.entries().open()[1] == []


def broken(failures: int = 5, url: str = "https://news.example/feed.xml") -> None:
    wiring.feeds().add(feed(url), NOW)
    fares = FeedState(due_at=NOW + DAY, polled_at=NOW, outcome=Outcome.BROKEN, reason="HTTP 404", failures=failures)
    wiring.feeds().put_state(feed(url), fares)


def test_a_broken_feed_is_told_once_and_another_one_six_hours_later(stack: Stack, operator: Operator) -> None:
    broken()
    wake()
    broken(url="https://other.example/feed.xml")
    told = [operator.subjects()]
    for hours in (1, 2, 6, 7):
        wake(NOW + hours * HOUR)
        told.append(operator.subjects())

    assert told == [["sitrep: 1 feed fails at every poll"], [], [], ["sitrep: 2 feeds fail at every poll"], []]


def test_feeds_are_read_once_an_hour(stack: Stack) -> None:
    looked = ["FeedsWatched" in wake(NOW + quarter * HOUR / 4).figures for quarter in range(9)]

    assert looked == [True, False, False, False, True, False, False, False, True]


def test_a_day_without_trouble_is_said_once(stack: Stack, operator: Operator) -> None:
    broken()
    wake()
    wiring.feeds().remove(feed().id)
    operator.subjects()

    for hours in (1, 26, 27):
        wake(NOW + hours * HOUR)

    assert operator.subjects() == ["sitrep: no feed fails at every poll any more"]


@pytest.mark.parametrize("method", ["publish", "put", "put_looked_at", "close", "write_manifest"])
def test_dying_half_way_tells_and_quarantines_with_the_next_wake(
    stack: Stack, operator: Operator, dies: Dies, method: str
) -> None:
    broken()
    wiring.entries().add(entry(1))
    wiring.entries().add(entry(2, seen_at=NOW - 6 * DAY))
    wiring.archive().put_article(article_key(entry(seen_at=NOW - 2 * DAY)), article("A bridge was closed."))
    owner = {
        "publish": wiring.ops_topic(),
        "close": wiring.entries(),
        "write_manifest": wiring.archive(),
    }.get(method, wiring.ops())
    with dies(owner, method):
        wake()
    before = operator.subjects()

    wake()

    # What was published and not yet remembered is told again; nothing else is, and nothing is lost.
    again = operator.subjects()
    subject = "sitrep: 1 feed fails at every poll"
    assert set(before + again) == {subject}
    assert (len(before), len(again)) == {
        "publish": (0, 1),
        "close": (0, 1),
        "put": (1, 1),
    }.get(method, (1, 0))
    assert state_of(2) is EntryState.QUARANTINED
    assert wiring.archive().manifest_days() == [(NOW - 2 * DAY).date()]


def test_the_manifest_of_a_day_is_written_once(stack: Stack) -> None:
    for ago in (3, 2):
        old = entry(ago, seen_at=NOW - ago * DAY)
        wiring.archive().put_article(article_key(old), article("A bridge was closed."))

    written = [wake().manifest for _ in range(3)]

    assert written == [(NOW - 3 * DAY).date(), (NOW - 2 * DAY).date(), None]


def test_a_message_that_is_looked_at_is_hidden_from_who_sends_it_back_for_a_minute(stack: Stack) -> None:
    dead(stack, "Ingest", encode(entry()))

    wake()

    assert stack.bodies("IngestDeadLetters") == []
    assert wake().figures["DeadLetters"] == 1


def test_what_is_told_names_the_kind(stack: Stack) -> None:
    broken()

    assert wake().told == (Kind.FEEDS_BROKEN,)


def test_refused_rules_are_told_with_file_key_and_remedy_once(stack: Stack, operator: Operator) -> None:
    wiring.rules().put("landslide.toml", b"category = 'Land slide'")

    watched = [wake(), wake(NOW + HOUR / 4)]

    (message,) = operator.messages()
    assert message["Subject"] == "sitrep: 1 set of rules is refused"
    assert "config/rules/\n    landslide.toml: category = 'Land slide': use lower-case letters" in message["Message"]
    assert "sitrep rules add FILE.toml --stack sitrep" in message["Message"]
    assert [one.figures["RulesRefused"] for one in watched] == [1, 1]


def test_rules_that_are_mended_are_well_after_a_day(stack: Stack, operator: Operator) -> None:
    wiring.rules().put("landslide.toml", b"category = ")
    wake()
    operator.subjects()
    wiring.rules().remove("landslide.toml")

    for hours in (1, 26, 27):
        wake(NOW + hours * HOUR)

    assert operator.subjects() == ["sitrep: your rules are in use"]
