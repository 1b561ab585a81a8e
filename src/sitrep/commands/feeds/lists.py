"""`sitrep feeds import FILE.opml`, `sitrep feeds export [FILE.opml]`."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from shared.errors import InputError
from sitrep.commands.feeds.find import store_of
from sitrep.local.books import mark_known
from sitrep.local.show import say
from sitrep.opml import read_opml, render_opml
from sitrep.stack import open_stack

_A_MINUTE = 500
"""Feeds of a list that are polled first in one minute: the rest follow, so that a long list is no flood."""
_AT_ONCE = 4


def import_list(arguments: argparse.Namespace) -> int:
    feeds = read_opml(arguments.file, arguments.backfill)
    with open_stack(arguments.stack) as stack:
        store = store_of(stack)
        now = datetime.now(UTC)
        known = {feed.id for feed, _ in store.all()}
        new = [feed for feed in feeds if feed.id not in known]
        due = [now + timedelta(minutes=number // _A_MINUTE) for number in range(len(new))]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            added = sum(threads.map(store.add, new, due))
        marked = sum(
            mark_known(store, feed) for feed in feeds if feed.id in known and (feed.is_urgent or feed.is_paused)
        )
    say(f"{added} feeds added, {len(feeds) - added} were watched already{f', {marked} newly marked' if marked else ''}")
    if added > _A_MINUTE:
        say(f"they are polled for the first time over the next {(added - 1) // _A_MINUTE + 1} minutes")
    return 0


def export_list(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        feeds = sorted((feed for feed, _ in store_of(stack).all()), key=lambda feed: (feed.title.lower(), feed.url))
        text = render_opml(feeds, f"Feeds that {stack.name} watches")
    if arguments.file is None:
        say(text.rstrip("\n"))
        return 0
    try:
        arguments.file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{arguments.file}: {error.strerror}") from error
    say(f"{len(feeds)} feeds written to {arguments.file}")
    return 0
