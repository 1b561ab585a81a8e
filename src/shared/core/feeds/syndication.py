"""RSS 0.9x, 1.0 and 2.0, Atom, RDF and CDF in, what they list out.  Pure.

What the elements mean is feedparser's knowledge.  The reading is ours (`markup`), because feedparser's own is quadratic
in attributes, namespaces, authors, tags and white space, and drops what it read once a document turns out damaged; and
so are the dates, which it guesses.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import feedparser
from feedparser.api import StrictFeedParser

from shared.core.feeds.body import Document
from shared.core.feeds.listed import MOST_ENTRIES, ListedEntry, NotAFeed, ParsedFeed, listed_entry, parsed_feed
from shared.core.feeds.markup import Enough, read

_ENTRY = frozenset({"item", "entry"})
# Local names.  All else is passed over: tags, authors and maps cost feedparser time that grows with their square.
_READ = _ENTRY.union(
    ("rss", "rdf", "feed", "channel", "group", "title", "link", "guid", "id", "origlink", "language"),
    ("pubdate", "published", "issued", "date", "updated", "modified", "created", "publicationdate"),
    ("description", "summary", "abstract", "content", "encoded", "body", "fullitem"),
    ("ttl", "updateperiod", "updatefrequency"),
)
# What has titles and links of its own, which are not the entry's.
_SKIPPED = frozenset({"source", "image", "textinput"})
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_NUMBER = re.compile(r"\d{1,6}")
# The first handler that answers ends feedparser's own guesses.
feedparser.registerDateHandler(lambda _: (1970, 1, 1, 0, 0, 0, 3, 1, 0))


def parse_syndication(document: Document, base: str, now: datetime | None) -> ParsedFeed:
    """What a feed lists.  Raises `NotAFeed` where nothing can be made of it."""
    listing = read(document, lambda is_matched: _Listing(document.root, base, is_matched))
    entries = listing.whole_entries()
    if not entries and not listing.is_ended:
        raise NotAFeed("damaged XML: no entry can be read")
    told = listing.feeddata
    return parsed_feed(
        base,
        (_entry(item, base, now) for item in entries),
        title=told.get("title", ""),
        language=_text(told.get("language")),
        ttl=_ttl(told),
        site=_link(told),
        is_cut=not listing.is_ended,
    )


class _Listing(StrictFeedParser):  # type: ignore[misc]
    """feedparser's handlers, told of what a feed needs and of nothing else."""

    # An id is a name and no link, whoever serves the feed.
    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}

    def __init__(self, root: str, base: str, is_matched: bool) -> None:
        # Called "utf-8", it would take a text that looks like UTF-8 read as Latin-1 for one.
        super().__init__(base, None, "utf8")
        self.incontent = 0
        self.sanitize_html = self.resolve_relative_uris = False
        self.is_ended = False
        self._root = root
        self._is_matched = is_matched
        self._skipping = 0
        self._content = ""  # the element whose markup is being read
        self._nested = 0  # how often it is open inside itself

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.lower()
        local = tag.rpartition(":")[2]
        if not self._is_matched and local in _ENTRY:
            self._recover()
        if self._skipping or (local in _SKIPPED and not self.incontent):
            self._skipping += 1
        elif self.incontent:
            self._nested += tag == self._content
            self.handle_data(f"<{local[:20]}>", escape=0)
        elif local in _READ:
            if local in _ENTRY and len(self.entries) == MOST_ENTRIES:
                raise Enough
            self.unknown_starttag(tag, list(attributes.items()))
            self._content, self._nested = tag, 0
        else:
            self.depth += 1

    def end(self, name: str) -> None:
        tag = name.lower()
        local = tag.rpartition(":")[2]
        if not self._is_matched and (local in _ENTRY or local == self._root):
            self._recover()
        if self._skipping:
            self._skipping -= 1
        elif self.incontent and (tag != self._content or self._nested):
            self._nested -= tag == self._content
            self.handle_data(f"</{local[:20]}>", escape=0)
        elif local in _READ:
            self.unknown_endtag(tag)
            self.is_ended |= local == self._root
        else:
            self.depth -= 1

    def text(self, data: str) -> None:
        if not self._skipping:
            self.handle_data(data)

    def whole_entries(self) -> list[Any]:
        """The entries but one that the body's end goes through: the next poll brings it whole."""
        is_open = bool(self.inentry) and not self.is_ended
        entries: list[Any] = self.entries[:-1] if is_open else self.entries
        return entries

    def _recover(self) -> None:
        """An entry begins or ends: whatever was not closed in the one before, is."""
        self._skipping = 0
        if self.incontent:
            self.incontent = 0
            self.contentparams.clear()
        while self.elementstack and self.elementstack[-1][0] != "item":
            self.elementstack.pop()


def _entry(item: Any, base: str, now: datetime | None) -> ListedEntry | None:
    link = _text(item.get("feedburner_origlink")) or _link(item)
    return listed_entry(
        base,
        now,
        id=_text(item.get("id")),
        title=_text(item.get("title")),
        link=link,
        dates=_dates(item),
        summary=_text(item.get("summary")),
    )


def _dates(item: Any) -> Iterator[str]:
    for name in ("published", "updated", "created", "prism_publicationdate"):
        if name in item:  # asked for "updated", feedparser would give "published"
            yield _text(item[name])


def _link(item: Any) -> str:
    """The page an entry or a feed leads to: the first of its links that is one, else an id that is a link."""
    others = [link for link in item.get("links", ()) if link.get("rel") == "alternate" and _text(link.get("href"))]
    pages = [link for link in others if link.get("type") in _PAGES]
    if others:
        return _text((pages or others)[0]["href"])
    link = _text(item.get("link"))
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
