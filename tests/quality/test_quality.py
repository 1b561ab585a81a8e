"""Detection on the labelled set, against floors that rise and fall only on purpose."""

from collections import Counter

import pytest

from shared.detect import load_lexicon
from shared.detect.packaged import packaged_rules
from shared.types import Certainty
from tests.quality import gate
from tests.quality.score import CATEGORIES, FLAGS, should_alert

MARGIN, FLOORS = gate.load_floors()
SEEN = 8
"""Wrong items that a failing test names."""
MAIN = frozenset(
    {
        "airstrike",
        "drone_strike",
        "shelling",
        "missile_rocket",
        "ied_mine",
        "suicide_attack",
        "armed_clash",
        "small_arms_fire",
        "attack_on_civilians",
        "abduction",
        "ceasefire_violation",
        "ceasefire_collapse",
        "ceasefire_agreed",
        "ceasefire_proposed",
    }
)


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_a_measure_stands_where_its_floor_says(name: str) -> None:
    scores = gate.measure()

    failed = gate.complaints(scores.values(), FLOORS, MARGIN).get(name)

    wrong = scores.wrong(name)[:SEEN] if name in scores.values() else ()
    assert failed is None, "\n  ".join([str(failed), *wrong])


def test_every_measure_has_a_floor() -> None:
    values = gate.measure().values()

    lines = [gate.floor_line(name, values[name]) for name in sorted(values.keys() - FLOORS.keys())]

    assert lines == [], "\n".join(["to write into floors.toml:", *lines])


def test_the_table_in_the_readme_is_what_is_measured() -> None:
    assert gate.readme_table() == gate.table(), "run `make quality`, which writes it"


def test_the_rules_make_no_category_and_no_flag_that_is_not_measured() -> None:
    rules = load_lexicon().rules

    assert {rule.category for rule in rules if not rule.is_flag} <= set(CATEGORIES)
    assert {rule.category for rule in rules if rule.is_flag} <= set(FLAGS)


def test_no_item_is_an_example_of_a_rule() -> None:
    examples = {words for rule in packaged_rules() for words in (*rule.fires, *rule.quiet)}

    echoes = [item.id for item in gate.load_items() if {item.title, item.text, *item.text.split("\n")} & examples]

    assert examples
    assert echoes == []


def test_no_two_items_share_an_id() -> None:
    assert [name for name, times in Counter(item.id for item in gate.load_items()).items() if times > 1] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_there_are_enough_items_of_a_category(category: str) -> None:
    told = [item.id for item in gate.load_items() if category in item.types]

    assert len(told) >= (12 if category in MAIN else 6)


@pytest.mark.parametrize("flag", FLAGS)
def test_there_are_enough_items_with_a_flag(flag: str) -> None:
    assert sum(flag in (item.flags or ()) for item in gate.load_items()) >= 15


@pytest.mark.parametrize("status", Certainty)
def test_there_are_items_of_every_certainty(status: Certainty) -> None:
    assert sum(item.status == status for item in gate.load_items()) >= 6


def test_more_than_a_third_of_the_set_must_stay_quiet_and_more_than_a_third_must_alert() -> None:
    items = gate.load_items()

    must = Counter(should_alert(item, gate.only_recorded()) for item in items)

    assert min(must[True], must[False]) > len(items) / 3
