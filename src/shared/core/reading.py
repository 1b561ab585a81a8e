"""An entry and the answer for its page in, the article out.  Pure."""

from datetime import datetime

from shared.core import ids
from shared.core.extract import Extracted, extract_article, lay_out
from shared.core.keys import raw_key
from shared.types import Article, Entry, EntryState, Response

# What a site that does not want us answers; a challenge page comes as 200 as well, and is told by its text.
_BLOCKING = frozenset({401, 402, 403, 407, 429, 451, 503})


def has_page(response: Response | None) -> bool:
    """Whether an answer brings a page to read."""
    return response is not None and response.status == 200 and not response.reason and bool(response.body)


def extract(response: Response, now: datetime) -> Extracted:
    """What the page of an answer says."""
    return extract_article(response.body, response.url, now)


def read(entry: Entry, response: Response | None, extracted: Extracted | None, now: datetime) -> Article:
    """The article of an entry, from its page; from the feed's summary where the page cannot be read, and said so.

    `extracted` is none where there was no page.
    """
    page = response.body if response is not None and has_page(response) else b""
    unread, reason = _shortfall(entry, response, extracted)
    if extracted is not None and unread is None:
        paragraphs, text = lay_out(extracted.text.split("\n"), entry.title, extracted.title)
    else:
        paragraphs, text = lay_out([entry.summary] if entry.summary else [])
    return Article(
        id=entry.id,
        url=response.url if page and response is not None else entry.url,
        title=entry.title or (extracted.title if extracted else ""),
        text=text,
        paragraphs=paragraphs,
        language=(extracted.language if extracted else "") or entry.language,
        publisher=(extracted.site if extracted else "") or entry.publisher,
        published_at=(extracted.published_at if extracted else None) or entry.published_at,
        fetched_at=now,
        raw_sha256=ids.sha256(page) if page else "",
        raw_key=raw_key(entry, ids.sha256(page)) if page else "",
        unread=unread,
        unread_reason=reason,
        correlation_id=entry.correlation_id,
    )


def _shortfall(entry: Entry, response: Response | None, extracted: Extracted | None) -> tuple[EntryState | None, str]:
    """Why the page was not read; (None, "") when it was."""
    if response is None:
        return EntryState.UNREADABLE, "the feed gives no link to a page"
    if extracted is None:
        reason = response.reason or ("empty page" if response.status == 200 else f"HTTP {response.status}")
        return (EntryState.BLOCKED if response.status in _BLOCKING else EntryState.UNREADABLE), reason
    if extracted.reason:
        blocked = extracted.reason.startswith("a challenge")
        return (EntryState.BLOCKED if blocked else EntryState.UNREADABLE), extracted.reason
    return None, ""
