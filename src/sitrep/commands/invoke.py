"""`sitrep invoke`: one function, once, against the local stack."""

import argparse
from pathlib import Path

from shared.pipeline import STEPS


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", choices=[step.name for step in STEPS])
    parser.add_argument(
        "-e", "--event", type=Path, metavar="FILE", help="the event to hand it, as JSON (events/<step>.json)"
    )


def run(arguments: argparse.Namespace) -> int:
    from sitrep.local.invoke import invoke

    return invoke(arguments.step, arguments.event)
