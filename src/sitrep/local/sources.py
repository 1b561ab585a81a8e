"""What wakes the functions: a queue's messages and schedules, by Lambda's rules.  Talks to the AWS process and workers.

Lambda's rules for a queue: up to a batch at once; what succeeded is deleted, what failed is left to come back when its
visibility time-out has passed, and to end in the dead-letter queue: counting and moving are the queue's own business.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sitrep.local.cloud import ACCOUNT, REGION
from sitrep.local.template import QueueSource, Schedule
from sitrep.local.worker import FunctionError, Worker

# SQS hands out ten messages at most, whatever the batch size.
MOST_AT_ONCE = 10
POLL_SECONDS = 20

Failed = Callable[[str, str], None]
"""Takes the step and what went wrong."""


@dataclass(frozen=True, slots=True)
class QueueTrigger:
    """Feeds a function with a queue's messages."""

    source: QueueSource
    url: str
    arn: str
    worker: Worker
    sqs: Any
    failed: Failed

    def run(self, over: threading.Event) -> None:
        """Poll until it is over.  The messages at work when the process ends are the next runner's to release."""
        while not over.is_set():
            self.poll()

    def poll(self, wait: int = POLL_SECONDS) -> int:
        """Receive one batch, have it handled, and delete what succeeded; how many messages there were."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=min(self.source.batch_size, MOST_AT_ONCE),
            WaitTimeSeconds=wait,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if messages:
            done = self._handle(messages)
            if done:
                entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(done)]
                self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)
        return len(messages)

    def _handle(self, messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Wake the function; the messages that it is done with."""
        try:
            response = self.worker.invoke({"Records": [record(message, self.arn) for message in messages]})
        except FunctionError as error:
            self.failed(self.worker.function.step, str(error))
            return []
        if not self.source.reports_failures:
            return list(messages)
        failed = failed_ids(response, {message["MessageId"] for message in messages})
        if failed:
            self.failed(self.worker.function.step, f"{len(failed)} of {len(messages)} records failed")
        return [message for message in messages if message["MessageId"] not in failed]


@dataclass(frozen=True, slots=True)
class ScheduleTrigger:
    """Wakes a function at once, one that sums up when others had their time, and then every so often."""

    schedule: Schedule
    worker: Worker
    failed: Failed

    def run(self, over: threading.Event) -> None:
        every = self.schedule.every.total_seconds()
        due = time.monotonic() + (every if self.schedule.is_seldom else 0)
        while not over.wait(timeout=max(0.0, due - time.monotonic())):
            self.fire()
            # A time that passed while the function ran is skipped, not made up for.
            due += every * max(1, -(-(time.monotonic() - due) // every))

    def fire(self) -> bool:
        """Wake the function once; whether it did well."""
        try:
            told = self.schedule.input
            self.worker.invoke(json.loads(told) if told else schedule_event(self.schedule.name, datetime.now(UTC)))
        except FunctionError as error:
            self.failed(self.worker.function.step, str(error))
            return False
        return True


def failed_ids(response: Any, sent: set[str]) -> set[str]:
    """The messages that a function says it failed on; all of them when it says it wrongly.  Pure.

    Source: Lambda's guide, "Handling errors for an SQS event source": empty and null answers are successes; a wrong
    key, an empty, null or unknown id means the whole batch.
    """
    if response is None or response == {}:
        return set()
    if not isinstance(response, Mapping):
        return sent
    failures = response.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return sent
    named = [failure.get("itemIdentifier") if isinstance(failure, Mapping) else None for failure in failures]
    return {name for name in named if name} if all(name in sent for name in named) else sent


def record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    """A received message as the record that Lambda hands to a function.  Pure."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {key[0].lower() + key[1:]: part for key, part in value.items()}
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def schedule_event(name: str, now: datetime) -> dict[str, Any]:
    """What EventBridge Scheduler hands to a function when the template gives no input.  Pure but for the id."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{name}"],
        "detail": "{}",
    }
