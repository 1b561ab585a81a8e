"""`sitrep detect --jsonl`: what texts report, line by line.  Reads files or standard input, prints."""

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any, BinaryIO

from shared.core.codec import encode
from shared.detect import Lexicon, detect, load_lexicon
from shared.errors import InputError
from shared.types import Report
from sitrep.items import parse_item
from sitrep.local.show import one_line, say

# A line is one item; a longer one is no article, and is not read to its end.
LONGEST_LINE = 20_000_000
# A file of something else has no line that can be read, and saying so once is enough.
_MOST_SAID = 20


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jsonl", action="store_true", required=True, help="JSON lines in, JSON lines out: the one format there is"
    )
    parser.add_argument(
        "file",
        nargs="*",
        default=["-"],
        metavar="FILE",
        help='lines as {"id", "title", "text", "lang"?, "published_at"?}; - or nothing for standard input',
    )


def run(arguments: argparse.Namespace) -> int:
    lexicon = load_lexicon()
    wrong = 0
    for name in arguments.file:
        if name == "-":
            wrong += _each("standard input", sys.stdin.buffer, lexicon)
            continue
        with _opened(name) as stream:
            wrong += _each(name, stream, lexicon)
    return 1 if wrong else 0


def _opened(name: str) -> BinaryIO:
    try:
        return open(name, "rb")
    except (OSError, ValueError) as error:  # a name with a NUL in it
        raise InputError(f"cannot read {name}: {getattr(error, 'strerror', error)}") from error


def _each(name: str, stream: BinaryIO, lexicon: Lexicon) -> int:
    """Prints what each line reports; how many lines could not be read, which are said and cost nothing else."""
    wrong = 0
    for number, line in enumerate(_lines(name, stream), 1):
        if not line.strip():
            continue
        try:
            if len(line) > LONGEST_LINE:
                raise InputError(f"longer than {LONGEST_LINE:,} bytes")
            item = parse_item(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            article = item.article()
        except InputError as error:
            wrong += 1
            if wrong <= _MOST_SAID:
                say(one_line(f'{name}, line {number}: {error}; give {{"id", "title", "text"}} as JSON'), sys.stderr)
            continue
        _print(encode({"id": item.id, "reports": [told(report) for report in detect(article, lexicon)]}))
    if wrong > _MOST_SAID:
        say(one_line(f"{name}: {wrong - _MOST_SAID:,} more lines could not be read"), sys.stderr)
    return wrong


def _print(line: str) -> None:
    """A line for other programs, whatever the terminal's encoding; what could drive a terminal as JSON's escapes."""
    if not line.isprintable():
        line = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)
    out = sys.stdout.buffer
    out.write(line.encode() + b"\n")
    out.flush()  # whoever waits for the answer before giving the next line gets it


def _lines(name: str, stream: BinaryIO) -> Iterable[bytes]:
    """The lines of a stream; of one that is too long its beginning."""
    try:
        while line := stream.readline(LONGEST_LINE + 1):
            yield line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE + 1)
    except OSError as error:  # a folder
        raise InputError(f"cannot read {name}: {error.strerror}") from error


def told(report: Report) -> dict[str, Any]:
    """A report as other programs read it."""
    place = report.place
    return {
        "category": report.category,
        "kind": report.kind,
        "flags": report.flags,
        "certainty": report.certainty,
        "alertable": report.is_alertable,
        "severity": report.severity,
        "score": report.score,
        "place": place
        and {
            "name": place.name,
            "country": place.country,
            "lat": place.lat,
            "lon": place.lon,
            "precision": place.precision,
        },
        "claims": [
            {
                "kind": claim.kind,
                "value": claim.value,
                "min": claim.min,
                "max": claim.max,
                "by": claim.by,
                "certainty": claim.certainty,
            }
            for claim in report.claims
        ],
        "evidence": report.evidence,
    }
