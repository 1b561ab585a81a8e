"""A scanned article -> one report for each rule that fires.  Pure, but for the packaged gazetteer."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby, islice
from math import prod
from operator import attrgetter
from typing import NamedTuple

from shared.core.ids import digest
from shared.detect.attribution import Source, is_spoken, source_for
from shared.detect.certainty import is_told, past_years, stance
from shared.detect.claims import Told, casualty_claims, deed_claims, is_denied, merged, violation_claims
from shared.detect.lexicon import Lexicon
from shared.detect.places import is_only_place
from shared.detect.reading import Reading, Telling, firing, reading
from shared.detect.rules import Rule
from shared.detect.scan import Possible
from shared.detect.sentences import WEIGHT, Role, Sentence
from shared.detect.triggers import Trigger, triggers
from shared.detect.where import where
from shared.types import Article, Certainty, Claim, ClaimKind, Codes, Cue, Evidence, Report

# Deep in an article a lone phrase that nobody is said to have said is more often about something else: it takes two.
_LEAST_SCORE, _LEAST_UNSAID = 0.4, 0.55
# Further down, a strike told without a day and without anyone who says so is more often an old one retold.
_UNDATED = 0.7
# The same in the first lines, under a title that tells of no such thing: background to another story.
_UNTITLED = 0.45
# What the first lines tell as surely as this is what an article is about; less than that further down is in passing.
_OPENING, _IN_PASSING = 0.7, 0.6
# What a page that is all sport, markets or film takes off the score: one strong telling does not outweigh it.
_DESK = 0.6
# What the first lines say of the whole holds for the rest, unless it is said to be news.
_SOFT_FRAMES = frozenset({Certainty.THREATENED, Certainty.HYPOTHETICAL, Certainty.DENIED})
# What a reader of an alert looks at.  A list of strikes names hundreds, and the queue takes only so much.
MOST_EVIDENCE = 10
# No story tells its event so often: of 26,000 articles the one that does most tells it 12 times, and could in 37
# sentences.  A longer text is a list, or made to keep detection busy: nothing further down could change its score, so
# that is counted, and said not to be weighed.
_MOST_TELLINGS, _MOST_TRIED = 100, 200
# A drill is told on over so many sentences.
_DRILL = 3
# What a toll adds to a category's severity.
_TOLLS = ((100, 30), (50, 25), (20, 20), (10, 15), (5, 10), (1, 5))
_UNSURE = -5


class Fired(NamedTuple):
    """A rule, where it fires, and where it could have fired: all that it needs stands there."""

    rule: Rule
    where: list[tuple[Sentence, Trigger]]
    near: list[Sentence]
    left: list[Sentence]
    """Where it could fire, too, and was not looked for any more."""


def reports(article: Article, sentences: list[Sentence], found: list[Fired], lexicon: Lexicon) -> list[Report]:
    """At most one report for each rule that fired: what is told as having happened first, and the surest first."""
    read = reading(article, sentences, lexicon)
    flags = [each for each in found if each.rule.is_flag]
    untitled = _is_untitled(sentences, found)
    made = [_weighed(read, each, untitled) for each in found if not each.rule.is_flag]
    believed = _without_asides([each for each in made if each.score >= each.least])
    firing_any = {sentence.index for each in found if not each.rule.is_flag for sentence, _ in each.where}
    told = [_report(read, each, flags, firing_any) for each in believed]
    return sorted(told, key=lambda report: (not is_told(report.certainty), -report.score))


def _flagged(read: Reading, flags: Iterable[Fired], speaking: Collection[int]) -> list[Cue]:
    """What else is true of what these sentences tell, with the words that say so: each flag once.

    It stands in them, or right before or behind one ("It was friendly fire."); who only says so was not hit.
    """
    near = {index + step for index in speaking for step in (-1, 0, 1)}
    result = []
    for flag in flags:
        where = ((s, t) for s, t in flag.where if s.index in near)
        said = next(((s, t) for s, t in where if _is_one(s, t) and not is_spoken(read.speakers[s.index], t)), None)
        if said is not None:
            result.append(Cue(flag.rule.category, said[0].evidence(flag.rule.id, said[1].first, said[1].last)))
    return result


def _is_one(sentence: Sentence, trigger: Trigger) -> bool:
    """No semicolon parts it: "wounded nine; medics ..."."""
    return not any(";" in sentence.gap(index) for index in range(trigger.first + 1, trigger.last))


class _Weighed(NamedTuple):
    """What an article says of a rule, before it is made a report."""

    rule: Rule
    near: list[Sentence]
    """Where it could have been told."""
    tellings: list[Telling]
    told: list[Telling]
    """Those that tell it as having happened."""
    parts: dict[str, float]
    score: float
    least: float
    """The score that a report needs."""

    @property
    def opens(self) -> bool:
        """The first lines tell it."""
        return any(_is_first(t.sentence) for t in self.told)


def _is_untitled(sentences: list[Sentence], found: list[Fired]) -> bool:
    """There is a title, and it tells of no event, of no dead and of nobody who fights."""
    title = [sentence for sentence in sentences if sentence.role is Role.TITLE]
    fires = any(sentence.role is Role.TITLE for each in found for sentence, _ in each.where)
    kinds = ("word.deed", "@fighters", "@battlefield")
    speaks = any(_counts(sentence) or any(map(sentence.has, kinds)) for sentence in title)
    return bool(title) and not fires and not speaks


def _weighed(read: Reading, found: Fired, untitled: bool) -> _Weighed:
    rule = found.rule
    tellings = _framed(read, rule, [_telling(read, rule, s, t, untitled) for s, t in found.where])
    told = [t for t in tellings if is_told(t.certainty)]
    parts = _parts(read, told or tellings)
    if found.left:
        parts[f"not weighed: {len(found.left):,} more sentences"] = 0.0
    is_sure = any(_is_first(t.sentence) or t.certainty is not Certainty.REPORTED for t in told or tellings)
    return _Weighed(rule, found.near, tellings, told, parts, _score(parts), _LEAST_SCORE if is_sure else _LEAST_UNSAID)


def _without_asides(made: list[_Weighed]) -> list[_Weighed]:
    """Without what is told once in passing, where the first lines tell of something else.

    Who broke a truce is told beside the deed, wherever it stands.
    """
    opens = any(each.opens and each.score >= _OPENING for each in made)
    return [
        each
        for each in made
        if each.opens
        or not (opens and each.told and each.score < _IN_PASSING)
        or ClaimKind.VIOLATION in each.rule.claims
    ]


def fired(sentences: Iterable[Sentence], possible: Possible, lexicon: Lexicon) -> list[Fired]:
    """Where each rule fires, in the order of the text, but for the sentences that a rule it yields to tells better.

    `possible` is what may fire in the article.
    """
    by_rule: dict[str, Fired] = {}
    for sentence in sentences:
        for number, ways in groupby(possible.fulfilled(sentence.hits), key=attrgetter("rule")):
            rule = lexicon.rules[number]
            told = by_rule.setdefault(rule.category, Fired(rule, [], [], []))
            if len(told.where) >= _MOST_TELLINGS or len(told.near) == _MOST_TRIED:
                told.left.append(sentence)
                continue
            told.near.append(sentence)
            pairs = [rule.pairs[way.pair] for way in ways if way.pair >= 0]
            told.where.extend((sentence, trigger) for trigger in triggers(sentence, rule, pairs))
    spoken = {category: {s for s, _ in found.where}.union(found.left) for category, found in by_rule.items()}
    result = []
    for rule in lexicon.rules:
        found = by_rule.get(rule.category)
        if found is not None and found.where:
            better = {each for category in rule.yields_to for each in spoken.get(category, ())}
            where = [(s, t) for s, t in found.where if s not in better]
            if where:
                result.append(found._replace(where=where))
    return result


def _telling(read: Reading, rule: Rule, sentence: Sentence, trigger: Trigger, untitled: bool) -> Telling:
    speaker = source_for(read.speakers[sentence.index], trigger.first)
    sure, found, frames = stance(sentence, trigger, speaker, read.lexicon, read.year, read.month)
    cues = tuple(sentence.evidence(rule.id, cue.first, cue.last) for cue in found)
    strength = trigger.strength
    if sure is Certainty.REPORTED and not _is_dated(sentence):
        cues = _past_before(read, rule, sentence)
        sure = Certainty.HISTORICAL if cues else sure
        strength *= (1.0 if _is_first(sentence) else _UNDATED) * (_UNTITLED if untitled else 1.0)
    return Telling(sentence, trigger, sure, WEIGHT[sentence.role] * strength, cues, frames)


def _past_before(read: Reading, rule: Rule, sentence: Sentence) -> tuple[Evidence, ...]:
    """The past years of the sentence right before, in whose time this one goes on."""
    before = read.sentences[sentence.index - 1] if sentence.index else sentence
    if before.field is not sentence.field or before is sentence or before.has("word.recent"):
        return ()
    return tuple(before.evidence(rule.id, year.first, year.last) for year in past_years(before, read.year))


def _is_first(sentence: Sentence) -> bool:
    return sentence.role in (Role.TITLE, Role.LEAD)


def _is_dated(sentence: Sentence) -> bool:
    return sentence.has("word.recent") or sentence.has("word.month")


def _framed(read: Reading, rule: Rule, tellings: list[Telling]) -> list[Telling]:
    """The tellings under what the first lines say: an anniversary story retells its old raid in plain past tense."""
    frame, cues = _frame(read, rule, tellings)
    if frame is None:
        return tellings
    return [
        t if not is_told(t.certainty) or _is_news(t.sentence, frame) else replace(t, certainty=frame, cues=cues)
        for t in tellings
    ]


def _frame(read: Reading, rule: Rule, tellings: list[Telling]) -> tuple[Certainty | None, tuple[Evidence, ...]]:
    """What the first lines say of the whole; a title may say it without the rule's own words ("Ten years on, ...")."""
    first = tellings[0]
    if _speaks_for_all(first):
        return first.certainty, first.cues
    title = read.sentences[0]
    below = next((t for t in tellings if t.sentence is not title), first)
    # A title has no time of its own: "Shell hits market", over what that shell did in 1994.
    if (
        first.sentence is title
        and _speaks_for_all(below)
        and not any(is_told(t.certainty) for t in tellings if t.sentence is not title)
    ):
        return below.certainty, below.cues
    if title.role is Role.TITLE and first.sentence is not title:
        old = [cue for cue in read.lexicon.cues if cue.frames and cue.certainty is Certainty.HISTORICAL]
        cues = [found for cue in old for found in title.of(cue.kind)]
        if cues:
            return Certainty.HISTORICAL, tuple(title.evidence(rule.id, cue.first, cue.last) for cue in cues)
    return _drill_before(read, rule, first)


