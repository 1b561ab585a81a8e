"""sitrep's scan beside other ways to find thousands of phrases in news: hyperscan, pyahocorasick, re, spaCy.  Prints.

The phrases are those of the packaged rules, and names of the packaged gazetteer to fill up; the text is articles, over
and over.  Counted is processor time, the best of several rounds that take turns.  Rivals that are not installed are
skipped, and said with the command that installs them; it leaves alone what sitrep pins.
"""

import argparse
import gzip
from collections.abc import Sequence
from importlib import resources
from itertools import chain, cycle, islice
from pathlib import Path

from bench.matchers import MATCHERS, Hyperscan, Matcher, Ours, Worker, is_there
from bench.pages import add_options, articles, load_pages
from bench.process import megabytes
from shared.detect import load_lexicon
from shared.detect.line import fold_line, fold_phrase

INSTALL = ".venv/bin/uv pip install --group bench --constraint requirements.lock"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench scan", description=__doc__)
    add_options(parser, rounds=5)
    parser.add_argument("--text", type=Path, metavar="FILE", help="scan this text, paragraph by paragraph, instead")
    parser.add_argument("--megabytes", type=float, default=5.0, help="of text, repeated to that")
    parser.add_argument("--phrases", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds after which a build or a scan is given up")
    options = parser.parse_args(arguments)

    texts = _texts(options.text, options.pages, int(options.megabytes * 1e6))
    lines = [fold_line(text).text for text in texts]
    size = sum(len(text.encode()) for text in texts)
    matchers = [matcher for matcher in MATCHERS if is_there(matcher)]
    absent = sorted({matcher.needs for matcher in MATCHERS if not is_there(matcher)})
    if absent:
        print(f"not installed, and skipped: {', '.join(absent)}; {INSTALL}")
    print(f"{size / 1e6:.2f} MB of text in {len(texts):,} pieces; processor time, best of {options.rounds} rounds")
    ours: dict[int, float] = {}
    for count in options.phrases:
        phrases = _phrases(count)
        print(f"\n{len(phrases):,} phrases, {sum(map(len, phrases)) / len(phrases):.1f} characters on average")
        seconds = _measure(matchers, phrases, texts, lines, size, options.rounds, options.limit)
        if Ours in seconds:
            ours[len(phrases)] = seconds[Ours]
    least, most = min(ours, default=0), max(ours, default=0)
    if least < most:
        print(
            f"\nsitrep takes {ours[most] / ours[least]:.2f}x the time for {most:,} phrases that it takes for {least:,}"
        )


def _measure(
    matchers: Sequence[type[Matcher]],
    phrases: Sequence[str],
    texts: Sequence[str],
    lines: Sequence[str],
    size: int,
    rounds: int,
    limit: float,
) -> dict[type[Matcher], float]:
    """Prints the table; the seconds a scan took, of those that came to an end."""
    workers = {matcher: Worker(matcher, texts, lines, limit) for matcher in matchers}
    try:
        built = {matcher: worker.build(phrases) for matcher, worker in workers.items()}
        seconds: dict[type[Matcher], float] = {}
        found: dict[type[Matcher], int] = {}
        racing = [matcher for matcher in matchers if built[matcher]]
        for _ in range(rounds):
            for matcher in racing.copy():
                told = workers[matcher].scan()
                if told is None:
                    racing.remove(matcher)
                    continue
                seconds[matcher] = min(told[0], seconds.get(matcher, told[0]))
                found[matcher] = told[1]
    finally:
        for worker in workers.values():
            worker.end()
    print(f"{'':<40} {'build ms':>9} {'memory':>10} {'MB/s':>7} {'of hyperscan':>13} {'found':>10}")
    for matcher in matchers:
        told = built[matcher]
        row = f"{matcher.name:<40}"
        if told is None:
            print(f"{row} not built in {limit:.0f} s")
            continue
        row += f" {1000 * told[0]:>9,.0f} {megabytes(told[1]):>10}"
        if matcher not in seconds:
            print(f"{row} not done in {limit:.0f} s")
            continue
        share = f"{seconds[Hyperscan] / seconds[matcher]:.0%}" if Hyperscan in seconds else "-"
        many = f"{found[matcher]:,}" if found[matcher] else "-"
        print(f"{row} {size / seconds[matcher] / 1e6:>7,.1f} {share:>13} {many:>10}")
    return seconds


def _texts(file: Path | None, folder: Path | None, size: int) -> list[str]:
    """Articles, or the paragraphs of a text, over and over until they are of this size."""
    if file is not None:
        pieces = [piece for piece in file.read_text("utf-8").split("\n\n") if piece.strip()]
    else:
        pieces = [f"{article.title}\n{article.text}" for article in articles(load_pages(folder))]
    texts: list[str] = []
    for piece in cycle(pieces):
        texts.append(piece)
        size -= len(piece.encode())
        if size <= 0:
            break
    return texts


def _phrases(count: int) -> list[str]:
    """So many phrases, folded: an even choice of the packaged ones, and names of places when these are too few."""
    known = list(load_lexicon().lines)
    if count <= len(known):
        return [known[number * len(known) // count] for number in range(count)]
    return list(islice(dict.fromkeys(chain(known, _names())), count))


def _names() -> list[str]:
    table = resources.files("shared.rules").joinpath("places.tsv.gz").read_bytes()
    keys = (line.split("\t")[0] for line in gzip.decompress(table).decode().splitlines())
    return [folded for key in keys if not key.isdecimal() and (folded := fold_phrase(key))]
