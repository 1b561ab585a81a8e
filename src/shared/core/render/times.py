"""Moments as messages print them: an aware datetime in, words out.  Reads the machine's time zones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def utc(moment: datetime) -> str:
    """`2026-11-22 22:02 UTC`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def both(moment: datetime, zone: str) -> str:
    """`2026-11-22 22:02 UTC (23:02 CET)`, with the local day where that is another."""
    local = _aside(moment, zone)
    return utc(moment) + (f" ({local})" if local else "")


def clock(moment: datetime, zone: str) -> str:
    """`22:02 UTC (23:02 CET)`."""
    local = _aside(moment, zone)
    return moment.astimezone(UTC).strftime("%H:%M UTC") + (f" ({local})" if local else "")


def stamp(moment: datetime) -> str:
    """`2026-11-22T22:02:00Z`.

    Source: RFC 3339.
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def local_stamp(moment: datetime, zone: str) -> str:
    """`2026-11-22T23:02:00+01:00`."""
    return _there(moment, zone).isoformat(timespec="seconds")


def _aside(moment: datetime, zone: str) -> str:
    """The time on a reader's clock; empty where that is UTC's."""
    if zone == "UTC":
        return ""
    local = _there(moment, zone)
    day = "" if local.date() == moment.astimezone(UTC).date() else "%Y-%m-%d "
    return local.strftime(f"{day}%H:%M %Z")


def _there(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