def _drill_before(read: Reading, rule: Rule, first: Telling) -> tuple[Certainty | None, tuple[Evidence, ...]]:
    """The drill that the sentences right before have begun to tell of, where no other day is told since.

    A drill that is merely held nearby, and that real dead outweigh, is none of it.
    """
    at = first.sentence.index
    if not _is_first(first.sentence) or _is_dated(first.sentence):
        return None, ()
    drills = [
        cue
        for cue in read.lexicon.cues
        if cue.frames and cue.certainty is Certainty.EXERCISE and "dead" not in cue.unless
    ]
    for sentence in reversed(read.sentences[max(0, at - _DRILL) : at]):
        cues = [found for cue in drills for found in sentence.of(cue.kind)]
        if cues:
            return Certainty.EXERCISE, tuple(sentence.evidence(rule.id, cue.first, cue.last) for cue in cues)
    return None, ()


def _speaks_for_all(telling: Telling) -> bool:
    return _is_first(telling.sentence) and (telling.frames or telling.certainty in _SOFT_FRAMES)


def _is_news(sentence: Sentence, frame: Certainty) -> bool:
    counts = [f"claim.{kind}.{how}" for kind in ("killed", "wounded") for how in ("active", "either")]
    return sentence.has("word.recent") or (frame in _SOFT_FRAMES and any(map(sentence.has, counts)))


