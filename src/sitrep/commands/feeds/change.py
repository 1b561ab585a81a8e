"""`sitrep feeds remove`, `pause`, `resume`, `urgent`: one feed, changed by hand."""

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.core.schedule import next_due
from shared.errors import InputError
from shared.types import Feed
from sitrep.commands.feeds.find import find, store_of
from sitrep.local.show import one_line, say
from sitrep.stack import Stack, open_stack


def remove(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        store = store_of(stack)
        feed, _ = find(store, arguments.feed)
        store.remove(feed.id)
        say(one_line(f"{feed.url} is watched no longer; its entries stay in the books"))
    return 0


def pause(arguments: argparse.Namespace) -> int:
    return _change(arguments, "is paused: `sitrep feeds resume` has it polled again", is_paused=True)


def resume(arguments: argparse.Namespace) -> int:
    return _change(arguments, "is polled again", is_paused=False)


def urgent(arguments: argparse.Namespace) -> int:
    if arguments.off:
        return _change(arguments, "is polled as often as it publishes", is_urgent=False)
    return _change(arguments, "is polled every minute, as far as its server allows", is_urgent=True)


def _change(arguments: argparse.Namespace, words: str, **fields: Any) -> int:
    with open_stack(arguments.stack) as stack:
        feed = _changed(stack, arguments.feed, **fields)
        say(one_line(f"{feed.url} {words}"))
    return 0


def _changed(stack: Stack, name: str, **fields: Any) -> Feed:
    store = store_of(stack)
    feed, state = find(store, name)
    changed = replace(feed, **fields)
    if not store.change(changed):
        raise InputError(f"{feed.url} was removed meanwhile")
    now = datetime.now(UTC)
    if changed.is_urgent and not feed.is_urgent and not state.failures and next_due(state, now) > now:
        # The wait was set for another pace; what the server wishes comes again with its answer.
        store.hurry(feed.id, now)
    return changed
