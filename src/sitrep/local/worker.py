"""A function's process as the runner sees it: event in, result or error out, logs aside.  Starts and ends processes."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sitrep.local.cloud import ACCOUNT, REGION
from sitrep.local.template import Function

# Lambda gives a function ten seconds to load; a laptop with a cold disk may need longer.
INIT_SECONDS = 60.0

# Everything else that people have in their shell is no business of a function: Lambda's are bare, too.
INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH", "COVERAGE_PROCESS_START",
)  # fmt: skip

LogLine = Callable[[str, str], None]
"""Takes the step and a line that its function wrote."""


class FunctionError(Exception):
    """The function raised, ran out of time, or ended: Lambda would report it so."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Worker:
    """One function's process; started cold on first use, and again after it ended."""

    def __init__(self, function: Function, environment: Mapping[str, str], log: LogLine, lock: int) -> None:
        self.function = function
        self.environment = environment
        self.log = log
        self.lock = lock
        """Held by every worker: who can take it alone knows that no old worker is left."""
        self.is_busy = False
        self._process: subprocess.Popen[bytes] | None = None
        self._results = -1
        self._pump: threading.Thread | None = None
        self._ended = False
        self._starting = threading.Lock()

    def invoke(self, event: Any) -> Any:
        """The handler's result for an event.  Raises FunctionError."""
        self.is_busy = True
        try:
            return self._invoke(event)
        finally:
            self.is_busy = False

    def _invoke(self, event: Any) -> Any:
        process = self._process or self._start()
        timeout = self.function.timeout.total_seconds()
        request_id = str(uuid.uuid4())
        context = {
            "aws_request_id": request_id,
            "deadline": time.time() + timeout,
            "function_name": self.function.logical_id,
            "memory_limit_in_mb": str(self.function.memory),
            "invoked_function_arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function.logical_id}",
        }
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended meanwhile: its answer says so
            process.stdin.write(json.dumps({"event": event, "context": context}).encode() + b"\n")
            process.stdin.flush()
        try:
            return self._answer(timeout)["result"]
        except TimeoutError:
            self.stop()
            raise FunctionError(
                "Sandbox.Timedout", f"{request_id} Task timed out after {timeout:.2f} seconds"
            ) from None

    def stop(self) -> None:
        """End the process, if it runs, with all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        if self._pump is not None:
            self._pump.join(timeout=1)  # a program that left the group may hold the pipe
        os.close(self._results)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # what was still to be written has no reader
            process.stdin.close()

    def end(self) -> None:
        """End the process for good, from another thread than the one that invokes."""
        with self._starting:
            self._ended = True
            if self._process is not None:
                _kill(self._process)

    def _start(self) -> subprocess.Popen[bytes]:
        results, other_end = os.pipe()
        with self._starting:
            if self._ended:
                os.close(results)
                os.close(other_end)
                raise FunctionError("Runtime.Ended", "the runner is ending")
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [
                    *(sys.executable, "-u", "-m", "sitrep.local.function"),
                    *(str(self.function.folder), self.function.handler, str(other_end), str(self.lock)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={name: os.environ[name] for name in INHERITED if name in os.environ} | dict(self.environment),
                pass_fds=(other_end, self.lock),
                process_group=0,  # Ctrl-C is for the runner; and ending it ends what it started
            )
        os.close(other_end)
        self._results = results
        self._pump = threading.Thread(target=self._carry_logs, args=(self._process,), daemon=True)
        self._pump.start()
        process = self._process
        try:
            self._answer(INIT_SECONDS)
        except TimeoutError:
            self.stop()
            raise FunctionError("Sandbox.Timedout", f"{self.function.step} does not load in {INIT_SECONDS} s") from None
        except FunctionError:
            self.stop()
            raise
        return process

    def _answer(self, timeout: float) -> dict[str, Any]:
        """The next line of results.  Raises FunctionError, or TimeoutError."""
        deadline = time.monotonic() + timeout
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._results], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(self._results, 1 << 20)
            if not part:
                status = self._process.wait() if self._process else None
                self.stop()
                raise FunctionError("Runtime.ExitError", f"the function's process ended (status {status})")
            line += part
        answer: dict[str, Any] = json.loads(line)
        if "errorType" in answer:
            raise FunctionError(answer["errorType"], answer["errorMessage"])
        return answer

    def _carry_logs(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.log(self.function.step, line.decode(errors="replace").rstrip("\n"))
        process.stdout.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a worker and all that it started."""
    with contextlib.suppress(ProcessLookupError):  # ended by itself
        os.killpg(process.pid, signal.SIGKILL)