def _report(read: Reading, weighed: _Weighed, flags: list[Fired], firing_any: Collection[int]) -> Report:
    rule, near, tellings, told, parts, score, _ = weighed
    claims, counted = _claims(read, rule, tellings, firing_any)
    is_parley = not {ClaimKind.KILLED, ClaimKind.VIOLATION} & set(rule.claims)
    place, placed = where(read, told or tellings, counted, is_parley=is_parley)
    # Where nothing is told as having happened, the report says what is said of it instead: denied, threatened...
    speaking = {t.sentence.index: t.sentence for t in told or tellings}
    main = max(
        speaking.values(),
        key=lambda s: (_says(s, s.index in counted, s.index in placed, read.speakers[s.index]), -s.index),
    )
    quoted = max((t for t in told or tellings if t.sentence is main), key=lambda t: t.weight)
    flagged = _flagged(read, flags, speaking.keys())
    others = [t for t in told or tellings if t is not quoted][: MOST_EVIDENCE - 1]
    return Report(
        id=digest(read.article.id, rule.category, place.id if place else ""),
        article_id=read.article.id,
        category=rule.category,
        certainty=quoted.certainty,
        severity=_severity(rule, claims, quoted.certainty),
        score=round(score, 3),
        place=place,
        claims=claims,
        evidence=tuple(t.sentence.evidence(rule.id, t.trigger.first, t.trigger.last) for t in [quoted, *others]),
        sentence=main.evidence(rule.id),
        kind=_kind(rule, speaking.values()),
        flags=tuple(flag.means for flag in flagged),
        codes=read.lexicon.codes.get(rule.category, Codes()),
        family=read.lexicon.families.get(rule.category, rule.category),
        alerts=rule.alerts,
        cues=(*(Cue(quoted.certainty, cue) for cue in quoted.cues[:MOST_EVIDENCE]), *flagged),
        against=tuple(islice(_against(read, rule, near, tellings if told else []), MOST_EVIDENCE)),
        parts=parts,
    )


