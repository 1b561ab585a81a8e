"""The objects of a day in, its manifest out; a manifest and what is found in, what differs out.  Pure.

A manifest names every object of its day with its sha256, and the manifest before it with its own: so the newest one's
sha256 stands for the whole archive.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from shared.core import ids
from shared.core.codec import decode, encode
from shared.core.keys import day_of, manifest_key

# Most of what a day's feeds list late in the evening is read by then; what is not comes later, as `late`.
SETTLED = timedelta(hours=6)
# A dead-letter queue keeps a message for 14 days: sent back on the last one, it is read on the next.
LATE = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of the archive."""

    key: str
    sha256: str
    """Of its bytes, in hex."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Link:
    """A manifest, as the one after it names it."""

    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive held of a day when the day had settled."""

    day: date
    previous: Link | None
    """The manifest before; none for the first."""
    objects: tuple[Stored, ...]
    """Of the day, by key."""
    late: tuple[Stored, ...] = ()
    """Of earlier days, by key: what came after their manifests were written."""


def make_manifest(day: date, previous: Link | None, objects: Iterable[Stored], late: Iterable[Stored]) -> Manifest:
    """The manifest of a day; in whatever order the objects come, it is the same."""
    return Manifest(day, previous, _by_key(objects), _by_key(late))


def render_manifest(manifest: Manifest) -> bytes:
    """A manifest as JSON; the same manifest gives the same bytes."""
    return encode(manifest).encode() + b"\n"


def parse_manifest(body: bytes) -> Manifest | None:
    """The manifest that `render_manifest` wrote; none for anything else."""
    try:
        return decode(body, Manifest)
    except msgspec.MsgspecError:
        return None


def link(day: date, body: bytes) -> Link:
    """How the next manifest names the one of this day."""
    return Link(manifest_key(day), ids.sha256(body))


def stored(key: str, body: bytes) -> Stored:
    """An object as a manifest names it."""
    return Stored(key, ids.sha256(body), len(body))


def next_day(days: Collection[date], manifests: Collection[date], now: datetime) -> date | None:
    """The day whose manifest is to be written next: the oldest that has settled after the newest manifest.

    `days` have objects, `manifests` have a manifest.  A day before the newest manifest gets none any more: what comes
    to it now is late.
    """
    newest = max(manifests, default=date.min)
    return min((day for day in days if day > newest and _settled_at(day) <= now), default=None)


def overdue(days: Collection[date], manifests: Collection[date], now: datetime) -> list[date]:
    """The days that ought to have a manifest for a day now, oldest first."""
    newest = max(manifests, default=date.min)
    return sorted(day for day in days if day > newest and _settled_at(day) + timedelta(days=1) <= now)


def late_from(previous: Link | None) -> date | None:
    """The first day whose late objects the manifest after this one names; none when there is none before it."""
    day = day_of(previous.key) if previous else None
    return day - LATE if day else None


def broken_link(newer: Manifest, older: Link | None) -> str:
    """What is wrong between a manifest and the one that is found before it; empty when nothing is."""
    name, named = manifest_key(newer.day), newer.previous
    if named == older:
        return ""
    if named is None:
        return f"{older.key if older else name}: {name} names no manifest before it"
    if older is None or named.key > older.key:
        return f"{named.key}: missing, {name} names it"
    if named.key < older.key:
        return f"{older.key}: not in the chain, {name} names {named.key} before it"
    return f"{older.key}: changed, its sha256 is {older.sha256}, {name} names {named.sha256}"


def difference(named: Stored, found: Stored | None) -> str:
    """How an object differs from what its manifest says of it; empty when it does not."""
    if found is None:
        return f"{named.key}: missing"
    if found != named:
        return f"{named.key}: changed, its sha256 is {found.sha256}, its manifest says {named.sha256}"
    return ""


def _settled_at(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(days=1) + SETTLED


def _by_key(objects: Iterable[Stored]) -> tuple[Stored, ...]:
    return tuple(sorted(objects, key=lambda one: one.key))
