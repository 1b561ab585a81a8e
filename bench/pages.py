"""News pages to measure on, and what sitrep reads in them: those of the sample site, or of a folder.  Reads files."""

import gzip
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from shared.core.reading import extract, read
from shared.types import Article, Entry, Response
from sitrep.local.site import render

NOW = datetime(2026, 3, 1, 13, tzinfo=UTC)
SHORTEST_ROUND_S = 0.1
_HEADERS = {"content-type": "text/html", "date": format_datetime(NOW, usegmt=True), "server": "bench"}


def add_options(parser: ArgumentParser, rounds: int) -> None:
    """`--pages` and `--rounds`, which all that measure on pages take."""
    parser.add_argument("--pages", type=Path, metavar="DIR", help="of *.html or *.html.gz (default: the sample site)")
    parser.add_argument("--rounds", type=int, default=rounds)


def load_pages(folder: Path | None) -> list[bytes]:
    """The pages of a folder by name, or those of the sample site."""
    if folder is None:
        return [body for kind, body in render("https://news.example", NOW).values() if kind.startswith("text/html")]
    paths = sorted([*folder.glob("*.html"), *folder.glob("*.html.gz")])
    if not paths:
        sys.exit(f"{folder} holds no *.html and no *.html.gz")
    return [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in paths]


def answer(number: int, page: bytes) -> Response:
    return Response(f"https://news{number}.example/{number}", 200, _HEADERS, page)


def entry(answer: Response) -> Entry:
    return Entry(answer.url, "feed", answer.url, "", "", NOW, "Example", "en", NOW)


def articles(pages: list[bytes]) -> list[Article]:
    """Each page as ingest reads it."""
    answers = [answer(number, page) for number, page in enumerate(pages)]
    return [read(entry(each), each, extract(each, NOW), NOW) for each in answers]


def best(work: Callable[[], object], rounds: int, shortest: float = SHORTEST_ROUND_S) -> float:
    """Seconds that one run of it took in the fastest round: the one that the machine disturbed least."""
    started = time.process_time()
    work()
    repeats = 1 + int(shortest / max(time.process_time() - started, 1e-6))
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(repeats):
            work()
        seconds.append(time.process_time() - started)
    return min(seconds) / repeats
