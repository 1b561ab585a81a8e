"""What the stores share: conditional writes, scans and plain values of DynamoDB."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated
from shared.errors import TransientError

_BATCH = 100
"""Items that one BatchGetItem takes."""


def string(text: str) -> dict[str, str]:
    """A text as DynamoDB takes it."""
    return {"S": str(text)}


def moment(moment: datetime) -> dict[str, str]:
    """A UTC time as a text that sorts by time, to the microsecond."""
    return string(moment.isoformat(timespec="microseconds"))


def expiry(moment: datetime) -> dict[str, str]:
    """When an item may be deleted, as `expires_at` says it: DynamoDB does so within days, and bills no write."""
    return {"N": str(math.ceil(moment.timestamp()))}


def scan(client: Any, table: str, **options: Any) -> Iterator[dict[str, Any]]:
    """Every item of a table, or of the index that the options name, in no order."""
    with translated(f"reading {table}"):
        for page in client.get_paginator("scan").paginate(TableName=table, **options):
            yield from page["Items"]


def get(client: Any, table: str, key: dict[str, Any], doing: str = "") -> dict[str, Any] | None:
    """The item under a key, as last written; none where there is none."""
    with translated(doing or f"reading {table}"):
        answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    item: dict[str, Any] | None = answer.get("Item")
    return item


def get_many(
    client: Any, table: str, keys: Sequence[dict[str, Any]], *, consistent: bool = True
) -> list[dict[str, Any]]:
    """The items under these keys, in no order; those that do not exist are left out.

    What need not be `consistent`, and may be as it was a second ago, costs half.
    """
    found: list[dict[str, Any]] = []
    while keys:
        asked, keys = keys[:_BATCH], keys[_BATCH:]
        with translated(f"reading {table}"):
            answer = client.batch_get_item(RequestItems={table: {"Keys": asked, "ConsistentRead": consistent}})
        rest = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if len(rest) == len(asked):
            raise TransientError(f"reading {table}: DynamoDB handed out none")
        keys = [*rest, *keys]
        found += answer["Responses"].get(table, [])
    return found


def put(
    client: Any,
    table: str,
    item: dict[str, Any],
    condition: str,
    names: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> bool:
    """Stores an item in place of the one under its key; False when the condition did not hold."""
    more: dict[str, Any] = {}
    if names:
        more["ExpressionAttributeNames"] = names
    if values:
        more["ExpressionAttributeValues"] = values
    return _held(
        f"writing to {table}", client.put_item, TableName=table, Item=item, ConditionExpression=condition, **more
    )


def update(
    client: Any,
    table: str,
    key: dict[str, Any],
    expression: str,
    values: dict[str, Any] | None = None,
    condition: str = "",
    names: dict[str, str] | None = None,
) -> bool:
    """Changes an item, which is made where there is none; False when the condition did not hold."""
    more: dict[str, Any] = {}
    if names:
        more["ExpressionAttributeNames"] = names
    if values:
        more["ExpressionAttributeValues"] = values
    if condition:
        more["ConditionExpression"] = condition
    return _held(
        f"writing to {table}",
        client.update_item,
        TableName=table,
        Key=key,
        UpdateExpression=expression,
        **more,
    )


def _held(doing: str, write: Any, **request: Any) -> bool:
    """Does a conditional write; False when its condition did not hold."""
    try:
        with translated(doing):
            write(**request)
    except ClientError as error:
        if code(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
