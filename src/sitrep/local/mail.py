"""Email and SMS as their readers would get them: what SNS is told -> files in the outbox.  Touches the outbox.

moto drops email and SMS; here they are written where they would have been delivered, after the filter policy matched.
Nothing is checked: what a wrong message would look like is what people should see.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moto.sns.models import SNSBackend, Subscription

MAIL = frozenset({"email", "email-json", "sms"})

# What SNS writes where a message has no subject.
NO_SUBJECT = "AWS Notification Message"


class Outbox:
    """The folder that stands for everybody's inbox and telephone."""

    def __init__(self, messages: Path) -> None:
        self.messages = messages
        self.count = _whole_lines(messages)

    def deliver(
        self,
        *,
        protocol: str,
        endpoint: str,
        subject: str | None,
        body: str,
        attributes: Mapping[str, Any],
        message_id: str,
        topic: str | None,
        sender: str,
    ) -> None:
        """Write one message: a text file, then its line in messages.jsonl, on disk before this returns."""
        self.count += 1
        now = datetime.now(UTC)
        line = {
            "protocol": protocol,
            "endpoint": endpoint,
            "subject": subject,
            "body": body,
            "attributes": attributes,
            "sent_at": now.isoformat(timespec="milliseconds"),
            "message_id": message_id,
            "topic": topic,
        }
        slug = re.sub(r"[^a-z0-9]+", "-", (subject or body).lower()).strip("-")[:60].rstrip("-")
        name = "-".join(filter(None, [f"{self.count:04}", protocol, slug]))
        heading = [f"From: {sender}", f"To: {endpoint}", f"Date: {now:%Y-%m-%d %H:%M:%S} UTC"]
        if subject is not None:
            heading.append(f"Subject: {subject}")
        _write(self.messages.with_name(f"{name}.txt"), "\n".join(heading) + f"\n\n{body}\n", os.O_TRUNC)
        _write(self.messages, json.dumps(line, ensure_ascii=False) + "\n", os.O_APPEND)


def deliver_to(outbox: Outbox) -> None:
    """From now on, what moto's SNS publishes to email and SMS goes to the outbox."""
    publish_to_subscription = Subscription.publish
    publish = SNSBackend.publish

    def to_subscription(
        self: Subscription,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> None:
        if self.protocol not in MAIL:
            publish_to_subscription(
                self, message, message_id, subject, message_attributes, group_id, deduplication_id, message_structure
            )
            return
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            return
        if message_structure == "json":
            message = self._parse_message_structure(message, self.protocol)
        if self.protocol == "email-json":
            message = _notification(message, message_id, subject, self.topic.arn, message_attributes)
        name = self.topic.display_name or self.topic.name
        if self.protocol == "sms" and self.topic.display_name:
            message = f"{self.topic.display_name.upper()}> {message}"  # as SNS does
        outbox.deliver(
            protocol=self.protocol,
            endpoint=self.endpoint,
            subject=None if self.protocol == "sms" else subject or NO_SUBJECT,
            body=message,
            attributes=_plain(message_attributes),
            message_id=message_id,
            topic=self.topic.arn,
            sender=name if self.protocol == "sms" else f"{name} <no-reply@sns.amazonaws.com>",
        )

    def to_number(self: SNSBackend, message: str, arn: str | None, phone_number: str | None = None, **rest: Any) -> str:
        message_id: str = publish(self, message, arn, phone_number, **rest)
        if phone_number:
            outbox.deliver(
                protocol="sms",
                endpoint=phone_number,
                subject=None,
                body=message,
                attributes=_plain(rest.get("message_attributes")),
                message_id=message_id,
                topic=None,
                sender="NOTICE",
            )
        return message_id

    _replace(Subscription, "publish", to_subscription)
    _replace(SNSBackend, "publish", to_number)


def _replace(owner: type, name: str, method: Callable[..., Any]) -> None:
    setattr(owner, name, method)


def _notification(
    message: str, message_id: str, subject: str | None, topic: str, attributes: dict[str, Any] | None
) -> str:
    """The JSON that an email-json reader gets."""
    content = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic,
        "Subject": subject,
        "Message": message,
    }
    content["Timestamp"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    content["MessageAttributes"] = attributes or None  # type: ignore[assignment]
    return json.dumps({key: value for key, value in content.items() if value is not None}, indent=2)


def _plain(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Attribute values as a filter policy sees them: lists and numbers, not strings that hold them."""
    plain: dict[str, Any] = {}
    for name, attribute in (attributes or {}).items():
        value = attribute["Value"]
        if isinstance(value, bytes):
            value = value.decode(errors="replace")
        is_json = attribute["Type"] in ("String.Array", "Number") and isinstance(value, str)
        plain[name] = json.loads(value) if is_json else value
    return plain


def _whole_lines(path: Path) -> int:
    """How many messages lie there.  A line that a dying process left unfinished was never acknowledged, and goes."""
    try:
        with path.open("r+b") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)
    except FileNotFoundError:
        return 0
    return content.count(b"\n")


def _write(path: Path, text: str, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(text.encode("utf-8", errors="replace"))
        os.fsync(file.fileno())
