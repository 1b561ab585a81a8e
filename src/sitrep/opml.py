"""An OPML file in, the feeds to watch out; and the way back.

Most lists in the world are no sound XML (a bare ampersand, markup inside an attribute), and nothing of them is to be
lost: what is read is each `outline` with its attributes, wherever it stands.
Source: OPML 2.0, http://opml.org/spec2.opml.
"""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urldefrag, urlsplit
from xml.sax.saxutils import escape

from shared.core.charsets import decode
from shared.core.ids import feed_id
from shared.core.text import plain
from shared.core.urls import resolve
from shared.errors import InputError
from shared.types import Feed
from sitrep.local.show import one_line, say

LARGEST_LIST = 20_000_000
"""Bytes: 100,000 feeds have 10 MB."""
URGENT = "/sitrep/urgent"
"""The category of a feed that is to be polled every minute."""
PAUSED = "/sitrep/paused"

_TAG = re.compile(r"<(/?outline\b|/body\b|/opml\b)", re.IGNORECASE)
# A name begins where a word begins, so that a long word is looked at once.
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([\w:.-]{1,40}+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:#\w{1,8}|amp|lt|gt|quot|apos);")


def read_opml(path: Path, backfill: bool = False) -> list[Feed]:
    """The feeds that a list names, each once, in its order.

    Raises `InputError` for a file that cannot be read, is no OPML, or names no feed over http or https.
    """
    text = decode(_bytes(path), None)
    feeds: dict[str, Feed] = {}
    lists, unused = [], []
    for outline in _outlines(text):
        written = _url(outline.get("xmlurl", ""))
        if url := urldefrag(resolve("", written)).url:
            feed = _feed(url, outline, backfill)
            feeds.setdefault(feed.id, feed)
        elif "xmlurl" in outline:
            unused.append(written)
        elif outline.get("type", "").lower() in ("include", "link") and outline.get("url"):
            lists.append(_url(outline["url"]))
    if lists:
        say(f"{path}: {len(lists)} outlines lead to other lists or pages, and are not followed: {_named(lists)}")
    if not feeds:
        raise InputError(f'{path} names no feed; an outline needs type="rss" and an xmlUrl that starts with http')
    if "</opml" not in text[-1_000:].lower():
        say(f"{path} has no end: feeds may be missing from it")
    if unused:
        say(f"{path}: {len(unused)} outlines name no feed over http, and are left out: {_named(unused)}")
    return list(feeds.values())


def render_opml(feeds: Iterable[Feed], title: str) -> str:
    """A list that `read_opml`, and any feed reader, reads these feeds from."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{escape(plain(title))}</title></head>",
        "  <body>",
    ]
    for feed in feeds:
        told = {"type": "rss", "text": feed.title or feed.url, "xmlUrl": feed.url}
        if feed.title:
            told["title"] = feed.title
        if categories := [URGENT] * feed.is_urgent + [PAUSED] * feed.is_paused:
            told["category"] = ",".join(categories)
        written = " ".join(f'{name}="{escape(plain(value), {chr(34): "&quot;"})}"' for name, value in told.items())
        lines.append(f"    <outline {written}/>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def loopback_ports(feeds: Iterable[Feed]) -> frozenset[int]:
    """Ports of this machine that these feeds are served from: what the local stack may then fetch."""
    ports = set()
    for feed in feeds:
        parts = urlsplit(feed.url)
        if parts.hostname in ("localhost", "127.0.0.1", "::1"):
            ports.add(parts.port or (443 if parts.scheme == "https" else 80))
    return frozenset(ports)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_LIST + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if len(body) > LARGEST_LIST:
        raise InputError(f"{path} is over {LARGEST_LIST // 1_000_000} MB: split it into several lists")
    return body


def _outlines(text: str) -> Iterator[dict[str, str]]:
    """The attributes of each outline, names in lower case, values as written.

    An outline's are looked for up to the next one: inside an attribute real lists have markup, quotes and all.
    """
    first, *commented = text.split("<!--")
    _, *parts = _TAG.split(first + "".join(map(_after_comment, commented)))
    for tag, rest in zip(parts[::2], parts[1::2], strict=True):
        if tag.lower() == "outline":
            attributes: dict[str, str] = {}
            for name, double, single in _ATTRIBUTE.findall(rest):
                attributes.setdefault(name.lower(), double or single)
            yield attributes


def _after_comment(part: str) -> str:
    before, end, after = part.partition("-->")
    return after if end else before  # a comment without an end hides nothing


def _feed(url: str, outline: dict[str, str], backfill: bool) -> Feed:
    title = plain(html.unescape(outline.get("text", ""))) or plain(html.unescape(outline.get("title", "")))
    categories = {name.strip().lower() for name in outline.get("category", "")[:1_000].split(",")}
    return Feed(
        feed_id(url),
        url,
        "" if title == url else title[:200],
        backfill,
        is_urgent=URGENT in categories,
        is_paused=PAUSED in categories,
    )


def _url(written: str) -> str:
    # Not `html.unescape`: a bare "&copy=2" is a parameter and no sign.
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), written)


def _named(urls: list[str]) -> str:
    return one_line(", ".join(urls[:20]))[:200]