def _kind(rule: Rule, speaking: Iterable[Sentence]) -> str:
    """What it was in particular: the kind whose words stand first in a sentence that tells it; empty when none does."""
    for sentence in speaking:
        found = [(found.first, kind) for kind in rule.kinds for found in sentence.of(f"{rule.category}.kind.{kind}")]
        if found:
            return min(found)[1]
    return ""


def _parts(read: Reading, tellings: list[Telling]) -> dict[str, float]:
    """What the score is made of: what each phrase says in its place, and the desk that speaks against it.

    A phrase that stands there again takes its share of the doubt that is left; the weakest are counted together.
    """
    doubts: dict[str, float] = {}
    for telling in tellings:
        name = f"{telling.sentence.role}: {telling.trigger.term}"
        doubts[name] = doubts.get(name, 1.0) * (1 - telling.weight)
    parts = {name: round(1 - doubt, 3) for name, doubt in sorted(doubts.items(), key=lambda item: item[1])}
    weakest = list(parts)[MOST_EVIDENCE:]
    if weakest:
        parts["others"] = round(1 - prod(1 - parts.pop(name) for name in weakest), 3)
    if read.desk and not _is_counted(tellings):
        parts[f"desk: {read.desk.name}"] = -round(_DESK * read.desk.share, 3)
    return parts


def _is_counted(tellings: list[Telling]) -> bool:
    """The first lines tell of dead or wounded: then a stadium is the place of an attack, and no sport."""
    return any(_is_first(t.sentence) and _counts(t.sentence) for t in tellings if is_told(t.certainty))


def _counts(sentence: Sentence) -> bool:
    """It has a word for killed or wounded."""
    kinds = (f"claim.{kind}.{how}" for kind in ("killed", "wounded") for how in ("active", "either", "passive"))
    return any(map(sentence.has, kinds))


def _score(parts: Mapping[str, float]) -> float:
    """How sure it is that the article reports one: each part takes its share of the doubt that the others leave."""
    told = 1 - prod(1 - part for part in parts.values() if part > 0)
    return max(0.0, told + sum(part for part in parts.values() if part < 0))


