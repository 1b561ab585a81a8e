"""A trigger in its sentence -> how the text stands to what it tells, and the words that say so.  Pure."""

import re
from typing import NamedTuple

from shared.detect.attribution import Source
from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Found, Heard, Role, Sentence
from shared.detect.triggers import Trigger, overlap, words_between
from shared.types import ALERTABLE, Certainty

# What speaks most clearly against an event that has just happened decides first.
_AGAINST = (
    Certainty.FIGURATIVE,
    Certainty.EXERCISE,
    Certainty.HISTORICAL,
    Certainty.DENIED,
    Certainty.HYPOTHETICAL,
    Certainty.THREATENED,
)
# What is said of the telling is clearer than how the deed's name stands there; a mere "the" comes last.
_BY_NAME = (Certainty.DENIED, Certainty.HYPOTHETICAL, Certainty.THREATENED, Certainty.HISTORICAL)
_ORDER = (
    *((kind, False) for kind in (*_AGAINST, Certainty.ALLEGED, Certainty.OBSERVED)),
    *((kind, True) for kind in _BY_NAME),
)

# Five thousand and more.
_THOUSANDS = re.compile(r"(?:[5-9]|\d{2,3}|\d{1,3},\d{3}),\d{3}")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# "in March", read in September, is no news; read in April it may be, and read in January it may be to come.
_OLD_MONTHS = range(3, 9)
# "Twenty years ago, warplanes ...": what opens a sentence reaches over its comma.
_OPENS = 5
# What a relative clause that goes on with the deed begins with: "that killed".
_HAPPENED = "happened"
# So many words may stand before the noun in a deed's name: "suicide car bomb attack".
_MODIFIERS = 3
# A cue so near to its trigger is part of its name ("the", "last week's"), and nothing can belong to it instead.
_BESIDE = 2
# A month so many words after the deed still dates it.
_MONTH_REACH = 10
# So many words before its trigger a relative clause may begin, and so many behind the sentence's first: the subject's.
_ASIDE, _SUBJECT = 8, 8
# Cues of these names: the day that makes news of it; what tells that it has gone on or was before something else
# ("had", with which no text opens).
_RECENT, _BEFORE_THAT = "recent", ("since then", "before that")


class Stance(NamedTuple):
    """How a text stands to what it tells, and the words that decided it; none when it simply tells it."""

    certainty: Certainty
    cues: tuple[Found, ...] = ()
    frames: bool = False
    """Said in the first lines, it holds for the whole article."""


def certainty(
    sentence: Sentence, trigger: Found | Trigger, source: Source | None, lexicon: Lexicon, year: int | None
) -> Certainty:
    """How sure the sentence is of its trigger; `year` is the year of publication, None when unknown."""
    return stance(sentence, trigger, source, lexicon, year).certainty


def stance(
    sentence: Sentence,
    trigger: Found | Trigger,
    source: Source | None,
    lexicon: Lexicon,
    year: int | None,
    month: int | None = None,
) -> Stance:
    """How the sentence stands to its trigger, and why; `year` and `month` are of the publication, None when unknown."""
    said: dict[tuple[Certainty, bool], list[Found]] = {}
    framing: set[Certainty] = set()
    heard = sentence.cues
    for one in heard:
        if one.cue.relatives and _is_taken(sentence, trigger, one.found):
            continue
        if _speaks(sentence, trigger, one) and not _outweighed(sentence, trigger, one, heard):
            said.setdefault((one.cue.certainty, bool(one.cue.of)), []).append(one.found)
            framing |= {one.cue.certainty} if one.cue.frames else set()
    old = _past_years(sentence, trigger, year, heard) + _past_months(sentence, trigger, month)
    if old:
        said.setdefault((Certainty.HISTORICAL, False), []).extend(old)
        framing.add(Certainty.HISTORICAL)
    for kind in _ORDER:
        if kind in said:
            return Stance(kind[0], tuple(_longest(said[kind])), kind[0] in framing)
    aside = _told_aside(sentence, trigger, heard, is_said=source is not None)
    if aside:
        return Stance(Certainty.HISTORICAL, tuple(_longest(aside)))
    if source is not None:
        return Stance(source.certainty, (Found(source.verb, source.first, source.last),))
    return Stance(Certainty.REPORTED)


def _told_aside(sentence: Sentence, trigger: Found | Trigger, heard: list[Heard], *, is_said: bool) -> list[Found]:
    """The words that make background of what is told: "rebels had burned the mill", which somebody may say as news, or
    "the mill, which rebels burned, has reopened"; none when it is told for itself, or with its day."""
    if any(
        one.cue.name == _RECENT and _speaks(sentence, trigger, one) and not _is_taken(sentence, trigger, one.found)
        for one in heard
    ):
        return []
    names = () if is_said else _BEFORE_THAT if sentence.index else _BEFORE_THAT[:1]
    before = [
        one.found
        for one in heard
        if one.cue.name in names and _speaks(sentence, trigger, one) and not _outweighed(sentence, trigger, one, heard)
    ]
    return before or _relative_around(sentence, trigger) or ([] if is_said else _war_dead(sentence))


