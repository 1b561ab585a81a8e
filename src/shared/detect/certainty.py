"""A trigger in its sentence -> how the text stands to what it tells.  Pure."""

import re

from shared.detect.attribution import Source
from shared.detect.language import CueSet
from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Found, Sentence
from shared.detect.triggers import Trigger
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

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def certainty(
    sentence: Sentence, trigger: Found | Trigger, source: Source | None, lexicon: Lexicon, year: int | None
) -> Certainty:
    """How sure the sentence is of its trigger; `year` is the year of publication, None when unknown."""
    said = {
        cue.certainty
        for cue in lexicon.cues
        if any(_reaches(sentence, trigger, found, cue) for found in sentence.of(cue.kind))
    }
    if _past_year(sentence, trigger, year):
        said.add(Certainty.HISTORICAL)
    for kind in _AGAINST:
        if kind in said:
            return kind
    if Certainty.ALLEGED in said:
        return Certainty.ALLEGED
    if source is not None:
        return source.certainty
    return Certainty.OBSERVED if Certainty.OBSERVED in said else Certainty.REPORTED


def is_told(certainty: Certainty) -> bool:
    """It is told as having happened, by whomever."""
    return certainty in ALERTABLE


def _reaches(sentence: Sentence, trigger: Found | Trigger, found: Found, cue: CueSet) -> bool:
    """The cue speaks of the trigger: near enough, in the same clause unless it reaches across."""
    if found.last <= trigger.first:
        reach, start, end = cue.before, found.last, trigger.first
    elif found.first >= trigger.last:
        reach, start, end = cue.after, trigger.last, found.first
    else:
        # Between the words of the trigger ("jets did not bomb") it speaks of it too.
        return found.first > trigger.first and found.last < trigger.last
    if not reach or end - start > reach:
        return False
    return cue.across or not sentence.border(start, end)


def _past_year(sentence: Sentence, trigger: Found | Trigger, year: int | None) -> bool:
    """A bare year before the year of publication places the event in the past: "in 2011", "the 1999 bombing"."""
    for index, word in enumerate(sentence.words):
        if len(word.fold) != 4 or not _YEAR.fullmatch(word.fold):
            continue
        # "the deadliest day since the army came in 2016" dates the army's coming.
        if sentence.clause_between(trigger.last, index):
            continue
        told = int(word.fold)
        if year is not None:
            if told < year - (1 if _is_winter(sentence, index) else 0):
                return True
        elif told < 1980 or (index and sentence.is_in("before_year", index - 1)):
            return True
    return False


def _is_winter(sentence: Sentence, index: int) -> bool:
    """ "Winter: "Dec. 30, 2024" read in January 2025 is news."""
    return any(sentence.is_in("december", i) for i in range(max(0, index - 3), index))
