"""Feeds made to keep a parser busy.  Each is read in the process that is ended when it takes too long."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from shared.adapters.child import Child
from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed
from shared.core.polling import parse
from shared.types import Response
from tests.conftest import NOW, item, rss

M = 1_000_000
GOOD = item("good", "/good", "Good")
VERSION = '{"version": "https://jsonfeed.org/version/1.1", "items": ['


def around(filling: str) -> str:
    return rss(GOOD, filling)


def within(tag: str, filling: str) -> str:
    return around(f"<item><guid>1</guid><{tag}>{filling}</{tag}></item>")


def bomb(levels: int, width: int, text: str) -> str:
    names = [f"e{number}" for number in range(levels)]
    defined = f'<!ENTITY e0 "{text}">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * width}">' for before, name in pairwise(names)
    )
    return f"<!DOCTYPE r [{defined}]>" + within("title", f"&{names[-1]};" * 1000).removeprefix('<?xml version="1.0"?>')


FEEDS = {
    "newlines before the prolog": "\n" * 50_000 + rss(GOOD),
    "newlines before the root": rss(GOOD).replace("?>", "?>" + "\n" * 200_000),
    "a long author": around(f"<item><author>{'a' * 2 * M}</author></item>"),
    "a long author with signs": around(f"<item><dc:creator>{'a@a.' * M}</dc:creator></item>"),
    "many attributes": around(f"<item {' '.join(f'a{n}={chr(34)}x{chr(34)}' for n in range(300_000))}/>"),
    "many attributes of one name": around("<item " + 'a="x" ' * 600_000 + "/>"),
    "a long attribute": around(f'<item xml:base="https://x.example/{"a/" * M}"><link>../1</link></item>'),
    "many namespaces": around("".join(f'<x xmlns:n{n}="https://x.example/{n}"/>' for n in range(100_000))),
    "many tags": around("<item>" + "".join(f"<category>{n}</category>" for n in range(150_000)) + "</item>"),
    "many words in one": within("media:keywords", "x," * M),
    "many links": within("x", "<link>https://x.example/</link>" * 100_000),
    "many texts": within("x", "<content>x</content>" * 200_000),
    "an entity of entities": bomb(9, 10, "lol"),
    "an entity of length": bomb(1, 1, "x" * 100_000),
    "an entity from elsewhere": bomb(1, 1, "x").replace('"x"', 'SYSTEM "file:///etc/passwd"'),
    "references": within("title", "&amp;" * 900_000),
    "ampersands": within("title", "&" * 4 * M),
    "undefined entities": within("title", "&nope;" * 700_000),
    "deep": within("x", "<a>" * 100_000 + "</a>" * 100_000),
    "deep and open": around("<a>" * 1_500_000),
    "deep in a title": within("title", "<b>" * 700_000),
    "items in items": around("<item>" * 700_000),
    "titles in titles": around("<item>" + "<title>" * 700_000),
    "a long title": within("title", "x" * 4 * M),
    "comments in texts": around(f"<item><description><![CDATA[{'<!--' * 20_000}]]></description></item>" * 60),
    "tags in texts": around(f"<item><description><![CDATA[{'<a ' * 26_000}]]></description></item>" * 60),
    "an open comment": around("<!--" + "x" * 4 * M),
    "open comments": around("<!--" * M),
    "an open text": around("<item><title><![CDATA[" + "x" * 4 * M),
    "open texts": around("<![CDATA[" * 500_000),
    "NUL bytes": around("\0" * 4 * M),
    "angle brackets": around("<" * 4 * M),
    "open tags": around("<a " * 1_500_000),
    "open quotes": around('<a b="' * 800_000),
    "quotes in quotes": around('<a b="<c d=\'" ' * 300_000),
    "many items": rss(*(f"<item><guid>{n}</guid></item>" for n in range(100_000))),
    "many small items": rss("<item/>" * 700_000),
    "dates": around("<item><guid>1</guid><pubDate>" + "1 " * M + "</pubDate></item>"),
    "JSON, deep": VERSION + "[" * 4 * M,
    "JSON of objects, deep": VERSION + '{"a":' * 900_000,
    "a number": VERSION + '{"id": ' + "9" * 4 * M + "}]}",
    "many items in JSON": VERSION + "{}," * 1_500_000 + "{}]}",
    "a deep sitemap": "<urlset><url>" + "<a>" * 1_500_000,
    "a web page": "<html>" + "<rss " * 900_000,
    "entities before nothing": "<!ENTITY " * 500_000 + rss(GOOD),
    "combining marks": within("title", "a\u0301\u0316" * 900_000),
}
ENCODED = {
    f"{encoding} that it is not": around("").replace("?>", f' encoding="{encoding}"?>').encode() + b"\xff\x1b$B" * M
    for encoding in ("punycode", "idna", "utf-7", "iso-2022-jp", "unicode_escape", "zlib")
}
BODIES = {name: body.encode()[: 5 * M] for name, body in FEEDS.items()} | ENCODED


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    process = Child()
    yield process
    process.close()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_feed_made_to_keep_a_parser_busy_is_read_within_the_limits(child: Child, body: bytes) -> None:
    found = child.call(parse, Response("https://news.example/feed.xml", 200, {}, body), NOW)

    assert isinstance(found, ParsedFeed | NotAFeed)
    if isinstance(found, ParsedFeed):
        assert len(found.entries) <= MOST_ENTRIES
        assert all(len(entry.title) <= 500 and len(entry.summary) <= 20_000 for entry in found.entries)
        assert not any("root:" in entry.title for entry in found.entries)


GOOD_STAYS = (
    *("newlines before the root", "a long author", "many namespaces", "an entity of entities", "ampersands", "deep"),
    *("deep and open", "an open comment", "open texts", "NUL bytes", "open tags", "quotes in quotes"),
)


@pytest.mark.parametrize("name", GOOD_STAYS)
def test_the_good_entry_before_it_is_read(child: Child, name: str) -> None:
    found = child.call(parse, Response("https://news.example/feed.xml", 200, {}, BODIES[name]), NOW)

    assert isinstance(found, ParsedFeed)
    assert found.entries[0].title == "Good"
