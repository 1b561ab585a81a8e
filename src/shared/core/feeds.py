"""A feed's bytes in, what it lists out.  Pure.

feedparser reads RSS 0.9x/1.0/2.0, Atom and RDF; what it makes of a feed is still hostile text, and leaves here plain.
"""

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.sax import SAXParseException

import feedparser

from shared.core.dates import parse_date
from shared.core.text import from_markup, language_code, plain
from shared.core.urls import resolve

# feedparser reads runs of white space before the root element in quadratic time: 50 KB of newlines take 12 s.
_PROLOG = re.compile(rb"\A(?:\xef\xbb\xbf)?\s+|(?<=[>?-])\s{2,}(?=<)")
_PROLOG_BYTES = 256 * 1024
MOST_ENTRIES = 10_000
"""Read of one feed; its ids must fit into one record of 400 KB."""


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An item as a feed lists it, in plain text."""

    id: str
    """The feed's own id for it; its link where it has none."""
    title: str
    link: str
    """Absolute; empty when there is none that can be fetched."""
    published_at: datetime | None
    date_raw: str
    """The date as the feed writes it, readable or not."""
    summary: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    title: str
    language: str
    """ISO 639-1, or empty."""
    entries: tuple[ListedEntry, ...]
    """In the feed's own order."""
    ttl: timedelta | None = None
    """How long the feed says that it does not change."""
    site: str = ""
    """The site that the feed says it belongs to; absolute, or empty."""
    is_cut: bool = False
    """Whether it listed more than was read: beyond `MOST_ENTRIES`, or behind damage."""


class NotAFeed(ValueError):
    """The body is no feed; the message says what it is instead."""


def parse_feed(body: bytes, url: str, content_type: str | None, now: datetime | None = None) -> ParsedFeed:
    """What a feed lists.  A feed without entries is a feed.

    Raises `NotAFeed` for anything else: an empty body, an HTML page.
    """
    if not body.strip():
        raise NotAFeed("empty body")
    headers = {"content-location": url, **({"content-type": content_type} if content_type else {})}
    head = _PROLOG.sub(b"", body[:_PROLOG_BYTES])
    try:
        parsed = feedparser.parse(
            io.BytesIO(head + body[_PROLOG_BYTES:]),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (UnicodeError, LookupError) as error:  # an encoding that Python has and no feed means ("punycode", "idna")
        raise NotAFeed(f"unreadable encoding: {plain(str(error))[:100]}") from error
    if not parsed.version and not parsed.entries:
        raise NotAFeed(_what_it_is(body))
    entries = tuple(entry for item in parsed.entries[:MOST_ENTRIES] if (entry := _listed(item, url, now)) is not None)
    if not entries and isinstance(parsed.get("bozo_exception"), SAXParseException):
        raise NotAFeed("damaged XML: no entry can be read")
    return ParsedFeed(
        title=from_markup(parsed.feed.get("title", ""), 200),
        language=language_code(parsed.feed.get("language", "")),
        entries=entries,
    )


def _listed(item: Any, base: str, now: datetime | None) -> ListedEntry | None:
    url = resolve(base, item.get("feedburner_origlink") or item.get("link") or "")
    guid = plain(item.get("id") or "") or url
    title = from_markup(item.get("title", ""), 500)
    if not guid and not title:
        return None  # nothing to know it by: an empty <item/>
    raw = item.get("published") or item.get("updated") or ""
    return ListedEntry(
        id=guid or title,
        title=title,
        link=url,
        published_at=parse_date(raw, now),
        date_raw=plain(raw)[:100],
        summary=from_markup(item.get("summary", "")),
    )


def _what_it_is(body: bytes) -> str:
    head = body[:2000].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        return "an HTML page, not a feed"
    return "not a feed"
