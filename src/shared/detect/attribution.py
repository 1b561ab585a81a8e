"""A sentence -> who says what it says.  Pure.

The Russian Defense Ministry said ...      said Anna Berg, the envoy to Geneva      ..., a monitor said.
according to the governor of Taiz          The army accused the rebels of ...       12 dead in raid - officials
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from shared.detect.sentences import Found, Role, Sentence
from shared.detect.triggers import Words
from shared.types import Certainty, ClaimKind


class Source(NamedTuple):
    """Who says so: the speaker as written, the verb, and from which word to which the two stand."""

    by: str
    verb: str
    certainty: Certainty
    first: int
    last: int
    closes: bool = True
    """Set off from what stands before, as at a sentence's end ("..., officials said"): that is their word too."""


# A name and its office fit in this many words; more is a clause that was taken for one.
_LONGEST = 14
# "U.S. and Iraqi officials": so many words may stand before the "and".
_JOINED = 4
# "Listed 64 breaches", "noted a rise to 64 in the number of breaches".
_BREACHES, _TO_BREACHES = f"claim.{ClaimKind.VIOLATION}.passive", 7
# "Claimed the lives of", "claimed at least 12 more lives".
_LIVES = 6
_HARD = re.compile(r"[;:\"\u201c\u201d()\[\]]|[\u2013\u2014]|\s-+\s|\.\.\.")
_COMMA = re.compile(r",")
_SET_OFF = re.compile(r"[,;:()\"\u201c\u201d\u2019'\u2013\u2014]|\s-+\s|\.\.\.")


def sources(sentence: Sentence, known: Callable[[], Source | None]) -> list[Source]:
    """Who speaks in a sentence, in the order of the text.  `known` tells who a pronoun stands for."""
    found: list[Source] = []
    for verb in sentence.of("word.speech"):
        if _tells_nothing(sentence, verb):
            continue
        before = _subject(sentence, verb)
        span = before if before and _is_name(sentence, *before) else _after(sentence, verb)
        found += _source(sentence, span, verb, Certainty.CLAIMED, known)
    for verb in sentence.of("word.tally"):
        if any(0 <= breach.first - verb.last <= _TO_BREACHES for breach in sentence.of(_BREACHES)):
            found += _source(sentence, _subject(sentence, verb), verb, Certainty.CLAIMED, known)
    for verb in sentence.of("word.accuse"):
        found += _source(sentence, _subject(sentence, verb), verb, Certainty.ALLEGED, known)
    for verb in sentence.of("word.deny"):
        found += _again(sentence, found, verb) or _source(
            sentence, _subject(sentence, verb), verb, Certainty.DENIED, known
        )
    for verb in sentence.of("word.according"):
        found += _source(sentence, _right(sentence, verb.last), verb, Certainty.CLAIMED, known)
    spoken = [*sentence.of("word.speech"), *sentence.of("word.according")]
    for verb in sentence.of("word.responsibility"):
        if not any(other.first < verb.last and verb.first < other.last for other in spoken):
            found += _source(sentence, _before(sentence, verb), verb, Certainty.CLAIMED, known)
    if not found and sentence.role is Role.TITLE:
        found += _tail(sentence)
    if sentence.of("word.citing"):  # an observer that passes on another's word has not seen it
        found = [s._replace(certainty=Certainty.CLAIMED) if s.certainty is Certainty.OBSERVED else s for s in found]
    return sorted(found, key=lambda s: (s.first, s.last))


def source_for(found: list[Source], at: int) -> Source | None:
    """Who of the speakers answers for the word at `at`: the nearest before it, else the nearest after.

    Who blames somebody further on ("... in what the mayor called a breach") does not tell what stands before.
    """
    before = [s for s in found if s.first <= at]
    after = [s for s in found if s.first > at and s.closes and s.certainty is not Certainty.ALLEGED]
    return before[-1] if before else after[0] if after else None


def is_spoken(found: list[Source], told: Words) -> bool:
    """Who speaks is among these words: "..., the ambulance service said"."""
    return any(source.first < told.last and told.first < source.last for source in found)


