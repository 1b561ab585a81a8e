"""Bytes in; an AssertionError, or whatever escapes, where a parser breaks its word."""

import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from shared.core.dates import EARLIEST, parse_date
from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed, parse_feed

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
URL = "https://news.example/feeds/world.xml"


def check_feed(body: bytes, content_type: str | None = None) -> ParsedFeed | None:
    """The feed; none where the body is none.  Either way, nothing that it says can do harm."""
    try:
        feed = parse_feed(body, URL, content_type, NOW)
    except NotAFeed as error:
        _is_plain(str(error))
        return None
    _is_plain(feed.title)
    _is_link(feed.site)
    assert feed.language == "" or (len(feed.language) == 2 and feed.language.isascii()), repr(feed.language)
    assert feed.ttl is None or timedelta(0) < feed.ttl <= timedelta(days=31), repr(feed.ttl)
    assert len(feed.entries) <= MOST_ENTRIES
    for entry in feed.entries:
        for text in (entry.id, entry.title, entry.summary, entry.date_raw):
            _is_plain(text)
        assert entry.id
        _is_link(entry.link)
        _is_moment(entry.published_at)
    return feed


def check_date(text: str) -> None:
    _is_moment(parse_date(text, NOW))


def check_page(html: bytes) -> None:
    from shared.core.extract import extract_article  # takes a while to load

    extracted = extract_article(html, "https://news.example/1", NOW)
    assert extracted.text or extracted.reason
    assert all(extracted.text[one.start : one.end].strip() for one in extracted.paragraphs)
    for text in (extracted.title, extracted.site, *extracted.authors):
        _is_plain(text)
    _is_link(extracted.canonical_url)
    _is_moment(extracted.published_at)


def _is_plain(text: str) -> None:
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text), repr(text)


def _is_link(url: str) -> None:
    assert url == "" or (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname), repr(url)
    _is_plain(url)


def _is_moment(moment: datetime | None) -> None:
    if moment is not None:
        assert moment.utcoffset() == timedelta(0), repr(moment)
        assert EARLIEST <= moment <= NOW + timedelta(days=1), repr(moment)
