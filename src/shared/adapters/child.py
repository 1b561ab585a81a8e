"""A process apart, for work that hostile input can draw out without end: a thread cannot be ended, a process can.

`python -m shared.adapters.child DESCRIPTOR` is that process; `Child` is how the steps hand it work.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from shared.errors import IntractableError

T = TypeVar("T")
LIMIT_S = 5.0
"""The largest real feed takes 0.6 s, the slowest of 99 real pages 0.2 s; a function has a share of a core."""
_LOAD_S = 30.0


class Child:
    """Does one piece of work at a time, in a process that is started at first use and after it had to be ended."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection[Any, Any] | None = None

    def call(self, work: Callable[..., T], *arguments: object) -> T:
        """What `work(*arguments)` comes to; `work` is a function of a module.

        Raises what it raises, and `IntractableError` when it takes longer than the limit or ends its process.
        """
        with self._turn:
            pipe = self._pipe if self._process is not None and self._process.poll() is None else None
            pipe = pipe or self._start()
            try:
                pipe.send((work, arguments))
                self._answer(pipe, _LOAD_S)  # its modules are loaded: now the time counts
                done, result = self._answer(pipe, self._limit_s)
            except (EOFError, ConnectionError) as error:
                self._end()
                raise IntractableError("it ended the process that read it") from error
            except TimeoutError as error:
                self._end()
                raise IntractableError(f"it takes longer than {self._limit_s:g} s to read") from error
        if not done:
            raise result
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        with self._turn:
            self._end()

    def _answer(self, pipe: "Connection[Any, Any]", seconds: float) -> Any:
        if not pipe.poll(seconds):
            raise TimeoutError
        return pipe.recv()

    def _start(self) -> "Connection[Any, Any]":
        self._end()
        ours, theirs = Pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "shared.adapters.child", str(theirs.fileno())],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._pipe = ours
        return ours

    def _end(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.wait()


def main(descriptor: int) -> None:
    """Do work as it comes, until whoever hands it out is gone."""
    pipe: Connection[Any, Any] = Connection(descriptor)
    while True:
        try:
            work, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(None)
        try:
            answer = (True, work(*arguments))
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
            answer = (False, error)
        pipe.send(answer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
