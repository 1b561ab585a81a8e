"""Texts and rules that are as bad for detection as their limits allow.  Pure."""

import json
from itertools import cycle, islice, product
from string import ascii_lowercase

from shared.detect import Lexicon
from shared.detect.operators import MOST_PAIRS, with_files
from shared.detect.rules import MOST_PHRASES
from shared.errors import SettingError

_TRIGGERS = (
    "Israeli jets bombed the town and killed 12 civilians, the army said.",
    "Shells and rockets hit Gaza as troops clashed with militants who had broken the ceasefire.",
    "Gunmen kidnapped 5 aid workers near Kyiv while a suicide bomber killed dozens at a market in Baghdad, police said",
)


def of_size(pieces: tuple[str, ...] | list[str], size: int) -> str:
    """The pieces over and over, a line each, in about so many characters."""
    average = max(1, sum(map(len, pieces)) // len(pieces))
    return "\n".join(islice(cycle(pieces), size // (average + 1) + 1))[:size]


def triggers(size: int) -> str:
    """A text whose every sentence fires several rules."""
    return of_size(_TRIGGERS, size)


def one_sentence(size: int) -> str:
    """The words of triggers without any end of a sentence."""
    return of_size(_TRIGGERS, size).replace(".", "").replace(",", "").replace("\n", " ")


def worst_words(size: int) -> str:
    """What the worst rules listen for, over and over."""
    return "w " * (size // 2)


def worst(lexicon: Lexicon) -> tuple[Lexicon, int, int]:
    """The lexicon with an operator's worst rule; how many phrases that stands for, and how deep they nest."""
    deep = 512
    while True:
        content = _rule(deep)
        try:
            found = with_files(lexicon, {"worst.toml": content.encode()})
            return found, len(found.lines) - len(lexicon.lines), deep
        except SettingError:
            if deep == 1:
                raise
            deep = deep * 3 // 4


def _rule(deep: int) -> str:
    nested = [" ".join(["w"] * words) for words in range(1, deep + 1)]
    words = ["w", *map("".join, islice(product(ascii_lowercase, repeat=2), 29))]
    choice = f"({'|'.join(words)})"
    each = len(words) ** 2
    left = MOST_PHRASES - 2 * len(nested) - 1
    third = map("".join, product(ascii_lowercase, repeat=3))
    many = [f"{choice} {choice} {word}" for word in islice(third, left // each)]
    sets = {"one": nested, "two": nested, "many": many}
    lines = ['category = "worst"', "version = 1", 'why = "The worst."', "severity = 1", "[terms]", 'en = ["w"]']
    for name, phrases in sets.items():
        lines += [f"[sets.{name}]", f"en = {json.dumps(phrases)}"]
    for number in range(MOST_PAIRS):
        lines += ["[[pairs]]", 'first = "one"', 'second = "two"', f"within = {number % 31}", 'order = "any"']
    examples = json.dumps([f"w {number}" for number in range(8)])
    return "\n".join([*lines, "[examples]", f"fires = {examples}", f"quiet = {examples}"])
