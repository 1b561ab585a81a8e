"""A text -> one line, folded character for character, that the automaton runs over.  Pure.

Folding makes what readers take for the same word the same letters: case, accents, full-width forms.  What is no letter
or digit becomes a space, so a hyphen parts words ("cease-fire" is two) and a comma with its space parts phrases.  As
long as every character folds to one, an offset into the line is an offset into the text and nothing has to be kept.
Only a text with characters that fold to none or to several (vowel signs, soft hyphens, ligatures, a word broken at the
end of a line, broken entities) pays for a map.
"""

import codecs
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from shared.detect.words import APOSTROPHES, INVISIBLE, fold_letter

# Marks a character that does not fold to exactly one, and one that is taken out for what stands around it.
_ODD, _OUT = "\0", "\1"
_MARKED = re.compile("[\0\1]+")
# Each begins with what it must begin with: then `re` passes over the rest of a text ten times as fast.
_SPACE = " \t\r\n\u00a0\u2000-\u200a\u202f"
_RUN = re.compile(f"[{_SPACE}][{_SPACE}{INVISIBLE}]+")
# Spaces of other kinds, and signs that are not seen, as UTF-8 has them.
_OTHER_SPACE = re.compile(rb"\xe2\x80[\x80-\x8f\xaf]")
_BREAK = re.compile(r"-(?<=[^\W\d_]-)[ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_ONE_ENTITY = r"(?:&#\d{1,5};|#\d{1,5};|&[a-zA-Z]{2,6};|&#[xX][0-9a-fA-F]{1,5};)"
_ENTITY = re.compile(f"{_ONE_ENTITY}{_ONE_ENTITY}*")


class Line(NamedTuple):
    """A folded text with a space on both sides."""

    text: str
    begins: Sequence[int] = (1,)
    """Where in the line each run of characters begins that stands as one run in the text as archived."""
    stands: Sequence[int] = (0,)
    """Where in the text each of these runs begins."""

    @property
    def is_plain(self) -> bool:
        """Every character folds to one: the line is the text, one place ahead."""
        return len(self.begins) == 1

    def place(self, at: int) -> int:
        """Where in the line the first character stands that is not before a place of the text."""
        return at + 1 if self.is_plain else bisect_left(range(len(self.text) - 1), at, 1, key=self.offset)

    def offset(self, at: int) -> int:
        """Where the character at a place of the line stands in the text."""
        run = bisect_right(self.begins, at) - 1
        return self.stands[run] + at - self.begins[run]


class _Table(dict[int, str]):
    """What each character folds to; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded if len(folded) == 1 else _ODD
        return self[code]


def _fold_character(character: str) -> str:
    """The letters and digits that readers see in it; a space for what is neither, nothing for what only marks."""
    if unicodedata.category(character) in ("Cf", "Mn") or character == "\u0640":
        # Vowel signs of Indic scripts are letters of their own; accents, Arabic vowels and invisible marks are not.
        return character if unicodedata.category(character) == "Mn" and not unicodedata.combining(character) else ""
    if character in APOSTROPHES:  # some of them are letters to Unicode
        return " "
    if character in _PLAIN:
        return _PLAIN[character]
    folded = unicodedata.normalize("NFKD", character).casefold()
    letters = "".join(c for c in folded if c.isalnum() or (unicodedata.category(c)[0] == "M" and not _is_accent(c)))
    return "".join(map(fold_letter, unicodedata.normalize("NFC", letters))) or " "


def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) != 0


# Letters that no decomposition opens up.
_PLAIN = {"ß": "s", "ẞ": "s", "æ": "a", "Æ": "a", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i"}
_TABLE = _Table({0: _ODD, 1: _OUT})
_BYTES = bytes(code if code < 2 else ord(folded) if (folded := _TABLE[code]).isascii() else 32 for code in range(256))


# The quotes and dashes of print, which Latin-1 lacks: all fold to a space, and a page has hundreds.
_OF_PRINT = "\u2018\u2019\u201c\u201d\u201e\u2013\u2014"


def _narrowed(error: UnicodeError) -> tuple[str, int]:
    """What other signs and accented letters that Latin-1 lacks fold to."""
    assert isinstance(error, UnicodeEncodeError)
    return error.object[error.start : error.end].translate(_TABLE), error.end


_NARROWED = "sitrep.narrowed"
codecs.register_error(_NARROWED, _narrowed)


def fold_line(text: str) -> Line:
    """The text folded, with a space on both sides, and where its characters stand in the text."""
    folded = _folded(_marked(text) if _may_need_marks(text) else text)
    if _ODD not in folded and _OUT not in folded:
        return Line(f" {folded} ")
    parts, begins, stands = [" "], [1], [0]
    length, done = 1, 0
    for marked in _MARKED.finditer(folded):
        parts.append(folded[done : marked.start()])
        length += marked.start() - done
        for at in range(*marked.span()):
            letters = _fold_character(text[at]) if folded[at] == _ODD else ""
            parts.append(letters)
            for number in range(len(letters)):
                begins.append(length + number)
                stands.append(at)
            length += len(letters)
        done = marked.end()
        begins.append(length)
        stands.append(done)
    return Line("".join([*parts, folded[done:], " "]), begins, stands)


def _folded(text: str) -> str:
    """The text folded in its own length, with a mark where a character does not fold to one."""
    for sign in _OF_PRINT:
        text = text.replace(sign, " ")
    try:
        return text.encode("latin-1", _NARROWED).translate(_BYTES).decode("ascii")
    except UnicodeEncodeError:  # a letter that is not Latin
        return text.translate(_TABLE)


def fold_phrase(phrase: str) -> str:
    """A phrase as the line has it, without space around it; empty when it has no letter or digit."""
    return fold_line(" ".join(phrase.split())).text.strip()


def _may_need_marks(text: str) -> bool:
    """Each test is one search in C, and most texts pass all."""
    raw = text.encode(errors="replace")
    return (
        b"\0" in raw
        or b"\1" in raw
        or b"\t" in raw
        or b"\r" in raw
        or b"&" in raw
        or b"#" in raw
        or b"  " in raw
        or "\u00a0" in text
        or _OTHER_SPACE.search(raw) is not None
        or any(line.startswith(b" ") or line.endswith((b" ", b"-")) for line in raw.split(b"\n"))
    )


def _marked(text: str) -> str:
    """The text in its own length with a mark on what is to be taken out."""
    text = text.replace(_ODD, " ").replace(_OUT, " ")
    if "&" in text or "#" in text:
        text = _ENTITY.sub(_one_space, text)
    if "-" in text:
        text = _BREAK.sub(_nothing, text)
    return _RUN.sub(_one_space, text)


# Where signs that are not seen stand between empty lines.
_UNSEEN = dict.fromkeys(map(ord, INVISIBLE), _OUT)


def _nothing(found: re.Match[str]) -> str:
    return _OUT * len(found.group())


def _one_space(found: re.Match[str]) -> str:
    """Space that only parts words is one; an empty line still parts paragraphs."""
    run = found.group()
    if run.count("\n") < 2:
        return " " + _OUT * (len(run) - 1)
    return run.translate(_UNSEEN)
