"""Feeds: what people wrote and what polling taught."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import moment, put, scan, string, update
from shared.core.codec import decode, encode
from shared.types import Feed, FeedState


class FeedStore:
    """What people wrote and what polling taught: one item a feed."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def add(self, feed: Feed, now: datetime) -> bool:
        """Watches a feed from `now` on; False when it was watched already, and is left as it is."""
        state = FeedState(due_at=now)
        return put(
            self._client,
            self._table,
            {
                "feed_id": string(feed.id),
                "feed": string(encode(feed)),
                "state": string(encode(state)),
                "due_at": moment(now),
            },
            condition="attribute_not_exists(feed_id)",
        )

    def get(self, feed_id: str) -> tuple[Feed, FeedState] | None:
        """A feed and its state; none when it is watched no longer."""
        with translated(f"reading feed {feed_id}"):
            answer = self._client.get_item(TableName=self._table, Key={"feed_id": string(feed_id)}, ConsistentRead=True)
        return _feed(answer["Item"]) if "Item" in answer else None

    def all(self) -> Iterator[tuple[Feed, FeedState]]:
        """Every feed with its state, in no order."""
        for item in scan(self._client, self._table):
            yield _feed(item)

    def due_before(self, now: datetime) -> list[tuple[str, str]]:
        """The feeds to poll now, the longest due first: each with the due time that `lease` asks for."""
        items = scan(
            self._client,
            self._table,
            FilterExpression="due_at <= :now",
            ExpressionAttributeValues={":now": moment(now)},
            ProjectionExpression="feed_id, due_at",
        )
        return sorted(((item["feed_id"]["S"], item["due_at"]["S"]) for item in items), key=lambda due: due[1])

    def lease(self, feed_id: str, due: str, until: datetime) -> bool:
        """Keeps other polls off a feed until then; False when another poll was first."""
        return update(
            self._client,
            self._table,
            {"feed_id": string(feed_id)},
            "SET due_at = :until",
            {":until": moment(until), ":due": string(due)},
            condition="due_at = :due",
        )

    def put_state(self, feed_id: str, state: FeedState) -> bool:
        """Remembers what a poll taught; False when the feed is watched no longer."""
        return update(
            self._client,
            self._table,
            {"feed_id": string(feed_id)},
            "SET #state = :state, due_at = :due",
            {":state": string(encode(state)), ":due": moment(state.due_at)},
            condition="attribute_exists(feed_id)",
            names={"#state": "state"},
        )


def _feed(item: dict[str, Any]) -> tuple[Feed, FeedState]:
    return decode(item["feed"]["S"], Feed), decode(item["state"]["S"], FeedState)
