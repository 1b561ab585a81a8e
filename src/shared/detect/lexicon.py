"""Rules, languages and place names -> one automaton that knows every phrase of theirs.

Reads the packaged files at first use (`load_lexicon`); `compile_lexicon` is pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import ahocorasick_rs

from shared.detect.gazetteer import Supplement, parse_supplement
from shared.detect.language import CueSet, Language, parse_language
from shared.detect.line import fold_phrase
from shared.detect.rules import Rule, parse_codes, parse_rule, parse_sets
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import Codes


class Need(NamedTuple):
    """What must all stand in a sentence for a rule to fire: one of its terms, or both sets of a pair."""

    parts: int
    rule: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that detection knows, compiled."""

    automaton: ahocorasick_rs.AhoCorasick
    phrases: Sequence[str]
    """Folded word by word, as names are looked up."""
    kinds: Sequence[tuple[str, ...]]
    """By phrase: every kind of thing it is."""
    parts: Sequence[int]
    """By phrase: the bits of the triggers' parts that it is."""
    needs: tuple[Need, ...]
    rules: tuple[Rule, ...]
    cues: tuple[CueSet, ...]
    lists: Mapping[str, frozenset[str]]
    """Folded single words by list."""
    numbers: Mapping[str, int]
    supplement: Supplement
    codes: Mapping[str, Codes]
    """By category."""


_APOSTROPHE = re.compile("['\u2018\u2019\u02bc]")

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
    groups = [tuple(map(fold_phrase, group)) for language in languages for group in language.spellings]
    spellings = {f" {one} ": group for group in groups for one in group}
    kinds: dict[str, list[str]] = {}
    phrases: dict[str, str] = {}
    for kind, phrase in _all(rules, languages, supplement, sets):
        folded = fold(phrase)
        if not folded:
            raise SettingError(f"{kind}: {phrase!r} has no letter or digit; take it out")
        for spelling in _variants(phrase, spellings):
            known = kinds.setdefault(spelling, [])
            phrases.setdefault(spelling, folded)
            if kind not in known:
                known.append(kind)
    bits, needs = _needs(rules)
    return Lexicon(
        automaton=ahocorasick_rs.AhoCorasick([f" {phrase} " for phrase in kinds]),
        phrases=tuple(phrases.values()),
        kinds=tuple(map(tuple, kinds.values())),
        parts=[_bits_of(of, bits) for of in kinds.values()],
        needs=needs,
        rules=rules,
        cues=tuple(cue for language in languages for cue in language.cues),
        lists=_lists(languages),
        numbers={fold(word): value for language in languages for word, value in language.numbers.items()},
        supplement=supplement,
        codes=codes,
    )


def _needs(rules: tuple[Rule, ...]) -> tuple[dict[str, int], tuple[Need, ...]]:
    """The bit of every kind that triggers are made of, and what each way of firing needs."""
    bits: dict[str, int] = {}
    needs: dict[Need, None] = {}
    for number, rule in enumerate(rules):
        ways: list[tuple[str, ...]] = [(f"{rule.category}.term",), (f"{rule.category}.weak",)]
        ways += [tuple(filter(None, (pair.first, pair.second, pair.then, pair.needs))) for pair in rule.pairs]
        for way in ways:
            parts = 0
            for kind in way:
                parts |= bits.setdefault(kind, 1 << len(bits))
            needs[Need(parts, number)] = None
    return bits, tuple(needs)


def _bits_of(kinds: Iterable[str], bits: Mapping[str, int]) -> int:
    result = 0
    for kind in kinds:
        result |= bits.get(kind, 0)
    return result


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


def _variants(phrase: str, spellings: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The phrase as a line has it, in each of its spellings: "cease fire line", "ceasefire line"; "sana a", "sanaa"."""
    for written in dict.fromkeys((phrase, _APOSTROPHE.sub("", phrase))):
        padded = f" {fold_phrase(written)} "
        known = next((one for one in spellings if one in padded), None)
        for spelling in spellings[known] if known else ("",):
            yield (padded.replace(known, f" {spelling} ") if known else padded).strip()
