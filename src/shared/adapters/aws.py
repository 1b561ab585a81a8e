"""AWS's exceptions in, ours out; the one place that makes clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import TransientError

_PASSING = frozenset(
    {
        "ConditionalRequestConflict",  # S3's 409: two writers of one key at once
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "KMSThrottled",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "TransactionConflictException",
    }
)


@lru_cache
def client(service: str) -> Any:
    """The client of an AWS service; one a process, made at first use.

    `AWS_ENDPOINT_URL` in the environment points it at the local stack.
    """
    return boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 3}))  # type: ignore[call-overload]


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turns what may pass (throttling, 5xx, no connection) into `TransientError`; the rest flies on: it is our bug."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code(error) in _PASSING or status >= 500:
            raise TransientError(f"{doing}: {error}") from error
        raise
    except BotoCoreError as error:
        raise TransientError(f"{doing}: {error}") from error


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
