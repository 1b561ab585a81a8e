"""No page, whatever its bytes, raises or gives what the archive cannot hold."""

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.core.codec import decode, encode
from shared.core.extract import Extracted, extract_article
from shared.core.marks import mark_of
from shared.core.metadata import read_metadata
from shared.core.pages import parse
from shared.core.quality import challenge
from shared.types import Mark
from tests.core.test_extract import STORY, page

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BOUNDED = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
TAGS = (
    *("html", "head", "body", "title", "meta", "link", "script", "style", "article", "main", "section", "div", "span"),
    *(
        "p",
        "h1",
        "h2",
        "br",
        "ul",
        "li",
        "a",
        "figure",
        "figcaption",
        "time",
        "blockquote",
        "table",
        "tr",
        "td",
        "form",
    ),
    *(
        "nav",
        "aside",
        "footer",
        "noscript",
        "svg",
        "math",
        "template",
        "iframe",
        "pre",
        "b",
        "i",
        "ruby",
        "rt",
        "select",
    ),
)
NAMES = (
    *("class", "id", "href", "name", "property", "content", "itemprop", "datetime", "rel", "type", "lang", "charset"),
    *("http-equiv", "style"),
)
VALUES = (
    *("caption", "author", "related", "canonical", "og:title", "og:url", "description", "article:published_time"),
    *("datePublished", "date", "/x", "#", "//[", "http://[::1", "application/ld+json", "2026-03-04T08:15:00Z"),
    *("9999-99-99T99:99:99+99:99", "text/html; charset=utf-16", "\0", "&#0;"),
)
KEYS = (
    *("@type", "@graph", "@id", "headline", "author", "name", "givenName", "publisher", "datePublished", "inLanguage"),
    *("url", "mainEntity", "mainEntityOfPage", "articleBody", "isAccessibleForFree", "description"),
)
ODD = (
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml version='1.0' encoding='x'?>",
    "<!DOCTYPE html [",
    "\ud800",
    "&#55296;",
)


def opened(name: str, attributes: list[tuple[str, str]]) -> str:
    return f"<{name} " + " ".join(f'{key}="{value}"' for key, value in attributes) + ">"


attribute = st.tuples(st.sampled_from(NAMES), st.one_of(st.sampled_from(VALUES), st.text(max_size=20)))
piece = st.one_of(
    st.builds(opened, st.sampled_from(TAGS), st.lists(attribute, max_size=4)),
    st.sampled_from(TAGS).map("</{}>".format),
    st.text(max_size=60),
    st.sampled_from(STORY),
    st.sampled_from(ODD),
)
told = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(VALUES)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(KEYS),
            st.one_of(inner, st.just("NewsArticle"), st.just(["NewsArticle", 7])),
            max_size=6,
        ),
    ),
    max_leaves=20,
)


def check(extracted: Extracted) -> None:
    """What is true of every page: it can be archived, its offsets hold, and no line breaks out of its own."""
    assert decode(encode(extracted), Extracted) == extracted
    lines = [extracted.text[one.start : one.end] for one in extracted.paragraphs]
    assert "\n".join(lines) == extracted.text
    assert extracted.text or extracted.reason
    words = (extracted.title, extracted.site, extracted.canonical_url, *extracted.authors, *lines)
    assert not any("\n" in each for each in words)


@BOUNDED
@given(st.lists(piece, max_size=60).map("".join))
def test_any_markup_comes_to_an_answer(markup: str) -> None:
    check(extract_article(markup.encode("utf-8", "surrogatepass"), "https://news.example/1", NOW))


@BOUNDED
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"<html>", b"\xff\xfe", b"<p>", page(*STORY)]), st.text(max_size=30)
)
def test_any_bytes_come_to_an_answer(body: bytes, start: bytes, url: str) -> None:
    check(extract_article(start + body, url, NOW, url))


@BOUNDED
@given(told)
def test_any_json_ld_comes_to_an_answer(value: object) -> None:
    data = json.dumps(value).replace("</", "<\\/")

    html = page(*STORY, head=f'<script type="application/ld+json">{data}</script>')

    check(extract_article(html, "https://news.example/1", NOW))


@BOUNDED
@given(st.lists(piece, max_size=40).map("".join), st.text(max_size=30))
def test_any_tree_tells_something_of_itself(markup: str, url: str) -> None:
    tree = parse(("<html><head><title>x</title>" + markup).encode("utf-8", "surrogatepass"))

    if tree is not None:
        assert isinstance(read_metadata(tree, url, None).title, str)


@BOUNDED
@given(st.text(max_size=300))
def test_any_line_is_marked_or_not(line: str) -> None:
    assert mark_of(line) in (None, *Mark)
    assert isinstance(challenge(line.encode("utf-8", "replace")), str)
