"""GET over HTTP, as one must where others choose the address: every hop checked, every size and time bounded."""

import asyncio
import os
import re
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from shared.core.addresses import refusal
from shared.core.text import plain
from shared.core.unpack import ENCODINGS, CannotUnpack, unpack
from shared.core.urls import resolve
from shared.types import Hop, Response

REDIRECTS = 5
PER_HOST = 2
TIMEOUT_S = 20.0
CONNECT_S = 10.0
LOOKUP_S = 8.0
_LOOKUPS = 32
"""Names looked up at once."""
_LONGEST_HEADER = 32_768
"""Bytes.  Some sites' security policies alone take 10,000."""
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_WITHOUT_BODY = _REDIRECTING | {204, 304}
"""Of a redirect nobody reads the body, and the others have none, whatever length they say."""
_SAID_ONCE = frozenset({"location", "content-type", "etag", "last-modified", "retry-after", "expires", "date", "age"})
_REFUSED = re.compile(r"(?:address|port) not allowed: [\w.:%]+")

LookUp = Callable[..., list[tuple[Any, ...]]]


class Http:
    """A polite reader of the web: names itself, asks a host for little at once, keeps no cookies.

    Opens its session at first use in the running event loop, and a new one should the loop change.  `trust` says whose
    certificates to believe (none: whose everybody does), `look_up` what a name means, as `socket.getaddrinfo` does.
    """

    def __init__(
        self,
        contact: str,
        loopback_ports: Collection[int] = (),
        timeout_s: float = TIMEOUT_S,
        *,
        trust: ssl.SSLContext | None = None,
        look_up: LookUp = socket.getaddrinfo,
    ) -> None:
        self._headers = {"User-Agent": f"sitrep/0.1 (+{contact})", "Accept": "*/*", "Accept-Encoding": ENCODINGS}
        self._loopback_ports = frozenset(loopback_ports)
        self._timeout_s = timeout_s
        self._trust = trust
        self._look_up = look_up
        self._session: aiohttp.ClientSession | None = None
        self._names: _Names | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def get(self, url: str, most_bytes: int, headers: Mapping[str, str] | None = None) -> Response:
        """What a GET comes to.  Never raises for what the world does: no answer is status 0 with a reason.

        An answer that cannot be used keeps its status, and has a reason in place of its body.
        """
        hops: list[Hop] = []
        try:
            async with asyncio.timeout(self._timeout_s):
                while True:
                    answer = await self._ask(url, most_bytes, headers)
                    location = answer.headers.get("location") if answer.status in _REDIRECTING else None
                    if not location:
                        return replace(answer, hops=tuple(hops)) if hops else answer
                    hops.append(Hop(answer.status, url, answer.headers, answer.request_headers))
                    target = resolve(url, location)
                    if not target:
                        return _no_answer(url, "redirected to what is no web address", hops)
                    url = target
                    if len(hops) > REDIRECTS:
                        return _no_answer(url, f"more than {REDIRECTS} redirects", hops)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _no_answer(url, self._why(error), hops)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._names is not None:
            await self._names.close()
            self._names = None

    async def _ask(self, url: str, most_bytes: int, headers: Mapping[str, str] | None) -> Response:
        async with self._open().get(url, headers=headers, allow_redirects=False) as answer:
            told = _told(answer.headers)
            body, reason = b"", ""
            if answer.status not in _WITHOUT_BODY:
                body, reason = await _read(answer, most_bytes)
            sent = {name: value for name, value in answer.request_info.headers.items() if name != "Authorization"}
            return Response(url, answer.status, told, body, reason, (), sent)

    def _open(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._loop = loop
            self._names = _Names(self._look_up)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit_per_host=PER_HOST,
                    resolver=self._names,
                    socket_factory=self._socket,
                    ssl=self._trust or True,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
                auto_decompress=False,
                max_line_size=_LONGEST_HEADER,
                max_field_size=_LONGEST_HEADER,
                trust_env=False,
            )
        return self._session

    def _socket(self, address: Any) -> socket.socket:
        """A socket for a resolved address: asked here, nothing can change between the check and the connection."""
        family, kind, protocol, _, target = address
        if reason := refusal(target[0], target[1], self._loopback_ports):
            raise OSError(reason)
        return socket.socket(family=family, type=kind, proto=protocol)

    def _why(self, error: Exception) -> str:
        match error:
            case aiohttp.ConnectionTimeoutError():
                return f"cannot connect within {CONNECT_S:g} s"
            case TimeoutError():
                return f"no answer within {self._timeout_s:g} s"
            case aiohttp.ClientConnectorDNSError():
                return "the host's name does not resolve"
            case aiohttp.ClientConnectorCertificateError():
                cause = error.certificate_error
                return f"certificate not trusted: {getattr(cause, 'verify_message', cause)}"
            case aiohttp.ClientConnectorSSLError():
                return f"no secure connection: {error.os_error.reason or error.os_error}"
            case aiohttp.ClientConnectorError():
                if refused := _REFUSED.search(str(error.os_error)):
                    return refused[0]
                return f"cannot connect: {_words(error.os_error)}"
            case aiohttp.ClientPayloadError():
                return "the answer was cut short"
            case aiohttp.ServerDisconnectedError():
                return "the server hung up without an answer"
            case aiohttp.ClientResponseError():
                return f"not an answer in HTTP: {error.message}"
            case aiohttp.ClientOSError():
                return f"connection lost: {_words(error)}"
            case ValueError():  # aiohttp.InvalidURL is one, and so is a name that cannot be written in ASCII
                return "not a URL that can be fetched"
            case _:
                return f"{type(error).__name__}: {error}"


class _Names(AbstractResolver):
    """Looks names up in threads of its own: a slow name server keeps neither other names nor other work waiting."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._threads = ThreadPoolExecutor(_LOOKUPS, "names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOOKUP_S):
                found = await loop.run_in_executor(
                    self._threads, self._look_up, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG
                )
        except TimeoutError as error:
            raise OSError(f"no address within {LOOKUP_S:g} s") from error
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=address[0], port=address[1], family=family, proto=protocol, flags=numeric)
            for family, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> tuple[bytes, str]:
    """The body, unpacked, and why there is none to use (empty when there is)."""
    if (answer.content_length or 0) > most_bytes:
        return b"", f"over {most_bytes / 1_000_000:g} MB"
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > most_bytes:
            return b"", f"over {most_bytes / 1_000_000:g} MB"
    try:
        return unpack(bytes(body), answer.headers.get("Content-Encoding", ""), most_bytes), ""
    except CannotUnpack as error:
        return b"", plain(str(error))


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by name in lower case, readable; one said in several lines is one list.  Source: RFC 9110, 5.3."""
    told: dict[str, str] = {}
    for written, value in headers.items():
        name = written.lower()
        # Old systems send bytes of no known encoding.
        text = value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if name not in told:
            told[name] = text
        elif name not in _SAID_ONCE:
            told[name] += f", {text}"
    return told


def _no_answer(url: str, reason: str, hops: list[Hop]) -> Response:
    return Response(url, 0, {}, b"", plain(reason)[:200], tuple(hops))


def _words(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
