"""Alerts out through SNS."""

from typing import Any

from shared.adapters.aws import translated
from shared.core.sns_contract import check


class Topic:
    def __init__(self, arn: str, client: Any) -> None:
        self._arn = arn
        self._client = client

    def publish(self, message: dict[str, Any]) -> str:
        """Sends a message to every subscriber whose filter it passes; SNS's id for it.

        Raises `ContractError` for a message that SNS would refuse or garble, before anything is sent.
        """
        check(message)
        with translated(f"publishing to {self._arn}"):
            return str(self._client.publish(TopicArn=self._arn, **message)["MessageId"])
