from datetime import timedelta

from shared import wiring
from shared.core.codec import decode
from shared.steps.poll import poll
from shared.types import FeedJob
from tests.conftest import NOW, Dies, Stack, feed

LEASE = timedelta(minutes=5)


def jobs(stack: Stack) -> list[str]:
    return [decode(body, FeedJob).feed_id for body in stack.bodies("FetchQueue")]


def test_a_feed_that_is_due_is_ordered_polled_and_leased(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)

    poll(NOW, LEASE, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))

    assert jobs(stack) == [feed().id]
    assert wiring.feeds().due_before(NOW) == []


def test_polling_twice_orders_once(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)

    for _ in range(2):
        poll(NOW, LEASE, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))

    assert jobs(stack) == [feed().id]


def test_a_lease_that_runs_out_orders_again(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)

    for now in (NOW, NOW + LEASE):
        poll(now, LEASE, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))

    assert jobs(stack) == [feed().id] * 2


def test_dying_before_the_lease_orders_again(stack: Stack, dies: Dies) -> None:
    wiring.feeds().add(feed(), NOW)
    with dies(wiring.feeds(), "lease"):
        poll(NOW, LEASE, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))

    poll(NOW, LEASE, feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))

    assert jobs(stack) == [feed().id] * 2
