"""A text -> its words, folded for matching, each with its place in the archived text.  Pure.

Folding makes what readers take for the same word the same string: case, accents, full-width and ligature forms,
curly quotes, soft hyphens, Arabic tatweel and vowel signs, the digits of every script.  A hyphen separates words
("cease-fire" is two), except at the end of a line, where it joins them.  Every word keeps `start` and `end` in the text
as archived, so whatever is found in words can be quoted exactly.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


class Words(NamedTuple):
    """The words of a text, in order: as matched, and where each stands in the archived text."""

    folds: list[str]
    starts: list[int]
    ends: list[int]


# Marks and invisible characters that sit inside words and do not tell them apart; Python does not call them `\w`.
_MARKS = "\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200d\u2060\ufeff"
# The letters of India's scripts, among them vowel signs that Python does not call `\w` either.
_INNER = _MARKS + "\u0900-\u0dff"
_LETTERS = rf"[\w{_INNER}]+"
# Letters that writers of Arabic use for one another, and that no decomposition opens up.
# Source: Lucene's ArabicNormalizer and PersianNormalizer.
ALIKE = {"\u0649": "\u064a", "\u06cc": "\u064a", "\u0629": "\u0647", "\u06a9": "\u0643", "\u0671": "\u0627"}
# The thousands and decimal separators of Arabic digits.
_SEPARATORS = {"\u066c": ",", "\u066b": "."}
APOSTROPHES = "'\u2018\u2019\u02bc\u02bb\u02be\u02bf`\u00b4"
# Those that are letters to Python.
_LETTER_APOSTROPHES = "\u02bc\u02bb\u02be\u02bf"
# As feeds write one, plain or escaped once or twice.
APOSTROPHE = rf"(?:[{APOSTROPHES}]|&(?:amp;)?\#(?:39|8217);|&(?:amp;)?(?:apos|rsquo);)"
# What tells how to write and is not read.
INVISIBLE = "".join(
    map(chr, (0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
)

# The space behind a word is taken with it: no word begins there, and to see that would take as long as to read one.
_WORD = re.compile(
    rf"""
    (?: (?P<plain> [a-zA-Z]++ (?=[ ,]) )                       # most words are told at once
    | (?P<possessive> (?:{APOSTROPHE}|\#39;)[sS]\b )          # feeds escape twice: Iraq&#39;s, Iraq #39;s
    | (?P<junk> &(?:\#\d{{1,5}}|\#x[0-9a-fA-F]{{1,5}}|[a-z]{{2,6}}); | \#39; )
    | (?P<other>
      (?: [^\W\d_]\. ){{2,}}                                    # U.S.  U.N.
    | \d+ (?: [.,{"".join(_SEPARATORS)}]\d+ )+                   # 1,200  2.5
    | [\u0620-\u064a](?=\d)                                    # Arabic writes "and 20" as one word
    | {_LETTERS} -[ \t]*\r?\n[ \t]* (?=[^\W\d_]) {_LETTERS}     # bom-<line break>bed
    | {_LETTERS} (?: {APOSTROPHE} (?![sS]\b) {_LETTERS} )*     # don't  Sana'a
    )) [ ,]*+
    """,
    re.VERBOSE,
)
_DROPPED = re.compile(rf"[{_MARKS}\u0640_]|{APOSTROPHE}|-\s*")


def read_words(text: str, start: int = 0) -> Words:
    """The words of a text; `start` is where it stands in the archived text."""
    words = folds, starts, ends = Words([], [], [])
    if not text.isascii():
        for letter in _LETTER_APOSTROPHES:
            text = text.replace(letter, "'")
    for match in _WORD.finditer(text):
        kind = str(match.lastgroup)
        if kind == "junk":
            continue
        word = match[kind]
        folded = word.lower() if kind == "plain" else fold_word(word) if kind == "other" else "'s"
        if folded:
            first, last = match.span(kind)
            folds.append(folded)
            starts.append(first + start)
            ends.append(last + start)
    return words


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """A word without what does not tell it from another: case, accents, invisible characters."""
    if word.isascii() and word.isalnum():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _DROPPED.sub("", plain.casefold())
    plain = "".join(_SEPARATORS.get(c) or fold_letter(c) for c in plain)
    # Some compatibility forms open up into several words (the ligature for a whole salutation): keep one word a word.
    return "".join(plain.split())


def fold_letter(character: str) -> str:
    """A letter as one of those that are written for one another, a digit of any script as ASCII has it."""
    return str(unicodedata.decimal(character)) if character.isdecimal() else ALIKE.get(character, character)


def fold(phrase: str) -> str:
    """A phrase as the scan sees it: folded words with one space between."""
    if phrase.isascii() and phrase.replace(" ", "").isalnum():
        return " ".join(phrase.lower().split())
    return " ".join(read_words(phrase).folds)
