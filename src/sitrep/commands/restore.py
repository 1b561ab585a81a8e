"""`sitrep restore`: the incidents that the archive tells of, written back where their table lost them."""

import argparse
from datetime import UTC, datetime

from shared.adapters.incident_store import IncidentStore
from shared.adapters.s3 import Archive
from shared.core.alerts import due_at
from shared.core.codec import decode
from shared.core.keys import reports_key, revision_of
from shared.errors import TransientError
from shared.steps.detect import stories_of
from shared.types import Article, Policy, Report, Story
from sitrep.local.show import one_line, say
from sitrep.replay import restored
from sitrep.rulefiles import compiled, in_use, store_of
from sitrep.since import a_start
from sitrep.stack import HELP_STACK, Stack, open_stack
from sitrep.texts import readings

_HELP_SINCE = "how far back: days (7d) or a date (2026-03-31)"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=a_start, required=True, metavar="DAYS|DATE", help=_HELP_SINCE)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be written back")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        told, articles = _told(stack, arguments)
        store = IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))
        now = datetime.now(UTC)
        known = list(store.all())
        names = {incident.id for incident in known}
        found = restored(known, told, now)
        written, left = [], []
        for incident in found:
            try:
                if not arguments.dry_run:
                    store.put([(incident, due_at(incident, Policy()))], now)
                written.append(incident)
            except TransientError:  # notify was first: what it wrote is newer
                left.append(incident)
    say(f"{articles:,} articles since {arguments.since}, {len(told):,} stories, {len(known):,} incidents known")
    new = sum(incident.id not in names for incident in written)
    will = "would be " if arguments.dry_run else ""
    say(f"{new:,} incidents {will}written back, {len(written) - new:,} {will}completed; their alerts count as sent")
    for incident in left:
        say(one_line(f"{incident.id} was written by notify meanwhile; run this again to complete it"))
    return 1 if left else 0


def _told(stack: Stack, arguments: argparse.Namespace) -> tuple[list[tuple[datetime, Story]], int]:
    """What the archived articles told when they were read, each with that time; and how many articles there are."""
    archive = Archive(stack.outputs["Archive"], stack.client("s3"))
    lexicon = compiled(in_use(store_of(stack)))
    keys = readings(arguments.since, archive)
    stored = archive.get_all(map(reports_key, keys))
    # An edit that tells nothing any more has no reports, and takes back what was told.
    reports = {
        key: decode(body, list[Report])
        for key, (_, body) in zip(keys, stored, strict=True)
        if body is not None and (revision_of(key) or decode(body, list[Report]))
    }
    told = []
    for key, body in archive.get_all(reports):
        if body is not None:
            article = decode(body, Article)
            stories = stories_of(key, article, reports[key], archive=archive, lexicon=lexicon)
            told += [(article.fetched_at, story) for story in stories]
    return told, len(keys)
