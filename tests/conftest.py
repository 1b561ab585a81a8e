"""What many tests need: a stack made from the template on moto, and a site on loopback that says what it is told to."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from shared import wiring
from shared.adapters import aws
from shared.core.ids import feed_id
from shared.errors import TransientError
from shared.types import Article, Entry, Feed, Paragraph
from sitrep.local.resources import ensure_stack
from sitrep.local.template import Template, read_template

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REGION = "eu-central-1"


Dies = Callable[[object, str], AbstractContextManager[None]]


@dataclass
class Stack:
    """A stack in moto, in this process."""

    outputs: dict[str, str]
    template: Template
    physical: dict[str, str]

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION)

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Takes what lies in a queue out of it."""
        url = self.physical[queue]
        taken = []
        while (
            found := self.client("sqs")
            .receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
            .get("Messages")
        ):
            for message in found:
                self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken += found
        return taken

    def bodies(self, queue: str) -> list[str]:
        return [message["Body"] for message in self.messages(queue)]

    def held(self, queue: str) -> list[tuple[str, float]]:
        """Takes what is held back in a queue out of it: each body, and how many seconds it was held back for."""
        name = self.physical[queue].rpartition("/")[2]
        there = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[name]
        found = [(one.body, (one.delayed_until - one.sent_timestamp) / 1000) for one in there._messages if one.delayed]
        there._messages.clear()
        return found


class _InProcess:
    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION)


@lru_cache
def template() -> Template:
    return read_template(ROOT / "infra" / "template.yaml")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The template's resources in moto, and its settings in the environment."""
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", REGION),
        ("LOOPBACK_PORTS", ""),
        ("LAMBDA_TASK_ROOT", "/var/task"),  # tells Powertools to keep one event loop, as in Lambda
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        outputs = ensure_stack(_InProcess(), template(), {"Contact": "tests@example.org"})  # type: ignore[arg-type]
        for function in template().functions:
            for name, value in template().environment(function, outputs).items():
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("PUBLISH_GAP_MS", "0")
        _forget_clients()
        resources = boto3.client("cloudformation", region_name=REGION).describe_stack_resources(StackName="sitrep")
        physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources["StackResources"]}
        yield Stack(outputs, template(), physical)
    _forget_clients()


def _forget_clients() -> None:
    if wiring.http.cache_info().currsize:
        asyncio.run(wiring.http().close())
    if wiring.child.cache_info().currsize:
        wiring.child().close()
    aws.client.cache_clear()
    for made in (
        wiring.feeds,
        wiring.entries,
        wiring.incidents,
        wiring.digests,
        wiring.outbox,
        wiring.archive,
        wiring.rules,
        wiring.queue,
        wiring.topic,
        wiring.ops_topic,
        wiring.ops,
        wiring.dead_letters,
        wiring.http,
        wiring.child,
    ):
        made.cache_clear()


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A web server on loopback."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and headers (names in lower case) of every request."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def says(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        """Sets what a path answers (`Content_Type="text/html"` sets that header); its URL."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body, status, told)
        return self.url(path)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = served.answers.get(self.path, Answer("not here", 404))
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            etag = answer.headers.get("ETag")
            unchanged = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if unchanged else str(len(body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def door() -> Callable[[str], ModuleType]:
    """Loads `functions/<step>/app.py`, cold, as Lambda would."""

    def load(step: str) -> ModuleType:
        # Powertools keeps a logger, its step and the output it first wrote to, for as long as the process lives.
        logging.Logger.manager.loggerDict.pop("sitrep", None)
        spec = importlib.util.spec_from_file_location(f"door_{step}", ROOT / "functions" / step / "app.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def dies() -> Dies:
    """Lets a step die when it reaches a method: `with dies(wiring.feeds(), "lease"):`."""

    @contextmanager
    def at(adapter: object, method: str) -> Iterator[None]:
        def die(*_: object, **__: object) -> None:
            raise TransientError("died here")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(adapter, method, die)
            try:
                yield
            except TransientError:
                return
            pytest.fail(f"{method} was never reached")

    return at


def feed(url: str = "https://news.example/feed.xml", **fields: Any) -> Feed:
    return Feed(**{"id": feed_id(url), "url": url, "title": "", **fields})


def entry(number: int = 1, **fields: Any) -> Entry:
    told = {
        "id": f"entry{number}",
        "feed_id": "feed1",
        "url": f"https://news.example/{number}",
        "title": f"Story {number}",
        "summary": "",
        "published_at": NOW,
        "publisher": "The Example",
        "language": "en",
        "seen_at": NOW,
        "correlation_id": "job1",
    }
    return Entry(**{**told, **fields})


def article(text: str, title: str = "", **fields: Any) -> Article:
    """An article of one paragraph a line."""
    paragraphs = []
    at = 0
    for line in text.split("\n"):
        paragraphs.append(Paragraph(at, at + len(line)))
        at += len(line) + 1
    told = {
        "id": "entry1",
        "url": "https://news.example/1",
        "title": title,
        "text": text,
        "paragraphs": tuple(paragraphs),
        "language": "en",
        "publisher": "The Example",
        "published_at": NOW,
        "fetched_at": NOW,
        "raw_sha256": "0" * 64,
    }
    return Article(**{**told, **fields})


def rss(*items: str, title: str = "The Example") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def item(guid: str, link: str, title: str = "A story", summary: str = "", date: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return (
        f'<item><guid isPermaLink="false">{guid}</guid><link>{link}</link><title>{title}</title>'
        f"<description>{summary}</description>{dated}</item>"
    )


def sqs_event(*bodies: str, groups: list[str] | None = None, queue: str = "q") -> dict[str, Any]:
    """What Lambda hands a function for these messages, ids m0, m1..."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"r{number}",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    **({"MessageGroupId": groups[number]} if groups else {}),
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-central-1:123456789012:{queue}",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }


@dataclass
class Context:
    """What Lambda tells a function of itself."""

    function_name: str = "f"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:f"
    aws_request_id: str = "r"
