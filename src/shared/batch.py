"""A queue's batch in, the records that failed out, for the doors that take one record after the other.

Powertools has this too, and takes an eighth of a start for it: it loads every kind of event that there is.
"""

from collections.abc import Callable
from typing import Any, Protocol


class _Logger(Protocol):
    def exception(self, msg: object) -> None: ...


def one_by_one(event: dict[str, Any], record: Callable[[str], None], logger: _Logger) -> dict[str, Any]:
    """Hands each record's body to `record`, in their order; what Lambda is told of those that raised.

    They come back alone, and the others are done: the order of a group is nothing that our steps rely on.
    """
    failed = []
    for one in event["Records"]:
        try:
            record(one["body"])
        except Exception:  # it comes back, and in the end lies in the dead letters
            logger.exception("a record failed, and will come back")
            failed.append({"itemIdentifier": one["messageId"]})
    return {"batchItemFailures": failed}
