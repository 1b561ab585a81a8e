"""`sitrep detect --jsonl`: what texts report, line by line.  Reads files or standard input, prints."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, BinaryIO

import msgspec

from shared.core.codec import encode
from shared.detect import Lexicon, detect, load_lexicon
from shared.errors import InputError
from shared.types import Report
from sitrep.local.show import one_line, say
from sitrep.texts import Item

# A line is one item; a longer one is no article, and is not read to its end.
LONGEST_LINE = 20_000_000


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
        try:
            with open(name, "rb") as stream:
                wrong += _each(name, stream, lexicon)
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {name}: {getattr(error, 'strerror', error)}") from error
    return 1 if wrong else 0


def _each(name: str, stream: BinaryIO, lexicon: Lexicon) -> int:
    """Prints what each line reports; how many lines could not be read, which are said and cost nothing else."""
    decoder = msgspec.json.Decoder(Item)
    wrong = 0
    for number, line in enumerate(_lines(stream), 1):
        if not line.strip():
            continue
        try:
            if len(line) > LONGEST_LINE:
                raise msgspec.ValidationError(f"longer than {LONGEST_LINE:,} bytes")
            item = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            wrong += 1
            say(one_line(f'{name}, line {number}: {error}; give {{"id", "title", "text"}} as JSON'), sys.stderr)
            continue
        reports = detect(item.article(), lexicon)
        print(encode({"id": item.id, "reports": [told(report) for report in reports]}))
    return wrong


def _lines(stream: BinaryIO) -> Iterable[bytes]:
    """The lines of a stream; of one that is too long its beginning."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)
            if not line:
                return


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
