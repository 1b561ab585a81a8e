import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared import wiring
from shared.adapters.child import Child
from shared.adapters.http import Http
from shared.core.codec import decode
from shared.core.schedule import LEASE
from shared.steps.fetch import Polled, fetch_feeds
from shared.types import Bounds, Entry, EntryState, Feed, FeedJob, FeedState, Outcome
from tests.conftest import NOW, Dies, Site, Stack, feed, item, rss
from tests.core.test_feeds_hostile import BODIES

BOUNDS = Bounds(timedelta(minutes=5), timedelta(minutes=60))
MINUTE = timedelta(minutes=1)
CLOSED = 9
"""A port that nothing listens at."""


def fetch(
    *watched: Feed,
    site: Site,
    ordered_at: datetime = NOW,
    now: datetime | None = None,
    child: Child | None = None,
    budget_s: float = 30,
    ports: tuple[int, ...] = (),
) -> list[Polled]:
    async def once() -> list[Polled]:
        http = Http("tests@example.org", {site.port, *ports})
        try:
            return await fetch_feeds(
                FeedJob(tuple(one.id for one in watched), ordered_at),
                now or ordered_at,
                BOUNDS,
                feeds=wiring.feeds(),
                entries=wiring.entries(),
                http=http,
                child=child or wiring.child(),
                queue=wiring.queue("INGEST_QUEUE"),
                budget_s=budget_s,
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


def others(site: Site, count: int) -> list[Feed]:
    """Good feeds of one story each."""
    made = [feed(site.says(f"/{n}.xml", rss(item("x", f"/{n}"))), backfill=True) for n in range(count)]
    for one in made:
        wiring.feeds().add(one, NOW)
    return made


def state(watched: Feed) -> FeedState:
    known = wiring.feeds().get(watched.id)
    assert known is not None
    return known[1]


def sent(stack: Stack) -> list[str]:
    return [decode(body, Entry).url.rsplit("/", 1)[1] for body in stack.bodies("IngestQueue")]


def test_new_entries_are_sent_on_and_written_into_the_books(stack: Stack, site: Site, watched: Feed) -> None:
    fetch(watched, site=site)

    assert sorted(sent(stack)) == ["a", "b"]
    assert wiring.entries().counts() == {EntryState.QUEUED: 2}
    assert state(watched).outcome is Outcome.NEW


def test_fetching_twice_sends_once_and_asks_only_for_changes(stack: Stack, site: Site, watched: Feed) -> None:
    for minutes in range(2):
        fetch(watched, site=site, ordered_at=NOW + minutes * MINUTE)

    assert sorted(sent(stack)) == ["a", "b"]
    assert site.asked[1][1]["if-none-match"] == '"1"'
    assert state(watched).outcome is Outcome.UNCHANGED


def test_a_job_that_comes_twice_asks_once(stack: Stack, site: Site, watched: Feed) -> None:
    for _ in range(2):
        fetch(watched, site=site)

    assert len(site.asked) == 1


def test_a_feed_that_is_watched_no_longer_or_paused_is_left_alone(stack: Stack, site: Site, watched: Feed) -> None:
    wiring.feeds().change(replace(watched, is_paused=True))

    assert fetch(watched, feed(site.url("/gone")), site=site) == []
    assert site.asked == []


def test_a_feed_that_fails_is_recorded_and_sends_nothing(stack: Stack, site: Site, watched: Feed) -> None:
    site.says("/feed", "gone", status=404)

    fetch(watched, site=site)

    assert sent(stack) == []
    assert (state(watched).outcome, state(watched).reason) == (Outcome.BROKEN, "HTTP 404")


def test_a_feed_that_takes_for_ever_to_parse_is_broken_and_costs_itself_alone(
    stack: Stack, site: Site, watched: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.steps.fetch.parse", endless_for_one)
    good = others(site, 9)
    site.says("/feed", rss("endless"))
    child = Child(computing_s=0.2)
    try:
        fetch(watched, *good, site=site, child=child)
    finally:
        child.close()

    assert sorted(sent(stack)) == [str(n) for n in range(9)]
    assert (state(watched).outcome, state(watched).reason) == (
        Outcome.BROKEN,
        "it takes more than 0.2 s of computing to read",
    )


HOSTILE = ("a long author with signs", "many attributes", "an entity of entities", "deep", "many items", "JSON, deep")


def test_hostile_feeds_end_with_an_outcome_and_the_good_ones_of_their_job_go_through(stack: Stack, site: Site) -> None:
    good = others(site, 49)
    hostile = [feed(site.says(f"/hostile{n}", BODIES[name])) for n, name in enumerate(HOSTILE)]
    bomb = gzip.compress(b" " * 50_000_000)
    hostile += [
        feed(site.says("/bomb", bomb, Content_Encoding="gzip")),
        feed(site.says("/inside", status=302, Location="http://169.254.169.254/latest/meta-data/")),
        feed(site.says("/round", status=301, Location="/round")),
    ]
    for one in hostile:
        wiring.feeds().add(one, NOW)

    fetch(*hostile, *good, site=site)

    assert {state(one).outcome for one in good} == {Outcome.NEW}
    assert len(sent(stack)) == 49
    assert all(state(one).outcome and state(one).reason for one in hostile)


def endless_for_one(response, now):  # type: ignore[no-untyped-def]
    """The real parser, but for one body."""
    from shared.core.polling import parse

    while b"endless" in response.body:
        pass
    return parse(response, now)


@pytest.mark.parametrize(("store", "method"), [("entries", "add"), ("feeds", "put_state")])
def test_dying_half_way_repeats_entries_and_loses_none(
    stack: Stack, site: Site, watched: Feed, dies: Dies, store: str, method: str
) -> None:
    with dies(getattr(wiring, store)(), method):
        fetch(watched, site=site)

    fetch(watched, site=site)

    assert sorted(sent(stack)) == ["a", "a", "b", "b"]
    assert wiring.entries().counts() == {EntryState.QUEUED: 2}
    assert state(watched).outcome is Outcome.NEW


def test_a_failure_of_ours_for_one_feed_keeps_no_other_from_being_polled(
    stack: Stack, site: Site, watched: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = others(site, 5)
    put_state = wiring.feeds().put_state

    def fails_for_one(one: Feed, new: FeedState) -> bool:
        if one.id == watched.id:
            raise ConnectionError("no table")
        return put_state(one, new)

    monkeypatch.setattr(wiring.feeds(), "put_state", fails_for_one)
    with pytest.raises(ConnectionError):
        fetch(watched, *good, site=site)

    assert {state(one).outcome for one in good} == {Outcome.NEW}


def test_feeds_that_a_bug_of_ours_keeps_failing_do_not_starve_their_host(
    stack: Stack, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.steps.fetch.parse", failing_for_some)
    bad = [feed(site.says(f"/bad{n}", rss("poison"))) for n in range(2)]
    for one in bad:
        wiring.feeds().add(one, NOW)
    good = others(site, 6)

    with pytest.raises(ZeroDivisionError):
        fetch(*bad, *good, site=site)

    assert {state(one).outcome for one in good} == {Outcome.NEW}


def failing_for_some(response, now):  # type: ignore[no-untyped-def]
    """The real parser, but for some bodies."""
    from shared.core.polling import parse

    return 1 / 0 if b"poison" in response.body else parse(response, now)


def test_a_host_that_asks_for_time_is_asked_for_nothing_more_and_poll_is_told(stack: Stack, site: Site) -> None:
    made = others(site, 8)
    for one in made:
        site.says(one.url.removeprefix(site.url("")), "slow down", status=429, Retry_After="1800")

    polled = fetch(*made, site=site)

    assert len(site.asked) <= 2
    assert len(polled) == 8
    assert all(state(one).due_at >= NOW + timedelta(minutes=30) for one in made)
    assert {state(one).failures for one in made} == {0, 1}
    assert wiring.feeds().held_hosts(NOW) == {"127.0.0.1": NOW + timedelta(minutes=30)}


def test_a_job_of_many_hosts_asks_for_a_bounded_number_at_once(
    stack: Stack, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.steps.fetch.MOST_AT_ONCE", 3)
    monkeypatch.setattr("shared.steps.fetch.host_of", lambda url: url)  # each feed is a host of its own
    at_once, most = 0, 0
    get = Http.get

    async def counting(self: Http, *arguments: object) -> object:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return await get(self, *arguments)  # type: ignore[arg-type]
        finally:
            at_once -= 1

    monkeypatch.setattr(Http, "get", counting)
    made = others(site, 12)

    assert len(fetch(*made, site=site)) == 12
    assert most == 3


def test_a_host_that_does_not_answer_is_not_waited_for_feed_by_feed(stack: Stack, site: Site) -> None:
    made = [feed(f"http://127.0.0.1:{CLOSED}/{n}") for n in range(20)]
    for one in made:
        wiring.feeds().add(one, NOW)

    polled = fetch(*made, site=site, ports=(CLOSED,))

    assert sum(one.learned is not None for one in polled) <= 4
    assert {state(one).outcome for one in made} == {Outcome.RETRY}
    assert all(state(one).reason.startswith("cannot connect") for one in made)


def test_what_there_is_no_time_for_is_left_to_its_lease(stack: Stack, site: Site, watched: Feed) -> None:
    assert fetch(watched, site=site, budget_s=0) == []
    assert state(watched).polled_at is None


def test_a_seldom_feed_that_there_is_no_time_for_is_not_left_to_its_next_turn(
    stack: Stack, site: Site, watched: Feed
) -> None:
    wiring.feeds().put_state(watched, FeedState(due_at=NOW, every=60 * MINUTE, polled_at=NOW - 60 * MINUTE))
    wiring.feeds().ordered(NOW)

    fetch(watched, site=site, budget_s=0)

    assert [one.feed_id for one in wiring.feeds().due_before(NOW + LEASE)] == [watched.id]


def test_an_order_that_lay_about_until_the_next_came_is_passed_over(stack: Stack, site: Site, watched: Feed) -> None:
    wiring.feeds().put_state(watched, FeedState(due_at=NOW, every=15 * MINUTE, polled_at=NOW - 60 * MINUTE))

    assert fetch(watched, site=site, ordered_at=NOW, now=NOW + 15 * MINUTE) == []
    assert len(fetch(watched, site=site, ordered_at=NOW, now=NOW + 14 * MINUTE)) == 1


def test_an_urgent_feed_is_polled_late_and_not_never_where_orders_lie_about(
    stack: Stack, site: Site, watched: Feed
) -> None:
    wiring.feeds().put_state(watched, FeedState(due_at=NOW, every=MINUTE, polled_at=NOW - 60 * MINUTE))

    assert fetch(watched, site=site, ordered_at=NOW, now=NOW + LEASE) == []
    assert len(fetch(watched, site=site, ordered_at=NOW, now=NOW + LEASE - MINUTE)) == 1


def test_who_answers_as_ever_is_written_down_once_an_hour(
    stack: Stack, site: Site, watched: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    for method in ("put_state", "put_seen"):
        monkeypatch.setattr(wiring.feeds(), method, counted(getattr(wiring.feeds(), method), written))
    urgent = replace(watched, is_urgent=True)
    wiring.feeds().change(urgent)
    for minute in range(130):
        fetch(urgent, site=site, ordered_at=NOW + minute * MINUTE)

    # What it lists, found at first; that nothing came after; then each hour that it answers.
    assert written == ["put_seen", "put_state", "put_state", "put_state", "put_state"]
    assert state(watched).polled_at == NOW + 121 * MINUTE


def counted(method: Callable[..., object], written: list[str]) -> Callable[..., object]:
    def write(*arguments: object) -> object:
        written.append(method.__name__)
        return method(*arguments)

    return write


def test_what_drops_out_of_a_feed_and_comes_back_is_not_new(stack: Stack, site: Site, watched: Feed) -> None:
    for turn in range(1, 80):
        site.says("/feed", rss(*(item(f"{turn}-{n}", f"/{turn}-{n}") for n in range(5))))
        fetch(watched, site=site, ordered_at=NOW + turn * 5 * MINUTE)
    found = len(sent(stack))
    site.says("/feed", rss(item("1-0", "/1-0"), item("40-2", "/40-2"), item("fresh", "/fresh")))

    fetch(watched, site=site, ordered_at=NOW + 80 * 5 * MINUTE)

    assert found == 79 * 5
    assert sent(stack) == ["fresh"]
