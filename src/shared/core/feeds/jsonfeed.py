"""JSON Feed 1.0 and 1.1 in, what it lists out.  Pure.

Source: https://www.jsonfeed.org/version/1.1/
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from shared.core.feeds.listed import MOST_ENTRIES, ListedEntry, NotAFeed, ParsedFeed, listed_entry, parsed_feed


def parse_json_feed(text: str, base: str, now: datetime | None) -> ParsedFeed:
    """What a JSON Feed lists; a member of the wrong type counts as absent.  Raises `NotAFeed` for other JSON."""
    try:
        # Numbers stay as written: an id may be one, of any length.
        feed = json.loads(text, strict=False, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("damaged JSON, or no JSON") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed("JSON, but not a JSON Feed")
    if "jsonfeed.org" not in _text(feed, "version") and not _text(feed, "home_page_url") + _text(feed, "feed_url"):
        raise NotAFeed("JSON, but not a JSON Feed")
    items = feed["items"]
    return parsed_feed(
        base,
        (_entry(item, base, now) for item in islice(items, MOST_ENTRIES) if isinstance(item, dict)),
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        site=_text(feed, "home_page_url"),
        is_cut=len(items) > MOST_ENTRIES,
    )


def _entry(item: dict[str, Any], base: str, now: datetime | None) -> ListedEntry | None:
    return listed_entry(
        base,
        now,
        id=_text(item, "id"),
        title=_text(item, "title"),
        link=_text(item, "url") or _text(item, "external_url"),
        dates=_dates(item),
        summary=_text(item, "summary") or _text(item, "content_text") or _text(item, "content_html"),
    )


def _dates(item: dict[str, Any]) -> Iterator[str]:
    yield _text(item, "date_published")
    yield _text(item, "date_modified")


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""
