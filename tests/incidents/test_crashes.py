"""Notify dies before its first write and after each, and gets every message again; on the real adapters.

Dying after a read leaves the world as dying after the write before it does.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.client import BaseClient
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from shared import wiring
from shared.core.codec import decode, encode
from shared.steps.notify import notify_story
from shared.types import AlertState, Due, EntryState, Incident, Policy, Reread, Story
from tests.conftest import REGION, Stack, entry
from tests.incidents.strike import BEGAN, TAKEN_BACK, retraction, stories

MINUTE = timedelta(minutes=1)
READS = frozenset({"Query", "GetItem", "BatchGetItem"})
Event = tuple[datetime, Story | None]
"""When something comes: a story, or else the minute at which the schedule looks what is due."""


class Death(BaseException):
    """The machine stops.  Nobody catches that."""


@dataclass
class Calls:
    """The writes to AWS, in order; the machine stops after so many of them."""

    last: int | None = None
    made: list[str] = field(default_factory=list)

    @contextmanager
    def counted(self) -> Iterator[None]:
        call = BaseClient._make_api_call

        def counting(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
            if name in READS:
                return call(client, name, arguments)
            if self.last == 0 and not self.made:
                self.last = None
                raise Death
            answer = call(client, name, arguments)
            self.made.append(name)
            if self.last == len(self.made):
                raise Death
            return answer

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", counting)
            yield


@dataclass(frozen=True)
class Left:
    """What is there when all is over."""

    published: tuple[tuple[str, str], ...]
    """Status and subject of each message, in order."""
    records: frozenset[str]
    alerts: frozenset[tuple[str, AlertState, bool]]
    """Id, state, and whether it has SNS's id, of every alert."""
    orders: frozenset[tuple[str, int]]
    """Which pages are to be read again, and the how-manyeth time."""
    entries: tuple[tuple[EntryState, int], ...]


def live(stack: Stack, events: Sequence[Event], policy: Policy, calls: Calls, times: int = 1) -> Left:
    """Lets things happen in an empty stack; what a dead machine had in hand comes to another one a minute later."""
    _empty(stack)
    for number, (_, story) in enumerate(events):
        if story is not None and wiring.entries().add(entry(id=story.report.article_id)):
            # The first was given up, and is sent again.
            wiring.entries().close(story.report.article_id, EntryState.REPORTED if number else EntryState.QUARANTINED)
    with calls.counted():
        for at, story in events:
            for _ in range(times):
                _until_done(stack, story, at, policy)
    incidents = list(wiring.incidents().all())
    return Left(
        tuple((sent[3]["status"]["Value"], sent[2]) for sent in _topic(stack).sent_notifications),
        frozenset(encode(_plain(each)) for each in incidents),
        frozenset((a.id, a.state, bool(a.message_id)) for each in incidents for a in each.alerts),
        frozenset((order.article_key, order.number) for order in _orders(stack)),
        tuple(sorted(wiring.entries().counts().items())),
    )


def _until_done(stack: Stack, story: Story | None, at: datetime, policy: Policy) -> None:
    outbox = replace(wiring.outbox(), policy=policy)
    if story is not None:
        _again(lambda now: notify_story(story, now, outbox=outbox, entries=wiring.entries()), at)
        return
    _again(outbox.order_due, at)
    for body in _taken(stack):
        _again(partial(outbox.see_to, decode(body, Due)), at)


def _again(work: Callable[[datetime], object], at: datetime) -> None:
    """A message comes again as long as a machine dies of it."""
    while True:
        try:
            work(at)
        except Death:
            at += MINUTE
        else:
            return


