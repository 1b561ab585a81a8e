"""What an article costs beside its extraction, as a share of trafilatura's time on the same pages.  Prints.

Extraction is most of an article's cost and is trafilatura's; what sitrep adds to it should hardly show.  Counted is
processor time, the best of several rounds; nothing is sent or stored.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from functools import partial
from xml.sax.saxutils import escape

import trafilatura

from bench.pages import NOW, add_options, answer, best, entry, load_pages
from shared.core.codec import decode, encode
from shared.core.feeds import parse_feed
from shared.core.reading import extract, read
from shared.core.warc import warc
from shared.detect import detect, load_lexicon
from shared.types import Article

LISTED = 30
"""Entries of the feeds that the articles come from."""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench reading", description=__doc__)
    add_options(parser, rounds=5)
    options = parser.parse_args(arguments)
    pages = load_pages(options.pages)
    time_of = partial(best, rounds=options.rounds)

    answers = [answer(number, page) for number, page in enumerate(pages)]
    entries = [entry(each) for each in answers]
    extracted = [extract(each, NOW) for each in answers]
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
        "its WARC": time_of(lambda: [warc(each, NOW) for each in answers]),
        "to JSON and back": time_of(lambda: [decode(encode(article), Article) for article in articles]),
        "detect what it reports": time_of(lambda: [detect(article, lexicon) for article in articles]),
    }
    whole = time_of(lambda: [extract(each, NOW) for each in answers])

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


def _each(work: Callable[..., Article], *columns: Sequence[object]) -> list[Article]:
    return [work(*row) for row in zip(*columns, strict=True)]


def _feed(articles: list[Article]) -> bytes:
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{article.url}</link><guid>{article.url}</guid>"
        f"<pubDate>{format_datetime(NOW)}</pubDate><description>{escape(article.text[:300])}</description></item>"
        for article in articles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
