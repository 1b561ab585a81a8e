from datetime import timedelta

from shared import wiring
from shared.core.codec import decode
from shared.core.schedule import HOST_FEEDS, LEASE, overdue_since
from shared.steps.poll import poll
from shared.types import FeedJob, FeedState
from tests.conftest import NOW, Dies, Stack, feed

MINUTE = timedelta(minutes=1)


def ordered(stack: Stack) -> list[tuple[str, ...]]:
    return [decode(body, FeedJob).feed_ids for body in stack.bodies("FetchQueue")]


def poll_at(now: object = NOW) -> None:
    poll(now, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))  # type: ignore[arg-type]


def test_a_feed_that_is_due_is_ordered_polled_and_leased(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)

    poll_at()

    assert ordered(stack) == [(feed().id,)]
    assert wiring.feeds().due_before(NOW) == []


def test_polling_twice_orders_once(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)

    for _ in range(2):
        poll_at()

    assert ordered(stack) == [(feed().id,)]


def test_a_lease_that_runs_out_orders_again(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)

    for now in (NOW, NOW + LEASE):
        poll_at(now)

    assert ordered(stack) == [(feed().id,)] * 2


def test_dying_before_the_lease_orders_again(stack: Stack, dies: Dies) -> None:
    wiring.feeds().add(feed(), NOW)
    with dies(wiring.feeds(), "lease"):
        poll_at()

    poll_at()

    assert ordered(stack) == [(feed().id,)] * 2


def test_a_feed_that_is_as_ever_is_ordered_again_and_again_though_nothing_is_written(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)
    wiring.feeds().put_state(feed(), FeedState(due_at=NOW + MINUTE, every=5 * MINUTE, polled_at=NOW))

    minutes = []
    for minute in range(12):
        poll_at(NOW + minute * MINUTE)
        minutes += [minute for _ in ordered(stack)]

    assert minutes == [1, 6, 11]


def test_dying_before_it_is_remembered_that_all_was_ordered_orders_again(stack: Stack, dies: Dies) -> None:
    wiring.feeds().add(feed(), NOW)
    wiring.feeds().put_state(feed(), FeedState(due_at=NOW, every=5 * MINUTE, polled_at=NOW))
    with dies(wiring.feeds(), "ordered"):
        poll_at()

    poll_at(NOW + MINUTE)

    assert ordered(stack) == [(feed().id,)] * 2


def test_feeds_of_many_hosts_share_a_job(stack: Stack) -> None:
    for number in range(5):
        wiring.feeds().add(feed(f"https://host{number}.example/feed"), NOW)

    poll_at()

    (job,) = ordered(stack)
    assert len(job) == 5


def test_a_host_of_very_many_feeds_is_asked_for_some_each_minute(stack: Stack) -> None:
    for number in range(HOST_FEEDS + 3):
        wiring.feeds().add(feed(f"https://news.example/{number}"), NOW)

    poll_at()
    first = ordered(stack)
    poll_at(NOW + MINUTE)

    assert [len(job) for job in first + ordered(stack)] == [HOST_FEEDS, 3]


def test_of_a_host_of_more_feeds_than_it_is_asked_for_each_has_its_turn(stack: Stack) -> None:
    made = [feed(f"https://news.example/{number}") for number in range(HOST_FEEDS + 10)]
    for each in made:
        wiring.feeds().add(each, NOW)
        # As ever, and due each minute: more than the host is asked for.
        wiring.feeds().put_state(each, FeedState(due_at=NOW, every=MINUTE, polled_at=NOW - MINUTE))

    for minute in range(2):
        poll_at(NOW + minute * MINUTE)

    assert {feed_id for job in ordered(stack) for feed_id in job} == {each.id for each in made}


def test_a_feed_that_was_as_ever_for_days_is_not_overdue_when_it_is_leased(stack: Stack) -> None:
    now = NOW + timedelta(days=3)
    wiring.feeds().add(feed(), NOW)
    polled_at = now - 40 * MINUTE
    wiring.feeds().put_state(feed(), FeedState(due_at=NOW, every=5 * MINUTE, polled_at=polled_at))

    wiring.feeds().hurry(feed().id, now + 10 * MINUTE)

    ((_, state),) = wiring.feeds().get_many([feed().id])
    assert overdue_since(state) == now + 10 * MINUTE
    assert state.every is None


def test_a_paused_feed_is_not_polled_and_a_resumed_one_is(stack: Stack) -> None:
    wiring.feeds().add(feed(is_paused=True), NOW)
    poll_at()
    paused = ordered(stack)

    wiring.feeds().change(feed())
    poll_at()

    assert (paused, ordered(stack)) == ([], [(feed().id,)])


def test_a_host_that_asked_for_time_gets_it_for_all_its_feeds(stack: Stack) -> None:
    other = feed("https://other.example/feed")
    for each in (feed(), other):
        wiring.feeds().add(each, NOW)
    wiring.feeds().hold_host("news.example", NOW + timedelta(minutes=30))

    poll_at()
    first = ordered(stack)
    poll_at(NOW + timedelta(minutes=29))
    held = ordered(stack)
    poll_at(NOW + timedelta(minutes=30))

    assert first == [(other.id,)]
    assert feed().id not in {one for job in held for one in job}
    assert feed().id in {one for job in ordered(stack) for one in job}