def _again(sentence: Sentence, found: list[Source], verb: Found) -> list[Source]:
    """Who has spoken in the sentence and now denies, too: "the army said it had not fired, and denied ..."."""
    if verb.first == 0 or not sentence.is_in("and", verb.first - 1):
        return []
    before = [source for source in found if source.last < verb.first]
    said = sentence.slice(verb.first, verb.last)
    return [
        source._replace(verb=said, certainty=Certainty.DENIED, first=verb.first, last=verb.last, closes=False)
        for source in before[-1:]
    ]


def _tells_nothing(sentence: Sentence, verb: Found) -> bool:
    """ "Reported killed", "estimated to be", "claimed 12 lives"."""
    if any(other.first == verb.first and other.last > verb.last for other in sentence.of("word.not_speech")):
        return True
    claims = any(claim.first == verb.first for claim in sentence.of("word.claims"))
    return claims and any(0 <= lives.first - verb.last <= _LIVES for lives in sentence.of("word.lives"))


def _is_name(sentence: Sentence, first: int, last: int) -> bool:
    """Nothing is told between the words that would name a speaker."""
    kinds = [f"claim.{kind}.{how}" for kind in ("killed", "wounded") for how in ("active", "either")]
    kinds += ["word.according", "word.accuse", "word.deny"]
    return not any(first <= found.first < last for kind in kinds for found in sentence.of(kind))


def _source(
    sentence: Sentence,
    span: tuple[int, int] | None,
    verb: Found,
    certainty: Certainty,
    known: Callable[[], Source | None],
) -> list[Source]:
    if span is None:
        return []
    first, last = span
    said = sentence.slice(verb.first, verb.last)
    outer = (min(first, verb.first), max(last, verb.last))
    if all(sentence.is_in("determiner", index) for index in range(first, last)):
        return []
    if _is_pronoun(sentence, last - 1, last):  # "police hold a man who they say killed two"
        first = last - 1
    closes = outer[0] == verb.first or bool(_SET_OFF.search(sentence.gap(outer[0])))
    if _is_pronoun(sentence, first, last):
        speaker = known()
        if speaker is not None:
            return [speaker._replace(verb=said, certainty=certainty, first=outer[0], last=outer[1], closes=closes)]
        if last - first == 1:
            return []
    if certainty is Certainty.CLAIMED and _is_observer(sentence, first, last):
        certainty = Certainty.OBSERVED
    return [Source(sentence.slice(first, last), said, certainty, *outer, closes)]


def _is_observer(sentence: Sentence, first: int, last: int) -> bool:
    """An official observer is among these words, and not somebody who speaks to it."""
    others = sentence.of("word.not_observer")
    return any(
        first <= found.first < last
        and not any(other.first <= found.first and found.last <= other.last for other in others)
        for found in sentence.of("word.observer")
    )


def _is_pronoun(sentence: Sentence, first: int, last: int) -> bool:
    return any(p.first == first and p.last == last for p in sentence.of("word.pronoun"))


def _subject(sentence: Sentence, verb: Found) -> tuple[int, int] | None:
    """Who stands before the verb, or after one that its language puts first, always or behind a comma."""
    set_off = verb.first > 0 and _COMMA.search(sentence.gap(verb.first))
    for kind in ("word.verb_first", "word.verb_first_set_off") if set_off else ("word.verb_first",):
        if any(leading.first == verb.first for leading in sentence.of(kind)):
            return _right(sentence, verb.last)
    return _before(sentence, verb)


def _before(sentence: Sentence, verb: Found) -> tuple[int, int] | None:
    """The subject that ends right before the verb; an apposition between commas belongs to it."""
    last = verb.first
    while last > 0 and sentence.is_in("trailing", last - 1) and not _HARD.search(sentence.gap(last)):
        last -= 1
    if last and sentence.is_in("be", last - 1):
        # "Five were reported killed" tells nobody's word; "the mayor was quoted as saying" the mayor's.
        if not any(passive.first == verb.first for passive in sentence.of("word.quoted")):
            return None
        last -= 1
    if last == 0 or _HARD.search(sentence.gap(last)):
        return None
    if _COMMA.search(sentence.gap(last)):
        return _apposition(sentence, last)
    first = _chunk(sentence, last)
    # "Anna Berg, the envoy to Geneva, accused": the chunk before is the rest of the name when a comma closes both.
    if first > 0 and _COMMA.search(sentence.gap(last)):
        first = _chunk(sentence, first)
    return _trimmed(sentence, _joined(sentence, first), last, verb)


