"""A feed server in a process of its own, as cheap as Python makes one: it must not be what is measured.

`python -m bench.server PORTS [PEM]` listens on that many ports of loopback, prints them, and serves until its input
ends.  Feed n is unchanged unless n is a multiple of 20.  With a certificate it speaks TLS, and hangs up after each
answer.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

CHANGES_EVERY = 20
LISTED = 10
_ETAG = 'W/"0123456789abcdef"'
_SAME = f"ETag: {_ETAG}\r\nCache-Control: max-age=300\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\nServer: bench\r\n"
_UNCHANGED = f"HTTP/1.1 304 Not Modified\r\n{_SAME}"


class _Feeds(asyncio.Protocol):
    _numbers = count()

    def __init__(self, is_closing: bool) -> None:
        self._is_closing = is_closing
        self._end = "Connection: close\r\n\r\n" if is_closing else "\r\n"
        self._unchanged = (_UNCHANGED + self._end).encode()
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._received.endswith(b"\r\n\r\n"):
            return
        feed = int(self._received[6 : self._received.index(b" ", 6)])  # GET /f123 HTTP/1.1
        self._received = b""
        self._transport.write(self._unchanged if feed % CHANGES_EVERY else self._changed())
        if self._is_closing:
            self._transport.close()

    def _changed(self) -> bytes:
        newest = next(self._numbers)
        body = _feed(newest)
        head = f"HTTP/1.1 200 OK\r\n{_SAME}Content-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n"
        return (head + self._end).encode() + body


def _feed(newest: int) -> bytes:
    items = "".join(
        f"<item><title>Story {number} of the day, as long as headlines are</title><link>https://news.example/{number}</link>"
        f"<guid>https://news.example/{number}</guid><pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>"
        f"<description>What the story says in two lines, so that readers know whether to go on.</description></item>"
        for number in range(newest, newest + LISTED)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


async def _serve(ports: int, certificate: Path | None) -> None:
    from bench.certificate import server_context

    loop = asyncio.get_running_loop()
    context = server_context(certificate) if certificate else None
    servers = [
        await loop.create_server(lambda: _Feeds(bool(certificate)), "127.0.0.1", 0, ssl=context, backlog=1_000)
        for _ in range(ports)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def feed_server(ports: int, certificate: Path | None = None) -> Iterator[list[int]]:
    """The server in its process; the ports it listens on."""
    command = [sys.executable, "-m", "bench.server", str(ports), *([str(certificate)] if certificate else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield [int(port) for port in process.stdout.readline().split()]
        process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None))
