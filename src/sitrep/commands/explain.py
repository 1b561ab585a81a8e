"""`sitrep explain`: an article in the terminal, with all that detection made of it."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from shared.adapters.s3 import Archive
from shared.detect import detect
from shared.detect.silence import silences
from shared.types import Article
from sitrep.explain import explain
from sitrep.rulefiles import HELP_RULES, compiled, in_use, read_folder, store_of
from sitrep.stack import HELP_STACK, open_stack
from sitrep.texts import archived, is_archived, outside


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "article",
        metavar="ARTICLE|FILE|URL",
        help="an archived article's id or key; or a file (a page, a text with its title first, JSON), - for standard"
        " input, or the address of a page",
    )
    parser.add_argument("--rules", type=Path, metavar="DIR", help=HELP_RULES)
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    article, files = _find(arguments.article, arguments.stack)
    lexicon = compiled(read_folder(arguments.rules) if arguments.rules else files)
    reports = detect(article, lexicon)
    quiet = silences(article, lexicon, {report.category for report in reports})
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    print(explain(article, reports, quiet, colours=colours))
    return 0


def _find(name: str, stack: str | None) -> tuple[Article, Mapping[str, bytes]]:
    """The article, and the rule files of the operator whose archive it is in."""
    if not is_archived(name):
        return outside(name), {}
    with open_stack(stack) as opened:
        return archived(name, Archive(opened.outputs["Archive"], opened.client("s3"))), in_use(store_of(opened))
