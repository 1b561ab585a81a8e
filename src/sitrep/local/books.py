"""What a local run asks of the stores: feeds to watch, and whether the books balance.  Talks to the AWS process.

The one place of the local stack that knows the stores.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.adapters.entry_store import EntryStore
from shared.adapters.feed_store import FeedStore
from shared.types import OPEN_STATES, Feed
from sitrep.local.cloud import Cloud
from sitrep.opml import loopback_ports


def mark_known(store: FeedStore, listed: Feed) -> bool:
    """Makes a watched feed urgent or paused where its list says so; False when it is as the list says.

    A list that says nothing takes nothing back: that may have been said by hand.
    """
    known = store.get(listed.id)
    if known is None:
        return False
    feed = known[0]
    marked = replace(feed, is_urgent=feed.is_urgent or listed.is_urgent, is_paused=feed.is_paused or listed.is_paused)
    return marked != feed and store.change(marked)


class Books:
    """The feeds and entries of a local stack."""

    def __init__(self, cloud: Cloud, outputs: Mapping[str, str]) -> None:
        client = cloud.client("dynamodb")
        self._feeds = FeedStore(outputs["FeedsTable"], client)
        self._entries = EntryStore(outputs["EntriesTable"], client)

    def watch(self, feeds: Iterable[Feed], now: datetime) -> None:
        """Watch these feeds too, and poll them now: who starts a run wants to see them polled."""
        for feed in feeds:
            if not self._feeds.add(feed, now):
                mark_known(self._feeds, feed)
                self._feeds.hurry(feed.id, now)

    def is_feed_due(self, now: datetime) -> bool:
        """Whether some feed is to be polled now."""
        return bool(self._feeds.due_before(now))

    def urls(self) -> list[str]:
        """Every watched feed."""
        return sorted(feed.url for feed, _ in self._feeds.all())

    def ids(self) -> list[str]:
        """The id of every watched feed."""
        return sorted(feed.id for feed, _ in self._feeds.all())

    def loopback_ports(self) -> frozenset[int]:
        """The ports of this machine that watched feeds are served from."""
        return loopback_ports([feed for feed, _ in self._feeds.all()])

    def outcomes(self) -> Counter[str]:
        """How the last poll of each feed ended."""
        return Counter(str(state.outcome or "not polled") for _, state in self._feeds.all())

    def entries(self) -> Counter[str]:
        """How many entries stand in each state."""
        return Counter({str(state): count for state, count in self._entries.counts().items()})

    def open_entries(self) -> int:
        """Entries that have not ended: none, when nothing is left to do and nothing was lost."""
        return sum(count for state, count in self._entries.counts().items() if state in OPEN_STATES)


def dead_letters(cloud: Cloud, template_resources: Mapping[str, Any], urls: Mapping[str, str]) -> dict[str, int]:
    """Logical id of each dead-letter queue -> how many messages ended there."""
    depths = cloud.ask("queues")
    targets = {
        resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for resource in template_resources.values()
        if "RedrivePolicy" in resource.get("Properties", {})
    }
    return {name: depths[urls[name].rpartition("/")[2]]["messages"] for name in sorted(targets)}
