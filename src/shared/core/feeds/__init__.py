"""A feed's bytes in, what it lists out.  Pure.

RSS, Atom and RDF, JSON Feed, news sitemaps.  All of it is hostile text, and leaves here plain.
"""

from datetime import datetime

from shared.core.charsets import decode
from shared.core.feeds.body import find_root
from shared.core.feeds.jsonfeed import parse_json_feed
from shared.core.feeds.listed import MOST_ENTRIES, ListedEntry, NotAFeed, ParsedFeed
from shared.core.feeds.newssitemap import parse_news_sitemap
from shared.core.feeds.syndication import parse_syndication

__all__ = ["MOST_ENTRIES", "ListedEntry", "NotAFeed", "ParsedFeed", "parse_feed"]

_IS_NO_FEED = {
    "": "not a feed",
    "html": "an HTML page, not a feed",
    "opml": "a list of feeds (OPML), not a feed",
    "sitemapindex": "an index of sitemaps, not a feed: one of the sitemaps it lists may be",
}


def parse_feed(body: bytes, url: str, content_type: str | None, now: datetime | None = None) -> ParsedFeed:
    """What a feed lists.  A feed without entries is a feed.

    `url` is where it was found: links are relative to it.  A date over a day after `now` counts as none.

    Raises `NotAFeed` for anything else: an empty body, an HTML page.
    """
    text = decode(body, content_type).lstrip("\ufeff \t\r\n\0")
    if not text:
        raise NotAFeed("empty body")
    if text[0] in "{[":
        return parse_json_feed(text, url, now)
    document = find_root(text)
    if document.root in _IS_NO_FEED:
        is_xml = not document.root and text.startswith("<?xml")
        raise NotAFeed("no feed near its beginning" if is_xml else _IS_NO_FEED[document.root])
    if document.root == "urlset":
        return parse_news_sitemap(document, url, now)
    return parse_syndication(document, url, now)
