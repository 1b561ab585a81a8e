"""Rule files in, rules and lexicons out.  Reads files and the archive bucket."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from shared.adapters.rule_store import RuleStore
from shared.detect import Lexicon, detect, load_lexicon
from shared.detect.operators import MOST_BYTES, parse_file, with_files
from shared.detect.packaged import packaged_rules, vocabulary_of
from shared.detect.rules import Rule
from shared.errors import InputError, SettingError
from shared.types import ALERTABLE, Certainty
from sitrep.items import bare
from sitrep.local.show import one_line, say
from sitrep.stack import Stack

HELP_RULES = "the operator's rule files to read with, in place of those in use"


def store_of(stack: Stack) -> RuleStore:
    return RuleStore(stack.outputs["Archive"], stack.client("s3"))


def read_file(path: Path) -> bytes:
    """A rule file's content.  Raises InputError where there is none to read."""
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def read_folder(folder: Path) -> dict[str, bytes]:
    """The rule files of a folder by name.  Raises InputError when it holds none."""
    files = {path.name: read_file(path) for path in sorted(folder.glob("*.toml"))}
    if not files:
        raise InputError(f"{folder} holds no rule file (*.toml)")
    return files


def parse(name: str, content: bytes) -> Rule:
    """The rule of a file, by itself.  Raises SettingError naming file, key and remedy."""
    return parse_file(name, content, vocabulary_of(load_lexicon()))


def compiled(files: Mapping[str, bytes]) -> Lexicon:
    """The packaged rules with these files.  Raises SettingError naming file, key and remedy."""
    return with_files(load_lexicon(), files)


def in_use(store: RuleStore) -> dict[str, bytes]:
    """The operator's files that detect works with: where those that are there are refused, the last good ones.

    Says so on standard error.
    """
    files = store.files()
    try:
        compiled(files)
        return files
    except SettingError as error:
        say(one_line(f"the operator's rules are refused, the last good ones are used: {error}"), sys.stderr)
    with suppress(SettingError):  # sound for the rules of an older version only
        files = store.last_good()
        compiled(files)
        return files
    return {}


def own_rules(files: Mapping[str, bytes]) -> dict[str, tuple[str, Rule]]:
    """An operator's rules by category, each with its file's name.  Raises SettingError where one is broken."""
    rules = [parse(name, content) for name, content in files.items()]
    return {rule.category: (rule.file, rule) for rule in rules}


def rules_by_category() -> dict[str, Rule]:
    """The packaged rules as their files say."""
    return {rule.category: rule for rule in packaged_rules()}


def failures(rule: Rule, lexicon: Lexicon) -> list[str]:
    """The examples of a rule that do not come out as it says, each with what came out; empty when all do."""
    wrong = []
    for fires, examples in ((True, rule.fires), (False, rule.quiet)):
        for example in examples:
            told = _told(example, lexicon)
            if (rule.category in told) is not fires:
                kept = "should fire" if fires else "should stay quiet"
                wrong.append(f"{kept}: {example!r}; reported: {', '.join(sorted(told)) or 'nothing'}")
    return wrong


def _told(example: str, lexicon: Lexicon) -> set[str]:
    """The categories and flags that an example reports as having happened."""
    told = set()
    for report in detect(bare(example), lexicon):
        proposed = report.category == "ceasefire_proposed" and report.certainty is Certainty.HYPOTHETICAL
        if report.certainty in ALERTABLE or proposed:
            told |= {report.category, *report.flags}
    return told
