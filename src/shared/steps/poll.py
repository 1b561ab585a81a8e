"""poll: finds the feeds that are due, and orders them polled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.schedule import jobs
from shared.types import FeedJob

if TYPE_CHECKING:
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.sqs import Queue

LEASE = timedelta(minutes=10)
"""How long a feed that was ordered polled is not ordered again: longer than a job and its first repeat take."""


def poll(now: datetime, *, feeds: FeedStore, queue: Queue) -> list[FeedJob]:
    """Order every feed that is due to be polled, but those whose host asked to be left alone.  Returns the orders.

    Sends first and leases after, job by job: dying in between polls a feed twice, never not at all.
    """
    # gather
    due = feeds.due_before(now)
    held = feeds.held_hosts(now) if due else {}

    # decide
    ordered = jobs([feed for feed in due if feed.host not in held], now)

    # apply
    for feed in due:
        if feed.host in held:
            feeds.lease(feed, held[feed.host])
    for job, batch in ordered:
        queue.send([encode(job)])
        for feed in batch:
            feeds.lease(feed, now + LEASE)
    return [job for job, _ in ordered]
