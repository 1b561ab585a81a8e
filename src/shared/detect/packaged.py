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
from shared.detect.rules import Rule, Vocabulary, parse_codes, parse_families, parse_rule, parse_sets
from shared.types import Codes

STORED = "lexicon.bin"
_NOT_RULES = frozenset({"places", "sets", "codes"})


@dataclass(frozen=True, slots=True)
class Head:
    """All of a stored lexicon but its phrases; those follow as plain text, which is read ten times as fast.

    The fields are the lexicon's.
    """

    digest: str
    """Of the files that it was made from."""
    kinds_of: tuple[tuple[str, ...], ...]
    """Some ten thousand phrases share a few hundred lists of kinds: each phrase has the number of its list."""
    otherwise: Mapping[int, str]
    """Phrases that are written otherwise word by word than as a line has them."""
    chains: tuple[Links, ...]
    rules: tuple[Rule, ...]
    cues: tuple[CueSet, ...]
    lists: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]
    supplement: Supplement
    codes: Mapping[str, Codes]
    families: Mapping[str, str]
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
        found = _restored(stored.read_bytes(), _digest(files))
        if found is not None:
            return found
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
    number = {kinds: at for at, kinds in enumerate(dict.fromkeys(lexicon.kinds))}
    rows = enumerate(zip(lexicon.lines, lexicon.phrases, strict=True))
    head = Head(
        digest=_digest(files),
        kinds_of=tuple(number),
        otherwise={at: phrase for at, (line, phrase) in rows if line != phrase},
        chains=tuple(lexicon.chains),
        rules=lexicon.rules,
        cues=lexicon.cues,
        lists=lexicon.lists,
        numbers=lexicon.numbers,
        supplement=lexicon.supplement,
        codes=lexicon.codes,
        families=lexicon.families,
        languages=lexicon.languages,
        sets=lexicon.sets,
        affixes=lexicon.affixes,
        spellings=tuple(lexicon.spellings),
    )
    numbers = " ".join(str(number[kinds]) for kinds in lexicon.kinds)
    folder.joinpath(STORED).write_text("\n".join([encode(head), numbers, *lexicon.lines]), "utf-8")


def _restored(stored: bytes, digest: str) -> Lexicon | None:
    """The stored lexicon; None when it was made from other files."""
    first, numbers, *lines = stored.decode("utf-8").split("\n")
    head = decode(first, Head)
    if head.digest != digest:
        return None
    phrases = lines.copy()
    for at, phrase in head.otherwise.items():
        phrases[at] = phrase
    return Lexicon(
        lines=lines,
        phrases=phrases,
        kinds=list(map(head.kinds_of.__getitem__, map(int, numbers.split(" ")))),
        chains=head.chains,
        rules=head.rules,
        cues=head.cues,
        lists=head.lists,
        numbers=head.numbers,
        supplement=head.supplement,
        codes=head.codes,
        families=head.families,
        languages=head.languages,
        sets=head.sets,
        affixes=head.affixes,
        spellings=head.spellings,
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
        parse_families("codes.toml", texts["codes"]),
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
