"""What a feed lists, whatever its format.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.core.dates import parse_date
from shared.core.text import from_markup, language_code, plain
from shared.core.urls import resolve

MOST_ENTRIES = 3_000
"""Read of one feed, the first that it lists: more takes too long to read.  The longest of 89 real feeds lists 300."""
_LONGEST_ID = 2_000
_LONGEST_TTL = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An item as a feed lists it, in plain text."""

    id: str
    """The feed's own id for it; its link where it has none."""
    title: str
    link: str
    """Absolute; empty when there is none that can be fetched."""
    published_at: datetime | None
    date_raw: str
    """The date as the feed writes it, readable or not."""
    summary: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as its server gives it, in plain text."""

    title: str
    language: str
    """ISO 639-1, or empty."""
    entries: tuple[ListedEntry, ...]
    """In the feed's own order."""
    ttl: timedelta | None = None
    """How long the feed says that it does not change."""
    site: str = ""
    """The site that the feed says it belongs to; absolute, or empty."""
    is_cut: bool = False
    """Whether the feed lists more than is here: beyond `MOST_ENTRIES`, or behind a body's end that comes too soon."""


class NotAFeed(ValueError):
    """The body is no feed; the message says what it is instead."""


def listed_entry(
    base: str, now: datetime | None, *, id: str, title: str, link: str, dates: Iterable[str], summary: str
) -> ListedEntry | None:
    """An entry in plain text; none where there is nothing to know it by.

    `dates` are its dates as written, the best first: the first that can be read counts.
    """
    url = resolve(base, link)
    text = from_markup(title, 500)
    known_by = plain(id)[:_LONGEST_ID] or url or text
    if not known_by:
        return None  # an empty <item/>
    written = [plain(raw[:200]) for raw in dates if raw]
    moments = ((raw, parse_date(raw, now)) for raw in written)
    raw, moment = next((found for found in moments if found[1] is not None), (written[0] if written else "", None))
    return ListedEntry(known_by, text, url, moment, raw[:100], from_markup(summary))


def parsed_feed(
    base: str,
    entries: Iterable[ListedEntry | None],
    *,
    title: str,
    language: str = "",
    ttl: timedelta | None = None,
    site: str = "",
    is_cut: bool = False,
) -> ParsedFeed:
    """A feed in plain text, without the entries that there is nothing to know by."""
    return ParsedFeed(
        title=from_markup(title, 200),
        language=language_code(language),
        entries=tuple(entry for entry in entries if entry is not None),
        ttl=ttl if ttl is not None and timedelta(0) < ttl <= _LONGEST_TTL else None,
        site=resolve(base, site),
        is_cut=is_cut,
    )
