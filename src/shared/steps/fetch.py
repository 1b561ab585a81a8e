"""fetch: polls the feeds of a job, all at once and each host gently, and sends on what they newly list."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.feeds import NotAFeed, ParsedFeed
from shared.core.ids import job_id
from shared.core.polling import (
    Hold,
    Learned,
    asked_url,
    hold,
    is_to_be_polled,
    is_worth_keeping,
    is_worth_parsing,
    learn,
    lists_more,
    parse,
    postponed,
    validators,
)
from shared.core.schedule import LEASE
from shared.core.urls import host_of
from shared.errors import IntractableError
from shared.types import Bounds, Feed, FeedJob, FeedState

if TYPE_CHECKING:
    from shared.adapters.child import Child
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.http import Http
    from shared.adapters.sqs import Queue

LARGEST_FEED = 5_000_000
"""Bytes.  The largest of 200 real feeds has 2.5 MB."""
AT_ONCE = 2
"""Feeds of one host that are asked for at the same time."""
MOST_AT_ONCE = 50
"""Feeds that are asked for at the same time: as many bodies may have to be held."""
BUDGET_S = 25.0
"""No feed is asked for later: with the longest answer and the longest parse, the function still ends in its time."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a feed's turn came to."""

    feed: Feed
    state: FeedState
    learned: Learned | None
    """None where it was not asked, for what its host had answered for another."""


@dataclass(slots=True)
class _Host:
    """The feeds of one host that wait for their turn, and what it answered so far."""

    name: str
    waiting: deque[tuple[Feed, FeedState]]
    silences: int = 0
    held: Hold | None = None


@dataclass(frozen=True, slots=True)
class _Tools:
    feeds: FeedStore
    entries: EntryStore
    http: Http
    child: Child
    queue: Queue
    parsing: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))


async def fetch_feeds(
    job: FeedJob,
    now: datetime,
    bounds: Bounds,
    *,
    feeds: FeedStore,
    entries: EntryStore,
    http: Http,
    child: Child,
    queue: Queue,
    budget_s: float = BUDGET_S,
) -> list[Polled]:
    """Poll a job's feeds and send on what they newly list.  Returns what each came to, in no order.

    For each feed sends first and remembers after: dying in between repeats an entry, never loses one.  A job that comes
    again polls only those of which nothing was written down.  What there is no time for is ordered again soon.  Raises
    the first failure of our own side when all others are done.
    """
    tools = _Tools(feeds, entries, http, child, queue)
    hosts: defaultdict[str, deque[tuple[Feed, FeedState]]] = defaultdict(deque)
    for feed, state in feeds.get_many(job.feed_ids):
        if is_to_be_polled(feed, state, job, now):
            hosts[host_of(asked_url(feed, state))].append((feed, state))
    if not hosts:
        return []
    child.start(parse)
    deadline = asyncio.get_running_loop().time() + budget_s
    done: list[Polled] = []
    turns = [
        _turns(_host, done, deadline, job, now, bounds, tools)
        for name, waiting in hosts.items()
        for _host in [_Host(name, waiting)]
        for _ in range(min(AT_ONCE, len(waiting)))
    ]
    failed = [error for errors in await asyncio.gather(*turns) for error in errors]
    if failed:
        raise failed[0]
    return done


async def _turns(
    host: _Host, done: list[Polled], deadline: float, job: FeedJob, now: datetime, bounds: Bounds, tools: _Tools
) -> list[Exception]:
    """Ask a host for one feed after the other, until it wants to be left alone.  Returns our own side's failures."""
    failed: list[Exception] = []
    while host.waiting:
        async with tools.asking:
            if not host.waiting or asyncio.get_running_loop().time() >= deadline:
                break
            feed, old = host.waiting.popleft()
            try:
                done.append(await _turn(feed, old, host, job, now, bounds, tools))
            except Exception as error:  # noqa: BLE001 - raised when the others had their turn
                failed.append(error)
    while host.waiting:
        feed, old = host.waiting.popleft()
        if old.every is not None and old.every > LEASE:  # else it is due again as soon by itself
            await asyncio.to_thread(tools.feeds.hurry, feed.id, now + LEASE)
    return failed


async def _turn(
    feed: Feed, old: FeedState, host: _Host, job: FeedJob, now: datetime, bounds: Bounds, tools: _Tools
) -> Polled:
    if host.held is None:
        return await _poll(feed, old, host, job, now, bounds, tools)
    state = postponed(feed, old, host.held, bounds, now)
    await asyncio.to_thread(tools.feeds.put_state, feed, state)
    return Polled(feed, state, None)


async def _poll(
    feed: Feed, old: FeedState, host: _Host, job: FeedJob, now: datetime, bounds: Bounds, tools: _Tools
) -> Polled:
    # gather
    response = await tools.http.get(asked_url(feed, old), LARGEST_FEED, validators(old))
    parsed: ParsedFeed | NotAFeed | None = None
    if is_worth_parsing(old, response):
        try:
            async with tools.parsing:  # one at a time: whoever waits must not take the threads that resolve names
                parsed = await asyncio.to_thread(tools.child.call, parse, response, now)
        except IntractableError as error:
            parsed = NotAFeed(str(error))

    # decide
    past: tuple[str, ...] = ()
    told = job_id(feed.id, job.ordered_at)
    if isinstance(parsed, ParsedFeed) and old.body_sha256:  # what was never read has listed nothing
        old = replace(old, seen=await asyncio.to_thread(tools.feeds.recent, feed.id))
        if lists_more(feed, old, parsed):
            past = await asyncio.to_thread(tools.feeds.past, feed.id)
            old = replace(old, seen=tuple(dict.fromkeys((*old.seen, *past))))
    learned = learn(feed, old, response, parsed, bounds, now, told)
    held, host.silences = hold(response, host.silences, now)

    # apply
    host.held = host.held or held
    await asyncio.to_thread(_apply, feed, old, learned, past, held, host.name, tools)
    return Polled(feed, learned.state, learned)


def _apply(
    feed: Feed, old: FeedState, learned: Learned, past: tuple[str, ...], held: Hold | None, host: str, tools: _Tools
) -> None:
    tools.queue.send(encode(entry) for entry in learned.entries)
    for entry in learned.entries:
        tools.entries.add(entry)
    if not set(learned.state.seen) <= set(old.seen):
        tools.feeds.put_seen(feed.id, learned.state.seen, past, learned.listed)
    if is_worth_keeping(old, learned.state):
        tools.feeds.put_state(feed, learned.state)
    if held is not None and held.until is not None:
        tools.feeds.hold_host(host, held.until)
