"""An operator's rule files -> the lexicon with their rules.  Pure."""

from collections.abc import Mapping

from shared.detect.lexicon import Lexicon, with_rules
from shared.detect.packaged import vocabulary_of
from shared.detect.rules import parse_rule
from shared.errors import SettingError

# What an operator writes by hand, and what a function compiles while an alert waits.
MOST_FILES, MOST_BYTES, MOST_PHRASES, MOST_PAIRS = 100, 1_000_000, 100_000, 500


def with_files(lexicon: Lexicon, files: Mapping[str, bytes]) -> Lexicon:
    """The lexicon with the rules of these files, by name; one of a packaged category takes that rule's place.

    Raises: SettingError naming file, key and remedy; then nothing of the files holds.
    """
    size = sum(map(len, files.values()))
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise SettingError(
            f"{len(files)} rule files of {size:,} bytes: at most {MOST_FILES} of {MOST_BYTES:,} bytes together are read"
        )
    vocabulary = vocabulary_of(lexicon)
    rules = [parse_rule(name, _text(name, files[name]), vocabulary) for name in sorted(files)]
    phrases = sum(len(each) for rule in rules for each in rule.words.values())
    pairs = sum(len(rule.pairs) for rule in rules)
    if phrases > MOST_PHRASES or pairs > MOST_PAIRS:
        raise SettingError(
            f"the rule files hold {phrases:,} phrases and {pairs:,} pairs: at most {MOST_PHRASES:,} and {MOST_PAIRS:,}"
            " together are read"
        )
    return with_rules(lexicon, rules)


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingError(f"{name}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
