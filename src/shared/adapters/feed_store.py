"""Feeds: what people wrote and what polling taught.

An item a feed, small, for it is written often.  The index `due` holds when each is to be polled; poll reads it whole.
What a feed is known to have listed stands apart: `recent#...` is written with every new entry, and `past#...`, with
most of it, once in fifty.  Beside them stand, under `host#...`, the hosts that asked to be left alone, in the same
index until then, and under `poll` up to when all that was due was ordered.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import expiry, get, get_many, moment, put, string, update
from shared.core.codec import decode, encode
from shared.core.schedule import DAY, due_since, is_due, overdue_since
from shared.core.urls import host_of
from shared.types import DueFeed, Feed, FeedState

_INDEX = "due"
_FEEDS, _PAUSED, _HOSTS = "feed", "paused", "host"
_POLL = "poll"
_RECENT, _PAST = "recent#", "past#"
_MOST_RECENT = 150
"""Ids beyond what a feed lists now, of fifty entries, before all are put to the past: that is a long write."""


class FeedStore:
    """What people wrote and what polling taught."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def add(self, feed: Feed, now: datetime) -> bool:
        """Watches a feed from `now` on; False when it was watched already, and is left as it is."""
        state = FeedState(due_at=now)
        item = {
            "feed_id": string(feed.id),
            "feed": string(encode(feed)),
            "state": _packed(state),
            "host": string(host_of(feed.url)),
            "due_at": moment(now),
            "watch": string(_watch(feed)),
        }
        return put(self._client, self._table, item, condition="attribute_not_exists(feed_id)")

    def change(self, feed: Feed) -> bool:
        """Replaces what people wrote of a feed; False when it is watched no longer.  Its state stays."""
        written = {":feed": string(encode(feed)), ":watch": string(_watch(feed))}
        return self._update(feed.id, "SET feed = :feed, watch = :watch", written)

    def remove(self, feed_id: str) -> bool:
        """Watches a feed no longer, and forgets what was learned of it; False when it was not watched."""
        with translated(f"removing feed {feed_id}"):
            gone = self._client.delete_item(TableName=self._table, Key=_key(feed_id), ReturnValues="ALL_OLD")
            for kept in (_RECENT, _PAST):
                self._client.delete_item(TableName=self._table, Key=_key(kept + feed_id))
        return "Attributes" in gone

    def get(self, feed_id: str) -> tuple[Feed, FeedState] | None:
        """A feed and its state; none when it is watched no longer."""
        item = get(self._client, self._table, _key(feed_id), f"reading feed {feed_id}")
        return _feed(item) if item else None

    def get_many(self, feed_ids: Iterable[str]) -> list[tuple[Feed, FeedState]]:
        """These feeds with their states, in no order; those that are watched no longer are left out."""
        keys = [_key(feed_id) for feed_id in dict.fromkeys(feed_ids)]
        return [_feed(item) for item in get_many(self._client, self._table, keys, consistent=False)]

    def all(self) -> Iterator[tuple[Feed, FeedState]]:
        """Every feed with its state, in no order."""
        for watch in (_FEEDS, _PAUSED):
            yield from self.get_many([item["feed_id"]["S"] for item in self._index(watch)])

    def due_before(self, now: datetime) -> list[DueFeed]:
        """The feeds to poll now, the longest due first."""
        until = self._ordered_until()
        found = [
            DueFeed(
                item["feed_id"]["S"],
                item["host"]["S"],
                item["due_at"]["S"],
                timedelta(seconds=int(item["every_s"]["N"])) if "every_s" in item else None,
            )
            for item in self._index(_FEEDS, "due_at <= :now", now)
        ]
        # In the index a feed that is as ever stands where it was first due, before all that wait for their turn.
        return sorted((feed for feed in found if is_due(feed, until, now)), key=lambda feed: due_since(feed, now))

    def ordered(self, now: datetime) -> None:
        """Remembers that all that is due by now was ordered polled."""
        update(self._client, self._table, _key(_POLL), "SET ordered_until = :now", {":now": moment(now)})

    def lease(self, due: DueFeed, until: datetime) -> bool:
        """Makes a feed due once, then and not before, until a poll says more; False when another was first."""
        return update(
            self._client,
            self._table,
            _key(due.feed_id),
            "SET due_at = :until REMOVE every_s",
            {":until": moment(until), ":due": string(due.due)},
            condition="due_at = :due",
        )

    def recent(self, feed_id: str) -> tuple[str, ...]:
        """What a feed is known to have listed of late, newest first: all that it listed at the last poll, at least."""
        return self._seen(_RECENT + feed_id)

    def past(self, feed_id: str) -> tuple[str, ...]:
        """What else a feed is known to have listed, newest first."""
        return self._seen(_PAST + feed_id)

    def put_seen(self, feed_id: str, seen: Sequence[str], past: Sequence[str], listed: int) -> None:
        """Remembers what a feed is known to have listed: `seen`, of which the first `listed` stand there now.

        `past` is what is stored as such.
        """
        older = frozenset(past)
        recent = list(seen[:listed]) + [known for known in seen[listed:] if known not in older]
        if len(recent) > listed + _MOST_RECENT:
            self._put_seen(_PAST + feed_id, seen)
            recent = recent[:listed]
        self._put_seen(_RECENT + feed_id, recent)

    def put_state(self, feed: Feed, state: FeedState) -> bool:
        """Remembers what a poll taught but `seen`; False when the feed is watched no longer."""
        values = {
            ":state": _packed(replace(state, seen=())),
            ":due": moment(state.due_at),
            ":host": string(host_of(state.url or feed.url)),
        }
        every = " REMOVE every_s"
        if state.every is not None:
            every = ", every_s = :every"
            values[":every"] = {"N": str(round(state.every.total_seconds()))}
        return self._update(
            feed.id, f"SET #state = :state, due_at = :due, host = :host{every}", values, names={"#state": "state"}
        )

    def hurry(self, feed_id: str, at: datetime) -> bool:
        """Has a feed polled then; False when it is watched no longer.  What a poll teaches meanwhile stays."""
        return self._update(feed_id, "SET due_at = :at REMOVE every_s", {":at": moment(at)})

    def hold_host(self, host: str, until: datetime) -> None:
        """Keeps every feed of a host from being polled until then."""
        item = {
            **_key(f"host#{host}"),
            "watch": string(_HOSTS),
            "host": string(host),
            "due_at": moment(until),
            "expires_at": expiry(until + DAY),
        }
        put(
            self._client,
            self._table,
            item,
            condition="attribute_not_exists(feed_id) OR due_at < :until",
            values={":until": moment(until)},
        )

    def held_hosts(self, now: datetime) -> dict[str, datetime]:
        """The hosts that asked to be left alone, with the time until which."""
        return {
            item["host"]["S"]: datetime.fromisoformat(item["due_at"]["S"])
            for item in self._index(_HOSTS, "due_at > :now", now)
        }

    def _ordered_until(self) -> datetime | None:
        item = get(self._client, self._table, _key(_POLL), "reading what was polled")
        return datetime.fromisoformat(item["ordered_until"]["S"]) if item else None

    def _seen(self, key: str) -> tuple[str, ...]:
        # As it was a second ago will do: an entry that is sent on twice is read once.
        items = get_many(self._client, self._table, [_key(key)], consistent=False)
        return tuple(zlib.decompress(items[0]["seen"]["B"]).decode().split()) if items else ()

    def _put_seen(self, key: str, seen: Iterable[str]) -> None:
        with translated(f"writing {key}"):
            packed = zlib.compress(" ".join(seen).encode())
            self._client.put_item(TableName=self._table, Item={**_key(key), "seen": {"B": packed}})

    def _index(self, watch: str, condition: str = "", now: datetime | None = None) -> Iterator[dict[str, Any]]:
        values = {":watch": string(watch)}
        if now is not None:
            values[":now"] = moment(now)
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=_INDEX,
            KeyConditionExpression=" AND ".join(filter(None, ("watch = :watch", condition))),
            ExpressionAttributeValues=values,
        )
        with translated("reading the feeds that are due"):
            for page in pages:
                yield from page["Items"]

    def _update(
        self, feed_id: str, expression: str, values: dict[str, Any], names: dict[str, str] | None = None
    ) -> bool:
        condition = "attribute_exists(feed_id)"
        return update(self._client, self._table, _key(feed_id), expression, values, condition, names)


def _key(feed_id: str) -> dict[str, Any]:
    return {"feed_id": string(feed_id)}


def _watch(feed: Feed) -> str:
    return _PAUSED if feed.is_paused else _FEEDS


def _packed(state: FeedState) -> dict[str, bytes]:
    return {"B": zlib.compress(encode(state).encode())}


def _feed(item: dict[str, Any]) -> tuple[Feed, FeedState]:
    state = decode(zlib.decompress(item["state"]["B"]), FeedState)
    if "every_s" not in item:
        # A lease only keeps others off: its time is later than the state's, and is not when the feed is due.
        due_at = min(overdue_since(state), datetime.fromisoformat(item["due_at"]["S"]))
        state = replace(state, due_at=due_at, every=None)
    return decode(item["feed"]["S"], Feed), state
