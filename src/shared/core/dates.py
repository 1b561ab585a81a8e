"""A date as feeds and pages write it in, an aware UTC datetime or none out.  Pure.

Strict: a date that is guessed drives an alert wrongly, a date that is missing does not.  Every word and every number of
the text must have its one meaning, or there is no date.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from shared.core.calendar_words import AFTERNOON, AMERICAN, FORENOON, MONTHS, PASSED_OVER, TWO_WORDS, ZONES, folded
from shared.core.text import plain

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_LONGEST = 100
# The common ones, read at once: ISO 8601 and RFC 822.
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:[.,]\d{1,9})?"
_ZONE = r"(?P<zone>[a-z]{1,5}|(?:gmt|utc|ut)?\s?[+-]\d{1,2}(?::?\d\d)?)"
_ISO = re.compile(
    rf"(?:[a-z]{{3,9}},? )?(?P<year>\d{{4}})(?P<rule>[-/.])(?P<month>\d{{1,2}})(?P=rule)(?P<day>\d{{1,2}})"
    rf"(?:(?:t|,? ){_CLOCK} ?{_ZONE}?)?"
)
_COMPACT = re.compile(
    rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)t(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d) ?{_ZONE}?"
)
_RFC822 = re.compile(
    rf"(?:[a-z]+\.?,? )?(?P<day>\d{{1,2}})[ -](?P<name>[a-z]{{3,9}})\.?,?[ -](?P<year>\d{{4}}|\d\d),? {_CLOCK} {_ZONE}"
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
# Otherwise by its parts: a clock, a zone behind it, a month by name or a date in numbers, and nothing else.
_TIME = re.compile(
    r"(?<![\d:.+-])(?:(?P<half>am|pm) ?)?(?P<hour>\d{1,2})(?::|h(?=\d))(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    r"(?:\.\d{1,9})? ?(?P<after>am|pm|a\.m\.?|p\.m\.?|[صم](?!\w)|مساء|صباحا)?(?: ?(?:uhr|uur|h)\b)?(?![\d:])"
)
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?")
_EAST_ASIAN = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号]")
_EAST_ASIAN_DAY = re.compile(
    r"\(?(?:[月火水木金土日]曜日?|[월화수목금토일]요일|星期[一二三四五六日天]|周[一二三四五六日])\)?"
    r"|\([月火水木金土日월화수목금토일]\)"
)
_EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2}) ?[時时点시] ?(\d{1,2}) ?[分분](?: ?(\d{1,2}) ?[秒초])?")
_IN_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/-])\.?")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})([/.-]) ?(\d{1,2})\2 ?(\d{1,2})(?![\d/-])\.?")
_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_BETWEEN = re.compile(r"[\s,.;|/·•()-]*")


def parse_date(text: str, now: datetime | None = None) -> datetime | None:
    """The moment that this text names; none when it names none surely, or one before 1995 or a day after `now`.

    A date without a time is midnight, a time without a zone UTC.  Without `now` there is no upper bound.
    """
    if len(text) > _LONGEST:
        return None
    told = folded(plain(text)) if not text.isascii() else " ".join(text.split()).lower()
    try:
        moment = _read(told)
        if moment is None or moment < EARLIEST or (now is not None and moment > now + timedelta(days=1)):
            return None
    except (ValueError, OverflowError):  # a 31st of June, an hour 25
        return None
    return moment


def _read(told: str) -> datetime | None:
    if found := _ISO.fullmatch(told) or _COMPACT.fullmatch(told):
        part = found.groupdict()
        day = (int(part["year"]), int(part["month"]), int(part["day"]))
        return _moment(day, _clock(part) if part["hour"] else (0, 0, 0), part["zone"] or "z")
    if (found := _RFC822.fullmatch(told)) and found["name"] in MONTHS:
        year = int(found["year"]) + (0 if len(found["year"]) == 4 else 1900 if found["year"] > "90" else 2000)
        return _moment((year, MONTHS[found["name"]], int(found["day"])), _clock(found.groupdict()), found["zone"])
    if found := _EPOCH.fullmatch(told):
        return datetime.fromtimestamp(int(found[1]), UTC)
    return _by_parts(told)


def _by_parts(told: str) -> datetime | None:
    told = re.sub(r" ?\([a-z ]{1,50}\)$", "", told)  # JavaScript's "(Coordinated Universal Time)"
    told = re.sub(r"(\d{4})-([^\W\d_]+)-(\d{1,2})t(?=\d)", r"\1 \2 \3 ", told)
    for words, name in TWO_WORDS.items():
        told = told.replace(words, name)
    told = _EAST_ASIAN_DAY.sub(" ", _EAST_ASIAN.sub(r"\1-\2-\3 ", told))
    told = re.sub("上午|午前|오전", " am ", re.sub("下午|午後|오후", " pm ", told))
    told = re.sub(" +", " ", _EAST_ASIAN_CLOCK.sub(_with_colons, told))

    clocks = list(_TIME.finditer(told))
    if len(clocks) > 1:
        return None
    clock, zone = (0, 0, 0), "z"
    if clocks:
        (found,) = clocks
        half = found["half"] or found["after"] or ""
        clock = _clock(found.groupdict(), half)
        before, behind = told[: found.start()], told[found.end() :].strip()
        offset = _OFFSET.match(behind)
        named = _WORD.match(behind)
        if offset:
            zone, behind = offset[0], behind[offset.end() :]
        elif named and (named[0] in ZONES or named[0] in AMERICAN):
            zone, behind = named[0], behind[named.end() :]
        told = f"{before} {behind}"
    day = _day(told)
    return _moment(day, clock, zone) if day else None


def _day(told: str) -> tuple[int, int, int] | None:
    """Year, month and day, of what is left without clock and zone; none when a word or number is too many."""
    if found := _YEAR_FIRST.search(told):
        day: tuple[int, int, int] | None = (int(found[1]), int(found[3]), int(found[4]))
    elif found := _IN_NUMBERS.search(told):
        one, two, year = int(found[1]), int(found[3]), int(found[4])
        day = (year, two, one) if one > 12 or one == two else (year, one, two) if two > 12 else None
    else:
        return _by_name(told)
    words = _words(told[: found.start()] + " " + told[found.end() :])
    return day if words is not None and all(word in PASSED_OVER or word == "mar" for word in words) else None


def _by_name(told: str) -> tuple[int, int, int] | None:
    words = _words(told)
    if words is None:
        return None
    numbers = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit() and word not in PASSED_OVER]
    months = {MONTHS.get(name, 0) for name in names}
    if len(months) == 2 and "mar" in names:
        months = {MONTHS.get(name, 0) for name in names if name != "mar"}  # mardi, martes
    if len(months) != 1 or len(numbers) != 2 or 0 in months:
        return None
    year, day = sorted(numbers, key=len, reverse=True)
    return (int(year), months.pop(), int(day)) if len(year) == 4 and len(day) <= 2 else None


def _words(told: str) -> list[str] | None:
    """Words and numbers; none when anything else than a separator stands between them."""
    return _WORD.findall(told) if _BETWEEN.fullmatch(_WORD.sub("", told)) else None


def _with_colons(found: re.Match[str]) -> str:
    return ":".join(f"{int(part):02d}" for part in found.groups() if part) + " "


def _clock(part: dict[str, str | None], half: str = "") -> tuple[int, int, int]:
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    if half in AFTERNOON and 1 <= hour < 12:
        hour += 12
    elif half in FORENOON and hour == 12:
        hour = 0
    elif (half in AFTERNOON and hour == 0) or (half in FORENOON and hour > 12):
        raise ValueError(f"no such hour: {hour} {half}")
    return hour, minute, 59 if second == 60 else second


def _moment(day: tuple[int, int, int], clock: tuple[int, int, int], zone: str) -> datetime | None:
    hour, minute, second = clock
    is_over = clock == (24, 0, 0)  # the end of the day, as ISO 8601 may write it
    local = datetime(*day, 0 if is_over else hour, minute, second, tzinfo=UTC) + timedelta(days=is_over)
    offset = _offset(zone, local)
    return None if offset is None else local.replace(tzinfo=timezone(offset)).astimezone(UTC)


def _offset(zone: str, local: datetime) -> timedelta | None:
    """How far a zone is from UTC at a local time; none for one that is not known, or that no place on earth has."""
    if found := _OFFSET.fullmatch(zone):
        span = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        span = -span if found["sign"] == "-" else span
        known = timedelta(hours=-12) <= span <= timedelta(hours=14) and int(found["minutes"] or 0) < 60
        return span if known else None
    if zone in AMERICAN:
        summer = _is_american_summer(local)
        return None if summer is None else timedelta(hours=AMERICAN[zone] + summer)
    return timedelta(hours=ZONES[zone]) if zone in ZONES else None


def _is_american_summer(local: datetime) -> bool | None:
    """Whether clocks in the United States are an hour ahead: from March's second Sunday to November's first.

    None in the hours around a change, and near one before 2007, when the days were others.
    """
    if local.year < 2007 and local.month in (3, 4, 10, 11):
        return None
    march, november = (local.replace(month=month, day=1, hour=2, minute=0, second=0) for month in (3, 11))
    begins = march + timedelta(days=(6 - march.weekday()) % 7 + 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    if any(abs(local - change) < timedelta(hours=2) for change in (begins, ends)):
        return None
    return begins < local < ends
