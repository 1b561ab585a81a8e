"""An operator's rule files -> the lexicon with their rules.  Pure."""

from collections.abc import Mapping

from shared.detect.lexicon import Lexicon, with_rules
from shared.detect.packaged import vocabulary_of
from shared.detect.rules import MOST_PHRASES, Rule, Vocabulary, parse_rule
from shared.errors import SettingError

# What an operator writes by hand, and what a function compiles while an alert waits.
MOST_FILES, MOST_BYTES, MOST_PAIRS = 100, 1_000_000, 500


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
        size += len(files[name])
        if size > MOST_BYTES:
            raise SettingError(f"{name}: with it the rule files hold over {MOST_BYTES:,} bytes; shorten or remove some")
        rules.append(parse_file(name, files[name], vocabulary))
        if sum(len(each) for rule in rules for each in rule.words.values()) > MOST_PHRASES:
            raise SettingError(f"{name}: with it the rule files stand for over {MOST_PHRASES:,} phrases; shorten some")
        if sum(len(rule.pairs) for rule in rules) > MOST_PAIRS:
            raise SettingError(f"{name}: with it the rule files hold over {MOST_PAIRS} pairs; take some out")
    known = {rule.category for rule in (*lexicon.rules, *rules)}
    for rule in rules:
        for category in rule.yields_to:
            if category not in known:
                raise SettingError(f"{rule.file}: yields_to: {category!r}: no rule has this category; take it out")
    return with_rules(lexicon, rules)


def parse_file(name: str, content: bytes, vocabulary: Vocabulary) -> Rule:
    """The rule that a file holds.  Raises SettingError naming file, key and remedy."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingError(f"{name}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    return parse_rule(name, text, vocabulary)
