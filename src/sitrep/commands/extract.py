"""`sitrep extract`: what reading makes of a page, as JSON.  Reads a file, or fetches a page."""

import argparse
import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

import msgspec

from shared import settings
from shared.adapters.child import Child
from shared.adapters.http import Http
from shared.core.extract import LARGEST_PAGE, Extracted, extract_article, nothing
from shared.core.quality import challenge
from shared.errors import InputError, IntractableError
from shared.types import Response


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("page", metavar="FILE|URL", help="a saved page, or the address of one")
    parser.add_argument("--url", default="", help="the address that a saved page was found at")


def run(arguments: argparse.Namespace) -> int:
    page, url = arguments.page, arguments.url
    if page.lower().startswith(("http://", "https://")):
        response = asyncio.run(_fetch(page))
        extracted = _extract(response.body, url or response.url, response.headers.get("content-type"))
    else:
        extracted = _extract(_read(Path(page)), url, None)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(_json(extracted), flush=True)
    return 0


def _json(extracted: Extracted) -> str:
    """In letters as they are; what could drive a terminal, or is not seen on it, as JSON's escapes."""
    text = json.dumps(msgspec.to_builtins(extracted), ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _extract(html: bytes, url: str, content_type: str | None) -> Extracted:
    child = Child()
    try:
        return child.call(extract_article, html, url, datetime.now(UTC), content_type)
    except IntractableError as error:
        return nothing(str(error))
    finally:
        child.close()


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_PAGE + 1)
    except OSError as error:
        raise InputError(
            f"cannot read {file}: {error.strerror}; give a file, or an address with http:// or https://"
        ) from error


async def _fetch(url: str) -> Response:
    contact = os.environ.get("CONTACT") or "a person reads one page with sitrep; no contact given"
    http = Http(contact, settings.loopback_ports())
    try:
        response = await http.get(url, LARGEST_PAGE)
    finally:
        await http.close()
    if response.status != 200 or response.reason:
        told = response.reason or f"HTTP {response.status}"
        found = challenge(response.body)
        raise InputError(f"{url} gives no page to read: {told}{', ' if found else ''}{found}")
    return response
