"""The process apart: it does work, hands errors back, and is ended when the work does not end."""

import os
import re
import signal
from collections.abc import Iterator

import pytest

from shared.adapters.child import Child
from shared.errors import IntractableError


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(limit_s=0.5)
    yield child
    child.close()


def test_work_comes_back_from_another_process_and_the_next_from_the_same(child: Child) -> None:
    first, second = child.call(os.getpid), child.call(os.getpid)

    assert first == second != os.getpid()


def test_what_the_work_raises_is_raised(child: Child) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        child.call(int, "none")


def test_work_without_an_end_is_ended_and_the_next_is_done(child: Child) -> None:
    with pytest.raises(IntractableError, match=r"longer than 0\.5 s"):
        child.call(re.fullmatch, r"(a+)+b", "a" * 50)

    assert child.call(len, "abc") == 3


def test_work_that_ends_its_process_costs_only_itself(child: Child) -> None:
    with pytest.raises(IntractableError, match="ended the process"):
        child.call(os._exit, 1)

    assert child.call(len, "abc") == 3


def test_a_process_that_died_meanwhile_is_started_anew(child: Child) -> None:
    os.kill(child.call(os.getpid), signal.SIGKILL)

    try:
        answer = child.call(len, "abc")
    except IntractableError:  # it had not been seen to be dead yet
        answer = child.call(len, "abc")
    assert answer == 3
