"""RSS 0.9x, 1.0 and 2.0, Atom and RDF in, what they list out.  Pure.

What the elements mean is feedparser's knowledge.  It is handed the feed distilled: well-formed, with nothing but the
elements that it is asked for.  Of a feed as it comes, some parts take it time that grows with their square (attributes,
namespaces, authors, tags, white space), and where the XML is damaged it drops entries.
"""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

import feedparser

from shared.core.feeds.body import Document
from shared.core.feeds.listed import MOST_ENTRIES, ListedEntry, NotAFeed, ParsedFeed, listed_entry, parsed_feed
from shared.core.feeds.markup import Enough, read

# Prefixes as they are mostly written.  Whoever declares another one for the same means the same.
_NAMESPACES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
_DECLARED = "".join(
    f" xmlns:{prefix[:-1]}={quoteattr(uri)}" for prefix, uri in {p: uri for uri, p in _NAMESPACES.items() if p}.items()
)
_ROOTS = {
    "feed": ('feed xmlns="http://www.w3.org/2005/Atom"', "feed"),
    "rdf": ('rdf:RDF xmlns="http://purl.org/rss/1.0/"', "rdf:RDF"),
}
_RSS = ('rss version="2.0"', "rss")
_DATES = frozenset(
    (
        *("pubdate", "published", "issued", "dcterms:issued", "prism:publicationdate"),
        *("updated", "modified", "dc:date", "dcterms:modified", "dcterms:created", "created", "date"),
    )
)
_READ = _DATES.union(
    (
        *("title", "dc:title", "media:title", "guid", "id", "link", "feedburner:origlink"),
        *("description", "summary", "abstract", "dc:description", "itunes:summary", "media:description"),
        *("content:encoded", "content", "fullitem", "body"),
        *("language", "dc:language", "ttl", "sy:updateperiod", "sy:updatefrequency"),
    )
)
_SPELT = {"pubdate": "pubDate", "prism:publicationdate": "prism:publicationDate"}
_KEPT = frozenset({"href", "rel", "type", "ispermalink", "xml:base", "xml:lang", "rdf:about"})
_TYPED = frozenset({"link"})
"""Where a type says what a link leads to; elsewhere it says how a text is packed, which is undone here."""
_ENTRIES = frozenset({"item", "entry"})
# What has titles and links of its own, which are not the entry's.
_SKIPPED = frozenset({"source", "image", "textinput", "author", "contributor"})
_IDS = frozenset({"guid", "id"})
_UNLIKE_UTF8 = "\u200b"
"""Keeps feedparser from taking a text for UTF-8 that was read as Latin-1; it is not seen, and dropped with its like."""
_MOST_READ = 100
"""Elements of one entry, or of the feed itself."""
_DEEPEST = 4
"""How deep in an entry an element counts as deeper: of two titles the outer one is the entry's."""
_LONGEST_ATTRIBUTE = 4_000
_LONGEST_TEXT = 80_000
_LONGEST_DATE = 100
"""feedparser guesses at dates as well; its guess is not asked for, and made quickly."""
_PAGES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}
_NUMBER = re.compile(r"\d{1,6}")


