"""What the template's environment variables say; a wrong or missing one stops the program.  Reads the environment.

Every name stands in `infra/template.yaml` under Globals, but for LOOPBACK_PORTS, which the local stack alone sets;
STACK is empty there.
"""

import os
from datetime import timedelta

from shared.errors import SettingError
from shared.types import Bounds


def text(name: str) -> str:
    """The setting as written.  Raises `SettingError` when it is missing or empty."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise SettingError(
            f"the environment variable {name} is not set; infra/template.yaml gives it to every function"
        )
    return value


def poll_bounds() -> Bounds:
    """Between which a feed that answers is polled; the longest is never under the shortest."""
    shortest = _minutes("POLL_MINUTES")
    return Bounds(shortest, max(shortest, _minutes("SLOWEST_POLL_MINUTES")))


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


def _minutes(name: str) -> timedelta:
    value = text(name)
    if not value.isdecimal() or not 1 <= int(value) <= 1440:
        raise SettingError(f"{name} is {value!r}; give whole minutes from 1 to 1440")
    return timedelta(minutes=int(value))
