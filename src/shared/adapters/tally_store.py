"""Counts that hold alerts back, and how far the site is written.  They stand beside the incidents."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import expiry, get, moment, put, string, update
from shared.errors import TransientError

_GROUP = "tally"
_TRIES = 5
_LOOKED_AT = timedelta(days=1)
"""How long people may still want to see what is over."""


class TallyStore:
    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def note_new(self, country: str, incident_id: str, now: datetime, within: timedelta) -> tuple[int, datetime]:
        """How many incidents of a country were new within this time before this one, and when the first of them was.

        One that is noted again keeps its place.  Raises `TransientError` when other writers were first too often.
        """
        for _ in range(_TRIES):
            if (found := self._note_new(country, incident_id, now, within)) is not None:
                return found
        raise TransientError(f"the new incidents of {country} were counted by other writers")

    def _note_new(
        self, country: str, incident_id: str, now: datetime, within: timedelta
    ) -> tuple[int, datetime] | None:
        key = {"group": string(_GROUP), "incident_id": string(f"new#{country}")}
        item = get(self._client, self._table, key)
        known = json.loads(item["noted"]["S"]) if item else {}
        recent = {name: at for name, at in known.items() if now - datetime.fromisoformat(at) <= within}
        recent.setdefault(incident_id, now.isoformat())
        order = list(recent)
        if recent != known:
            version = int(item["version"]["N"]) if item else 0
            kept = put(
                self._client,
                self._table,
                {
                    **key,
                    "noted": string(json.dumps(recent)),
                    "version": {"N": str(version + 1)},
                    "expires_at": expiry(now + within + _LOOKED_AT),
                },
                condition="attribute_not_exists(incident_id) OR #version = :before",
                names={"#version": "version"},
                values={":before": {"N": str(version)}},
            )
            if not kept:
                return None
        return order.index(incident_id), datetime.fromisoformat(recent[order[0]])

    def mark(self, name: str) -> datetime | None:
        """Up to when something was done; none where it was never."""
        key = {"group": string(_GROUP), "incident_id": string(f"mark#{name}")}
        item = get(self._client, self._table, key)
        return datetime.fromisoformat(item["at"]["S"]) if item else None

    def put_mark(self, name: str, at: datetime) -> None:
        """Remembers up to when something is done."""
        item = {"group": string(_GROUP), "incident_id": string(f"mark#{name}"), "at": string(at.isoformat())}
        with translated(f"writing to {self._table}"):
            self._client.put_item(TableName=self._table, Item=item)

    def lease(self, name: str, now: datetime, until: datetime) -> bool:
        """Takes something in hand that only one may be at; False where another is at it still."""
        return update(
            self._client,
            self._table,
            {"group": string(_GROUP), "incident_id": string(f"lease#{name}")},
            "SET leased_until = :until",
            values={":until": moment(until), ":now": moment(now)},
            condition="attribute_not_exists(leased_until) OR leased_until <= :now",
        )

    def lease_ended(self, name: str, now: datetime) -> None:
        """Lets go of what is done."""
        key = {"group": string(_GROUP), "incident_id": string(f"lease#{name}")}
        update(self._client, self._table, key, "SET leased_until = :now", values={":now": moment(now)})

    def count_sms(self, day: date, alert_id: str) -> int:
        """How many alerts phones have got on a day, this one among them; one that comes again counts once."""
        with translated(f"writing to {self._table}"):
            answer = self._client.update_item(
                TableName=self._table,
                Key={"group": string(_GROUP), "incident_id": string(f"sms#{day.isoformat()}")},
                UpdateExpression="SET expires_at = :expires ADD alerts :this",
                ExpressionAttributeValues={":this": {"SS": [alert_id]}, ":expires": _day_over(day)},
                ReturnValues="ALL_NEW",
            )
        return len(answer["Attributes"]["alerts"]["SS"])

    def sms(self, day: date) -> int:
        """How many alerts phones have got on a day, as far as they were counted."""
        key = {"group": string(_GROUP), "incident_id": string(f"sms#{day.isoformat()}")}
        item = get(self._client, self._table, key)
        return len(item["alerts"]["SS"]) if item else 0


def _day_over(day: date) -> dict[str, str]:
    """When a day of any time zone is long over."""
    return expiry(datetime.combine(day, time(), UTC) + 2 * _LOOKED_AT + timedelta(hours=12))
