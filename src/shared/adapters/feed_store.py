"""Feeds: what people wrote and what polling taught.

An item a feed.  The index `due` holds those that are to be polled, by their time; a paused feed is not in it.  Beside
them stand, under `host#...`, the hosts that asked to be left alone, in the same index until then.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import get, get_many, moment, put, scan, string, update
from shared.core.codec import decode, encode
from shared.core.urls import host_of
from shared.types import DueFeed, Feed, FeedState

_INDEX = "due"
_FEEDS, _HOSTS = "feed", "host"


class FeedStore:
    """What people wrote and what polling taught: one item a feed."""

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
            **({} if feed.is_paused else {"watch": string(_FEEDS)}),
        }
        return put(self._client, self._table, item, condition="attribute_not_exists(feed_id)")

    def change(self, feed: Feed) -> bool:
        """Replaces what people wrote of a feed; False when it is watched no longer.  Its state stays."""
        written = {":feed": string(encode(feed))}
        if feed.is_paused:
            return self._update(feed.id, "SET feed = :feed REMOVE watch", written)
        return self._update(feed.id, "SET feed = :feed, watch = :watch", {**written, ":watch": string(_FEEDS)})

    def remove(self, feed_id: str) -> bool:
        """Watches a feed no longer; False when it was not watched."""
        with translated(f"removing feed {feed_id}"):
            gone = self._client.delete_item(TableName=self._table, Key=_key(feed_id), ReturnValues="ALL_OLD")
        return "Attributes" in gone

    def get(self, feed_id: str) -> tuple[Feed, FeedState] | None:
        """A feed and its state; none when it is watched no longer."""
        item = get(self._client, self._table, _key(feed_id), f"reading feed {feed_id}")
        return _feed(item) if item else None

    def get_many(self, feed_ids: Iterable[str]) -> list[tuple[Feed, FeedState]]:
        """These feeds with their states, in no order; those that are watched no longer are left out."""
        keys = [_key(feed_id) for feed_id in dict.fromkeys(feed_ids)]
        return [_feed(item) for item in get_many(self._client, self._table, keys)]

    def all(self) -> Iterator[tuple[Feed, FeedState]]:
        """Every feed with its state, in no order."""
        for item in scan(self._client, self._table):
            if "feed" in item:
                yield _feed(item)

    def due_before(self, now: datetime) -> list[DueFeed]:
        """The feeds to poll now, the longest due first."""
        return [
            DueFeed(item["feed_id"]["S"], item["host"]["S"], item["due_at"]["S"])
            for item in self._index(_FEEDS, "due_at <= :now", now)
        ]

    def lease(self, due: DueFeed, until: datetime) -> bool:
        """Keeps other polls off a feed until then; False when another poll was first."""
        return update(
            self._client,
            self._table,
            _key(due.feed_id),
            "SET due_at = :until",
            {":until": moment(until), ":due": string(due.due)},
            condition="due_at = :due",
        )

    def put_state(self, feed: Feed, state: FeedState) -> bool:
        """Remembers what a poll taught; False when the feed is watched no longer."""
        return self._update(
            feed.id,
            "SET #state = :state, due_at = :due, host = :host",
            {
                ":state": _packed(state),
                ":due": moment(state.due_at),
                ":host": string(host_of(state.url or feed.url)),
            },
            names={"#state": "state"},
        )

    def hurry(self, feed_id: str, now: datetime) -> bool:
        """Has a feed polled now; False when it is watched no longer.  What a poll teaches meanwhile stays."""
        return self._update(feed_id, "SET due_at = :now", {":now": moment(now)})

    def hold_host(self, host: str, until: datetime) -> None:
        """Keeps every feed of a host from being polled until then."""
        item = {**_key(f"host#{host}"), "watch": string(_HOSTS), "host": string(host), "due_at": moment(until)}
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

    def _index(self, watch: str, condition: str, now: datetime) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=_INDEX,
            KeyConditionExpression=f"watch = :watch AND {condition}",
            ExpressionAttributeValues={":watch": string(watch), ":now": moment(now)},
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


def _packed(state: FeedState) -> dict[str, bytes]:
    # What was seen of a busy feed is long, and an item may have 400 KB.
    return {"B": zlib.compress(encode(state).encode())}


def _feed(item: dict[str, Any]) -> tuple[Feed, FeedState]:
    state = decode(zlib.decompress(item["state"]["B"]), FeedState)
    # A lease only keeps others off: its time is later than the state's, and is not when the feed is due.
    due_at = min(state.due_at, datetime.fromisoformat(item["due_at"]["S"]))
    return decode(item["feed"]["S"], Feed), replace(state, due_at=due_at)
