"""`sitrep feeds`: the watched feeds and how each fares; one action a module."""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path

from sitrep.stack import HELP_STACK

_FEED = "the feed's URL, or its id"


def configure(parser: argparse.ArgumentParser) -> None:
    stack, view = argparse.ArgumentParser(add_help=False), argparse.ArgumentParser(add_help=False)
    stack.add_argument("--stack", metavar="NAME", help=HELP_STACK, default=argparse.SUPPRESS)
    view.add_argument("--json", action="store_true", help="one JSON object a feed and line", default=argparse.SUPPRESS)
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--json", action="store_true", help="one JSON object a feed and line")
    parser.set_defaults(action=("feeds.show", "list_feeds"), verbose=False)
    actions = parser.add_subparsers(metavar="ACTION")

    listing = actions.add_parser("list", parents=[stack, view], help="show each feed in a line, those in trouble first")
    listing.add_argument("-v", "--verbose", action="store_true", help="also what each feed's entries came to")
    listing.set_defaults(action=("feeds.show", "list_feeds"))

    one = actions.add_parser("show", parents=[stack, view], help="show all that is known of one feed")
    one.add_argument("feed", metavar="URL|ID", help=_FEED)
    one.set_defaults(action=("feeds.show", "show_feed"))

    new = actions.add_parser("add", parents=[stack], help="watch a feed, or the feed of a site")
    new.add_argument("url", metavar="URL", help="a feed, or a page whose site has one")
    new.add_argument("--all", action="store_true", help="where a site has several feeds: watch them all")
    new.add_argument("--title", metavar="TEXT", default="", help="what to call it, in place of what it calls itself")
    new.add_argument("--urgent", action="store_true", help="poll it every minute")
    new.add_argument("--backfill", action="store_true", help="take what it lists today as new")
    new.add_argument("--unchecked", action="store_true", help="watch this very URL without asking for it first")
    new.set_defaults(action=("feeds.add", "run"))

    for name, words in (
        ("remove", "watch a feed no longer, and forget what was learned of it"),
        ("pause", "do not poll a feed for now"),
        ("resume", "poll a paused feed again"),
        ("urgent", "poll a feed every minute"),
    ):
        action = actions.add_parser(name, parents=[stack], help=words)
        action.add_argument("feed", metavar="URL|ID", help=_FEED)
        action.set_defaults(action=("feeds.change", name))
    action.add_argument("--off", action="store_true", help="poll it as often as it publishes again")

    imports = actions.add_parser("import", parents=[stack], help="watch the feeds of an OPML list as well")
    imports.add_argument("file", type=Path, metavar="FILE.opml")
    imports.add_argument("--backfill", action="store_true", help="take what a feed's first poll lists as new")
    imports.set_defaults(action=("feeds.lists", "import_list"))

    exports = actions.add_parser("export", parents=[stack], help="write the watched feeds as an OPML list")
    exports.add_argument("file", type=Path, nargs="?", metavar="FILE.opml", help="without it, to the terminal")
    exports.set_defaults(action=("feeds.lists", "export_list"))

    parsing = actions.add_parser("parse", help="show what is read of a feed, as JSON; nothing is kept")
    parsing.add_argument("source", metavar="FILE|URL", help="a saved feed, - for standard input, or a feed's URL")
    parsing.add_argument("--url", default="", help="where a saved feed was found: its links are relative to it")
    parsing.set_defaults(action=("feeds.parse", "run"))


def run(arguments: argparse.Namespace) -> int:
    module, function = arguments.action
    # What asks the web takes a while to load, and the others have no need of it.
    action: Callable[[argparse.Namespace], int] = getattr(
        importlib.import_module(f"sitrep.commands.{module}"), function
    )
    return action(arguments)
