"""What servers do wrong, by mistake or on purpose: each ends in a response with its reason, and nothing is raised."""

import asyncio
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from bench.certificate import client_context, make_certificate, server_context
from shared.adapters import http as http_module
from shared.adapters.http import Http
from shared.types import Response
from tests.conftest import Site

MOST = 1_000_000
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Says = Callable[..., str]


@pytest.fixture
def says() -> Iterator[Says]:
    """Starts a server that writes these bytes to whoever connects, as often as they connect; its URL.

    It closes after the last of them, or with the test; `pause_s` is how long it waits after each.
    """
    servers = []
    over = threading.Event()

    def start(answer: Iterable[bytes], context: ssl.SSLContext | None = None, pause_s: float = 0) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=_serve, args=(server, answer, context, pause_s, over), daemon=True).start()
        return f"{'https' if context else 'http'}://127.0.0.1:{server.getsockname()[1]}/"

    yield start
    over.set()
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def _serve(
    server: socket.socket,
    answer: Iterable[bytes],
    context: ssl.SSLContext | None,
    pause_s: float,
    over: threading.Event,
) -> None:
    while True:
        try:
            connection = server.accept()[0]
        except OSError:
            return  # closed
        try:
            connection = context.wrap_socket(connection, server_side=True) if context else connection
            connection.recv(65_536)
            for part in answer:
                connection.sendall(part)
                if over.wait(pause_s):
                    return
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65_536)
        except OSError:
            pass  # the reader has had enough
        finally:
            connection.close()


def get(url: str, timeout_s: float = 20, **options: Any) -> Response:
    async def once() -> Response:
        port = int(url.rpartition(":")[2].partition("/")[0])
        http = Http("tests@example.org", {port}, timeout_s, **options)
        try:
            return await http.get(url, MOST)
        finally:
            await http.close()

    return asyncio.run(once())


def gzipped(body: bytes) -> bytes:
    return HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


