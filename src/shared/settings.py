"""What the template's environment variables say; a wrong or missing one stops the program.  Reads the environment.

Every name stands in `infra/template.yaml` under the functions that read it, but for LOOPBACK_PORTS, which the local
stack alone sets; STACK is empty there.
"""

import os
import re
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from shared.errors import SettingError
from shared.types import Bounds, Policy, QuietHours


def text(name: str) -> str:
    """The setting as written.  Raises `SettingError` when it is missing or empty."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise SettingError(
            f"the environment variable {name} is not set; infra/template.yaml gives it to the functions that read it"
        )
    return value


def poll_bounds() -> Bounds:
    """Between which a feed that answers is polled; the longest is never under the shortest."""
    shortest = _minutes("POLL_MINUTES")
    return Bounds(shortest, max(shortest, _minutes("SLOWEST_POLL_MINUTES")))


def policy() -> Policy:
    """When to speak of an incident and when to be silent."""
    return Policy(
        wait=_minutes("WAIT_MINUTES", least=0),
        gather=_minutes("GATHER_MINUTES", least=0),
        cool_down=_minutes("COOL_DOWN_MINUTES", least=0),
        max_age=timedelta(hours=_number("MAX_AGE_HOURS", 1, 720)),
        send_closed=text("SEND_CLOSED") == "yes",
        burst=_number("BURST", 0, 1000),
        quiet=quiet_hours(),
        zone=zone(),
        sms_a_day=_number("SMS_A_DAY", 0, 100_000),
    )


def quiet_hours() -> QuietHours | None:
    """Hours of the operator's clock in which only what is critical is sent; none for none."""
    value = os.environ.get("QUIET_HOURS", "").strip()
    if not value:
        return None
    clock = "([01][0-9]|2[0-3]):([0-5][0-9])"
    found = re.fullmatch(f"{clock}-{clock}", value)
    if found is None or found.group(1, 2) == found.group(3, 4):
        raise SettingError(f"QUIET_HOURS is {value!r}; give two different times like 22:00-07:00, or nothing")
    hours = list(map(int, found.groups()))
    return QuietHours(time(hours[0], hours[1]), time(hours[2], hours[3]))


def zone() -> ZoneInfo:
    """The operator's time zone."""
    name = text("TIME_ZONE")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # no such name, a path, a folder
        raise SettingError(
            f"TIME_ZONE is {name!r}; give a name of the IANA time zone database, like Europe/Kyiv"
        ) from error


def digest_hour() -> int | None:
    """At which hour of the operator's clock the daily digest is sent; none for no digest."""
    return None if text("DIGEST_HOUR") == "off" else _number("DIGEST_HOUR", 0, 23)


def digest_when_empty() -> bool:
    """Whether a digest that has nothing to say is sent."""
    return text("DIGEST_WHEN_EMPTY") == "yes"


def publish_gap() -> timedelta:
    """The least time between two messages that one process publishes."""
    return timedelta(milliseconds=_number("PUBLISH_GAP_MS", 0, 10_000))


def entries_kept() -> timedelta:
    """How long the books tell what became of an entry."""
    return timedelta(days=_number("ENTRIES_DAYS", 30, 36_500))


def stack() -> str:
    """The deployed stack's name; empty in the local one, whose runner leaves it out."""
    return os.environ.get("STACK", "").strip()


def loopback_ports() -> frozenset[int]:
    """Ports of this machine that fetching may reach: none, but for the local stack's sample site."""
    value = os.environ.get("LOOPBACK_PORTS", "").strip()
    ports = value.split(",") if value else []
    if not all(port.strip().isdecimal() and 0 < int(port) < 65536 for port in ports):
        raise SettingError(f"LOOPBACK_PORTS is {value!r}; give port numbers separated by commas, or leave it unset")
    return frozenset(int(port) for port in ports)


def _minutes(name: str, *, least: int = 1) -> timedelta:
    return timedelta(minutes=_number(name, least, 1440))


def _number(name: str, least: int, most: int) -> int:
    value = text(name)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SettingError(f"{name} is {value!r}; give a whole number from {least} to {most}")
    return int(value)
