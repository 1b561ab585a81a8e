"""A body's bytes in, its text and where its root element stands out.  Pure, and linear in the body."""

import codecs
import html
import re
from dataclasses import dataclass

# What browsers take these labels to mean.  Source: https://encoding.spec.whatwg.org/#names-and-labels
_MEANS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Python knows more encodings than the web, and some of them raise or run without end ("punycode", "idna").
_OF_THE_WEB = re.compile(
    r"utf-8|cp(?:125\d|866|874|932|949)|iso8859-\d+|koi8-[ru]|gb18030|big5|euc_jp|iso2022_jp|mac-(?:roman|cyrillic)"
)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first characters of a document without a mark: "<?" or "<r", "[{" or "{" and a quote.
_WIDE = (
    (re.compile(rb"[<{\s]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\s]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\s]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
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


def decode(body: bytes, content_type: str | None) -> str:
    """A body as text.  Never fails: what cannot be read becomes U+FFFD.

    A byte order mark counts most.  Then what is UTF-8 is taken for it, whatever is said: no text in another encoding
    is UTF-8 by chance, and wrong declarations abound.  Then the header, the declaration, and at last windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    start = body[:4]
    for pattern, name in _WIDE:
        if pattern.match(start):
            return body.decode(name, "replace")
    in_header = _CHARSET.search((content_type or "")[:500])
    in_body = _DECLARED.search(body[:2000])
    names = [_codec(in_body[1].decode()) if in_body else ""]
    header = _codec(in_header[1]) if in_header else ""
    # A server's default is no statement about this feed.
    names.insert(1 if header == "cp1252" else 0, header)
    if "iso2022_jp" in names:  # all its bytes are ASCII
        return body.decode("iso2022_jp", "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", "ignore")) > 2 * broken:
        return text  # UTF-8 all the same, with some bytes broken or cut
    for name in filter(None, names):
        if name != "utf-8":
            return body.decode(name, "replace")
    return body.decode("cp1252", "replace")


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


def _codec(label: str) -> str:
    """Python's name of an encoding of the web; empty for any other."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, UnicodeError):
        return ""
    name = _MEANS.get(name, name)
    return name if _OF_THE_WEB.fullmatch(name) else ""
