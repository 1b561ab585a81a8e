"""What people name on the command line in, articles out.  Reads files, pages and the archive."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from shared.adapters.child import Child
from shared.adapters.s3 import Archive
from shared.core.codec import decode
from shared.core.extract import LARGEST_PAGE, Extracted, extract_article, lay_out
from shared.core.keys import day_of
from shared.errors import InputError, IntractableError
from shared.types import Article
from sitrep.source import read_source

_ID = re.compile(r"[0-9a-z]{6,40}", re.ASCII)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|article|div|p|!--)", re.IGNORECASE)
_WRAPPED = 100
NEVER = datetime.min.replace(tzinfo=UTC)


class Item(msgspec.Struct):
    """A text as other programs hand it in: a line of JSON."""

    id: Any = ""
    title: str | None = None
    text: str | None = None
    lang: str | None = None
    published_at: datetime | None = None
    """Without a zone it is UTC."""

    def article(self) -> Article:
        published = self.published_at
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        return bare(self.text or "", self.title or "", str(self.id), self.lang or "", published)


def bare(text: str, title: str = "", name: str = "", language: str = "", at: datetime | None = None) -> Article:
    """An article that comes from nowhere: a title and a text, whose lines are told apart as those of a page are."""
    lines = text.split("\n")
    # Lines that are all short are one paragraph's, broken by hand.
    paragraphs = lay_out(lines, title)[0] if len(lines) > 1 and max(map(len, lines)) > _WRAPPED else ()
    return Article(name, "", title, text, paragraphs, language, "", at, at or NEVER, "")


def is_archived(name: str) -> bool:
    """It names an article in the archive, by its id or its key, and no file."""
    return not Path(name).exists() and (day_of(name) is not None or _ID.fullmatch(name) is not None)


def archived(name: str, archive: Archive) -> Article:
    """The article of an id or a key; the first reading where an id was read more than once.

    Raises: InputError when the archive has none.
    """
    keys = [name] if day_of(name) else [f"articles/dt={day}/{name}.json" for day in reversed(archive.days())]
    for _, body in archive.get_all(keys):
        if body is not None:
            return decode(body, Article)
    raise InputError(f"the archive has no article {name}; an alert names the keys of its articles")


def since(start: date, archive: Archive) -> Iterator[tuple[str, Article]]:
    """Every archived reading of the days from `start` on, with its key, oldest day first."""
    keys = [key for day in archive.days() if day >= start for key in archive.keys_under(f"articles/dt={day}/")]
    for key, body in archive.get_all(keys):
        if body is not None:
            yield key, decode(body, Article)


def outside(source: str) -> Article:
    """The article in a file or at an address: a page, JSON, or plain text whose first line is the title.

    Raises: InputError where there is nothing to read.
    """
    response = read_source(source, LARGEST_PAGE)
    body = response.body
    if body.lstrip().startswith(b"{"):
        return _from_json(source, body)
    if response.url or _MARKUP.match(body):
        found = _extracted(body, response.url, response.headers.get("content-type"))
        if not found.text:
            raise InputError(f"{source}: nothing to read: {found.reason or found.quality}")
        article = bare(found.text, found.title, source, found.language, found.published_at)
        return replace(article, paragraphs=found.paragraphs)
    title, _, text = body.decode("utf-8", errors="replace").partition("\n")
    return bare(text.strip("\n"), title.strip(), source)


def _from_json(source: str, body: bytes) -> Article:
    """An archived article, or a title and a text."""
    with suppress(msgspec.DecodeError):
        return decode(body, Article)
    with suppress(msgspec.DecodeError):
        return decode(body, Item).article()
    raise InputError(f'{source}: neither an archived article nor {{"title", "text"}} as JSON')


def _extracted(body: bytes, url: str, content_type: str | None) -> Extracted:
    child = Child()
    try:
        return child.call(extract_article, body, url, datetime.now(UTC), content_type)
    except IntractableError as error:
        raise InputError(str(error)) from error
    finally:
        child.close()
