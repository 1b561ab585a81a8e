"""A language file's text -> its cues and words.  Pure.

What is true of a language whatever the category: how it hedges, denies and threatens, how it says who said so, how it
counts the dead, which words lead to a place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.detect.phrases import expand
from shared.detect.rules import NOTHING, Vocabulary, check_keys, parse_toml, phrases
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import Certainty


@dataclass(frozen=True, slots=True)
class CueSet:
    """Cues of one certainty that reach equally far."""

    kind: str
    """What the scan calls them: `cue.0`, `cue.1`..."""
    certainty: Certainty
    before: int
    """The cue may stand so many words before the trigger."""
    after: int
    """The cue may stand so many words after the trigger."""
    across: bool
    """It reaches over the border of a clause."""
    commas: bool = False
    """It reaches over a comma or a dash, and not into another clause."""
    relatives: bool = False
    """It reaches into a clause that goes on with the deed: "the raid that killed the general last year"."""
    frames: bool = False
    """In the first lines it speaks of the whole article."""
    of: str = ""
    """A list of words one of which must be in the trigger, as nouns that a "the" makes known; empty for none."""
    name: str = ""
    """What others call it in `unless`."""
    unless: tuple[str, ...] = ()
    """Cues of these names outweigh it where they are nearer to the trigger than to it."""


_KEYS = frozenset(
    ["cues", "words", "claims", "lists", "affixes", "numbers", "spellings", "names", "beginnings", "endings"]
)
_CUE_KEYS = frozenset(
    ["certainty", "before", "after", "across", "commas", "relatives", "frames", "of", "name", "unless", "terms"]
)


@dataclass(frozen=True, slots=True)
class Language:
    """One language file."""

    code: str
    cues: tuple[CueSet, ...]
    words: Mapping[str, tuple[str, ...]]
    """Phrases by kind: `cue.<n>`, `word.<list>`, `claim.<kind>.<list>`."""
    lists: Mapping[str, tuple[str, ...]]
    """Single words by list, looked up one by one."""
    numbers: Mapping[str, int]
    spellings: tuple[tuple[str, ...], ...]
    """Ways to write the same: a phrase with one is also looked for with the others."""
    affixes: Mapping[str, str]
    """Groups of affixes by name, as a pattern would write them."""
    names: Mapping[str, Mapping[str, tuple[str, ...]]]
    """What it calls places: `countries`, `demonyms`, `groups`, `regions` and `towns`, each with names by id."""
    beginnings: Mapping[str, tuple[str, ...]]
    """What a town's name may begin with in a sentence, and what stands there in the gazetteer."""
    endings: Mapping[str, tuple[str, ...]]
    """What a town's name may end with in a sentence, and what stands there in the gazetteer."""


def parse_affixes(name: str, text: str) -> dict[str, str]:
    """The groups of affixes that a language file lists, by name, as a pattern would write them: `(|s|es)`.

    Raises: SettingError naming file, key and remedy.
    """
    result = {}
    for key, listed in _table(name, parse_toml(name, text), "affixes").items():
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise SettingError(f"{name}: affixes.{key}: must be a list of strings; an empty one stands for none")
        result[key] = f"({'|'.join(listed)})"
    return result


