"""A file or an address named on the command line in, what it holds out.  Reads, fetches, prints."""

import asyncio
import json
import os
import sys
from io import TextIOWrapper
from typing import Any

import msgspec

from shared import settings
from shared.adapters.http import Http
from shared.core.quality import challenge
from shared.errors import InputError
from shared.types import Response


def read_source(source: str, most_bytes: int) -> Response:
    """The answer that an address gives, or a file's bytes as if answered; `-` is standard input.

    Of a longer file a byte more than asked for.  Raises `InputError` where there is nothing to read.
    """
    if source.lower().startswith(("http://", "https://")):
        return asyncio.run(_fetch(source, most_bytes))
    try:
        if source == "-":
            return Response("", 200, {}, sys.stdin.buffer.read(most_bytes + 1))
        with open(source, "rb") as stream:
            return Response("", 200, {}, stream.read(most_bytes + 1))
    except (OSError, ValueError) as error:  # a name with a NUL in it
        raise InputError(
            f"cannot read {source}: {getattr(error, 'strerror', error)}; give a file, - for standard input, or an "
            "address with http:// or https://"
        ) from error


def print_json(value: Any) -> None:
    """Prints letters as they are; what could drive a terminal, or is not seen on it, as JSON's escapes."""
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text), flush=True)


async def _fetch(url: str, most_bytes: int) -> Response:
    contact = os.environ.get("CONTACT") or "a person at a command line; no contact given"
    http = Http(contact, settings.loopback_ports())
    try:
        response = await http.get(url, most_bytes)
    finally:
        await http.close()
    if response.status != 200 or response.reason:
        told = (response.reason or f"HTTP {response.status}", challenge(response.body))
        raise InputError(f"{url} cannot be read: {', '.join(filter(None, told))}")
    return response
