"""watch: balances the books, finds what is wrong, tells the operator once; writes the archive's daily manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from shared.core import health
from shared.core.health import Kind, Trouble
from shared.core.manifest import next_day
from shared.core.render.ops import render_over, render_trouble
from shared.errors import SettingError
from shared.types import EntryState

if TYPE_CHECKING:
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.ops_store import OpsStore
    from shared.adapters.rule_store import RuleStore
    from shared.adapters.s3 import Archive
    from shared.adapters.sns import Topic
    from shared.adapters.sqs import DeadLetters

FEEDS_EVERY = timedelta(minutes=50)
"""Each hour: feeds fall silent in hours, and reading all of them is what costs.  Less, so that no hour is missed."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What one wake found and did."""

    figures: dict[str, int]
    """Metrics by name; those of feeds are missing where feeds were not looked at."""
    told: tuple[Kind, ...]
    """What a message was sent about."""
    manifest: date | None
    """The day whose manifest was written."""


def watch(
    now: datetime,
    stack: str,
    *,
    feeds: FeedStore,
    entries: EntryStore,
    dead_letters: Mapping[str, DeadLetters],
    ops: OpsStore,
    topic: Topic,
    archive: Archive,
    rules: RuleStore,
) -> Watched:
    """Find what is wrong, quarantine what was given up, tell what is new of it.  Returns what was found.

    Sends first and remembers after: dying in between repeats a message, and loses none.  The manifest comes last, for a
    busy day's takes minutes.
    """
    # gather
    told, looked_at = ops.get(Kind)
    figures: dict[str, int] = {}
    troubles: list[Trouble] = []
    if looked_at is None or now - looked_at >= FEEDS_EVERY:
        figures["FeedsWatched"], troubles = health.of_feeds(feeds.all(), feeds.held_hosts(now), now)
    counts = {queue: dead.count() for queue, dead in dead_letters.items()}
    letters = [
        health.read_letter(queue, one.id, one.body, one.sent_at)
        for queue, count in counts.items()
        if count
        for one in dead_letters[queue].look()
    ]
    refused = _why_refused(rules.files())
    opened, hosts = entries.open()
    late = health.overdue(opened, now)
    lines = {
        line["entry_id"]: line
        for line in entries.lines({*late[: health.MOST_LINES], *(one.entry_id for one in letters if one.entry_id)})
    }

    # decide
    states = {key: EntryState(line["state"]) for key, line in lines.items()}
    quarantines = health.quarantines(letters, states, opened, now)
    ended = {one.entry_id for one in quarantines}
    late = [key for key in late if key not in ended]
    troubles += [
        health.of_entries(late, opened, lines),
        health.of_letters(letters, sum(counts.values())),
        health.of_hosts(hosts, now),
        health.of_rules(refused),
    ]
    figures |= {_metric(trouble.kind): trouble.count for trouble in troubles}
    figures["EntriesOpen"], figures["EntriesQuarantined"] = len(opened), len(quarantines)
    figures["OldestOpenSeconds"] = round((now - min(opened.values(), default=now)).total_seconds())
    verdicts = [(trouble, health.judge(trouble.members, told[trouble.kind], now)) for trouble in troubles]

    # apply
    for one in quarantines:
        if one.entry is not None:
            entries.add(one.entry)
        entries.close(one.entry_id, EntryState.QUARANTINED, one.reason, one.leaving)
    for host in hosts:
        if health.is_past(host, now):
            entries.forget(host)
    for trouble, verdict in verdicts:
        if verdict.new:
            topic.publish(render_trouble(trouble, verdict.new, stack))
        elif verdict.is_over:
            topic.publish(render_over(trouble.kind))
        if verdict.told != told[trouble.kind]:
            ops.put(trouble.kind, verdict.told)
    if "FeedsWatched" in figures:
        ops.put_looked_at(now)
    day = next_day(archive.days(), archive.manifest_days(), now)
    if day is not None:
        archive.write_manifest(day)
    return Watched(figures, tuple(trouble.kind for trouble, verdict in verdicts if verdict.new), day)


def _why_refused(files: Mapping[str, bytes]) -> str:
    """Why detect refuses the operator's rule files; empty when it does not."""
    if not files:
        return ""
    from shared.detect import load_lexicon  # takes a second, and most have no rules of their own
    from shared.detect.operators import with_files

    try:
        with_files(load_lexicon(), files)
    except SettingError as error:
        return str(error)
    return ""


def _metric(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))
