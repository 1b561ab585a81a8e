"""The sample relay of the docs does what it says: it believes SNS alone, and posts what each chat takes."""

import base64
import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from shared.core.render import render_burst, render_message
from tests.conftest import ROOT
from tests.core.render_cases import STORY, incident_of

_spec = importlib.util.spec_from_file_location("relay", ROOT / "docs" / "relay.py")
assert _spec is not None
assert _spec.loader is not None
relay = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(relay)

NOW = datetime.now(UTC)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:sitrep-alerts"
AMAZON = "https://sns.eu-central-1.amazonaws.com"
CERTIFICATE = f"{AMAZON}/SimpleNotificationService-1.pem"
ALERT = render_message(*incident_of(replace(STORY, title="<!channel> [click](https://evil.example)"))).bodies["https"]


class Signer:
    """SNS's private key, and the certificate that goes with it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), 1, NOW, NOW + timedelta(days=1))
        self.pem = builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def signed(self, **changes: str) -> dict[str, str]:
        """A notification as SNS delivers it; what is changed is signed as well."""
        message = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Subject": "Airstrike",
            "Message": ALERT,
            "Timestamp": NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
            **changes,
        }
        if message["Type"] != "Notification":
            del message["Subject"]
        names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {**message, "Signature": base64.b64encode(signature).decode()}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@contextmanager
def site(pem: bytes = b"") -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server on loopback that stands for Amazon and for a chat; what it was asked."""
    asked: list[tuple[str, bytes]] = []

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(b"")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, body: bytes) -> None:
            asked.append((self.path, body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(pem)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def passed(message: dict[str, str] | bytes, signer: Signer, target: str = "slack") -> tuple[str, list[tuple[str, Any]]]:
    """What the relay says, and what it asked for or posted on the way; Amazon's addresses lead to loopback."""
    with site(signer.pem) as (here, asked):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        said = relay.relay(
            body, TOPIC, target, f"{here}/hook", NOW, lambda url: relay.get(url.replace(AMAZON, here)), relay.post
        )
        return said, [(path, json.loads(posted) if posted else None) for path, posted in asked]


def test_it_confirms_a_subscription_to_its_own_topic(signer: Signer) -> None:
    url = f"{AMAZON}/?Action=ConfirmSubscription&Token=abc"

    said, asked = passed(signer.signed(Type="SubscriptionConfirmation", SubscribeURL=url, Token="abc"), signer)

    assert said == "confirmed"
    assert asked == [("/SimpleNotificationService-1.pem", None), ("/?Action=ConfirmSubscription&Token=abc", None)]


def test_it_posts_an_alert_to_slack_as_plain_text(signer: Signer) -> None:
    said, asked = passed(signer.signed(), signer)

    assert said == "posted"
    path, payload = asked[-1]
    assert path == "/hook"
    assert payload["text"] == "Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)"
    (block,) = payload["blocks"]
    assert block["text"]["type"] == "plain_text"
    assert block["text"]["text"].splitlines() == [
        "Airstrike, claimed: Deir ez-Zor (Deir el-Zour), Syria",
        "62 killed, 100 wounded (Russian Defense Ministry)",
        "Ceasefire violation alleged by Vitaly Churkin",
        "UNCONFIRMED: one source only.",
        "https://news.example/raid",
        "Incident k3v7q2mzab, revision 1",
    ]


def test_it_posts_an_alert_to_teams_in_text_runs(signer: Signer) -> None:
    _, asked = passed(signer.signed(), signer, "teams")

    payload = asked[-1][1]
    card = payload["attachments"][0]["content"]
    assert (payload["type"], card["type"], card["version"]) == ("message", "AdaptiveCard", "1.2")
    assert payload["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["body"][0]["inlines"][0]["text"].startswith("Airstrike, claimed: Deir ez-Zor")


def test_it_posts_an_alert_to_ntfy_by_its_severity(signer: Signer) -> None:
    _, asked = passed(signer.signed(), signer, "ntfy")

    path, payload = asked[-1]
    assert path == "/"
    assert (payload["topic"], payload["priority"], payload["tags"]) == ("hook", 4, ["sitrep", "new"])
    assert payload["title"].startswith("Airstrike, claimed: Deir ez-Zor")


@pytest.mark.parametrize("target", ["slack", "teams", "ntfy"])
def test_it_posts_a_burst(target: str, signer: Signer) -> None:
    burst = render_burst([incident_of(STORY)] * 12, "SY").bodies["https"]

    _, asked = passed(signer.signed(Message=burst), signer, target)

    assert "12 incidents in Syria" in json.dumps(asked[-1][1])


REFUSED = {
    "no JSON": (b"hello", "not a message of SNS"),
    "a list": (b"[]", "not a message of SNS"),
    "far too long": (b" " * 700_000, "not a message of SNS"),
    "another topic": ({"TopicArn": TOPIC + "2"}, "of another topic"),
    "no alert": ({"Type": "UnsubscribeConfirmation"}, "neither an alert"),
    "a certificate of somebody else's": ({"SigningCertURL": "https://evil.example/a.pem"}, "not Amazon's"),
    "a certificate from a host that begins like Amazon's": (
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.example/a.pem"},
        "not Amazon's",
    ),
    "a certificate behind a name": (
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com@evil.example/a.pem"},
        "not Amazon's",
    ),
    "a certificate without https": ({"SigningCertURL": CERTIFICATE.replace("https", "http")}, "not Amazon's"),
    "a bucket of anybody's": ({"SigningCertURL": "https://evil.s3.amazonaws.com/a.pem"}, "not Amazon's"),
    "the older signature": ({"SignatureVersion": "1"}, "SignatureVersion to 2"),
    "one that is played again": (
        {"Timestamp": (NOW - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")},
        "too long ago",
    ),
    "a time that is none": ({"Timestamp": "yesterday"}, "cannot be read"),
    "a subscription that is confirmed elsewhere": (
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://evil.example/", "Token": "abc"},
        "not Amazon's",
    ),
    "what sitrep does not send": ({"Message": "{}"}, "not version 1"),
}


@pytest.mark.parametrize(("changes", "reason"), REFUSED.values(), ids=REFUSED)
def test_it_refuses(changes: dict[str, str] | bytes, reason: str, signer: Signer) -> None:
    message = changes if isinstance(changes, bytes) else signer.signed(**changes)

    with pytest.raises(relay.Refused, match=reason):
        passed(message, signer)


@pytest.mark.parametrize("name", ["Message", "Subject", "MessageId"])
def test_it_refuses_what_was_changed_on_the_way(name: str, signer: Signer) -> None:
    message = signer.signed()

    with pytest.raises(relay.Refused, match="not SNS's"):
        passed({**message, name: message[name].replace("i", "j") + "1"}, signer)


def test_it_refuses_what_somebody_else_signed(signer: Signer) -> None:
    with pytest.raises(relay.Refused, match="not SNS's"):
        passed(Signer().signed(), signer)


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch, signer: Signer) -> Iterator[list[tuple[str, bytes]]]:
    with site(signer.pem) as (here, asked):
        plain_get = relay.get
        monkeypatch.setattr(relay, "get", lambda url: plain_get(url.replace(AMAZON, here)))
        monkeypatch.setenv("TOPIC_ARN", TOPIC)
        monkeypatch.setenv("TARGET", "slack")
        monkeypatch.setenv("TARGET_URL", f"{here}/hook")
        yield asked


def test_behind_a_function_url_it_answers_200_or_403(doors: list[tuple[str, bytes]], signer: Signer) -> None:
    body = json.dumps(signer.signed())

    posted = relay.handler({"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}, None)
    refused = relay.handler({"body": body.replace("Airstrike", "Airshow")}, None)

    assert posted == {"statusCode": 200, "body": "posted"}
    assert refused["statusCode"] == 403
    assert [path for path, _ in doors].count("/hook") == 1


def test_as_a_server_it_takes_a_delivery(doors: list[tuple[str, bytes]], signer: Signer) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), relay.Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        request = Request(f"http://127.0.0.1:{server.server_port}/", json.dumps(signer.signed()).encode())
        with urlopen(request, timeout=30) as answer:
            said = answer.read()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert said == b"posted"
    assert [path for path, _ in doors].count("/hook") == 1
