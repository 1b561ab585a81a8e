"""A sentence and a rule -> the words in it that speak of such an event.  Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.detect.rules import Pair, Rule
from shared.detect.sentences import Found, Sentence

# So many words may stand between a pair's second set and what must follow it.
_THEN = 4
_TERM, _WEAK = 0.9, 0.35


class Trigger(NamedTuple):
    """The words in a sentence that a rule fires on."""

    term: str
    first: int
    last: int
    strength: float
    """0-1: how much it alone says that the text reports one."""


def triggers(sentence: Sentence, rule: Rule) -> list[Trigger]:
    """The places where a rule fires, in the order of the text; none when a suppressor stands in the sentence.

    Where several overlap, the longest tells it.
    """
    prefix = f"{rule.category}."
    if suppressors(sentence, rule):
        return []
    found = [Trigger(*term, _TERM) for term in sentence.of(f"{prefix}term")]
    found += [Trigger(*term, _WEAK) for term in sentence.of(f"{prefix}weak")]
    masks = sentence.of(f"{prefix}mask")
    for pair in rule.pairs:
        found += _pairs(sentence, masks, pair)
    return _longest([f for f in found if not any(overlap(f, mask) for mask in masks)])


def suppressors(sentence: Sentence, rule: Rule) -> list[Found]:
    """The words that show a sentence to be about something else, the rule's own first."""
    kinds = (f"{rule.category}.suppress", *(f"@{domain}" for domain in rule.domains))
    return [found for kind in kinds for found in sentence.of(kind)]


def overlap(one: Found | Trigger, other: Found | Trigger) -> bool:
    return one.first < other.last and other.first < one.last


def _pairs(sentence: Sentence, masks: list[Found], pair: Pair) -> Iterator[Trigger]:
    if not (sentence.has(pair.first) and sentence.has(pair.second)):
        return
    if (pair.needs and not sentence.has(pair.needs)) or (pair.unless and sentence.has(pair.unless)):
        return
    without = sentence.of(pair.without) if pair.without else []
    between = sentence.of(pair.between) if pair.between else []
    seconds = sentence.of(pair.second)
    if pair.then:
        seconds = [
            Found(f"{s.term} ... {t.term}", s.first, t.last)
            for s in seconds
            for t in sentence.of(pair.then)
            if 0 <= t.first - s.last <= _THEN
        ]
    for one in sentence.of(pair.first):
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
            yield Trigger(f"{one.term} ... {other.term}", start.first, end.last, pair.strength)


def _longest(found: list[Trigger]) -> list[Trigger]:
    result: list[Trigger] = []
    for one in sorted(found, key=lambda f: (f.first - f.last, -f.strength, f.first, f.term)):
        if not any(overlap(one, kept) for kept in result):
            result.append(one)
    return sorted(result, key=lambda f: f.first)
