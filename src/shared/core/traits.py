"""A report and its article in, what tells its event from another out: when, who, what it is about, whose text.  Pure.

Read are the report's sentence, the title where that tells the event too, and of the text its wording as a whole.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.core import event_words as known
from shared.core.calendar_words import MONTHS, folded
from shared.core.sketch import sketch
from shared.types import Article, ClaimKind, Field, Mark, Place, Report, Traits

_TOKEN = re.compile(r"[^\W_]+(?:[-.'\u2019\u02bc][^\W_]+)*")
_POSSESSIVE = re.compile(r"['\u2019\u02bc]s?$")
_ISO = re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
_CLOCK = re.compile(
    r"(?<![\d.:,])(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b"
    r"|(?<![\d.:,])(?P<hour24>[01]?\d|2[0-3])(?::|[.h](?=\d\d\s(?:local|gmt|utc|h\b)))(?P<minute24>[0-5]\d)(?![\d.:])"
    r"|(?<![\d.:,])(?P<military>[01]\d|2[0-3])[0-5]\d(?=\s?(?:hours|hrs|gmt|utc|local))",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\s?\(?(?:gmt|utc)\b", re.IGNORECASE)
_AGO = re.compile(r"\b(\d{1,2}|[a-z]{3,5}) days (?:ago|earlier)\b", re.IGNORECASE)
_AFTER = re.compile(r"\b(a|the|one|\d{1,2}|[a-z]{3,5}) days? after\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
# Local time by longitude is off by so much at most, where a state keeps one time from end to end.
_OFF_HOURS = 3
# How far before or behind a day's name the part of the day may stand: "early on Monday", "Monday at dawn".
_NEAR = 3
# How far before a day's name the word may stand whose day it is: "rose to at least six on Monday".
_FURTHER = 6
# How far from what fired a name may stand to be the doer's, and how many words may stand between it and its weapon.
_REACH, _WEAPON = 9, 2
_MOST_WORDS = 24
_LONGEST_SENTENCE = 1_500
# A dateline and a byline stand in the first words, a credit in the last.
_DATELINE, _CREDIT = 160, 120


class _Token(NamedTuple):
    fold: str
    start: int
    end: int
    is_capital: bool


class _When(NamedTuple):
    """What one expression says of the time."""

    far: int
    """From what fired."""
    day: date | None
    hours: tuple[int, int] | None
    is_told: bool


def traits(report: Report, article: Article) -> Traits:
    """What tells the event of a report from others.

    A day is always known: without words it is that of publication, or else of the reading, at the place.
    """
    sentence = report.sentence.text[:_LONGEST_SENTENCE]
    local = _local(article.published_at or article.fetched_at, report.place)
    at = _fired_at(report)
    tokens = _tokens(sentence)
    texts = [(sentence, tokens, at)]
    if report.sentence.field is Field.TEXT and any(each.field is Field.TITLE for each in report.evidence):
        texts.append((article.title, _tokens(article.title[:_LONGEST_SENTENCE]), 0))
    told = [when for text, words, fired in texts if (when := _when(text, words, fired, local, report.place))]
    day = next((when for when in told if when.is_told and when.day), None)
    day = day or next((when for when in told if when.day), None)
    hours = next((when.hours for when in told if when.hours and (day is None or when.day in (None, day.day))), None)
    return Traits(
        day=day.day if day and day.day else local.date(),
        is_day_told=bool(day and day.is_told),
        hours=hours,
        parties=_parties(report, texts),
        wire=_wire(article),
        sketch=sketch(article),
        words=_about(report, [*_tokens(article.title[:_LONGEST_SENTENCE]), *tokens]),
    )


def _local(moment: datetime, place: Place | None) -> datetime:
    """A moment by the sun of a place; in UTC where its longitude is not known."""
    return moment + timedelta(hours=place.lon / 15) if place is not None and place.lon is not None else moment


def _fired_at(report: Report) -> int:
    """Where in the report's sentence the words stand that fired."""
    sentence = report.sentence
    for one in report.evidence:
        if one.field is sentence.field and sentence.start <= one.start and one.end <= sentence.end:
            return one.start - sentence.start
    return 0


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(_fold(found[0]), found.start(), found.end(), found[0][0].isupper()) for found in _TOKEN.finditer(text)
    ]


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower() if word.isascii() else folded(word))


# --- when ------------------------------------------------------------------------------------------------------