def parse_syndication(document: Document, base: str, now: datetime | None) -> ParsedFeed:
    """What a feed lists.  Raises `NotAFeed` where nothing can be made of it."""
    distilled = _Distilled(document)
    read(document, distilled)
    parsed = feedparser.parse(
        io.BytesIO(distilled.xml()),
        response_headers={"content-location": base, "content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.entries and not distilled.is_ended:
        raise NotAFeed("damaged XML: no entry can be read")
    told = parsed.feed
    return parsed_feed(
        base,
        (_entry(item, base, now) for item in parsed.entries),
        title=_text(told.get("title")),
        language=_text(told.get("language")),
        ttl=_ttl(told),
        site=_link(told),
        is_cut=not distilled.is_ended,
    )


def _entry(item: Any, base: str, now: datetime | None) -> ListedEntry | None:
    return listed_entry(
        base,
        now,
        id=_text(item.get("id")),
        title=_text(item.get("title")),
        link=_text(item.get("feedburner_origlink")) or _link(item),
        dates=_dates(item),
        summary=_text(item.get("summary")) or next((_text(one.get("value")) for one in item.get("content", ())), ""),
    )


def _dates(item: Any) -> Iterator[str]:
    for name in ("published", "updated", "created", "prism_publicationdate"):
        if name in item:  # asked for "updated" it would give "published"
            yield _text(item[name])


def _link(told: Any) -> str:
    """The page an entry or a feed leads to: the first of its links that is one, else an id that is a link."""
    addressed = [link for link in told.get("links", ()) if _text(link.get("href"))]
    alternates = [link for link in addressed if link.get("rel", "alternate") in ("alternate", "")]
    pages = [link for link in alternates if link.get("type", "text/html") in _PAGES]
    if alternates:
        return _text((pages or alternates)[0]["href"])
    link = "" if addressed else _text(told.get("link"))
    return link if link.startswith("/") or "://" in link else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _ttl(told: Any) -> timedelta | None:
    """How long a channel asks to be left alone: RSS's minutes, else the syndication module's period."""
    if _NUMBER.fullmatch(minutes := _text(told.get("ttl")).strip()):
        return timedelta(minutes=int(minutes))
    period = _text(told.get("sy_updateperiod")).strip().lower()
    times = _text(told.get("sy_updatefrequency")).strip() or "1"
    if period not in _PERIODS or not _NUMBER.fullmatch(times) or int(times) == 0:
        return None
    if (period, int(times)) == ("hourly", 1):
        return None  # WordPress writes it into every feed, however often it changes
    return _PERIODS[period] / int(times)


class _Distilled:
    """Hears of a document's tags and text, and writes the part of it that is to be read."""

    def __init__(self, document: Document) -> None:
        self.is_matched = True
        self.is_ended = False
        self._root = document.root
        self._names: dict[str, str] = {}  # what the names in this document mean
        self._prefixes = {document.prefix: ""}
        self._written: list[str] = []
        self._root_attributes: dict[str, str] = {}
        self._entry = ""  # the entry that is open, as its start tag says
        self._entries = 0
        self._before = 0  # how much was written before it
        self._depth = 0  # in an entry
        self._read = 0  # elements of this entry
        self._skipping = 0  # how deep we are in what is passed over
        self._field = ""  # the element that is being read
        self._tag = ""  # its start tag
        self._nested = 0  # how often it is open inside itself
        self._pieces: list[str] = []
        self._room = 0  # characters that may yet be read of it

    def xml(self) -> bytes:
        """The feed anew, without the entry that the body's end goes through: the next poll brings it whole."""
        if self._entry:
            del self._written[self._before :]
        start, end = _ROOTS.get(self._root, _RSS)
        outer, inner = (f"<{start}{_DECLARED}{_attributes(self._root_attributes)}>", f"</{end}>")
        if end != "feed":
            outer, inner = f"{outer}<channel>", f"</channel>{inner}"
        return f"{outer}{''.join(self._written)}{inner}".encode()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            attributes = {key.lower(): value for key, value in attributes.items()}
            self._declare(attributes)
        tag = self._names.get(name) or self._named(name)
        if not self.is_matched and tag in _ENTRIES:
            self._recover()
        if self._skipping:
            self._skipping += 1
        elif self._field:
            self._nested += tag == self._field
            self._pieces.append(" ")
        elif tag in _ENTRIES:
            self._start_entry(tag, attributes)
        elif tag in _READ:
            self._start_field(tag, attributes)
        elif tag in _SKIPPED:
            self._skipping = 1
        elif self._entry:
            self._depth += 1
        elif not self._entries:
            self._root_attributes |= _kept(attributes)

    def end(self, name: str) -> None:
        tag = self._names.get(name) or self._named(name)
        is_root = tag.rpartition(":")[2] == self._root
        if not self.is_matched and (tag in _ENTRIES or is_root):
            self._recover()
        if self._skipping:
            self._skipping -= 1
        elif self._field:
            if tag != self._field:
                self._pieces.append(" ")
            elif self._nested:
                self._nested -= 1
            else:
                self._end_field()
        elif tag in _ENTRIES:
            self._end_entry()
        elif is_root:
            self._end_entry()
            self.is_ended = True
        elif tag not in _READ:
            self._depth -= 1

    def text(self, data: str) -> None:
        if self._field and self._room > 0 and not self._skipping:
            self._pieces.append(data[: self._room])
            self._room -= len(data)

    def _start_entry(self, tag: str, attributes: dict[str, str]) -> None:
        self._end_entry()
        if self._entries == MOST_ENTRIES:
            raise Enough
        self._entries += 1
        self._entry, self._before = tag, len(self._written)
        self._depth = self._read = 0
        self._written.append(f"<{tag}{_attributes(_kept(attributes))}>")

    def _end_entry(self) -> None:
        if self._entry:
            self._written.append(f"</{self._entry}>")
        self._entry = ""
        self._depth = self._read = 0

    def _start_field(self, tag: str, attributes: dict[str, str]) -> None:
        self._read += 1
        if self._read > _MOST_READ:
            self._skipping = 1
            return
        kept = _kept(attributes)
        if tag not in _TYPED:
            kept.pop("type", None)
        if "ispermalink" in kept:
            kept["isPermaLink"] = kept.pop("ispermalink").strip().lower()
        self._field, self._nested, self._pieces = tag, 0, []
        self._room = _LONGEST_DATE if tag in _DATES else _LONGEST_TEXT
        self._tag = f"<{_SPELT.get(tag, tag)}{_attributes(kept) if kept else ''}>"

    def _end_field(self) -> None:
        deeper = min(max(self._depth, 0), _DEEPEST) if self._entry else 0
        text = " ".join("".join(self._pieces).split())
        name = _SPELT.get(self._field, self._field)
        if self._field in _IDS and "://" not in text and not text.startswith("/"):
            self._tag = f'<{name} isPermaLink="false">'  # no link, so the same wherever the feed is served
        elif not text.isascii():
            text += _UNLIKE_UTF8
        self._written.append(f"{'<x>' * deeper}{self._tag}{_in_cdata(text)}</{name}>{'</x>' * deeper}")
        self._field = ""

    def _declare(self, attributes: dict[str, str]) -> None:
        for key, uri in attributes.items():
            if not key.startswith("xmlns:"):
                continue
            prefix = _NAMESPACES.get(uri.lower().replace("https:", "http:", 1))
            if prefix is not None and self._prefixes.get(key[6:]) != prefix:
                self._prefixes[key[6:]] = prefix
                self._names.clear()

    def _named(self, name: str) -> str:
        """An element's name, its prefix the usual one."""
        prefix, colon, local = name.lower().rpartition(":")
        tag = self._prefixes.get(prefix, prefix + colon) + local
        if len(self._names) < _MOST_READ:
            self._names[name] = tag
        return tag

    def _recover(self) -> None:
        """An entry begins or ends: whatever was not closed in the one before, is."""
        self._skipping = 0
        self._field = ""


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in attributes.items() if k in _KEPT and len(v) <= _LONGEST_ATTRIBUTE}


def _in_cdata(text: str) -> str:
    """Text in one piece: feedparser is told of each reference, and each line, apart."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if "<" in text or "&" in text else text


def _attributes(kept: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in kept.items())
