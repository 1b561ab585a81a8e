"""Which digests were sent: beside the incidents, in a partition of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import get, moment, string, update

GROUP = "digest"
"""No group of incidents: theirs have a dot in their name."""


@dataclass(frozen=True, slots=True)
class LastDigest:
    """The last digest of its kind that was seen to."""

    day: date
    """On the operator's clock."""
    until: datetime
    """Up to when it told."""


class DigestStore:
    """One item a kind of digest: the last that was sent, and until when somebody is at the next."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def last(self, kind: str) -> LastDigest | None:
        """The last digest of a kind; none where none was sent yet."""
        item = get(self._client, self._table, _key(kind))
        if item is None or "day" not in item:
            return None
        return LastDigest(date.fromisoformat(item["day"]["S"]), datetime.fromisoformat(item["until"]["S"]))

    def lease(self, kind: str, day: date, now: datetime, until: datetime) -> bool:
        """Takes the digest of a day in hand; False where it was sent, or another is at it still."""
        return update(
            self._client,
            self._table,
            _key(kind),
            "SET leased_until = :until",
            values={":until": moment(until), ":now": moment(now), ":day": string(day.isoformat())},
            condition="(attribute_not_exists(leased_until) OR leased_until <= :now)"
            " AND (attribute_not_exists(#day) OR #day < :day)",
            names={"#day": "day"},
        )

    def put(self, kind: str, day: date, until: datetime) -> None:
        """Remembers that the digest of a day was seen to, and up to when it told; nobody is at it any more."""
        item = {**_key(kind), "day": string(day.isoformat()), "until": moment(until)}
        with translated(f"writing to {self._table}"):
            self._client.put_item(TableName=self._table, Item=item)


def _key(kind: str) -> dict[str, dict[str, str]]:
    return {"group": string(GROUP), "incident_id": string(kind)}
