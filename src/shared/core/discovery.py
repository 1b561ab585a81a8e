"""A web page in, where its site's feeds may be out.  Pure.

Source: https://www.rssboard.org/rss-autodiscovery, https://www.jsonfeed.org/version/1.1/#discovery, and where the
common publishing systems put their feeds.
"""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from shared.core.charsets import decode
from shared.core.urls import host_of, resolve

MOST_CANDIDATES = 20
"""Of each kind: a page may name as many as it likes, and each is asked for."""
_TYPES = re.compile(r"(?:application|text)/(?:(?:rss|atom|rdf)(?:\+xml)?|xml|feed\+json|json)", re.IGNORECASE)
# What a link's path or query says that leads to a feed: "/rss", "/feeds/world.xml", "/news.rss", "?feed=rss2".
_FEEDLIKE = re.compile(r"(?:^|[/=._-])(?:rss2?|rdf|atom|feeds?)(?:$|[/.&_-])", re.IGNORECASE)
_FEED_HOST = re.compile(r"(?:rss|feeds?)\d?\.", re.IGNORECASE)
# Pages that offer to subscribe somewhere else.
_ELSEWHERE = re.compile(r"feedly|inoreader|newsblur|facebook|twitter|validator|wp-json|oembed", re.IGNORECASE)
_COMMENTS = re.compile(r"\bcomments?\b", re.IGNORECASE)
# WordPress, Hugo, Jekyll, Ghost, Blogger, Drupal, Arc and hand-made sites.
_WELL_KNOWN = (
    *("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json"),
    *("feeds/posts/default", "arc/outboundfeeds/rss/", "index.rdf"),
)


def candidates(html: bytes, url: str) -> tuple[tuple[str, ...], ...]:
    """The URLs where the feeds of the page at `url` may be, in groups, the likeliest first.

    What it names as its feeds, then what its links lead to, then where sites usually have theirs, and last its feeds of
    comments.  Whoever finds a feed in one group need not ask for the next.
    """
    page = _Page()
    page.feed(decode(html, None))
    base = resolve(url, page.base) or url
    named = [(resolve(base, href), title) for href, title in page.named if not _ELSEWHERE.search(href)]
    comments = [link for link, title in named if _COMMENTS.search(f"{title} {urlsplit(link).path}")]
    linked = [link for href in page.links if _is_feedlike(link := resolve(base, href), url)]
    groups = ([link for link, _ in named if link not in comments], linked, _well_known(url), comments)
    asked = {"", feed_key(url)}
    return tuple(_fresh(group, asked) for group in groups)


def feed_key(url: str) -> str:
    """What is the same for every way to write a feed's address: no scheme, no fragment, no `utm_` parameters."""
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not k.lower().startswith("utm_")]
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return f"{parts.hostname or ''}{port}{parts.path.rstrip('/')}" + (f"?{urlencode(query)}" if query else "")


def _fresh(urls: list[str], asked: set[str]) -> tuple[str, ...]:
    """Those not asked for yet, each once."""
    fresh: list[str] = []
    for url in urls:
        if feed_key(url) not in asked and len(fresh) < MOST_CANDIDATES:
            asked.add(feed_key(url))
            fresh.append(urldefrag(url).url)
    return tuple(fresh)


def _is_feedlike(link: str, page: str) -> bool:
    """Whether a link of a page leads, by its looks, to a feed of the same site or of a host for feeds."""
    if not link or _ELSEWHERE.search(link):
        return False
    parts, site = urlsplit(link), host_of(page).removeprefix("www.")
    host = parts.hostname or ""
    if _FEED_HOST.match(host):
        return True
    is_ours = f".{host}".endswith(f".{site}")
    return is_ours and bool(_FEEDLIKE.search(parts.path) or _FEEDLIKE.search(parts.query))


def _well_known(url: str) -> list[str]:
    """Below the page itself, where it is a section, then at the site's root."""
    root = urljoin(url, "/")
    section = urlsplit(url).path.rstrip("/")
    below = [urljoin(root, f"{section}/{name}") for name in _WELL_KNOWN[:2]] if section else []
    return below + [urljoin(root, name) for name in _WELL_KNOWN]


class _Page(HTMLParser):
    """Gathers what a page names as its feeds, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.named: list[tuple[str, str]] = []
        """Address and title."""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in reversed(attrs)}  # of two of one name, the first counts
        href = told.get("href", "")
        if tag == "base":
            self.base = self.base or href
        elif tag == "link" and {"alternate", "feed"} & set(told.get("rel", "").lower().split()):
            if _TYPES.fullmatch(told.get("type", "").split(";")[0].strip()):
                self.named.append((href, told.get("title", "")))
        elif tag == "a" and href:
            self.links.append(href)
