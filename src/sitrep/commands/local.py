"""`sitrep local`: the whole of sitrep on this machine."""

import argparse
import signal
from pathlib import Path
from typing import Any

from sitrep.endpoints import endpoint
from sitrep.local.run import Options, find_checkout
from sitrep.local.run import run as run_local

EMAIL, NUMBER = "reader@example.org", "+12025550100"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--feeds", type=Path, metavar="FILE.opml", help="watch these feeds, not the sample")
    parser.add_argument("--backfill", action="store_true", help="take what a feed's first poll lists as new")
    parser.add_argument("--once", action="store_true", help="poll once, and end when nothing is left to do")
    parser.add_argument(
        "--outbox",
        type=Path,
        metavar="DIR",
        help="keep messages and state in DIR, and go on from what it holds; without it, each run starts from nothing",
    )
    parser.add_argument(
        "--port", type=port, default=0, metavar="N", help="port of the local AWS; any free one if not given"
    )
    parser.add_argument("--email", metavar="ADDRESS", help=f"who reads the emails; of a new stack, else {EMAIL}")
    parser.add_argument("--sms", metavar="+NUMBER", help=f"who reads the SMS; of a new stack, else {NUMBER}")
    parser.add_argument("--verbose", action="store_true", help="show the functions' logs as well")


def port(text: str) -> int:
    """A port's number.  Raises what argparse tells as a wrong argument."""
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    named = {"email": arguments.email, "sms": arguments.sms}
    readers = {protocol: endpoint(protocol, target) for protocol, target in named.items() if target is not None}
    options = Options(
        feeds=arguments.feeds,
        backfill=arguments.backfill,
        once=arguments.once,
        outbox=arguments.outbox,
        port=arguments.port,
        readers=tuple(readers.items()),
        first_readers=tuple(({"email": EMAIL, "sms": NUMBER} | readers).items()),
        verbose=arguments.verbose,
    )
    # A shell that starts us in the background has SIGINT ignored: whoever sends it means it all the same.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return run_local(options, find_checkout())
    except KeyboardInterrupt:
        return 130 if arguments.once else 0


def _interrupt(number: int, frame: Any) -> None:
    """Unwind once; ending is not to be interrupted."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt
