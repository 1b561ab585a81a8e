from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.core.schedule import (
    DAY,
    HOST_FEEDS,
    JOB_FEEDS,
    entries_a_day,
    is_silent,
    jobs,
    next_poll,
    observed,
    retry_after,
)
from shared.types import Bounds, DueFeed, FeedState, Outcome, Response
from tests.conftest import NOW, feed

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BOUNDS = Bounds(5 * MINUTE, HOUR)
POLLED = FeedState(due_at=NOW, outcome=Outcome.UNCHANGED, newest_at=NOW)
OK = Response("https://news.example/feed", 200, {}, b"")


def says(status: int = 200, **headers: str) -> Response:
    return replace(OK, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def wait(state: FeedState = POLLED, response: Response | None = OK, urgent: bool = False) -> timedelta:
    return next_poll(feed(is_urgent=urgent), state, response, BOUNDS, NOW) - NOW


PACES = {
    "once a week": (1 / 7, HOUR),
    "once a day": (1, HOUR),
    "every half an hour": (48, 15 * MINUTE),
    "every minute": (1440, 5 * MINUTE),
    "never yet": (0, HOUR),
}


@pytest.mark.parametrize(("daily", "expected"), PACES.values(), ids=PACES)
def test_a_feed_is_polled_twice_as_often_as_it_publishes_within_bounds(daily: float, expected: timedelta) -> None:
    # A poll comes once a minute: half a minute early is on time, and jitter adds a tenth at most.
    assert expected - MINUTE / 2 <= wait(replace(POLLED, daily=daily)) <= expected * 1.1 - MINUTE / 2


def test_an_urgent_feed_is_polled_every_minute() -> None:
    assert wait(replace(POLLED, daily=0.1), urgent=True) <= MINUTE


def test_feeds_of_one_pace_do_not_all_fall_due_together() -> None:
    due = {next_poll(feed(f"https://news.example/{number}"), POLLED, OK, BOUNDS, NOW) for number in range(20)}

    assert len(due) == 20


ASKED = {
    "to retry after seconds": (says(503, retry_after="7200"), 2 * HOUR),
    "to retry after a date": (says(429, retry_after="Wed, 04 Mar 2026 16:00:00 GMT"), 4 * HOUR),
    "to keep it": (says(cache_control="public, max-age=10800"), 3 * HOUR),
    "to keep it, quoted": (says(304, cache_control='MAX-AGE="10800"'), 3 * HOUR),
    "until it expires": (says(expires="Wed, 04 Mar 2026 15:00:00 GMT"), 3 * HOUR),
    "max-age before expires": (says(cache_control="max-age=7200", expires="Thu, 05 Mar 2026 12:00:00 GMT"), 2 * HOUR),
    "for a month": (says(503, retry_after="2592000"), DAY),
    "for a month in a cache": (says(cache_control="max-age=2592000"), DAY),
    "for more seconds than there are": (says(503, retry_after="9" * 400), DAY),
}


@pytest.mark.parametrize(("response", "least"), ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("urgent", [False, True], ids=["usual", "urgent"])
def test_never_sooner_than_the_server_asks_and_a_day_at_most(
    response: Response, least: timedelta, urgent: bool
) -> None:
    state = replace(POLLED, daily=1440, failures=0 if response.status in (200, 304) else 1)

    assert wait(state, response, urgent) == least


NOTHING_ASKED = {
    "not to keep it": says(cache_control="no-cache, max-age=7200"),
    "nonsense": says(cache_control="max-age=soon", expires="0", retry_after="later"),
    "a negative age": says(cache_control="max-age=-1"),
    "long past": says(expires="Thu, 01 Dec 1994 16:00:00 GMT", retry_after="Thu, 01 Dec 1994 16:00:00 GMT"),
    "a date beyond all": says(expires="Fri, 31 Dec 99999 16:00:00 GMT"),
    "to keep an error page": says(404, cache_control="max-age=86400"),
}


@pytest.mark.parametrize("response", NOTHING_ASKED.values(), ids=NOTHING_ASKED)
def test_what_asks_for_no_time_gets_none(response: Response) -> None:
    assert wait(replace(POLLED, daily=1440), response) < 6 * MINUTE


def test_never_sooner_than_the_feed_asks_and_a_day_at_most() -> None:
    assert wait(replace(POLLED, daily=1440, ttl=2 * HOUR)) == 2 * HOUR
    assert wait(replace(POLLED, daily=1440, ttl=90 * DAY)) == DAY


def test_failing_feeds_are_asked_less_and_less_by_equal_steps() -> None:
    waits = [wait(replace(POLLED, daily=1440, failures=failures)) for failures in (1, 11, 21, 31)]

    assert waits == sorted(waits)
    assert timedelta(minutes=45) < waits[2] - waits[1] < timedelta(minutes=65)


def test_a_feed_that_has_never_answered_is_tried_again_soon() -> None:
    assert wait(FeedState(due_at=NOW, failures=1)) < 12 * MINUTE


def test_what_is_gone_is_asked_once_a_day() -> None:
    assert wait(replace(POLLED, outcome=Outcome.GONE, failures=1), says(410)) > DAY - MINUTE


def test_no_answer_asks_for_no_time() -> None:
    assert retry_after(Response("u", 0, {}, b"", "no answer"), NOW) is None


def hours(*ago: float) -> list[datetime]:
    return [NOW - HOUR * each for each in ago]


def test_the_first_pace_is_told_by_the_dates_that_a_feed_lists() -> None:
    newest_at, daily, gap = observed(FeedState(due_at=NOW), 4, hours(2, 6, 3, 24), NOW)

    assert (newest_at, round(daily, 3), gap) == (NOW - 2 * HOUR, 4.0, 18 * HOUR)


def test_a_feed_without_dates_is_taken_to_list_a_week() -> None:
    assert observed(FeedState(due_at=NOW), 70, [], NOW)[:2] == (NOW, 10)


def test_a_feed_of_old_entries_is_taken_to_be_asleep() -> None:
    assert observed(FeedState(due_at=NOW), 2, hours(9000, 9500), NOW)[1] == 0


def test_a_date_to_come_makes_nothing_newer() -> None:
    assert observed(replace(POLLED, newest_at=NOW - HOUR), 1, hours(-5), NOW)[0] == NOW


def test_a_pace_follows_what_is_published() -> None:
    state, now = replace(POLLED, daily=1.0, usual_gap=DAY), NOW
    for _ in range(24 * 14):
        now += HOUR
        newest_at, daily, gap = observed(state, 1, [now], now)
        state = replace(state, newest_at=newest_at, daily=daily, usual_gap=gap)

    assert 23 < entries_a_day(state, now) < 25
    assert entries_a_day(state, now + 30 * DAY) < 0.1
    assert state.usual_gap is not None
    assert state.usual_gap < 6 * HOUR


SILENCES = {
    "within its usual gap": (replace(POLLED, usual_gap=DAY), 2 * DAY, False),
    "over three times its usual gap": (replace(POLLED, usual_gap=DAY), 3 * DAY + HOUR, True),
    "a busy desk for an hour": (replace(POLLED, usual_gap=MINUTE), HOUR, False),
    "a busy desk for half a day": (replace(POLLED, usual_gap=MINUTE), 12 * HOUR, True),
    "while it does not answer": (replace(POLLED, usual_gap=MINUTE, failures=1), DAY, False),
    "before anything is known": (FeedState(due_at=NOW), 30 * DAY, False),
}


@pytest.mark.parametrize(("state", "after", "expected"), SILENCES.values(), ids=SILENCES)
def test_a_feed_is_silent_when_it_is_for_longer_than_it_uses_to(
    state: FeedState, after: timedelta, expected: bool
) -> None:
    assert is_silent(state, NOW + after) is expected


def due(number: int, host: str) -> DueFeed:
    return DueFeed(f"{host}{number}", host, NOW.isoformat())


def test_all_feeds_of_a_host_are_in_one_job_and_small_hosts_share_one() -> None:
    hosts = [f"h{number}" for number in range(JOB_FEEDS // 40 + 1)]
    feeds = [due(number, host) for number in range(40) for host in hosts] + [due(0, "c")]

    batches = [batch for _, batch in jobs(feeds, NOW)]

    assert [{feed.host for feed in batch} for batch in batches] == [set(hosts[:-1]), {hosts[-1], "c"}]
    assert sum(map(len, batches)) == len(feeds)


def test_no_more_of_one_host_is_asked_for_in_a_minute_than_is_polite() -> None:
    ((job, batch),) = jobs([due(number, "a") for number in range(HOST_FEEDS + 9)], NOW)

    assert len(batch) == HOST_FEEDS
    assert job.feed_ids[0] == "a0"