def _when(text: str, tokens: list[_Token], fired: int, local: datetime, place: Place | None) -> _When | None:
    """What a text says of the event's day and hours: the expression nearest to what fired, a speaker's day the last."""
    found = sorted(
        _expressions(text, tokens, fired, local), key=lambda when: (not when.is_told, when.day is None, when.far)
    )
    clocks = sorted(_clocks(text, fired, place))
    if not found:
        return _When(0, None, clocks[0][1], False) if clocks else None
    first = found[0]
    parts = [when.hours for when in found if when.hours and when.day in (None, first.day)]
    hours = clocks[0][1] if clocks else first.hours or next(iter(parts), None)
    return first._replace(hours=hours)


def _expressions(text: str, tokens: list[_Token], fired: int, local: datetime) -> Iterator[_When]:
    today = local.date()
    for iso in _ISO.finditer(text):
        if day := _date(int(iso[1]), int(iso[2]), int(iso[3])):
            yield _When(abs(iso.start() - fired), day, None, True)
    if ago := _AGO.search(text):
        number = _number(ago[1])
        if number:
            yield _When(abs(ago.start() - fired), today - timedelta(days=number), None, True)
    if (after := _AFTER.search(text)) and after.start() < fired:
        number = 1 if after[1].lower() in ("a", "the", "one") else _number(after[1])
        if number:
            named = (_named_day(tokens, at, local) for at, token in enumerate(tokens) if token.start < after.start())
            day = next((day for day in named if day is not None), today)
            yield _When(abs(after.start() - fired), day - timedelta(days=number), None, True)
    for index, token in enumerate(tokens):
        far = abs(token.start - fired)
        day = _named_day(tokens, index, local)
        if day is None:
            if (hours := known.HOURS.get(token.fold)) and not _beside_a_day(tokens, index):
                yield _alone(tokens, index, hours, today, far)
            continue
        before = [each.fold for each in tokens[max(0, index - _NEAR) : index]]
        if before and before[-1] in known.AFTER_A_DAY and token.fold not in known.DAYS_OFF:
            continue
        is_said = any(word in known.SAYING for word in before) or _is_of_aftermath(tokens, index, fired)
        hours = _part_of_day(tokens, index)
        if hours == known.NIGHT and _is_night_after(tokens, index):
            day += timedelta(days=1)
        yield _When(far, day, None if is_said else hours, not is_said)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else known.NUMBERS.get(word.lower(), 0)


def _is_of_aftermath(tokens: list[_Token], index: int, fired: int) -> bool:
    """Of a day that its sentence gives to what came after: "rose to six on Monday", "on Monday buried"."""
    here = tokens[index].start
    if here < fired and any(each.fold in known.COMES_AFTER for each in tokens[index + 1 : index + 2]):
        return True
    before = [each for each in tokens[max(0, index - _FURTHER) : index] if each.fold in known.COMES_AFTER]
    return any(not each.start < fired < here for each in before)


def _alone(tokens: list[_Token], index: int, hours: tuple[int, int], today: date, far: int) -> _When:
    """A part of the day by itself: "overnight", "last night", "this morning" tell the day, "in the morning" none."""
    fold = tokens[index].fold
    before = tokens[index - 1].fold if index else ""
    if fold == "tonight":
        return _When(far, today + timedelta(days=1), hours, True)
    if fold == "overnight" or before in ("this", "last", "минулоi"):
        return _When(far, today, hours, True)
    return _When(far, None, hours, False)


def _named_day(tokens: list[_Token], index: int, local: datetime) -> date | None:
    token = tokens[index]
    today = local.date()
    if token.fold in known.DAYS_OFF:
        return today + timedelta(days=known.DAYS_OFF[token.fold])
    number = known.WEEKDAYS.get(token.fold)
    if number is not None and (token.is_capital or token.fold not in known.SHORT_DAYS):
        return _weekday(number, local)
    month = MONTHS.get(token.fold)
    if month is None or (token.fold.isascii() and not token.is_capital):
        return None
    return _month_day(tokens, index, month, today)


def _weekday(number: int, local: datetime) -> date:
    """The latest day of that name.  Where the sun is behind the clock, tomorrow may have begun."""
    today = local.date()
    back = (today.weekday() - number) % 7
    if back == 6 and local.hour >= 24 - _OFF_HOURS:
        back = -1
    return today - timedelta(days=back)


