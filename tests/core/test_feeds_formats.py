import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed, parse_feed
from tests.conftest import NOW

URL = "https://news.example/feeds/world"
VERSION = "https://jsonfeed.org/version/1.1"
NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
STORY = (
    "<url><loc>https://news.example/1</loc><lastmod>2026-03-04T11:00:00Z</lastmod><news:news><news:publication>"
    "<news:name>The Example</news:name><news:language>zh-cn</news:language></news:publication>"
    "<news:publication_date>2026-03-04T09:30:00Z</news:publication_date><news:title>Four &amp; more</news:title>"
    "</news:news><image:image><image:loc>https://cdn.example/1.jpg</image:loc><image:title>Logo</image:title></image:image></url>"
)


def parsed(body: str | bytes) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, URL, None, NOW)


def json_feed(*items: object, **members: object) -> str:
    return json.dumps({"version": VERSION, "items": items, **members})


def test_a_json_feed_is_read() -> None:
    feed = parsed(
        json_feed(
            {
                "id": "a1",
                "url": "/1",
                "external_url": "https://other.example/",
                "title": "Four &amp; more",
                "content_html": "<p>Short.</p>",
                "date_published": "2026-03-04T10:30:00+01:00",
                "date_modified": "2026-03-04T11:00:00Z",
            },
            title="Desk",
            home_page_url="https://news.example/",
            language="ar-SY",
        )
    )

    (entry,) = feed.entries
    assert (feed.title, feed.site, feed.language) == ("Desk", "https://news.example/", "ar")
    assert (entry.id, entry.link, entry.title) == ("a1", "https://news.example/1", "Four & more")
    assert (entry.published_at, entry.summary) == (datetime(2026, 3, 4, 9, 30, tzinfo=UTC), "Short.")


def test_a_link_away_stands_for_a_missing_one() -> None:
    feed = parsed(json_feed({"id": "a1", "external_url": "https://other.example/1"}))

    assert feed.entries[0].link == "https://other.example/1"


ODD: dict[str, tuple[Any, str]] = {
    "a number": (7, "7"),
    "a number beyond all bounds": (10**300, str(10**300)),
    "a list": ([1], "T"),
    "nothing": (None, "T"),
    "true": (True, "T"),
}


@pytest.mark.parametrize(("written", "known_by"), ODD.values(), ids=ODD)
def test_an_id_of_an_odd_type_is_what_it_says_or_none(written: object, known_by: str) -> None:
    assert parsed(json_feed({"id": written, "title": "T"})).entries[0].id == known_by


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["x"], {}, {"x": []}], ids=repr)
def test_a_member_of_the_wrong_type_counts_as_absent(value: object) -> None:
    names = ("url", "external_url", "title", "summary", "content_text", "content_html", "date_published")

    feed = parsed(json_feed({"id": "a1", **dict.fromkeys(names, value)}, value, title=value, language=value))

    assert [entry.id for entry in feed.entries] == ["a1"]
    assert feed.entries[0].published_at is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_json_feed_is_read_in_the_encoding_it_is_in(encoding: str) -> None:
    body = json_feed({"id": "a1", "title": "X"}).replace("X", "Мост закрыт").encode(encoding)

    assert parsed(body).entries[0].title == "Мост закрыт"


def test_half_a_character_in_json_is_dropped() -> None:
    assert parsed(json_feed({"id": "a1", "title": "A\ud800B"})).entries[0].title == "AB"


def test_of_two_members_of_one_name_the_last_counts() -> None:
    body = json_feed({"id": "a1", "title": "T"}).replace('"title"', '"title": "S", "title"')

    assert parsed(body).entries[0].title == "T"


def test_of_a_json_feed_beyond_all_bounds_the_first_entries_are_read() -> None:
    feed = parsed(json_feed(*({"id": str(number)} for number in range(MOST_ENTRIES + 1))))

    assert (len(feed.entries), feed.is_cut) == (MOST_ENTRIES, True)


def test_a_news_sitemap_is_read() -> None:
    feed = parsed(f"<?xml version='1.0'?>{NEWS}{STORY}</urlset>")

    (entry,) = feed.entries
    assert (feed.title, feed.language) == ("The Example", "zh")
    assert (entry.id, entry.link) == ("https://news.example/1", "https://news.example/1")
    assert (entry.title, entry.published_at) == ("Four & more", datetime(2026, 3, 4, 9, 30, tzinfo=UTC))


def test_a_news_sitemap_of_a_quiet_day_is_a_feed_without_entries() -> None:
    assert parsed(f"{NEWS}</urlset>").entries == ()


def test_of_a_sitemap_that_ends_too_soon_the_whole_entries_are_read() -> None:
    feed = parsed(NEWS + STORY + STORY[:-30])

    assert (len(feed.entries), feed.is_cut) == (1, True)


def test_of_a_sitemap_that_mixes_only_the_news_is_read() -> None:
    feed = parsed(f"{NEWS}<url><loc>https://news.example/about</loc></url>{STORY}</urlset>")

    assert [entry.title for entry in feed.entries] == ["Four & more"]


OTHERS = {
    "a sitemap of pages": (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://x.example/</loc></url></urlset>",
        "a sitemap without news, not a feed",
    ),
    "an index of sitemaps": ("<?xml version='1.0'?><sitemapindex><sitemap/></sitemapindex>", "an index of sitemaps"),
    "a sitemap cut off before its first entry": (f"{NEWS}<url><lo", "damaged XML"),
    "an OPML list": ("<opml version='2.0'><body/></opml>", "a list of feeds"),
    "other JSON": ('{"status": "ok", "items": []}', "JSON, but not a JSON Feed"),
    "a list in JSON": ("[1, 2]", "JSON, but not a JSON Feed"),
    "JSON without items": (f'{{"version": "{VERSION}"}}', "JSON, but not a JSON Feed"),
    "JSON cut off": (json_feed({"id": "a1"})[:-5], "damaged JSON"),
    "words in brackets": ("[Service unavailable]", "damaged JSON, or no JSON"),
}


@pytest.mark.parametrize(("body", "words"), OTHERS.values(), ids=OTHERS)
def test_what_is_like_a_feed_and_is_none_is_told_by_what_it_is(body: str, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        parsed(body)
