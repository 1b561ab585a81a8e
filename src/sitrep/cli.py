"""The command `sitrep`: argument parsing, and one module a command in `sitrep.commands`.

A command module has `configure(parser)` and `run(arguments) -> int` (the exit status), and is imported only when asked
for, so that `sitrep --help` is quick.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import SitrepError

COMMANDS = {
    "local": "run the whole of sitrep on this machine, without an AWS account",
    "invoke": "run one function once against the local stack, and show its result and logs",
    "feeds": "show how the watched feeds fare; add, change, import and export them",
    "verify": "check that the archive still holds what its daily manifests say",
    "export": "write archived pages as one WARC file, or incidents as a table, lines, a map or a feed",
    "extract": "show what reading makes of a page, as JSON",
    "rules": "show what detection listens for; check, try and use rules of your own",
    "replay": "read the archive again by other rules, and show how the alerts would differ",
    "restore": "write incidents back that their table has lost, as the archive tells them",
    "explain": "show an article with all that detection made of it",
    "detect": "tell what texts report, as JSON lines",
    "incidents": "show what happened, who says so, and what was told of it",
    "digest": "show what came in the last day, as the daily digest tells it, or send it",
    "mute": "say nothing of an incident, of what a rule finds, or of a feed",
    "subscribe": "have alerts sent to an email address, a telephone, a web address or a queue",
    "subscriptions": "show who gets which alerts",
    "unsubscribe": "stop alerts to a reader",
    "test-alert": "send an alert that is marked as an exercise, and say who should get it",
    "status": "tell whether all is well, and what needs a person",
    "cost": "tell what a month costs, line by line",
    "redrive": "show what was given up, and send it back once the cause is mended",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0 done, 1 it failed, 2 it was asked wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows the rest
    arguments = parse(sys.argv[1:] if argv is None else argv)
    try:
        status: int = arguments.run(arguments)
    except (SitrepError, BotoCoreError, ClientError) as error:
        from sitrep.local.show import one_line, say

        say(one_line(f"sitrep: {error}"), sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output went away (`sitrep feeds | head`)
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sitrep",
        description="Tells who needs to know that an article reports an airstrike or a ceasefire violation.",
    )
    chosen = next((word for word in argv if word in COMMANDS), None)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        if name == chosen:
            module = importlib.import_module(f"sitrep.commands.{name.replace('-', '_')}")
            module.configure(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(argv)
