"""How a phrase is written in a rule -> the phrases it stands for.  Pure.

"air (strike|raid)(|s)"    air strike, air strikes, air raid, air raids
"bombard{s}"               with each ending that the language file lists under `affixes` as `s`
"release(|s|d) .. hostages" both sides with at most three words between them: no need to write down which
"(army|police) + (post|base)"   both sides right behind one another: four phrases written as two and two
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from shared.errors import SettingError

_JOINT = re.compile(r" (\.\.|\+) ")
# What may stand at a joint: "release the three remaining hostages".
_WORDS = {"..": 3, "+": 0}
# More than this from one line is a slip of the pen, not a lexicon.
MOST = 2_000
# In characters.  Of phrases that hold one another ("a", "a a", "a a a"...) every one is found at every word.
LONGEST = 120
_MOST_PARTS = 7

_TOKEN = re.compile(r"[()|]|[^()|]+")
_NOT_A_PHRASE = re.compile(r"[?*+\[\]{}\\^$]")
_AFFIX = re.compile(r"\{(\w+)\}")


class Chain(NamedTuple):
    """A pattern in parts."""

    sides: tuple[tuple[str, ...], ...]
    """The phrases of each part, in order."""
    joints: tuple[int, ...]
    """How many words may stand at each joint."""


def chain(pattern: str, affixes: Mapping[str, str] | None = None) -> Chain | None:
    """The parts of a pattern that has joints; None for one that has none.

    Raises: SettingError, without the file's name, which the caller knows.
    """
    parts = _JOINT.split(pattern)
    if len(parts) == 1:
        return None
    if not all(part.strip() for part in parts) or len(parts) > _MOST_PARTS:
        raise SettingError(f"{pattern!r}: a joint (.. or +) stands between phrases, at most {_MOST_PARTS // 2} of them")
    return Chain(
        tuple(tuple(expand(part, affixes)) for part in parts[::2]), tuple(_WORDS[joint] for joint in parts[1::2])
    )


def with_affixes(pattern: str, affixes: Mapping[str, str]) -> str:
    """The pattern with each `{name}` written out."""
    return _AFFIX.sub(lambda found: _affix(pattern, found[1], affixes), pattern)


def expand(pattern: str, affixes: Mapping[str, str] | None = None) -> list[str]:
    """Every phrase that a pattern stands for, in its order; groups may nest.  `affixes` are groups by name.

    Raises: SettingError, without the file's name, which the caller knows.
    """
    pattern = with_affixes(pattern, affixes or {})
    if _NOT_A_PHRASE.search(pattern):
        raise SettingError(f"{pattern!r}: rules are phrases, not regular expressions; write (|s) for s?")
    tokens = _TOKEN.findall(pattern)
    phrases, end = _choices(pattern, tokens, 0, 0)
    if end != len(tokens):
        raise SettingError(f"{pattern!r}: a closing bracket has no opening one")
    longest = max(phrases, key=len)
    if len(longest) > LONGEST:
        raise SettingError(f"{longest[:40]!r}... has over {LONGEST} characters; what tells an event is shorter")
    return list(dict.fromkeys(phrases))


def _affix(pattern: str, name: str, affixes: Mapping[str, str]) -> str:
    if name not in affixes:
        known = ", ".join(sorted(affixes)) or "none"
        raise SettingError(f"{pattern!r}: no affixes {{{name}}} in this language; there are {known}")
    return affixes[name]


def _choices(pattern: str, tokens: list[str], at: int, depth: int) -> tuple[list[str], int]:
    """What the tokens from `at` to the end of their group stand for, and the token that ended it."""
    if depth > 20:
        raise SettingError(f"{pattern!r}: brackets nest too deep")
    choices: list[str] = []
    line = [""]
    while at < len(tokens) and tokens[at] != ")":
        part = tokens[at]
        if part == "|":
            if not depth:
                raise SettingError(f"{pattern!r}: a bar outside brackets; write (one|other), or two phrases")
            choices, line = choices + line, [""]
        elif part == "(":
            inner, at = _choices(pattern, tokens, at + 1, depth + 1)
            if at == len(tokens):
                raise SettingError(f"{pattern!r}: an opening bracket has no closing one")
            line = _product(pattern, line, inner)
        else:
            line = [begun + part for begun in line]
        at += 1
    return choices + line, at


def _product(pattern: str, begun: list[str], inner: list[str]) -> list[str]:
    if len(begun) * len(inner) > MOST:
        raise SettingError(f"{pattern!r} stands for more than {MOST} phrases; split it")
    return [one + other for one in begun for other in inner]
