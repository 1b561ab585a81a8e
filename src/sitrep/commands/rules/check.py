"""`sitrep rules check`: whether a rule file is sound, and its examples come out as it says."""

import argparse

from shared.detect import load_lexicon
from shared.detect.operators import with_files
from shared.errors import SettingError
from sitrep.local.show import one_line, say
from sitrep.rulefiles import failures, parse, read_file


def check(arguments: argparse.Namespace) -> int:
    wrong = 0
    for path in arguments.file:
        content = read_file(path)
        try:
            rule = parse(path.name, content)
            failed = failures(rule, with_files(load_lexicon(), {path.name: content}))
        except SettingError as error:
            say(one_line(str(error)))
            wrong += 1
            continue
        for line in failed:
            say(one_line(f"{path.name}: {line}"))
        wrong += bool(failed)
        if not failed:
            said = f"{len(rule.fires)} examples fire, {len(rule.quiet)} stay quiet"
            say(one_line(f"{path.name}: sound, rule {rule.id}; {said}"))
    return 1 if wrong else 0
