"""When to ask a feed again: how it publishes, how it answers and what its server asks in, a moment out.  Pure."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

from shared.core.ids import sha256
from shared.types import Bounds, DueFeed, Feed, FeedJob, FeedState, Outcome, Response

DAY = timedelta(days=1)
"""No feed is asked less often, whatever it asks for itself."""
MINUTE = timedelta(minutes=1)
# Polls come once a minute: what is due half a minute early is met by the poll that is nearest.
_HALF = MINUTE / 2
_JITTER = 0.1
_MEMORY = timedelta(days=3)
"""How long a feed's pace is remembered: what is older counts for a third."""
_WEEK = timedelta(days=7)
_SHORTEST_GAP = timedelta(hours=1)


LEASE = timedelta(minutes=10)
"""How long a feed that is due once and was ordered polled is not ordered again: longer than a job and its first repeat
take."""
KEPT_EVERY = timedelta(hours=1)
"""How often it is written down that a feed was polled that is as ever."""
_ALIKE = 1.25
"""Paces that differ by less are one: each change of pace is three writes."""
JOB_FEEDS = 200
"""Feeds that one job polls: a function waits for the slowest of them, and waiting is what it is paid for."""
HOST_FEEDS = 50
"""The most that one host is asked for in a minute."""


def next_poll(feed: Feed, state: FeedState, response: Response | None, bounds: Bounds, now: datetime) -> datetime:
    """When to ask again, by what is known after an answer; `response` is none where the host was not even asked.

    Never sooner than the server or the feed asks.
    """
    wait = _interval(feed, state, bounds, now)
    if wait > MINUTE:
        wait = min(wait * (1 + _JITTER * _fraction(feed.id, now)), DAY)
    return now + max(wait - _HALF, _asked(state, response, now))


def plan(
    feed: Feed, old: FeedState, state: FeedState, response: Response | None, bounds: Bounds, now: datetime
) -> tuple[datetime, timedelta]:
    """When to ask again, as `next_poll` has it, and how often from then on while the feed is as ever.

    Where the pace is about what it was, both stay as they were: then nothing is to be written down.
    """
    asked = _asked(state, response, now)
    usual = max(1, round(_interval(feed, state, bounds, now) / MINUTE))
    # Half a minute over what is asked for: one answer may take that much longer than the next.
    every = min(max(usual, math.ceil((asked + _HALF) / MINUTE)) * MINUTE, DAY)
    if old.every is not None and not state.failures and response is not None:
        shortest = MINUTE if feed.is_urgent else bounds.shortest
        is_alike = every / _ALIKE <= old.every <= every * _ALIKE
        is_within = shortest <= old.every <= max(every, bounds.longest)
        wait = next_due(old, now) - now
        if is_alike and is_within and wait >= asked and wait >= old.every / 2:
            return old.due_at, old.every
    return next_poll(feed, state, response, bounds, now), every


