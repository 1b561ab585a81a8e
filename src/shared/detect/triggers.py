"""A sentence and a rule -> the words in it that speak of such an event.  Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from shared.detect.rules import Pair, Rule
from shared.detect.sentences import Found, Sentence
from shared.types import ClaimKind

# So many words may stand between a pair's second set and what must follow it.
_THEN = 4
_TERM, _WEAK = 0.9, 0.35
# A sentence is looked at no further once it fires so often, nor for a pair at more words of one set: that is a list, or
# a rule of many hundred pairs, which must not take minutes.
_ENOUGH, _MOST_STARTS = 200, 32


# By what truces were broken stands so near behind "most of them by"; but what killed people is a deed of its own.
_MEANS = 6
_DEADLY = ("claim.killed.active", "claim.killed.either", "claim.wounded.active", "claim.wounded.either")


class Trigger(NamedTuple):
    """The words in a sentence that a rule fires on."""

    term: str
    first: int
    last: int
    strength: float
    """0-1: how much it alone says that the text reports one."""


def triggers(sentence: Sentence, rule: Rule, pairs: Iterable[Pair]) -> list[Trigger]:
    """The places where a rule fires, in the order of the text; none when a suppressor stands in the sentence.

    `pairs` are those of the rule that the sentence can hold.  Where several overlap, the longest tells it.
    """
    prefix = f"{rule.category}."
    found = [Trigger(*term, _TERM) for term in sentence.of(f"{prefix}term")]
    found += [Trigger(*term, _WEAK) for term in sentence.of(f"{prefix}weak")]
    masked = 0
    for mask in sentence.of(f"{prefix}mask"):
        masked |= _words(mask)
    sets = _Sets(sentence)
    for pair in pairs:
        if len(found) >= _ENOUGH:
            break
        found += _pairs(sets, masked, pair)
    found = [f for f in found if not masked & _words(f) and not _is_how(sentence, rule, f)]
    return _longest(found) if found and not suppressors(sentence, rule) else []


def _is_how(sentence: Sentence, rule: Rule, trigger: Trigger) -> bool:
    """It only tells by what a truce was broken: "listed 64 breaches, most of them by shelling"."""
    if ClaimKind.VIOLATION in rule.claims:
        return False
    means = [found.first for found in sentence.of("word.means") if found.last <= trigger.first <= found.last + _MEANS]
    if not means or any(map(sentence.has, _DEADLY)):
        return False
    breaches = (*sentence.of(f"claim.{ClaimKind.VIOLATION}.passive"), *sentence.of("@truce"))
    return any(breach.first < means[0] for breach in breaches)


def suppressors(sentence: Sentence, rule: Rule) -> list[Found]:
    """The words that show a sentence to be about something else, the rule's own first."""
    kinds = (f"{rule.category}.suppress", *(f"@{domain}" for domain in rule.domains))
    return [found for kind in kinds for found in sentence.of(kind)]


def overlap(one: Found | Trigger, other: Found | Trigger) -> bool:
    return one.first < other.last and other.first < one.last


class Words(Protocol):
    """Some words of a sentence: a term, a trigger, a place's name."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


def words_between(one: Words, other: Words) -> int:
    """How many words stand between two; none where they overlap."""
    return max(0, other.first - one.last, one.first - other.last)


class _Sets(dict[str, list[Found]]):
    """Of what stands in a sentence of a set, the longest that begin at each word; read when a pair first asks."""

    def __init__(self, sentence: Sentence) -> None:
        self._sentence = sentence

    def __missing__(self, kind: str) -> list[Found]:
        self[kind] = _longest_at(self._sentence.of(kind)) if kind else []
        return self[kind]


def _pairs(sets: _Sets, masked: int, pair: Pair) -> Iterator[Trigger]:
    """Where a pair stands together: each word of the first set with the nearest of the second on either side.

    What is nearest has the least between, so nothing further off could fire where it does not; and the work grows with
    the words, whatever the rule says.
    """
    if not (sets[pair.first] and sets[pair.second]):
        return
    if (pair.needs and not sets[pair.needs]) or sets[pair.unless]:
        return
    ones = [one for one in sets[pair.first] if not masked & _words(one)] if masked else sets[pair.first]
    others = sets[pair.second]
    if pair.then:
        others = list(_followed(others, sets[pair.then]))
    if pair.order != "second":
        yield from _ahead(sets, pair, ones, others)
    if pair.order != "first":
        yield from _ahead(sets, pair, others, ones)


def _ahead(sets: _Sets, pair: Pair, starts: list[Found], ends: list[Found]) -> Iterator[Trigger]:
    """Each start with the next end that a pair allows, both in the order of the text."""
    without = [found.first for found in sets[pair.without]]
    between = sets[pair.between]
    first_ends = [end.first for end in ends]
    for start in starts[:_MOST_STARTS]:
        after = start.last
        if pair.between:
            inside = next((found for found in between if found.first >= after), None)
            if inside is None:
                return
            after = inside.last
        at = bisect_left(first_ends, after)
        if at == len(ends):
            return
        end = ends[at]
        if end.first - start.last > pair.within:
            continue
        blocked = bisect_left(without, start.last)
        if blocked == len(without) or without[blocked] >= end.first:
            yield Trigger(f"{start.term} ... {end.term}", start.first, end.last, pair.strength)


def _followed(seconds: list[Found], thens: list[Found]) -> Iterator[Found]:
    """Those of a pair's second set that are soon followed by what must follow, as one."""
    first_thens = [then.first for then in thens]
    for second in seconds:
        at = bisect_left(first_thens, second.last)
        if at < len(thens) and thens[at].first - second.last <= _THEN:
            yield Found(f"{second.term} ... {thens[at].term}", second.first, thens[at].last)


def _words(found: Found | Trigger) -> int:
    """The words that it takes, as bits."""
    return (1 << found.last) - (1 << found.first)


def _longest_at(found: list[Found]) -> list[Found]:
    """The longest of those that begin at one word; they come in the order of the text, the longer first."""
    return [each for number, each in enumerate(found) if not number or each.first != found[number - 1].first]


def _longest(found: list[Trigger]) -> list[Trigger]:
    result: list[Trigger] = []
    taken = 0
    for one in sorted(found, key=lambda f: (f.first - f.last, -f.strength, f.first, f.term)):
        words = _words(one)
        if not taken & words:
            taken |= words
            result.append(one)
    return sorted(result, key=lambda f: f.first)