def _against(read: Reading, rule: Rule, near: list[Sentence], tellings: list[Telling]) -> Iterator[Cue]:
    """What speaks against it, in the order of the text: tellings of what is denied, old or feared, and words that show
    a sentence, or a phrase, to be about something else; then the words of a desk that counts.
    """
    untold: dict[int, list[Telling]] = {}
    for telling in tellings:
        if not is_told(telling.certainty):
            untold.setdefault(telling.sentence.index, []).append(telling)
    kinds = {f"@{domain}": f"suppressed: {domain}" for domain in sorted(rule.domains)}
    kinds |= {f"{rule.category}.mask": "masked", f"{rule.category}.suppress": "suppressed"}
    for sentence in near:
        for telling in untold.get(sentence.index, ()):
            yield Cue(telling.certainty, sentence.evidence(rule.id, telling.trigger.first, telling.trigger.last))
        for kind, name in kinds.items():
            for found in sentence.of(kind):
                yield Cue(name, sentence.evidence(rule.id, found.first, found.last))
    if read.desk and not _is_counted(tellings):
        for sentence, word in read.desk.words():
            yield Cue(f"desk: {read.desk.name}", sentence.evidence(rule.id, word.first, word.last))


def _says(sentence: Sentence, counts: bool, places: bool, speakers: list[Source]) -> float:
    """How much of the story one sentence says: the toll, the place, who says so; the text before the title."""
    points = 2.0 * counts + 2.0 * places + 1.0 * bool(speakers) + 1.5 * WEIGHT[sentence.role]
    return points - (1.5 if sentence.role is Role.TITLE else 0.0)


def _claims(
    read: Reading, rule: Rule, tellings: list[Telling], firing_any: Collection[int]
) -> tuple[tuple[Claim, ...], set[int]]:
    """The claims of the event, and the sentences that give its figures; who denies it may leave it unnamed, where no
    rule fires."""
    told = [t for t in tellings if is_told(t.certainty)]
    spoken, fired = firing(tellings), firing(told)
    close = set(fired)
    is_truce = ClaimKind.VIOLATION in rule.claims
    # A strike's toll may stand in the first lines or right after it.  A breach of a truce is told beside deaths of
    # other days: only its own sentences count them.
    if told and not is_truce:
        close |= {index + 1 for index in fired}
        close |= {s.index for s in read.sentences if _is_first(s)}
    publisher = read.article.publisher
    figures: list[Told] = []
    found: list[Claim] = []
    counted: set[int] = set()
    for index in sorted(close | spoken.keys()):
        if index == len(read.sentences):
            continue
        sentence, who, here = read.sentences[index], read.speakers[index], fired.get(index, [])
        if index in spoken or (index not in firing_any and is_denied(sentence)):
            found += deed_claims(sentence, who, rule.id)
        if index not in close:
            continue
        told_here = (read.counts_firing if here else read.counts)[index]
        tolls = casualty_claims(
            sentence,
            told_here,
            here,
            who,
            read.lexicon,
            rule.id,
            publisher,
            read.year,
            kinds=rule.claims,
            any_cause=is_truce,
        )
        figures += tolls
        counted |= {index} if tolls else set()
    for t in told if is_truce else ():
        who = read.speakers[t.sentence.index]
        breaches = violation_claims(t.sentence, t.trigger, who, t.certainty, read.lexicon, rule.id, publisher)
        found += breaches
        counted |= {t.sentence.index} if any(claim.value is not None for claim in breaches) else set()
    supplement = read.lexicon.supplement
    return merged(figures, found, publisher, lambda name: is_only_place(name, supplement)), counted


def _severity(rule: Rule, claims: Iterable[Claim], sure: Certainty) -> int:
    killed = max((c.value or c.min or 0 for c in claims if c.kind is ClaimKind.KILLED), default=0)
    bonus = next((points for least, points in _TOLLS if killed >= least), 0)
    return max(0, min(100, rule.severity + bonus + (_UNSURE if sure is Certainty.ALLEGED else 0)))
