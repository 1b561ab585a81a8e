"""`sitrep replay`: the archive read again by other rules, and how the alerts would differ."""

import argparse
from pathlib import Path

from shared.adapters.s3 import Archive
from shared.core.codec import decode
from shared.core.keys import reports_key
from shared.detect import detect
from shared.types import Article, Report
from sitrep.local.show import one_line, say
from sitrep.replay import Replay, compared, differences
from sitrep.rulefiles import HELP_RULES, compiled, in_use, read_folder, store_of
from sitrep.since import HELP_SINCE, a_start
from sitrep.stack import HELP_STACK, open_stack
from sitrep.texts import first_readings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=a_start, default=a_start("7d"), metavar="DAYS|DATE", help=HELP_SINCE)
    parser.add_argument("--rules", type=Path, metavar="DIR", help=HELP_RULES)
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    own = read_folder(arguments.rules) if arguments.rules else None
    with open_stack(arguments.stack) as stack:
        archive = Archive(stack.outputs["Archive"], stack.client("s3"))
        lexicon = compiled(in_use(store_of(stack)) if own is None else own)
        before, after = Replay(), Replay()
        keys = first_readings(arguments.since, archive)
        stored = archive.get_all(map(reports_key, keys))
        for (key, body), (_, told) in zip(archive.get_all(keys), stored, strict=True):
            if body is None:
                continue
            article = decode(body, Article)
            before.take(key, article, decode(told, list[Report]) if told else [])
            after.take(key, article, detect(article, lexicon))
    say(one_line(f"{len(keys):,} articles since {arguments.since}, as they were reported against these rules:"))
    for line in differences(compared(before.sent(), after.sent())):
        say(one_line(line))
    return 0
