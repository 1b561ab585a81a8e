"""Counts that hold alerts back, and how far the site is written.  They stand beside the incidents."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import put, string
from shared.errors import TransientError

_GROUP = "tally"


class TallyStore:
    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def note_new(self, country: str, incident_id: str, now: datetime, within: timedelta) -> tuple[int, datetime]:
        """How many incidents of a country were new within this time before this one, and when the first of them was.

        One that is noted again keeps its place.  Raises `TransientError` when another writer was first.
        """
        key = {"group": string(_GROUP), "incident_id": string(f"new#{country}")}
        with translated(f"reading {self._table}"):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})
        known = json.loads(item["noted"]["S"]) if item else {}
        recent = {name: at for name, at in known.items() if now - datetime.fromisoformat(at) <= within}
        recent.setdefault(incident_id, now.isoformat())
        order = list(recent)
        if recent != known:
            version = int(item["version"]["N"]) if item else 0
            kept = put(
                self._client,
                self._table,
                {**key, "noted": string(json.dumps(recent)), "version": {"N": str(version + 1)}},
                condition="attribute_not_exists(incident_id) OR #version = :before",
                names={"#version": "version"},
                values={":before": {"N": str(version)}},
            )
            if not kept:
                raise TransientError(f"the new incidents of {country} were counted by another writer")
        return order.index(incident_id), datetime.fromisoformat(recent[order[0]])

    def mark(self, name: str) -> datetime | None:
        """Up to when something was done; none where it was never."""
        key = {"group": string(_GROUP), "incident_id": string(f"mark#{name}")}
        with translated(f"reading {self._table}"):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return datetime.fromisoformat(item["at"]["S"]) if item else None

    def put_mark(self, name: str, at: datetime) -> None:
        """Remembers up to when something is done."""
        item = {"group": string(_GROUP), "incident_id": string(f"mark#{name}"), "at": string(at.isoformat())}
        with translated(f"writing to {self._table}"):
            self._client.put_item(TableName=self._table, Item=item)

    def count_sms(self, day: date) -> int:
        """How many alerts phones have got on a day, this one among them."""
        with translated(f"writing to {self._table}"):
            answer = self._client.update_item(
                TableName=self._table,
                Key={"group": string(_GROUP), "incident_id": string(f"sms#{day.isoformat()}")},
                UpdateExpression="ADD #count :one",
                ExpressionAttributeNames={"#count": "count"},
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["count"]["N"])
