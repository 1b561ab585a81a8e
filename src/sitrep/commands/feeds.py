"""`sitrep feeds`: the watched feeds and how each fares; `sitrep feeds import FILE.opml` adds a list."""

import argparse
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.adapters.entry_store import EntryStore
from shared.adapters.feed_store import FeedStore
from shared.types import OPEN_STATES, EntryState, FeedState
from sitrep.local.show import one_line, say
from sitrep.opml import read_opml
from sitrep.stack import HELP_STACK, Stack, open_stack

_NOT_READ = frozenset({EntryState.BLOCKED, EntryState.UNREADABLE, EntryState.QUARANTINED})
_SHOWN = 10


def configure(parser: argparse.ArgumentParser) -> None:
    stack = argparse.ArgumentParser(add_help=False)
    stack.add_argument("--stack", metavar="NAME", help=HELP_STACK, default=argparse.SUPPRESS)
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.set_defaults(action=show)
    actions = parser.add_subparsers(metavar="ACTION")
    imports = actions.add_parser("import", parents=[stack], help="watch the feeds of an OPML list as well")
    imports.add_argument("file", type=Path, metavar="FILE.opml")
    imports.add_argument("--backfill", action="store_true", help="take what a feed's first poll lists as new")
    imports.set_defaults(action=add)


def run(arguments: argparse.Namespace) -> int:
    action: int = arguments.action(arguments)
    return action


def add(arguments: argparse.Namespace) -> int:
    feeds = read_opml(arguments.file, arguments.backfill)
    with open_stack(arguments.stack) as stack:
        store = FeedStore(stack.outputs["FeedsTable"], stack.client("dynamodb"))
        now = datetime.now(UTC)
        new = sum(store.add(feed, now) for feed in feeds)
    say(f"{new} feeds added, {len(feeds) - new} were watched already")
    return 0


def show(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        for line in overview(stack, datetime.now(UTC)):
            say(one_line(line))
    return 0


def overview(stack: Stack, now: datetime) -> list[str]:
    """A few lines a feed: how its last poll ended and why, what its entries came to, and which could not be read."""
    client = stack.client("dynamodb")
    feeds = sorted(FeedStore(stack.outputs["FeedsTable"], client).all(), key=lambda known: known[0].url)
    books = defaultdict(list)
    for line in EntryStore(stack.outputs["EntriesTable"], client).all():
        books[line["feed_id"]].append(line)
    if not feeds:
        return [f"{stack.name} watches no feed; add some with: sitrep feeds import FILE.opml"]
    lines = []
    for feed, state in feeds:
        lines.append(f"{feed.url}" + (f"  ({feed.title})" if feed.title else ""))
        lines.append(f"  {_poll(state, now)}")
        counts = Counter(line["state"] for line in books[feed.id])
        if counts:
            lines.append("  entries: " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
        unread = [line for line in books[feed.id] if line["state"] in _NOT_READ | OPEN_STATES]
        unread.sort(key=lambda line: line["state"] in _NOT_READ)  # what has not ended stands first
        lines += [
            f"    {line['state']}: {line['url'] or line['title']} - {line['reason'] or 'on its way, or failing'}"
            for line in unread[:_SHOWN]
        ]
        if len(unread) > _SHOWN:
            lines.append(f"    and {len(unread) - _SHOWN} more")
    return lines


def _poll(state: FeedState, now: datetime) -> str:
    if state.polled_at is None:
        return "not polled yet"
    words = f"{state.outcome}: {state.reason}; polled {_ago(now - state.polled_at)} ago"
    if state.failures > 1:
        words += f", failed {state.failures} times in a row"
    wait = state.due_at - now
    return words + (f"; next in {_ago(wait)}" if wait > timedelta() else "; next poll is due")


def _ago(span: timedelta) -> str:
    seconds = max(0, round(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
