"""A rule file's text -> a rule.  Pure.

A rule says which words make a category, and carries the sentences that prove it.  Whatever is wrong in the file is said
with its name, the key and the remedy, and nothing of it is used.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.detect.phrases import chain, expand, with_affixes
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import ClaimKind, Codes


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sets of words that fire together: "jets" ... "bombed".  Sets are named as the scan names their words."""

    first: str
    second: str
    then: str
    """A set one of whose words must follow the second within four words ("fired" ... "missiles"); empty for none."""
    within: int
    """At most so many words stand between them."""
    order: str
    """`first` (the first set stands first), `second`, or `any`."""
    without: str
    """A set none of whose words may stand between; empty for none."""
    between: str
    """A set one of whose words must stand between; empty for none."""
    unless: str
    """A set none of whose words may stand in the sentence; empty for none."""
    needs: str
    """A set one of whose words must stand in the sentence; empty for none."""
    strength: float
    """0-1: how much it alone says that the text reports one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a category, as data."""

    file: str
    """Its file's name, for what is to be said of it."""
    category: str
    version: int
    why: str
    severity: int
    """0-100, before the toll counts."""
    claims: tuple[str, ...]
    """The kinds of claim that belong to such an event."""
    alerts: bool
    """False for what is worth a record and no message by itself."""
    is_flag: bool
    """It makes no report, but marks those whose sentences it fires in."""
    yields_to: tuple[str, ...]
    """Categories that tell a sentence better: where one of them fires, this one is quiet."""
    domains: tuple[str, ...]
    """Shared sets whose words show the sentence to be about something else: `sport`."""
    kinds: tuple[str, ...]
    """What it can be in particular: `explosion`, `overflight`."""
    words: Mapping[str, tuple[str, ...]]
    """Phrases by what they are to the rule: `term`, `weak`, `mask`, `suppress`, `set.<name>` and `kind.<name>`.  Empty
    in a compiled lexicon, which has them by phrase."""
    languages: Mapping[str, str]
    """The languages of its words, each with the first key that has some: `ar` -> `terms`."""
    pairs: tuple[Pair, ...]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]
    size: int
    """How many phrases its file stands for; a pattern with joints counts for its parts, and for _IN_PARTS at least."""

    @property
    def id(self) -> str:
        return f"{self.category}/{self.version}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may name without saying it themselves."""

    sets: Collection[str] = ()
    """The names of the shared sets; a rule writes `@name`."""
    affixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language: the groups of affixes by name, as a pattern would write them; a pattern writes `{name}`."""


NOTHING = Vocabulary()

_KEYS = {
    "category", "version", "why", "severity", "claims", "alerts", "flag", "yields_to", "domains",
    "terms", "weak", "masks", "suppress", "sets", "kinds", "pairs", "examples",
}  # fmt: skip
_PARTS = ("first", "second", "then", "without", "between", "unless", "needs")
_PAIR_KEYS = {*_PARTS, "within", "order", "strength"}
_STRENGTH = 0.8
_EXAMPLES = 8
# It is part of ids and of the archive's keys.
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Sets, kinds and languages: reports and messages name them.
_NAME = re.compile(r"[a-z0-9_]{1,40}")
_WHY = 300
# Of a value or a list of names a message shows so much.
_SHOWN, _SHOWN_NAMES = 60, 1_000
# What a person writes as one pattern, and what a function can hold of one file.
_LONGEST = 1_500
MOST_PHRASES = 100_000
# A pattern in parts is looked for part by part, and then as a whole: that takes what so many phrases take.
# As phrases nest, each word of a text can be found so many times.
_MOST_WORDS = 12
_IN_PARTS = 50
_TYPES = {str: "a text in quotes", int: "a whole number", dict: "a table", list: "a list"}


def parse_sets(name: str, text: str, vocabulary: Vocabulary = NOTHING) -> dict[str, tuple[str, ...]]:
    """The sets that all rules share, by name; a rule writes `@name`.

    Raises: SettingError naming file, key and remedy.
    """
    return {key: phrases(name, key, each, vocabulary) for key, each in parse_toml(name, text).items()}


def parse_codes(name: str, text: str) -> dict[str, Codes]:
    """What data sets call each category.

    Raises: SettingError naming file, key and remedy.
    """
    data = parse_toml(name, text)
    result = {}
    for category, row in _get(name, data, "codes", dict).items():
        if not isinstance(row, dict) or not set(row) <= {"acled", "plover", "cameo"}:
            raise SettingError(f"{name}: codes.{category}: must be a table with acled, plover and cameo")
        result[category] = Codes(**{key: str(value) for key, value in row.items()})
    return result


def parse_families(name: str, text: str) -> dict[str, str]:
    """The family of each category that shares one with others.

    Raises: SettingError naming file, key and remedy.
    """
    result: dict[str, str] = {}
    for family, members in _get(name, parse_toml(name, text), "families", dict).items():
        for category in _strings(name, f"families.{family}", members):
            if result.setdefault(category, family) != family:
                raise SettingError(
                    f"{name}: families.{family}: {category} is in {result[category]} already; choose one"
                )
    return result


def parse_rule(name: str, text: str, vocabulary: Vocabulary = NOTHING) -> Rule:
    """The rule that a file holds.

    Raises: SettingError naming file, key and remedy.
    """
    data = parse_toml(name, text)
    check_keys(name, "", data, _KEYS)
    category = _get(name, data, "category", str)
    if not _CATEGORY.fullmatch(category):
        raise SettingError(
            f"{name}: category = {_shown(category)}: use lower-case letters a to z, digits and _, at most 40"
        )
    tables = _tables(name, data)
    words, size = _words(name, tables, vocabulary)
    pairs = tuple(
        _pair(name, category, number, pair, words, vocabulary.sets)
        for number, pair in enumerate(_get(name, data, "pairs", list, []))
    )
    if not words["term"] and not words["weak"] and not pairs:
        raise SettingError(f"{name}: terms: the rule can never fire; give [terms] or [[pairs]]")
    why = _get(name, data, "why", str)
    if not (why.strip() and why.isprintable() and len(why) <= _WHY):
        raise SettingError(f"{name}: why = {_shown(why)}: must be one line, at most {_WHY} characters")
    examples = _get(name, data, "examples", dict)
    check_keys(name, "examples.", examples, {"fires", "quiet"})
    return Rule(
        file=name,
        category=category,
        version=_whole(name, "version", _get(name, data, "version", int), 1, 9_999),
        why=why,
        severity=_whole(name, "severity", _get(name, data, "severity", int), 0, 100),
        claims=_some_of(name, "claims", data, list(ClaimKind)),
        alerts=_flag(name, data, "alerts", default=True),
        is_flag=_flag(name, data, "flag", default=False),
        yields_to=_strings(name, "yields_to", data.get("yields_to", [])),
        domains=_some_of(name, "domains", data, vocabulary.sets),
        kinds=tuple(data.get("kinds", ())),
        words=words,
        languages={code: key for key, by_language in reversed(tables.values()) for code in by_language},
        pairs=pairs,
        fires=_examples(name, "fires", examples),
        quiet=_examples(name, "quiet", examples),
        size=size,
    )


def _tables(name: str, data: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """The tables of words by what they are to the rule, each with its key in the file."""
    keys = {"term": "terms", "weak": "weak", "mask": "masks", "suppress": "suppress"}
    tables = {kind: (key, data.get(key, {})) for kind, key in keys.items()}
    for kind, key in (("set", "sets"), ("kind", "kinds")):
        for named, by_language in _get(name, data, key, dict, {}).items():
            tables[f"{kind}.{_named(name, key, named)}"] = (f"{key}.{named}", by_language)
    return tables


def _words(
    name: str, tables: Mapping[str, tuple[str, Any]], vocabulary: Vocabulary
) -> tuple[dict[str, tuple[str, ...]], int]:
    """The phrases of every table, and how many they count for."""
    words: dict[str, tuple[str, ...]] = {}
    size = 0
    for kind, (key, by_language) in tables.items():
        words[kind], counts_for = _expanded(name, key, by_language, vocabulary)
        size += counts_for
        if size > MOST_PHRASES:
            raise SettingError(f"{name}: {key}: the file stands for over {MOST_PHRASES:,} phrases; split or shorten it")
    return words, size


def parse_toml(name: str, text: str) -> dict[str, Any]:
    """A TOML file's content.  Raises SettingError with the file's name."""
    import tomllib  # a function that finds its lexicon stored starts without it

    try:
        return tomllib.loads(text)
    except ValueError as error:  # a number of thousands of digits as well
        raise SettingError(f"{name}: not TOML: {error}") from error
    except RecursionError as error:
        raise SettingError(f"{name}: not TOML: brackets nest too deep") from error


def phrases(name: str, key: str, by_language: object, vocabulary: Vocabulary = NOTHING) -> tuple[str, ...]:
    """All phrases of a `{language: [pattern]}` table, every language's; a pattern with joints stays one."""
    return _expanded(name, key, by_language, vocabulary)[0]


