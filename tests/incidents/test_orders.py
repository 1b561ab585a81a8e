"""One strike, told twelve times: in whatever order and however often its stories come, a reader is told the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from shared.core.codec import decode, encode
from shared.types import Incident, Policy, Status, Story
from tests.desk import Desk
from tests.incidents.strike import BEGAN, TAKEN_BACK, retraction, stories

ORDERS = 1_000
APART = timedelta(minutes=31)
"""Between two arrivals: what is gathered is sent meanwhile, and cools down."""


def arrivals(told: list[Story], taken_back: Story, rng: Random) -> Iterator[Story]:
    """All of them in some order, some twice or thrice; what is taken back was told before."""
    order = [story for story in (*told, taken_back) for _ in range(rng.choice((1, 1, 2, 3)))]
    rng.shuffle(order)
    first = min(order.index(told[TAKEN_BACK]), order.index(taken_back))
    if order[first] == taken_back:
        other = order.index(told[TAKEN_BACK])
        order[first], order[other] = order[other], order[first]
    return iter(order)


def record(incident: Incident) -> Incident:
    """An incident without what depends on when its stories came."""
    return replace(incident, alerts=(), silences=(), revision=0, version=0)


@pytest.fixture(scope="module")
def told() -> list[Story]:
    return stories()


@pytest.fixture(scope="module")
def taken_back() -> Story:
    return retraction()


def test_the_stories_are_of_five_papers_and_two_agencies(told: list[Story]) -> None:
    assert len(told) == 12
    assert {story.traits.wire for story in told} == {"", "reuters", "afp"}
    assert len({story.publisher for story in told} - {"Reuters", "AFP"}) == 5


def test_every_order_tells_once_what_is_new_what_is_more_and_what_is_taken_back(
    told: list[Story], taken_back: Story
) -> None:
    records: set[str] = set()
    wrong = []
    for seed in range(ORDERS):
        desk = Desk(Policy())
        now = BEGAN + timedelta(hours=30)
        for story in arrivals(told, taken_back, Random(seed)):
            desk.tell(story, now)
            desk.pass_time(now := now + APART)
        said = [alert.status for alert in desk.sent]
        if sorted(said) != [Status.CORRECTION, Status.NEW, Status.UPDATE] or said[0] is not Status.NEW:
            wrong.append((seed, [(str(alert.status), alert.why) for alert in desk.sent]))
        records |= {encode(record(incident)) for incident in desk.incidents.values()}

    assert wrong == []
    assert len(records) == 1
    assert len(decode(records.pop(), Incident).stories) == len(told)
