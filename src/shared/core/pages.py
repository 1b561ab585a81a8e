"""A page's bytes in, its tree out, or why there is none: not HTML, or made to keep a parser busy.  Pure.

libxml2 cannot be interrupted, and it and trafilatura take time that grows with the square of some things.  What grows
so is counted first, in one pass over the bytes, and a page beyond anything that a newsroom has served is not parsed.
"""

import re
from typing import Any

import trafilatura
from lxml import etree

from shared.core.charsets import decode

LARGEST_PAGE = 3_000_000
"""Bytes.  Beyond it trafilatura's time grows without a bound worth having."""
MOST_ATTRIBUTES = 1_000
"""In one tag.  Real pages have 50 at most; 100,000 take libxml2 nine seconds."""
MOST_ELEMENTS = 12_000
"""In one page.  Real articles have 3,000 at most; 100,000 headings take trafilatura thirteen seconds."""

_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image",
    b"\x1f\x8b": "compressed data",
    b"\x28\xb5\x2f\xfd": "compressed data",
    b"PK\x03\x04": "an archive",
}
_COUNT = etree.XPath("count(//*)")
# A tag of many attributes; possessive, so that nothing is gone through twice.  A script's "a<b" ends it at once.
_FULL_TAG = re.compile(
    rb"""<[a-zA-Z][\w:-]*+(?:[\s/]+[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?+){%d}"""
    % MOST_ATTRIBUTES
)


def no_page(html: bytes) -> str:
    """Why bytes are no page that can be parsed; empty when they may be one."""
    if len(html) > LARGEST_PAGE:
        return f"the page is over {LARGEST_PAGE // 1_000_000} MB"
    start = html[:1_000].lstrip()
    if not start:
        return "the page is empty"
    kind = next((kind for signature, kind in _SIGNATURES.items() if start.startswith(signature)), "")
    if start[:1] in b"{[" and b"<html" not in start.lower():
        kind = "JSON"
    if kind:
        return f"the page is no HTML but {kind}"
    if html.count(b"<") > 4 * MOST_ELEMENTS:
        return "the page has more elements than an article has"
    if _FULL_TAG.search(html):
        return "the page has more attributes in a tag than an article has"
    return ""


def parse(html: bytes, content_type: str | None = None) -> Any:
    """The tree of a page; none when the bytes are no HTML, or more of it than an article has."""
    tree = trafilatura.load_html(decode(html, content_type))
    return None if tree is None or _COUNT(tree) > MOST_ELEMENTS else tree
