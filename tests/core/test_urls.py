import pytest

from shared.core.urls import page_key, resolve

BASE = "https://news.example/feeds/world.xml"
LINKS = {
    "absolute": ("http://other.example/a?id=1", "http://other.example/a?id=1"),
    "relative": ("../a", "https://news.example/a"),
    "without a scheme": ("//cdn.example/a", "https://cdn.example/a"),
    "padded, with a blank inside": (" /a b\n", "https://news.example/a%20b"),
    "none": (" ", ""),
    "endless": ("/" + "a" * 2_000, ""),
    "with marks that turn text around": ("/a\u202eb\u2066c", "https://news.example/abc"),
    "with what is no character of XML": ("/a\ufffeb\uffffc", "https://news.example/abc"),
    "with a fragment": ("/a#top", "https://news.example/a#top"),
    "with slashes the other way": ("https:\\\\news.example\\a?b=\\c", "https://news.example/a?b=\\c"),
    "without its port": ("https://news.example:/a", "https://news.example:/a"),
    "a script": ("javascript:alert(1)", ""),
    "a file": ("file:///etc/passwd", ""),
    "with a password": ("https://news.example@evil.example/", ""),
    "half a character": ("/a\ud800b", "https://news.example/ab"),
    "an open bracket": ("http://[::1", ""),
    "a port that is none": ("http://news.example:99999/", ""),
}
SAME_PAGE = {
    "fragment": ("https://news.example/a#top", "https://news.example/a"),
    "scheme": ("http://news.example/a", "https://news.example/a"),
    "tracking": ("https://news.example/a?utm_source=rss&id=1&fbclid=x", "https://news.example/a?id=1"),
    "tracking, by its own site": ("https://www.news.example/a?ref=news.example", "https://www.news.example/a"),
    "tracking, by its own address": ("https://news.example/a?ref=https://www.news.example/", "https://news.example/a"),
    "tracking, by a feed": ("https://news.example/a?source=rss&id=1", "https://news.example/a?id=1"),
    "order of parameters": ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
    "way of escaping": ("https://news.example/caf%c3%a9?q=%c3%a9", "https://news.example/café?q=é"),
    "missing port": ("https://news.example:/a", "https://news.example/a"),
    "default port and case of the host": ("https://NEWS.example:443/a", "https://news.example/a"),
}
OTHER_PAGE = {
    "query": ("https://news.example/?id=1", "https://news.example/?id=2"),
    "case of the path": ("https://news.example/A", "https://news.example/a"),
    "where a list came from": ("https://news.example/?source=3", "https://news.example/?source=4"),
    "another site's mark": ("https://news.example/?ref=other.example", "https://news.example/"),
    "slash at the end": ("https://news.example/a/", "https://news.example/a"),
    "www": ("https://www.news.example/a", "https://news.example/a"),
    "bytes that are no UTF-8": ("https://news.example/?q=%CF%D3", "https://news.example/?q=%CF%D4"),
    "order of what is said twice": ("https://news.example/?a=1&a=2", "https://news.example/?a=2&a=1"),
    "a slash that is escaped": ("https://news.example/a%2Fb", "https://news.example/a/b"),
    "a video's id": ("https://v.example/watch?v=a", "https://v.example/watch?v=b"),
}


@pytest.mark.parametrize(("link", "url"), LINKS.values(), ids=LINKS)
def test_a_link_means_a_web_address_or_nothing(link: str, url: str) -> None:
    assert resolve(BASE, link) == url


@pytest.mark.parametrize(("one", "other"), SAME_PAGE.values(), ids=SAME_PAGE)
def test_links_to_one_page_have_one_key(one: str, other: str) -> None:
    assert page_key(one) == page_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER_PAGE.values(), ids=OTHER_PAGE)
def test_links_to_two_pages_have_two_keys(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)
