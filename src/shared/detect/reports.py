"""What was found in an article -> one report a category.  Pure, but for the gazetteer it reads."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared.detect import claims as claims_of
from shared.detect import places
from shared.detect.attribution import Source, source_for, sources
from shared.detect.certainty import certainty, is_told
from shared.detect.lexicon import Lexicon
from shared.detect.rules import Rule
from shared.detect.sentences import WEIGHT, Found, Role, Sentence
from shared.detect.triggers import triggers
from shared.types import Article, Certainty, Claim, ClaimKind, Place, Precision, Report


@dataclass(frozen=True, slots=True)
class Telling:
    """One place in the article that speaks of the event."""

    sentence: Sentence
    trigger: Found
    certainty: Certainty
    weight: float


# Deep in an article a lone phrase is more often about something else; two make it likely.
_LEAST_SCORE = 0.4
_TERM, _PAIR = 0.9, 0.8
# What the first lines say of the whole holds for the rest, unless it is said to be news.
_FRAMES = frozenset({Certainty.HISTORICAL, Certainty.EXERCISE, Certainty.FIGURATIVE})
_SOFT_FRAMES = frozenset({Certainty.THREATENED, Certainty.HYPOTHETICAL, Certainty.DENIED})
# What a toll adds to a category's severity.
_TOLLS = ((100, 30), (50, 25), (20, 20), (10, 15), (5, 10), (1, 5))


def reports(article: Article, read: list[Sentence], lexicon: Lexicon) -> list[Report]:
    """At most one report for each rule, in the order of the rules."""
    fired = [(rule, [(s, t) for s in read for t in triggers(s, rule)]) for rule in lexicon.rules]
    if not any(found for _, found in fired):
        return []
    speakers = _speakers(read)
    year = article.published_at.year if article.published_at else None
    named = [places.mentions(sentence, lexicon.supplement) for sentence in read]
    result = []
    for rule, found in fired:
        tellings = [_telling(s, t, speakers[s.index], lexicon, year) for s, t in found]
        tellings = _framed(tellings)
        report = _report(article, rule, tellings, read, speakers, named, lexicon, year)
        if report is not None:
            result.append(report)
    return result


def _speakers(read: list[Sentence]) -> list[list[Source]]:
    """Who speaks in each sentence; a pronoun stands for who spoke last."""
    result: list[list[Source]] = []
    last: Source | None = None
    for sentence in read:
        found = sources(sentence, last)
        result.append(found)
        last = found[-1] if found else last
    return result


def _telling(sentence: Sentence, trigger: Found, found: list[Source], lexicon: Lexicon, year: int | None) -> Telling:
    sure = certainty(sentence, trigger, source_for(found, trigger.first), lexicon, year)
    strength = _PAIR if "..." in trigger.term else _TERM
    return Telling(sentence, trigger, sure, WEIGHT[sentence.role] * strength)


def _framed(tellings: list[Telling]) -> list[Telling]:
    """The tellings under what the first lines say: an anniversary story retells its old raid in plain past tense."""
    if not tellings or tellings[0].sentence.role not in (Role.TITLE, Role.LEAD):
        return tellings
    frame = tellings[0].certainty
    if frame not in _FRAMES | _SOFT_FRAMES:
        return tellings
    return [
        t
        if not is_told(t.certainty) or _is_news(t.sentence, frame)
        else Telling(t.sentence, t.trigger, frame, t.weight)
        for t in tellings
    ]


def _is_news(sentence: Sentence, frame: Certainty) -> bool:
    if sentence.has("word.recent"):
        return True
    return frame in _SOFT_FRAMES and any(
        sentence.has(f"claim.{kind}.{how}") for kind in ("killed", "wounded") for how in ("active", "either")
    )


def _report(
    article: Article,
    rule: Rule,
    tellings: list[Telling],
    read: list[Sentence],
    speakers: list[list[Source]],
    named: list[list[places.Mention]],
    lexicon: Lexicon,
    year: int | None,
) -> Report | None:
    told = [t for t in tellings if is_told(t.certainty)]
    score = 1.0
    for telling in told or tellings:
        score *= 1 - telling.weight
    score = 1 - score
    if not tellings or score < _LEAST_SCORE:
        return None
    claims, counted = _claims(article, rule, told, read, speakers, lexicon, year)
    place, placed = _place(told or tellings, counted, read, speakers, named, lexicon)
    main = max(
        {t.sentence.index: t.sentence for t in told or tellings}.values(),
        key=lambda s: (_says(s, counted, placed, speakers[s.index]), -s.index),
    )
    quoted = max((t for t in told or tellings if t.sentence is main), key=lambda t: t.weight)
    others = [t for t in told or tellings if t is not quoted]
    evidence = tuple(t.sentence.evidence(rule.id, t.trigger.first, t.trigger.last) for t in [quoted, *others])
    return Report(
        id=_id(article, rule, place),
        article_id=article.id,
        category=rule.category,
        certainty=quoted.certainty,
        severity=_severity(rule, claims, quoted.certainty),
        score=round(score, 3),
        place=place,
        claims=claims,
        evidence=evidence,
        sentence=main.evidence(rule.id),
    )


def _says(sentence: Sentence, counted: set[int], placed: int, found: list[Source]) -> float:
    """How much of the story one sentence says: the toll, the place, its owner; the text before the title."""
    return (
        2.0 * (sentence.index in counted)
        + 2.0 * (sentence.index == placed)
        + 1.0 * bool(found)
        + 1.5 * WEIGHT[sentence.role]
        - 1.0 * (sentence.role is Role.TITLE)
    )


def _claims(
    article: Article,
    rule: Rule,
    told: list[Telling],
    read: list[Sentence],
    speakers: list[list[Source]],
    lexicon: Lexicon,
    year: int | None,
) -> tuple[tuple[Claim, ...], set[int]]:
    """The claims of the event, and the sentences that make them."""
    if not told:
        return (), set()
    firing = {t.sentence.index for t in told}
    close = set(firing)
    # A breach of a truce is often told beside other deaths: only its own sentences count them.
    if ClaimKind.VIOLATION not in rule.claims:
        close |= {i + 1 for i in firing} | {s.index for s in read if s.role in (Role.TITLE, Role.LEAD)}
    found: list[Claim] = []
    counted: set[int] = set()
    for sentence in read:
        who = speakers[sentence.index]
        if sentence.index not in close:
            continue
        if ClaimKind.KILLED in rule.claims:
            casualties = claims_of.casualty_claims(sentence, who, lexicon, rule.id, article.publisher, year)
            found += casualties
            if casualties:
                counted.add(sentence.index)
        found += claims_of.deed_claims(sentence, who, rule.id) if sentence.index in firing else []
    if ClaimKind.VIOLATION in rule.claims:
        for t in told:
            who = speakers[t.sentence.index]
            found.append(
                claims_of.violation_claim(t.sentence, t.trigger, who, t.certainty, lexicon, rule.id, article.publisher)
            )
            counted |= {t.sentence.index} if found[-1].value is not None else set()
    return claims_of.merged(found), counted


def _place(
    tellings: list[Telling],
    counted: set[int],
    read: list[Sentence],
    speakers: list[list[Source]],
    named: list[list[places.Mention]],
    lexicon: Lexicon,
) -> tuple[Place | None, int]:
    """Where it happened, and the sentence that says so."""
    article = Counter[str]()
    for found in named:
        article += places.countries_in(found)
    triggers_of: dict[int, list[Found]] = {}
    for telling in tellings:
        triggers_of.setdefault(telling.sentence.index, []).append(telling.trigger)
    best: tuple[float, Place, int] | None = None
    for sentence in read:
        line = places.dateline(sentence)
        near = places.countries_in(named[sentence.index])
        for mention in named[sentence.index]:
            if not mention.spots:
                continue
            spot = places.choose(mention, near, article)
            points = _points(
                sentence, mention, spot, triggers_of.get(sentence.index, []), counted, speakers[sentence.index], line
            )
            if points > 0 and (best is None or points > best[0]):
                best = (points, places.as_place(sentence, mention, spot, lexicon.supplement), sentence.index)
    if best is not None:
        return best[1], best[2]
    return _country(read, named, triggers_of, lexicon), -1


def _points(
    sentence: Sentence,
    mention: places.Mention,
    spot: object,
    fired: list[Found],
    counted: set[int],
    who: list[Source],
    line: int,
) -> float:
    """How likely a place named here is the event's.  Not at all: 0 or less."""
    country = bool(mention.country)
    points = 1.0 + WEIGHT[sentence.role]
    points += 6.0 if fired else 0.0
    points += 3.0 if sentence.index in counted else 0.0
    points += 4.0 if mention.located else 0.0
    points += 2.0 if any(abs(mention.first - f.last) <= 8 or abs(f.first - mention.last) <= 8 for f in fired) else 0.0
    points += -2.5 if country else 1.0
    if places.in_source(mention, who):
        points -= 8.0
    if mention.first < line:
        points -= 5.0
    if not mention.located and country:
        points -= 4.0
    if not fired and not mention.located:
        points -= 3.0
    return points


