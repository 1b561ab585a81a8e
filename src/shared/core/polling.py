"""What a poll brought and what was known in; what is new, and when to ask again, out.  Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.core import ids
from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed, parse_feed
from shared.core.text import plain
from shared.core.urls import is_home_page
from shared.types import Entry, Feed, FeedState, Outcome, Response

SEEN_KEPT = 2_000
"""Ids kept a feed beyond what it lists: an entry that drops out and comes back is not new."""
MOST_NEW = 500
"""Entries sent on by one poll, so that it ends within its time; a feed that lists more is polled on at once."""
_UNFINISHED = "unfinished"
"""In place of a body's digest: more is to be taken of it."""
LONGEST_WAIT = timedelta(days=1)
# Answers that time mends; working feeds do answer 404 now and then and come back, so even the others are asked again.
_PASSING = frozenset({0, 408, 425, 429})


@dataclass(frozen=True, slots=True)
class Learned:
    """What one poll comes to."""

    entries: tuple[Entry, ...]
    """New ones, oldest first."""
    state: FeedState


def is_worth_parsing(old: FeedState, response: Response) -> bool:
    """Whether an answer brings a body that was not read before."""
    return response.status == 200 and not response.reason and ids.sha256(response.body) != old.body_sha256


def parse(response: Response, now: datetime) -> ParsedFeed | NotAFeed:
    """What an answer lists, or why it is no feed."""
    try:
        return parse_feed(response.body, response.url, response.headers.get("content-type"), now)
    except NotAFeed as error:
        return error


def learn(
    feed: Feed,
    old: FeedState,
    response: Response,
    parsed: ParsedFeed | NotAFeed | None,
    interval: timedelta,
    now: datetime,
    correlation_id: str = "",
) -> Learned:
    """Tell the new entries from the known, and say when to ask again.

    `parsed` is none where there was nothing worth parsing.  The first answer of a feed is learned silently, unless the
    feed is to be backfilled.
    """
    if response.status == 304:
        return Learned((), _answered(old, response, Outcome.UNCHANGED, "not modified", interval, now))
    if response.reason or response.status != 200:
        passing = response.status in _PASSING or response.status >= 500
        reason = response.reason or f"HTTP {response.status}"
        return Learned((), _failed(old, Outcome.RETRY if passing else Outcome.BROKEN, reason, interval, now))
    if parsed is None:
        return Learned((), _answered(old, response, Outcome.UNCHANGED, "same body", interval, now))
    if isinstance(parsed, NotAFeed):
        return Learned((), _failed(old, Outcome.BROKEN, str(parsed), interval, now))

    first = not old.body_sha256
    listed = _entries(feed, parsed, now, correlation_id)
    state = _answered(old, response, Outcome.UNCHANGED, "nothing new", interval, now)
    state = replace(state, body_sha256=ids.sha256(response.body), seen=_remember(listed, old.seen))
    if first and not feed.backfill:
        return Learned((), replace(state, outcome=Outcome.LEARNED, reason=f"{len(listed)} entries known from now on"))
    known = frozenset(old.seen)
    new = tuple(entry for entry in reversed(listed) if entry.id not in known)
    if len(new) > MOST_NEW:
        return Learned(new[:MOST_NEW], _unfinished(state, old, new, len(listed), now))
    if new:
        state = replace(state, outcome=Outcome.NEW, reason=f"{len(new)} new")
    return Learned(new, state)


def _entries(feed: Feed, parsed: ParsedFeed, now: datetime, correlation_id: str) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for item in parsed.entries:
        entry = Entry(
            id=ids.entry_id(feed.id, item.id),
            feed_id=feed.id,
            # A front door stands for the site and not for a story: all items would be one page.
            url="" if is_home_page(item.link) else item.link,
            title=item.title,
            summary=item.summary,
            published_at=item.published_at,
            publisher=parsed.title or feed.title or _host(feed.url),
            language=parsed.language,
            seen_at=now,
            correlation_id=correlation_id,
        )
        entries.setdefault(entry.id, entry)  # feeds do list one guid twice
    return tuple(entries.values())


def _remember(listed: tuple[Entry, ...], seen: tuple[str, ...]) -> tuple[str, ...]:
    """Known ids, newest first: all that is listed now, and the last of what was listed before."""
    current = dict.fromkeys(entry.id for entry in listed)
    return (*current, *[old for old in seen if old not in current][:SEEN_KEPT])


def _unfinished(state: FeedState, old: FeedState, new: tuple[Entry, ...], listed: int, now: datetime) -> FeedState:
    """Ask again at once and for the whole body, the entries that were not taken yet still unknown.

    Not at once where the last portion is listed no longer: such a feed gives its entries new ids at each poll.
    """
    taken = tuple(entry.id for entry in reversed(new[:MOST_NEW]))
    is_rekeyed = old.body_sha256 == _UNFINISHED and not frozenset(old.seen[:MOST_NEW]) & frozenset(state.seen[:listed])
    return replace(
        state,
        due_at=state.due_at if is_rekeyed else now,
        outcome=Outcome.NEW,
        reason=f"{len(taken)} of {len(new)} new, the rest with the next poll",
        etag="",
        last_modified="",
        body_sha256=_UNFINISHED,
        seen=(taken + old.seen)[: MOST_ENTRIES + SEEN_KEPT],
    )


def _answered(
    old: FeedState, response: Response, outcome: Outcome, reason: str, interval: timedelta, now: datetime
) -> FeedState:
    return replace(
        old,
        due_at=now + interval,
        polled_at=now,
        outcome=outcome,
        reason=reason,
        failures=0,
        etag=plain(response.headers.get("etag", old.etag))[:500],
        last_modified=plain(response.headers.get("last-modified", old.last_modified))[:100],
    )


def _failed(old: FeedState, outcome: Outcome, reason: str, interval: timedelta, now: datetime) -> FeedState:
    """Ask less and less, but never stop asking: feeds come back."""
    wait = min(interval * (old.failures + 2), LONGEST_WAIT)
    return replace(
        old, due_at=now + wait, polled_at=now, outcome=outcome, reason=plain(reason)[:300], failures=old.failures + 1
    )


def _host(url: str) -> str:
    return url.split("//", 1)[-1].split("/", 1)[0]
