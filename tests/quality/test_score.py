"""The scorer on answers that are made up, and what the gate says of values and floors."""

from typing import Any

import pytest

from shared.types import Certainty
from tests.quality import gate
from tests.quality.score import Answer, Item, Measure, Scores, parse_items, render_table, score

TOLD = Answer(told=("airstrike",), alerts=True, certainties={"airstrike": Certainty.REPORTED})
QUIET = Answer()


def scored(*pairs: tuple[Item, Answer], only_recorded: frozenset[str] = frozenset()) -> Scores:
    answers = {item.id: got for item, got in pairs}
    return score([item for item, _ in pairs], lambda item: answers[item.id], only_recorded)


def item(name: str = "a", **labels: Any) -> Item:
    return Item(id=name, title="Jets bomb town", text="", **labels)


def test_precision_and_recall_of_a_category_count_the_items() -> None:
    found, missed, wrong = item("found", types=("airstrike",)), item("missed", types=("airstrike",)), item("wrong")

    scores = scored((found, TOLD), (missed, QUIET), (wrong, TOLD))

    marks = scores.marks["category"]["airstrike"]
    assert (marks.precision.value, marks.recall.value, marks.f1) == (0.5, 0.5, 0.5)
    assert scores.wrong("category.airstrike") == ("missed: missed airstrike", "wrong: wrong airstrike")


@pytest.mark.parametrize(
    ("labels", "answer", "counted"),
    [
        pytest.param(
            {"types": ("drone_strike",), "accept": ("airstrike",)}, TOLD, {"drone_strike": 0.0}, id="accepted"
        ),
        pytest.param({"any_of": ("shelling", "airstrike")}, TOLD, {"airstrike": 1.0}, id="any of two, one told"),
        pytest.param({"any_of": ("shelling", "airstrike")}, QUIET, {"shelling": 0.0}, id="any of two, none told"),
        pytest.param({"mentions": ("airstrike",)}, QUIET, {}, id="only mentioned, quiet"),
    ],
)
def test_what_is_a_matter_of_taste_counts_neither_way(
    labels: dict[str, Any], answer: Answer, counted: dict[str, float]
) -> None:
    marks = scored((item(**labels), answer)).marks.get("category", {})

    assert {name: of.f1 for name, of in marks.items()} == counted


def test_an_item_that_is_only_to_be_recorded_must_not_alert() -> None:
    talks = Answer(told=("negotiation",), alerts=True)

    scores = scored((item(types=("negotiation",)), talks), only_recorded=frozenset({"negotiation"}))

    assert scores.values()["alert.precision"] == 0
    assert scores.wrong("alert.precision") == ("a: wrong an alert on negotiation",)


def test_an_accepted_category_may_alert_and_may_not() -> None:
    scores = scored((item("a", accept=("airstrike",)), TOLD), (item("b", accept=("airstrike",)), QUIET))

    assert "alert" not in scores.marks


def test_what_is_denied_is_to_stay_quiet() -> None:
    denied: dict[str, Any] = {"mentions": ("airstrike",), "status": "denied"}

    scores = scored((item("a", **denied), TOLD), (item("b", **denied), QUIET))

    assert scores.values()["quiet.denied"] == 0.5
    assert scores.wrong("quiet.denied") == ("a: told airstrike",)


def test_a_figure_is_right_only_when_it_is_exact() -> None:
    labels: dict[str, Any] = {"types": ("airstrike",), "killed": 5}
    four = Answer(told=("airstrike",), figures={"killed": 4})
    five = Answer(told=("airstrike",), figures={"killed": 5})

    scores = scored((item("a", **labels), four), (item("b", **labels), five), (item("c", **labels), TOLD))

    assert scores.values()["figure.killed.precision"] == 0.5
    assert scores.values()["figure.killed.recall"] == pytest.approx(1 / 3)
    assert scores.wrong("figure.killed.precision") == ("a: wrong killed 4 for 5",)


def test_a_figure_where_there_is_none_is_wrong_and_one_that_is_not_judged_is_not() -> None:
    five = Answer(told=("airstrike",), figures={"killed": 5})

    scores = scored((item("a", types=("airstrike",)), five), (item("b", types=("airstrike",), killed=None), five))

    assert scores.marks["figure"]["killed"].precision == Measure(0, 1, ("a: wrong killed 5 for 0",))


def test_the_table_names_every_category_that_was_asked_for() -> None:
    items = [item(types=("airstrike",))]

    table = render_table(items, scored((items[0], TOLD)), frozenset())

    assert "| `airstrike` | 1 | 1.00 | 1.00 | 1.00 |" in table


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param('{"id": "a", "title": "t", "text": "", "type": ["airstrike"]}', "unknown key type", id="key"),
        pytest.param(
            '{"id": "a", "title": "t", "text": "", "types": ["raid"]}', "unknown category raid", id="category"
        ),
        pytest.param('{"id": "a", "title": "t", "text": "", "status": "sure"}', "unknown status sure", id="status"),
        pytest.param('{"id": "a", "title": "t", "text": "", "flags": ["red"]}', "unknown flag red", id="flag"),
        pytest.param('{"id": "a", "title": "", "text": ""}', "neither title nor text", id="no words"),
        pytest.param(
            '{"id": "a", "title": "t", "text": "", "types": ["threat"], "mentions": ["threat"]}',
            "both right and only mentioned",
            id="both",
        ),
    ],
)
def test_a_wrong_label_is_named_with_its_line(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=rf"x\.jsonl, line 1: {says}"):
        parse_items("x.jsonl", line)


@pytest.mark.parametrize(
    ("value", "floor", "says"),
    [
        pytest.param(0.8, 0.8, None, id="on its floor"),
        pytest.param(0.7999999999999999, 0.8, None, id="on its floor but for the arithmetic"),
        pytest.param(0.84, 0.8, None, id="within the margin"),
        pytest.param(0.79, 0.8, "alert.f1 is 0.7900, under its floor of 0.8", id="under"),
        pytest.param(0.909, 0.8, 'far above its floor of 0.8; write: "alert.f1" = 0.90', id="far above"),
        pytest.param(0.5, None, 'alert.f1 has no floor; write: "alert.f1" = 0.50', id="no floor"),
        pytest.param(None, 0.8, "alert.f1 is not measured: take its floor out", id="no measure"),
    ],
)
def test_the_gate_says_what_is_wrong_with_a_measure(value: float | None, floor: float | None, says: str | None) -> None:
    values = {} if value is None else {"alert.f1": value}
    floors = {} if floor is None else {"alert.f1": floor}

    found = gate.complaints(values, floors, 0.05)

    assert found == {} if says is None else says in found["alert.f1"]
