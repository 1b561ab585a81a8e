"""A body's text in, where its root element stands out.  Pure, and linear in the text."""

import html
import re
from dataclasses import dataclass

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")
_HEAD = 256 * 1024
"""Characters searched for the root element.  PHP's warnings and a licence go before it, never a book."""
_ROOT = re.compile(
    r"<!--(?:.*?-->|.*)"
    r"|<(?P<name>(?:[\w.-]{1,50}:)?(?P<local>rss|rdf|feed|channel|entry|urlset|sitemapindex|opml|html))(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
# In a web page only what says of itself that it is a feed.
_WRAPPED = re.compile(
    r"<(?P<name>(?:[\w.-]{1,50}:)?(?P<local>rss|rdf|feed|urlset))\s[^<>]{0,2000}?(?:version|xmlns)[^<>]{0,9}=",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w{1,50})\s+(?:"([^"%<]{0,40})"|'([^'%<]{0,40})')\s*>""")
_MOST_ENTITIES = 300
# Short, as they are defined for a character or a name; a text full of them stays one that can be held.


@dataclass(frozen=True, slots=True)
class Document:
    """A marked-up document from its root element on."""

    root: str
    """Local name of the root element in lower case; empty when it has none that we know."""
    prefix: str
    """What stands before its colon; RDF's root stands in a namespace of its own, and has none here."""
    text: str
    entities: dict[str, str]
    """What the document type defines: plain text only, so none grows."""


def find_root(text: str) -> Document:
    """Where a document begins: whatever stands before its root element is dropped, as are characters that XML forbids.

    A feed inside a web page is found too.
    """
    head = text[:_HEAD]
    found = next((match for match in _ROOT.finditer(head) if match["name"]), None)
    if found is not None and found["local"].lower() == "html":
        found = _WRAPPED.search(head, found.end()) or found
    if found is None:
        return Document("", "", text, {})
    defined = [m for _, m in zip(range(_MOST_ENTITIES), _ENTITY.finditer(head, 0, found.start()), strict=False)]
    entities = {m[1]: html.unescape(m[2] or m[3] or "") for m in defined}
    root, prefix = found["local"].lower(), found["name"].lower().rpartition(":")[0]
    return Document(root, "" if root == "rdf" else prefix, _NOT_XML.sub("", text[found.start() :]), entities)