def _month_day(tokens: list[_Token], index: int, month: int, today: date) -> date | None:
    """ "17 September", "September 17", "Sept. 17th, 2016"; without a year the latest."""
    after = [each.fold for each in tokens[index + 1 : index + 4]]
    before = tokens[index - 1].fold if index else ""
    number = _day_number(after[0]) if after else None
    rest = after[1:]
    if number is None:
        number, rest = _day_number(before), after
    if number is None:
        return None
    if rest and _YEAR.fullmatch(rest[0]):
        return _date(int(rest[0]), month, number)
    day = _date(today.year, month, number)
    return _date(today.year - 1, month, number) if day and day > today + timedelta(days=1) else day


def _day_number(word: str) -> int | None:
    digits = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word)
    return int(digits[1]) if digits and 1 <= int(digits[1]) <= 31 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # a 31st of June
        return None


def _beside_a_day(tokens: list[_Token], index: int) -> bool:
    """A part of the day that belongs to a day's name, which is read with it."""
    near = tokens[max(0, index - _NEAR) : index + _NEAR]
    return any(each.fold in known.WEEKDAYS or each.fold in known.DAYS_OFF for each in near)


def _part_of_day(tokens: list[_Token], index: int) -> tuple[int, int] | None:
    for each in (*tokens[index + 1 : index + _NEAR], *reversed(tokens[max(0, index - _NEAR) : index])):
        if each.fold in known.HOURS:
            return known.HOURS[each.fold]
    near = {each.fold for each in tokens[max(0, index - 2) : index]}
    return known.EARLY if "early" in near else known.LATE if "late" in near else None


def _is_night_after(tokens: list[_Token], index: int) -> bool:
    """ "Sunday night" ends on Monday; "overnight into Monday" and "in the night to Monday" are Monday's."""
    behind = [each.fold for each in tokens[index + 1 : index + 2]]
    before = [each.fold for each in tokens[max(0, index - _NEAR) : index]]
    if behind and behind[0] in known.NIGHT_WORDS:
        return True
    return bool(before) and before[-1] in ("of", "on") and "night" in before


def _clocks(text: str, fired: int, place: Place | None) -> Iterator[tuple[int, tuple[int, int]]]:
    """The hours of clock times, and how far each stands from what fired."""
    for found in _CLOCK.finditer(text):
        hour = int(found["hour"] or found["hour24"] or found["military"])
        if found["half"]:
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if found["half"] in "pP" else 0)
        far = abs(found.start() - fired)
        if _ZONE.match(text, found.end()):
            if place is None or place.lon is None:
                continue
            hour, far = int(hour + place.lon / 15) % 24, far + 1_000  # the place's own clock is better
        yield far, (hour, hour + 1)


# --- who -------------------------------------------------------------------------------------------------------


def _parties(report: Report, texts: Sequence[tuple[str, list[_Token], int]]) -> tuple[str, ...]:
    """Who is said to have done it: as the doer in the first text that names one, or by taking responsibility."""
    found: list[str] = []
    for _, tokens, fired in texts:
        found = found or _doers(tokens, fired)
    for claim in report.claims:
        if claim.kind is ClaimKind.RESPONSIBILITY:
            words = _tokens(claim.by)
            found += (actor for index in range(len(words)) for actor, _ in _actor(words, index))
    return tuple(dict.fromkeys(found))[:4]


def _doers(tokens: list[_Token], fired: int) -> list[str]:
    """The doer named nearest to what fired, with whom it is named together: "US and British jets"."""
    near = min(range(len(tokens)), key=lambda index: abs(tokens[index].start - fired), default=0)
    doers = [
        (abs(index - near), index, last, actor)
        for index in range(max(0, near - _REACH), min(len(tokens), near + _REACH))
        for actor, last in _actor(tokens, index)
        if _is_doer(tokens, index, last)
    ]
    if not doers:
        return []
    _, first, last, actor = min(doers)
    result = [actor]
    for _, index, end, other in doers:
        if (index == last + 1 and tokens[last].fold in ("and", "та", "і", "و")) or (
            end + 1 == first and tokens[end].fold == "and"
        ):
            result.append(other)
    return sorted(result)


