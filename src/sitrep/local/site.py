"""A small news site on loopback, with two publishers' feeds and pages, always dated today.  Listens on a port."""

import hashlib
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from shared.core.ids import feed_id
from shared.errors import InputError
from shared.types import Feed

SAMPLE = Path(__file__).parent / "sample"

# What the sample must lead to: the category and the country of each incident that is told, and nothing else.
EXPECTED = frozenset({("airstrike", "SY"), ("ceasefire_violation", "LB")})

# The second publisher comes after the first, as its higher toll does: its feed is answered once that page was read.
# Without this, which of the two is the news and which the update would be chance.
LATER = {"/harbour/atom.xml": "/meridian/world/coalition-jets-deir-el-zour"}
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Publisher:
    name: str
    title: str
    feed: str
    """File name of the feed."""


PUBLISHERS = (
    Publisher("meridian", "The Meridian Post", "rss.xml"),
    Publisher("harbour", "Harbour News Agency", "atom.xml"),
)


@dataclass(frozen=True, slots=True)
class Story:
    """A file of the sample: a few headings, an empty line, and the article's HTML."""

    slug: str
    title: str
    summary: str
    author: str
    section: str
    minutes: int
    """How long ago it was published when the site starts."""
    body: str


class Site:
    """The sample site, while it is open."""

    def __init__(self, port: int = 0, started_at: datetime | None = None) -> None:
        """Listen on this port, or any: a stack that goes on must find its stories where they were."""
        self.started_at = started_at or datetime.now(UTC).replace(second=0, microsecond=0)
        try:
            self._server = _Server(("127.0.0.1", port), _Door)
        except OSError as error:
            raise InputError(
                f"port {port}, where the sample site was, is in use: end that program, or choose another --outbox"
            ) from error
        self.port = self._server.server_port
        self._server.pages.update(render(f"http://127.0.0.1:{self.port}", self.started_at))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def feeds(self) -> list[Feed]:
        """Its feeds; what they list when first polled is news, since nobody has read it yet."""
        urls = {f"{self.url}/{publisher.name}/{publisher.feed}": publisher.title for publisher in PUBLISHERS}
        return [Feed(feed_id(url), url, title, backfill=True) for url, title in urls.items()]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True, name="site").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def render(base: str, started_at: datetime) -> dict[str, tuple[str, bytes]]:
    """Path -> content type and body of everything that the site serves.  Reads the sample, else pure."""
    pages: dict[str, tuple[str, bytes]] = {}
    for publisher in PUBLISHERS:
        folder = SAMPLE / publisher.name
        layout = (folder / "layout.html").read_text(encoding="utf-8")
        feed = f"{base}/{publisher.name}/{publisher.feed}"
        stories = [parse_story(path) for path in sorted(folder.glob("[0-9]-*.html"))]
        dated = [(story, started_at - timedelta(minutes=story.minutes)) for story in stories]
        for story, at in dated:
            values = {
                "title": escape(story.title),
                "summary": escape(story.summary),
                "author": escape(story.author),
                "url": base + _path(publisher, story),
                "feed": feed,
                "iso": at.isoformat(),
                "human": f"{at:%d %B %Y, %H:%M} UTC",
                "weekday": f"{at:%A}",
            }
            page = fill(layout, {**values, "body": fill(story.body, values)})
            pages[_path(publisher, story)] = ("text/html; charset=utf-8", page.encode())
        write = _rss if publisher.feed.startswith("rss") else _atom
        pages[f"/{publisher.name}/{publisher.feed}"] = write(publisher, base, dated)
    return pages


def parse_story(path: Path) -> Story:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    minutes = int(fields.pop("minutes"))
    return Story(slug=path.stem.partition("-")[2], minutes=minutes, body=body, **fields)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each `{{name}}` replaced.  Raises KeyError for a name that is not known."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)


def missing_alerts(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is wrong with what was sent about the sample, in words; empty when all is as it should be.

    A digest says again what was sent.
    """
    told: dict[str, set[tuple[str, str]]] = {"email": set(), "sms": set()}
    wrong = []
    for message in messages:
        attributes = message["attributes"]
        if attributes.get("status") == "digest":
            continue
        category = attributes.get("category")
        deed = category[0] if isinstance(category, list) else category  # the first is what happened
        about = (str(deed), ",".join(attributes.get("country", [])))
        if attributes.get("status") == "new":
            told.setdefault(message["protocol"], set()).add(about)
        if about not in EXPECTED:
            wrong.append(f"{message['protocol']} about {about}: {message['subject'] or message['body']}")
    for protocol in ("email", "sms"):
        wrong += [f"no {protocol} tells of the {a} in {b}" for a, b in sorted(EXPECTED - told[protocol])]
    return wrong


def _path(publisher: Publisher, story: Story) -> str:
    return f"/{publisher.name}/{story.section}/{story.slug}"


def _rss(publisher: Publisher, base: str, dated: list[tuple[Story, datetime]]) -> tuple[str, bytes]:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{base}{_path(publisher, story)}</link>"
        f'<guid isPermaLink="false">{publisher.name}-{story.slug}</guid><pubDate>{format_datetime(at)}</pubDate>'
        f"<category>{story.section}</category><description>{escape(story.summary)}</description></item>\n"
        for story, at in dated
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{publisher.title}</title><link>{base}/{publisher.name}/</link>"
        f"<description>News of the day</description><language>en</language>\n{items}</channel></rss>\n"
    )
    return "application/rss+xml; charset=utf-8", text.encode()


def _atom(publisher: Publisher, base: str, dated: list[tuple[Story, datetime]]) -> tuple[str, bytes]:
    entries = "".join(
        f"<entry><title>{escape(story.title)}</title><id>urn:{publisher.name}:{story.slug}</id>"
        f'<link rel="alternate" href="{base}{_path(publisher, story)}"/>'
        f"<author><name>{escape(story.author)}</name></author>"
        f"<published>{at.isoformat()}</published><updated>{at.isoformat()}</updated>"
        f'<summary type="text">{escape(story.summary)}</summary></entry>\n'
        for story, at in dated
    )
    updated = max(at for _, at in dated).isoformat()
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>{publisher.title}</title><id>urn:{publisher.name}</id><updated>{updated}</updated>"
        f'<link rel="self" href="{base}/{publisher.name}/{publisher.feed}"/>\n{entries}</feed>\n'
    )
    return "application/atom+xml; charset=utf-8", text.encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.read = {page: threading.Event() for page in LATER.values()}
        super().__init__(*arguments)


class _Door(BaseHTTPRequestHandler):
    """Serves the pages; answers 304 to who has them already."""

    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        kind, body = self.server.pages.get(path, ("", b""))
        if path in LATER and "If-None-Match" not in self.headers:  # who has one has read that page on an earlier day
            self.server.read[LATER[path]].wait(PATIENCE_SECONDS)
        if path in self.server.read:
            self.server.read[path].set()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if not kind:
            self._answer(HTTPStatus.NOT_FOUND, "text/html; charset=utf-8", b"<h1>No such page</h1>")
        elif self.headers.get("If-None-Match") == tag:
            self._answer(HTTPStatus.NOT_MODIFIED, kind, b"", tag)
        else:
            self._answer(HTTPStatus.OK, kind, body, tag)

    def _answer(self, status: HTTPStatus, kind: str, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was fetched stands in the log of fetch and ingest."""
