"""`sitrep export`: archived pages as one WARC file, or incidents as a table, lines, a map or a feed, to hand on."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from shared.adapters.incident_store import IncidentStore
from shared.adapters.s3 import Archive
from shared.core.keys import day_of, raw_prefix
from shared.core.render.view import IncidentView
from shared.core.site import Issuer, make_issuer, render_atom, render_csv, render_geojson, render_jsonlines, views_of
from shared.errors import InputError
from shared.types import Incident
from sitrep.commands.verify import a_day
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, Stack, open_stack

Renderer = Callable[[Sequence[IncidentView], Issuer], bytes]
FORMATS: dict[str, Renderer] = {
    ".csv": lambda views, _: render_csv(views),
    ".jsonl": lambda views, _: render_jsonlines(views),
    ".geojson": lambda views, _: render_geojson(views),
    ".atom": lambda views, issuer: render_atom(views, issuer, datetime.now(UTC), most=len(views)),
}
"""By the ending of the file's name."""


def configure(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--warc", action="store_true", help="archived pages, as a WARC file")
    form.add_argument(
        "--incidents", type=Path, metavar="FILE", help=f"incidents, newest first, in a file that ends in {_endings()}"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE.warc.gz", help="where the WARC goes; without it, to standard output"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--day",
        metavar="YYYY-MM-DD",
        type=a_day,
        help="only pages of entries first seen on this day; only incidents of this day",
    )
    what.add_argument("--incident", metavar="ID", help="only this incident, or the pages of the articles behind it")
    what.add_argument("--article", metavar="ID", help="only pages of this article, as often as it was read")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    return _incidents(arguments) if arguments.incidents else _pages(arguments)


def _incidents(arguments: argparse.Namespace) -> int:
    path: Path = arguments.incidents
    render = FORMATS.get(path.suffix.lower())
    if render is None:
        raise InputError(f"{path}: the name of the file must end in {_endings()}")
    if arguments.article or arguments.output:
        raise InputError("--article and -o are for --warc")
    with open_stack(arguments.stack) as stack:
        found = [one for one in _store(stack).all() if one.stories and _is_asked_for(one, arguments)]
        if not found:
            raise InputError("there is no incident of what was asked for")
        found.sort(key=lambda incident: (incident.last_seen_at, incident.id), reverse=True)
        issuer = make_issuer(stack.parameters.get("Contact", ""), "" if stack.is_local else stack.name)
        size = _to_file(iter([render(views_of(found), issuer)]), path)
    many = f"{len(found)} incident{'s' * (len(found) != 1)}"
    say(one_line(f"{many}, {size:,} bytes: {path}"), sys.stderr)
    return 0


def _is_asked_for(incident: Incident, arguments: argparse.Namespace) -> bool:
    if arguments.incident:
        return arguments.incident in (incident.id, *incident.also)
    return arguments.day is None or incident.day == arguments.day


def _endings() -> str:
    *some, last = FORMATS
    return f"{', '.join(some)} or {last}"


def _pages(arguments: argparse.Namespace) -> int:
    if arguments.output is None and sys.stdout.isatty():
        raise InputError("a WARC is not for a terminal: name a file with -o, or send the output on")
    with open_stack(arguments.stack) as stack:
        archive = Archive(stack.outputs["Archive"], stack.client("s3"))
        keys = _keys(arguments, stack, archive)
        if not keys:
            raise InputError("the archive holds no page of what was asked for")
        pages = (_page(key, body) for key, body in archive.get_all(keys))
        size = _to_file(pages, arguments.output) if arguments.output else _to(pages, sys.stdout.buffer)
    say(one_line(f"{len(keys)} pages, {size:,} bytes: {arguments.output or 'standard output'}"), sys.stderr)
    return 0


def _keys(arguments: argparse.Namespace, stack: Stack, archive: Archive) -> list[str]:
    """The keys of the pages asked for, in order."""
    if arguments.incident:
        return _behind(arguments.incident, stack, archive)
    if arguments.article:
        return [key for day in archive.days() for key in archive.keys_under(raw_prefix(day, arguments.article))]
    days = [arguments.day] if arguments.day else archive.days()
    return [key for day in days for key in archive.keys_under(f"raw/dt={day}/")]


def _behind(incident_id: str, stack: Stack, archive: Archive) -> list[str]:
    """The pages of an incident's articles, in the order in which they came; says which article has none."""
    found = _store(stack).find(incident_id)
    if found is None:
        raise InputError(f"there is no incident {incident_id}: an alert names its id")
    keys: dict[str, None] = {}  # an article may tell of the incident twice
    for story in found.stories:
        day = day_of(story.article_key)
        pages = archive.keys_under(raw_prefix(day, story.report.article_id)) if day else []
        if not pages:
            say(one_line(f"without a page, only the feed's summary was read: {story.url}"), sys.stderr)
        keys |= dict.fromkeys(pages)
    return list(keys)


def _store(stack: Stack) -> IncidentStore:
    return IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))


def _page(key: str, body: bytes | None) -> bytes:
    if body is None:
        raise InputError(f"{key} has gone while it was to be read: run this again")
    return body


def _to(pages: Iterable[bytes], out: BinaryIO) -> int:
    """Writes the pages one behind the other: WARCs in a row are a WARC.  Returns the size."""
    size = sum(out.write(page) for page in pages)
    out.flush()
    return size


def _to_file(pages: Iterator[bytes], path: Path) -> int:
    """The same, whole or not at all."""
    part = path.parent / f".{path.name}.part"
    try:
        try:
            with part.open("wb") as out:
                size = _to(pages, out)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    return size
