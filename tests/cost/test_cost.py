"""The model of what a month costs, and the command that prints it."""

from dataclasses import replace
from pathlib import Path

import pytest

from sitrep.cli import main
from sitrep.cost import Load, bill, happenings, read_prices, render_table
from tests.conftest import ROOT

LOAD = Load(1_000, 5, 20_000)
PRICES = read_prices("us-east-1")


def dollars(load: Load) -> float:
    return sum(line.usd for line in bill(load, PRICES))


MORE = {
    "feeds": replace(LOAD, feeds=2_000),
    "polls of each": replace(LOAD, interval=1),
    "articles": replace(LOAD, articles=40_000),
    "text messages": replace(LOAD, sms=1),
    "days in the archive": replace(LOAD, kept_days=365),
    "changed bodies": replace(LOAD, changed=50),
    "slow hosts": replace(LOAD, fetch_s=15),
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_more_to_do_costs_more(more: Load) -> None:
    assert dollars(more) > dollars(LOAD)


@pytest.mark.parametrize("load", [LOAD, Load(1, 1440, 0), Load(100_000, 1, 0), Load(10, 60, 1_000_000)])
def test_nothing_happens_less_often_than_never(load: Load) -> None:
    assert min(happenings(load).values()) >= 0
    assert all(line.usd <= line.list_usd for line in bill(load, PRICES))


def test_what_is_free_is_taken_off_once() -> None:
    (logs,) = [line for line in bill(replace(LOAD, feeds=100_000), PRICES) if line.name == "cloudwatch_logs_gb"]

    assert logs.list_usd - logs.usd == pytest.approx(min(5, logs.amount) * 0.50)


def test_the_command_prints_each_line_and_their_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--feeds", "1000", "--interval", "5", "--articles", "20000"]) == 0

    *lines, total, source = capsys.readouterr().out.splitlines()
    printed = [line.split()[-2:] for line in lines[1:]]
    assert len(printed) == len(PRICES.lines) - 1  # the other processor's seconds
    sums = [sum(float(figures[number].replace(",", "")) for figures in printed) for number in range(2)]
    assert [float(figure.replace(",", "")) for figure in total.split()[-2:]] == pytest.approx(sums, abs=0.2)
    assert "us-east-1" in source


WRONG = {
    "no such region": (
        ("--region", "mars-1"),
        "there are no prices of mars-1, only of us-east-1: write them into a copy",
    ),
    "no feeds": (("--feeds", "0"), "--feeds is 0: give 1 or more"),
    "more than all": (("--changed", "101"), "--changed is 101.0: it is of a hundred"),
    "not a number": (("--interval", "nan"), "--interval is nan: give 1 or more"),
    "no file": (("--prices", "nowhere.toml"), "nowhere.toml cannot be read as a table of prices"),
}


@pytest.mark.parametrize(("options", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_reckoned_is_said(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cost", *options]) == 1
    assert said in capsys.readouterr().err


def test_a_table_of_ones_own_is_taken_and_a_hole_in_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = (ROOT / "src/sitrep/prices.toml").read_text().replace("[us-east-1]", "[mars-1]")
    (tmp_path / "own.toml").write_text(own)
    (tmp_path / "hole.toml").write_text(own.replace("s3_puts = { unit = 1_000,", "s3_puts = {"))

    given = [
        main(["cost", "--region", "mars-1", "--prices", str(tmp_path / name)]) for name in ("own.toml", "hole.toml")
    ]

    assert given == [0, 1]
    assert "the prices of mars-1 say nothing usable of s3_puts" in capsys.readouterr().err


def test_the_table_of_the_readme_is_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--table"]) == 0

    printed = capsys.readouterr().out.strip()
    assert printed == render_table(PRICES)
    assert printed in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_bill_of_the_docs_is_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--feeds", "1000", "--interval", "5", "--articles", "20000"]) == 0

    assert capsys.readouterr().out in (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
