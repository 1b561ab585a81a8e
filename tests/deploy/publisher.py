"""A publisher on loopback that lists in its feed what it is told to publish.  Listens on a port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.conftest import item, rss
from tests.core.test_extract import STORY, page


@dataclass
class Publisher:
    port: int
    items: list[str] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    slowness: float = 0.0
    """Seconds that a page takes."""
    wants_rest: bool = False
    """Its feed answers 429, and when to come again."""

    @property
    def feed(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed.xml"

    def publish(self, title: str, *lines: str) -> str:
        """Lists a story, the newest first; the address of its page."""
        path = f"/story/{len(self.pages)}"
        url = f"http://127.0.0.1:{self.port}{path}"
        self.pages[path] = page(*(lines or (title,)), *STORY)
        self.items.insert(0, item(path, url, title, date=format_datetime(datetime.now(UTC))))
        return url

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        if path == "/feed.xml":
            if self.wants_rest:
                return 429, "text/plain", b"come again later"
            return 200, "application/rss+xml", rss(*self.items[:50], title="The Example").encode()
        threading.Event().wait(self.slowness)
        return (200, "text/html", self.pages[path]) if path in self.pages else (404, "text/html", b"")


@contextmanager
def publishing() -> Iterator[Publisher]:
    """A publisher, as long as this lasts."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = publisher.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", "3600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    publisher = Publisher(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