def _actor(tokens: Sequence[_Token], index: int) -> Iterator[tuple[str, int]]:
    """The party that is named from here on, and where its name ends; the longest name."""
    if tokens[index].fold not in known.ACTOR_BEGINS:
        return
    if tokens[index].fold == "us" and not tokens[index].is_capital:
        return
    for length in range(known.LONGEST_ACTOR, 0, -1):
        name = " ".join(each.fold for each in tokens[index : index + length])
        if name in known.ACTORS:
            yield known.ACTORS[name], index + length
            return


def _is_doer(tokens: list[_Token], first: int, last: int) -> bool:
    before = [each.fold for each in tokens[max(0, first - 3) : first]]
    while before and (before[-1] in known.COUNTING or before[-1].isdigit()):
        before.pop()
    if before and before[-1] == "by":
        return not (len(before) > 1 and before[-2] in known.NOT_DONE_BY)
    if before and before[-1] in known.DONE_TO:
        return before[-1] == "in" and any(each.fold in known.FORCES for each in tokens[last : last + 2])
    if before and not before[-1].isascii() and before[-1] in known.FORCES:  # "غارة إسرائيلية": the adjective follows
        return True
    after = [each.fold for each in tokens[last : last + 5]]
    if after[:2] and (after[0] == "and" or after[0] == "led"):
        after = after[2:] if after[0] == "and" else after[1:]
    skipped = 0
    while skipped < len(after) and after[skipped] in known.BETWEEN:
        skipped += 1
    if skipped < len(after) and after[skipped] in known.STRIKES:
        return "by" not in after[skipped + 1 : skipped + 2]
    weapon = next((at for at, word in enumerate(after[: _WEAPON + 1]) if word in known.FORCES), None)
    return weapon is not None and known.PASSIVE.isdisjoint(after[weapon + 1 : weapon + 2])


# --- what it is about ------------------------------------------------------------------------------------------


def _about(report: Report, tokens: list[_Token]) -> tuple[str, ...]:
    """The words that are neither everybody's nor a name of the place or of who says so, each once."""
    place = report.place
    names = {place.name, place.as_written, place.country_name} if place else set()
    names |= {claim.by for claim in report.claims}
    left_out = {each.fold for name in names for each in _tokens(name)}
    words: dict[str, None] = {}
    for token in tokens:
        fold = token.fold
        if len(fold) < 3 or fold in left_out or any(letter.isdigit() for letter in fold) or _is_common(fold):
            continue
        words[known.singular(fold)] = None
    return tuple(words)[:_MOST_WORDS]


def _is_common(fold: str) -> bool:
    return (
        fold in known.COMMON
        or fold in known.FORCES
        or fold in known.STRIKES
        or fold in known.SAYING
        or fold in known.ACTORS
        or fold in known.WEEKDAYS
        or fold in known.HOURS
        or fold in known.DAYS_OFF
        or fold in known.AGENCIES
        or fold in MONTHS
    )


# --- whose text ------------------------------------------------------------------------------------------------


def _wire(article: Article) -> str:
    """The agency that wrote the text, by who publishes it, who signs it, and its dateline, byline or credit."""
    for name in (article.publisher, *article.authors):
        if wire := _agency(re.sub(r"^by\s+", "", name.strip(), flags=re.IGNORECASE), whole=True):
            return wire
    marked = [article.text[one.start : one.end] for one in article.paragraphs if one.mark in (Mark.BYLINE, Mark.NOTICE)]
    text = article.text.strip()
    dateline = re.match(r"[^\n]{0,80}?\(([^()\n]{2,40})\)\s*(?:[-\u2013\u2014:]|$)", text[:_DATELINE])
    credit = re.search(r"(?:[(\[\u2013\u2014-]\s*)([^()\[\]\n\u2013\u2014]{2,40})[)\]]?\s*\.?$", text[-_CREDIT:])
    for piece in [*marked, *(found[1] for found in (dateline, credit) if found)]:
        if len(piece) <= _DATELINE and (wire := _agency(piece, whole=False)):
            return wire
    return "reuters" if re.search(r"\(?Reporting by .{3,200}Editing by ", text[-600:], re.DOTALL) else ""


def _agency(text: str, *, whole: bool) -> str:
    """The agency that a name is, or that a byline names."""
    tokens = _tokens(text)
    for length in range(min(4, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            if whole and length < len(tokens):
                continue
            name = " ".join(each.fold for each in tokens[first : first + length])
            wire = known.AGENCIES.get(name)
            if wire and (name not in known.IN_CAPITALS or text[tokens[first].start : tokens[first].end].isupper()):
                return wire
    return ""
