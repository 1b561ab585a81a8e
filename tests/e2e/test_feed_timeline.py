"""A feed server through good and bad days, and when it is asked: the real steps on a clock of the test's own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from shared import wiring
from shared.adapters.http import Http
from shared.core.codec import decode
from shared.core.schedule import next_due
from shared.steps.fetch import fetch_feeds
from shared.steps.poll import poll
from shared.types import Bounds, Entry, FeedJob, FeedState
from tests.conftest import NOW, Site, Stack, feed, item, rss

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = Bounds(5 * MINUTE, HOUR)
CHALLENGE = (
    "<html><head><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script></head></html>"
)


@dataclass
class Clock:
    """Wakes poll once a minute, as the schedule does, and fetch for what it orders."""

    stack: Stack
    site: Site
    now: datetime = NOW
    found: list[str] = field(default_factory=list)

    def state(self) -> FeedState:
        ((_, state),) = wiring.feeds().all()
        return state

    def next_poll(self) -> tuple[timedelta, str]:
        """Goes on to the minute that polls the feed: how long that was, and which path was asked for."""
        before, asked = self.now, len(self.site.asked)
        while len(self.site.asked) == asked:
            self.now += max(MINUTE, MINUTE * -(-(next_due(self.state(), self.now) - self.now) // MINUTE))
            self._minute()
        return self.now - before, self.site.asked[-1][0]

    def polls(self, until: Callable[[timedelta], bool]) -> list[timedelta]:
        """The waits between polls, until so much time has gone by."""
        start, waits = self.now, []
        while not until(self.now - start):
            waits.append(self.next_poll()[0])
        return waits

    def _minute(self) -> None:
        poll(self.now, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))
        for body in self.stack.bodies("FetchQueue"):
            asyncio.run(self._fetch(decode(body, FeedJob)))
        self.found += [decode(body, Entry).title for body in self.stack.bodies("IngestQueue")]

    async def _fetch(self, job: FeedJob) -> None:
        http = Http("tests@example.org", {self.site.port})
        try:
            await fetch_feeds(
                job,
                self.now,
                BOUNDS,
                feeds=wiring.feeds(),
                entries=wiring.entries(),
                http=http,
                child=wiring.child(),
                queue=wiring.queue("INGEST_QUEUE"),
            )
        finally:
            await http.close()


@pytest.fixture
def clock(stack: Stack, site: Site) -> Clock:
    return Clock(stack, site)


def listing(*titles: str) -> str:
    return rss(*(item(title, f"/{title}", title) for title in titles))


def test_a_feed_through_good_and_bad_days_is_polled_as_its_server_asks_and_loses_nothing(clock: Clock) -> None:
    site = clock.site
    wiring.feeds().add(feed(site.says("/feed", listing("one"), ETag='"1"')), NOW)

    # It answers, and then has nothing new.
    clock.next_poll()
    assert (clock.state().outcome, clock.found) == ("learned", [])
    clock.next_poll()
    assert (clock.state().outcome, clock.state().reason) == ("unchanged", "not modified")
    assert site.asked[-1][1]["if-none-match"] == '"1"'

    # It publishes.
    site.says("/feed", listing("two", "one"), ETag='"2"')
    wait, _ = clock.next_poll()
    assert MINUTE < wait <= HOUR * 1.1
    assert clock.found == ["two"]

    # It wants to be left alone for six hours, and then has troubles of its own.
    site.says("/feed", "slow down", status=429, Retry_After="21600")
    clock.next_poll()
    assert (clock.state().outcome, clock.state().reason) == ("retry", "HTTP 429")
    site.says("/feed", "maintenance", status=503)
    wait, _ = clock.next_poll()
    assert 6 * HOUR <= wait <= 6 * HOUR + MINUTE
    waits = clock.polls(until=lambda gone: gone > DAY)
    assert clock.state().outcome == "retry"
    assert all(earlier < later for earlier, later in pairwise(waits))
    steps = [later - earlier for earlier, later in pairwise(waits)]
    assert max(steps) < 2 * HOUR, "it backs off by steps, not by factors"

    # It is well again, has moved for good, and is asked there from now on.
    site.says("/feed", status=301, Location="/moved")
    site.says("/moved", listing("three", "two", "one"), ETag='"3"')
    clock.next_poll()
    assert (clock.state().outcome, clock.state().failures, clock.found) == ("new", 0, ["two", "three"])
    wait, path = clock.next_poll()
    assert wait <= HOUR * 1.1
    assert path == "/moved"

    # For a day neither address answers; the one that people wrote is tried again.
    site.says("/moved", "not here", status=404)
    site.says("/feed", "not here", status=404)
    paths = [clock.next_poll()[1] for _ in range(4)]
    assert paths == ["/moved", "/moved", "/moved", "/feed"]
    clock.polls(until=lambda gone: gone > DAY)
    assert clock.state().outcome == "broken"

    # It says that it is over: asked once a day all the same.
    site.says("/feed", "over", status=410)
    clock.next_poll()
    assert clock.state().outcome == "gone"
    assert [DAY - MINUTE < wait <= DAY + MINUTE for wait in clock.polls(until=lambda gone: gone > 3 * DAY)] == [
        True
    ] * 4

    # It is back behind a page for browsers, and then for good: what it published meanwhile is found, once.
    site.says("/feed", CHALLENGE, status=403, Content_Type="text/html")
    clock.next_poll()
    assert (clock.state().outcome, clock.state().reason) == ("broken", "HTTP 403, a challenge page (Cloudflare)")
    site.says("/feed", listing("four", "three", "two", "one"), ETag='"4"')
    clock.next_poll()
    assert (clock.state().outcome, clock.state().failures) == ("new", 0)
    wait, _ = clock.next_poll()
    assert wait <= HOUR * 1.1
    assert clock.found == ["two", "three", "four"]


def test_an_urgent_feed_is_asked_every_minute_and_no_sooner_than_its_server_allows(clock: Clock) -> None:
    wiring.feeds().add(feed(clock.site.says("/feed", listing("one")), is_urgent=True), NOW)
    clock.next_poll()

    assert [clock.next_poll()[0] for _ in range(3)] == [MINUTE] * 3
    clock.site.says("/feed", listing("one"), Cache_Control="max-age=600")
    clock.next_poll()
    assert clock.next_poll()[0] == 10 * MINUTE
