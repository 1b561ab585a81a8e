"""A body's bytes in, its text out, whatever encoding it is in and says it is in.  Pure, and linear in the body."""

import codecs
import re

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
_DECLARED = re.compile(
    rb"""<(?:\?xml|meta)\s[^>]{0,200}?(?:encoding|charset)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""", re.IGNORECASE
)
_CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD = 4_096
"""Bytes that may declare the encoding.  Browsers look at 1,024, and pages are made to please more than them."""


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
    in_body = _DECLARED.search(body[:_HEAD])
    names = [_codec(in_body[1].decode()) if in_body else ""]
    header = _codec(in_header[1]) if in_header else ""
    # A server's default is no statement about this body.
    names.insert(1 if header == "cp1252" else 0, header)
    if "iso2022_jp" in names:  # all its bytes are ASCII
        return body.decode("iso2022_jp", "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    legacy = [name for name in names if name and name != "utf-8"]
    # Thai and others make UTF-8 by chance, a letter here and there: who says that it is Thai is believed sooner.
    if len(text) - len(text.encode("ascii", "ignore")) > (20 if legacy else 2) * broken:
        return text  # UTF-8 all the same, with some bytes broken or cut
    return body.decode(legacy[0] if legacy else "cp1252", "replace")


def _codec(label: str) -> str:
    """Python's name of an encoding of the web; empty for any other."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, UnicodeError):
        return ""
    name = _MEANS.get(name, name)
    return name if _OF_THE_WEB.fullmatch(name) else ""
