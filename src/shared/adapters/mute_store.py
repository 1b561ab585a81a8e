"""What people silenced: beside the incidents, in a partition of its own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import expiry, string
from shared.core.codec import decode, encode
from shared.types import Mute, Muted

GROUP = "mute"
"""No group of incidents: theirs have a dot in their name."""


class MuteStore:
    """Mutes, one item each, by what they silence."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def active(self, now: datetime) -> tuple[Mute, ...]:
        """What is to be silent now, in order of kind and target."""
        return tuple(mute for mute in self.all() if mute.until is None or now < mute.until)

    def all(self) -> Iterator[Mute]:
        """Every mute that is kept, in order of kind and target, those that are over among them."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#group = :group",
            ExpressionAttributeNames={"#group": "group"},
            ExpressionAttributeValues={":group": string(GROUP)},
            ConsistentRead=True,
        )
        with translated(f"reading mutes of {self._table}"):
            for page in pages:
                for item in page["Items"]:
                    yield decode(item["mute"]["S"], Mute)

    def put(self, mute: Mute) -> None:
        """Silences something from now on, in place of what was said of it before.  Forgets what was over by then."""
        self._forget(mute.since)
        item: dict[str, Any] = {**_key(mute.kind, mute.target), "mute": string(encode(mute))}
        if mute.until is not None:
            item["expires_at"] = expiry(mute.until)
        with translated(f"writing to {self._table}"):
            self._client.put_item(TableName=self._table, Item=item)

    def remove(self, kind: Muted, target: str, now: datetime) -> bool:
        """Takes a mute back; False where it was none, or over by then.  Forgets all that are over."""
        was_active = any((mute.kind, mute.target) == (kind, target) for mute in self.active(now))
        self._delete(kind, target)
        self._forget(now)
        return was_active

    def _forget(self, now: datetime) -> None:
        for mute in list(self.all()):
            if mute.until is not None and mute.until <= now:
                self._delete(mute.kind, mute.target)

    def _delete(self, kind: Muted, target: str) -> None:
        with translated(f"writing to {self._table}"):
            self._client.delete_item(TableName=self._table, Key=_key(kind, target))


def _key(kind: Muted, target: str) -> dict[str, dict[str, str]]:
    return {"group": string(GROUP), "incident_id": string(f"{kind}#{target}")}
