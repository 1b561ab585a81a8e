"""An OPML file in, the feeds to watch out."""

from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import listparser

from shared.core.ids import feed_id
from shared.core.text import plain
from shared.core.urls import resolve
from shared.errors import InputError
from shared.types import Feed
from sitrep.local.show import one_line, say


def read_opml(path: Path, backfill: bool = False) -> list[Feed]:
    """The feeds that a list names, each once, in its order.

    Raises `InputError` for a file that cannot be read, is no OPML, or names no feed over http or https.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    parsed = listparser.parse(body)
    if parsed.bozo and not parsed.feeds:
        raise InputError(f"{path} is no OPML file: {parsed.bozo_exception}")
    feeds: dict[str, Feed] = {}
    unused = []
    for listed in parsed.feeds:
        url = urldefrag(resolve("", listed.url)).url
        if url:
            feeds.setdefault(feed_id(url), Feed(feed_id(url), url, plain(listed.title)[:200], backfill))
        else:
            unused.append(listed.url)
    if not feeds:
        raise InputError(f'{path} names no feed; an outline needs type="rss" and an xmlUrl that starts with http')
    # Most real lists are no sound XML (an ampersand), so a cut-off one is told by its missing end.
    if b"</opml>" not in body[-1_000:].lower():
        say(f"{path} has no end: feeds may be missing from it")
    if unused:
        named = one_line(", ".join(unused))[:200]
        say(f"{path}: {len(unused)} outlines name no feed over http, and are left out: {named}")
    return list(feeds.values())


def loopback_ports(feeds: list[Feed]) -> frozenset[int]:
    """Ports of this machine that these feeds are served from: what the local stack may then fetch."""
    ports = set()
    for feed in feeds:
        parts = urlsplit(feed.url)
        if parts.hostname in ("localhost", "127.0.0.1", "::1"):
            ports.add(parts.port or (443 if parts.scheme == "https" else 80))
    return frozenset(ports)
