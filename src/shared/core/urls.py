"""A link as a feed writes it in, the URL to fetch and the key that names its page out.  Pure."""

import re
from string import punctuation
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that name the reader's way to a page and not the page.
_TRACKING = re.compile(
    r"(?:utm_|mc_|at_|ns_|pk_|mtm_)\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|_ga|_gl|ocid"
    r"|cmpid|cmp|icid|smid|emc|partner|traffic_source|feedname|feedtype|wprss|xtor",
    re.IGNORECASE,
)
_FEEDS = frozenset({"rss", "rss2", "atom", "feed", "feeds"})
"""What `ref` and `source` say of a link that was found in a feed; elsewhere they may choose the page."""
_LONGEST = 2_000
"""Characters.  No browser's address bar is promised more, and whoever writes more means no page."""
_BEFORE_QUERY = re.compile(r"^[^?#]+")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_UNPRINTABLE = re.compile("[\x00-\x20\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def resolve(base: str, link: str) -> str:
    r"""The absolute http(s) URL that a link means on a page at `base`; empty when it means none.

    >>> resolve("https://news.example/feed.xml", "/a b")
    'https://news.example/a%20b'
    >>> resolve("https://news.example/feed.xml", r"https:\\news.example\a")
    'https://news.example/a'
    >>> resolve("https://news.example/feed.xml", "javascript:alert(1)")
    ''
    """
    if not link.strip() or len(link) > _LONGEST:
        return ""  # nothing is not the base itself
    written = link.encode("utf-8", "ignore").decode()  # a half of a surrogate pair is no character, and cannot be sent
    written = _BEFORE_QUERY.sub(_upright, _UNPRINTABLE.sub(_escape, written.strip()))
    try:
        parts = urlsplit(urljoin(base, written))
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # an unclosed bracket, a port that is no number
        return ""
    if not usable or "@" in parts.netloc:  # nobody's news stands behind a password; a fake host might
        return ""
    return urlunsplit(parts)


def host_of(url: str) -> str:
    """The host that a URL names, in lower case; empty when it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_home_page(url: str) -> bool:
    """Whether this is a site's front door, and no page of it."""
    parts = urlsplit(url)
    return bool(url) and parts.path in ("", "/") and not parts.query


def page_key(url: str) -> str:
    """What is the same for every link to one page: no scheme, no fragment, no tracking parameters, these in any order.

    >>> page_key("https://www.news.example/A/?b=2&a=1&utm_source=rss&ref=news.example#top")
    'www.news.example/A/?a=1&b=2'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    # Pages of old systems are told apart by bytes that are no UTF-8.
    read = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    query = sorted((pair for pair in read if not _is_tracking(*pair, host)), key=lambda pair: pair[0])
    path = _PERCENT.sub(lambda escaped: escaped[0].upper(), quote(parts.path or "/", safe=punctuation))
    return f"{host}{port}{path}" + (f"?{urlencode(query, errors='surrogateescape')}" if query else "")


def _is_tracking(name: str, value: str, host: str) -> bool:
    if name.lower() not in ("ref", "source"):
        return bool(_TRACKING.fullmatch(name))
    named = value.lower().partition("://")[2] or value.lower()
    site = named.partition("/")[0].removeprefix("www.")
    return site in _FEEDS or site == host.removeprefix("www.")


def _escape(character: re.Match[str]) -> str:
    return "%20" if character[0] == " " else ""


def _upright(written: re.Match[str]) -> str:
    """As browsers read it.  Source: URL Standard, special schemes."""
    return written[0].replace("\\", "/")