def _apposition(sentence: Sentence, last: int) -> tuple[int, int] | None:
    """ "Ivan Petrov, the envoy, said": both chunks; "He left, said" has none that is a name."""
    first = _chunk(sentence, last)
    if first > 0 and _COMMA.search(sentence.gap(first)):
        wider = _chunk(sentence, first)
        if sentence.is_in("relative", first):
            return _trimmed(sentence, wider, first, None)
        if last - wider <= _LONGEST and wider < first:
            first = wider
    return _trimmed(sentence, first, last, None)


def _chunk(sentence: Sentence, last: int) -> int:
    """Where the run of words that ends at `last` begins: after punctuation or a word that opens a clause."""
    first = last
    while first > 0:
        gap = sentence.gap(first)
        if first < last and (_HARD.search(gap) or _COMMA.search(gap)):
            break
        if sentence.is_in("stop_left", first - 1) and not sentence.is_upper(first - 1):
            break
        first -= 1
    return first


def _joined(sentence: Sentence, first: int) -> int:
    """ "..., U.S. and Iraqi officials said": the name before the "and" too, where nothing else stands before it."""
    if first < 2 or not sentence.is_in("and", first - 1) or _COMMA.search(sentence.gap(first - 1)):
        return first
    begin = _chunk(sentence, first - 1)
    digits = any(sentence.words[index][0].isdigit() for index in range(begin, first))
    alone = begin == 0 or bool(_SET_OFF.search(sentence.gap(begin)))
    is_name = alone and not digits and _is_name(sentence, begin, first)
    return begin if is_name and first - begin <= _JOINED + 1 else first


def _trimmed(sentence: Sentence, first: int, last: int, verb: Found | None) -> tuple[int, int] | None:
    while first < last and (sentence.is_in("stop_left", first) or sentence.is_in("trailing", first)):
        first += 1
    if first < last and sentence.is_in("possessive", last - 1):
        last -= 1
    if first >= last:
        return None
    if last - first > _LONGEST:
        return None
    return first, last


def _after(sentence: Sentence, verb: Found) -> tuple[int, int] | None:
    """The subject that follows an inverted verb: '"...," said Anna Berg, the envoy'."""
    if verb.first > 0 and not re.search(r"[,\"'?!]", sentence.gap(verb.first)):
        return None
    return _right(sentence, verb.last)


def _right(sentence: Sentence, first: int) -> tuple[int, int] | None:
    """The name that begins at `first`, with an apposition after a comma when that is not a clause."""
    last = first
    commas = 0
    name = 0
    while last < len(sentence.words) and last - first < _LONGEST:
        gap = sentence.gap(last) if last > first else ""
        if _HARD.search(gap):
            break
        if _COMMA.search(gap):
            commas += 1
            if commas > 1 or not sentence.is_in("apposition", last):
                name = 0
                break
            name = last
        if sentence.is_in("stop_right", last):
            break
        last += 1
    # "According to the mayor, the army withdrew": what no comma or end closes is no apposition.
    speaks = any(name < verb.first <= last for verb in sentence.of("word.speech"))
    if name and (speaks or (last < len(sentence.words) and not _HARD.search(sentence.gap(last)))):
        last = name
    return (first, last) if last > first else None


def _tail(sentence: Sentence) -> list[Source]:
    """A headline's source after a dash or colon ("Raid kills 12 - monitor"), or before one."""
    words = len(sentence.words)
    for first in range(max(1, words - 6), words):
        if re.search(r":\s|[\u2013\u2014]|\s-+\s", sentence.gap(first)) and _names_speaker(sentence, first, words):
            return [Source(sentence.slice(first, words), "", Certainty.CLAIMED, first, words)]
    for last in range(1, min(6, words)):
        if re.match(r":\s", sentence.gap(last)) and _names_speaker(sentence, 0, last):
            return [Source(sentence.slice(0, last), "", Certainty.CLAIMED, 0, last)]
    return []


def _names_speaker(sentence: Sentence, first: int, last: int) -> bool:
    return any(first <= s.first < last for s in sentence.of("word.speaker"))