UNUSABLE: dict[str, tuple[Iterable[bytes], int, str]] = {
    "nothing": ((), 0, "the server hung up without an answer"),
    "half a head": ((b"HTTP/1.1 200 OK\r\nContent-",), 0, "the server hung up without an answer"),
    "no HTTP": ((b"220 mail.example ESMTP\r\n",), 0, "not an answer in HTTP: "),
    "HTTP from the future": ((b"HTTP/9.9 200 OK\r\n\r\n",), 0, "not an answer in HTTP: "),
    "a status that is no number": ((b"HTTP/1.1 abc OK\r\n\r\n",), 0, "not an answer in HTTP: "),
    "a header without a colon": ((HEAD + b"nonsense\r\n\r\n",), 0, "not an answer in HTTP: "),
    "a header with a zero byte": ((HEAD + b"A: b\0c\r\n\r\n",), 0, "not an answer in HTTP: "),
    "a header without end": (chain([HEAD + b"X: "], repeat(b"x" * 10_000)), 0, "not an answer in HTTP: "),
    "headers without end": (chain([HEAD], repeat(b"X: y\r\n" * 1_000)), 0, "not an answer in HTTP: "),
    "a negative length": ((HEAD + b"Content-Length: -1\r\n\r\nx",), 0, "not an answer in HTTP: "),
    "two lengths": ((HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy",), 0, "not an answer in HTTP: "),
    "less than it said": ((HEAD + b"Content-Length: 10\r\n\r\nhalf",), 0, "the answer was cut short"),
    "chunks cut short": ((CHUNKED + b"a\r\nhalf",), 0, "the answer was cut short"),
    "chunks without their last": ((CHUNKED + b"4\r\nhalf\r\n",), 0, "the answer was cut short"),
    "a chunk of no size": ((CHUNKED + b"zz\r\nhalf\r\n0\r\n\r\n",), 0, ""),
    "a chunk of endless size": ((CHUNKED + b"f" * 100 + b"\r\nx",), 0, ""),
    "a length over the bound": ((HEAD + b"Content-Length: 1000001\r\n\r\n", b"x"), 200, "over 1 MB"),
    "a body without end": (chain([HEAD + b"\r\n"], repeat(b"x" * 10_000)), 200, "over 1 MB"),
    "chunks without end": (chain([CHUNKED], repeat(b"4\r\nabcd\r\n" * 1_000)), 200, "over 1 MB"),
    "a bomb": ((gzipped(gzip.compress(b"0" * 50_000_000)),), 200, "over 1 MB when unpacked"),
    "plain said to be gzip": ((gzipped(b"<rss/>"),), 200, "said to be packed with gzip, and is not"),
    "half a gzip": ((gzipped(gzip.compress(b"Hello " * 100)[:-9]),), 200, "cut short: its gzip does not end"),
    "an encoding not asked for": (
        (HEAD + b"Content-Encoding: zstd\r\n\r\nx",),
        200,
        "packed in a way that was not asked for: zstd",
    ),
}


@pytest.mark.parametrize(("answer", "status", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_answer_that_cannot_be_used_has_a_reason_and_no_body(
    says: Says, answer: Iterable[bytes], status: int, reason: str
) -> None:
    response = get(says(answer))

    assert (response.status, response.body) == (status, b"")
    assert response.reason
    assert response.reason.startswith(reason)


USABLE: dict[str, tuple[bytes, int, bytes]] = {
    "HTTP/1.0 without a length": (b"HTTP/1.0 200 OK\r\n\r\nHello", 200, b"Hello"),
    "without words for its status": (b"HTTP/1.1 200\r\n\r\nHello", 200, b"Hello"),
    "a preliminary answer first": (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HEAD + b"\r\nHello",
        200,
        b"Hello",
    ),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "reset content": (b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", 205, b""),
    "a part": (b"HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n\r\npart", 206, b"part"),
    "not modified, with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5000000\r\n\r\n", 304, b""),
    "a redirect to nowhere": (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 302, b""),
    "a status nobody defined": (b"HTTP/1.1 999 Request denied\r\n\r\nno", 999, b"no"),
    "a long policy": (HEAD + b"Content-Security-Policy: " + b"x" * 20_000 + b"\r\n\r\nHello", 200, b"Hello"),
    "packed, and empty": (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 200, b""),
}


@pytest.mark.parametrize(("answer", "status", "body"), USABLE.values(), ids=USABLE)
def test_an_unusual_answer_is_taken_as_it_is(says: Says, answer: bytes, status: int, body: bytes) -> None:
    response = get(says((answer,)))

    assert (response.status, response.body, response.reason) == (status, body, "")


ENDLESS: dict[str, tuple[Iterable[bytes], float]] = {
    "a byte at a time": (chain([HEAD + b"\r\n"], repeat(b"x")), 0.01),
    "preliminary answers": (repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), 0),
}


@pytest.mark.parametrize(("answer", "pause_s"), ENDLESS.values(), ids=ENDLESS)
def test_an_answer_that_takes_no_end_is_left_after_its_time(
    says: Says, answer: Iterable[bytes], pause_s: float
) -> None:
    response = get(says(answer, pause_s=pause_s), timeout_s=0.3)

    assert (response.status, response.reason) == (0, "no answer within 0.3 s")


LOCATIONS = {
    "control characters": "/b\x01\x02",
    "a tab and a blank": "/\tb ",
    "text turned around": "/b\u202e".encode().decode("latin-1"),
}


@pytest.mark.parametrize("location", LOCATIONS.values(), ids=LOCATIONS)
def test_a_redirect_is_followed_without_what_cannot_be_printed(says: Says, site: Site, location: str) -> None:
    site.says("/b", "there")
    answer = f"HTTP/1.1 302 Found\r\nLocation: {site.url(location)}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")

    async def ask() -> Response:
        url = says((answer,))
        http = Http("tests@example.org", {site.port, int(url.rpartition(":")[2].strip("/"))}, timeout_s=20)
        try:
            return await http.get(url, MOST)
        finally:
            await http.close()

    response = asyncio.run(ask())

    assert (response.status, response.body, response.reason) == (200, b"there", "")


def test_a_certificate_that_nobody_vouches_for_is_named(says: Says, tmp_path: Path) -> None:
    url = says((HEAD + b"\r\nHello",), server_context(make_certificate(tmp_path)))

    response = get(url)

    assert (response.status, response.body) == (0, b"")
    assert response.reason.startswith("certificate not trusted: self")


def test_a_certificate_for_another_name_is_named(says: Says, tmp_path: Path) -> None:
    path = make_certificate(tmp_path, addresses=0)
    url = says((HEAD + b"\r\nHello",), server_context(path))

    response = get(url, trust=client_context(path))

    assert response.reason.startswith("certificate not trusted: IP address mismatch")


def test_a_certificate_that_is_trusted_lets_the_answer_through(says: Says, tmp_path: Path) -> None:
    path = make_certificate(tmp_path)
    url = says((HEAD + b"\r\nHello",), server_context(path))

    assert get(url, trust=client_context(path)).body == b"Hello"


def test_a_server_without_tls_behind_https_is_an_answer_with_a_reason(says: Says) -> None:
    response = get(says((b"HTTP/1.1 400 Bad Request\r\n\r\n",)).replace("http:", "https:"))

    assert response.status == 0
    assert response.reason.startswith("no secure connection: ")


def test_a_name_server_that_never_answers_costs_only_those_it_was_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_module, "LOOKUP_S", 0.3)
    asked = threading.Event()

    def look_up(host: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        if host.startswith("slow"):
            asked.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async def batch() -> list[Response]:
        http = Http("tests@example.org", {site.port}, timeout_s=20, look_up=look_up)
        hosts = [*(f"slow{number}.test" for number in range(20)), "quick.test"]
        try:
            return await asyncio.gather(*[http.get(f"http://{host}:{site.port}/a", MOST) for host in hosts])
        finally:
            asked.set()
            await http.close()

    site.says("/a", "Hello")
    *slow, quick = asyncio.run(batch())

    assert quick.body == b"Hello"
    assert {response.reason for response in slow} == {"the host's name does not resolve"}


def test_one_bad_answer_costs_the_others_nothing(says: Says) -> None:
    good, bad = says((HEAD + b"\r\nHello",)), says(chain([HEAD + b"\r\n"], repeat(b"x" * 10_000)))
    ports = {int(url.rpartition(":")[2].strip("/")) for url in (good, bad)}

    async def batch() -> list[Response]:
        http = Http("tests@example.org", ports, timeout_s=20)
        try:
            return await asyncio.gather(*[http.get(url, MOST) for url in (bad, *[good] * 10)])
        finally:
            await http.close()

    assert [response.body for response in asyncio.run(batch())] == [b"", *[b"Hello"] * 10]
