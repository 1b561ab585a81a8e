"""`sitrep rules`: what detection listens for, and an operator's own rules; one action a module."""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path

from sitrep.since import HELP_SINCE, a_start
from sitrep.stack import HELP_STACK


def configure(parser: argparse.ArgumentParser) -> None:
    stack = argparse.ArgumentParser(add_help=False)
    stack.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    listing = actions.add_parser("list", parents=[stack], help="show each rule in a line, the operator's own marked")
    listing.add_argument("--packaged", action="store_true", help="only those that come with sitrep; asks no stack")
    listing.set_defaults(action=("rules.show", "list_rules"))

    one = actions.add_parser("show", parents=[stack], help="show all of one rule")
    one.add_argument("category", metavar="CATEGORY")
    one.add_argument("--packaged", action="store_true", help="the one that comes with sitrep; asks no stack")
    one.set_defaults(action=("rules.show", "show_rule"))

    check = actions.add_parser("check", help="check a rule file, and run its examples")
    check.add_argument("file", type=Path, nargs="+", metavar="FILE.toml")
    check.set_defaults(action=("rules.check", "check"))

    trying = actions.add_parser(
        "try", parents=[stack], help="run a rule over the archive: what would have been sent, and what no longer"
    )
    trying.add_argument("file", type=Path, metavar="FILE.toml")
    trying.add_argument("--since", type=a_start, default=a_start("7d"), metavar="DAYS|DATE", help=HELP_SINCE)
    trying.set_defaults(action=("rules.attempt", "attempt"))

    new = actions.add_parser("add", parents=[stack], help="use a rule file from now on, once it has been checked")
    new.add_argument("file", type=Path, metavar="FILE.toml")
    new.set_defaults(action=("rules.change", "add"))

    old = actions.add_parser("remove", parents=[stack], help="use a rule file no longer")
    old.add_argument("name", metavar="NAME", help="of the file, as `sitrep rules list` shows it")
    old.set_defaults(action=("rules.change", "remove"))


def run(arguments: argparse.Namespace) -> int:
    module, name = arguments.action
    action: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(f"sitrep.commands.{module}"), name)
    return action(arguments)
