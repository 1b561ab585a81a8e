"""A sentence -> the figures it gives, each with its owner.  Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from shared.detect.attribution import Source, source_for
from shared.detect.certainty import certainty, is_told
from shared.detect.figures import Figure, figures
from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Found, Sentence
from shared.detect.triggers import Trigger
from shared.types import Certainty, Claim, ClaimKind, Field

# The first ones told.  Of a list of attacks with hundreds of figures no more are even weighed than _MOST_WEIGHED.
MOST_CLAIMS, _MOST_WEIGHED = 20, 100
_CASUALTIES = (ClaimKind.KILLED, ClaimKind.WOUNDED)
# How far a figure may stand from its word: "killed an estimated 40", "12 people from two families were killed".
_AHEAD, _BEHIND, _TOLL = 3, 11, 8
# With parts in between it may stand further: "20 guests of two families, including 8 women, were killed".
_BEHIND_PARTS = 30
_CAUSE = 9
_BREAK = re.compile(r"[;:()\u2013\u2014\"\u201c\u201d]|\s-+\s|\.\.\.")
# An acronym in brackets does not part a figure from its verb.
_FAR_BREAK = re.compile(r"[;:\u2013\u2014\"\u201c\u201d]|\s-+\s|\.\.\.")


def casualty_claims(
    sentence: Sentence,
    fired: list[Trigger],
    found: list[Source],
    lexicon: Lexicon,
    rule: str,
    publisher: str,
    year: int | None,
    *,
    any_cause: bool = False,
) -> list[Claim]:
    """Who says how many were killed and wounded; those of the clause that fired first, then in the order of the text.

    A figure for a whole war, a year or another event is no claim of this one, nor is one that is denied or feared.
    `any_cause` counts those who died by whatever means, as in a broken truce.
    """
    result: list[tuple[bool, int, Claim]] = []
    for kind, term, figure in _counted(sentence, lexicon, fired):
        owner = source_for(found, figure.first)
        sure = certainty(sentence, term, owner, lexicon, year)
        if not is_told(sure) or _is_total(sentence, term):
            continue
        if any_cause or not _has_other_cause(sentence, term, fired):
            apart = all(sentence.border(*_between(term, trigger)) for trigger in fired)
            result.append((apart, figure.first, _claim(sentence, kind, figure, owner, sure, rule, publisher)))
    return [claim for _, _, claim in sorted(result, key=lambda row: row[:2])]


def _is_total(sentence: Sentence, term: Found) -> bool:
    """The figure is a war's or a year's: "5,000 have been killed since the war began"."""
    return any(
        not (sentence.border if total.first >= term.last else sentence.clause_between)(*_between(term, total))
        for total in sentence.of("word.total")
    )


def _has_other_cause(sentence: Sentence, term: Found, fired: list[Trigger]) -> bool:
    """Something else killed them: "six died in car bombings, and 47 in air strikes"."""
    nearest = min((_distance(term, trigger) for trigger in fired), default=99)
    return any(_distance(term, cause) < min(nearest, _CAUSE) for cause in sentence.of("word.other_cause"))


def _distance(one: Found | Trigger, other: Found | Trigger) -> int:
    start, end = _between(one, other)
    return max(0, end - start)


def _between(one: Found | Trigger, other: Found | Trigger) -> tuple[int, int]:
    return (one.last, other.first) if one.first < other.first else (other.last, one.first)


def violation_claim(
    sentence: Sentence,
    trigger: Found | Trigger,
    found: list[Source],
    sure: Certainty,
    lexicon: Lexicon,
    rule: str,
    publisher: str,
) -> Claim:
    """Who says that the ceasefire was broken, and how often when they give a figure."""
    kind = f"claim.{ClaimKind.VIOLATION}."
    figure: Figure | None = None
    for term in sentence.of(kind + "passive"):
        near = [f for f in figures(sentence, lexicon.numbers) if 0 <= term.first - f.last <= 3]
        figure = near[-1] if near else figure
    owner = source_for(found, trigger.first)
    return _claim(sentence, ClaimKind.VIOLATION, figure, owner, sure, rule, publisher)


def deed_claims(sentence: Sentence, found: list[Source], rule: str) -> list[Claim]:
    """Who takes responsibility for it, and who denies it."""
    result = []
    for source in found:
        if source.certainty is Certainty.DENIED:
            result.append(Claim(ClaimKind.DENIAL, source.by, source.verb, Certainty.DENIED, sentence.evidence(rule)))
    for taken in sentence.of("word.responsibility"):
        owner = next((s for s in found if s.first <= taken.first < s.last + 1), None)
        if owner is not None:
            verb = sentence.slice(taken.first, taken.last)
            result.append(Claim(ClaimKind.RESPONSIBILITY, owner.by, verb, Certainty.CLAIMED, sentence.evidence(rule)))
    return result


def merged(claims: Iterable[Claim], publisher: str, is_only_place: Callable[[str], bool]) -> tuple[Claim, ...]:
    """The claims without repeats, each kept where it names its owner best.

    The same figure is one claim, whoever repeats it: of a named owner rather than nobody's, of a ministry rather than
    its country or capital ("Russia says"), of the text rather than the title, and else the earlier.  A vague one goes
    when an exact one bears it out; a deed told by nobody, or only in the title, goes when the text names who tells it.
    At most MOST_CLAIMS, the first of every kind.
    """

    def worth(claim: Claim) -> tuple[bool, ...]:
        if not _is_figure(claim):
            return _worth(claim)
        return claim.by != publisher, not is_only_place(claim.by), claim.sentence.field is Field.TEXT

    best: dict[tuple[ClaimKind, int | None, int | None, str], Claim] = {}
    for claim in claims:
        exact = claim.value is not None
        key = (claim.kind, claim.value, None if exact else claim.min, "" if _is_figure(claim) else claim.by)
        if key not in best:
            if len(best) < _MOST_WEIGHED:
                best[key] = claim
        elif worth(claim) > worth(best[key]):
            best[key] = claim
    weighed = list(best.values())
    kept = [claim for claim in weighed if not any(_bears_out(other, claim) for other in weighed)]
    return _first_of_each_kind(kept)


def _first_of_each_kind(claims: list[Claim]) -> tuple[Claim, ...]:
    """As many as a report holds: a long list of the dead does not crowd out who denies it."""
    told: Counter[ClaimKind] = Counter()
    ranks = []
    for index, claim in enumerate(claims):
        ranks.append((told[claim.kind], index))
        told[claim.kind] += 1
    return tuple(claims[index] for index in sorted(index for _, index in sorted(ranks)[:MOST_CLAIMS]))


def _is_figure(claim: Claim) -> bool:
    return claim.value is not None or claim.min is not None


def _bears_out(other: Claim, claim: Claim) -> bool:
    """The other claim says the same, and says it better."""
    if other is claim or other.kind is not claim.kind:
        return False
    if claim.value is None and claim.min is not None:
        return other.value is not None and other.value >= claim.min
    if _is_figure(claim):
        return False
    return _worth(other) > _worth(claim) or (claim.by != other.by and claim.by in other.by)


def _worth(claim: Claim) -> tuple[bool, bool]:
    """How well it names who tells a deed."""
    return bool(claim.verb), claim.sentence.field is Field.TEXT


def _claim(
    sentence: Sentence,
    kind: ClaimKind,
    figure: Figure | None,
    owner: Source | None,
    sure: Certainty,
    rule: str,
    publisher: str,
) -> Claim:
    value, low, high = (figure.value, figure.min, figure.max) if figure else (None, None, None)
    by, verb = (owner.by, owner.verb) if owner else (publisher, "")
    return Claim(kind, by, verb, sure, sentence.evidence(rule), value, low, high)


def _counted(sentence: Sentence, lexicon: Lexicon, fired: list[Trigger]) -> list[tuple[ClaimKind, Found, Figure]]:
    """Which figure counts whom."""
    if not any(
        sentence.has(f"claim.{kind}.{how}") for kind in _CASUALTIES for how in ("active", "either", "passive", "toll")
    ):
        return []
    numbers = [f for f in figures(sentence, lexicon.numbers) if _counts_people(sentence, f)]
    words = [
        (kind, how, term)
        for kind in _CASUALTIES
        for how in ("toll", "active", "either", "passive")
        for term in sentence.of(f"claim.{kind}.{how}")
    ]
    # "12 killed and wounded" says neither how many died nor how many live.
    begun = {term.first for _, _, term in words}
    joined = [term for _, _, term in words if term.last + 1 in begun and _joins(sentence, term.last)]
    mixed = {first for term in joined for first in (term.first, term.last + 1)}
    words = [(kind, how, term) for kind, how, term in words if term.first not in mixed]
    taken: dict[Figure, tuple[ClaimKind, Found]] = {}
    used: set[int] = set()
    for kind, how, term in words:
        if how != "passive" and term.first not in used:
            figure = _toll(sentence, term, numbers) if how == "toll" else _object(sentence, term, numbers)
            if figure is not None and figure not in taken:
                taken[figure] = (kind, term)
                used.add(term.first)
    borders = [term for _, _, term in words]
    for kind, how, term in words:
        if how in ("either", "passive") and term.first not in used:
            figure = _subject(sentence, term, [f for f in numbers if f not in taken], borders)
            if figure is None and fired and how == "either":
                figure = _single(sentence, term)
            if figure is not None:
                taken[figure] = (kind, term)
                used.add(term.first)
    return [(kind, term, figure) for figure, (kind, term) in taken.items()]


def _toll(sentence: Sentence, term: Found, numbers: list[Figure]) -> Figure | None:
    return next((f for f in numbers if 0 <= f.first - term.last <= _TOLL), None)


def _object(sentence: Sentence, term: Found, numbers: list[Figure]) -> Figure | None:
    """The figure right after: "killing at least 13", "killed a shepherd"."""
    figure = next((f for f in numbers if 0 <= f.first - term.last <= _AHEAD), None)
    if figure is not None:
        between = range(term.last, figure.first)
        plain = all(any(r.first <= i < r.last for r in sentence.of("word.roughly")) for i in between)
        return figure if plain and not sentence.border(term.last, figure.first) else None
    one = term.last
    if one == len(sentence.words) or not sentence.is_in("one", one):
        return None
    is_person = any(one < p.first <= one + 4 for p in sentence.of("word.person"))
    return Figure(1, 1, 1, one, one + 1) if is_person else None


def _subject(sentence: Sentence, term: Found, numbers: list[Figure], borders: list[Found]) -> Figure | None:
    """The nearest figure before: "40 people, including 12 children, were killed" is 40."""
    reach = _BEHIND
    candidates = [f for f in numbers if f.last <= term.first]
    for part in sentence.of("word.parts"):
        if part.first < term.first and any(f.last <= part.first for f in candidates):
            candidates = [f for f in candidates if f.last <= part.first]
            reach = _BEHIND_PARTS
    if not candidates or term.first - candidates[-1].last > reach:
        return None
    figure = candidates[-1]
    if any(figure.last <= other.first < term.first for other in borders):
        return None
    if any(_FAR_BREAK.search(sentence.gap(i)) for i in range(figure.last, term.first + 1)):
        return None
    return figure


def _single(sentence: Sentence, term: Found) -> Figure | None:
    """One person, told by the verb: "the commander was killed"."""
    for was in sentence.of("word.was"):
        if was.last == term.first and was.first > 0:
            return Figure(1, 1, 1, term.first, term.last)
    return None


def _counts_people(sentence: Sentence, figure: Figure) -> bool:
    for part in (*sentence.of("word.including"), *sentence.of("word.parts")):
        if 0 <= figure.first - part.last <= 1:
            return False
    month = {m.first for m in sentence.of("word.month")}
    if figure.first - 1 in month or figure.last in month:
        return False
    end = _phrase_end(sentence, figure.last)
    people = [p.first for p in sentence.of("word.person") if figure.last <= p.first < end]
    things = [t.first for t in sentence.of("word.not_people") if figure.last <= t.first < end]
    if things and not (people and min(people) < min(things)):
        return False
    bare_year = (
        figure.value is not None
        and 1900 <= figure.value <= 2100
        and "," not in sentence.slice(figure.first, figure.last)
    )
    return not (bare_year and sentence.words[figure.first].fold == str(figure.value))


def _phrase_end(sentence: Sentence, at: int) -> int:
    """Where the noun phrase of a figure ends at the latest: "wounded 70 | in three raids"."""
    for index in range(at, min(at + 4, len(sentence.words))):
        if sentence.is_in("noun_phrase_end", index) or (index > at and _BREAK.search(sentence.gap(index))):
            return index
    return min(at + 4, len(sentence.words))


def _joins(sentence: Sentence, index: int) -> bool:
    return sentence.is_in("and", index)
