"""A reading and what fired in it -> where it happened.  Pure."""

from collections import Counter

from shared.detect import places
from shared.detect.attribution import Source
from shared.detect.reading import Reading, Telling, firing
from shared.detect.sentences import WEIGHT, Found, Role, Sentence
from shared.detect.triggers import Trigger
from shared.types import Place, Precision

# How much each speaks for a place being the event's.
_IN_FIRING_SENTENCE = 6.0
_LOCATED = 4.0  # "in", "south of", "bombed" before it
_WITH_TOLL = 3.0  # the sentence that counts the dead says where
_NEAR_TRIGGER, _NEAR = 2.0, 8
_PRECISE = 1.0
# And against.
_WHOLE_COUNTRY = -2.5
_SPEAKERS = -8.0  # "officials in Ankara said"
_DATELINE = -5.0
_BARE_COUNTRY = -4.0  # a country without "in" is mostly a party
_ASIDE = -3.0
_STRANGE = -6.0  # in a country that the article never names: more often another thing's name


def where(reading: Reading, tellings: list[Telling], counted: set[int]) -> tuple[Place | None, set[int]]:
    """The place of the event, and the sentences that name it; None when the text does not say.

    `counted` are the sentences that give its toll.
    """
    fired = firing(tellings)
    article: Counter[str] = Counter()
    for found in reading.named:
        article += places.countries_in(found)
    best: tuple[float, Place] | None = None
    naming: dict[str, set[int]] = {}
    for sentence in reading.sentences:
        index = sentence.index
        line = places.dateline(sentence)
        near = places.countries_in(reading.named[index])
        for mention in reading.named[index]:
            if not mention.spots:
                continue
            spot = places.choose(mention, near, article)
            naming.setdefault(spot.id, set()).add(index)
            points = _points(sentence, mention, fired.get(index, []), reading.speakers[index], index in counted, line)
            points += _STRANGE if article and not article[spot.country] else 0.0
            if points > 0 and (best is None or points > best[0]):
                best = (points, places.as_place(sentence, mention, spot, reading.lexicon.supplement))
    if best is not None:
        return best[1], naming[best[1].id]
    return _country(reading, fired), set()


def _points(
    sentence: Sentence, mention: places.Mention, fired: list[Trigger], who: list[Source], counted: bool, line: int
) -> float:
    """How likely a place named here is the event's.  Not at all: 0 or less."""
    points = 1.0 + WEIGHT[sentence.role]
    points += _IN_FIRING_SENTENCE if fired else 0.0 if mention.located else _ASIDE
    points += _WITH_TOLL if counted else 0.0
    points += _LOCATED if mention.located else _BARE_COUNTRY if mention.country else 0.0
    points += _NEAR_TRIGGER if any(_words_between(mention, trigger) <= _NEAR for trigger in fired) else 0.0
    points += _WHOLE_COUNTRY if mention.country else _PRECISE
    points += _SPEAKERS if places.in_source(mention, who) else 0.0
    points += _DATELINE if mention.first < line else 0.0
    return points


def _words_between(mention: places.Mention, trigger: Found | Trigger) -> int:
    return max(0, mention.first - trigger.last, trigger.first - mention.last)


def _country(reading: Reading, fired: dict[int, list[Trigger]]) -> Place | None:
    """The country whose people or land the first or the firing sentences name, leaving out who flew."""
    count: Counter[str] = Counter()
    first: dict[str, tuple[Sentence, places.Mention]] = {}
    for sentence in reading.sentences:
        triggers = fired.get(sentence.index, [])
        if not triggers and sentence.role not in (Role.TITLE, Role.LEAD):
            continue
        for mention in reading.named[sentence.index]:
            if not mention.country:
                continue
            flew = any(t.first - 3 <= mention.first < t.last for t in triggers)
            count[mention.country] += (0 if flew else 3) if triggers else 1
            first.setdefault(mention.country, (sentence, mention))
    if not count or count.most_common(1)[0][1] <= 0:
        return None
    code = count.most_common(1)[0][0]
    sentence, mention = first[code]
    name = reading.lexicon.supplement.country_names[code]
    written = sentence.slice(mention.first, mention.last)
    return Place(code, name, written, code, name, None, None, Precision.COUNTRY)
