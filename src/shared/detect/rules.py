"""A rule file's text -> a rule.  Pure.

A rule says which words make a category, and carries the sentences that prove it.  Whatever is wrong in the file is said
with its name, the key and the remedy, and nothing of it is used.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.detect.phrases import expand
from shared.errors import SettingError


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sets of words that fire together: "jets" ... "bombed"."""

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


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a category, as data."""

    category: str
    version: int
    why: str
    severity: int
    """0-100, before the toll counts."""
    claims: tuple[str, ...]
    """The kinds of claim that belong to such an event."""
    words: Mapping[str, tuple[str, ...]]
    """Phrases by what they are to the rule: `term`, `mask`, `suppress`, and `set.<name>`."""
    languages: Mapping[str, str]
    """The languages of its words, each with the first key that has some: `ar` -> `terms`."""
    pairs: tuple[Pair, ...]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.category}/{self.version}"


_KEYS = {"category", "version", "why", "severity", "claims", "terms", "masks", "suppress", "sets", "pairs", "examples"}
_PAIR_KEYS = {"first", "second", "then", "within", "order", "without", "between", "unless", "needs"}
_EXAMPLES = 8


def parse_rule(name: str, text: str) -> Rule:
    """The rule that a file holds.

    Raises: SettingError naming file, key and remedy.
    """
    data = parse_toml(name, text)
    _known(name, "", data, _KEYS)
    category = _get(name, data, "category", str)
    if not category or not category.replace("_", "").isalnum() or category != category.lower():
        raise SettingError(f"{name}: category = {category!r}: use lower-case letters and _")
    severity = _get(name, data, "severity", int)
    if not 0 <= severity <= 100:
        raise SettingError(f"{name}: severity = {severity}: must be 0 to 100")
    tables = {"term": ("terms", data.get("terms", {}))}
    tables["mask"] = ("masks", data.get("masks", {}))
    tables["suppress"] = ("suppress", data.get("suppress", {}))
    for set_name, by_language in _get(name, data, "sets", dict, {}).items():
        tables[f"set.{set_name}"] = (f"sets.{set_name}", by_language)
    words = {kind: phrases(name, key, by_language) for kind, (key, by_language) in tables.items()}
    languages: dict[str, str] = {}
    for key, by_language in tables.values():
        languages |= {code: key for code in by_language if code not in languages}
    pairs = tuple(_pair(name, number, pair, words) for number, pair in enumerate(_get(name, data, "pairs", list, [])))
    if not words["term"] and not pairs:
        raise SettingError(f"{name}: terms: the rule can never fire; give [terms] or [[pairs]]")
    examples = _get(name, data, "examples", dict)
    _known(name, "examples.", examples, {"fires", "quiet"})
    return Rule(
        category=category,
        version=_get(name, data, "version", int),
        why=_get(name, data, "why", str),
        severity=severity,
        claims=_strings(name, "claims", data.get("claims", [])),
        words=words,
        languages=languages,
        pairs=pairs,
        fires=_examples(name, "fires", examples),
        quiet=_examples(name, "quiet", examples),
    )


def parse_toml(name: str, text: str) -> dict[str, Any]:
    """A TOML file's content.  Raises SettingError with the file's name."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{name}: not TOML: {error}") from error


def phrases(name: str, key: str, by_language: object) -> tuple[str, ...]:
    """All phrases of a `{language: [pattern]}` table, every language's."""
    if not isinstance(by_language, dict):
        raise SettingError(f"{name}: {key}: must be a table of language to list, as in [{key}] en = [...]")
    result: list[str] = []
    for language, patterns in by_language.items():
        for pattern in _strings(name, f"{key}.{language}", patterns):
            try:
                result += expand(pattern)
            except SettingError as error:
                raise SettingError(f"{name}: {key}.{language}: {error}") from error
    return tuple(result)


def _pair(name: str, number: int, data: object, words: Mapping[str, tuple[str, ...]]) -> Pair:
    key = f"pairs[{number}]"
    if not isinstance(data, dict):
        raise SettingError(f"{name}: {key}: write it as [[pairs]]")
    _known(name, f"{key}.", data, _PAIR_KEYS)
    for part in ("first", "second", "then", "without", "between", "unless", "needs"):
        wanted = part in ("first", "second") or part in data
        if wanted and f"set.{data.get(part)}" not in words:
            known = ", ".join(sorted(k.removeprefix("set.") for k in words if k.startswith("set."))) or "none"
            raise SettingError(f"{name}: {key}.{part} = {data.get(part)!r}: no such set; [sets] has {known}")
    within = _get(name, data, "within", int, 5)
    order = _get(name, data, "order", str, "first")
    if not 0 <= within <= 30:
        raise SettingError(f"{name}: {key}.within = {within}: must be 0 to 30")
    if order not in ("first", "second", "any"):
        raise SettingError(f"{name}: {key}.order = {order!r}: must be first, second or any")
    return Pair(
        data["first"], data["second"], data.get("then", ""), within, order,
        data.get("without", ""), data.get("between", ""), data.get("unless", ""), data.get("needs", ""),
    )  # fmt: skip


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


def _known(name: str, prefix: str, data: Mapping[str, Any], keys: set[str]) -> None:
    for key in data:
        if key not in keys:
            raise SettingError(f"{name}: {prefix}{key}: unknown key; known are {', '.join(sorted(keys))}")


def _get(name: str, data: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
    value = data.get(key, default)
    if value is None:
        raise SettingError(f"{name}: {key}: missing; give it a {kind.__name__}")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SettingError(f"{name}: {key} = {value!r}: must be a {kind.__name__}")
    return value
