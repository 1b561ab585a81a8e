"""A date as feeds and pages write it in, an aware UTC datetime or none out.  Pure.

Strict: a date that is guessed drives an alert wrongly, a date that is missing does not.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_RFC822 = re.compile(
    r"(?:[a-z]{3},?\s+)?\d{1,2}\s+[a-z]{3}\s+\d{4}\s+\d\d:\d\d(:\d\d)?\s+(?:[+-]\d{4}|GMT|UT|UTC|Z|[ECMP][SD]T)",
    re.IGNORECASE,
)


def parse_date(text: str, now: datetime) -> datetime | None:
    """The moment that this text names; none when it names none surely, or one before 1995 or a day after `now`."""
    try:
        moment = _read(text.strip())
    except (ValueError, OverflowError):
        return None
    if moment is None or not EARLIEST <= moment <= now + timedelta(days=1):
        return None
    return moment


def _read(text: str) -> datetime | None:
    if (iso := _ISO.fullmatch(text)) is not None:
        day, minute, seconds, zone = iso.groups()
        offset = "+00:00" if zone is None or zone.upper() in ("Z", "UTC", "GMT") else zone
        return datetime.fromisoformat(f"{day}T{minute}{seconds or ':00'}{offset}").astimezone(UTC)
    if _RFC822.fullmatch(text):
        return parsedate_to_datetime(re.sub(r"\b(UTC?|Z)$", "GMT", text, flags=re.IGNORECASE)).astimezone(UTC)
    return None
