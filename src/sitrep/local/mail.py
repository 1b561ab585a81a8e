"""Messages as their readers would get them: what SNS is told -> files in the outbox.  Touches the outbox, posts on
loopback.

moto drops email and SMS; here they are written where they would have been delivered, after the filter policy matched.
So is what goes to web addresses; it is posted as well where that is on this machine, and nowhere else: a local stack
tells nobody outside.  Nothing is checked: what a wrong message would look like is what people should see.
"""

import http.client
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from moto.sns.models import SNSBackend, Subscription

from sitrep.local.here import is_here

MAIL = frozenset({"email", "email-json", "sms"})
WEB = frozenset({"http", "https"})

# Source: AWS SNS developer guide, "Amazon SNS message delivery retries": an answer is waited for 15 seconds.
_ANSWERS_WITHIN = 15.0

# What SNS writes where a message has no subject.
NO_SUBJECT = "AWS Notification Message"


class Outbox:
    """The folder that stands for everybody's inbox and telephone."""

    def __init__(self, messages: Path) -> None:
        self.messages = messages
        self.count = _whole_lines(messages)
        self._posts: list[threading.Thread] = []

    def post(self, url: str, body: str, headers: Mapping[str, str]) -> None:
        """Hand a message to a web server of this machine, once, without waiting for it; to no other."""
        if not is_here(url):
            return
        self._posts = [one for one in self._posts if one.is_alive()]
        self._posts.append(threading.Thread(target=_post, args=(url, body, headers), daemon=True))
        self._posts[-1].start()

    @property
    def posting(self) -> int:
        """How many messages were handed to web servers and may not be answered yet."""
        return len(self._posts)

    def settle(self) -> None:
        """Return when all that was posted is answered, or will not be any more."""
        for one in self._posts:
            one.join(2 * _ANSWERS_WITHIN)

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
        if self.protocol not in MAIL | WEB:
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
        if self.protocol in WEB:
            message = json.dumps(self.get_post_data(message, message_id, subject, message_attributes), indent=2)
            outbox.post(self.endpoint, message, _headers(message_id, self.topic.arn, self.arn))
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


def _headers(message_id: str, topic: str, subscription: str) -> dict[str, str]:
    """Source: AWS SNS developer guide, "HTTP/HTTPS headers"."""
    return {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic,
        "x-amz-sns-subscription-arn": subscription,
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
    }


def _post(url: str, body: str, headers: Mapping[str, str]) -> None:
    """Tells the log how it was taken."""
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=_ANSWERS_WITHIN)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body.encode(), dict(headers))
        taken = str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        taken = f"not taken: {error!r}"
    finally:
        connection.close()
    print(f"{url}: {taken}", file=sys.stderr, flush=True)


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
