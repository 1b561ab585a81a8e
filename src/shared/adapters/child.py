"""A process apart, for work that hostile input can draw out without end: a thread cannot be ended, a process can.

`python -m shared.adapters.child DESCRIPTOR MEMORY` is that process; `Child` is how the steps hand it work.
"""

import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from shared.errors import IntractableError

T = TypeVar("T")
COMPUTING_S = 1.5
"""Seconds of processor time.  The largest real feed takes 0.6, the slowest of 99 real pages 0.2."""
WAITING_S = 10.0
"""Seconds on the clock, for work that does not compute: a function has a third of a core, and needs 5 for the above."""
MOST_MEMORY = 1_500_000_000
"""Bytes."""
_OWN_MEMORY = 150_000_000
"""Bytes that a function needs beside the child: in Lambda, who takes more than there is ends them both.

Measured (VmRSS, Python 3.11 on x86-64): ingest has 69 MB when its door is imported and 97 MB with its clients made,
fetch 59 and 87.  The rest is for the answers in hand: five pages of 3 MB, or two feeds of 5 MB.
"""


class Child:
    """Does one piece of work at a time, in a process that is started at first use and after it had to be ended."""

    def __init__(
        self, computing_s: float = COMPUTING_S, waiting_s: float = WAITING_S, most_memory: int | None = None
    ) -> None:
        self._computing_s = computing_s
        self._waiting_s = waiting_s
        self._most_memory = most_memory or _affordable()
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection[Any, Any] | None = None

    def start(self, *works: Callable[..., object]) -> None:
        """Start the process and let it load what these need, so that the first call need not wait for it."""
        if self._turn.acquire(blocking=False):  # else it is at work, and started
            try:
                self._started(*works)
            finally:
                self._turn.release()

    def call(self, work: Callable[..., T], *arguments: object) -> T:
        """What `work(*arguments)` comes to; `work` is a function of a module.

        Raises what it raises, and `IntractableError` when it takes more time or memory than it may or ends its process.
        """
        with self._turn:
            try:
                pipe = self._started()
                pipe.send((work, arguments, self._computing_s))
                if not pipe.poll(self._waiting_s):
                    raise TimeoutError
                result, error = pipe.recv()
            except (EOFError, ConnectionError, TimeoutError) as ended:
                reason = self._reason(ended, self._end())
                self._started(work)
                raise IntractableError(reason) from ended
        if isinstance(error, MemoryError):
            raise IntractableError(f"it takes more than {self._most_memory / 1e9:g} GB of memory to read") from error
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        with self._turn:
            self._end()

    def _started(self, *works: Callable[..., object]) -> "Connection[Any, Any]":
        if self._pipe is not None and self._process is not None and self._process.poll() is None:
            return self._pipe
        self._end()
        ours, theirs = Pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "shared.adapters.child", str(theirs.fileno()), str(self._most_memory)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._pipe = ours
        for work in works:
            ours.send((None, (work,), 0))
        return ours

    def _end(self) -> int | None:
        """Leaves no process behind; what it ended with, none where there was none."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is None:
            return None
        process.kill()
        return process.wait()

    def _reason(self, ended: BaseException, code: int | None) -> str:
        if isinstance(ended, TimeoutError):
            return f"it takes longer than {self._waiting_s:g} s to read"
        if code == -signal.SIGPROF:
            return f"it takes more than {self._computing_s:g} s of computing to read"
        return "it ended the process that read it"


def _affordable() -> int:
    whole = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) * 1024**2
    return min(MOST_MEMORY, whole - _OWN_MEMORY) if whole else MOST_MEMORY


def main(descriptor: int, most_memory: int) -> None:
    """Do work as it comes, until whoever hands it out is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever hands out work hears Ctrl-C, and ends this too
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, wherever it is: in a regex, in libxml2
    resource.setrlimit(resource.RLIMIT_DATA, (most_memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    pipe: Connection[Any, Any] = Connection(descriptor)
    while True:
        try:
            work, arguments, computing_s = pipe.recv()  # loads the module that the work is a function of
        except EOFError:
            return
        if work is not None:
            signal.setitimer(signal.ITIMER_PROF, computing_s)
            pipe.send(_done(work, arguments))
            signal.setitimer(signal.ITIMER_PROF, 0)


def _done(work: Callable[..., object], arguments: tuple[object, ...]) -> tuple[object, BaseException | None]:
    """What work comes to, and what it raised (none when it did not)."""
    try:
        return work(*arguments), None
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - some libraries' errors cannot be sent, their words can
            return None, RuntimeError(f"{type(error).__name__}: {error}")
        return None, error.with_traceback(None)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
