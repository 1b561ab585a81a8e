"""`sitrep feeds list`, `sitrep feeds show URL|ID`: how the watched feeds fare."""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters.entry_store import EntryStore
from shared.core.schedule import entries_a_day, is_silent, next_due
from shared.types import OPEN_STATES, EntryState, Feed, FeedState, Outcome
from sitrep.commands.feeds.find import find, store_of
from sitrep.local.show import one_line, say
from sitrep.stack import Stack, open_stack

_NOT_READ = frozenset({EntryState.BLOCKED, EntryState.UNREADABLE, EntryState.QUARANTINED})
_TROUBLE = (Outcome.GONE, Outcome.BROKEN, Outcome.RETRY)
_SILENT, _WAITING, _PAUSED = "silent", "not polled", "paused"
_ORDER = (*_TROUBLE, _SILENT, _WAITING, Outcome.LEARNED, Outcome.NEW, Outcome.UNCHANGED, _PAUSED)
_SHOWN = 10

Line = dict[str, str]


def list_feeds(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with open_stack(arguments.stack) as stack:
        known = sorted(store_of(stack).all(), key=lambda one: (_ORDER.index(word(one[0], one[1], now)), one[0].url))
        if arguments.json:
            _say(_json(feed, state, now) for feed, state in known)
        elif not known:
            say(one_line(f"{stack.name} watches no feed; add some with: sitrep feeds add URL"))
        elif arguments.verbose:
            _say(_overview(stack, known, now))
        else:
            _say(_table(known, now))
    return 0


def show_feed(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with open_stack(arguments.stack) as stack:
        feed, state = find(store_of(stack), arguments.feed)
        lines = list(EntryStore(stack.outputs["EntriesTable"], stack.client("dynamodb")).all(feed.id))
    if arguments.json:
        entries = Counter(line["state"] for line in lines)
        say(_json(feed, state, now, entries=dict(sorted(entries.items()))))
    else:
        _say(_details(feed, state, lines, now))
    return 0


def word(feed: Feed, state: FeedState, now: datetime) -> str:
    """How a feed fares, in a word: trouble, silence, a pause, or what its last poll came to."""
    if feed.is_paused:
        return _PAUSED
    if state.outcome is None:
        return _WAITING
    if state.outcome in _TROUBLE:
        return state.outcome
    return _SILENT if is_silent(state, now) else state.outcome


def span(time: timedelta) -> str:
    """A time in its largest whole unit: "34 s", "12 min", "5 h", "3 days"."""
    seconds = max(0, round(time.total_seconds()))
    for unit, length, most in (("s", 1, 120), ("min", 60, 7_200), ("h", 3_600, 172_800)):
        if seconds < most:
            return f"{seconds // length} {unit}"
    return f"{seconds // 86_400} days"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(one_line(line))


def _table(known: list[tuple[Feed, FeedState]], now: datetime) -> Iterator[str]:
    yield f"{'state':<10} {'a day':>6}  {'next':<8} feed"
    for feed, state in known:
        next_poll = "-" if feed.is_paused else _wait(state, now)
        about = f"{feed.url}  {state.reason}{_failures(state)}"
        yield f"{word(feed, state, now):<10} {entries_a_day(state, now):>6.1f}  {next_poll:<8} {about}".rstrip()
    states = Counter(word(feed, state, now) for feed, state in known)
    daily = sum(entries_a_day(state, now) for _, state in known)
    counts = ", ".join(f"{states[name]} {name}" for name in _ORDER if states[name])
    yield f"{len(known)} feed{'s' if len(known) != 1 else ''}: {counts}; about {daily:.1f} entries a day"


def _overview(stack: Stack, known: list[tuple[Feed, FeedState]], now: datetime) -> Iterator[str]:
    """A few lines a feed: how its last poll ended and why, what its entries came to, and which could not be read."""
    books: dict[str, list[Line]] = defaultdict(list)
    for line in EntryStore(stack.outputs["EntriesTable"], stack.client("dynamodb")).all():
        books[line["feed_id"]].append(line)
    for feed, state in known:
        yield f"{feed.url}" + (f"  ({feed.title})" if feed.title else "")
        yield f"  {_poll(feed, state, now)}"
        for told in _entries(books[feed.id]):
            yield f"  {told}"


def _details(feed: Feed, state: FeedState, lines: list[Line], now: datetime) -> Iterator[str]:
    yield feed.url
    for name, value in (
        ("title", feed.title),
        ("id", feed.id),
        ("moved to", state.url),
        ("marked", ", ".join(_marks(feed))),
        ("last poll", _poll(feed, state, now)),
        ("publishes", _pace(state, now)),
        ("asks for", f"{span(state.ttl)} between polls" if state.ttl else ""),
    ):
        if value:
            yield f"  {name + ':':<11}{value}"
    yield from (f"  {told}" for told in _entries(lines))


def _entries(lines: list[Line]) -> Iterator[str]:
    if lines:
        counts = Counter(line["state"] for line in lines)
        yield "entries:   " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    unread = [line for line in lines if line["state"] in _NOT_READ | OPEN_STATES]
    unread.sort(key=lambda line: line["state"] in _NOT_READ)  # what has not ended stands first
    for line in unread[:_SHOWN]:
        yield f"  {line['state']}: {line['url'] or line['title']} - {line['reason'] or 'on its way, or failing'}"
    if len(unread) > _SHOWN:
        yield f"  and {len(unread) - _SHOWN} more"


def _marks(feed: Feed) -> list[str]:
    marks = {"urgent": feed.is_urgent, "paused": feed.is_paused, "backfill": feed.backfill}
    return [mark for mark, is_set in marks.items() if is_set]


def _pace(state: FeedState, now: datetime) -> str:
    if state.newest_at is None:
        return ""
    words = f"about {entries_a_day(state, now):.1f} entries a day, the last {span(now - state.newest_at)} ago"
    if state.usual_gap:
        words += f", at most {span(state.usual_gap)} apart as a rule"
    return words + ("; silent for over three times that" if is_silent(state, now) else "")


def _poll(feed: Feed, state: FeedState, now: datetime) -> str:
    words = "not polled yet"
    if state.polled_at is not None:
        words = f"{state.outcome}: {state.reason}; polled {span(now - state.polled_at)} ago{_failures(state)}"
    if feed.is_paused:
        return f"{words}; paused"
    return words + (f"; next in {_wait(state, now)}" if next_due(state, now) > now else "; next poll is due")


def _failures(state: FeedState) -> str:
    return f", failed {state.failures} times in a row" if state.failures > 1 else ""


def _wait(state: FeedState, now: datetime) -> str:
    wait = next_due(state, now) - now
    return span(wait) if wait > timedelta() else "due"


def _json(feed: Feed, state: FeedState, now: datetime, **more: Any) -> str:
    """A feed as one line; times in RFC 3339, null where nothing is known."""
    told = {
        "id": feed.id,
        "url": feed.url,
        "moved_to": state.url or None,
        "title": feed.title,
        "state": word(feed, state, now),
        "outcome": state.outcome,
        "reason": state.reason,
        "failures": state.failures,
        "is_urgent": feed.is_urgent,
        "is_paused": feed.is_paused,
        "is_silent": is_silent(state, now),
        "entries_a_day": round(entries_a_day(state, now), 2),
        "newest_at": _moment(state.newest_at),
        "polled_at": _moment(state.polled_at),
        "due_at": _moment(next_due(state, now)),
    }
    return json.dumps(told | more)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
