"""A sample relay: what SNS delivers by https in, a message to Slack, Teams or ntfy out.

Needs Python 3.11 and `pip install cryptography`.  Three environment variables say what to do:

    TOPIC_ARN     the only topic that is believed, and confirmed
    TARGET        slack, teams or ntfy
    TARGET_URL    the webhook's address; for ntfy `https://<server>/<topic>`

Behind a Lambda function URL its handler is `relay.handler`; anywhere else `python relay.py 8080` serves plain http on
loopback, for a proxy that adds https.  Whoever can reach it can send it bytes: nothing is believed before its signature
is checked, and nothing that an article says becomes markup.
"""

import base64
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

BODY_MAX = 600_000
OLDEST = timedelta(hours=1)
TEXT_MAX = 2_500  # Slack takes 3,000 characters in a block, ntfy 4,096 bytes in a message, Teams 28 KB in all.
PRIORITY = {"critical": 5, "high": 4, "medium": 3, "low": 2}

# Source: SNS developer guide, "Verifying the signatures of Amazon SNS messages".
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class Refused(Exception):
    """The body is not what our topic sends."""


def relay(
    body: bytes,
    topic_arn: str,
    target: str,
    target_url: str,
    now: datetime,
    get: Callable[[str], bytes],
    post: Callable[[str, Mapping[str, object]], None],
) -> str:
    """Confirms a subscription, or posts an alert; says in a word which.

    Raises Refused.
    """
    message = checked(body, topic_arn, now, get)
    if message["Type"] == "SubscriptionConfirmation":
        get(amazon_url(message["SubscribeURL"], topic_arn))
        return "confirmed"
    alert = json.loads(message["Message"])
    if alert.get("schema_version") != 1:
        raise Refused("this is not version 1 of what sitrep sends")
    url, payload = SHAPES[target](alert, target_url)
    post(url, payload)
    return "posted"


def checked(body: bytes, topic_arn: str, now: datetime, get: Callable[[str], bytes]) -> dict[str, str]:
    """What SNS said, once it is sure that SNS said it, of our topic, and lately.

    Raises Refused.
    """
    try:
        message = json.loads(body) if len(body) <= BODY_MAX else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not all(isinstance(value, str) for value in message.values()):
        raise Refused("not a message of SNS")
    if message.get("TopicArn") != topic_arn:
        raise Refused("of another topic")
    if message.get("Type") not in SIGNED:
        raise Refused("neither an alert nor a request to confirm")
    if message.get("SignatureVersion") != "2":
        raise Refused("signed with SHA-1: set the topic's SignatureVersion to 2")
    names = [name for name in SIGNED[message["Type"]] if name in message or name != "Subject"]
    try:
        text = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
        signature = base64.b64decode(message["Signature"], validate=True)
        sent_at = datetime.fromisoformat(message["Timestamp"])
        pem = get(amazon_url(message["SigningCertURL"], topic_arn))
        key = load_pem_x509_certificate(pem).public_key()
    except (KeyError, ValueError) as error:
        raise Refused("its signature cannot be read") from error
    if not isinstance(key, RSAPublicKey):
        raise Refused("not signed with RSA")
    try:
        key.verify(signature, text, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise Refused("the signature is not SNS's") from error
    if abs(now - sent_at) > OLDEST:
        raise Refused("sent too long ago: it may have been recorded and played again")
    return message


def amazon_url(url: str, topic_arn: str) -> str:
    """The address, if it is one of SNS's own in the topic's region: anybody can sign with a certificate of his own."""
    _, partition, _, region, *_ = topic_arn.split(":")
    host = f"sns.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc != host:
        raise Refused("an address that is not Amazon's")
    return url


def words(alert: Mapping[str, Any]) -> str:
    """The alert's first lines, its first sources, and its id."""
    listed = alert["sources"] if alert["type"] == "alert" else alert["incidents"]
    links = list(dict.fromkeys(each["url"] for each in listed if each.get("url")))[:3]
    name = f"Incident {alert['incident_id']}, revision {alert['revision']}" if alert["type"] == "alert" else ""
    return "\n".join(filter(None, (alert["summary"][: TEXT_MAX - 500], *(link[:150] for link in links), name)))


def slack(alert: Mapping[str, Any], url: str) -> tuple[str, dict[str, object]]:
    """Plain text, so that no `<!channel>` of a headline calls anybody; the notification's own text is escaped."""
    notice = alert["headline"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    block = {"type": "section", "text": {"type": "plain_text", "text": words(alert), "emoji": False}}
    return url, {"text": notice, "blocks": [block]}


def teams(alert: Mapping[str, Any], url: str) -> tuple[str, dict[str, object]]:
    """A card for a workflow ("when a Teams webhook request is received"); its text runs know no Markdown."""
    runs = [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line, "weight": weight}]}
        for line, weight in [(alert["headline"], "Bolder"), *((each, "Default") for each in words(alert).split("\n"))]
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": runs,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return url, {"type": "message", "attachments": [attachment]}


def ntfy(alert: Mapping[str, Any], url: str) -> tuple[str, dict[str, object]]:
    """JSON goes to the server's root and names the topic; a body for the topic's own address is plain text."""
    server, _, topic = url.rstrip("/").rpartition("/")
    short = words(alert).encode()[:3_500].decode(errors="ignore")
    payload = {"topic": topic, "title": alert["headline"], "message": short, "tags": ["sitrep", alert["status"]]}
    return server, {**payload, "priority": PRIORITY[alert.get("severity_word", "low")]}


SHAPES: dict[str, Callable[[Mapping[str, Any], str], tuple[str, dict[str, object]]]] = {
    "slack": slack,
    "teams": teams,
    "ntfy": ntfy,
}


def get(url: str) -> bytes:
    """What lies at an address of Amazon's."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - `amazon_url` lets https alone pass
        return bytes(answer.read(100_000))


def post(url: str, payload: Mapping[str, object]) -> None:
    """Hands the message on; an error makes SNS deliver it again."""
    body = json.dumps(payload).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=10):  # noqa: S310 - the operator's
        pass


def answer(body: bytes) -> tuple[int, str]:
    """The status that SNS gets: 200, or 403 for what is not its own.  What fails on the way raises: SNS tries again."""
    names = ("TOPIC_ARN", "TARGET", "TARGET_URL")
    try:
        return 200, relay(body, *(os.environ[name] for name in names), datetime.now(UTC), get, post)
    except Refused as error:
        return 403, str(error)


def handler(event: Mapping[str, Any], _: object) -> dict[str, object]:
    """The door of a Lambda function URL."""
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    status, said = answer(raw)
    return {"statusCode": status, "body": said}


class Door(BaseHTTPRequestHandler):
    """The same as a server of its own."""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        fits = re.fullmatch(r"\d{1,6}", length) is not None and int(length) <= BODY_MAX
        try:
            status, said = answer(self.rfile.read(int(length))) if fits else (413, "too long")
        except OSError as error:
            status, said = 502, f"cannot pass it on: {error}"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said.encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Door).serve_forever()
