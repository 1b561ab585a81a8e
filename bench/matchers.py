"""Ways to find many phrases in a text, each in a process of its own.  Starts processes.

All get the same phrases and the same lines, folded and with a space around each phrase, but for sitrep itself, which
gets the text and folds it, and spaCy, which knows words only by its own tokens.
"""

import importlib.util
import multiprocessing
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from bench.process import resident


class Matcher(ABC):
    """Finds phrases in lines."""

    name: str
    needs = ""
    """The package that it comes in, when sitrep does not have it anyway."""
    takes_text = False
    """It gets the text as archived, and the folding of it counts."""

    @abstractmethod
    def __init__(self, phrases: Sequence[str]) -> None: ...

    @abstractmethod
    def find(self, line: str) -> int:
        """How many phrases stand in a line."""


class Hyperscan(Matcher):
    """What is found is handed to nobody: the scan alone, which no Python can reach."""

    name, needs = "hyperscan, what it finds thrown away", "hyperscan"

    def __init__(self, phrases: Sequence[str]) -> None:
        import hyperscan

        self._database = hyperscan.Database()
        expressions = [f" {phrase} ".encode() for phrase in phrases]
        self._database.compile(expressions=expressions, ids=list(range(len(phrases))), flags=0, literal=True)

    def find(self, line: str) -> int:
        self._database.scan(line.encode(), match_event_handler=None)
        return 0


class HyperscanCollected(Hyperscan):
    name = "hyperscan, what it finds collected"

    def find(self, line: str) -> int:
        found: list[tuple[int, int, int]] = []
        self._database.scan(line.encode(), match_event_handler=lambda n, start, end, *_: found.append((n, start, end)))
        return len(found)


class Ours(Matcher):
    name, takes_text = "sitrep: fold and scan", True

    def __init__(self, phrases: Sequence[str]) -> None:
        from ahocorasick_rs import AhoCorasick

        from shared.detect.line import fold_line

        self._fold = fold_line
        self._automaton = AhoCorasick([f" {phrase} " for phrase in phrases])

    def find(self, line: str) -> int:
        return len(self._automaton.find_matches_as_indexes(self._fold(line).text, overlapping=True))


class AhocorasickRs(Ours):
    name, takes_text = "ahocorasick_rs", False

    def find(self, line: str) -> int:
        return len(self._automaton.find_matches_as_indexes(line, overlapping=True))


class Pyahocorasick(Matcher):
    name, needs = "pyahocorasick", "ahocorasick"

    def __init__(self, phrases: Sequence[str]) -> None:
        import ahocorasick

        self._automaton = ahocorasick.Automaton()
        for number, phrase in enumerate(phrases):
            self._automaton.add_word(f" {phrase} ", number)
        self._automaton.make_automaton()

    def find(self, line: str) -> int:
        return len(list(self._automaton.iter(line)))


class Regex(Matcher):
    """Finds the longest at each place only: it cannot tell what nests."""

    name = "re, one alternation"

    def __init__(self, phrases: Sequence[str]) -> None:
        longest_first = sorted(phrases, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, longest_first))})(?= )")

    def find(self, line: str) -> int:
        return len(self._pattern.findall(line))


class Spacy(Matcher):
    name, needs = "spaCy PhraseMatcher, with its tokens", "spacy"

    def __init__(self, phrases: Sequence[str]) -> None:
        import spacy
        from spacy.matcher import PhraseMatcher

        self._nlp = spacy.blank("en")
        self._nlp.max_length = 10_000_000
        self._matcher = PhraseMatcher(self._nlp.vocab)
        self._matcher.add("phrases", [self._nlp.make_doc(phrase) for phrase in phrases])

    def find(self, line: str) -> int:
        return len(self._matcher(self._nlp.make_doc(line.strip())))


MATCHERS: tuple[type[Matcher], ...] = (
    Hyperscan,
    HyperscanCollected,
    Ours,
    AhocorasickRs,
    Pyahocorasick,
    Spacy,
    Regex,
)


def is_there(matcher: type[Matcher]) -> bool:
    return not matcher.needs or importlib.util.find_spec(matcher.needs) is not None


class Worker:
    """A matcher in a process of its own, which can be ended when it takes too long."""

    def __init__(self, matcher: type[Matcher], texts: Sequence[str], lines: Sequence[str], limit: float) -> None:
        self._limit = limit
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_work, args=(other, matcher, texts if matcher.takes_text else lines), daemon=True
        )
        self._process.start()

    def build(self, phrases: Sequence[str]) -> tuple[float, int] | None:
        """Processor seconds and bytes of memory that building took; none when it was not done in time."""
        return self._ask(list(phrases))  # type: ignore[no-any-return]

    def scan(self) -> tuple[float, int] | None:
        """Processor seconds that scanning all lines took, and how much was found; none when it was not done in time."""
        return self._ask(None)  # type: ignore[no-any-return]

    def end(self) -> None:
        self._process.kill()
        self._process.join()

    def _ask(self, what: Any) -> Any:
        """The limit is on the clock, for a process that waits would never use up its processor time."""
        self._pipe.send(what)
        return self._pipe.recv() if self._pipe.poll(self._limit) else None


def _work(pipe: Connection, kind: type[Matcher], lines: Sequence[str]) -> None:
    matcher: Matcher | None = None
    while True:
        asked = pipe.recv()
        if asked is not None:
            kind(asked[:1])  # what it imports is not counted
        before = resident()
        started = time.process_time()
        if asked is not None:
            matcher = kind(asked)
            pipe.send((time.process_time() - started, max(0, resident() - before)))
        elif matcher is not None:
            found = sum(map(matcher.find, lines))
            pipe.send((time.process_time() - started, found))