def _taken(stack: Stack) -> list[str]:
    """What lies in the queue of stories and orders, taken out of it."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[stack.physical["NotifyQueue"].rpartition("/")[2]]
    bodies = [message.body for message in queue._messages]
    queue._messages.clear()
    return bodies


def _empty(stack: Stack) -> None:
    dynamodb = stack.client("dynamodb")
    for table, keys in (
        (stack.outputs["IncidentsTable"], ("group", "incident_id")),
        (stack.outputs["EntriesTable"], ("entry_id",)),
    ):
        for item in dynamodb.scan(TableName=table)["Items"]:
            dynamodb.delete_item(TableName=table, Key={key: item[key] for key in keys})
    _topic(stack).sent_notifications.clear()
    stack.held("RereadQueue")


def _topic(stack: Stack) -> Any:
    return sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[stack.outputs["AlertTopic"]]


def _orders(stack: Stack) -> Iterator[Reread]:
    return (decode(body, Reread) for body, _ in stack.held("RereadQueue"))


def _plain(incident: Incident) -> Incident:
    """An incident without what depends on when its machine lived."""
    return replace(incident, alerts=(), silences=(), closed_at=None, version=0)


def _one_life() -> list[Event]:
    """A strike is told, told with a higher toll, partly taken back, and a day later it is over."""
    told = stories()
    hours = (0, 0.5, 1.2, 2, 40)
    comes = (told[0], told[TAKEN_BACK], None, retraction(), None)
    return [(BEGAN + timedelta(hours=hour), each) for hour, each in zip(hours, comes, strict=True)]


def _a_bad_night() -> list[Event]:
    """Three towns of one country within minutes, of which the last two are told together."""
    (told, *_) = stories()
    events: list[Event] = []
    for number, (town, lat) in enumerate((("Nyala", 12.0), ("El Fasher", 13.6), ("El Obeid", 15.2))):
        place = replace(told.report.place, id=town, name=town, lat=lat)
        report = replace(told.report, id=f"report{number}", article_id=f"entry{number}", place=place)
        traits = replace(told.traits, sketch=())
        story = replace(told, report=report, traits=traits, article_key=f"articles/{number}")
        events.append((BEGAN + number * MINUTE, story))
    return [*events, (BEGAN + 10 * MINUTE, None)]


@dataclass(frozen=True)
class Life:
    """What happens, under which policy, and what is said of it: a status and how many incidents it tells of."""

    events: Callable[[], list[Event]]
    policy: Policy
    said: tuple[tuple[str, int], ...]


LIVES = {
    "one strike": Life(
        _one_life, Policy(send_closed=True), (("new", 1), ("update", 1), ("correction", 1), ("closed", 1))
    ),
    "a burst": Life(_a_bad_night, Policy(burst=2), (("new", 1), ("new", 2))),
}


@pytest.fixture(params=LIVES)
def life(request: pytest.FixtureRequest) -> Life:
    return LIVES[request.param]


def test_dying_anywhere_loses_nothing_and_repeats_only_what_was_published_and_not_marked(
    stack: Stack, life: Life
) -> None:
    events, whole = life.events(), Calls()
    expected = live(stack, events, life.policy, whole)
    assert [status for status, _ in expected.published] == [status for status, _ in life.said]
    assert expected.entries == ((EntryState.REPORTED, len({each.article_key for _, each in events if each})),)

    wrong = []
    for last in range(len(whole.made) + 1):
        done = whole.made[:last]
        left = live(stack, events, life.policy, Calls(last))
        times = done.count("Publish")
        published = left.published
        if times and done[_after_the_last("Publish", done) :].count("TransactWriteItems") < life.said[times - 1][1]:
            # In the window between publishing and marking: said once more, of those that are not marked.
            published = (*published[:times], *published[times + 1 :])
            if len(published) == len(left.published):
                published = ()
        if replace(left, published=published) != expected:
            wrong.append((last, done[-1:], left.published, left.alerts ^ expected.alerts))

    assert wrong == []


def _after_the_last(name: str, done: Sequence[str]) -> int:
    return len(done) - list(reversed(done)).index(name)


@pytest.mark.parametrize("times", [2, 3])
def test_messages_that_come_again_are_told_once(stack: Stack, life: Life, times: int) -> None:
    once, again = (live(stack, life.events(), life.policy, Calls(), each) for each in (1, times))

    assert again == once
