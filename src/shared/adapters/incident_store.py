"""Incidents, packed: an item may have 400 KB, and one big strike fills newspapers."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated
from shared.adapters.dynamodb import get_many, moment, scan, string
from shared.core.codec import decode, encode
from shared.core.incidents import head_of
from shared.errors import TransientError
from shared.types import Head, Incident, Precision

_HEAD = ("group", "incident_id", "day", "last_seen_at", "lat", "lon", "precision", "vaguest", "merged_into")
_DUE = "due"


class IncidentStore:
    """Incidents with all their stories and alerts.

    An incident lies under its group and the day on which it was opened, so that what is recent of a group is read
    without what is past.
    """

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def heads(self, group: str, since: date, until: date) -> list[Head]:
        """Of the incidents of a group that were opened on these days, where and when they are; in no order."""
        names = {f"#{number}": name for number, name in enumerate(_HEAD)}
        items = self._query(
            KeyConditionExpression="#0 = :group AND #1 BETWEEN :since AND :until",
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={
                ":group": string(group),
                ":since": string(since.isoformat()),
                ":until": string(f"{until.isoformat()}~"),
            },
            ConsistentRead=True,
        )
        return [_head(item) for item in items]

    def get(self, heads: Iterable[Head]) -> list[Incident]:
        """The incidents of these heads, in no order."""
        return self.get_keys((head.group, head.key) for head in heads)

    def get_keys(self, keys: Iterable[tuple[str, str]]) -> list[Incident]:
        """The incidents that lie under these groups and keys, in no order; those that do not exist are left out."""
        items = [{"group": string(group), "incident_id": string(key)} for group, key in keys]
        return [_incident(item) for item in get_many(self._client, self._table, items)]

    def put(self, incidents: Sequence[tuple[Incident, datetime | None]], now: datetime) -> list[Incident]:
        """Keeps incidents, all of them or none, each with when there is something to do about it again.

        Returns them as they are kept.  Raises `TransientError` when another writer was first with one of them: the
        record comes back and meets the newer incident.
        """
        kept = [(replace(incident, version=incident.version + 1), due_at) for incident, due_at in incidents]
        writes = [self._write(incident, due_at, now) for incident, due_at in kept]
        try:
            with translated(f"writing to {self._table}"):
                self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
            if code(error) != "TransactionCanceledException" or "ValidationError" in reasons:
                raise  # an item over 400 KB comes back as it is, however often
            names = ", ".join(incident.id for incident, _ in kept)
            raise TransientError(f"one of the incidents {names} was changed by another writer") from error
        return [incident for incident, _ in kept]

    def due_before(self, now: datetime, most: int) -> list[Incident]:
        """Incidents that there is something to do about by now, the longest due first; at most so many."""
        keys: list[dict[str, Any]] = []
        for item in self._query(
            IndexName="due",
            KeyConditionExpression="#due = :due AND due_at <= :now",
            ExpressionAttributeNames={"#due": _DUE},
            ExpressionAttributeValues={":due": string(_DUE), ":now": moment(now)},
            Limit=most,
        ):
            keys.append({"group": item["group"], "incident_id": item["incident_id"]})
            if len(keys) == most:
                break
        order = {key["incident_id"]["S"]: number for number, key in enumerate(keys)}
        items = get_many(self._client, self._table, keys)
        return [_incident(item) for item in sorted(items, key=lambda item: order[item["incident_id"]["S"]])]

    def changed_since(self, since: datetime, now: datetime) -> Iterator[Incident]:
        """Incidents that were written since, in the order of their last change."""
        day = since.astimezone(UTC).date()
        while day <= now.astimezone(UTC).date():
            found = self._query(
                IndexName="changed",
                KeyConditionExpression="changed_on = :day AND changed_at >= :since",
                ExpressionAttributeValues={":day": string(day.isoformat()), ":since": moment(since)},
            )
            keys = [{"group": item["group"], "incident_id": item["incident_id"]} for item in found]
            incidents = [_incident(item) for item in get_many(self._client, self._table, keys)]
            order = {key["incident_id"]["S"].partition("#")[2]: number for number, key in enumerate(keys)}
            yield from sorted(incidents, key=lambda incident: order[incident.id])
            day += timedelta(days=1)

    def find(self, incident_id: str) -> Incident | None:
        """The incident with this id, or that it was merged into; none where there is none.  Reads them all."""
        known = {incident.id: incident for incident in self.all()}
        found = known.get(incident_id)
        while found is not None and found.merged_into:
            found = known.get(found.merged_into)
        return found

    def all(self) -> Iterator[Incident]:
        """Every incident, in no order."""
        yield from map(_incident, scan(self._client, self._table, FilterExpression="attribute_exists(incident)"))

    def _query(self, **options: Any) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(TableName=self._table, **options)
        with translated(f"reading {self._table}"):
            for page in pages:
                yield from page["Items"]

    def _write(self, incident: Incident, due_at: datetime | None, now: datetime) -> dict[str, Any]:
        head = head_of(incident)
        item = {
            "group": string(incident.group),
            "incident_id": string(head.key),
            "version": {"N": str(incident.version)},
            "incident": {"B": zlib.compress(encode(incident).encode())},
            "day": string(head.day.isoformat()),
            "last_seen_at": moment(head.last_seen_at),
            "changed_on": string(now.astimezone(UTC).date().isoformat()),
            "changed_at": moment(now),
        }
        if head.precision is not None:
            item["precision"] = string(head.precision)
        if head.vaguest is not None:
            item["vaguest"] = string(head.vaguest)
        if head.lat is not None and head.lon is not None:
            item |= {"lat": {"N": str(head.lat)}, "lon": {"N": str(head.lon)}}
        if head.merged_into:
            item["merged_into"] = string(head.merged_into)
        if due_at is not None:
            item |= {"due": string(_DUE), "due_at": moment(due_at)}
        return {
            "Put": {
                "TableName": self._table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(incident_id) OR #version = :before",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":before": {"N": str(incident.version - 1)}},
            }
        }


def _incident(item: dict[str, Any]) -> Incident:
    return decode(zlib.decompress(item["incident"]["B"]), Incident)


def _head(item: dict[str, Any]) -> Head:
    key = item["incident_id"]["S"]
    return Head(
        group=item["group"]["S"],
        key=key,
        id=key.partition("#")[2],
        day=date.fromisoformat(item["day"]["S"]),
        last_seen_at=datetime.fromisoformat(item["last_seen_at"]["S"]),
        lat=float(item["lat"]["N"]) if "lat" in item else None,
        lon=float(item["lon"]["N"]) if "lon" in item else None,
        precision=Precision(item["precision"]["S"]) if "precision" in item else None,
        merged_into=item["merged_into"]["S"] if "merged_into" in item else "",
        vaguest=Precision(item["vaguest"]["S"]) if "vaguest" in item else None,
    )
