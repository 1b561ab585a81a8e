"""What an article costs beside its extraction, as a share of trafilatura's time on the same pages.  Prints.

Extraction is most of an article's cost and is trafilatura's; what sitrep adds to it should hardly show.  Counted is
processor time, the best of several rounds; nothing is sent or stored.
"""

import argparse
import gzip
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

import trafilatura

from shared.core.codec import decode, encode
from shared.core.feeds import parse_feed
from shared.core.reading import extract, read
from shared.core.warc import warc
from shared.detect import detect, load_lexicon
from shared.types import Article, Entry, Response
from sitrep.local.site import render

SHORTEST_ROUND_S = 0.1
LISTED = 30
"""Entries of the feeds that the articles come from."""
NOW = datetime(2026, 3, 1, 13, tzinfo=UTC)
HEADERS = {"content-type": "text/html", "date": format_datetime(NOW, usegmt=True), "server": "bench"}


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds that one run of it took in the fastest round: the one that the machine disturbed least."""
    started = time.process_time()
    work()
    repeats = 1 + int(SHORTEST_ROUND_S / max(time.process_time() - started, 1e-6))
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(repeats):
            work()
        seconds.append(time.process_time() - started)
    return min(seconds) / repeats


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench reading", description=__doc__)
    parser.add_argument("--pages", type=Path, metavar="DIR", help="of *.html or *.html.gz (default: the sample site)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    pages = _pages(options.pages)
    time_of = partial(best, rounds=options.rounds)

    answers = [_answer(number, page) for number, page in enumerate(pages)]
    entries = [_entry(answer) for answer in answers]
    extracted = [extract(answer, NOW) for answer in answers]
    read_all = partial(_each, read, entries, answers, extracted, [NOW] * len(pages))
    articles = read_all()
    feeds = [_feed(articles[start : start + LISTED]) for start in range(0, len(articles), LISTED)]
    started = time.process_time()
    lexicon = load_lexicon()
    loaded = time.process_time() - started

    rival = time_of(lambda: [trafilatura.extract(p, include_comments=False, include_tables=False) for p in pages])
    ours = {
        f"its share of a feed of {LISTED}": time_of(
            lambda: [parse_feed(feed, "https://n.example/", None) for feed in feeds]
        ),
        "the article of entry and page": time_of(read_all),
        "its WARC": time_of(lambda: [warc(answer, NOW) for answer in answers]),
        "to JSON and back": time_of(lambda: [decode(encode(article), Article) for article in articles]),
        "detect what it reports": time_of(lambda: [detect(article, lexicon) for article in articles]),
    }
    whole = time_of(lambda: [extract(answer, NOW) for answer in answers])

    found = sum(bool(detect(article, lexicon)) for article in articles)
    print(
        f"{len(pages)} pages, {sum(map(len, pages)) / 1000:,.0f} kB; {sum(len(a.text) for a in articles):,} characters"
        f" of text; {found} with a report"
    )
    print(f"processor time, best of {options.rounds} rounds")
    print(f"{'':<48} {'ms a page':>10} {'of trafilatura':>15}")
    rows = {
        "trafilatura alone (text only)": rival,
        **ours,
        "all but extraction": sum(ours.values()),
        "extraction: text, marks, title, date, grade": whole,
    }
    for name, seconds in rows.items():
        print(f"{name:<48} {1000 * seconds / len(pages):>10.2f} {seconds / rival:>14.0%}")
    print(f"{'compile rules and gazetteer, once a cold start':<48} {1000 * loaded:>10.0f}")


def _pages(folder: Path | None) -> list[bytes]:
    if folder is None:
        return [body for kind, body in render("https://news.example", NOW).values() if kind.startswith("text/html")]
    paths = sorted([*folder.glob("*.html"), *folder.glob("*.html.gz")])
    if not paths:
        sys.exit(f"{folder} holds no *.html and no *.html.gz")
    return [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in paths]


def _each(work: Callable[..., Article], *columns: Sequence[object]) -> list[Article]:
    return [work(*row) for row in zip(*columns, strict=True)]


def _answer(number: int, page: bytes) -> Response:
    return Response(f"https://news{number}.example/{number}", 200, HEADERS, page)


def _entry(answer: Response) -> Entry:
    return Entry(answer.url, "feed", answer.url, "", "", NOW, "Example", "en", NOW)


def _feed(articles: list[Article]) -> bytes:
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{article.url}</link><guid>{article.url}</guid>"
        f"<pubDate>{format_datetime(NOW)}</pubDate><description>{escape(article.text[:300])}</description></item>"
        for article in articles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
