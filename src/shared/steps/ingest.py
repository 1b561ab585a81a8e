"""ingest: reads the page of an entry, archives its bytes and its article, and reads it again where it alerted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.edits import Rereading, RereadResult, compare, is_gone
from shared.core.extract import LARGEST_PAGE, Extracted, nothing
from shared.core.ids import sha256
from shared.core.keys import article_key, day_of, raw_key, revision_key, revision_of
from shared.core.reading import Whose, extract, has_page, read, whose_page
from shared.core.warc import warc
from shared.errors import IntractableError
from shared.types import Article, Entry, EntryState, Reread, Response

if TYPE_CHECKING:
    from shared.adapters.child import Child
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.http import Http
    from shared.adapters.s3 import Archive
    from shared.adapters.sqs import Queue

_WAIT = timedelta(seconds=10)
"""Until an entry is looked at again whose page another one is being read for."""


async def ingest_entry(
    entry: Entry, now: datetime, *, archive: Archive, entries: EntryStore, http: Http, child: Child, queue: Queue
) -> Article | EntryState:
    """Read and archive one entry's page.  Returns the article, or the state in which the entry stands without one.

    Archives first and remembers after; an article is stored once whatever is repeated, so detect is woken once.  An
    entry whose page is being read for another one is sent on, to be looked at when that has ended: what could not be
    read for one may be read for the next, or its feed's summary may tell more.
    """
    # gather
    state = await asyncio.to_thread(_before, entry, entries, queue)
    if state is not None:
        return state
    child.start(extract)  # while the page is on its way
    response = await http.get(entry.url, LARGEST_PAGE) if entry.url else None
    extracted = await _extracted(response, now, child)

    # decide
    article = read(entry, response, extracted, now)

    # apply
    return await asyncio.to_thread(_apply, entry, article, response, now, archive, entries)


def _before(entry: Entry, entries: EntryStore, queue: Queue) -> EntryState | None:
    """The state in which an entry stands whose page is not to be read, or not now; none where it is."""
    state = entries.state(entry.id)
    if state is None:  # fetch has sent it and not written it down yet
        entries.add(entry)
    elif state not in (EntryState.QUEUED, EntryState.QUARANTINED):
        return state
    first = entries.claim(entry) if entry.url else entry.id
    if first == entry.id:
        return None
    match whose_page(entries.line(first)):
        case Whose.NOBODYS:
            return None
        case Whose.WAITED_FOR:
            queue.send([encode(entry)], delay=_WAIT)
            return EntryState.QUEUED
        case Whose.ANOTHERS:
            entries.record(entry, EntryState.DUPLICATE, f"same page as entry {first}")
            return EntryState.DUPLICATE


def _apply(
    entry: Entry, article: Article, response: Response | None, now: datetime, archive: Archive, entries: EntryStore
) -> Article | EntryState:
    if response is not None and article.unread is None:
        first = entries.claim(entry, article.canonical_url or response.url)
        if first != entry.id and whose_page(entries.line(first)) is Whose.ANOTHERS:
            entries.record(entry, EntryState.DUPLICATE, f"its page says that it is the page of entry {first}")
            return EntryState.DUPLICATE
    if response is not None and article.raw_key:
        archive.put_raw(article.raw_key, warc(response, now))
    archive.put_article(article_key(entry), article)
    entries.record(entry, EntryState.READ, article.unread_reason, since=now)
    if response is not None:
        entries.count_page(response.url, now, is_refused=article.unread is EntryState.BLOCKED)
    return article


async def reread_article(
    order: Reread, now: datetime, *, archive: Archive, http: Http, child: Child, queue: Queue
) -> RereadResult:
    """Read the page of an alerting article again, and archive what was edited as its next revision.

    May run twice with the same order: a revision is stored once, so detect is woken once.  An order that comes before
    it is due is sent on; should it be sent on twice, the page is read once too often, and no more comes of it.
    """
    # gather
    if now < order.due_at:
        queue.send([encode(order)], delay=order.due_at - now)
        return RereadResult(Rereading.EARLY)
    latest = max(archive.keys_under(order.article_key.removesuffix("json")), key=revision_of)
    if revision_of(latest) >= order.number:
        return RereadResult(Rereading.PASSED)
    before = archive.get_article(latest)
    entry = _entry(before, order)
    response = await http.get(before.url, LARGEST_PAGE)
    is_same = bool(before.raw_sha256) and has_page(response) and sha256(response.body) == before.raw_sha256
    extracted = None if is_same else await _extracted(response, now, child)

    # decide
    if is_same:
        return RereadResult(Rereading.UNCHANGED)
    gone = is_gone(response, extracted.quality if extracted else None)
    result = compare(before, read(entry, response, extracted, now), order.number, latest, gone=gone)

    # apply
    if result.article is not None:
        archive.put_raw(result.article.raw_key, warc(response, now))
        archive.put_article(revision_key(order.article_key, order.number), result.article)
    elif result.outcome is Rereading.GONE:  # that it was taken down is worth a proof
        archive.put_raw(raw_key(entry, sha256(response.body)), warc(response, now))
    return result


async def _extracted(response: Response | None, now: datetime, child: Child) -> Extracted | None:
    """What the page says; none where there is no page."""
    if response is None or not has_page(response):
        return None
    try:
        return await asyncio.to_thread(child.call, extract, response, now)
    except IntractableError as error:
        return nothing(str(error))


def _entry(article: Article, order: Reread) -> Entry:
    """The entry that an article was read for, without the feed's summary: it would say what the page said once."""
    day = day_of(order.article_key)
    assert day is not None, order.article_key
    return Entry(
        id=article.id,
        feed_id="",
        url=article.url,
        title=article.title,
        summary="",
        published_at=article.published_at,
        publisher=article.publisher,
        language=article.language,
        seen_at=datetime.combine(day, time(), UTC),
        correlation_id=order.correlation_id,
    )
