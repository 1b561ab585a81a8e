"""What a process of its own takes: processor time and memory.  Starts processes."""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_STATM = Path("/proc/self/statm")


def resident() -> int:
    """Bytes of memory that this process holds; where the system does not tell, the most that it ever held."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # macOS counts bytes


def megabytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB"


def cpu_of(code: str, environment: Mapping[str, str]) -> float:
    """Processor seconds, of user and system, of a fresh Python that runs this; raises when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(code, environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def told_by(code: str, environment: Mapping[str, str], python: str = sys.executable) -> Any:
    """What a fresh Python that runs this prints, which is JSON."""
    return json.loads(_run(code, environment, python))


def _run(code: str, environment: Mapping[str, str], python: str = sys.executable) -> str:
    environment = {**os.environ, **environment}
    done = subprocess.run([python, "-c", code], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"a process that is measured failed:\n{done.stderr}")
    return done.stdout


def limited(work: Callable[..., T], *arguments: object, seconds: float, size: int = 3_000_000_000) -> T | str:
    """What the work answers in a process of its own; or in words why not: it took too long, or too much memory."""
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=_answer, args=(other, size, work, arguments), daemon=True)
    process.start()
    other.close()
    try:
        if not pipe.poll(seconds):
            return f"not done in {seconds:.0f} s"
        answer: T = pipe.recv()
    except EOFError:
        return "it failed"
    finally:
        process.kill()
        process.join()
    return answer


def _answer(pipe: Connection, size: int, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    try:
        pipe.send(work(*arguments))
    except MemoryError:
        pipe.send(f"not done in {size / 1e9:.0f} GB")
