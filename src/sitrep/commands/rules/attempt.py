"""`sitrep rules try`: a rule over the archive, what would have been sent with it and what no longer."""

import argparse

from shared.adapters.s3 import Archive
from shared.detect import detect
from sitrep.local.show import one_line, say
from sitrep.replay import Replay, compared, differences
from sitrep.rulefiles import compiled, in_use, parse, read_file, store_of
from sitrep.stack import open_stack
from sitrep.texts import articles, first_readings


def attempt(arguments: argparse.Namespace) -> int:
    name, content = arguments.file.name, read_file(arguments.file)
    rule = parse(name, content)
    with open_stack(arguments.stack) as stack:
        archive, files = Archive(stack.outputs["Archive"], stack.client("s3")), in_use(store_of(stack))
        now, then = compiled(files), compiled(files | {name: content})
        before, after = Replay(), Replay()
        keys = first_readings(arguments.since, archive)
        for key, article in articles(keys, archive):
            before.take(key, article, detect(article, now))
            after.take(key, article, detect(article, then))
    say(one_line(f"{rule.id} over {len(keys):,} articles since {arguments.since}:"))
    for line in differences(compared(before.sent(), after.sent())):
        say(one_line(line))
    return 0
