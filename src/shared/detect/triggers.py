"""A sentence and a rule -> the words in it that speak of such an event.  Pure."""

from collections.abc import Iterator

from shared.detect.rules import Pair, Rule
from shared.detect.sentences import Found, Sentence

_THEN = 4


def triggers(sentence: Sentence, rule: Rule) -> list[Found]:
    """The places where a rule fires, in the order of the text; none when a suppressor stands in the sentence.

    Where several overlap, the longest tells it.
    """
    if sentence.has(f"{rule.category}.suppress"):
        return []
    prefix = f"{rule.category}."
    if not any(kind.startswith(prefix) for kind in sentence.found):
        return []
    found = list(sentence.of(f"{rule.category}.term"))
    for pair in rule.pairs:
        found += _pairs(sentence, rule.category, pair)
    masks = sentence.of(f"{rule.category}.mask")
    found = [f for f in found if not any(overlap(f, mask) for mask in masks)]
    return _longest(found)


def overlap(one: Found, other: Found) -> bool:
    return one.first < other.last and other.first < one.last


def _pairs(sentence: Sentence, category: str, pair: Pair) -> Iterator[Found]:
    kind = f"{category}.set."
    if pair.needs and not sentence.has(kind + pair.needs):
        return
    if pair.unless and sentence.has(kind + pair.unless):
        return
    masks = sentence.of(f"{category}.mask")
    without = sentence.of(kind + pair.without) if pair.without else []
    between = sentence.of(kind + pair.between) if pair.between else []
    seconds = sentence.of(kind + pair.second)
    if pair.then:
        thens = sentence.of(kind + pair.then)
        seconds = [
            Found(f"{s.term} ... {t.term}", s.first, t.last)
            for s in seconds
            for t in thens
            if 0 <= t.first - s.last <= _THEN
        ]
    for one in sentence.of(kind + pair.first):
        if any(overlap(one, mask) for mask in masks):
            continue
        for other in seconds:
            start, end = (one, other) if one.first < other.first else (other, one)
            if overlap(one, other) or end.first - start.last > pair.within:
                continue
            if (pair.order == "first" and start is not one) or (pair.order == "second" and start is not other):
                continue
            if any(start.last <= w.first < end.first for w in without):
                continue
            if pair.between and not any(start.last <= b.first < end.first for b in between):
                continue
            yield Found(f"{one.term} ... {other.term}", start.first, end.last)


def _longest(found: list[Found]) -> list[Found]:
    result: list[Found] = []
    for one in sorted(found, key=lambda f: (f.first - f.last, f.first, f.term)):
        if not any(overlap(one, kept) for kept in result):
            result.append(one)
    return sorted(result, key=lambda f: f.first)
