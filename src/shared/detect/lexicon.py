"""Rules, languages and place names -> one automaton that knows every phrase of theirs.

Reads the packaged files at first use (`load_lexicon`); `compile_lexicon` is pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import ahocorasick_rs

from shared.detect.gazetteer import Supplement, parse_supplement
from shared.detect.language import CueSet, Language, parse_language
from shared.detect.rules import Rule, parse_codes, parse_rule, parse_sets
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import Codes


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the automaton, and every kind of thing it is."""

    text: str
    length: int
    """In words."""
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that detection knows, compiled."""

    automaton: ahocorasick_rs.AhoCorasick
    phrases: tuple[Phrase, ...]
    rules: tuple[Rule, ...]
    cues: tuple[CueSet, ...]
    lists: Mapping[str, frozenset[str]]
    """Folded single words by list."""
    numbers: Mapping[str, int]
    supplement: Supplement
    codes: Mapping[str, Codes]
    """By category."""


# Each has its file in `shared.rules`: without cues of denial and history a rule would alert on both.
LANGUAGES = ("en",)
_NOT_RULES = frozenset((*(f"{code}.toml" for code in LANGUAGES), "places.toml", "sets.toml", "codes.toml"))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon of the packaged rules.  Compiled at the first call, then kept.

    Raises: SettingError naming file, key and remedy.
    """
    folder = resources.files("shared.rules")
    files = {file.name: file for file in folder.iterdir() if file.name.endswith(".toml")}
    sets = parse_sets("sets.toml", files["sets.toml"].read_text("utf-8"))
    rules = [parse_rule(name, files[name].read_text("utf-8"), sets) for name in sorted(files) if name not in _NOT_RULES]
    languages = [parse_language(f"{code}.toml", code, files[f"{code}.toml"].read_text("utf-8")) for code in LANGUAGES]
    supplement = parse_supplement("places.toml", files["places.toml"].read_text("utf-8"))
    codes = parse_codes("codes.toml", files["codes.toml"].read_text("utf-8"))
    return compile_lexicon(rules, languages, supplement, sets, codes)


def compile_lexicon(
    rules: Iterable[Rule],
    languages: Iterable[Language],
    supplement: Supplement,
    sets: Mapping[str, tuple[str, ...]],
    codes: Mapping[str, Codes],
) -> Lexicon:
    """One automaton over every phrase of the rules, languages and place names.

    Raises: SettingError when two rules share a category, or one has terms in a language that has no file.
    """
    rules, languages = tuple(rules), tuple(languages)
    categories = [rule.category for rule in rules]
    for category in categories:
        if categories.count(category) > 1:
            raise SettingError(
                f"{category}.toml: category = {category!r}: another rule has it; give one of them its own"
            )
    _speak(rules, {language.code for language in languages})
    groups = [tuple(map(fold, group)) for language in languages for group in language.spellings]
    spellings = {f" {one} ": group for group in groups for one in group}
    kinds: dict[str, list[str]] = {}
    for kind, phrase in _all(rules, languages, supplement, sets):
        folded = fold(phrase)
        if not folded:
            raise SettingError(f"{kind}: {phrase!r} has no letter or digit; take it out")
        for spelling in _variants(folded, spellings):
            known = kinds.setdefault(spelling, [])
            if kind not in known:
                known.append(kind)
    return Lexicon(
        automaton=ahocorasick_rs.AhoCorasick([f" {phrase} " for phrase in kinds]),
        phrases=tuple(Phrase(text, text.count(" ") + 1, tuple(of)) for text, of in kinds.items()),
        rules=rules,
        cues=tuple(cue for language in languages for cue in language.cues),
        lists=_lists(languages),
        numbers={fold(word): value for language in languages for word, value in language.numbers.items()},
        supplement=supplement,
        codes=codes,
    )


def _speak(rules: tuple[Rule, ...], known: set[str]) -> None:
    """Raises SettingError unless every language of the rules has its file: it tells a denial from a deed."""
    for rule in rules:
        for code, key in rule.languages.items():
            if code not in known:
                has = ", ".join(sorted(known)) or "none"
                raise SettingError(
                    f"{rule.category}.toml: {key}.{code}: no language file {code}.toml tells denials and old events in"
                    f" it apart; take these terms out, or write the file and add it to LANGUAGES (there is {has})"
                )


def _all(
    rules: tuple[Rule, ...],
    languages: tuple[Language, ...],
    supplement: Supplement,
    sets: Mapping[str, tuple[str, ...]],
) -> Iterable[tuple[str, str]]:
    for name, phrases in sets.items():
        yield from ((f"@{name}", phrase) for phrase in phrases)
    for rule in rules:
        for name, phrases in rule.words.items():
            yield from ((f"{rule.category}.{name}", phrase) for phrase in phrases)
    for language in languages:
        for kind, phrases in language.words.items():
            yield from ((kind, phrase) for phrase in phrases)
        yield from (("number", word) for word in language.numbers)
    yield from (("region", name) for name in supplement.regions)
    yield from (("country", name) for name in supplement.countries)
    yield from (("demonym", name) for name in supplement.demonyms)


def _lists(languages: tuple[Language, ...]) -> dict[str, frozenset[str]]:
    """The single words of all languages together."""
    result: dict[str, frozenset[str]] = {}
    for language in languages:
        for name, words in language.lists.items():
            result[name] = result.get(name, frozenset()) | frozenset(map(fold, words))
    return result


def _variants(phrase: str, spellings: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The phrase in each of its spellings: "cease fire line", "ceasefire line"."""
    padded = f" {phrase} "
    for one, group in spellings.items():
        if one in padded:
            return [padded.replace(one, f" {other} ").strip() for other in group]
    return [phrase]
