"""An operator's rule files -> the lexicon with their rules.  Pure."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from shared.detect.lexicon import Lexicon, with_rules
from shared.detect.packaged import vocabulary_of
from shared.detect.rules import MOST_PHRASES, Rule, Vocabulary, parse_rule
from shared.errors import SettingError

# What an operator writes by hand, and what a function compiles while an alert waits.
MOST_FILES, MOST_BYTES, MOST_PAIRS = 100, 1_000_000, 200


def with_files(lexicon: Lexicon, files: Mapping[str, bytes]) -> Lexicon:
    """The lexicon with the rules of these files, by name; one of a packaged category takes that rule's place.

    Raises: SettingError naming file, key and remedy; then nothing of the files holds.
    """
    if len(files) > MOST_FILES:
        raise SettingError(f"there are over {MOST_FILES} rule files; take some away, or join rules of one category")
    vocabulary = vocabulary_of(lexicon)
    rules: list[Rule] = []
    size = 0
    for name in sorted(files):
        if not name.isprintable():
            raise SettingError(f"{name!r}: a rule file's name must print; rename it")
        size += len(files[name])
        if size > MOST_BYTES:
            raise SettingError(f"{name}: with it the rule files hold over {MOST_BYTES:,} bytes; shorten or remove some")
        rules.append(parse_file(name, files[name], vocabulary))
        if sum(rule.size for rule in rules) > MOST_PHRASES:
            raise SettingError(f"{name}: with it the rule files stand for over {MOST_PHRASES:,} phrases; shorten some")
        if sum(len(rule.pairs) for rule in rules) > MOST_PAIRS:
            raise SettingError(f"{name}: with it the rule files hold over {MOST_PAIRS} pairs; take some out")
    _check_yielding((*lexicon.rules, *rules), rules)
    return with_rules(lexicon, rules)


def _check_yielding(every: Iterable[Rule], new: Iterable[Rule]) -> None:
    """Raises SettingError where a new rule yields to none, or in a circle: no rule would tell what they all fire in."""
    by_category = {rule.category: rule for rule in every}
    for rule in new:
        for category in rule.yields_to:
            if category not in by_category:
                raise SettingError(f"{rule.file}: yields_to: {category!r}: no rule has this category; take it out")
    try:
        TopologicalSorter({category: rule.yields_to for category, rule in by_category.items()}).prepare()
    except CycleError as error:
        circle = error.args[1]
        names = ", ".join(sorted({by_category[category].file for category in circle}))
        told = " -> ".join(reversed(circle))
        raise SettingError(f"{names}: yields_to: {told}: none of them would tell a sentence; take one out") from error


def parse_file(name: str, content: bytes, vocabulary: Vocabulary) -> Rule:
    """The rule that a file holds.  Raises SettingError naming file, key and remedy."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingError(f"{name}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    return parse_rule(name, text, vocabulary)
