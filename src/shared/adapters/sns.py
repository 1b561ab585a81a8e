"""Alerts out through SNS."""

import time
from datetime import timedelta
from typing import Any

from shared.adapters.aws import translated
from shared.core.sns_contract import check


class Topic:
    def __init__(self, arn: str, client: Any, gap: timedelta = timedelta()) -> None:
        """`gap`: the least time from one message to the next.  SNS shuts a mailbox that gets more than ten a second."""
        self._arn = arn
        self._client = client
        self._gap = gap.total_seconds()
        self._free_at = 0.0

    def publish(self, message: dict[str, Any]) -> str:
        """Sends a message to every subscriber whose filter it passes; SNS's id for it.

        Raises `ContractError` for a message that SNS would refuse or garble, before anything is sent.
        """
        check(message)
        now = time.monotonic()
        if self._free_at > now:
            time.sleep(self._free_at - now)
        self._free_at = max(self._free_at, now) + self._gap
        with translated(f"publishing to {self._arn}"):
            return str(self._client.publish(TopicArn=self._arn, **message)["MessageId"])
