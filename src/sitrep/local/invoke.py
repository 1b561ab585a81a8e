"""One function woken by hand, with an event from a file, against the local stack.  Starts a process.

The sample events of `events/` name things that exist in no stack; here they are replaced by things that do in this one.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import InputError
from sitrep.local import rie
from sitrep.local.books import Books
from sitrep.local.folder import Folder, held, read_json
from sitrep.local.resources import ensure_stack
from sitrep.local.run import find_checkout
from sitrep.local.runner import function_environment
from sitrep.local.show import say
from sitrep.local.site import Site
from sitrep.local.template import Function, read_template
from sitrep.local.worker import FunctionError, Worker
from sitrep.stack import Stack, open_stack

# What the sample events say -> what it stands for.
SAMPLE_SITE = "https://sample.sitrep.invalid"
SAMPLE_FEED = "samplefeed"
SAMPLE_ARTICLE = "articles/dt=2026-01-01/sampleentry.json"


def invoke(step: str, event_file: Path | None, *, is_built: bool = False) -> int:
    """Wake a function once; show its logs and its result.  1 when it raised or ran out of time.

    `is_built`: as `sam build` made it, under the emulator of Lambda's runtime.
    """
    checkout = find_checkout()
    template = read_template(checkout / "infra" / "template.yaml")
    runtime = _runtime(checkout, template.function(step)) if is_built else None
    text = read_event(event_file or checkout / "events" / f"{step}.json")
    with ExitStack() as stack:
        opened = stack.enter_context(open_stack(None))
        cloud = opened.cloud
        assert cloud is not None
        resolved = ensure_stack(cloud, template, None)
        books = Books(cloud, resolved)
        ports = books.loopback_ports()
        if SAMPLE_SITE in text or SAMPLE_FEED in text:
            url, port = stack.enter_context(_sample_site(cloud.folder))
            text = text.replace(SAMPLE_SITE, url)
            ports |= {port}
        text = _replaced(text, SAMPLE_FEED, lambda: _any_feed(books))
        text = _replaced(text, SAMPLE_ARTICLE, lambda: _newest_article(opened))
        function = template.function(step)
        environment = function_environment(template, function, resolved, cloud, ports)
        if runtime is not None:
            result = _emulate(function, runtime, environment, text)
        else:
            result = _wake(function, environment, text, cloud.folder)
        if result is None:
            return 1
        say(json.dumps(result.value, indent=2))
    return 1 if isinstance(result.value, dict) and result.value.get("batchItemFailures") else 0


@dataclass(frozen=True, slots=True)
class _Result:
    value: Any


@dataclass(frozen=True, slots=True)
class _Runtime:
    """What a built function runs with."""

    folders: tuple[Path, ...]
    python: Path


def _wake(function: Function, environment: Mapping[str, str], event: str, folder: Folder) -> _Result | None:
    """The function's result, as the runner would have it; none when it failed, which is said."""
    with held(folder.lock("invoke"), wait=True, shared=True) as lock:
        worker = Worker(function, environment, lambda _, line: say(line, sys.stderr), lock)
        try:
            result = worker.invoke(json.loads(event))
        except FunctionError as error:
            worker.stop()
            say(f"{function.step} failed: {error}", sys.stderr)
            return None
        worker.stop()  # its last log lines are out before its result
    return _Result(result)


def _runtime(checkout: Path, function: Function) -> _Runtime:
    rie.find_emulator()
    built = rie.find_build(checkout, function)
    python = rie.find_python(built.python)
    client = rie.install_runtime(checkout, python, built.python, lambda line: say(line, sys.stderr))
    return _Runtime((*built.folders, client), python)


def _emulate(function: Function, runtime: _Runtime, environment: Mapping[str, str], event: str) -> _Result | None:
    """The result of the built function; none when it failed, which is said."""
    log = rie.emulated(function, runtime.folders, runtime.python, environment, lambda line: say(line, sys.stderr))
    with log as emulator:
        answered = emulator.invoke(event, function.timeout.total_seconds())
    times = {"INIT": answered.init_ms, "run": answered.run_ms}
    say(", ".join(f"{name} {taken:.0f} ms" for name, taken in times.items() if taken is not None), sys.stderr)
    if why := rie.failure(answered):
        say(f"{function.step} failed: {why}", sys.stderr)
        return None
    return _Result(json.loads(answered.body))


def read_event(path: Path) -> str:
    """The event of a file, as JSON text.  Raises InputError when it holds none."""
    try:
        text = path.read_text(encoding="utf-8")
        json.loads(text)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} holds no JSON: {error}") from error
    return text


@contextmanager
def _sample_site(folder: Folder) -> Iterator[tuple[str, int]]:
    """The URL and port of the sample site: the living runner's, or one for the time being."""
    port = int(read_json(folder.run).get("site_port", 0))
    try:
        site = Site(port)
    except InputError:
        yield f"http://127.0.0.1:{port}", port
        return
    with site:
        yield site.url, site.port


def _replaced(text: str, sample: str, real: Callable[[], str | None]) -> str:
    """The text with the sample's word replaced, when it is in it and this stack has such a thing."""
    return text.replace(sample, real() or sample) if sample in text else text


def _any_feed(books: Books) -> str | None:
    return next(iter(books.ids()), None)


def _newest_article(stack: Stack) -> str | None:
    pages = (
        stack.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=stack.outputs["Archive"], Prefix="articles/")
    )
    found = [item for page in pages for item in page.get("Contents", [])]
    return max(found, key=lambda item: item["LastModified"])["Key"] if found else None
