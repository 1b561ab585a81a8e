"""What a person calls a reader in, the endpoint as SNS takes it out.  Asks SQS for queues."""

import json
import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urldefrag, urlsplit

from botocore.exceptions import ClientError

from shared.core.addresses import refusal
from shared.core.render.text import NO_LINK, link
from shared.errors import InputError
from sitrep.stack import Stack

# E.164: a plus, the country's code, 15 digits at most.
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
# Printable ASCII, as SNS takes it, without empty labels.  Source: RFC 5321, 4.1.2.
_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.I | re.A
)
# Source: AWS SQS API reference, CreateQueue, QueueName.
_QUEUE = re.compile(r"[A-Za-z0-9_-]{1,80}(\.fifo)?")
_QUEUE_ARN = re.compile(rf"arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d{{12}}):({_QUEUE.pattern})")
# The names that no public name server answers for.  Source: RFC 6761, RFC 6762, RFC 8375; ICANN, `internal`.
_PRIVATE = ("localhost", "local", "internal", "home.arpa", "test", "invalid", "onion")


def endpoint(protocol: str, target: str, *, is_local: bool = True) -> str:
    """The address, number or URL as SNS takes it.  Raises `InputError` for what is none.

    `is_local`: of the local stack, whose readers may be on this machine.
    """
    match protocol:
        case "email":
            return _address(target)
        case "sms":
            return _number(target)
        case "https":
            return _url(target, is_local=is_local)
    return target


def queue_of(stack: Stack, target: str, topic_arn: str) -> tuple[str, str]:
    """A queue's ARN by its ARN or name, and its URL; that is empty where it is not ours to look at.

    Raises `InputError` for what is no queue, is not there, or cannot be subscribed.
    """
    by_arn = _QUEUE_ARN.fullmatch(target)
    if not by_arn and not _QUEUE.fullmatch(target):
        raise InputError(
            f"{target!r} is no queue; give its name, or an ARN like arn:aws:sqs:eu-central-1:123456789012:q"
        )
    if target.endswith(".fifo"):
        raise InputError(f"{target} is a FIFO queue, and SNS sends these alerts to standard queues only; make one")
    home = topic_arn.split(":")[3:5]
    if by_arn and [by_arn[1], by_arn[2]] != home:
        return target, ""
    name = by_arn[3] if by_arn else target
    sqs = stack.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except ClientError as error:
        if "NonExistentQueue" not in error.response["Error"]["Code"] and "QueueDoesNotExist" not in str(error):
            raise
        raise InputError(
            f"there is no queue {name} in {home[0]}; make it first: aws sqs create-queue --queue-name {name}"
        ) from error
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"], url


def statement(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    """What a queue's policy must say for a topic's messages to reach it.

    Source: AWS SNS developer guide, "Subscribing an Amazon SQS queue to an Amazon SNS topic".
    """
    return {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }


def queue_policy(stack: Stack, url: str) -> dict[str, Any]:
    """A queue's policy as it stands; one without statements where there is none."""
    attributes = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
    found: dict[str, Any] = json.loads(attributes.get("Policy") or "{}")
    statements = found.get("Statement", [])
    listed = [statements] if isinstance(statements, dict) else statements
    return {"Version": "2012-10-17"} | found | {"Statement": listed}


def _address(target: str) -> str:
    if not _ADDRESS.fullmatch(target) or len(target) > 254 or not target.isprintable():
        raise InputError(f"{target!r} is no email address; give one like you@example.org")
    return target


def _number(target: str) -> str:
    if "(0)" in target:
        raise InputError(f"{target!r}: leave out (0), which is dialled inside a country only")
    number = re.sub(r"[ ().-]", "", target)
    if not _NUMBER.fullmatch(number):
        raise InputError(f"{target!r} is no telephone number; give it with + and its country's code, like +4917012345")
    return number


def _url(target: str, *, is_local: bool) -> str:
    url = urldefrag(link(target)).url
    if link(target) == NO_LINK:
        raise InputError(
            f"{target!r} is no web address that alerts can be sent to; give one like https://example.org/alerts, "
            "without name and password"
        )
    if is_local:
        return url
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise InputError(f"{target!r}: alerts go out encrypted only; give an address that begins with https://")
    if _is_private(parts.hostname or ""):
        raise InputError(f"{target!r} is not on the public web, where AWS could reach it")
    return url


def _is_private(host: str) -> bool:
    try:
        return bool(refusal(str(ip_address(host)), 443))
    except ValueError:
        name = host.rstrip(".").lower()
    labels = name.split(".")
    # A last label of digits is an address in disguise.  Source: URL Standard, ends in a number.
    return len(labels) < 2 or not labels[-1][:1].isalpha() or any(f".{name}".endswith(f".{end}") for end in _PRIVATE)
