"""poll: finds the feeds that are due, and orders them polled."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.schedule import LEASE, jobs
from shared.types import FeedJob

if TYPE_CHECKING:
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.sqs import Queue


def poll(now: datetime, *, feeds: FeedStore, queue: Queue) -> list[FeedJob]:
    """Order every feed that is due to be polled, but those whose host asked to be left alone.  Returns the orders.

    Sends first and remembers after: dying in between polls a feed twice, never not at all.  A feed that is as ever
    falls due again by itself; only what is due once is leased, job by job.
    """
    # gather
    due = feeds.due_before(now)
    held = feeds.held_hosts(now) if due else {}

    # decide
    ordered = jobs([feed for feed in due if feed.host not in held], now)
    taken = {feed.feed_id for _, batch in ordered for feed in batch}

    # apply
    for feed in due:
        if feed.host in held:
            feeds.lease(feed, held[feed.host])
        elif feed.feed_id not in taken and feed.every is not None:
            feeds.lease(feed, now)  # else it would wait for its next beat; what is due once stays due
    for job, batch in ordered:
        queue.send([encode(job)])
        for feed in batch:
            if feed.every is None:
                feeds.lease(feed, now + LEASE)
    feeds.ordered(now)
    return [job for job, _ in ordered]
