"""A date as feeds and pages write it in, an aware UTC datetime or none out.  Pure.

Strict: a date that is guessed drives an alert wrongly, a date that is missing does not.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_ZONE = r"(?P<zone>Z|[A-Z]{2,5}|(?:GMT|UTC|UT)?\s?[+-]\d{1,2}(?::?\d\d)?)"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:[.,]\d+)?"
_ISO = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?:T|\s+){_CLOCK}\s*{_ZONE}?", re.IGNORECASE)
# RFC 822 with what feeds make of it: full names, a comma too many, one digit, two-digit years.
_RFC822 = re.compile(
    rf"(?:[a-z]+\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<name>[a-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d\d),?\s+{_CLOCK}\s+{_ZONE}",
    re.IGNORECASE,
)
# What JavaScript and C print: "Sun Jul 15 01:16:00 +0000 2012".
_CTIME = re.compile(
    rf"(?:[a-z]+\.?,?\s+)(?P<name>[a-z]{{3,9}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+{_ZONE}\s+(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
_NAMES = {**{name: n + 1 for n, name in enumerate(_MONTHS)}, **{name: n + 1 for n, name in enumerate(_FULL)}}
_NAMES |= {"sept": 9, "december": 12}
# Hours from UTC.  Source: RFC 822, 5.1, and abbreviations that newsrooms of one zone alone use; IST is India's, whose
# feeds write it, and CST America's, as RFC 822 has it.
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0.0),
    **dict.fromkeys(("BST", "WEST", "CET", "MET"), 1.0),
    **dict.fromkeys(("CEST", "MEST", "EET"), 2.0),
    **dict.fromkeys(("EEST", "MSK"), 3.0),
    **dict.fromkeys(("SGT", "HKT"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    **dict(zip(("EDT", "EST", "CST", "MST", "PST"), (-4.0, -5.0, -6.0, -7.0, -8.0), strict=True)),
    **dict(zip(("CDT", "MDT", "PDT"), (-5.0, -6.0, -7.0), strict=True)),
    **dict(zip(("PKT", "IST", "AEST", "AEDT", "NZST", "NZDT"), (5.0, 5.5, 10.0, 11.0, 12.0, 13.0), strict=True)),
}


def parse_date(text: str, now: datetime | None = None) -> datetime | None:
    """The moment that this text names; none when it names none surely, or one before 1995 or a day after `now`.

    Without `now` there is no upper bound.
    """
    told = text.strip()[:100]
    found = _ISO.fullmatch(told) or _RFC822.fullmatch(told) or _CTIME.fullmatch(told)
    if found is None:
        return None
    try:
        moment = _moment(found.groupdict())
    except (ValueError, OverflowError):
        return None
    if moment is None or moment < EARLIEST or (now is not None and moment > now + timedelta(days=1)):
        return None
    return moment


def _moment(part: dict[str, str | None]) -> datetime | None:
    month = _NAMES.get((part.get("name") or "").lower()) or int(part.get("month") or 0)
    offset = _offset(part["zone"])
    if not month or offset is None:
        return None
    written = part["year"] or ""
    year = int(written) + (0 if len(written) == 4 else 1900 if written > "90" else 2000)
    day, hour, minute, second = (int(part[name] or 0) for name in ("day", "hour", "minute", "second"))
    return datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=timezone(offset)).astimezone(
        UTC
    )


def _offset(zone: str | None) -> timedelta | None:
    """How far a zone is from UTC; no zone is UTC, as ISO dates without one mostly are; none for a name not known."""
    name = (zone or "Z").upper().replace(" ", "")
    number = re.fullmatch(r"(?:GMT|UTC|UT)?([+-])(\d{1,2}):?(\d\d)?", name)
    if number is None:
        return timedelta(hours=_ZONES[name]) if name in _ZONES else None
    sign, hours, minutes = number.groups()
    span = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -span if sign == "-" else span
