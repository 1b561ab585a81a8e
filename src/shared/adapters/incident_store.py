"""Incidents, packed: an item may have 400 KB, and one big strike fills newspapers."""

import zlib
from collections.abc import Iterator
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import put, scan, string
from shared.core.codec import decode, encode
from shared.errors import TransientError
from shared.types import Incident


class IncidentStore:
    """Incidents with all their stories, packed: an item may have 400 KB, and one big strike fills newspapers."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def of_group(self, group: str) -> list[Incident]:
        """The incidents of one group, in no order."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#group = :group",
            ExpressionAttributeNames={"#group": "group"},
            ExpressionAttributeValues={":group": string(group)},
            ConsistentRead=True,
        )
        with translated(f"reading incidents of {group}"):
            return [_incident(item) for page in pages for item in page["Items"]]

    def put(self, incident: Incident) -> None:
        """Keeps an incident whose `version` is one more than the stored one's.

        Raises `TransientError` when another writer was first: the record comes back and meets the newer incident.
        """
        kept = put(
            self._client,
            self._table,
            {
                "group": string(incident.group),
                "incident_id": string(incident.id),
                "version": {"N": str(incident.version)},
                "incident": {"B": zlib.compress(encode(incident).encode())},
            },
            condition="attribute_not_exists(incident_id) OR #version = :before",
            names={"#version": "version"},
            values={":before": {"N": str(incident.version - 1)}},
        )
        if not kept:
            raise TransientError(f"incident {incident.id} was changed by another writer")

    def all(self) -> Iterator[Incident]:
        """Every incident, in no order."""
        for item in scan(self._client, self._table):
            yield _incident(item)


def _incident(item: dict[str, Any]) -> Incident:
    return decode(zlib.decompress(item["incident"]["B"]), Incident)
