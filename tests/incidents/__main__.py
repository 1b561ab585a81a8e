"""`python -m tests.incidents [SEED ...]`: what weeks of news come to, and what went wrong by kind; three of each."""

import sys

from shared.detect import load_lexicon
from tests.incidents.measure import measure
from tests.incidents.test_week import LIMITS, SEEDS
from tests.news import week


def main(*seeds: int) -> None:
    lexicon = load_lexicon()
    weeks = [measure(week(seed), lexicon) for seed in seeds]
    columns = [*weeks, sum(weeks[1:], weeks[0])]
    print(f"{'':40}" + "".join(f"{name:>10}" for name in (*map(str, seeds), "all", "limit")))
    for name, limit in LIMITS.items():
        rates = "".join(f"{each.shares[name].rate:10.3f}" for each in columns)
        print(f"{name:40}{rates}{limit:10.2f}")
    for name in ("articles", "stories"):
        print(f"{name:40}" + "".join(f"{getattr(each, name):10}" for each in columns))
    for kind, found in sorted(columns[-1].errors.items(), key=lambda item: (-len(item[1]), item[0])):
        print(f"\n{len(found):4} {kind}")
        for words in found[:3]:
            print(f"       {words[:200]}")


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:]) if sys.argv[1:] else SEEDS))
