"""Reads and searches the sample site's pages, beside trafilatura alone on the same bytes.

Extraction is most of an article's cost and is trafilatura's; what sitrep adds to it should hardly show.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import trafilatura

from shared.core.codec import decode, encode
from shared.core.extract import extract_article
from shared.core.reading import read
from shared.detect import detect, load_lexicon
from shared.types import Article, Entry, Response
from sitrep.local.site import render

ROUNDS = 7
REPEATS = 5


def best(work: Callable[[], object]) -> float:
    """Seconds that the fastest of several rounds took: the one that the machine disturbed least."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(REPEATS):
            work()
        seconds.append(time.process_time() - started)
    return min(seconds) / REPEATS


def main() -> None:
    now = datetime.now(UTC)
    pages = [body for kind, body in render("https://news.example", now).values() if kind.startswith("text/html")]
    articles = [_article(number, page, now) for number, page in enumerate(pages)]
    started = time.process_time()
    lexicon = load_lexicon()
    loaded = time.process_time() - started

    rival = best(lambda: [trafilatura.extract(page, include_comments=False, include_tables=False) for page in pages])
    measured = {
        "trafilatura alone (text only)": rival,
        "read a page: text, marks, title, date, language": best(
            lambda: [extract_article(page, "https://news.example/", now) for page in pages]
        ),
        "an article to JSON and back": best(lambda: [decode(encode(article), Article) for article in articles]),
        "detect what it reports": best(lambda: [detect(article, lexicon) for article in articles]),
    }

    print(f"{len(pages)} pages, {sum(map(len, pages)) / 1000:.0f} kB; CPU time, best of {ROUNDS} rounds of {REPEATS}")
    print(f"{'':<52} {'ms a page':>10} {'of trafilatura':>15}")
    for name, seconds in measured.items():
        print(f"{name:<52} {1000 * seconds / len(pages):>10.2f} {seconds / rival:>14.0%}")
    print(f"{'compile rules and gazetteer, once a cold start':<52} {1000 * loaded:>10.0f}")


def _article(number: int, page: bytes, now: datetime) -> Article:
    url = f"https://news.example/{number}"
    entry = Entry(f"entry{number}", "feed", url, "", "", now, "Example", "en", now)
    return read(entry, Response(url, 200, {}, page), extract_article(page, url, now), now)


main()
