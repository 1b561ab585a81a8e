"""The labelled set, the committed floors and the README's table, as files of the repository.  Reads and writes them."""

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shared.detect import detect, load_lexicon
from tests.quality.score import Answer, Item, Scores, answer, article, parse_items, render_table, score

HERE = Path(__file__).parent
FLOORS = HERE / "floors.toml"
README = HERE.parent.parent / "README.md"
# 0.8 may come out as 0.79999999999999993.
_EXACT = 1e-9
BEGIN, END = "<!-- quality: written by `make quality` -->\n", "<!-- /quality -->\n"


@cache
def load_items() -> tuple[Item, ...]:
    """Every labelled item, in the order of the files."""
    return tuple(
        item
        for path in sorted((HERE / "items").glob("*.jsonl"))
        for item in parse_items(path.name, path.read_text(encoding="utf-8"))
    )


@cache
def only_recorded() -> frozenset[str]:
    """The categories that the rules say are worth a record and no message."""
    return frozenset(rule.category for rule in load_lexicon().rules if not rule.alerts)


@cache
def measure() -> Scores:
    """How detection with the packaged rules does on the labelled set."""
    return score(load_items(), _detect, only_recorded())


def _detect(item: Item) -> Answer:
    return answer(detect(article(item), load_lexicon()))


def table() -> str:
    return render_table(load_items(), measure(), only_recorded())


def load_floors() -> tuple[float, dict[str, float]]:
    """How far a measure may stand above its floor, and the floors by measure."""
    raw = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    return raw["margin"], raw["floors"]


def complaints(values: Mapping[str, float], floors: Mapping[str, float], margin: float) -> dict[str, str]:
    """What is wrong with each measure that fails its floor, has left it far below, or has none."""
    found = {}
    for name in values.keys() | floors.keys():
        value, floor = values.get(name), floors.get(name)
        if value is None:
            found[name] = f"{name} is not measured: take its floor out"
        elif floor is None:
            found[name] = f"{name} has no floor; write: {floor_line(name, value)}"
        elif value < floor - _EXACT:
            found[name] = f"{name} is {value:.4f}, under its floor of {floor}"
        elif value > floor + margin + _EXACT:
            found[name] = f"{name} is {value:.4f}, far above its floor of {floor}; write: {floor_line(name, value)}"
    return found


def floor_line(name: str, value: float) -> str:
    """The line of floors.toml that holds a measure where it stands, to two digits."""
    return f'"{name}" = {math.floor((value + _EXACT) * 100) / 100:.2f}'


def write_floors() -> None:
    """Set every floor to what is measured now."""
    head, mark, _ = FLOORS.read_text(encoding="utf-8").partition("[floors]\n")
    lines = [floor_line(name, value) for name, value in measure().values().items()]
    FLOORS.write_text(head + mark + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


def readme_table() -> str:
    """The table as the README has it."""
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write_readme() -> None:
    """Put the table of now into the README, between its two marks."""
    before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"README.md has no {BEGIN.strip()} ... {END.strip()} to write between")
    README.write_text(before + begin + table() + end + after, encoding="utf-8")
