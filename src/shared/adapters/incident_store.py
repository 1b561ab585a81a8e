"""Incidents, packed: an item may have 400 KB, and one big strike fills newspapers."""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated
from shared.adapters.dynamodb import get_many, moment, scan, string
from shared.core.codec import decode, encode
from shared.core.incidents import head_of
from shared.core.kinship import cell_of, days_over, last_day
from shared.errors import TransientError
from shared.types import Head, Incident

_DUE = "due"


class IncidentStore:
    """Incidents with all their stories and alerts.

    Two local indexes hold their heads, by cell and by day: DynamoDB writes an index's entry with its item or not at
    all, and reads it as consistently, so that a head never stands where its incident does not.
    """

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def heads(self, group: str, days: tuple[date, date], cells: Iterable[str] | None = None) -> list[Head]:
        """Of the incidents of a group that were told of last on these days, where and when they are; in no order.

        Those of these cells; of all of them where none are given.  Incidents that are merged into others are left out.
        """
        since, until = (day.isoformat() for day in days)
        ranges = (
            [("days", "last_day", since, until)]
            if cells is None
            else [("cells", "cell_day", f"{cell}#{since}", f"{cell}#{until}") for cell in cells]
        )
        return [
            decode(item["head"]["S"], Head)
            for year in _years(*days_over(days))
            for index, name, first, last in ranges
            for item in self._between(group, year, name, first, last, IndexName=index, ProjectionExpression="head")
        ]

    def opened(self, group: str, days: tuple[date, date]) -> dict[date, int]:
        """How many incidents of a group were opened under each of the days that `heads` looks at; no 0."""
        since, until = days_over(days)
        first, last = (_opened_key(day) for day in (since, until))
        items = (
            item for year in _years(since, until) for item in self._between(group, year, "incident_id", first, last)
        )
        return {
            date.fromisoformat(item["incident_id"]["S"].partition("#")[2]): int(item["opened"]["N"]) for item in items
        }

    def get(self, heads: Iterable[Head]) -> list[Incident]:
        """The incidents of these heads, in no order."""
        return self.get_keys((head.group, head.key) for head in heads)

    def get_keys(self, keys: Iterable[tuple[str, str]]) -> list[Incident]:
        """The incidents that lie under these groups and keys, in no order; those that do not exist are left out."""
        items = [_key(group, key) for group, key in keys]
        return [_incident(item) for item in get_many(self._client, self._table, items)]

    def put(self, incidents: Sequence[tuple[Incident, datetime | None]], now: datetime) -> list[Incident]:
        """Keeps incidents, all of them or none, each with when there is something to do about it again.

        Returns them as they are kept.  Raises `TransientError` when another writer was first with one of them: the
        record comes back and meets the newer incident.
        """
        kept = [(replace(incident, version=incident.version + 1), due_at) for incident, due_at in incidents]
        writes = [self._write(incident, due_at, now) for incident, due_at in kept]
        new = Counter((incident.group, incident.opened_on) for incident, _ in incidents if not incident.version)
        writes += [self._count(group, day, number) for (group, day), number in new.items()]
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
        """The incident with this id, or that it was merged into; none where there is none.

        One that was opened this second may not be found yet.
        """
        found = self._of_id(incident_id)
        while found is not None and found.merged_into:
            found = self._of_id(found.merged_into)
        return found

    def _of_id(self, incident_id: str) -> Incident | None:
        items = self._query(
            IndexName="ids",
            KeyConditionExpression="id = :id",
            ExpressionAttributeValues={":id": string(incident_id)},
        )
        keys = [{"group": item["group"], "incident_id": item["incident_id"]} for item in items]
        return next(map(_incident, get_many(self._client, self._table, keys)), None)

    def all(self) -> Iterator[Incident]:
        """Every incident, in no order."""
        yield from map(_incident, scan(self._client, self._table, FilterExpression="attribute_exists(incident)"))

    def _between(
        self, group: str, year: int, name: str, first: str, last: str, **options: Any
    ) -> Iterator[dict[str, Any]]:
        return self._query(
            KeyConditionExpression="#group = :group AND #name BETWEEN :first AND :last",
            ExpressionAttributeNames={"#group": "group", "#name": name},
            ExpressionAttributeValues={
                ":group": string(_partition(group, year)),
                ":first": string(first),
                ":last": string(last),
            },
            ConsistentRead=True,
            **options,
        )

    def _query(self, **options: Any) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(TableName=self._table, **options)
        with translated(f"reading {self._table}"):
            for page in pages:
                yield from page["Items"]

    def _write(self, incident: Incident, due_at: datetime | None, now: datetime) -> dict[str, Any]:
        head = head_of(incident)
        item = {
            **_key(incident.group, head.key),
            "id": string(incident.id),
            "version": {"N": str(incident.version)},
            "incident": {"B": zlib.compress(encode(incident).encode())},
            "changed_on": string(now.astimezone(UTC).date().isoformat()),
            "changed_at": moment(now),
        }
        if head.spots:
            day = last_day(head).isoformat()
            item |= {
                "head": string(encode(head)),
                "last_day": string(day),
                "cell_day": string(f"{cell_of(head)}#{day}"),
            }
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

    def _count(self, group: str, day: date, number: int) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(group, day.isoformat()) | {"incident_id": string(_opened_key(day))},
                "UpdateExpression": "ADD opened :number",
                "ExpressionAttributeValues": {":number": {"N": str(number)}},
            }
        }


def _partition(group: str, year: int) -> str:
    """What lies together: with local indexes at most 10 GB, and a year of a country's worst is half of that."""
    return f"{group}#{year}"


def _key(group: str, key: str) -> dict[str, Any]:
    return {"group": string(_partition(group, int(key[:4]))), "incident_id": string(key)}


def _opened_key(day: date) -> str:
    return f"opened#{day.isoformat()}"


def _years(since: date, until: date) -> range:
    return range(since.year, until.year + 1)


def _incident(item: dict[str, Any]) -> Incident:
    return decode(zlib.decompress(item["incident"]["B"]), Incident)
