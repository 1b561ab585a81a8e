"""ingest: reads the page of an entry, and archives its bytes and its article."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.extract import LARGEST_PAGE, Extracted, nothing
from shared.core.keys import article_key
from shared.core.reading import extract, has_page, read
from shared.core.warc import warc
from shared.errors import IntractableError
from shared.types import Article, Entry, EntryState

if TYPE_CHECKING:
    from shared.adapters.child import Child
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.http import Http
    from shared.adapters.s3 import Archive

_NOT_READ = frozenset({EntryState.BLOCKED, EntryState.UNREADABLE})
"""Who came first and read nothing keeps nobody else from trying."""


async def ingest_entry(
    entry: Entry, now: datetime, *, archive: Archive, entries: EntryStore, http: Http, child: Child
) -> Article | EntryState:
    """Read and archive one entry's page.  Returns the article, or the state in which the entry already ended.

    Archives first and remembers after; an article is stored once whatever is repeated, so detect is woken once.
    """
    # gather
    state = entries.state(entry.id)
    if state is None:  # fetch has sent it and not written it down yet
        entries.add(entry)
    elif state is not EntryState.QUEUED:
        return state
    first = entries.claim(entry) if entry.url else entry.id
    if first != entry.id and entries.state(first) not in _NOT_READ:
        entries.record(entry, EntryState.DUPLICATE, f"same page as entry {first}")
        return EntryState.DUPLICATE
    response = await http.get(entry.url, LARGEST_PAGE) if entry.url else None
    extracted: Extracted | None = None
    if response is not None and has_page(response):
        try:
            extracted = await asyncio.to_thread(child.call, extract, response, now)
        except IntractableError as error:
            extracted = nothing(str(error))

    # decide
    article = read(entry, response, extracted, now)

    # apply
    if response is not None and article.raw_key:
        archive.put_raw(article.raw_key, warc(response, now))
    archive.put_article(article_key(entry), article)
    entries.record(entry, EntryState.READ, article.unread_reason)
    return article
