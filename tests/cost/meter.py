"""What AWS would bill for what the steps ask of moto: request units, requests, bytes of log."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError

Item = dict[str, Any]

EVENT_BYTES = 26
"""CloudWatch bills so many with each line.  Source: CloudWatch Logs quotas."""
_S3 = {"PutObject": "s3_puts", "ListObjectsV2": "s3_puts", "GetObject": "s3_gets", "HeadObject": "s3_gets"}
_CHUNK = 64_000
"""A message is billed by the 64 KB.  Source: SQS pricing."""


def size(item: Item | None) -> int:
    """Bytes of an item.  Source: DynamoDB developer guide, item sizes and formats."""
    return sum(len(name.encode()) + _value(value) for name, value in (item or {}).items())


def _value(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.strip("-.")) // 2 + 2
    if kind == "B":
        return len(bytes(content))
    return sum(len(each.encode()) for each in content) + 3


def writes(old: Item | None, new: Item | None) -> int:
    """Units of a write: by the larger of what was and what is, one at least."""
    return max(1, math.ceil(max(size(old), size(new)) / 1024))


class Meter:
    """Counts, from when it was made."""

    def __init__(self, call: Callable[..., Any], clients: Callable[[str], Any]) -> None:
        self.counts: Counter[str] = Counter()
        self._call = call
        self._client = clients("dynamodb")
        tables = call(self._client, "ListTables", {})["TableNames"]
        described = [call(self._client, "DescribeTable", {"TableName": name})["Table"] for name in tables]
        self._tables = {table["TableName"]: table for table in described}

    def called(self, client: Any, operation: str, request: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if service == "dynamodb" and operation in ("PutItem", "UpdateItem", "DeleteItem"):
            return self._write(client, operation, request)
        if service == "dynamodb" and operation == "TransactWriteItems":
            return self._transact(client, operation, request)
        answer = self._call(client, operation, request)
        if service == "dynamodb":
            self.counts["dynamodb_reads"] += self._reads(operation, request, answer)
        elif service == "sqs":
            self._sent(request)
        elif service == "sns":
            self.counts["sns_publishes"] += math.ceil(len(request["Message"].encode()) / _CHUNK)
        elif service == "s3":
            self.counts[_S3[operation]] += 1
            # The bucket tells EventBridge of all that is put.
            self.counts["eventbridge_events"] += operation == "PutObject"
        return answer

    def logged(self, text: str) -> None:
        lines = text.splitlines()
        self.counts["log_bytes"] += sum(len(line.encode()) + EVENT_BYTES for line in lines)

    def _sent(self, request: dict[str, Any]) -> None:
        if "Entries" not in request:
            return
        length = sum(len(entry["MessageBody"].encode()) for entry in request["Entries"])
        kind = "sqs_fifo_requests" if request["QueueUrl"].endswith(".fifo") else "sqs_requests"
        self.counts[kind] += math.ceil(length / _CHUNK)

    def _reads(self, operation: str, request: dict[str, Any], answer: dict[str, Any]) -> float:
        if operation == "GetItem":
            return _read(size(answer.get("Item")), consistent=request.get("ConsistentRead", False))
        if operation == "BatchGetItem":
            ((table, asked),) = request["RequestItems"].items()
            found = answer["Responses"].get(table, [])
            missing = [None] * (len(asked["Keys"]) - len(found))
            return sum(_read(size(item), consistent=asked.get("ConsistentRead", False)) for item in [*found, *missing])
        if operation in ("Query", "Scan"):
            # What a projection leaves out is read and billed all the same.
            whole = sum(size(self._whole(request, item)) for item in answer["Items"])
            return _read(whole, consistent=request.get("ConsistentRead", False))
        raise AssertionError(f"the meter does not know what {operation} costs")

    def _whole(self, request: dict[str, Any], item: Item) -> Item:
        if "ProjectionExpression" not in request:
            return item
        return self._item(request["TableName"], item) or item

    def _item(self, table: str, item: Item) -> Item | None:
        key = {part["AttributeName"]: item[part["AttributeName"]] for part in self._tables[table]["KeySchema"]}
        found: Item | None = self._call(self._client, "GetItem", {"TableName": table, "Key": key}).get("Item")
        return found

    def _write(self, client: Any, operation: str, request: dict[str, Any]) -> Any:
        table = request["TableName"]
        old = self._item(table, _key_of(request))
        try:
            answer = self._call(client, operation, request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                self.counts["dynamodb_writes"] += writes(old, old)
            raise
        new = self._item(table, _key_of(request))
        self.counts["dynamodb_writes"] += writes(old, new) + self._index_writes(table, old, new)
        return answer

    def _transact(self, client: Any, operation: str, request: dict[str, Any]) -> Any:
        asked = [next(iter(one.values())) for one in request["TransactItems"]]
        before = [self._item(one["TableName"], _key_of(one)) for one in asked]
        answer = self._call(client, operation, request)
        for one, old in zip(asked, before, strict=True):
            new = self._item(one["TableName"], _key_of(one))
            # Prepared and done: twice.  The indexes are written once.
            self.counts["dynamodb_writes"] += 2 * writes(old, new) + self._index_writes(one["TableName"], old, new)
        return answer

    def _index_writes(self, table: str, old: Item | None, new: Item | None) -> int:
        return sum(
            _index_writes(index, self._tables[table]["KeySchema"], old, new)
            for index in self._tables[table].get("GlobalSecondaryIndexes", ())
        )


def _key_of(request: dict[str, Any]) -> Item:
    key: Item = request.get("Key") or request["Item"]
    return key


def _read(length: int, *, consistent: bool) -> float:
    return max(1, math.ceil(length / 4096)) * (1 if consistent else 0.5)


def _index_writes(index: dict[str, Any], table_keys: list[Any], old: Item | None, new: Item | None) -> int:
    """Source: DynamoDB developer guide, global secondary indexes, write capacity: a change of key is two writes."""
    keys = [part["AttributeName"] for part in index["KeySchema"]]
    kept = {*keys, *(part["AttributeName"] for part in table_keys), *index["Projection"].get("NonKeyAttributes", ())}
    before, after = (
        {name: value for name, value in item.items() if name in kept}
        if item and all(key in item for key in keys)
        else None
        for item in (old, new)
    )
    if before == after:
        return 0
    if before is None or after is None:
        return writes(before, after)
    if any(before[key] != after[key] for key in keys):
        return writes(before, None) + writes(None, after)
    return writes(before, after)


@contextmanager
def metered(clients: Callable[[str], Any]) -> Iterator[Meter]:
    """Counts all that is asked of AWS meanwhile."""
    call = botocore.client.BaseClient._make_api_call
    meter = Meter(call, clients)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", lambda client, *asked: meter.called(client, *asked))
        yield meter
