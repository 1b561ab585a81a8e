"""How many feeds one core polls in a second, beside aiohttp and httpx bare and asyncio's own floor.  Prints.

A feed server on loopback, in another process, stands for many hosts.  Counted is the processor time of the polling
process alone, the best of several rounds; nothing waits, so a second of it is a core's second.
"""

import argparse
import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import httpx

from bench.certificate import client_context, make_certificate
from bench.server import CHANGES_EVERY, LISTED, feed_server
from shared.adapters.http import Http
from shared.core.ids import digest
from shared.core.polling import is_worth_parsing, learn, parse, validators
from shared.steps.fetch import LARGEST_FEED
from shared.types import Bounds, Feed, FeedState

HOSTS = 50
"""Two connections each, as politeness has it."""
AT_ONCE = 100
NOW = datetime(2026, 3, 1, 13, tzinfo=UTC)
BOUNDS = Bounds(timedelta(minutes=5), timedelta(days=1))
KNOWN = FeedState(
    due_at=NOW,
    etag='W/"0123456789abcdef"',
    last_modified="Sun, 01 Mar 2026 12:00:00 GMT",
    body_sha256="0" * 64,
    seen=tuple(digest("bench", str(number), length=8) for number in range(300)),
)
ASKED = validators(KNOWN)
BARE = {**ASKED, "User-Agent": "bench", "Accept": "*/*", "Accept-Encoding": "gzip, deflate, br"}

Poll = Callable[[str], Awaitable[object]]


class _Sitrep:
    """Http.get, and what a poll makes of the answer."""

    def __init__(self, ports: list[int], trust: ssl.SSLContext | None) -> None:
        self._http = Http("bench@example.org", ports, trust=trust)

    async def poll(self, url: str) -> object:
        response = await self._http.get(url, LARGEST_FEED, ASKED)
        assert response.status in (200, 304), response
        feed = Feed("bench", url)
        parsed = parse(response, NOW) if is_worth_parsing(KNOWN, response) else None
        return learn(feed, KNOWN, response, parsed, BOUNDS, NOW)

    async def close(self) -> None:
        await self._http.close()


class _Aiohttp:
    def __init__(self, ports: list[int], trust: ssl.SSLContext | None) -> None:
        connector = aiohttp.TCPConnector(limit_per_host=2, ssl=trust or True)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def poll(self, url: str) -> object:
        async with self._session.get(url, headers=BARE) as answer:
            return await answer.read()

    async def close(self) -> None:
        await self._session.close()


class _Httpx:
    def __init__(self, ports: list[int], trust: ssl.SSLContext | None) -> None:
        self._client = httpx.AsyncClient(
            trust_env=False, verify=trust or True, limits=httpx.Limits(max_connections=AT_ONCE)
        )

    async def poll(self, url: str) -> object:
        return (await self._client.get(url, headers=BARE)).content

    async def close(self) -> None:
        await self._client.aclose()


class _Asyncio:
    """Writes a request and reads to the end of its answer: no client can do less in Python."""

    def __init__(self, ports: list[int], trust: ssl.SSLContext | None) -> None:
        self._trust = trust
        self._idle: dict[int, list[_Reading]] = {port: [] for port in ports}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in BARE.items())

    async def poll(self, url: str) -> object:
        _, _, address, path = url.split("/")
        port = int(address.partition(":")[2])
        if self._idle[port]:
            connection = self._idle[port].pop()
        else:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(_Reading, "127.0.0.1", port, ssl=self._trust)
        body = await connection.ask(f"GET /{path} HTTP/1.1\r\nHost: {address}\r\n{self._head}\r\n".encode())
        if self._trust is None:
            self._idle[port].append(connection)
        else:
            connection.transport.close()
        return body

    async def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.transport.close()


class _Reading(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        self._received = b""
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        _, said, length = head.partition(b"Content-Length: ")
        if end and not self._answer.done() and (not said or len(body) == int(length.split(b"\r\n")[0])):
            self._answer.set_result(body)


OURS = "sitrep: get, parse, learn, plan"
CLIENTS = {
    "asyncio alone: a request and its answer": _Asyncio,
    "aiohttp": _Aiohttp,
    "httpx": _Httpx,
    OURS: _Sitrep,
}


@asynccontextmanager
async def _client(kind: Any, ports: list[int], trust: ssl.SSLContext | None) -> AsyncIterator[Any]:
    client = kind(ports, trust)
    yield client
    await client.close()


async def _round(poll: Poll, urls: list[str]) -> float:
    """Processor seconds that polling all of them took."""
    left = iter(urls)

    async def work() -> None:
        for url in left:
            await poll(url)

    started = time.process_time()
    await asyncio.gather(*[work() for _ in range(AT_ONCE)])
    return time.process_time() - started


async def _best(kind: Any, ports: list[int], trust: ssl.SSLContext | None, urls: list[str], rounds: int) -> float:
    """Processor seconds a feed, in the round that the machine disturbed least."""
    async with _client(kind, ports, trust) as client:
        await _round(client.poll, urls[: len(urls) // 4])  # connections made, caches warm
        return min([await _round(client.poll, urls) for _ in range(rounds)]) / len(urls)


def _urls(scheme: str, ports: list[int], feeds: int, *, changes: bool) -> list[str]:
    numbers = islice((number for number in count() if changes or number % CHANGES_EVERY), feeds)
    return [f"{scheme}://127.0.0.1:{ports[index % len(ports)]}/f{number}" for index, number in enumerate(numbers)]


def _measure(ports: list[int], trust: ssl.SSLContext | None, urls: list[str], rounds: int) -> None:
    seconds = {
        # A fifth is enough of the slowest.
        name: asyncio.run(_best(kind, ports, trust, urls[: len(urls) // 5] if kind is _Httpx else urls, rounds))
        for name, kind in CLIENTS.items()
    }
    print(f"{'':<44} {'us a feed':>10} {'feeds/s a core':>15} {'time':>10}")
    for name, taken in seconds.items():
        print(f"{name:<44} {1e6 * taken:>10.0f} {1 / taken:>15,.0f} {taken / seconds[OURS]:>9.2f}x")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench polling", description=__doc__)
    parser.add_argument("--feeds", type=int, default=5_000, help="polled in a round over kept connections")
    parser.add_argument("--tls-feeds", type=int, default=500, help="polled in a round over new TLS connections")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)

    print(f"{HOSTS} hosts, 2 connections each, {AT_ONCE} feeds at once")
    print(f"processor time of the client, best of {options.rounds} rounds")
    with feed_server(HOSTS) as ports:
        for changes, words in (
            (False, "all unchanged"),
            (True, f"1 in {CHANGES_EVERY} changed, with {LISTED} entries"),
        ):
            print(f"\nplain HTTP over kept connections, {options.feeds} feeds, {words}")
            _measure(ports, None, _urls("http", ports, options.feeds, changes=changes), options.rounds)
    with TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder))
        with feed_server(HOSTS, certificate) as ports:
            print(f"\na new TLS connection for each, {options.tls_feeds} feeds, all unchanged")
            urls = _urls("https", ports, options.tls_feeds, changes=False)
            _measure(ports, client_context(certificate), urls, options.rounds)