def _country(
    read: list[Sentence], named: list[list[places.Mention]], triggers_of: dict[int, list[Found]], lexicon: Lexicon
) -> Place | None:
    """The country whose people or land the firing sentences name, leaving out who flew and who spoke."""
    count: Counter[str] = Counter()
    first: dict[str, tuple[Sentence, places.Mention]] = {}
    for sentence in read:
        fired = triggers_of.get(sentence.index, [])
        if not fired and sentence.role not in (Role.TITLE, Role.LEAD):
            continue
        for mention in named[sentence.index]:
            if not mention.country:
                continue
            flew = any(f.first - 3 <= mention.first < f.last for f in fired)
            count[mention.country] += (0 if flew else 3) if fired else 1
            first.setdefault(mention.country, (sentence, mention))
    if not count:
        return None
    code, points = count.most_common(1)[0]
    if points <= 0:
        return None
    sentence, mention = first[code]
    name = lexicon.supplement.country_names[code]
    written = sentence.slice(mention.first, mention.last)
    return Place(code, name, written, code, name, None, None, Precision.COUNTRY)


def _severity(rule: Rule, claims: Iterable[Claim], sure: Certainty) -> int:
    killed = max((c.value or c.min or 0 for c in claims if c.kind is ClaimKind.KILLED), default=0)
    bonus = next((points for least, points in _TOLLS if killed >= least), 0)
    return max(0, min(100, rule.severity + bonus - (5 if sure is Certainty.ALLEGED else 0)))


def _id(article: Article, rule: Rule, place: Place | None) -> str:
    key = "\n".join((article.id, rule.category, place.id if place else ""))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
