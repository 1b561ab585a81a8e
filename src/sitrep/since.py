"""`7d`, `6h` or a date on the command line -> the day, moment or length of time that is meant.  Reads the clock."""

import argparse
import re
from datetime import UTC, date, datetime, time, timedelta

HELP_SINCE = "how far back: days (7d) or a date (2026-03-31); default 7d"
_DAYS = re.compile(r"(\d{1,4})d", re.ASCII)
_SPAN = re.compile(r"(\d{1,4})(min|h|d)", re.ASCII)
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}


def a_start(text: str) -> date:
    """The first day of a time that is told as people write it."""
    if days := _DAYS.fullmatch(text):
        return datetime.now(UTC).date() - timedelta(days=int(days[1]))
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write days as 7d, or a date as 2026-03-31") from None
    if found > datetime.now(UTC).date():
        raise argparse.ArgumentTypeError(f"{text} is still to come: give a day that is past, or today's")
    return found


def a_span(text: str) -> timedelta:
    """A length of time as people write it: `90min`, `6h`, `2d`."""
    found = _SPAN.fullmatch(text)
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time: write it as 90min, 6h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def a_moment(text: str) -> datetime:
    """The moment from which on: so long ago, or the beginning of a day, UTC."""
    if _SPAN.fullmatch(text):
        return datetime.now(UTC) - a_span(text)
    return datetime.combine(a_start(text), time(), UTC)
