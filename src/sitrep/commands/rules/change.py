"""`sitrep rules add`, `sitrep rules remove`: an operator's own rules.  Writes to the archive bucket."""

import argparse

from shared.errors import InputError, SettingError
from sitrep.local.show import one_line, say
from sitrep.rulefiles import compiled, failures, parse, read_file, store_of
from sitrep.stack import open_stack


def add(arguments: argparse.Namespace) -> int:
    name, content = arguments.file.name, read_file(arguments.file)
    if not name.endswith(".toml"):
        raise InputError(f"{name}: a rule file is named <something>.toml")
    rule = parse(name, content)
    with open_stack(arguments.stack) as stack:
        store = store_of(stack)
        try:
            lexicon = compiled(store.files() | {name: content})
        except SettingError as error:
            raise InputError(f"not added, with it the rules would be refused: {error}") from error
        failed = failures(rule, lexicon)
        for line in failed:
            say(one_line(f"{name}: {line}"))
        if failed:
            raise InputError(f"not added: {len(failed)} examples do not come out as {name} says")
        store.put(name, content)
        say(one_line(f"{name}: rule {rule.id} is used by {stack.name} within a minute"))
    return 0


def remove(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        if not store_of(stack).remove(arguments.name):
            raise InputError(f"{stack.name} has no rule file {arguments.name}; see: sitrep rules list")
        say(one_line(f"{arguments.name}: used by {stack.name} for a minute at most"))
    return 0
