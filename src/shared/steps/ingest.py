"""ingest: reads the page of an entry, and archives its bytes and its article."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.extract import LARGEST_PAGE
from shared.core.keys import article_key
from shared.core.reading import read
from shared.core.warc import warc
from shared.types import Article, Entry, EntryState

if TYPE_CHECKING:
    from shared.adapters.dynamodb import EntryStore
    from shared.adapters.http import Http
    from shared.adapters.s3 import Archive


async def ingest_entry(
    entry: Entry, now: datetime, *, archive: Archive, entries: EntryStore, http: Http
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
    if first != entry.id:
        entries.record(entry, EntryState.DUPLICATE, f"same page as entry {first}")
        return EntryState.DUPLICATE
    response = await http.get(entry.url, LARGEST_PAGE) if entry.url else None

    # decide
    article = read(entry, response, now)

    # apply
    if response is not None and article.raw_key:
        archive.put_raw(article.raw_key, warc(response, now))
    archive.put_article(article_key(entry), article)
    entries.record(entry, EntryState.READ, article.unread_reason)
    return article
