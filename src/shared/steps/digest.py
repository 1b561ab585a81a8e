"""digest: sums up a day, or what quiet hours held back, and sends it to who reads by email."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shared.core import health
from shared.core.render import Message, to_publish
from shared.core.render.digest import Feeds, Period, render_digest
from shared.errors import TransientError
from shared.types import QuietHours

if TYPE_CHECKING:
    from shared.adapters.digest_store import DigestStore
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.incident_store import IncidentStore
    from shared.adapters.sns import Topic

DAY = timedelta(days=1)
LONGEST = timedelta(days=7)
"""What a digest reaches back to where none was sent for long."""
SETTLED = timedelta(minutes=1)
"""What was decided just now may not be to be read yet, and belongs to the next digest."""
LEASE = timedelta(minutes=2)
"""As long as the function may run."""


@dataclass(frozen=True, slots=True)
class Digested:
    """What one wake came to."""

    period: Period
    subject: str = ""
    """Empty where there was nothing to say."""


def send_digest(
    now: datetime,
    *,
    is_night: bool,
    hour: int | None,
    quiet: QuietHours | None,
    zone: str,
    when_empty: bool,
    incidents: IncidentStore,
    feeds: FeedStore,
    digests: DigestStore,
    topic: Topic,
) -> Digested | None:
    """Sum up what came since the last daily digest, or in the quiet hours that end now.  None where none is due.

    One of a kind is due a day, on the clock of `zone`.  `hour` is the daily one's, none where there is none; a night
    that ends then is told by it.  Sends first and remembers after: dying in between repeats a digest and loses none.

    Raises `TransientError` while another wake is at it.
    """
    # gather
    kind = "night" if is_night else "day"
    last = digests.last(kind)

    # decide
    local = now.astimezone(ZoneInfo(zone))
    if last is not None and last.day >= local.date():
        return None
    until = now - SETTLED
    if not is_night:
        if hour is None:
            return None
        since = last.until if last else until - DAY
    elif quiet is None or (hour, 0) == (quiet.end.hour, quiet.end.minute):
        return None
    else:
        since = _start(quiet, local)
    period = Period(max(since, until - LONGEST), until, is_night)

    # apply
    if not digests.lease(kind, local.date(), now, now + LEASE):
        raise TransientError(f"another wake is at the digest of this {kind}")
    message = make_digest(period, now, zone=zone, when_empty=when_empty, incidents=incidents, feeds=feeds)
    if message is not None:
        topic.publish(to_publish(message))
    digests.put(kind, local.date(), until)
    return Digested(period, message.subject if message else "")


def make_digest(
    period: Period, now: datetime, *, zone: str, when_empty: bool, incidents: IncidentStore, feeds: FeedStore
) -> Message | None:
    """The digest of a period that has passed; none where there is nothing to say."""
    watched, troubles = health.of_feeds(feeds.all(), feeds.held_hosts(now), now)
    fare = Feeds(watched, {trouble.kind: trouble.count for trouble in troubles})
    return render_digest(incidents.changed_since(period.since, now), period, fare, zone=zone, when_empty=when_empty)


def _start(quiet: QuietHours, end: datetime) -> datetime:
    """When the quiet hours that end now began."""
    start = datetime.combine(end.date(), quiet.start, end.tzinfo)
    return start if start < end else datetime.combine(end.date() - DAY, quiet.start, end.tzinfo)
