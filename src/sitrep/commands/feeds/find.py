"""What a person calls a feed in, the watched feed out.  Reads the store."""

import re

from shared.adapters.feed_store import FeedStore
from shared.core.discovery import feed_key
from shared.core.ids import feed_id
from shared.core.urls import resolve
from shared.errors import InputError
from shared.types import Feed, FeedState
from sitrep.stack import Stack

_SHOWN = 5


def store_of(stack: Stack) -> FeedStore:
    """Where a stack keeps its feeds."""
    return FeedStore(stack.outputs["FeedsTable"], stack.client("dynamodb"))


def find(store: FeedStore, name: str) -> tuple[Feed, FeedState]:
    """The watched feed of this id or URL: the URL in any way of writing it, or the one that it has moved to.

    Raises `InputError` where there is none or more than one, and names those that come near.
    """
    told = name.strip()
    for known_id in (told, feed_id(told)):
        if told and (known := store.get(known_id)):
            return known
    key = _key(told)
    feeds = sorted(store.all(), key=lambda known: known[0].url)
    found = [known for known in feeds if key and key in _keys(*known)]
    if len(found) == 1:
        return found[0]
    near = found or [known for known in feeds if told and told.lower() in f"{known[0].url} {known[0].title}".lower()]
    if not near:
        raise InputError(f"no feed {told} is watched; `sitrep feeds` lists those that are")
    names = ", ".join(f"{feed.url} (id {feed.id})" for feed, _ in near[:_SHOWN])
    more = f" and {len(near) - _SHOWN} more" if len(near) > _SHOWN else ""
    words = "is more than one feed" if found else "is no feed that is watched; these come near"
    raise InputError(f"{told} {words}: {names}{more}; name one by its id")


def watched_as(store: FeedStore, urls: set[str]) -> Feed | None:
    """The feed that is watched under one of these URLs, however written; none when there is none."""
    for url in urls:
        if known := store.get(feed_id(url)):
            return known[0]
    keys = {_key(url) for url in urls}
    return next((feed for feed, state in store.all() if keys & _keys(feed, state)), None)


def web_urls(written: str) -> tuple[str, ...]:
    """The URLs that a person means, the likeliest first: without a scheme it is https, then http.

    Raises `InputError` for what is no web address.
    """
    told = re.sub(r"\Afeed:(//)?(?=\w)", "", written.strip(), flags=re.IGNORECASE)
    schemes = ("",) if re.match(r"https?:", told, re.IGNORECASE) else ("https://", "http://")
    urls = tuple(resolve("", scheme + told) for scheme in schemes)
    if not told or not all(urls) or (len(urls) > 1 and "://" in told):
        raise InputError(f"{written!r} is no web address; give one like https://example.org/feed.xml")
    return urls


def _key(url: str) -> str:
    try:
        return feed_key(web_urls(url)[0])
    except InputError:
        return ""


def _keys(feed: Feed, state: FeedState) -> set[str]:
    return {_key(url) for url in (feed.url, state.url) if url} - {""}
