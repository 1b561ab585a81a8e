"""moto's queues, made to wait their turn and to be asked what they hold.  Touches moto; call with the turn."""

from collections.abc import Iterator
from threading import Condition
from typing import Any

from moto.sqs.models import Queue, sqs_backends


def share_turns(turn: Condition) -> None:
    """Let a long poll wait without keeping everybody else from their turn.

    moto waits on a lock of each queue; it would keep the turn while it does.  It also waits for any visible message,
    and so spins while one is visible but its group is locked: we wait for the next request, or a second (for what
    becomes visible with time), and look again.
    """

    def wait_for_messages(self: Queue, timeout: int) -> None:
        turn.wait(timeout=min(timeout, 1))

    setattr(Queue, "wait_for_messages", wait_for_messages)  # noqa: B010 - mypy will not have a method assigned


def depths() -> dict[str, Any]:
    """Name of each queue -> how many messages it holds, how many of them somebody is at work on or are to come back."""
    return {
        queue.name: {
            "messages": len(queue._messages),
            "in_flight": queue.approximate_number_of_messages_not_visible,
            "back_at": min((m.visible_at for m in queue._messages if not m.visible), default=0) / 1000,
        }
        for queue in _queues()
    }


def release() -> int:
    """Make visible again what is in flight; how many messages that is.

    Its consumer died, and not the function: the delivery does not count towards the dead-letter queue.
    """
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
