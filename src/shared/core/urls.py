"""A link as a feed writes it in, the URL to fetch and the key that names its page out.  Pure."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that name the reader's way to a page and not the page.
_TRACKING = re.compile(
    r"(?:utm_|mc_|at_|ns_|pk_|mtm_)\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|_ga|_gl|ocid"
    r"|cmpid|cmp|icid|smid|emc|partner|traffic_source|feedname|feedtype|wprss|xtor",
    re.IGNORECASE,
)
_LONGEST = 2_000
"""Characters.  No browser's address bar is promised more, and whoever writes more means no page."""
_UNPRINTABLE = re.compile("[\x00-\x20\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def resolve(base: str, link: str) -> str:
    """The absolute http(s) URL that a link means on a page at `base`; empty when it means none.

    >>> resolve("https://news.example/feed.xml", "/a b")
    'https://news.example/a%20b'
    >>> resolve("https://news.example/feed.xml", "javascript:alert(1)")
    ''
    """
    if not link.strip() or len(link) > _LONGEST:
        return ""  # nothing is not the base itself
    written = link.encode("utf-8", "ignore").decode()  # a half of a surrogate pair is no character, and cannot be sent
    try:
        parts = urlsplit(urljoin(base, _UNPRINTABLE.sub(_escape, written.strip())))
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
    """What is the same for every link to one page: no scheme, no fragment, no tracking parameters."""
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return f"{host}{port}{parts.path or '/'}" + (f"?{urlencode(query)}" if query else "")


def _escape(character: re.Match[str]) -> str:
    return "%20" if character[0] == " " else ""
