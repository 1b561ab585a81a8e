"""Where a site's feeds may be."""

import pytest

from shared.adapters.child import Child
from shared.core.discovery import MOST_CANDIDATES, candidates, feed_key

PAGE = "https://www.news.example/world/"
NAMED, LINKED, WELL_KNOWN, COMMENTS = range(4)


def found(html: str | bytes, group: int, url: str = PAGE) -> list[str]:
    return list(candidates(html.encode() if isinstance(html, str) else html, url)[group])


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = "") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}" title="{title}">'


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        pytest.param(link("https://a.example/f"), ["https://a.example/f"], id="RSS"),
        pytest.param(link("/f", "application/atom+xml"), ["https://www.news.example/f"], id="Atom, from the root"),
        pytest.param(link("f", "application/feed+json"), [f"{PAGE}f"], id="JSON Feed, from the page"),
        pytest.param(link("f", "application/json"), [f"{PAGE}f"], id="JSON"),
        pytest.param(link("f", "text/xml; charset=utf-8"), [f"{PAGE}f"], id="XML with a charset"),
        pytest.param(
            link("f", "APPLICATION/RSS+XML", "Alternate Home"), [f"{PAGE}f"], id="capitals, and more relations"
        ),
        pytest.param(link("//a.example/f?a=1&amp;b=2"), ["https://a.example/f?a=1&b=2"], id="the page's scheme"),
        pytest.param('<base href="/x/">' + link("f"), ["https://www.news.example/x/f"], id="below its base"),
        pytest.param('<base href="javascript:x">' + link("f"), [f"{PAGE}f"], id="a base that is none"),
        pytest.param(link("f") + link("g") + link("f#part"), [f"{PAGE}f", f"{PAGE}g"], id="each once, in its order"),
        pytest.param(link("f", rel="stylesheet"), [], id="no alternate"),
        pytest.param(link("f", "text/html"), [], id="another language of the page"),
        pytest.param(link("/wp-json/wp/v2/posts/1", "application/json"), [], id="a system's own interface"),
        pytest.param(link("/x?format=oembed", "text/xml"), [], id="an embedding"),
        pytest.param(link("javascript:alert(1)") + link("file:///etc/passwd") + link(""), [], id="no web address"),
        pytest.param(link(PAGE), [], id="itself"),
        pytest.param("<!-- " + link("f") + " -->", [], id="in a comment"),
        pytest.param("<script>'" + link("f") + "'</script>", [], id="in a script"),
        pytest.param("<link rel=alternate type=application/rss+xml href=/f", [], id="cut off"),
    ],
)
def test_what_a_page_names_as_its_feeds(html: str, urls: list[str]) -> None:
    assert found(html, NAMED) == urls


@pytest.mark.parametrize(
    ("href", "is_asked"),
    [
        pytest.param("/rss", True, id="by its name"),
        pytest.param("/feeds/world.xml", True, id="in a folder of feeds"),
        pytest.param("/world.rss", True, id="by its ending"),
        pytest.param("/?feed=rss2", True, id="by a parameter"),
        pytest.param("https://news.example/rss", True, id="without www"),
        pytest.param("https://feeds.other.example/world", True, id="on a host for feeds"),
        pytest.param("https://other.example/rss", False, id="of another site"),
        pytest.param("https://fakenews.example/rss", False, id="of a site whose name ends the same"),
        pytest.param("https://feedly.com/i/subscription/feed/x", False, id="a reader's"),
        pytest.param("/feedback", False, id="feedback"),
        pytest.param("/crossroads", False, id="rss within a word"),
        pytest.param("/story.html", False, id="a story"),
    ],
)
def test_a_link_that_looks_like_a_feed_is_asked_for(href: str, is_asked: bool) -> None:
    assert bool(found(f'<a href="{href}">x</a>', LINKED)) is is_asked


def test_a_section_and_then_its_site_have_feeds_where_sites_usually_have_them() -> None:
    guesses = found("", WELL_KNOWN)

    assert guesses[:3] == [f"{PAGE}feed", f"{PAGE}rss", "https://www.news.example/feed"]
    assert {f"https://www.news.example/{name}" for name in ("rss.xml", "atom.xml", "index.xml", "feed.json")} < set(
        guesses
    )


def test_feeds_of_comments_come_last() -> None:
    html = (
        link("/comments/feed/") + link("/story/feed/", title="The Example &raquo; Story Comments Feed") + link("/feed/")
    )

    assert found(html, NAMED) == ["https://www.news.example/feed/"]
    assert found(html, COMMENTS) == ["https://www.news.example/comments/feed/", "https://www.news.example/story/feed/"]


def test_nothing_is_asked_for_twice() -> None:
    asked = [url for group in candidates((link("/rss") + '<a href="/rss">').encode(), PAGE) for url in group]

    assert len({feed_key(url) for url in asked}) == len(asked)


def test_a_page_that_names_thousands_costs_few_requests() -> None:
    html = "".join(link(f"/{number}") + f'<a href="/rss/{number}">' for number in range(5_000))

    assert [len(group) <= MOST_CANDIDATES for group in candidates(html.encode(), PAGE)] == [True] * 4


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00" * 1_000, id="bytes"),
        pytest.param(b"<" * 1_000_000, id="openings"),
        pytest.param(b"<a " + b"x=1 " * 200_000, id="attributes"),
        pytest.param(b"<link" * 200_000, id="torn tags"),
        pytest.param(b'<base href="http://[">' + b'<a href="http://[/rss">' * 10_000, id="broken addresses"),
        pytest.param(b"<div>" * 300_000, id="nested"),
        pytest.param(b"<![CDATA[" * 100_000, id="sections without ends"),
        pytest.param(b"&" * 1_000_000, id="ampersands"),
        pytest.param(b"<!--" * 250_000, id="comments without ends"),
    ],
)
def test_a_hostile_page_is_read_to_its_end(html: bytes) -> None:
    named, linked, well_known, comments = Child(computing_s=5.0).call(candidates, html, PAGE)

    assert (named, linked, comments) == ((), (), ())
    assert well_known


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        pytest.param("https://a.example/f", "http://a.example/f", True, id="scheme"),
        pytest.param("https://a.example/f", "https://A.example:443/f/#x", True, id="port, slash, fragment"),
        pytest.param("https://a.example/f", "https://a.example/f?utm_source=x", True, id="the reader's way"),
        pytest.param("https://a.example/f", "https://a.example/F", False, id="another path"),
        pytest.param("https://a.example/f?feedName=a", "https://a.example/f?feedName=b", False, id="another feed"),
        pytest.param("https://a.example/f", "https://a.example:8443/f", False, id="another port"),
    ],
)
def test_addresses_of_one_feed(one: str, other: str, are_same: bool) -> None:
    assert (feed_key(one) == feed_key(other)) is are_same
