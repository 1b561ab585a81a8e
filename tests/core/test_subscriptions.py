"""Filter policies: what a reader asks for, what SNS would refuse, and back in words."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.sns.utils import FilterPolicyMatcher

from shared.core.render import digest
from shared.core.subscriptions import (
    CERTAINTIES,
    COMBINATIONS_MAX,
    KEYS_MAX,
    NOWHERE,
    STATUSES,
    Names,
    Wish,
    in_words,
    matches,
    nearest,
    policy_of,
    refusal,
)
from shared.errors import InputError
from shared.types import Status

NAMES = Names(
    {"airstrike": "airstrike", "ied_mine": "IED or mine"}, {"SY": "Syria", "IQ": "Iraq"}, {"friendly_fire": "ours"}
)
ALL = Wish(("airstrike", "shelling"), ("SY", "IQ"), 60, ("reported", "observed"), ("new", "correction"))


def test_a_wish_is_a_filter_on_message_attributes() -> None:
    assert policy_of(ALL, "email") == {
        "category": ["airstrike", "shelling"],
        "country": ["SY", "IQ"],
        "severity": [{"numeric": [">=", 60]}],
        "certainty": ["reported", "observed"],
        "status": ["new", "correction"],
    }


def test_who_asks_for_nothing_in_particular_has_no_filter() -> None:
    assert policy_of(Wish(), "email") == {}


def test_phones_get_what_the_day_s_budget_lets_them_have() -> None:
    assert policy_of(Wish(), "sms") == {"sms": ["yes"]}
    assert policy_of(Wish(flags=("friendly_fire",)), "sms") == {"flags": ["friendly_fire"], "sms": ["yes"]}


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        pytest.param({}, "everything", id="no filter"),
        pytest.param({"sms": ["yes"]}, "everything; as far as the day's SMS budget goes", id="a phone"),
        pytest.param(
            policy_of(ALL, "email"),
            "airstrike or shelling in Syria or Iraq, severity 60 or more, reported or observed; new and corrected only",
            id="much",
        ),
        pytest.param(
            policy_of(Wish(countries=("SY", NOWHERE)), "email"),
            "everything in Syria, or where no country is known",
            id="nowhere too",
        ),
        pytest.param(
            policy_of(Wish(countries=(NOWHERE,)), "email"), "everything where no country is known", id="nowhere alone"
        ),
        pytest.param(
            policy_of(Wish(("ied_mine",), flags=("friendly_fire", "own")), "email"),
            "IED or mine, marked ours or own",
            id="flags",
        ),
        pytest.param(policy_of(Wish(certainties=("denied",)), "email"), "everything, denied", id="denials"),
        pytest.param(
            policy_of(Wish(statuses=("new", "update", "closed")), "email"),
            "everything; new, updated and closed only",
            id="three words",
        ),
        pytest.param(
            policy_of(Wish(statuses=("new", "digest")), "email"), "everything; new and the digest only", id="the digest"
        ),
        pytest.param({"severity": [{"numeric": [">=", 62.5]}]}, "everything, severity 62.5 or more", id="a fraction"),
    ],
)
def test_a_filter_is_told_in_words(policy: dict[str, Any], words: str) -> None:
    assert in_words(json.loads(json.dumps(policy)), NAMES) == words


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param({"incident_id": ["a"]}, id="another attribute"),
        pytest.param({"category": [{"prefix": "air"}]}, id="another operator"),
        pytest.param({"severity": [{"numeric": ["<", 60]}]}, id="another comparison"),
        pytest.param({"severity": [{"numeric": [">=", 60, "<", 80]}]}, id="a range"),
        pytest.param({"severity": [60]}, id="one number"),
        pytest.param({"status": ["old"]}, id="another status"),
        pytest.param({"country": [{"exists": True}]}, id="any country"),
        pytest.param({"$or": [{"category": ["a"]}, {"status": ["new"]}]}, id="either"),
    ],
)
def test_a_filter_that_somebody_else_wrote_is_shown_as_it_is_and_not_judged(policy: dict[str, Any]) -> None:
    assert in_words(policy) == f"what passes a filter that is not of sitrep's making: {json.dumps(policy)}"
    assert matches(policy, {"category": "airstrike"}) is None


def test_every_status_of_a_message_can_be_asked_for() -> None:
    assert set(STATUSES) == {*map(str, Status), digest.STATUS}


def test_six_conditions_are_refused_by_name() -> None:
    with pytest.raises(InputError) as refused:
        policy_of(Wish(("a",), ("SY",), 1, ("reported",), ("new",), ("f",)), "email")

    assert str(refused.value) == (
        "SNS takes 5 conditions in a filter, and this has 6: category, country, severity, certainty, status, flags; "
        "leave 1 out"
    )


def test_a_phone_s_budget_is_named_where_it_is_the_sixth_condition() -> None:
    wish = Wish(("a",), ("SY",), 1, ("reported",), ("new",))

    assert len(policy_of(wish, "email")) == KEYS_MAX
    with pytest.raises(InputError, match=r"this has 6: .*, sms; one of them is sms, which keeps to the day's SMS budg"):
        policy_of(wish, "sms")


def test_more_combinations_than_sns_takes_are_refused_with_their_factors() -> None:
    fits = Wish(tuple("abcdefghijklmno"), tuple("0123456789"))
    over = Wish(tuple("abcdefghijklmno"), tuple("0123456789"), statuses=("new", "update"))

    assert math.prod(map(len, policy_of(fits, "email").values())) == COMBINATIONS_MAX
    with pytest.raises(InputError, match=r"takes 150 .*, and this has 300 \(15 of category x 10 of country x 2 of st"):
        policy_of(over, "email")


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("airstrik", ["airstrike", "shelling"], "airstrike"),
        (" Shellin ", ["airstrike", "shelling"], "shelling"),
        ("ABCDEF2X", ["abcdef23", "zzzzzz22"], "abcdef23"),
        ("\x1b[2J", ["airstrike"], ""),
        ("", ["airstrike"], ""),
        ("airstrike", [], ""),
    ],
)
def test_the_nearest_word_is_found(word: str, known: list[str], found: str) -> None:
    assert nearest(word, known) == found


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


WISHES = st.builds(
    Wish,
    categories=some(["airstrike", "shelling", "threat"]),
    countries=some(["SY", "IQ", NOWHERE]),
    min_severity=st.integers(0, 100),
    certainties=some(list(CERTAINTIES)),
    statuses=some(list(STATUSES)),
    flags=some(["friendly_fire", "protected_object"]),
)
ATTRIBUTES = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["airstrike", "shelling", "threat", "grenade"]),
        "severity": st.integers(0, 100),
        "certainty": st.sampled_from(CERTAINTIES),
        "status": st.sampled_from(STATUSES),
        "sms": st.sampled_from(["yes", "no"]),
    },
    optional={
        "country": st.lists(st.sampled_from(["SY", "IQ", "UA"]), min_size=1, unique=True),
        "flags": st.lists(st.sampled_from(["friendly_fire", "protected_object", "own"]), min_size=1, unique=True),
    },
)


@given(WISHES, st.sampled_from(["email", "sms"]), ATTRIBUTES)
def test_we_say_that_a_message_passes_a_filter_where_it_does(
    wish: Wish, protocol: str, attributes: dict[str, Any]
) -> None:
    try:
        policy = policy_of(wish, protocol)
    except InputError:
        return

    wanted = FilterPolicyMatcher(policy, None).matches({name: _sent(value) for name, value in attributes.items()}, "")

    assert matches(policy, attributes) is wanted


def _sent(value: str | int | list[str]) -> dict[str, Any]:
    if isinstance(value, list):
        return {"Type": "String.Array", "Value": json.dumps(value)}
    return {"Type": "Number" if isinstance(value, int) else "String", "Value": value}


@given(WISHES, st.sampled_from(["email", "sms"]))
def test_every_filter_that_we_make_is_one_that_sns_takes_and_that_we_can_read(wish: Wish, protocol: str) -> None:
    try:
        policy = policy_of(wish, protocol)
    except InputError:
        return

    assert refusal(policy) == ""
    assert all(policy.values())
    assert "not of sitrep's making" not in in_words(json.loads(json.dumps(policy)))
