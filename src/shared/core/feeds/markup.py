"""Marked-up text in, its start tags, end tags and text to a reader in their order.  Pure.

Well-formed XML is read by expat.  What is not (a third of all feeds are not at some time) is read by tokens, as a
browser would: stray ampersands and angle brackets are text, tags need not match.  Both are linear in the text, and
neither expands an entity: the document type is cut off before (`body.find_root`).
"""

import re
from collections.abc import Callable
from contextlib import suppress
from html.entities import html5
from itertools import islice
from typing import Protocol, TypeVar
from xml.parsers import expat

from shared.core.feeds.body import Document

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
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{1,50}));")


class Reader(Protocol):
    """What hears of tags and text.  Names are as written, prefix and all."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


R = TypeVar("R", bound=Reader)


class Enough(Exception):
    """Raised by a reader to end the reading."""


def read(document: Document, reader: Callable[[bool], R]) -> R:
    """A reader that has read the document.

    `reader` makes one; it is told whether the tags match.  They do at first, and if they turn out not to, a second
    reader reads from the start.
    """
    strict = reader(True)
    try:
        _read_xml(document.text, strict)
    except expat.ExpatError:
        tolerant = reader(False)
        with suppress(Enough):
            _read_tokens(document, tolerant)
        return tolerant
    except Enough:
        pass
    return strict


def _read_xml(text: str, reader: Reader) -> None:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 65_536

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > _MOST_ATTRIBUTES:
            attributes = dict(islice(attributes.items(), _MOST_ATTRIBUTES))
        reader.start(name, attributes)

    parser.StartElementHandler = start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.Parse(text.encode(), True)


def _read_tokens(document: Document, reader: Reader) -> None:
    text, entities = document.text, document.entities
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            reader.text(_resolved(text[at : token.start()], entities))
        at = token.end()
        if (name := token["start"]) is not None:
            written = token["attributes"]
            found = islice(_ATTRIBUTE.finditer(written), _MOST_ATTRIBUTES) if "=" in written else ()
            reader.start(name, {one[1]: _resolved(one[2].strip("\"'"), entities) for one in found})
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
