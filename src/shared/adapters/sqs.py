"""Messages into SQS, and a look at those that were given up."""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters.aws import translated
from shared.errors import TransientError

_BATCH = 10
_BATCH_BYTES = 1_000_000
"""Of the 1 MiB that SQS takes in one call, leaving room for the frame.  Source: SQS quotes, SendMessageBatch."""
_LOOKS = 50
_LOOK_SECONDS = 60

_LONGEST_DELAY_S = 900
"""Source: SQS API reference, SendMessage, DelaySeconds."""


class Queue:
    """A standard queue, or a FIFO one when messages carry a group."""

    def __init__(self, url: str, client: Any) -> None:
        self._url = url
        self._client = client

    def send(
        self,
        messages: Iterable[str],
        *,
        groups: Iterable[tuple[str, str]] | None = None,
        delay: timedelta = timedelta(),
    ) -> None:
        """Hands every message on, in order.  `groups` gives a FIFO queue each message's group and deduplication id.

        A standard queue holds them back for `delay`, or for 15 minutes, which is as long as SQS can.

        Raises `TransientError` when any was not taken: the caller's record comes back, and a repeat is harmless.
        """
        fifo = (
            [{"MessageGroupId": group, "MessageDeduplicationId": key} for group, key in groups]
            if groups
            else itertools.repeat({})
        )
        seconds = min(_LONGEST_DELAY_S, math.ceil(delay.total_seconds()))
        held: dict[str, Any] = {"DelaySeconds": seconds} if seconds > 0 else {}
        entries = [
            {"MessageBody": body, **extra, **held} for body, extra in zip(messages, fifo, strict=groups is not None)
        ]
        for batch in _batches(entries):
            numbered = [{"Id": str(number), **entry} for number, entry in enumerate(batch)]
            with translated(f"sending to {self._url}"):
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=numbered)
            if answer.get("Failed"):
                raise TransientError(f"sending to {self._url}: {answer['Failed'][0].get('Message', 'refused')}")


@dataclass(frozen=True, slots=True)
class Dead:
    """A message in a dead-letter queue."""

    id: str
    body: str
    sent_at: datetime


class DeadLetters:
    """A dead-letter queue, to be looked into: all that lies there stays, for whoever mends the cause."""

    def __init__(self, url: str, client: Any) -> None:
        self._url = url
        self._client = client

    def count(self) -> int:
        """About how many messages lie there."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        with translated(f"looking into {self._url}"):
            found = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def look(self) -> list[Dead]:
        """What lies there, some hundreds at most; of a FIFO queue, ten a group.

        For a minute nobody else gets what was looked at, so none is sent back while its entry is being quarantined.
        """
        found: dict[str, Dead] = {}
        for _ in range(_LOOKS):
            with translated(f"looking into {self._url}"):
                messages = self._client.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=_BATCH,
                    VisibilityTimeout=_LOOK_SECONDS,
                    WaitTimeSeconds=1,  # without any waiting SQS asks some of its servers only
                    MessageSystemAttributeNames=["SentTimestamp"],
                ).get("Messages", [])
            if not messages:
                break
            for one in messages:
                sent_at = datetime.fromtimestamp(int(one["Attributes"]["SentTimestamp"]) / 1000, UTC)
                found[one["MessageId"]] = Dead(one["MessageId"], one["Body"], sent_at)
        return list(found.values())


def _batches(entries: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"].encode())
        if batch and (len(batch) == _BATCH or size + length > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch
