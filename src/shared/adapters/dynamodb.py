"""What the stores share: conditional writes, scans and plain values of DynamoDB."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated


def string(text: str) -> dict[str, str]:
    return {"S": str(text)}


def moment(moment: datetime) -> dict[str, str]:
    return string(moment.isoformat(timespec="microseconds"))


def scan(client: Any, table: str, **options: Any) -> Iterator[dict[str, Any]]:
    with translated(f"reading {table}"):
        for page in client.get_paginator("scan").paginate(TableName=table, **options):
            yield from page["Items"]


def put(
    client: Any,
    table: str,
    item: dict[str, Any],
    condition: str,
    names: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> bool:
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
    values: dict[str, Any],
    condition: str,
    names: dict[str, str] | None = None,
) -> bool:
    more = {"ExpressionAttributeNames": names} if names else {}
    return _held(
        f"writing to {table}",
        client.update_item,
        TableName=table,
        Key=key,
        UpdateExpression=expression,
        ExpressionAttributeValues=values,
        ConditionExpression=condition,
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
