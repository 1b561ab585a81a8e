"""An entry and the answer for its page in, the article out.  Pure."""

from dataclasses import replace
from datetime import datetime
from enum import Enum

from shared.core import ids
from shared.core.extract import Extracted, extract_article
from shared.core.keys import raw_key
from shared.core.quality import challenge
from shared.core.text import key
from shared.types import Article, DateSource, Entry, EntryState, Mark, Paragraph, Quality, Response

# What a site that does not want us answers; a challenge page comes as 200 as well, and is told by its text.
_BLOCKING = frozenset({401, 402, 403, 407, 429, 451, 503})
# What stands between us and a story that is there.
_BARRED = frozenset({Quality.CONSENT, Quality.CHALLENGE, Quality.PAYWALL})
_IN_PART = frozenset({Quality.PAYWALL, Quality.TEASER})
_HARDLY_MORE = 1.3
"""Times the length of the feed's summary."""
_COMPARED = 60
_LONGEST_TEASER = 600
"""Characters.  Feeds that carry whole stories as summaries carry longer ones."""


class Whose(Enum):
    """Whom a page belongs to that another entry named first."""

    NOBODYS = "nobody's"
    """It could not be read for that one: who comes after may try."""
    WAITED_FOR = "waited for"
    """It is being read."""
    ANOTHERS = "another's"


def whose_page(first: tuple[EntryState, str] | None) -> Whose:
    """Whom a page belongs to, by the state of the entry that named it first, and its reason."""
    if first is None or first[0] in (EntryState.BLOCKED, EntryState.UNREADABLE, EntryState.QUARANTINED):
        return Whose.NOBODYS
    state, reason = first
    if state is EntryState.READ:
        return Whose.NOBODYS if reason else Whose.ANOTHERS
    return Whose.WAITED_FOR if state is EntryState.QUEUED else Whose.ANOTHERS


def has_page(response: Response | None) -> bool:
    """Whether an answer brings a page to read."""
    return response is not None and response.status == 200 and not response.reason and bool(response.body)


def extract(response: Response, now: datetime) -> Extracted:
    """What the page of an answer says."""
    return extract_article(response.body, response.url, now, response.headers.get("content-type"))


def read(entry: Entry, response: Response | None, extracted: Extracted | None, now: datetime) -> Article:
    """The article of an entry, from its page; from the feed's summary where the page cannot be read, and said so.

    Of a story behind a paywall, or one that goes on elsewhere, the longer is taken: what the page shows of it or the
    summary.  `extracted` is none where there was no page.
    """
    page = response.body if response is not None and has_page(response) else b""
    unread, reason = _shortfall(entry, response, extracted)
    quality = extracted.quality if extracted else Quality.NONE
    if extracted is not None and extracted.text and (unread is None or _told(extracted) > len(entry.summary)):
        paragraphs, text = _with_headline(extracted, entry.title), extracted.text
        if quality in (Quality.GOOD, Quality.SHORT) and _is_teaser(extracted, entry):
            quality = Quality.TEASER
    else:
        # Marked by its words, a summary that ends in "- Reuters" would be nothing but a caption.
        paragraphs, text = ((Paragraph(0, len(entry.summary)),) if entry.summary else ()), entry.summary
        quality = Quality.SUMMARY
    published_at = extracted.published_at if extracted else None
    return Article(
        id=entry.id,
        url=response.url if page and response is not None else entry.url,
        title=entry.title or (extracted.title if extracted else ""),
        text=text,
        paragraphs=paragraphs,
        language=(extracted.language if extracted else "") or entry.language,
        publisher=(extracted.site if extracted else "") or entry.publisher,
        published_at=published_at or entry.published_at,
        fetched_at=now,
        raw_sha256=ids.sha256(page) if page else "",
        raw_key=raw_key(entry, ids.sha256(page)) if page else "",
        unread=unread,
        unread_reason=reason,
        correlation_id=entry.correlation_id,
        quality=quality,
        authors=extracted.authors if extracted else (),
        canonical_url=extracted.canonical_url if extracted else "",
        date_source=_date_source(extracted, entry),
        feed_id=entry.feed_id,
        page_title=extracted.title if extracted else "",
    )


def _date_source(extracted: Extracted | None, entry: Entry) -> DateSource:
    if extracted is not None and extracted.published_at is not None:
        return extracted.date_source
    return DateSource.FEED if entry.published_at is not None else DateSource.NONE


def _with_headline(extracted: Extracted, headline: str) -> tuple[Paragraph, ...]:
    """A page's paragraphs, where the feed's headline is a headline too."""
    said = key(headline)
    return tuple(
        replace(one, mark=Mark.TITLE)
        if said and one.mark is None and key(extracted.text[one.start : one.end]) == said
        else one
        for one in extracted.paragraphs
    )


def _told(extracted: Extracted) -> int:
    """Characters of the story that a page shows."""
    return sum(one.end - one.start for one in extracted.paragraphs if one.mark is None)


def _is_teaser(extracted: Extracted, entry: Entry) -> bool:
    """Whether a page shows hardly more than the feed did."""
    told = _told(extracted)
    said = key(entry.summary)[:_COMPARED]
    return (
        bool(said)
        and told < _LONGEST_TEASER
        and told < _HARDLY_MORE * len(entry.summary)
        and said in key(extracted.text)
    )


def _shortfall(entry: Entry, response: Response | None, extracted: Extracted | None) -> tuple[EntryState | None, str]:
    """Why the page was not read; (None, "") when it was."""
    if response is None:
        return EntryState.UNREADABLE, "the feed gives no link to a page"
    if extracted is None:
        found = challenge(response.body) if response.body else ""
        reason = response.reason or ("empty page" if response.status == 200 else f"HTTP {response.status}")
        is_blocked = response.status in _BLOCKING or bool(found)
        return (EntryState.BLOCKED if is_blocked else EntryState.UNREADABLE), ", ".join(filter(None, (reason, found)))
    if not extracted.text or extracted.quality in _IN_PART:
        return (EntryState.BLOCKED if extracted.quality in _BARRED else EntryState.UNREADABLE), extracted.reason
    return None, ""