def _war_dead(sentence: Sentence) -> list[Found]:
    """More dead than one attack leaves: "8,000 men were killed when rebels overran the town"; a title counts a war's
    beside its news."""
    if sentence.role is Role.TITLE or not sentence.has("claim.killed.either"):
        return []
    return [Found(word, at, at + 1) for at, word in enumerate(sentence.words) if _THOUSANDS.fullmatch(word)]


def _relative_around(sentence: Sentence, trigger: Found | Trigger) -> list[Found]:
    """The word that begins a relative clause which holds the trigger's verb, and after whose comma the sentence goes
    on: who did it may stand before ("rebels, who seized the mill, have left"); a deed that goes on there is news."""
    if _is_name(sentence, trigger, "word.deed"):
        return []
    for index in range(min(trigger.last, len(sentence.words), _SUBJECT) - 1, max(0, trigger.first - _ASIDE), -1):
        if not (sentence.is_in("relative", index) and "," in sentence.gap(index)):
            continue
        return [Found(sentence.words[index], index, index + 1)] if _goes_on(sentence, trigger.last) else []
    # "The cathedral, damaged by a missile, needs a roof."
    passive = any(sentence.words[index] == "by" for index in range(trigger.first + 1, trigger.last))
    if passive and 0 < trigger.first < _SUBJECT and "," in sentence.gap(trigger.first):
        return [Found("by", trigger.first, trigger.last)] if _goes_on(sentence, trigger.last) else []
    return []


def _goes_on(sentence: Sentence, at: int) -> bool:
    """The sentence goes on behind a comma, and with no further clause."""
    end = next((index for index in range(at, len(sentence.words)) if "," in sentence.gap(index)), len(sentence.words))
    return len(sentence.words) - end > 1 and not sentence.is_in("and", end) and not _clause_opens(sentence, end)


def _clause_opens(sentence: Sentence, index: int) -> bool:
    return sentence.is_in("relative", index) or any(word.first == index for word in sentence.of("word.clause"))


