"""What people silenced, in the table of incidents."""

from datetime import timedelta

import pytest

from shared.adapters.incident_store import IncidentStore
from shared.adapters.mute_store import MuteStore
from shared.types import Mute, Muted
from tests.conftest import NOW, Stack

HOUR = timedelta(hours=1)


@pytest.fixture
def store(stack: Stack) -> MuteStore:
    return MuteStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))


def mute(target: str = "airstrike", kind: Muted = Muted.RULE, hours: int | None = None, why: str = "") -> Mute:
    return Mute(kind, target, NOW, None if hours is None else NOW + hours * HOUR, why)


def test_a_mute_holds_until_its_time_is_over(store: MuteStore) -> None:
    store.put(mute("a", hours=1))
    store.put(mute("b"))

    assert [one.target for one in store.active(NOW)] == ["a", "b"]
    assert [one.target for one in store.active(NOW + HOUR - timedelta(microseconds=1))] == ["a", "b"]
    assert [one.target for one in store.active(NOW + HOUR)] == ["b"]


def test_a_mute_comes_back_as_it_was_given(store: MuteStore) -> None:
    given = mute("f1", Muted.FEED, hours=2, why="x\n\u202e\x1b[2J 'quoted'")

    store.put(given)

    assert store.active(NOW) == (given,)


def test_the_same_is_muted_once_as_it_was_said_last(store: MuteStore) -> None:
    store.put(mute(hours=1, why="first"))
    store.put(mute(hours=9, why="second"))

    assert [one.why for one in store.all()] == ["second"]


def test_things_of_one_name_and_another_kind_are_two(store: MuteStore) -> None:
    for kind in Muted:
        store.put(mute("x", kind))

    store.remove(Muted.FEED, "x", NOW)

    assert [one.kind for one in store.all()] == [Muted.INCIDENT, Muted.RULE]


def test_what_is_over_is_shown_until_the_next_change(store: MuteStore) -> None:
    store.put(mute("a", hours=1))
    seen = [one.target for one in store.all()]
    store.put(Mute(Muted.RULE, "b", NOW + 2 * HOUR))

    assert seen == ["a"]
    assert [one.target for one in store.all()] == ["b"]


@pytest.mark.parametrize(
    ("known", "was_one"),
    [
        pytest.param([mute()], True, id="muted"),
        pytest.param([], False, id="never muted"),
        pytest.param([mute(hours=1)], False, id="over by then"),
        pytest.param([mute("shelling")], False, id="something else is"),
    ],
)
def test_taking_back_says_whether_there_was_a_mute(store: MuteStore, known: list[Mute], was_one: bool) -> None:
    for one in known:
        store.put(one)

    assert store.remove(Muted.RULE, "airstrike", NOW + HOUR) is was_one
    assert not [one for one in store.active(NOW + HOUR) if one.target == "airstrike"]


def test_more_mutes_than_one_answer_holds_are_all_active(store: MuteStore) -> None:
    for number in range(12):
        store.put(mute(f"{number:02}", why="w" * 100_000))

    assert len(store.active(NOW)) == 12


def test_a_mute_is_no_incident(stack: Stack, store: MuteStore) -> None:
    store.put(mute())

    incidents = IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))

    assert list(incidents.all()) == []
    assert incidents.find("rule#airstrike") is None
