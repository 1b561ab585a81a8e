"""GET over HTTP, as one must where others choose the address: every hop checked, every size and time bounded."""

import asyncio
import os
import socket
from collections.abc import Collection, Mapping
from typing import Any

import aiohttp

from shared.core.addresses import refusal
from shared.core.text import plain
from shared.core.urls import resolve
from shared.types import Hop, Response

REDIRECTS = 5
PER_HOST = 2
TIMEOUT_S = 20.0
_REDIRECTING = frozenset({301, 302, 303, 307, 308})


class Http:
    """A polite reader of the web: names itself, asks a host for little at once, keeps no cookies.

    Opens its session at first use in the running event loop, and a new one should the loop change.
    """

    def __init__(self, contact: str, loopback_ports: Collection[int] = (), timeout_s: float = TIMEOUT_S) -> None:
        self._headers = {"User-Agent": f"sitrep/0.1 (+{contact})", "Accept-Encoding": "gzip, deflate, br"}
        self._loopback_ports = frozenset(loopback_ports)
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def get(self, url: str, most_bytes: int, headers: Mapping[str, str] | None = None) -> Response:
        """What a GET comes to.  Never raises for what the world does: no answer is status 0 with a reason."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(url, most_bytes, headers or {})
        except TimeoutError:
            return _no_answer(url, f"no answer within {self._timeout_s:g} s")
        except aiohttp.ClientConnectorDNSError:
            return _no_answer(url, "the host's name does not resolve")
        except aiohttp.ClientConnectorError as error:
            return _no_answer(url, _why(error.os_error))
        except aiohttp.InvalidURL:
            return _no_answer(url, "not a URL that can be fetched")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _no_answer(url, f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _follow(self, url: str, most_bytes: int, headers: Mapping[str, str]) -> Response:
        hops: list[Hop] = []
        while True:
            async with self._open().get(url, headers=headers, allow_redirects=False) as answer:
                location = answer.headers.get("Location", "")
                told = _readable_headers(answer.headers)
                sent = dict(answer.request_info.headers)
                if answer.status not in _REDIRECTING or not location:
                    body, reason = await _read(answer, most_bytes)
                    return Response(url, answer.status, told, body, reason, tuple(hops), sent)
                hops.append(Hop(answer.status, url, told, sent))
            url = resolve(url, _readable(location))
            if not url:
                return Response(hops[-1].url, 0, {}, b"", "redirected to what is no web address", tuple(hops))
            if len(hops) > REDIRECTS:
                return Response(url, 0, {}, b"", f"more than {REDIRECTS} redirects", tuple(hops))

    def _open(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit_per_host=PER_HOST, resolver=aiohttp.ThreadedResolver(), socket_factory=self._socket
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                trust_env=False,
            )
            self._loop = loop
        return self._session

    def _socket(self, address: Any) -> socket.socket:
        """A socket for a resolved address: asked here, nothing can change between the check and the connection."""
        family, kind, protocol, _, target = address
        if reason := refusal(target[0], target[1], self._loopback_ports):
            raise OSError(reason)
        return socket.socket(family=family, type=kind, proto=protocol)


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> tuple[bytes, str]:
    """The body, decompressed, and why it is not whole (empty when it is)."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > most_bytes:
            return b"", f"over {most_bytes / 1_000_000:g} MB"
    return bytes(body), ""


def _readable_headers(headers: Mapping[str, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in headers.items():
        key, text = name.lower(), _readable(value)
        told[key] = f"{told[key]}, {text}" if key in told else text  # Source: RFC 9110, 5.3
    return told


def _readable(value: str) -> str:
    """A header as text that can be written down: old systems send bytes of no known encoding."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _no_answer(url: str, reason: str) -> Response:
    return Response(url, 0, {}, b"", plain(reason)[:200])


def _why(error: OSError) -> str:
    refused = str(error)
    if "address not allowed" in refused:
        return refused[refused.index("address not allowed") :][:100]
    words = os.strerror(error.errno) if error.errno else refused
    return f"cannot connect: {words}"
