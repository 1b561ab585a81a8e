import asyncio
from datetime import timedelta

import pytest

from shared import wiring
from shared.adapters.http import Http
from shared.core.codec import decode
from shared.core.polling import Learned
from shared.steps.fetch import fetch_feed
from shared.types import Entry, EntryState, Feed, FeedJob, FeedState, Outcome
from tests.conftest import NOW, Dies, Site, Stack, feed, item, rss

EVERY = timedelta(minutes=5)


def fetch(watched: Feed, site: Site) -> Learned | None:
    async def once() -> Learned | None:
        http = Http("tests@example.org", {site.port})
        try:
            return await fetch_feed(
                FeedJob(watched.id, "job1"),
                NOW,
                EVERY,
                feeds=wiring.feeds(),
                entries=wiring.entries(),
                http=http,
                child=wiring.child(),
                queue=wiring.queue("INGEST_QUEUE"),
            )
        finally:
            await http.close()

    return asyncio.run(once())


@pytest.fixture
def watched(stack: Stack, site: Site) -> Feed:
    """A feed of two stories, to be backfilled."""
    url = site.says("/feed", rss(item("a", "/a"), item("b", "/b")), ETag='"1"', Content_Type="application/rss+xml")
    watched = feed(url, backfill=True)
    wiring.feeds().add(watched, NOW)
    return watched


def state(watched: Feed) -> FeedState:
    known = wiring.feeds().get(watched.id)
    assert known is not None
    return known[1]


def sent(stack: Stack) -> list[str]:
    return [decode(body, Entry).url.rsplit("/", 1)[1] for body in stack.bodies("IngestQueue")]


def test_new_entries_are_sent_on_and_written_into_the_books(stack: Stack, site: Site, watched: Feed) -> None:
    fetch(watched, site)

    assert sorted(sent(stack)) == ["a", "b"]
    assert wiring.entries().counts() == {EntryState.QUEUED: 2}
    assert state(watched).outcome is Outcome.NEW


def test_fetching_twice_sends_once_and_asks_only_for_changes(stack: Stack, site: Site, watched: Feed) -> None:
    for _ in range(2):
        fetch(watched, site)

    assert sorted(sent(stack)) == ["a", "b"]
    assert site.asked[1][1]["if-none-match"] == '"1"'
    assert state(watched).outcome is Outcome.UNCHANGED


def test_a_feed_that_is_watched_no_longer_is_left_alone(stack: Stack, site: Site) -> None:
    assert fetch(feed(site.url("/feed")), site) is None
    assert site.asked == []


def test_a_feed_that_fails_is_recorded_and_sends_nothing(stack: Stack, site: Site, watched: Feed) -> None:
    site.says("/feed", "gone", status=404)

    fetch(watched, site)

    assert sent(stack) == []
    assert (state(watched).outcome, state(watched).reason) == (Outcome.BROKEN, "HTTP 404")


def test_a_feed_that_takes_for_ever_to_parse_is_broken_and_costs_itself(
    stack: Stack, site: Site, watched: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.child(), "_limit_s", 0.2)
    site.says("/feed", rss(f"<item><guid>a</guid><author>{'a.' * 25_000}</author></item>"))

    fetch(watched, site)

    assert (state(watched).outcome, state(watched).reason) == (Outcome.BROKEN, "it takes longer than 0.2 s to read")


@pytest.mark.parametrize(("store", "method"), [("entries", "add"), ("feeds", "put_state")])
def test_dying_half_way_repeats_entries_and_loses_none(
    stack: Stack, site: Site, watched: Feed, dies: Dies, store: str, method: str
) -> None:
    with dies(getattr(wiring, store)(), method):
        fetch(watched, site)

    fetch(watched, site)

    assert sorted(sent(stack)) == ["a", "a", "b", "b"]
    assert wiring.entries().counts() == {EntryState.QUEUED: 2}
    assert state(watched).outcome is Outcome.NEW
