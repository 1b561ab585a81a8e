"""The measurements still run: what they measure changes under them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SMALL = {
    "polling": ("--feeds", "40", "--tls-feeds", "20", "--rounds", "1"),
    "reading": ("--rounds", "1"),
    "detection": ("--rounds", "1", "--sizes", "0.002"),
    "scan": ("--rounds", "1", "--megabytes", "0.02", "--phrases", "100", "300"),
    "joining": ("--reports", "60", "--sizes", "20", "60"),
    "coldstart": ("--rounds", "1"),
}
RIVALS = {
    "polling": "httpx",
    "reading": "trafilatura alone",
    "detection": "trafilatura alone",
    "scan": "re, one alternation",
    "joining": "a bucket for each place and day",
    "coldstart": "a bare handler",
}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("name", SMALL)
def test_a_bench_measures_sitrep_beside_its_rivals(name: str) -> None:
    run = bench(name, *SMALL[name])

    assert run.returncode == 0, run.stderr
    assert RIVALS[name] in run.stdout


def test_a_bench_that_is_none_is_told_which_there_are() -> None:
    run = bench("writing")

    assert run.returncode == 1
    assert "polling, reading, detection, scan, joining, coldstart, init" in run.stderr


def test_the_bench_of_starts_says_what_it_lacks(tmp_path: Path) -> None:
    run = bench("init", "--build", str(tmp_path))

    assert run.returncode == 0, run.stderr
    assert "not measured: " in run.stderr
