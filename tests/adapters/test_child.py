"""The process apart: it does work, hands errors back, and is ended when the work does not end."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from lxml import etree

from shared.adapters.child import Child
from shared.errors import IntractableError


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(computing_s=0.3, waiting_s=60)
    yield child
    child.close()


BOUNDS_MEMORY = pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not keep a bound on memory")
LOADED = "'lxml.etree' in __import__('sys').modules"


def test_work_comes_back_from_another_process_and_the_next_from_the_same(child: Child) -> None:
    first, second = child.call(os.getpid), child.call(os.getpid)

    assert first == second != os.getpid()


def test_what_the_work_raises_is_raised(child: Child) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        child.call(int, "none")


def test_an_error_that_cannot_be_sent_is_told_in_its_words(child: Child) -> None:
    with pytest.raises(RuntimeError, match="XMLSyntaxError: Start tag expected"):
        child.call(etree.fromstring, b"no xml")

    assert child.call(len, "abc") == 3


ENDLESS: dict[str, tuple[Callable[..., object], tuple[object, ...]]] = {
    "in a regular expression": (re.fullmatch, (r"(a+)+b", "a" * 50)),
    "in one long number": (pow, (3, 10**8)),
}


@pytest.mark.parametrize(("work", "arguments"), ENDLESS.values(), ids=ENDLESS)
def test_work_that_computes_without_end_is_ended_and_the_next_is_done(
    child: Child, work: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    with pytest.raises(IntractableError, match=r"more than 0\.3 s of computing"):
        child.call(work, *arguments)

    assert child.call(len, "abc") == 3


def test_work_done_before_does_not_count(child: Child) -> None:
    work = (sum, range(3_000_000))

    assert {child.call(*work) for _ in range(20)} == {sum(range(3_000_000))}


def test_work_that_sleeps_without_end_is_ended_and_the_next_is_done() -> None:
    child = Child(waiting_s=0.2)
    try:
        with pytest.raises(IntractableError, match=r"longer than 0\.2 s"):
            child.call(time.sleep, 600)
    finally:
        child.close()


@BOUNDS_MEMORY
def test_work_that_takes_memory_without_end_is_refused_it_and_the_next_is_done(child: Child) -> None:
    with pytest.raises(IntractableError, match=r"more than 1\.5 GB of memory"):
        child.call(bytes, 2_000_000_000)

    assert child.call(len, "abc") == 3


@BOUNDS_MEMORY
def test_a_function_leaves_itself_room_beside_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    child = Child()
    try:
        with pytest.raises(IntractableError, match=r"more than 0\.38\d+ GB of memory"):
            child.call(bytes, 400_000_000)
    finally:
        child.close()


def test_work_that_ends_its_process_costs_only_itself(child: Child) -> None:
    with pytest.raises(IntractableError, match="ended the process"):
        child.call(os._exit, 1)

    assert child.call(len, "abc") == 3


def test_a_process_that_died_meanwhile_is_started_anew(child: Child) -> None:
    before = child.call(os.getpid)
    os.kill(before, signal.SIGKILL)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)

    assert child.call(os.getpid) != before


def test_what_work_needs_is_loaded_ahead(child: Child) -> None:
    child.start(etree.fromstring)

    assert child.call(eval, LOADED)


def test_a_process_loads_nothing_that_its_work_does_not_need(child: Child) -> None:
    assert not child.call(eval, LOADED)
