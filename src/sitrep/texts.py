"""What people name on the command line in, articles out.  Reads files, pages and the archive."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec

from shared.adapters.child import Child
from shared.adapters.s3 import Archive
from shared.core import charsets
from shared.core.codec import decode
from shared.core.extract import LARGEST_PAGE, Extracted, extract_article
from shared.core.keys import day_of, revision_of
from shared.errors import InputError, IntractableError
from shared.types import Article
from sitrep.items import bare, parse_item
from sitrep.source import read_source

_ID = re.compile(r"[0-9a-z]{6,40}", re.ASCII)
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|\?xml|article|div|p|!--)", re.IGNORECASE)


def is_archived(name: str) -> bool:
    """It names an article in the archive, by its id or its key, and no file."""
    return not os.path.exists(name) and (_is_key(name) or _ID.fullmatch(name) is not None)


def _is_key(name: str) -> bool:
    return name.startswith("articles/") and day_of(name) is not None


def archived(name: str, archive: Archive) -> Article:
    """The article of an id or a key; the first reading where an id was read more than once.

    Raises: InputError when the archive has none.
    """
    keys = [name] if _is_key(name) else [f"articles/dt={day}/{name}.json" for day in reversed(archive.days())]
    for _, body in archive.get_all(keys):
        if body is not None:
            return decode(body, Article)
    raise InputError(
        f"the archive has no article {name}, and there is no such file; an alert names the keys of its articles"
    )


def readings(start: date, archive: Archive) -> list[str]:
    """The keys of all articles of the days from `start` on, oldest day first, with all later readings of each."""
    days = [day for day in archive.days() if day >= start]
    return [key for day in days for key in archive.keys_under(f"articles/dt={day}/")]


def first_readings(start: date, archive: Archive) -> list[str]:
    """The keys of all articles of the days from `start` on, oldest day first, each as it was first read."""
    return [key for key in readings(start, archive) if not revision_of(key)]


def articles(keys: Iterable[str], archive: Archive) -> Iterator[tuple[str, Article]]:
    """The articles under these keys, each with its key."""
    for key, body in archive.get_all(keys):
        if body is not None:
            yield key, decode(body, Article)


def outside(source: str) -> Article:
    """The article in a file or at an address: a page, JSON, or plain text whose first line is the title.

    Raises: InputError where there is nothing to read.
    """
    response = read_source(source, LARGEST_PAGE)
    content_type = response.headers.get("content-type")
    text = charsets.decode(response.body, content_type).replace("\r\n", "\n").strip()
    if text.startswith("{"):
        return _from_json(source, text)
    if response.url or _MARKUP.match(text):
        found = _extracted(response.body, response.url, content_type)
        if not found.text:
            raise InputError(f"{source}: nothing to read: {found.reason or found.quality}")
        article = bare(found.text, found.title, source, found.language, found.published_at)
        return replace(article, paragraphs=found.paragraphs)
    if not text or "\0" in text:
        raise InputError(f"{source}: no text; give a page, a text with its title first, or JSON")
    title, _, rest = text.partition("\n")
    return bare(rest.strip(), title.strip(), source)


def _from_json(source: str, text: str) -> Article:
    """An archived article, or a title and a text."""
    with suppress(msgspec.DecodeError):
        article = decode(text, Article)
        if all(0 <= one.start <= one.end <= len(article.text) for one in article.paragraphs):
            return article
    try:
        return parse_item(text.encode()).article()
    except InputError as error:
        raise InputError(f'{source}: neither an archived article nor {{"title", "text"}} as JSON: {error}') from error


def _extracted(body: bytes, url: str, content_type: str | None) -> Extracted:
    child = Child()
    try:
        return child.call(extract_article, body, url, datetime.now(UTC), content_type)
    except IntractableError as error:
        raise InputError(str(error)) from error
    finally:
        child.close()