def next_due(state: FeedState, now: datetime) -> datetime:
    """When a feed is due after now; in the past where it is due once and was not polled yet."""
    if state.every is None or state.due_at > now:
        return state.due_at
    return state.due_at + ((now - state.due_at) // state.every + 1) * state.every


def is_due(feed: DueFeed, ordered_until: datetime | None, now: datetime) -> bool:
    """Whether a feed is to be ordered polled now; `ordered_until` is up to when all that was due had been."""
    due_at = datetime.fromisoformat(feed.due)
    if due_at > now:
        return False
    if feed.every is None or ordered_until is None or due_at > ordered_until:
        return True
    return (now - due_at) // feed.every > (ordered_until - due_at) // feed.every


def due_since(feed: DueFeed, now: datetime) -> datetime:
    """When a feed that is due fell due last."""
    due_at = datetime.fromisoformat(feed.due)
    return due_at if feed.every is None else due_at + (now - due_at) // feed.every * feed.every


def is_stale(state: FeedState, ordered_at: datetime, now: datetime) -> bool:
    """Whether an order to poll is so old that the feed has been ordered anew: a queue that was stuck asks a few times.

    An urgent feed waits as long as others: where fetch lags by minutes, it is polled late and not never.
    """
    return state.every is not None and now - ordered_at >= max(state.every, LEASE)


def overdue_since(state: FeedState) -> datetime:
    """From when on it is strange that nothing was written down of a feed."""
    if state.every is None or state.polled_at is None:
        return state.due_at
    return max(state.due_at, state.polled_at + max(state.every, KEPT_EVERY))


def jobs(due: Sequence[DueFeed], now: datetime) -> list[tuple[FeedJob, list[DueFeed]]]:
    """Orders to poll these feeds, each with the feeds it takes; all of one host are in one job.

    What is over `HOST_FEEDS` of one host is left for the next minute: `due` has the longest due first.
    """
    by_host: dict[str, list[DueFeed]] = {}
    for feed in due:
        by_host.setdefault(feed.host, []).append(feed)
    batches: list[list[DueFeed]] = []
    for of_host in by_host.values():
        taken = of_host[:HOST_FEEDS]
        if not batches or len(batches[-1]) + len(taken) > JOB_FEEDS:
            batches.append([])
        batches[-1] += taken
    return [(FeedJob(tuple(feed.feed_id for feed in batch), now), batch) for batch in batches]


def retry_after(response: Response, now: datetime) -> timedelta | None:
    """How long an answer asks to be left alone, a day at most; none when it does not say.

    Source: RFC 9110, 10.2.3.
    """
    told = response.headers.get("retry-after", "").strip()
    if told.isdecimal() and told.isascii():
        return min(timedelta(seconds=int(told[:9])), DAY)
    moment = _http_date(told)
    return None if moment is None else max(timedelta(), min(moment - now, DAY))


def observed(old: FeedState, new: int, dates: Sequence[datetime], now: datetime) -> tuple[datetime, float, timedelta]:
    """A feed's pace after `new` entries were found: when it last published, entries a day, its longest usual gap.

    `dates` are those of all that it lists, in any order; the first time they tell its pace, later what is found does.
    """
    past = sorted(date for date in dates if date <= now)
    if old.newest_at is None:
        return _first_pace(past, new, now)
    newest_at = max(old.newest_at, past[-1] if past else now)
    since = max(now - old.newest_at, timedelta())
    daily = old.daily * math.exp(-since / _MEMORY) + new / (_MEMORY / DAY)
    gap = max(since, (old.usual_gap or timedelta()) * math.exp(-since / _WEEK))
    return newest_at, daily, gap


def entries_a_day(state: FeedState, now: datetime) -> float:
    """How many entries a feed publishes a day, as far as is known."""
    if state.newest_at is None:
        return 0.0
    return state.daily * math.exp(-max(now - state.newest_at, timedelta()) / _MEMORY)


def is_silent(state: FeedState, now: datetime) -> bool:
    """Whether a feed that answers has published nothing for over three times its usual gap."""
    if state.newest_at is None or state.usual_gap is None or state.failures:
        return False
    return now - state.newest_at > 3 * max(state.usual_gap, _SHORTEST_GAP)


def _interval(feed: Feed, state: FeedState, bounds: Bounds, now: datetime) -> timedelta:
    if state.outcome is Outcome.GONE:
        return DAY
    if feed.is_urgent:
        usual = MINUTE
    elif state.newest_at is None:  # nothing is known of it yet
        usual = bounds.shortest
    else:
        daily = entries_a_day(state, now)
        gap = DAY / daily if daily > 1 else DAY
        usual = max(bounds.shortest, min(gap / 2, bounds.longest))
    # Less and less after failures, but never not at all: feeds come back.
    return min(usual * (state.failures + 1), DAY)


def _asked(state: FeedState, response: Response | None, now: datetime) -> timedelta:
    """How long the server and the feed ask to be left alone, a day at most."""
    return min(max(_asked_by_server(response, now) if response else timedelta(), state.ttl or timedelta()), DAY)


def _asked_by_server(response: Response, now: datetime) -> timedelta:
    waits = [timedelta(), retry_after(response, now) or timedelta(), _fresh_for(response, now)]
    return max(waits)


def _fresh_for(response: Response, now: datetime) -> timedelta:
    """How long an answer says that it stays good.  Source: RFC 9111, 4.2.1 and 5.2.2; an age is not subtracted."""
    if response.status not in (200, 304):
        return timedelta()
    for directive in response.headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        value = value.strip('"')
        if name in ("no-cache", "no-store"):
            return timedelta()
        if name == "max-age" and value.isdecimal() and value.isascii():
            return timedelta(seconds=int(value[:9]))
    expires = _http_date(response.headers.get("expires", ""))
    return max(timedelta(), expires - now) if expires else timedelta()


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip()[:60])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _first_pace(past: Sequence[datetime], listed: int, now: datetime) -> tuple[datetime, float, timedelta]:
    week = [date for date in past if date > now - _WEEK]
    if len(week) < 2:
        # Without dates a feed is taken to list a week; what is found later soon corrects that.
        return past[-1] if past else now, (len(week) if past else listed) / 7, _WEEK
    gap = max(later - earlier for earlier, later in pairwise(week))
    return week[-1], len(week) / max((now - week[0]) / DAY, 1 / 24), gap


def _fraction(feed_id: str, now: datetime) -> float:
    """A number from 0 to 1 that spreads feeds, and is the same whenever the same is asked."""
    return int(sha256(f"{feed_id} {now.isoformat()}".encode())[:8], 16) / 16**8
