"""What finding the reports of an article costs, beside trafilatura's time for the same pages.  Prints.

Then how that grows with the text, for ordinary text, for text full of what detection listens for, and with the worst
rule that an operator may write; and what the lexicon takes.  Counted is processor time, the best of several rounds.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from unittest.mock import patch

import trafilatura

from bench import hostile
from bench.artifact import built
from bench.pages import NOW, add_options, articles, best, load_pages
from bench.process import limited, megabytes, told_by
from shared.detect import Lexicon, detect, load_lexicon
from shared.types import Article

# A measure of one article need not be as long as that of all: most take less than a millisecond.
_ONE_S = 0.005
_LOAD = """
import json, time
from bench.process import resident
import shared.detect
before, started = resident(), time.process_time()
lexicon = shared.detect.load_lexicon()
loaded = time.process_time()
lexicon.automaton, lexicon.others, lexicon.parts, lexicon.links_with, lexicon.needs_with
print(json.dumps([loaded - started, time.process_time() - loaded, resident() - before, len(lexicon.lines)]))
"""
# Where each part of detection is called from.  Folding is a part of scanning, and taken off it.
_PARTS = {
    "fold": ("shared.detect.scan", "fold_line"),
    "scan": ("shared.detect", "scan"),
    "sentences": ("shared.detect", "cut"),
    "rules": ("shared.detect", "fired"),
    "certainty, claims, places": ("shared.detect", "reports"),
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench detection", description=__doc__)
    add_options(parser, rounds=5)
    parser.add_argument("--sizes", type=float, nargs="+", default=[0.05, 0.5, 5.0], help="of texts, in MB")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds after which a text is given up")
    options = parser.parse_args(arguments)
    pages = load_pages(options.pages)
    read = articles(pages)

    _print_whole(pages, read, options.rounds)
    _print_growth(read, options.sizes, options.limit)
    _print_lexicon(options.rounds)


def _print_whole(pages: list[bytes], read: list[Article], rounds: int) -> None:
    lexicon = load_lexicon()
    reporting = sum(bool(detect(article, lexicon)) for article in read)
    gc.freeze()  # as the function does once it is ready: what is loaded is never looked through again
    rival, whole = _best_in_turn(
        lambda: [trafilatura.extract(page, include_comments=False, include_tables=False) for page in pages],
        lambda: [detect(article, lexicon) for article in read],
        rounds=rounds,
    )
    size = sum(len(article.text.encode()) for article in read)
    one = [best(lambda article=article: detect(article, lexicon), rounds, _ONE_S) for article in read]  # type: ignore[misc]
    print(f"{len(pages)} pages, {size / 1000:,.0f} kB of text; {reporting} with a report")
    print(f"processor time, best of {rounds} rounds; {size / whole / 1e6:.1f} MB/s from article to reports")
    print(f"{'':<44} {'ms a page':>10} {'of trafilatura':>15}")
    rows = {"trafilatura alone (text only)": rival, "detection": whole}
    rows |= {f"  {name}": seconds for name, seconds in _parts(read, lexicon, whole, rounds).items()}
    for name, seconds in rows.items():
        print(f"{name:<44} {1000 * seconds / len(pages):>10.3f} {seconds / rival:>14.1%}")
    slowest = max(range(len(one)), key=one.__getitem__)
    mean = rival / len(pages)
    for name, seconds in (
        ("the median page", statistics.median(one)),
        (f"the slowest: {len(read[slowest].text):,} characters", one[slowest]),
    ):
        print(f"{name:<44} {1000 * seconds:>10.3f} {seconds / mean:>14.1%}")


def _best_in_turn(*works: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each in its best round; they take turns, so that what disturbs the machine disturbs all."""
    seconds = [[best(work, rounds=1) for work in works] for _ in range(rounds)]
    return [min(of_one) for of_one in zip(*seconds, strict=True)]


def _parts(read: list[Article], lexicon: Lexicon, whole: float, rounds: int) -> dict[str, float]:
    """The seconds of each part in the round that the machine disturbed least; what is left of the whole is the rest."""
    least = dict.fromkeys(_PARTS, float("inf"))
    for _ in range(rounds):
        taken = dict.fromkeys(_PARTS, 0.0)
        patches = [
            patch.object(import_module(module), name, _timed(getattr(import_module(module), name), part, taken))
            for part, (module, name) in _PARTS.items()
        ]
        for each in patches:
            each.start()
        for article in read:
            detect(article, lexicon)
        for each in patches:
            each.stop()
        least = {part: min(least[part], seconds) for part, seconds in taken.items()}
    least["scan"] -= least["fold"]
    return least | {"the rest": max(0.0, whole - sum(least.values()))}


def _timed(work: Callable[..., object], part: str, taken: dict[str, float]) -> Callable[..., object]:
    def timed(*arguments: object) -> object:
        started = time.process_time()
        result = work(*arguments)
        taken[part] += time.process_time() - started
        return result

    return timed


def _print_growth(read: list[Article], sizes: list[float], limit: float) -> None:
    print(f"\n{'milliseconds for each MB of one text':<44}" + "".join(f" {f'{size:g} MB':>20}" for size in sizes))
    ordinary = [line for article in read for line in article.text.split("\n")]
    texts: dict[str, Callable[[int], str]] = {
        "ordinary text": lambda size: hostile.of_size(ordinary, size),
        "every sentence fires": hostile.triggers,
        "the same without any full stop": hostile.one_sentence,
    }
    for worst in (False, True):
        if worst:
            print("with an operator's worst rule:")
            texts["its own words"] = hostile.worst_words
        for name, text in texts.items():
            row = f"{'  ' * worst + name:<44}"
            for size in sizes:
                told = limited(_one_text, text(int(size * 1e6)), worst, seconds=limit)
                row += f" {told if isinstance(told, str) else f'{1000 * told / size:,.0f}':>20}"
            print(row)
    print(limited(_worst_rule, seconds=limit))


def _one_text(text: str, worst: bool) -> float:
    lexicon = load_lexicon()
    if worst:
        lexicon, _, _ = hostile.worst(lexicon)
    article = Article("bench", "https://news.example/", "News", text, (), "en", "Example", NOW, NOW, "")
    return best(lambda: detect(article, lexicon), rounds=1, shortest=0.0)


def _worst_rule() -> str:
    known = load_lexicon()
    started = time.process_time()
    lexicon, phrases, deep = hostile.worst(known)
    taken = time.process_time() - started
    pairs = len(lexicon.rules[-1].pairs)
    return f"(one file of {phrases:,} phrases, nested {deep} deep, and {pairs} pairs; {taken:.1f} s to take in)"


def _print_lexicon(rounds: int) -> None:
    print(f"\n{'the lexicon, in a fresh process':<44} {'load ms':>10} {'automaton ms':>15} {'memory':>10}")
    for name, stored in (("from the rule files", False), ("as a build stores it", True)):
        with built(stored=stored) as folder:
            told = [told_by(_LOAD, {"PYTHONPATH": str(folder)}) for _ in range(rounds)]
        load, automaton = (1000 * min(each[at] for each in told) for at in (0, 1))
        print(f"{name:<44} {load:>10.0f} {automaton:>15.0f} {megabytes(min(each[2] for each in told)):>10}")
    print(f"{told[0][3]:,} phrases")
