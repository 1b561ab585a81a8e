"""INIT of each built function beside a bare boto3 handler with the same clients.  Prints.

Measured is what the emulator of Lambda's runtime says of a cold start (INIT REPORT), and the processor time that a
fresh process takes for the same; of each the median of several rounds, taken in turn.  A function makes its clients at
first use: here both make them while they start.  Nothing is asked of AWS.  Needs `make build` for this machine.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.artifact import ROOT
from bench.process import told_by
from shared.errors import InputError
from sitrep.local import rie
from sitrep.local.template import Function, Template, read_template

QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/bench"
CLIENTS = {
    "poll": (("dynamodb", "sqs"), "feeds(), queue('FETCH_QUEUE')"),
    "detect": (("s3", "sqs", "dynamodb"), "archive(), entries(), queue('NOTIFY_QUEUE'), rules()"),
    "notify": (("dynamodb", "sns", "sqs", "s3"), "outbox(), entries(), archive()"),
    "fetch": (("dynamodb", "sqs"), "feeds(), entries(), queue('INGEST_QUEUE')"),
    "ingest": (("s3", "dynamodb", "sqs"), "archive(), entries(), queue('REREAD_QUEUE')"),
    "digest": (("dynamodb", "sns"), "incidents(), feeds(), topic()"),
    "watch": (("dynamodb", "sqs", "sns", "s3"), "feeds(), entries(), dead_letters(), ops_topic(), archive()"),
}
TOLD = "import time\nprint(time.process_time())\n"


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start a function."""

    name: str
    code: str
    folders: tuple[Path, ...]
    function: Function


def environment(template: Template, function: Function) -> dict[str, str]:
    """What a function reads of its surroundings, with nothing real in it."""
    defaults = {name: str(one.get("Default", "bench")) for name, one in template.parameters.items()}
    told = {
        name: defaults.get(value.get("Ref", ""), QUEUE) if isinstance(value, dict) else str(value)
        for name, value in function.environment.items()
    }
    return {
        **told,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }


def starts(step: str, function: Function, folders: tuple[Path, ...], client: Path) -> Iterator[Start]:
    services, made = CLIENTS[step]
    bare = f"import boto3\nclients = [boto3.client(name) for name in {services!r}]\ndef handler(event, context): pass\n"
    ready = f"from app import handler\nfrom shared.wiring import *\n{made}\n"
    yield Start(f"{step}: bare", bare, (client,), function)
    yield Start(f"{step}", ready, (*folders, client), function)


@contextmanager
def uncompiled(folders: tuple[Path, ...]) -> Iterator[tuple[Path, ...]]:
    """The folders as a build without .pyc files leaves them."""
    with TemporaryDirectory() as name:
        copies = tuple(Path(name, str(number)) for number, _ in enumerate(folders))
        for folder, copy in zip(folders, copies, strict=True):
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        yield copies


def init_of(start: Start, python: Path, template: Template) -> float:
    """Milliseconds until the function is ready for its first event, as the emulator says."""
    with TemporaryDirectory() as name:
        Path(name, "started.py").write_text(start.code)
        folders = (*start.folders[:1], Path(name), *start.folders[1:])
        given = environment(template, start.function)
        with rie.emulated(start.function, folders, python, given, lambda line: None, "started.handler") as emulator:
            return emulator.init_ms()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench init", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", nargs="+", choices=CLIENTS, default=list(CLIENTS))
    parser.add_argument(
        "--build", type=Path, default=ROOT, help="a folder with a .aws-sam in it, where not the checkout"
    )
    options = parser.parse_args(arguments)
    template = read_template(ROOT / "infra" / "template.yaml")
    try:
        rie.find_emulator()
        built = {step: rie.find_build(options.build, template.function(step)) for step in options.steps}
        version = next(iter(built.values())).python
        python = rie.find_python(version)
        client = rie.install_runtime(ROOT, python, version, print)
    except InputError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return
    print(f"Python {version}; median of {options.rounds} rounds; all clients made while starting")
    print(f"{'':<20} {'INIT':>8} {'of bare':>8} {'processor':>10} {'of bare':>8} {'without .pyc':>13}")
    for step in options.steps:
        function = template.function(step)
        both = list(starts(step, function, built[step].folders, client))
        with uncompiled(built[step].folders) as plain:
            cold = Start(f"{step}, no .pyc", both[1].code, (*plain, client), function)
            everything = [*both, cold]
            inits: dict[str, list[float]] = {start.name: [] for start in everything}
            cpus: dict[str, list[float]] = {start.name: [] for start in everything}
            for _ in range(options.rounds):
                for start in everything:
                    inits[start.name].append(init_of(start, python, template))
                    paths = ":".join(map(str, start.folders))
                    given = {**environment(template, function), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
                    cpus[start.name].append(1000 * told_by(start.code + TOLD, given, str(python)))
        bare, ours, none = (inits[start.name] for start in everything)
        bare_cpu, ours_cpu, _ = (cpus[start.name] for start in everything)
        print(f"{step + ': bare boto3':<20} {median(bare):>6.0f}ms {'':>8} {median(bare_cpu):>8.0f}ms")
        ratios = f"{_ratio(ours, bare):>7.2f}x {median(ours_cpu):>8.0f}ms {_ratio(ours_cpu, bare_cpu):>7.2f}x"
        print(f"{step:<20} {median(ours):>6.0f}ms {ratios} {median(none):>11.0f}ms")


def _ratio(ours: list[float], bare: list[float]) -> float:
    """Of the two in the same round: what else the machine does disturbs both."""
    return median(own / other for own, other in zip(ours, bare, strict=True))
