"""No feed and no date, whatever its bytes, raises or says what can do harm."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.checks import check_date, check_feed
from fuzz.seeds import DATES, FEEDS, TOKENS

BOUNDED = settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NAMES = (
    *(
        "rss",
        "channel",
        "item",
        "feed",
        "entry",
        "rdf:RDF",
        "title",
        "link",
        "a:link",
        "guid",
        "id",
        "pubDate",
        "dc:date",
    ),
    *(
        "updated",
        "description",
        "content",
        "content:encoded",
        "summary",
        "media:group",
        "media:title",
        "source",
        "image",
    ),
    *(
        "language",
        "ttl",
        "sy:updatePeriod",
        "sy:updateFrequency",
        "feedburner:origLink",
        "author",
        "x",
        "urlset",
        "url",
    ),
    *("loc", "news:news", "news:title", "news:publication", "news:name", "news:publication_date"),
)
VALUES = (
    *(
        "https://news.example/1",
        "/1",
        "//x",
        "javascript:alert(1)",
        "http://[",
        "tag:x,2026:1",
        "alternate",
        "self",
        "true",
    ),
    *("xhtml", "text/html", "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/", "-1", "9" * 30, *DATES),
)
MEMBERS = (
    *(
        "version",
        "title",
        "items",
        "id",
        "url",
        "external_url",
        "content_html",
        "summary",
        "date_published",
        "language",
    ),
    *("home_page_url", "feed_url"),
)

text = st.one_of(st.text(max_size=40), st.sampled_from(VALUES), st.sampled_from(TOKENS))
attribute = st.tuples(
    st.sampled_from(("href", "rel", "type", "isPermaLink", "xml:base", "xml:lang", "xmlns:a", "xmlns", "rdf:about")),
    text,
)


def element(name: str, attributes: list[tuple[str, str]], inside: list[str]) -> str:
    told = "".join(f' {key}="{value}"' for key, value in attributes)
    return f"<{name}{told}>{''.join(inside)}</{name}>"


def elements(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        element, st.sampled_from(NAMES), st.lists(attribute, max_size=3), st.lists(st.one_of(inside, text), max_size=6)
    )


markup = st.recursive(text, elements, max_leaves=40)
feed = st.builds(element, st.sampled_from(("rss", "feed", "rdf:RDF", "urlset")), st.lists(attribute), st.lists(markup))
value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6)),
    max_leaves=30,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A feed of ours with pieces cut out, put in twice, or replaced."""
    body = draw(st.sampled_from(FEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start, end = sorted((draw(st.integers(0, len(body))), draw(st.integers(0, len(body)))))
        pieces = st.one_of(
            st.just(b""), st.just(body[start:end] * 2), st.binary(max_size=8), st.sampled_from(TOKENS).map(str.encode)
        )
        body = body[:start] + draw(pieces) + body[end:]
    return body


@BOUNDED
@given(st.binary(max_size=300), st.sampled_from((b"", b"<rss>", b"<feed>", b"{", b"\xff\xfe", b"<?xml ")), st.text())
def test_any_bytes_come_to_an_answer(body: bytes, start: bytes, content_type: str) -> None:
    check_feed(start + body, content_type)


@BOUNDED
@given(
    mutated(),
    st.sampled_from((None, "text/xml; charset=iso-8859-1", "application/json; charset=utf-16", "a/b;charset=")),
)
def test_any_damaged_feed_comes_to_an_answer(body: bytes, content_type: str | None) -> None:
    check_feed(body, content_type)


@BOUNDED
@given(feed)
def test_any_elements_in_any_order_come_to_an_answer(body: str) -> None:
    check_feed(body.encode("utf-8", "surrogatepass"))


@BOUNDED
@given(st.dictionaries(st.sampled_from(MEMBERS), value))
def test_any_json_comes_to_an_answer(members: dict[str, object]) -> None:
    check_feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [members], **members}).encode())


@BOUNDED
@given(
    st.lists(st.one_of(text, st.sampled_from(DATES), st.text(alphabet="0123456789-/:. TZ+年月日", max_size=12))).map(
        " ".join
    )
)
def test_any_text_is_a_date_or_none(written: str) -> None:
    check_date(written)
