"""`sitrep rules check`: whether rule files are sound together, and their examples come out as they say."""

import argparse

from shared.errors import InputError, SettingError
from sitrep.local.show import one_line, say
from sitrep.rulefiles import compiled, failures, parse, read_file


def check(arguments: argparse.Namespace) -> int:
    files = {str(path): read_file(path) for path in arguments.file}
    rules, wrong = [], 0
    for name, content in files.items():
        try:
            rules.append(parse(name, content))
        except SettingError as error:
            say(one_line(str(error)))
            wrong += 1
    if wrong:
        raise InputError(f"{wrong} of {len(files)} files are broken: mend them first")
    lexicon = compiled(files)
    for rule in rules:
        failed = failures(rule, lexicon)
        for line in failed:
            say(one_line(f"{rule.file}: {line}"))
        wrong += bool(failed)
        if not failed:
            said = f"{len(rule.fires)} examples fire, {len(rule.quiet)} stay quiet"
            say(one_line(f"{rule.file}: sound, rule {rule.id}; {said}"))
    return 1 if wrong else 0
