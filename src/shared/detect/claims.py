"""A sentence -> the figures and deeds it claims, each with its owner; those of an article -> its event's.  Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from shared.detect.attribution import Source, source_for
from shared.detect.certainty import Stance, is_told, stance
from shared.detect.counts import COUNTED, Count
from shared.detect.figures import Figure, figures
from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Found, Role, Sentence
from shared.detect.triggers import Trigger, overlap, words_between
from shared.types import Certainty, Claim, ClaimKind, Field

# The first ones told.  Of a list of attacks with hundreds of figures no more are even weighed than _MOST_WEIGHED.
MOST_CLAIMS, _MOST_WEIGHED = 20, 100
# So far from a figure's verb, in words, another cause of death is the cause.
_CAUSE = 9
# "A week after a bomb killed 20": so far behind "a week after" the deed is the older one.
_AFTER = 10
_SUPERLATIVE, _WAR = 14, 8
# Beside the name of a war so many are its dead, and not those of one attack.
_WAR_DEAD = 1_000
# How far a count of breaches may stand from its noun, and from "violations rose to", in words.
_TO_NOUN, _TO_FIGURE = 3, 4
# What somebody says of a deed of their own, so many words behind "said"; and a deed, so many behind "denied".
_NOT_DONE = "word.not_done"
_SAID = (
    (ClaimKind.DENIAL, Certainty.DENIED, _NOT_DONE),
    (ClaimKind.RESPONSIBILITY, Certainty.CLAIMED, "word.done"),
)
_TO_SAID, _TO_DEED = 7, 5
# What a figure says of the whole event: the text more than the headline, its own toll most, other days' dead least.
_WORTH = {Role.TITLE: 1.0, Role.LEAD: 2.0, Role.BODY: 1.0, Role.BACKGROUND: 0.5}
_IS_TOLL, _IS_BOTH, _IS_OLD, _IS_APART = 1.0, 2.0, -4.0, -0.5


class Told(NamedTuple):
    """A claim, and how likely it is the figure of the whole event as it now stands."""

    claim: Claim
    weight: float


def casualty_claims(
    sentence: Sentence,
    told: list[Count],
    fired: list[Trigger],
    found: list[Source],
    lexicon: Lexicon,
    rule: str,
    publisher: str,
    year: int | None,
    *,
    kinds: Collection[str],
    any_cause: bool = False,
) -> list[Told]:
    """Who says how many were killed, wounded, missing or displaced, in the order of the text; `told` are its counts.

    A list of people in one clause is one figure, their sum; its parts can be read in the claim's sentence.  A figure
    for a whole war, a year or another event is no claim of this one, nor is one that is denied or feared.  `any_cause`
    counts those who died by whatever means, as in a broken truce.
    """
    # "An earlier version of this article said that nine were killed": nobody says so any more.
    if not told or sentence.of("word.correction"):
        return []
    # Who claims the deed does not count the dead: "the group claimed the attack that killed eight".
    taken = {word.first for word in sentence.of("word.responsibility")}
    found = [source for source in found if taken.isdisjoint(range(source.first, source.last))]
    result = []
    for count in told:
        if count.kind not in kinds or _is_total(sentence, count, told):
            continue
        owner = source_for(found, count.figure.first)
        sure = _certainty(sentence, count.term, fired, stance(sentence, count.term, owner, lexicon, year), owner)
        if is_told(sure) and (any_cause or not _has_other_cause(sentence, count.term, fired)):
            claim = _claim(sentence, count.kind, count.figure, owner, sure, rule, publisher)
            result.append(Told(claim, _weight(sentence, count, owner, fired)))
    return result


def _certainty(sentence: Sentence, term: Found, fired: list[Trigger], told: Stance, owner: Source | None) -> Certainty:
    """How sure the figure is.  What frames it as old is of something else when the deed is told as news beside it."""
    if told.certainty is not Certainty.HISTORICAL or not fired:
        return told.certainty
    beside = any(not sentence.border(*_between(term, trigger)) for trigger in fired)
    if beside or all(sentence.border(*_between(term, cue)) for cue in told.cues):
        return owner.certainty if owner else Certainty.REPORTED
    return told.certainty


def _weight(sentence: Sentence, count: Count, owner: Source | None, fired: list[Trigger]) -> float:
    weight = _WORTH[sentence.role]
    if count.is_toll and (fired or sentence.role in (Role.TITLE, Role.LEAD)):
        weight += _IS_TOLL
    if _is_old(sentence, count.term, owner):
        weight += _IS_OLD
    if fired and all(sentence.border(*_between(count.term, trigger)) for trigger in fired):
        weight += _IS_APART
    return weight


def _is_total(sentence: Sentence, count: Count, told: list[Count]) -> bool:
    """The figure is a war's or a year's: "5,000 have been killed since the war began"."""
    term = count.term
    for total in sentence.of("word.total"):
        if (sentence.border if total.first >= term.last else sentence.clause_between)(*_between(term, total)):
            continue
        # "the deadliest raid since March" and "since Monday" are of this event.
        best = any(0 <= total.first - most.last <= _SUPERLATIVE for most in sentence.of("word.superlative"))
        recent = any(0 <= day.first - total.last <= 1 for day in sentence.of("word.recent"))
        if not best and not recent:
            return True
    if any(0 <= term.first - war.last <= _WAR for war in sentence.of("word.war_total")):
        return True
    high = count.figure.value or count.figure.min or 0
    if high >= _WAR_DEAD and any(words_between(term, war) <= _WAR for war in sentence.of("word.war")):
        return True
    # "Killed two, bringing the toll of the week to 39"; but "a third died, bringing the toll to 3" is its own.
    raised = any(0 <= term.first - raising.last <= _CAUSE for raising in sentence.of("word.raising"))
    return raised and count.is_toll and any(_is_fresh(sentence, other) for other in told if not other.is_toll)


def _is_fresh(sentence: Sentence, count: Count) -> bool:
    """Those killed in the deed itself, and no later victims of it."""
    start, end = count.figure.first, max(count.figure.last, count.term.last)
    if any(start - 2 <= more.first <= end for more in sentence.of("word.additional")):
        return False
    return count.kind is ClaimKind.KILLED and not sentence.has("word.late_death")


def _is_old(sentence: Sentence, term: Found, owner: Source | None) -> bool:
    """Told of another day: "killed 30 last month", "a week after a bomb killed 20"; or too early: "initial reports"."""
    if owner and any(owner.first <= earlier.first < owner.last for earlier in sentence.of("word.earlier")):
        return True
    if any(not sentence.border(*_between(term, earlier)) for earlier in sentence.of("word.earlier")):
        return True
    return any(0 <= term.first - after.last <= _AFTER for after in sentence.of("word.time_after"))


def _has_other_cause(sentence: Sentence, term: Found, fired: list[Trigger]) -> bool:
    """Something else killed them: "six died in car bombings, and 47 in air strikes"."""
    if any(not sentence.border(*_between(term, trigger)) for trigger in fired):
        return False
    nearest = min((words_between(term, trigger) for trigger in fired), default=_CAUSE)
    return any(
        words_between(term, cause) < min(nearest, _CAUSE) and not any(overlap(cause, trigger) for trigger in fired)
        for cause in sentence.of("word.other_cause")
    )


def _between(one: Found | Trigger, other: Found | Trigger) -> tuple[int, int]:
    return (one.last, other.first) if one.first < other.first else (other.last, one.first)


def violation_claims(
    sentence: Sentence,
    trigger: Found | Trigger,
    found: list[Source],
    sure: Certainty,
    lexicon: Lexicon,
    rule: str,
    publisher: str,
) -> list[Claim]:
    """Who says that the ceasefire was broken: one claim for each figure with its own owner, else one without a figure.

    "The army counted 45 violations, the monitors 12" is two claims, and only the monitors have seen theirs.
    """
    teller = source_for(found, trigger.first)
    result = []
    for figure in _violations(sentence, lexicon):
        owner = source_for(found, figure.first)
        how_sure = sure if owner is None or owner == teller else owner.certainty
        if is_told(how_sure):
            result.append(_claim(sentence, ClaimKind.VIOLATION, figure, owner, how_sure, rule, publisher))
    return result or [_claim(sentence, ClaimKind.VIOLATION, None, teller, sure, rule, publisher)]


def _violations(sentence: Sentence, lexicon: Lexicon) -> list[Figure]:
    """The figures that count breaches: "55 violations", "violations rose to 55", "broke it 12 times"; no parts."""
    kind = f"claim.{ClaimKind.VIOLATION}."
    before, after = sentence.of(kind + "passive"), sentence.of(kind + "toll")
    if not (before or after):
        return []
    numbers = [f for f in figures(sentence, lexicon.numbers) if not _is_part(sentence, f)]
    told = [f for term in after for f in numbers if 0 <= f.first - term.last <= _TO_FIGURE][:1]
    return told + [f for term in before for f in _last_before(sentence, numbers, term) if f not in told]


def _last_before(sentence: Sentence, numbers: list[Figure], term: Found) -> list[Figure]:
    """The figure that counts what a term names: "55 new violations"."""
    near = [f for f in numbers if 0 <= term.first - f.last <= _TO_NOUN and not sentence.border(f.last, term.first)]
    return near[-1:]


def _is_part(sentence: Sentence, figure: Figure) -> bool:
    """ "120 violations, including 35 explosions": the 35 are among the 120."""
    return any(0 <= figure.first - part.last <= 1 for part in sentence.of("word.parts"))


def deed_claims(sentence: Sentence, found: list[Source], rule: str) -> list[Claim]:
    """Who takes responsibility for it, and who denies it."""
    result = []
    for source in found:
        if source.certainty is Certainty.DENIED:
            result.append(Claim(ClaimKind.DENIAL, source.by, source.verb, Certainty.DENIED, sentence.evidence(rule)))
    for kind, how_sure, words in _SAID:
        for said in sentence.of(words):
            owner = _sayer(sentence, found, said)
            if owner is not None:
                result.append(Claim(kind, owner.by, owner.verb, how_sure, sentence.evidence(rule)))
    for taken in sentence.of("word.responsibility"):
        owner = next((s for s in found if s.first <= taken.first <= s.last), None)
        if owner is not None and not _is_nobody(sentence, owner, taken):
            verb = sentence.slice(taken.first, taken.last)
            result.append(Claim(ClaimKind.RESPONSIBILITY, owner.by, verb, Certainty.CLAIMED, sentence.evidence(rule)))
    return result


def is_denied(sentence: Sentence) -> bool:
    """Somebody denies a deed in it, and need not name it: "the army denied having struck the town"."""
    return sentence.has(_NOT_DONE) or any(
        0 <= deed.first - verb.last <= _TO_DEED
        for verb in sentence.of("word.deny")
        for deed in sentence.of("word.denied")
    )


def _sayer(sentence: Sentence, found: list[Source], said: Found) -> Source | None:
    """Whose words these are, who speaks right before: "it said in a statement | that it had fired"."""
    owners = [s for s in found if s.first < said.first and s.certainty in (Certainty.CLAIMED, Certainty.OBSERVED)]
    if not owners or said.first - owners[-1].last > _TO_SAID:
        return None
    return None if sentence.clause_between(owners[-1].last, said.first) else owners[-1]


def _is_nobody(sentence: Sentence, owner: Source, taken: Found) -> bool:
    """ "No group claimed responsibility", "has not yet claimed it"."""
    return any(sentence.is_in("negation", index) for index in range(owner.first, taken.first))


def merged(
    told: Iterable[Told], deeds: Iterable[Claim], publisher: str, is_only_place: Callable[[str], bool]
) -> tuple[Claim, ...]:
    """The claims without repeats, each kept where it names its owner best; first what counts the event best.

    The same figure is one claim, whoever repeats it: of a named owner rather than nobody's, of a ministry rather than
    its country or capital ("Russia says"), of the text rather than the title, and else the earlier.  A vague one goes
    when an exact one bears it out; a deed told by nobody, or only in the title, goes when the text names who tells it.
    Of two figures that leads which the text tells as the event's toll, or title and text agree on, or the text tells
    first.  At most MOST_CLAIMS, the first of every kind.
    """

    def worth(claim: Claim) -> tuple[bool, ...]:
        if not _is_figure(claim):
            return _worth(claim)
        return claim.by != publisher, not is_only_place(claim.by), claim.sentence.field is Field.TEXT

    best: dict[tuple[ClaimKind, int | None, int | None, str], Claim] = {}
    weights: dict[tuple[ClaimKind, int | None, int | None, str], dict[Field, float]] = {}
    for claim, weight in [*told, *(Told(deed, 0.0) for deed in deeds)]:
        exact = claim.value is not None
        key = (claim.kind, claim.value, None if exact else claim.min, "" if _is_figure(claim) else claim.by)
        if key not in best:
            if len(best) >= _MOST_WEIGHED:
                continue
            best[key] = claim
        elif worth(claim) > worth(best[key]):
            best[key] = claim
        fields = weights.setdefault(key, {})
        fields[claim.sentence.field] = max(weight, fields.get(claim.sentence.field, weight))

    def leads(key: tuple[ClaimKind, int | None, int | None, str]) -> float:
        if key[0] not in COUNTED:
            return 0.0
        fields = weights[key]
        return max(fields.values()) + (_IS_BOTH if len(fields) > 1 and min(fields.values()) > 0 else 0.0)

    weighed = [best[key] for key in sorted(best, key=leads, reverse=True)]
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
