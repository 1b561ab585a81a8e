"""`sitrep explain`: an article in the terminal, with all that detection made of it."""

import argparse
import os
import sys

from shared.adapters.s3 import Archive
from shared.detect import detect, load_lexicon
from shared.detect.silence import silences
from shared.types import Article
from sitrep.explain import explain
from sitrep.stack import HELP_STACK, open_stack
from sitrep.texts import archived, is_archived, outside


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "article",
        metavar="ARTICLE|FILE|URL",
        help="an archived article's id or key; or a file (a page, a text with its title first, JSON), - for standard"
        " input, or the address of a page",
    )
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    article = _find(arguments.article, arguments.stack)
    lexicon = load_lexicon()
    reports = detect(article, lexicon)
    quiet = silences(article, lexicon, {report.category for report in reports})
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(explain(article, reports, quiet, colours=colours))
    return 0


def _find(name: str, stack: str | None) -> Article:
    if not is_archived(name):
        return outside(name)
    with open_stack(stack) as opened:
        return archived(name, Archive(opened.outputs["Archive"], opened.client("s3")))
