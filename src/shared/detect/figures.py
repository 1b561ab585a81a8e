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
    fold = sentence.words[index].fold
    if _DIGITS.fullmatch(fold):
        value = int(fold.replace(",", ""))
        last = index + 1
        if last < len(sentence.words) and sentence.words[last].fold in ("hundred", "thousand", "dozen"):
            return value * numbers.get(sentence.words[last].fold, 1), last + 1
        return value, last
    if fold not in numbers:
        if fold == "a" and index + 1 < len(sentence.words) and numbers.get(sentence.words[index + 1].fold, 0) >= 12:
            return numbers[sentence.words[index + 1].fold], index + 2
        return None
    if numbers[fold] < 0:
        return numbers[fold], index + 1
    total, last = numbers[fold], index + 1
    while last < len(sentence.words):
        step = sentence.words[last].fold
        more = numbers.get(step, 0)
        if step in ("hundred", "thousand", "dozen"):
            total *= more
        elif (
            step == "and"
            and total >= 100
            and last + 1 < len(sentence.words)
            and 0 < numbers.get(sentence.words[last + 1].fold, 0) < 100
            and total % 100 == 0
            and sentence.words[last - 1].fold in ("hundred", "thousand")
        ):
            total += numbers[sentence.words[last + 1].fold]
            last += 1
        elif (
            0 < more < 10
            and total % 10 == 0
            and 20 <= total % 100 <= 90
            and not sentence.gap(last).strip("-\u2010\u2011 ")
        ) or (0 < more < 100 and total % 100 == 0 and total >= 100):
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
    between = sentence.words[one.last : other.first]
    if not between:
        return bool(_RANGE.fullmatch(sentence.gap(other.first))) and (one.value or 0) < (other.value or 0)
    joined = [word.fold for word in between]
    opened = sentence.words[one.first - 1].fold if one.first else ""
    ranged = joined == ["to"] or joined == ["or"] or (joined == ["and"] and opened == "between")
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