def _expanded(name: str, key: str, by_language: object, vocabulary: Vocabulary) -> tuple[tuple[str, ...], int]:
    """The phrases of a table, and how many they count for."""
    if not isinstance(by_language, dict):
        raise SettingError(f"{name}: {key}: must be a table of language to list, as in [{key}] en = [...]")
    result: list[str] = []
    size = 0
    for language, patterns in by_language.items():
        affixes = vocabulary.affixes.get(_named(name, key, language), {})
        for pattern in _strings(name, f"{key}.{language}", patterns):
            try:
                found, counts_for = _phrases(pattern, affixes)
            except SettingError as error:
                raise SettingError(f"{name}: {key}.{language}: {error}") from error
            result += found
            size += counts_for
            if size > MOST_PHRASES:
                raise SettingError(f"{name}: {key}: stands for over {MOST_PHRASES:,} phrases; split or shorten it")
    return tuple(result), size


def _phrases(pattern: str, affixes: Mapping[str, str]) -> tuple[list[str], int]:
    """What a pattern stands for (itself, affixes written out, where it has joints), and for how many it counts."""
    if len(pattern) > _LONGEST:
        raise SettingError(f"{pattern[:40]!r}... has over {_LONGEST:,} characters; split it")
    parts = chain(pattern, affixes)
    found = [*itertools.chain(*parts.sides)] if parts else expand(pattern, affixes)
    for phrase in found:
        if not fold(phrase):
            raise SettingError(f"{pattern!r}: {phrase!r} has no letter or digit; take it out")
        if phrase.count(" ") >= _MOST_WORDS:
            raise SettingError(f"{pattern!r}: {phrase!r} has over {_MOST_WORDS} words; shorten it")
    return ([with_affixes(pattern, affixes)], max(len(found), _IN_PARTS)) if parts else (found, len(found))


