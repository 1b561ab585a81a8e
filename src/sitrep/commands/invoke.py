"""`sitrep invoke`: one function, once, against the local stack."""

import argparse
from pathlib import Path

from shared.pipeline import STEPS


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", choices=[step.name for step in STEPS])
    parser.add_argument(
        "-e", "--event", type=Path, metavar="FILE", help="the event to hand it, as JSON (events/<step>.json)"
    )
    parser.add_argument(
        "--rie",
        action="store_true",
        help="as `sam build` made it, under the emulator of Lambda's runtime (Linux; the build's Python on the PATH)",
    )


def run(arguments: argparse.Namespace) -> int:
    from sitrep.local.invoke import invoke

    return invoke(arguments.step, arguments.event, is_built=arguments.rie)
