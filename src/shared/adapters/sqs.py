"""Messages into SQS."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from shared.adapters.aws import translated
from shared.errors import TransientError

_BATCH = 10
_BATCH_BYTES = 1_000_000
"""Of the 1 MiB that SQS takes in one call, leaving room for the frame.  Source: SQS quotes, SendMessageBatch."""


class Queue:
    """A standard queue, or a FIFO one when messages carry a group."""

    def __init__(self, url: str, client: Any) -> None:
        self._url = url
        self._client = client

    def send(self, messages: Iterable[str], *, groups: Iterable[tuple[str, str]] | None = None) -> None:
        """Hands every message on, in order.  `groups` gives a FIFO queue each message's group and deduplication id.

        Raises `TransientError` when any was not taken: the caller's record comes back, and a repeat is harmless.
        """
        fifo = (
            [{"MessageGroupId": group, "MessageDeduplicationId": key} for group, key in groups]
            if groups
            else itertools.repeat({})
        )
        entries = [{"MessageBody": body, **extra} for body, extra in zip(messages, fifo, strict=groups is not None)]
        for batch in _batches(entries):
            numbered = [{"Id": str(number), **entry} for number, entry in enumerate(batch)]
            with translated(f"sending to {self._url}"):
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=numbered)
            if answer.get("Failed"):
                raise TransientError(f"sending to {self._url}: {answer['Failed'][0].get('Message', 'refused')}")


def _batches(entries: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    batch: list[dict[str, str]] = []
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
