from contextlib import suppress
from datetime import UTC, datetime

import pytest

from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed, parse_feed
from shared.core.text import language_code
from tests.conftest import NOW, item, rss

URL = "https://news.example/feeds/world.xml"


def parsed(body: str | bytes) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, URL, "application/xml", NOW)


def test_an_rss_item_is_read_with_its_guid_link_title_summary_and_date() -> None:
    feed = parsed(rss(item("a1", "/news/1", "Four &amp;amp; <b>more</b>", "Short.", "Wed, 04 Mar 2026 10:30:00 +0100")))

    (entry,) = feed.entries
    assert feed.title == "The Example"
    assert (entry.id, entry.link) == ("a1", "https://news.example/news/1")
    assert (entry.title, entry.summary) == ("Four & more", "Short.")
    assert entry.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def test_an_atom_entry_is_read() -> None:
    feed = parsed(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>ال</title>'
        "<entry><id>urn:1</id><title>خبر</title>"
        '<link href="https://news.example/1"/><updated>2026-03-04T09:00:00Z</updated></entry></feed>'
    )

    (entry,) = feed.entries
    assert (entry.id, entry.title, feed.language) == ("urn:1", "خبر", "ar")
    assert entry.published_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_an_item_without_guid_is_known_by_its_link() -> None:
    feed = parsed(rss("<item><title>T</title><link>https://news.example/1</link></item>"))

    assert feed.entries[0].id == "https://news.example/1"


@pytest.mark.parametrize("link", ["", "mailto:desk@news.example", "file:///etc/passwd"])
def test_a_link_that_leads_to_no_page_is_none_and_the_item_stays(link: str) -> None:
    (entry,) = parsed(rss(item("a1", link, "Title", "Summary."))).entries

    assert (entry.id, entry.link, entry.summary) == ("a1", "", "Summary.")


@pytest.mark.parametrize(
    ("body", "words"),
    {
        "nothing": (b"", "empty body"),
        "white space": (b"\r\n  ", "empty body"),
        "a web page": (b"<!DOCTYPE html><html><body><p>Hello</p></body></html>", "an HTML page"),
        "a feed cut off before its first item": (
            b"<rss version='2.0'><channel><title>T</title><item><ti",
            "damaged XML",
        ),
        "plain words": (b"Service temporarily unavailable", "not a feed"),
    }.values(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_feed_is_told_by_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        parsed(body)


@pytest.mark.parametrize("encoding", ["idna", "punycode", "utf-7", "hex", "no-such-thing"])
def test_an_encoding_that_is_none_of_the_webs_is_passed_over(encoding: str) -> None:
    body = rss(item("a1", "/1", "Café")).replace("?>", f' encoding="{encoding}"?>', 1)

    assert [entry.title for entry in parsed(body).entries] == ["Café"]


@pytest.mark.parametrize("encoding", ["idna", "punycode", "utf-7", "hex", "no-such-thing"])
@pytest.mark.parametrize("title", [b"Caf\xe9 \xff\xfe"])
def test_neither_it_nor_bytes_that_are_no_text_raise_anything_else(encoding: str, title: bytes) -> None:
    body = rss(item("a1", "/1", "TITLE")).encode().replace(b"?>", f' encoding="{encoding}"?>'.encode(), 1)

    with suppress(NotAFeed):
        assert [entry.id for entry in parsed(body.replace(b"TITLE", title)).entries] == ["a1"]


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()


def test_fifty_kilobytes_of_newlines_before_the_root_change_nothing() -> None:
    body = rss(item("a1", "/1"))
    padded = body.replace("?>", "?>" + "\n" * 50_000, 1)

    assert parsed(padded) == parsed(body)


def test_an_entity_bomb_does_not_grow() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "'
        + "x" * 1000
        + '">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in ("ab", "bc", "cd", "de"))
        + "]>"
        + rss(item("a1", "/1", "&e;")).removeprefix('<?xml version="1.0"?>')
    )

    titles = [entry.title for entry in parsed(bomb).entries]

    assert all(len(title) <= 500 for title in titles)


def test_of_a_feed_beyond_all_bounds_the_first_entries_are_read() -> None:
    body = rss(*(f"<item><guid>{number}</guid></item>" for number in range(MOST_ENTRIES + 5)))

    assert len(parsed(body).entries) == MOST_ENTRIES


def test_a_title_cannot_carry_controls_or_turn_the_text_around() -> None:
    feed = parsed(rss(item("a1", "/1", "Safe\u202egnihtyna &#7; \u200b<script>x</script>")))

    assert feed.entries[0].title == "Safegnihtyna x"


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "pt"), ("EN_us", "en"), ("", ""), ("english", ""), ("x-klingon", "")]
)
def test_a_language_tag_gives_its_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_no_ampersand_is_lost_where_the_xml_is_damaged() -> None:
    link = "https://news.example/?a=1&b=2&c"

    entries = parsed(rss(item("a", link, "First"), item("b", link, "This & that"))).entries

    assert [(entry.link, entry.title) for entry in entries] == [(link, "First"), (link, "This & that")]
