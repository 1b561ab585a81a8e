"""Words -> the figures they write: "at least 13", "twenty-one", "dozens", "10 to 15".  Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from shared.detect.sentences import Sentence


class Figure(NamedTuple):
    """A number in a sentence: what is told, what it may be, and its words (with "at least" before it)."""

    value: int | None
    min: int | None
    max: int | None
    first: int
    last: int


_DIGITS = re.compile(r"\d{1,7}|\d{1,3}(?:,\d{3}){1,2}")
# Before a figure these make it money, a clock or a score; after it, a share.
_NOT_COUNT_BEFORE = re.compile(r"[$£€#:/.]$|\d-$")
_NOT_COUNT_AFTER = re.compile(r"^\s?%|^:\d|^/\d|^-?(?:year|mm|km|kg|pound|inch|foot|day|month|hour|minute)\b")
# No event counts more; a chain of "thousand thousand" is no figure.
_MOST = 10_000_000
_MAGNITUDES = (12, 100, 1000)
_RANGE = re.compile(r"\s?[-\u2013]\s?")


def figures(sentence: Sentence, numbers: Mapping[str, int]) -> list[Figure]:
    """Every figure of a sentence that may count something, in order."""
    words = sentence.words
    result: list[Figure] = []
    index = 0
    while index < len(words):
        read = _number(sentence, index, numbers)
        if read is None:
            index += 1
            continue
        value, last = read
        if not _is_count(sentence, index, last):
            index = last
            continue
        figure = _bounded(sentence, value, index, last)
        previous = result[-1] if result else None
        if previous and previous.value and figure.value and _is_range(sentence, previous, figure):
            result[-1] = Figure(previous.value, previous.value, figure.value, previous.first, last)
        else:
            result.append(figure)
        index = last
    return result


def _number(sentence: Sentence, index: int, numbers: Mapping[str, int]) -> tuple[int, int] | None:
    """The number that begins at a word, negative for a vague plural, and the word after it."""

    def at(place: int) -> int:
        """What the number word at a place is worth; 0 for any other word."""
        return numbers.get(sentence.words[place].fold, 0) if place < len(sentence.words) else 0

    fold = sentence.words[index].fold
    if _DIGITS.fullmatch(fold):
        total, last = int(fold.replace(",", "")), index + 1
        return (total * at(last), last + 1) if at(last) in _MAGNITUDES else (total, last)
    total, last = at(index), index + 1
    if sentence.is_in("one", index) and at(last) in _MAGNITUDES:
        total = 1
    if not total:
        return None
    while 0 < total < _MOST:
        more = at(last)
        if more in _MAGNITUDES:
            total *= more
        elif total >= 100 and total % 100 == 0 and 0 < at(last + 1) < 100 and sentence.is_in("and", last):
            total += at(last + 1)
            last += 1
        elif (0 < more < 10 and total % 10 == 0 and total % 100 >= 20) or (0 < more < total and total % 100 == 0):
            total += more
        else:
            break
        last += 1
    return total, last


def _is_count(sentence: Sentence, first: int, last: int) -> bool:
    words = sentence.words
    before = sentence.raw[max(0, words[first].start - 3) : words[first].start]
    after = sentence.raw[words[last - 1].end : words[last - 1].end + 8]
    return not (_NOT_COUNT_BEFORE.search(before) or _NOT_COUNT_AFTER.match(after.lower()))


def _is_range(sentence: Sentence, one: Figure, other: Figure) -> bool:
    if one.last == other.first:
        return bool(_RANGE.fullmatch(sentence.gap(other.first))) and (one.value or 0) < (other.value or 0)
    first, second = one.last, other.first
    opened = one.first > 0 and sentence.is_in("between", one.first - 1)
    ranged = second - first == 1 and (sentence.is_in("range", first) or (opened and sentence.is_in("and", first)))
    return ranged and (one.value or 0) < (other.value or 0)


def _bounded(sentence: Sentence, value: int, first: int, last: int) -> Figure:
    """The figure with what the words before it make of it."""
    if value < 0:
        return Figure(None, -value, None, first, last)
    for kind, low, high in (("at_least", value, None), ("at_most", None, value)):
        for modifier in sentence.of(f"word.{kind}"):
            if modifier.last == first:
                return Figure(value, low, high, modifier.first, last)
    return Figure(value, value, value, first, last)