def _pair(
    name: str, category: str, number: int, data: object, words: Mapping[str, tuple[str, ...]], shared: Collection[str]
) -> Pair:
    key = f"pairs[{number}]"
    if not isinstance(data, dict):
        raise SettingError(f"{name}: {key}: write it as [[pairs]]")
    check_keys(name, f"{key}.", data, _PAIR_KEYS)
    for part in _PARTS:
        wanted = part in ("first", "second") or part in data
        asked = str(data.get(part))
        is_known = asked[1:] in shared if asked.startswith("@") else f"set.{asked}" in words
        if wanted and not (isinstance(data.get(part), str) and is_known):
            known = _listed(k.removeprefix("set.") for k in words if k.startswith("set."))
            raise SettingError(
                f"{name}: {key}.{part} = {_shown(data.get(part))}: no such set; [sets] has {known}; shared ones: @name"
            )
    within = _whole(name, f"{key}.within", _get(name, data, "within", int, 5), 0, 30)
    order = _get(name, data, "order", str, "first")
    if order not in ("first", "second", "any"):
        raise SettingError(f"{name}: {key}.order = {_shown(order)}: must be first, second or any")
    strength = data.get("strength", _STRENGTH)
    if not isinstance(strength, int | float) or isinstance(strength, bool) or not 0 < strength <= 1:
        raise SettingError(f"{name}: {key}.strength = {_shown(strength)}: must be above 0, at most 1")
    sets = {part: _set_kind(category, data.get(part, "")) for part in _PARTS}
    return Pair(**sets, within=within, order=order, strength=float(strength))


def _set_kind(category: str, name: str) -> str:
    """What the scan calls the words of a set."""
    return name if not name or name.startswith("@") else f"{category}.set.{name}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))[:_SHOWN_NAMES] or "none"


def _shown(value: object) -> str:
    """What a message shows of a value: its beginning, escaped."""
    try:
        return repr(value)[:_SHOWN]
    except ValueError:  # Python writes no number out that has thousands of digits
        return "a number without end"


def _key(written: str) -> str:
    """What a message shows of a key: nothing of it that does not print."""
    return written[:_SHOWN] if written.isprintable() else _shown(written)


def _named(name: str, key: str, written: str) -> str:
    """The name of a set, a kind or a language, which reports and messages have as it stands."""
    if not _NAME.fullmatch(written):
        raise SettingError(f"{name}: {key}.{_key(written)}: use lower-case letters a to z, digits and _, at most 40")
    return written


def _flag(name: str, data: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = data.get(key, default)
    if not isinstance(value, bool):
        raise SettingError(f"{name}: {key} = {_shown(value)}: must be true or false")
    return value


def _whole(name: str, key: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise SettingError(f"{name}: {key} = {_shown(value)}: must be {least} to {most}")
    return value


def _some_of(name: str, key: str, data: Mapping[str, Any], known: Collection[str]) -> tuple[str, ...]:
    """The names under a key, all of them known."""
    names = _strings(name, key, data.get(key, []))
    for each in names:
        if each not in known:
            raise SettingError(f"{name}: {key}: {_shown(each)}: there is no such; there are {_listed(known)}")
    return names


def _examples(name: str, key: str, examples: Mapping[str, Any]) -> tuple[str, ...]:
    sentences = _strings(name, f"examples.{key}", examples.get(key, []))
    if len(sentences) < _EXAMPLES:
        raise SettingError(
            f"{name}: examples.{key} has {len(sentences)}: at least {_EXAMPLES}, they are the rule's tests"
        )
    return sentences


def _strings(name: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise SettingError(f"{name}: {key}: must be a list of non-empty strings")
    return tuple(value)


def check_keys(name: str, prefix: str, data: Mapping[str, Any], keys: Collection[str]) -> None:
    """Raises SettingError for a key that nobody reads: a slip of the pen must not pass for a default."""
    for key in data:
        if key not in keys:
            raise SettingError(f"{name}: {prefix}{_key(key)}: unknown key; known are {', '.join(sorted(keys))}")


def _get(name: str, data: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
    value = data.get(key, default)
    if value is None:
        raise SettingError(f"{name}: {key}: missing; give it {_TYPES[kind]}")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SettingError(f"{name}: {key} = {_shown(value)}: must be {_TYPES[kind]}")
    return value
