"""Words -> the figures they write: "at least 13", "twenty-one", "dozens", "10 to 15", "about 30".  Pure.

What a figure may be, `min` and `max`, as the words before and after it bound it:

    62            value 62, min 62, max 62        at least 62    value 62, min 62, max None
    10 to 15      value 10, min 10, max 15        up to 62       value 62, min None, max 62
    dozens        value None, min 12, max None    about 62       value 62, min None, max None

Source: ACLED's guide to fatalities for vague plurals: 10 for tens, 12 for dozens, 100 for hundreds.
"""

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
_THREE, _SPACE = re.compile(r"\d{3}"), re.compile(r"[ \u00a0\u2009\u202f]")
_DECIMAL = re.compile(r"\d{1,3}\.\d{1,2}")
# Before a figure these make it money, a clock or a score; after it, a share, a clock or a measure ("a 12-hour siege").
_NOT_COUNT_BEFORE = re.compile(r"[$£€#:/.]\Z|[^\W\d_]-\Z")
_NOT_COUNT_AFTER = re.compile(r"\s?%|:\d|/\d|[-\u2010\u2011\u2013][^\W\d_]")
# Alone between brackets, or between commas behind a name, a number is an age.
_AGE = re.compile(r"\(\s*\Z")
_AGE_END = re.compile(r"\s*\)")
# No event counts more; a chain of "thousand thousand" is no figure.
_MOST = 100_000_000
_MAGNITUDES = (12, 100, 1000, 1_000_000)
_RANGE = re.compile(r"\s?[-\u2013]\s?")
_BOUNDS = ("at_least", "at_most", "approximate")


def figures(sentence: Sentence, numbers: Mapping[str, int]) -> list[Figure]:
    """Every figure of a sentence that may count something, in order."""
    words = sentence.words
    bounds = [(kind, found) for kind in _BOUNDS for found in sentence.of(f"word.{kind}")]
    bounds.sort(key=lambda bound: -bound[1].first)  # "no fewer than" rather than "fewer than"
    before = {found.last: (kind, found.first) for kind, found in bounds}
    within = {index for _, found in bounds for index in range(found.first, found.last)}
    after = {found.first: kind for kind in _BOUNDS for found in sentence.of(f"word.{kind}_after")}
    result: list[Figure] = []
    index = 0
    while index < len(words):
        read = _number(sentence, index, numbers) if index not in within else None
        if read is None:
            index += 1
            continue
        value, last = read
        if _is_count(sentence, index, last):
            bound, first = before.get(index, ("", index))
            figure = _bounded(value, bound or after.get(last, ""), first, last)
            if result and _is_range(sentence, result[-1], figure):
                result.append(_range(sentence, result.pop(), figure))
            elif result and result[-1].last == figure.first and sentence.gap(figure.first) == "-":
                result.pop()  # a score: "2-1"
            else:
                result.append(figure)
        index = last
    return result


def _number(sentence: Sentence, index: int, numbers: Mapping[str, int]) -> tuple[int, int] | None:
    """The number that begins at a word, negative for a vague plural, and the word after it."""

    def at(place: int) -> int:
        """What the number word at a place is worth; 0 for any other word."""
        return numbers.get(sentence.words[place], 0) if place < len(sentence.words) else 0

    fold = sentence.words[index]
    if _DIGITS.fullmatch(fold):
        total, last = int(fold.replace(",", "")), index + 1
        while (
            len(fold) <= 3 and total < _MOST and last < len(sentence.words) and _is_thousands(sentence, last)
        ):  # "38 000"
            total, last = total * 1000 + int(sentence.words[last]), last + 1
        return (min(total * at(last), _MOST), last + 1) if at(last) in _MAGNITUDES else (total, last)
    if _DECIMAL.fullmatch(fold) and at(index + 1) in _MAGNITUDES[2:]:
        return round(float(fold) * at(index + 1)), index + 2
    total, last = at(index), index + 1
    if sentence.is_in("half", index) and at(index + 2) in _MAGNITUDES and sentence.is_in("one", index + 1):
        return at(index + 2) // 2, index + 3
    if sentence.is_in("one", index) and at(last) in _MAGNITUDES:
        total = 1
    if not total:
        return None
    if total < 0 and sentence.has("word.of_number"):  # "tens of thousands"
        while any(of.first == last and at(of.last) <= -1000 for of in sentence.of("word.of_number")):
            total, last = -total * at(last + 1), last + 2
    while 0 < total < _MOST:
        more = at(last)
        if more in _MAGNITUDES:
            total *= more
        elif total >= 100 and total % 100 == 0 and 0 < at(last + 1) < 100 and sentence.is_in("and", last):
            total += at(last + 1)
            last += 1
        elif _adds(total, more) or (total < 10 and 20 <= more < 100 and sentence.is_in("joined_tens", last)):
            total += more
        else:
            break
        last += 1
    return max(-_MOST, min(total, _MOST)), last


def _adds(total: int, more: int) -> bool:
    """The next word goes on with the number: "twenty-one", "a hundred and twelve"."""
    return (0 < more < 10 and total % 10 == 0 and total % 100 >= 20) or (0 < more < total and total % 100 == 0)


def _is_thousands(sentence: Sentence, index: int) -> bool:
    return bool(_THREE.fullmatch(sentence.words[index])) and bool(_SPACE.fullmatch(sentence.gap(index)))


def _is_count(sentence: Sentence, first: int, last: int) -> bool:
    start, end = sentence.starts[first], sentence.ends[last - 1]
    before, after = sentence.raw[max(sentence.start, start - 3) : start], sentence.raw[end : min(sentence.end, end + 8)]
    return not (
        _NOT_COUNT_BEFORE.search(before)
        or _NOT_COUNT_AFTER.match(after)
        or (_AGE.search(before) and _AGE_END.match(after))
    )


def _is_range(sentence: Sentence, one: Figure, other: Figure) -> bool:
    if (one.value or 0) >= (other.value or 0) or not one.value:
        return False
    if one.last == other.first:
        return bool(_RANGE.fullmatch(sentence.gap(other.first)))
    middle = other.first - 1
    opened = (one.first > 0 and sentence.is_in("between", one.first - 1)) or (one.max is None and other.min is None)
    return middle == one.last and (sentence.is_in("range", middle) or (opened and sentence.is_in("and", middle)))


def _range(sentence: Sentence, one: Figure, other: Figure) -> Figure:
    opened = one.first > 0 and sentence.is_in("between", one.first - 1)
    return Figure(one.value, one.value, other.value, one.first - opened, other.last)


def _bounded(value: int, bound: str, first: int, last: int) -> Figure:
    """The figure with what the words before and after make of it."""
    if value < 0:
        return Figure(None, -value, None, first, last)
    low = None if bound in ("at_most", "approximate") else value
    high = None if bound in ("at_least", "approximate") else value
    return Figure(value, low, high, first, last)
