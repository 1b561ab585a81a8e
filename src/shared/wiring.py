"""Which adapters a function works with: made at first use, never at import, from the template's settings.

What only some functions use is imported where it is made: the others start without it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shared import settings
from shared.adapters.aws import client
from shared.adapters.entry_store import EntryStore
from shared.adapters.rule_store import RuleStore
from shared.adapters.s3 import Archive
from shared.adapters.sqs import DeadLetters, Queue

if TYPE_CHECKING:
    from shared.adapters.child import Child
    from shared.adapters.digest_store import DigestStore
    from shared.adapters.feed_store import FeedStore
    from shared.adapters.http import Http
    from shared.adapters.incident_store import IncidentStore
    from shared.adapters.ops_store import OpsStore
    from shared.adapters.sns import Topic
    from shared.steps.outbox import Outbox


@lru_cache
def feeds() -> FeedStore:
    """The feeds, with what polling taught of them."""
    from shared.adapters.feed_store import FeedStore

    return FeedStore(settings.text("FEEDS_TABLE"), client("dynamodb"))


@lru_cache
def entries() -> EntryStore:
    """The books of entries."""
    return EntryStore(settings.text("ENTRIES_TABLE"), client("dynamodb"), settings.entries_kept())


@lru_cache
def incidents() -> IncidentStore:
    """The incidents."""
    from shared.adapters.incident_store import IncidentStore

    return IncidentStore(settings.text("INCIDENTS_TABLE"), client("dynamodb"))


@lru_cache
def outbox() -> Outbox:
    """Where decisions about incidents are kept and go out."""
    from shared.adapters.mute_store import MuteStore
    from shared.adapters.tally_store import TallyStore
    from shared.steps.outbox import Outbox

    table, dynamodb = settings.text("INCIDENTS_TABLE"), client("dynamodb")
    return Outbox(
        incidents(),
        TallyStore(table, dynamodb),
        MuteStore(table, dynamodb),
        topic(),
        queue("NOTIFY_QUEUE"),
        queue("REREAD_QUEUE"),
        settings.policy(),
    )


@lru_cache
def digests() -> DigestStore:
    """Which digests were sent; it stands beside the incidents."""
    from shared.adapters.digest_store import DigestStore

    return DigestStore(settings.text("INCIDENTS_TABLE"), client("dynamodb"))


@lru_cache
def archive() -> Archive:
    """The archive of pages, articles and reports."""
    return Archive(settings.text("BUCKET"), client("s3"))


@lru_cache
def rules() -> RuleStore:
    """The operator's own rules."""
    return RuleStore(settings.text("BUCKET"), client("s3"))


@lru_cache
def queue(setting: str) -> Queue:
    """The queue that this setting names."""
    return Queue(settings.text(setting), client("sqs"))


@lru_cache
def dead_letters() -> dict[str, DeadLetters]:
    """Of every queue that wakes a step, by the queue's word: `ingest` of IngestQueue."""
    from shared.pipeline import STEPS

    words = [woken_by.removesuffix("Queue").lower() for step in STEPS for woken_by in step.woken_by]
    return {
        word: DeadLetters(settings.text(f"{word.upper()}_DEAD_LETTERS"), client("sqs"))
        for word in words
        if word != "schedule"
    }


@lru_cache
def topic() -> Topic:
    """The topic that alerts are published to."""
    from shared.adapters.sns import Topic

    return Topic(settings.text("ALERT_TOPIC"), client("sns"), settings.publish_gap())


@lru_cache
def ops_topic() -> Topic:
    """The topic that the operator reads."""
    from shared.adapters.sns import Topic

    return Topic(settings.text("OPS_TOPIC"), client("sns"))


@lru_cache
def ops() -> OpsStore:
    """What the operator was told; it stands beside the books."""
    from shared.adapters.ops_store import OpsStore

    return OpsStore(settings.text("ENTRIES_TABLE"), client("dynamodb"))


@lru_cache
def child() -> Child:
    """The process apart that parses; it starts at its first work."""
    from shared.adapters.child import Child

    return Child()


@lru_cache
def http() -> Http:
    """The reader of the web; one for all that a function asks, for it counts what each host is asked."""
    from shared.adapters.http import Http  # aiohttp is in the fetch and ingest artifacts only

    return Http(settings.text("CONTACT"), settings.loopback_ports())
