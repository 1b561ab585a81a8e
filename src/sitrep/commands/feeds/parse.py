"""`sitrep feeds parse`: what is read of a feed, as JSON.  Reads a file or standard input, or fetches a feed."""

import argparse
import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import BinaryIO

import msgspec

from shared import settings
from shared.adapters.child import Child
from shared.adapters.http import Http
from shared.core.feeds import NotAFeed, ParsedFeed
from shared.core.polling import parse as parse_response
from shared.errors import InputError, IntractableError
from shared.steps.fetch import LARGEST_FEED
from shared.types import Response
from sitrep.local.show import one_line, say


def run(arguments: argparse.Namespace) -> int:
    source, url = arguments.source, arguments.url
    is_web = source.lower().startswith(("http://", "https://"))
    response = asyncio.run(_fetch(source)) if is_web else Response("", 200, {}, _read(source))
    feed = _parse(source, replace(response, url=url) if url else response)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(_json(feed), flush=True)
    if feed.is_cut:
        say(one_line(f"sitrep: {source} lists more than this: it is too long, or ends too soon"), sys.stderr)
    return 0


def _json(feed: ParsedFeed) -> str:
    """In letters as they are; what could drive a terminal, or is not seen on it, as JSON's escapes."""
    shown = {"title": feed.title, "entries": msgspec.to_builtins(feed.entries)}
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _parse(source: str, response: Response) -> ParsedFeed:
    child = Child()
    try:
        feed = child.call(parse_response, response, datetime.now(UTC))
    except IntractableError as error:
        raise InputError(f"{source} cannot be parsed: {error}") from error
    finally:
        child.close()
    if isinstance(feed, NotAFeed):
        raise InputError(f"{source} is no feed that can be read: {feed}")
    return feed


def _read(source: str) -> bytes:
    try:
        if source == "-":
            return _limited(source, sys.stdin.buffer)
        with open(source, "rb") as stream:
            return _limited(source, stream)
    except (OSError, ValueError) as error:  # a name with a NUL in it
        raise InputError(
            f"cannot read {source}: {getattr(error, 'strerror', error)}; give a file, - for standard input, or an "
            "address with http:// or https://"
        ) from error


def _limited(source: str, stream: BinaryIO) -> bytes:
    body = stream.read(LARGEST_FEED + 1)
    if len(body) > LARGEST_FEED:
        raise InputError(f"{source} is over {LARGEST_FEED / 1_000_000:g} MB, more than is read of a feed")
    return body


async def _fetch(url: str) -> Response:
    contact = os.environ.get("CONTACT") or "a person reads one feed with sitrep; no contact given"
    http = Http(contact, settings.loopback_ports())
    try:
        response = await http.get(url, LARGEST_FEED)
    finally:
        await http.close()
    if response.status != 200 or response.reason:
        raise InputError(f"{url} gives no feed: {response.reason or f'HTTP {response.status}'}")
    return response
