"""Marked-up text in, its start tags, end tags and text to a reader in their order.  Pure.

Well-formed XML is read by expat.  From an error on the rest is read by tokens, as a browser would: stray ampersands and
angle brackets are text, tags need not match.  Both are linear in the text, and neither expands an entity: the document
type is cut off before (`body.find_root`).
"""

import re
from collections.abc import Callable
from contextlib import suppress
from html.entities import html5
from itertools import islice
from typing import Protocol
from xml.parsers import expat

from shared.core.feeds.body import Document

MOST_TAGS = 400_000
"""Elements read of a document.  Ten thousand entries have about 200,000."""
_MOST_ATTRIBUTES = 100
_NAME = r"[a-zA-Z_][\w.:-]{0,99}"
# Possessive throughout: no start is tried twice, however a tag fails to end.
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<!--(?:.*?-->|.*)"
    r"|<[?!][^<>]{0,5000}+>"
    rf"|</(?P<end>{_NAME})[^<>]{{0,1000}}+>"
    rf"""|<(?P<start>{_NAME})(?P<attributes>(?:[^<>"']++|"[^"<]{{0,5000}}+"|'[^'<]{{0,5000}}+'){{0,400}}+)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([\w.:-]{1,100}+)\s{0,20}+=\s{0,20}+("[^"]*+"|'[^']*+'|[^\s"'<>]++)""")
_LONGEST_REFERENCE = 60
_ENDS_REFERENCE = re.compile(rb"[;<>]")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{1,50}));")


class Reader(Protocol):
    """What hears of tags and text.  Names are as written, prefix and all."""

    is_matched: bool
    """Whether each end tag has its start tag, so far."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


class Enough(Exception):
    """Raised by a reader to end the reading."""


def read(document: Document, reader: Reader) -> None:
    """Tell a reader of a whole document, or of its first `MOST_TAGS` elements, or until it has read enough."""
    data = document.text.encode()
    tags = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal tags
        tags += 1
        if tags > MOST_TAGS:
            raise Enough
        if len(attributes) > _MOST_ATTRIBUTES:
            attributes = dict(islice(attributes.items(), _MOST_ATTRIBUTES))
        reader.start(name, attributes)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartElementHandler = start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    with suppress(Enough):
        try:
            parser.Parse(data, True)
        except expat.ExpatError:
            parser.buffer_text = False  # hands out what it holds
            reader.is_matched = False
            rest = data[_resumed(data, parser.ErrorByteIndex) :].decode("utf-8", "ignore")
            _read_tokens(rest, document.entities, start, reader)


def _resumed(data: bytes, error: int) -> int:
    """Where to read on after an error: there, or where the tag, comment or reference begins that it is in."""
    comment = data.rfind(b"<!--", 0, error)
    if comment > data.rfind(b"-->", 0, error):
        return comment
    reference = data.rfind(b"&", max(0, error - _LONGEST_REFERENCE), error)
    if reference >= 0 and not _ENDS_REFERENCE.search(data, reference, error):
        return reference
    tag = data.rfind(b"<", 0, error)
    return error if tag < 0 or data.find(b">", tag, error) >= 0 else tag


def _read_tokens(
    text: str, entities: dict[str, str], start: Callable[[str, dict[str, str]], None], reader: Reader
) -> None:
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            reader.text(_resolved(text[at : token.start()], entities))
        at = token.end()
        if (name := token["start"]) is not None:
            written = token["attributes"]
            found = islice(_ATTRIBUTE.finditer(written), _MOST_ATTRIBUTES) if "=" in written else ()
            start(name, {one[1]: _resolved(one[2].strip("\"'"), entities) for one in found})
            if written.endswith("/"):
                reader.end(name)
        elif (name := token["end"]) is not None:
            reader.end(name)
        elif token["cdata"]:
            reader.text(token["cdata"])
    # What follows the last token is text, or half a tag: nobody's whole word.


def _resolved(text: str, entities: dict[str, str]) -> str:
    """Text with its references resolved once; what names no character stays."""
    if "&" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        decimal, hexadecimal, name = match.groups()
        if name is not None:
            return entities.get(name) or html5.get(f"{name};") or match[0]
        code = int(decimal or hexadecimal, 10 if decimal else 16)
        return chr(code) if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""

    return _REFERENCE.sub(character, text)