def _longest(found: list[Found]) -> list[Found]:
    """Those that are in no longer one, in the order of the text."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.first, -each.last)):
        if not kept or one.last > kept[-1].last:
            kept.append(one)
    return kept


def is_told(certainty: Certainty) -> bool:
    """It is told as having happened, by whomever."""
    return certainty in ALERTABLE


def _speaks(sentence: Sentence, trigger: Found | Trigger, one: Heard) -> bool:
    """The cue speaks of the trigger: near enough, and over no border that it does not reach across."""
    cue, found = one
    if cue.of and not _is_name(sentence, trigger, f"word.{cue.of}"):
        return False
    if found.last <= trigger.first:
        reach, start, end = cue.before, found.last, trigger.first
    elif found.first >= trigger.last:
        reach, start, end = cue.after, trigger.last, found.first
    elif cue.name:
        return True
    else:
        # Between the words of the trigger ("jets did not bomb") it speaks of it too; what stands there before a noun
        # ("violations of the truce") speaks of that.
        return cue.before > 0 and not cue.of and trigger.first < found.first and found.last < trigger.last
    if not reach or end - start > reach:
        return False
    if cue.across:
        return True
    if cue.of and cue.before <= _BESIDE and any(sentence.is_in("noun_phrase_end", i) for i in range(start, end)):
        return False
    if cue.commas and (found.first >= trigger.last or found.first < _OPENS):
        return not _clause_between(sentence, start, end, into_relatives=cue.relatives)
    return not sentence.border(start, end) and not _clause_between(sentence, start, end)


def _is_name(sentence: Sentence, trigger: Found | Trigger, nouns: str) -> bool:
    """The trigger names the deed ("drone attack on a port") and does not tell it ("drones attacked a port")."""
    named = [
        noun
        for noun in sentence.of(nouns)
        if 0 <= noun.first - trigger.first <= _MODIFIERS
        and noun.last <= trigger.last
        and not any(sentence.is_in("article", index) for index in range(trigger.first, noun.first))
    ]
    told = [found for found in _of_cues(sentence, _HAPPENED) if overlap(found, trigger)]
    return bool(named) and all(any(overlap(found, noun) for noun in named) for found in told)


def _outweighed(sentence: Sentence, trigger: Found | Trigger, one: Heard, heard: list[Heard]) -> bool:
    """Other words say that it is news after all: "condemned the raid that killed nine on Sunday".

    They must belong to the trigger: "on Sunday condemned the raid" dates the condemnation, and so does "the victims of
    the raid were buried on Sunday".
    """
    return any(
        other.cue.name in one.cue.unless
        and _speaks(sentence, trigger, other)
        and (one.cue.before <= _BESIDE or words_between(other.found, trigger) < words_between(other.found, one.found))
        and not _is_taken(sentence, trigger, other.found)
        for other in heard
        if other.cue.name
    )


def _is_taken(sentence: Sentence, trigger: Found | Trigger, found: Found) -> bool:
    """Another verb between them takes the words for itself: "the raid ... met on Sunday"."""
    return any(trigger.last <= verb.first < found.first for verb in sentence.of("word.follow_up"))


def _clause_between(sentence: Sentence, start: int, end: int, *, into_relatives: bool = False) -> bool:
    """Another clause begins between two words: "... the town | that rebels took last year".

    One that goes on with what the deed did can be let through: "the raid that killed the general last year".
    """
    opened = sentence.opens_clause
    borders = [
        index
        for index in range(start, end)
        if sentence.is_in("relative", index) or (index in opened and not sentence.is_in("and", index))
    ]
    if borders and into_relatives:
        goes_on = {found.first for found in _of_cues(sentence, _HAPPENED)}
        borders = [at for at in borders if not (sentence.is_in("relative", at) and at + 1 in goes_on)]
    return bool(borders)


def _of_cues(sentence: Sentence, name: str) -> list[Found]:
    return [heard.found for heard in sentence.cues if heard.cue.name == name]


def past_years(sentence: Sentence, year: int | None) -> list[Found]:
    """Bare years before the year of publication: "in 2011", "the 1999 bombing"."""
    result = []
    for index, word in enumerate(sentence.words):
        if len(word) != 4 or not _YEAR.fullmatch(word):
            continue
        told = int(word)
        if year is not None:
            is_past = told < year - (1 if _is_winter(sentence, index) else 0)
        else:
            # "in 2011", "in May 2011"; the news of a day is dated "on 6 May 2011", too.
            is_past = told < 1980 or (index > 0 and sentence.is_in("before_year", index - 1))
            is_past |= index > 0 and _month(sentence, index - 1) is not None
        if is_past:
            result.append(Found(word, index, index + 1))
    return result


def _past_years(sentence: Sentence, trigger: Found | Trigger, year: int | None, heard: list[Heard]) -> list[Found]:
    """The past years that place the event, and nothing else, in the past."""
    result = []
    for found in past_years(sentence, year):
        # "the deadliest day since the army came in 2016" dates the army's coming; "killed in raids since 2016" counts
        # those of years, but for the deadliest.
        is_since = found.first > 0 and sentence.is_in("since", found.first - 1)
        if _clause_between(sentence, trigger.last, found.first - is_since, into_relatives=True):
            continue
        # "tore up the 2015 ceasefire" dates the ceasefire, "signed in 2015" the signing.
        is_within = trigger.first < found.first < trigger.last and not sentence.is_in("before_year", found.first - 1)
        if is_within or _is_taken(sentence, trigger, found) or _dates_another(sentence, trigger, found.first):
            continue
        if is_since and any(one.cue.name == "record" and _speaks(sentence, trigger, one) for one in heard):
            continue
        result.append(found)
    return result


def _is_winter(sentence: Sentence, index: int) -> bool:
    """ "Dec. 30, 2024" read in January 2025 is news."""
    return any(sentence.is_in("month_12", i) for i in range(max(0, index - 3), index))


def _past_months(sentence: Sentence, trigger: Found | Trigger, month: int | None) -> list[Found]:
    """Months well before that of publication that date the event: "the raid in March", read in September.

    Of what is of these days news tells the day, so a bare month is old where the day of publication is not known.
    """
    return [
        Found(word, index, index + 1)
        for index, word in enumerate(sentence.words[: trigger.last + _MONTH_REACH])
        if word in sentence.lexicon.months
        and (told := _month(sentence, index))
        and (month is None or (month - told) % 12 in _OLD_MONTHS)
        and not _clause_between(sentence, trigger.last, index, into_relatives=True)
        and not _clause_between(sentence, index, trigger.first)
        and not _dates_another(sentence, trigger, index)
    ]


def _dates_another(sentence: Sentence, trigger: Found | Trigger, date: int) -> bool:
    """The date tells when something else was made or began: "breaching the truce | reached in May"."""
    verb = date - 2
    if verb < 0 or trigger.first <= verb < trigger.last:
        return False
    return sentence.is_in("made", verb) or (verb != trigger.last and sentence.is_in("begun", verb))


def _month(sentence: Sentence, index: int) -> int | None:
    """The month that the word at `index` names after a word that dates ("in March"); a verb like "march" names none."""
    month = sentence.lexicon.months.get(sentence.words[index])
    is_verb = sentence.is_in("month_with_capital", index) and not sentence.is_upper(index)
    return month if month and index and not is_verb and sentence.is_in("before_month", index - 1) else None
