"""fetch: polls a feed, and sends on what it newly lists."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.feeds import NotAFeed, ParsedFeed
from shared.core.polling import Learned, is_worth_parsing, learn, parse
from shared.errors import IntractableError
from shared.types import FeedJob

if TYPE_CHECKING:
    from shared.adapters.child import Child
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.http import Http
    from shared.adapters.sqs import Queue

LARGEST_FEED = 5_000_000
"""Bytes.  The largest of 200 real feeds has 2.5 MB."""


async def fetch_feed(
    job: FeedJob,
    now: datetime,
    interval: timedelta,
    *,
    feeds: FeedStore,
    entries: EntryStore,
    http: Http,
    child: Child,
    queue: Queue,
) -> Learned | None:
    """Poll one feed and send on what it newly lists.  Returns what was learned; none when it is watched no longer.

    Sends first and remembers after: dying in between repeats an entry, never loses one.
    """
    # gather
    known = feeds.get(job.feed_id)
    if known is None:
        return None
    feed, old = known
    asked = {"If-None-Match": old.etag, "If-Modified-Since": old.last_modified}
    response = await http.get(feed.url, LARGEST_FEED, {name: value for name, value in asked.items() if value})
    parsed: ParsedFeed | NotAFeed | None = None
    if is_worth_parsing(old, response):
        try:
            parsed = await asyncio.to_thread(child.call, parse, response, now)
        except IntractableError as error:
            parsed = NotAFeed(str(error))

    # decide
    learned = learn(feed, old, response, parsed, interval, now, job.correlation_id)

    # apply
    queue.send(encode(entry) for entry in learned.entries)
    for entry in learned.entries:
        entries.add(entry)
    feeds.put_state(feed.id, learned.state)
    return learned
