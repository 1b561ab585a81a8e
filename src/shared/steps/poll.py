"""poll: finds the feeds that are due, and orders them polled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.ids import job_id
from shared.types import FeedJob

if TYPE_CHECKING:
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.sqs import Queue


_AT_ONCE = 100


def poll(now: datetime, lease: timedelta, *, feeds: FeedStore, queue: Queue) -> list[FeedJob]:
    """Order every feed that is due to be polled.  Returns the orders, the longest due first.

    Sends first and leases after: dying in between polls a feed twice, never not at all.
    """
    # gather
    due = feeds.due_before(now)

    # decide
    jobs = [FeedJob(feed_id, job_id(feed_id, now)) for feed_id, _ in due]

    # apply
    for first in range(0, len(due), _AT_ONCE):  # what is sent is leased soon, should the time run out
        queue.send(encode(job) for job in jobs[first : first + _AT_ONCE])
        for feed_id, due_at in due[first : first + _AT_ONCE]:
            feeds.lease(feed_id, due_at, now + lease)
    return jobs
