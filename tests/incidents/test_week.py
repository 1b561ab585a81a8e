"""Weeks of generated news through detection, joining and decision: what a reader gets against what he should get."""

import pytest

from shared.detect import load_lexicon
from shared.types import Status
from tests.incidents.measure import Measured, measure
from tests.news import week
from tests.news.plan import PLOTS

SEEDS = (1, 2, 3)
MOST = "alerts per deed that does not change"
LIMITS = {
    "incidents, precision": 0.95,
    "incidents, recall": 0.95,
    "alerts, precision": 0.95,
    "alerts, recall": 0.95,
    MOST: 1.3,
}
"""At least; for the last at most."""


@pytest.fixture(scope="module")
def measured() -> Measured:
    lexicon = load_lexicon()
    first, *others = (measure(week(seed), lexicon) for seed in SEEDS)
    return sum(others, first)


@pytest.mark.parametrize("name", LIMITS)
def test_weeks_of_news_come_out_as_a_perfect_editor_would_have_them(measured: Measured, name: str) -> None:
    rate = measured.shares[name].rate

    worst = sorted(measured.errors.items(), key=lambda item: -len(item[1]))[:9]
    told = "\n".join(f"{len(found):4} {kind}" for kind, found in worst)
    assert rate <= LIMITS[name] if name == MOST else rate >= LIMITS[name], f"{rate:.3f}\n{told}"


def test_a_week_is_the_same_whenever_it_is_made() -> None:
    assert week(7) == week(7)


def test_a_week_has_every_plot_and_each_deed_is_new_once() -> None:
    made = week(7)

    assert {deed.plot for deed in made.deeds.values()} == set(PLOTS) - {"idle"}
    assert sorted(turn.deed for turn in made.turns if turn.status is Status.NEW) == sorted(made.deeds)
