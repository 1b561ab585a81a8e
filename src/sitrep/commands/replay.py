"""`sitrep replay`: the archive read again by other rules, and how the alerts would differ."""

import argparse
from pathlib import Path

from botocore.exceptions import ClientError

from shared.adapters.aws import code
from shared.adapters.s3 import Archive
from shared.core.keys import reports_key
from shared.detect import detect
from shared.errors import InputError
from shared.types import Article, Report
from sitrep.local.show import one_line, say
from sitrep.replay import Replay, compared, differences
from sitrep.rulefiles import in_use, read_folder, store_of
from sitrep.since import HELP_SINCE, a_start
from sitrep.stack import HELP_STACK, open_stack
from sitrep.texts import since


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=a_start, default=a_start("7d"), metavar="DAYS|DATE", help=HELP_SINCE)
    parser.add_argument(
        "--rules",
        type=Path,
        metavar="DIR",
        help="the operator's rule files to read with, in place of those in use",
    )
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    own = read_folder(arguments.rules) if arguments.rules else None
    with open_stack(arguments.stack) as stack:
        archive = Archive(stack.outputs["Archive"], stack.client("s3"))
        lexicon, refused = in_use(store_of(stack).files() if own is None else own)
        if refused:
            raise InputError(f"the rules are refused: {refused}")
        stored = Stored(archive)
        before, after = Replay(stored.reports), Replay(lambda _, article: detect(article, lexicon))
        read = 0
        for key, article in since(arguments.since, archive):
            if not article.revision:
                read += 1
                before.take(key, article)
                after.take(key, article)
    say(one_line(f"{read:,} articles since {arguments.since}, as they were reported against these rules:"))
    for line in differences(compared(before.sent, after.sent)):
        say(one_line(line))
    if stored.missing:
        say(f"{stored.missing} articles were not yet detected in; they count as having reported nothing")
    return 0


class Stored:
    """What was reported when the articles came."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.missing = 0

    def reports(self, key: str, _: Article) -> list[Report]:
        try:
            return self._archive.get_reports(reports_key(key))
        except ClientError as error:
            if code(error) != "NoSuchKey":
                raise
            self.missing += 1
            return []