def parse_language(name: str, code: str, text: str, vocabulary: Vocabulary = NOTHING) -> Language:
    """The language that a file holds.

    Raises: SettingError naming file, key and remedy.
    """
    data = parse_toml(name, text)
    check_keys(name, "", data, _KEYS)
    cues = [_cue(name, code, number, cue) for number, cue in enumerate(_table_list(name, data, "cues"))]
    words = {
        cue.kind: phrases(name, f"cues[{number}].terms", {code: written.get("terms", [])}, vocabulary)
        for number, (cue, written) in enumerate(zip(cues, _table_list(name, data, "cues"), strict=True))
    }
    for list_name, patterns in _table(name, data, "words").items():
        words[f"word.{list_name}"] = phrases(name, f"words.{list_name}", {code: patterns}, vocabulary)
    for claim, lists in _table(name, data, "claims").items():
        for list_name, patterns in _table(name, {"claims": lists}, "claims").items():
            words[f"claim.{claim}.{list_name}"] = phrases(
                name, f"claims.{claim}.{list_name}", {code: patterns}, vocabulary
            )
    lists = {
        list_name: phrases(name, f"lists.{list_name}", {code: listed}, vocabulary)
        for list_name, listed in _table(name, data, "lists").items()
    }
    affixes = parse_affixes(name, text)
    numbers: dict[str, int] = {}
    for pattern, value in _table(name, data, "numbers").items():
        if not isinstance(value, int):
            raise SettingError(f"{name}: numbers.{pattern} = {value!r}: must be a whole number")
        numbers |= dict.fromkeys(expand(pattern, affixes), value)
    spellings = data.get("spellings", [])
    if not isinstance(spellings, list) or not all(isinstance(s, list) and len(s) > 1 for s in spellings):
        raise SettingError(f"{name}: spellings: must be a list of lists of at least two phrases")
    return Language(
        code,
        tuple(cues),
        words,
        lists,
        numbers,
        tuple(tuple(map(str, s)) for s in spellings),
        affixes,
        {
            table: {
                place: phrases(name, f"names.{table}.{place}", {code: patterns}, vocabulary)
                for place, patterns in _table(name, {table: by_place}, table).items()
            }
            for table, by_place in _table(name, data, "names").items()
        },
        _changes(name, data, "beginnings"),
        _changes(name, data, "endings"),
    )


def _cue(name: str, code: str, number: int, cue: Mapping[str, object]) -> CueSet:
    """One of a language's cues, without its terms."""
    key = f"cues[{number}]"
    check_keys(name, f"{key}.", cue, _CUE_KEYS)
    try:
        certainty = Certainty(str(cue.get("certainty", "")))
    except ValueError as error:
        known = ", ".join(Certainty)
        raise SettingError(f"{name}: {key}.certainty: {error}; known are {known}") from error
    return CueSet(
        kind=f"cue.{code}.{number}",
        certainty=certainty,
        before=_reach(name, f"{key}.before", cue.get("before", 0)),
        after=_reach(name, f"{key}.after", cue.get("after", 0)),
        across=_flag(name, f"{key}.across", cue.get("across", False)),
        commas=_flag(name, f"{key}.commas", cue.get("commas", False)),
        relatives=_flag(name, f"{key}.relatives", cue.get("relatives", False)),
        frames=_flag(name, f"{key}.frames", cue.get("frames", False)),
        of=str(cue.get("of", "")),
        name=str(cue.get("name", "")),
        unless=_names(name, f"{key}.unless", cue.get("unless", [])),
    )


def _changes(name: str, data: Mapping[str, object], key: str) -> dict[str, tuple[str, ...]]:
    """Folded letters at an end of a name -> those that may stand there in the gazetteer."""
    result = {}
    for written, known in _table(name, data, key).items():
        if not isinstance(known, list) or not all(isinstance(each, str) for each in known):
            raise SettingError(f"{name}: {key}.{written}: must be a list of strings; an empty one stands for nothing")
        result[fold(written)] = tuple(map(fold, known))
    return result


def _names(name: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise SettingError(f"{name}: {key} = {value!r}: must be a list of names of cues")
    return tuple(value)


def _flag(name: str, key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{name}: {key} = {value!r}: must be true or false")
    return value


def _reach(name: str, key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
        raise SettingError(f"{name}: {key} = {value!r}: must be a number of words, 0 to 100")
    return value


def _table(name: str, data: Mapping[str, object], key: str) -> dict[str, object]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise SettingError(f"{name}: {key}: must be a table, as in [{key}]")
    return value


def _table_list(name: str, data: Mapping[str, object], key: str) -> list[dict[str, object]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SettingError(f"{name}: {key}: write each as [[{key}]]")
    return value
