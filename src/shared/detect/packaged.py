"""The packaged rule files -> the lexicon.  Reads the files of `shared.rules`.

Reading and expanding them takes a good part of a second, which is much for a function that wakes up.  So a build stores
what came of it beside them, with a digest of the files; what does not fit them any more is not used.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from shared.core.codec import decode, encode
from shared.detect.gazetteer import Supplement, parse_supplement
from shared.detect.language import CueSet, parse_affixes, parse_language
from shared.detect.lexicon import Lexicon, Links, compile_lexicon
from shared.detect.rules import Rule, Vocabulary, parse_codes, parse_rule, parse_sets
from shared.types import Codes

STORED = "lexicon.json"
_NOT_RULES = frozenset({"places", "sets", "codes"})


@dataclass(frozen=True, slots=True)
class Stored:
    """A lexicon as a build stores it; the fields are the lexicon's."""

    digest: str
    """Of the files that it was made from."""
    lines: tuple[str, ...]
    phrases: tuple[str, ...]
    kinds: tuple[int, ...]
    """Into `kinds_of`: a few thousand phrases share a few hundred lists of kinds."""
    kinds_of: tuple[tuple[str, ...], ...]
    chains: tuple[Links, ...]
    rules: tuple[Rule, ...]
    cues: tuple[CueSet, ...]
    lists: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]
    supplement: Supplement
    codes: Mapping[str, Codes]
    languages: frozenset[str]
    sets: frozenset[str]
    affixes: Mapping[str, Mapping[str, str]]
    spellings: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon of the packaged rules.  Made at the first call, then kept.

    Raises: SettingError naming file, key and remedy.
    """
    files = _files()
    stored = resources.files("shared.rules").joinpath(STORED)
    if stored.is_file():
        found = decode(stored.read_bytes(), Stored)
        if found.digest == _digest(files):
            return _restored(found)
    return compile_files(files)


@lru_cache(maxsize=1)
def packaged_rules() -> tuple[Rule, ...]:
    """The packaged rules as their files say, with phrases and examples.

    Raises: SettingError naming file, key and remedy.
    """
    return _rules(_texts(_files()), vocabulary_of(load_lexicon()))


def vocabulary_of(lexicon: Lexicon) -> Vocabulary:
    """What another rule may name without saying it itself."""
    return Vocabulary(lexicon.sets, lexicon.affixes)


def store(folder: Path) -> None:
    """Compile the rule files of a folder and store what came of it beside them."""
    files = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    lexicon = compile_files(files)
    kinds_of = tuple(dict.fromkeys(lexicon.kinds))
    number = {kinds: at for at, kinds in enumerate(kinds_of)}
    stored = Stored(
        digest=_digest(files),
        lines=tuple(lexicon.lines),
        phrases=tuple(lexicon.phrases),
        kinds=tuple(number[kinds] for kinds in lexicon.kinds),
        kinds_of=kinds_of,
        chains=tuple(lexicon.chains),
        rules=lexicon.rules,
        cues=lexicon.cues,
        lists=lexicon.lists,
        numbers=lexicon.numbers,
        supplement=lexicon.supplement,
        codes=lexicon.codes,
        languages=lexicon.languages,
        sets=lexicon.sets,
        affixes=lexicon.affixes,
        spellings=tuple(lexicon.spellings),
    )
    folder.joinpath(STORED).write_text(encode(stored), "utf-8")


def _restored(stored: Stored) -> Lexicon:
    return Lexicon(
        lines=stored.lines,
        phrases=stored.phrases,
        kinds=[stored.kinds_of[number] for number in stored.kinds],
        chains=stored.chains,
        rules=stored.rules,
        cues=stored.cues,
        lists=stored.lists,
        numbers=stored.numbers,
        supplement=stored.supplement,
        codes=stored.codes,
        languages=stored.languages,
        sets=stored.sets,
        affixes=stored.affixes,
        spellings=stored.spellings,
    )


def compile_files(files: Mapping[str, bytes]) -> Lexicon:
    """The lexicon of rule files, by name.

    Raises: SettingError naming file, key and remedy.
    """
    texts = _texts(files)
    codes = sorted(stem for stem in texts if _is_language(stem))
    affixes = {code: parse_affixes(f"{code}.toml", texts[code]) for code in codes}
    sets = parse_sets("sets.toml", texts["sets"], Vocabulary((), affixes))
    vocabulary = Vocabulary(frozenset(sets), affixes)
    return compile_lexicon(
        _rules(texts, vocabulary),
        [parse_language(f"{code}.toml", code, texts[code], vocabulary) for code in codes],
        parse_supplement("places.toml", texts["places"]),
        sets,
        parse_codes("codes.toml", texts["codes"]),
    )


def _rules(texts: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Rule, ...]:
    stems = sorted(stem for stem in texts if not _is_language(stem) and stem not in _NOT_RULES)
    return tuple(parse_rule(f"{stem}.toml", texts[stem], vocabulary) for stem in stems)


def _is_language(stem: str) -> bool:
    """Named by an ISO 639-1 code."""
    return len(stem) == 2


def _files() -> dict[str, bytes]:
    folder = resources.files("shared.rules")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".toml")}


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name.removesuffix(".toml"): content.decode("utf-8") for name, content in files.items()}


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()
