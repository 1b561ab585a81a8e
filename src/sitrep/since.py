"""`7d` or a date on the command line -> the first day that is meant.  Reads the clock."""

import argparse
import re
from datetime import UTC, date, datetime, timedelta

HELP_SINCE = "how far back: days (7d) or a date (2026-03-31); default 7d"
_DAYS = re.compile(r"(\d{1,4})d", re.ASCII)


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
