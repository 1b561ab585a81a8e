"""A dead-letter queue as its operator works on it: looked into, sent back from, dropped from.  Talks to SQS."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from shared.errors import InputError
from shared.pipeline import STEPS
from sitrep.stack import Stack

QUEUES = tuple(
    queue.removesuffix("Queue").lower() for step in STEPS for queue in step.woken_by if queue.endswith("Queue")
)
"""The words of the queues that wake a step."""
HELD_SECONDS = 300
"""For so long nobody else gets what a person is looking at."""
# Without any waiting SQS asks some of its servers only.
_WAIT_SECONDS = 1
_BATCH = 10
# Source: AWS SQS API reference, SendMessage, MessageDeduplicationId.
_ONCE_MAX = 128


@dataclass(frozen=True, slots=True)
class Held:
    """A message that was given up, and that we hold."""

    id: str
    body: str
    receipt: str
    sent_at: datetime
    tried_at: datetime | None
    """For the first time; none where nobody did."""
    tries: int
    """How often it was received, by whoever looked into the dead letters as well."""
    group: str = ""
    once: str = ""
    """What a FIFO queue drops repeats by."""
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def why_undelivered(self) -> str:
        """What EventBridge says of a message that it could not hand on; empty for all others."""
        return str(self.attributes.get("ERROR_MESSAGE", {}).get("StringValue", ""))


class DeadQueue:
    """The dead letters of one queue."""

    def __init__(self, word: str, stack: Stack) -> None:
        """Raises `InputError` for a stack that has no such queue."""
        outputs = [f"{word.capitalize()}DeadLetters", f"{word.capitalize()}Queue"]
        if missing := [name for name in outputs if name not in stack.outputs]:
            raise InputError(f"the stack {stack.name} has no output {missing[0]}: deploy it anew")
        self._url, self._home = (stack.outputs[name] for name in outputs)
        self._sqs = stack.client("sqs")

    def count(self) -> int:
        """About how many messages lie there."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def hold(self, most: int) -> list[Held]:
        """Takes so many messages in hand, at most; of a FIFO queue ten a group, for those behind must wait."""
        found: dict[str, Held] = {}
        while len(found) < most:
            messages = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(_BATCH, most - len(found)),
                VisibilityTimeout=HELD_SECONDS,
                WaitTimeSeconds=_WAIT_SECONDS,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not messages:
                break
            found |= {one["MessageId"]: _held(one) for one in messages}
        return list(found.values())

    def let_go(self, held: Iterable[Held]) -> None:
        """Others get these again."""
        for one in held:
            with suppress(ClientError):  # it was held for too long: others get it already
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=one.receipt, VisibilityTimeout=0)

    def send_back(self, held: Held) -> None:
        """Hands a message to the queue whose step gave it up, and takes it away here.

        Sends first: dying in between repeats a message, which every step takes calmly, and loses none.
        """
        told: dict[str, Any] = {"MessageAttributes": held.attributes} if held.attributes else {}
        if held.group:
            # By an id of its own: by its old one SQS would drop what comes within five minutes of its last try.  The
            # same message of these dead letters has the same, so that one that is sent back twice comes once.
            told |= {"MessageGroupId": held.group, "MessageDeduplicationId": f"{held.once}.{held.id}"[-_ONCE_MAX:]}
        self._sqs.send_message(QueueUrl=self._home, MessageBody=held.body, **told)
        self.drop(held)

    def drop(self, held: Held) -> None:
        """Takes a message away for good."""
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=held.receipt)


def _held(message: dict[str, Any]) -> Held:
    told = message["Attributes"]
    tried = told.get("ApproximateFirstReceiveTimestamp")
    return Held(
        id=message["MessageId"],
        body=message["Body"],
        receipt=message["ReceiptHandle"],
        sent_at=_moment(told["SentTimestamp"]),
        tried_at=_moment(tried) if tried else None,
        tries=int(told["ApproximateReceiveCount"]),
        group=told.get("MessageGroupId", ""),
        once=told.get("MessageDeduplicationId", ""),
        attributes={
            name: {key: one[key] for key in ("DataType", "StringValue", "BinaryValue") if key in one}
            for name, one in message.get("MessageAttributes", {}).items()
        },
    )


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
