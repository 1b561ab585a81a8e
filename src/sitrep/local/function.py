"""One function's own process, as Lambda gives it: `python -m sitrep.local.function FOLDER HANDLER RESULTS LOCK`.

Events come in on standard input, a line of JSON each; results go out on the descriptor RESULTS; standard output and
error are its log.  When the other end of standard input is gone, so is the runner, and this process ends at once.
"""

import ctypes
import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

PR_SET_PDEATHSIG = 1

Handler = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler of its invocation."""

    aws_request_id: str
    deadline: float
    function_name: str
    memory_limit_in_mb: str
    invoked_function_arn: str
    function_version: str = "$LATEST"
    log_group_name: str = "/aws/lambda/local"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.deadline - time.time()) * 1000))


def serve(load: Callable[[], Handler], results: TextIO, events: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Load the handler once, then answer one event after the other, until the process ends."""
    try:
        handler = load()
    except Exception as error:  # noqa: BLE001 - whatever a module does wrong when it is imported is its author's to see
        answer(results, _failure(error))
        return
    answer(results, {"ready": True})
    while True:
        order = events.get()
        context = Context(**order["context"])
        try:
            answer(results, {"result": handler(order["event"], context)})
        except Exception as error:  # noqa: BLE001 - as Lambda does: the error is the invocation's result
            answer(results, _failure(error))


def answer(results: TextIO, content: dict[str, Any]) -> None:
    results.write(json.dumps(content) + "\n")  # raises TypeError for what is no JSON, before anything is written
    results.flush()


def load_handler(folder: str, name: str) -> Handler:
    """`app.handler` -> the function `handler` of FOLDER/app.py."""
    sys.path.insert(0, folder)
    module, _, attribute = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), attribute)
    return handler


def _failure(error: Exception) -> dict[str, Any]:
    print("".join(traceback.format_exception(error)), file=sys.stderr, flush=True)
    return {"errorType": type(error).__name__, "errorMessage": str(error)}


def _listen(source: BinaryIO, events: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Take events as they come; when the runner is gone, end this process and all that it started."""
    for line in source:
        events.put(json.loads(line))
    os.killpg(0, signal.SIGKILL)


def _die_with_parent() -> None:
    """Have Linux end us with the runner even while C code keeps Python from noticing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    folder, handler, results, lock = sys.argv[1:]
    _die_with_parent()
    for descriptor in (int(results), int(lock)):  # ours; a program that the handler starts has no business with them
        os.set_inheritable(descriptor, False)
    source = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    events: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, events), daemon=True, name="events").start()
    Path(folder).resolve(strict=True)
    serve(lambda: load_handler(folder, handler), os.fdopen(int(results), "w", encoding="utf-8"), events)


if __name__ == "__main__":
    main()
