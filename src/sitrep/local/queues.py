"""moto's queues, made to wait their turn and to be asked what they hold.  Touches moto; call with the turn."""

import time
from collections.abc import Iterator
from threading import Condition
from typing import Any

from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

_MOMENT_SECONDS = 30
# Counts the runners: a long poll of one that was killed must take nothing any more.
_runner = 0


def share_turns(turn: Condition) -> None:
    """Let a long poll wait without keeping everybody else from their turn.

    moto would wait on a lock of the queue and keep the turn; we wait for the next request, or a second (some messages
    become visible with time), and look again.  A poll whose runner was killed meanwhile ends with nothing: it has
    nobody left to answer, and what it took would stay hidden until its visibility time-out.
    """
    receive = SQSBackend.receive_message

    def receive_message(
        self: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *rest: Any, **options: Any
    ) -> list[Message]:
        began_for = _runner
        until = time.monotonic() + int(wait_seconds_timeout)
        while True:
            messages: list[Message] = receive(self, queue_name, count, 0, *rest, **options)
            left = until - time.monotonic()
            if messages or left <= 0:
                return messages
            turn.wait(timeout=min(left, 1))
            if began_for != _runner:
                return []

    setattr(SQSBackend, "receive_message", receive_message)  # noqa: B010 - mypy will not have a method assigned


def depths() -> dict[str, Any]:
    """Name of each queue -> how many messages it holds, how many of them somebody is at work on or are to come back.

    A message that is held back for more than a moment is no work yet: nobody waits for it who waits for all work's end.
    """
    return {
        queue.name: {
            "messages": sum(not _is_held_back(message) for message in queue._messages),
            "in_flight": queue.approximate_number_of_messages_not_visible,
            "back_at": min((m.visible_at for m in queue._messages if not m.visible), default=0) / 1000,
        }
        for queue in _queues()
    }


def _is_held_back(message: Message) -> bool:
    return bool(message.delayed_until / 1000 - time.time() > _MOMENT_SECONDS)


def release() -> int:
    """Make visible again what is in flight; how many messages that is.

    Its consumer died, and not the function: the delivery does not count towards the dead-letter queue.
    """
    global _runner
    _runner += 1
    released = 0
    for queue in _queues():
        for message in queue._messages:
            if not message.visible:
                message.visible_at = 0.0
                message.approximate_receive_count -= 1
                released += 1
        queue.pending_messages.clear()
    return released


def _queues() -> Iterator[Queue]:
    for regions in sqs_backends.values():
        for backend in regions.values():
            yield from backend.queues.values()
