"""A news sitemap in, what it lists out.  Pure.

Source: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from collections.abc import Iterable
from datetime import datetime

from shared.core.feeds.body import Document
from shared.core.feeds.listed import MOST_ENTRIES, ListedEntry, NotAFeed, ParsedFeed, listed_entry, parsed_feed
from shared.core.feeds.markup import Enough, read

# Where in a <url> it stands: an <image:loc> or <video:title> is none of these.
_TOLD = {
    ("loc",): "loc",
    ("lastmod",): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
    ("news", "publication", "name"): "publication",
    ("news", "publication", "language"): "language",
}
_DEEPEST = 8


def parse_news_sitemap(document: Document, base: str, now: datetime | None) -> ParsedFeed:
    """What a news sitemap lists; one without news is a feed without entries, as nothing older than two days is in it.

    Raises `NotAFeed` for a sitemap of another kind: it lists pages, and none of them is news.
    """
    sitemap = _Sitemap()
    read(document, sitemap)
    news = [told for told in sitemap.urls if "title" in told]
    if not news and not sitemap.is_of_news:
        raise NotAFeed("a sitemap without news, not a feed")
    if not news and not sitemap.is_ended:
        raise NotAFeed("damaged XML: no entry can be read")
    return parsed_feed(
        base,
        (_entry(told, base, now) for told in news),
        title=_first(told.get("publication", "") for told in news),
        language=_first(told.get("language", "") for told in news),
        is_cut=not sitemap.is_ended,
    )


class _Sitemap:
    """Hears of tags and text, keeps what is told of each URL."""

    def __init__(self) -> None:
        self.is_matched = True
        self.urls: list[dict[str, str]] = []
        self.is_of_news = False
        self.is_ended = False
        self._path: list[str] = []  # local names of the open elements within a <url>
        self._told: dict[str, str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "urlset":
            self.is_of_news = any("sitemap-news" in value for value in attributes.values())
        elif local == "url":
            if len(self.urls) == MOST_ENTRIES:
                raise Enough
            self._told, self._path = {}, []
        elif self._told is not None and len(self._path) < _DEEPEST:
            self._path.append(local)

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "url" and self._told is not None:
            self.urls.append(self._told)
            self._told = None
        elif local == "urlset":
            self.is_ended = True
        elif self._path and self._path[-1] == local:
            self._path.pop()

    def text(self, data: str) -> None:
        if self._told is not None and (key := _TOLD.get(tuple(self._path))):
            self._told[key] = self._told.get(key, "") + data


def _entry(told: dict[str, str], base: str, now: datetime | None) -> ListedEntry | None:
    loc = told.get("loc", "").strip()
    dates = (told.get("published", ""), told.get("lastmod", ""))
    return listed_entry(base, now, id=loc, title=told["title"], link=loc, dates=dates, summary="")


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, (text.strip() for text in texts)), "")
