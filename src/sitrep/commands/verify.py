"""`sitrep verify`: whether the archive still holds what its manifests say.  Reads every object."""

import argparse
from collections.abc import Collection
from datetime import UTC, date, datetime
from itertools import pairwise

from shared.adapters.s3 import Archive
from shared.core.keys import manifest_key
from shared.core.manifest import (
    LATE,
    Link,
    Manifest,
    broken_link,
    difference,
    link,
    overdue,
    parse_manifest,
    stored,
)
from shared.errors import InputError
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack

_SHOWN = 20


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--day",
        metavar="YYYY-MM-DD",
        type=a_day,
        help="check this day only: its manifest, its objects, and the links to the manifests before and after it",
    )
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def a_day(text: str) -> date:
    """A day as people write it on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-03-31") from None


def run(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        check = Check(Archive(stack.outputs["Archive"], stack.client("s3")), datetime.now(UTC))
        return check.day(arguments.day) if arguments.day else check.all()


class Check:
    """A walk over the archive, from newer manifests to older ones, telling what differs as it finds it."""

    def __init__(self, archive: Archive, now: datetime) -> None:
        self._archive = archive
        self._now = now
        self._days = archive.days()
        self._manifests = archive.manifest_days()
        self._problems: list[str] = []
        self._waiting: list[str] = []
        """What came after the manifest of its day: the next one names it."""
        self._late: set[str] = set()
        """What the manifests met so far name of the days before their own."""
        self._head: Link | None = None
        """The newest manifest that was checked."""
        self._checked_days = self._checked_objects = self._checked_bytes = 0

    def all(self) -> int:
        """Checks the whole archive; the exit status."""
        self._walk(self._manifests, only=None)
        newest = max(self._manifests, default=date.min)
        for day in self._days:
            if day < newest and day not in self._manifests:
                self._look_for_unnamed(day, set())
        for day in overdue(self._days, self._manifests, self._now):
            self._tell(f"{manifest_key(day)}: missing, though it was due a day ago")
        if not self._manifests:
            say(
                "nothing to check against: a day gets its manifest some hours after its end (UTC), and none has one yet"
            )
        open_days = [str(day) for day in self._days if day > newest]
        if open_days:
            say(f"not covered yet: {', '.join(open_days[-_SHOWN:])}")
        return self._sum_up()

    def day(self, day: date) -> int:
        """Checks one day; the exit status.  Raises InputError when it has no manifest."""
        if day not in self._manifests:
            raise InputError(
                f"there is no {manifest_key(day)}: a day that brought articles gets it some hours after its end"
            )
        before = [known for known in self._manifests if known < day][-1:]
        # What names objects of this day as late.
        after = [newer for older, newer in pairwise(self._manifests) if newer > day and older - LATE <= day]
        self._walk([*before, day, *after], only=day)
        return self._sum_up()

    def _walk(self, days: list[date], only: date | None) -> None:
        newer: Manifest | None = None
        for day in reversed(days):
            body = self._archive.get_manifest(day)
            found = link(day, body) if body is not None else None
            if newer:
                self._tell(broken_link(newer, found))
            newer = parse_manifest(body) if body is not None else None
            if newer is None or newer.day != day:
                self._tell(f"{manifest_key(day)}: no manifest of {day}")
                newer = None
                continue
            if only in (None, day):
                self._head = self._head or found
                self._look_at(newer)
            self._late |= {one.key for one in newer.late}
        if newer and days[0] == self._manifests[0]:
            self._tell(broken_link(newer, None))

    def _look_at(self, manifest: Manifest) -> None:
        named = {one.key: one for one in (*manifest.objects, *manifest.late)}
        size = 0
        for key, body in self._archive.get_all(named):
            self._tell(difference(named[key], stored(key, body) if body is not None else None))
            size += len(body or b"")
        self._look_for_unnamed(manifest.day, named.keys())
        say(f"{manifest.day}  {_count(len(named), 'object'):>14}  {_mb(size):>11}")
        self._checked_days += 1
        self._checked_objects += len(named)
        self._checked_bytes += size

    def _look_for_unnamed(self, day: date, named: Collection[str]) -> None:
        newest = self._manifests[-1]
        for key in self._archive.keys(day):
            if key not in named and key not in self._late:
                if day >= newest - LATE:
                    self._waiting.append(key)
                else:
                    self._tell(f"{key}: named by no manifest")

    def _tell(self, problem: str) -> None:
        if problem:
            self._problems.append(problem)
            if len(self._problems) <= _SHOWN:
                say(one_line(f"DIFFERS {problem}"))

    def _sum_up(self) -> int:
        if self._waiting:
            count = _count(len(self._waiting), "object")
            say(f"{count} came after the manifest of the day; the next manifest is to name:")
            for key in self._waiting[:_SHOWN]:
                say(one_line(f"  {key}"))
        counts = _count(self._checked_days, "day"), _count(self._checked_objects, "object"), _mb(self._checked_bytes)
        said = ", ".join(counts)
        if self._problems:
            found = _count(len(self._problems), "difference")
            say(one_line(f"{found} in {said}; the first: {self._problems[0]}"))
            return 1
        if self._head:
            say(f"nothing differs in {said}")
            say(f"{self._head.key} has the sha256 {self._head.sha256}: note it down elsewhere")
        return 0


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
