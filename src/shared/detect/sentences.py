"""An article -> its sentences, each with the weight it carries.  Pure.

Only what is the story becomes a sentence: a marked paragraph ("Related:", a caption, a browser notice) yields none, so
nothing in it can fire, count or name a place.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from shared.detect.words import Word, read_words
from shared.types import Article, Evidence, Field, Paragraph


class Role(StrEnum):
    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    BACKGROUND = "background"


WEIGHT = {Role.TITLE: 1.0, Role.LEAD: 0.9, Role.BODY: 0.6, Role.BACKGROUND: 0.3}

# News is told from the top: the first paragraphs say what is new, the far end retells how it came about.
LEAD_PARAGRAPHS = 3
LEAD_SENTENCES = 7
BACKGROUND_FROM = 25

_MANY_CAPITALS = 0.7
# What no writer would call one sentence (a table, a list, a page without full stops) is cut: then the work grows with
# the text and not with the square of a sentence, and what quotes a sentence stays small.
LONGEST_WORDS, LONGEST_CHARACTERS = 130, 1_000


class Found(NamedTuple):
    """A term of the lexicon in a sentence: words `first` up to, not including, `last`."""

    term: str
    first: int
    last: int


@dataclass(slots=True)
class Sentence:
    """A sentence with its words and what the scan found in it.  Word indexes count from its first word."""

    raw: str
    """The whole field that the offsets of the words count into."""
    field: Field
    start: int
    end: int
    role: Role
    index: int
    words: list[Word]
    lists: Mapping[str, frozenset[str]]
    """The languages' single words by list."""
    found: dict[str, list[Found]] = attribute(default_factory=lambda: defaultdict(list))
    _titled: bool | None = None
    _clauses: list[int] | None = None
    _breaks: list[int] | None = None

    @property
    def text(self) -> str:
        return self.raw[self.start : self.end]

    def has(self, kind: str) -> bool:
        return kind in self.found

    def of(self, kind: str) -> list[Found]:
        return self.found.get(kind, [])

    def is_in(self, name: str, index: int) -> bool:
        """The word at `index` is in a list of single words."""
        return self.words[index].fold in self.lists.get(name, ())

    def slice(self, first: int, last: int) -> str:
        """Words `first` up to `last`, as archived."""
        return self.raw[self.words[first].start : self.words[last - 1].end]

    def gap(self, index: int) -> str:
        """What stands between the word at `index` and the one before it."""
        return self.raw[self.words[index - 1].end : self.words[index].start] if index else ""

    def is_upper(self, index: int) -> bool:
        """The word begins with a capital, or its script has none."""
        letter = self.raw[self.words[index].start]
        return letter.isupper() or not (letter.islower() or letter.isdigit())

    @property
    def is_titled(self) -> bool:
        """Written in headline capitals, or all capitals: then a capital tells nothing."""
        if self._titled is None:
            capitals = sum(map(self.is_upper, range(len(self.words))))
            self._titled = len(self.words) > 2 and capitals / len(self.words) >= _MANY_CAPITALS
        return self._titled

    def clause_between(self, start: int, end: int) -> bool:
        """A word that opens a clause stands between two words."""
        if self._clauses is None:
            opened = {word.first for word in self.of("word.clause")}
            self._clauses = _running(index in opened for index in range(len(self.words)))
        return start < end and self._clauses[end] > self._clauses[start]

    def border(self, start: int, end: int) -> bool:
        """A clause ends between two words: "warned, after the raid"."""
        if self.clause_between(start, end):
            return True
        if self._breaks is None:
            self._breaks = _running(bool(_BREAK.search(self.gap(index))) for index in range(len(self.words)))
        last = min(end + 1, len(self.words))
        return start < last and self._breaks[last] > self._breaks[start]

    def evidence(self, rule: str, first: int | None = None, last: int | None = None) -> Evidence:
        """Words of the sentence, or all of it, as evidence."""
        start = self.start if first is None else self.words[first].start
        end = self.end if last is None else self.words[last - 1].end
        return Evidence(rule, self.field, start, end, self.raw[start:end])


_STOP = r"[.!?\u2026\u061f\u06d4\u3002]"
# Begins only where a run of stops begins: a page of dots is read once.
_END = re.compile(rf"(?<!{_STOP}){_STOP}++[\"'\u201d\u2019\u00bb)\]]*+(?=\s)|[\u3002]")
_BREAK = re.compile(r"[;:,\u2013\u2014\"\u201c\u201d]|\s-+\s")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_OPENING = "\"'\u201c\u2018\u00ab(["
# A full stop looks back no further than this: no abbreviation is longer.
_BACK = 12


def sentences(article: Article, lists: Mapping[str, frozenset[str]]) -> list[Sentence]:
    """The sentences of the story in the order of reading: the title first, then the text without marked paragraphs."""
    result: list[Sentence] = []
    _add(result, article.title, Field.TITLE, 0, len(article.title), Role.TITLE, lists)
    story = [paragraph for paragraph in _paragraphs(article) if paragraph.mark is None]
    for number, paragraph in enumerate(story):
        told = len(result)
        if number < LEAD_PARAGRAPHS and told < LEAD_SENTENCES:
            role = Role.LEAD
        else:
            role = Role.BODY if told < BACKGROUND_FROM else Role.BACKGROUND
        _add(result, article.text, Field.TEXT, paragraph.start, paragraph.end, role, lists)
    return result


def _paragraphs(article: Article) -> Iterator[Paragraph]:
    """The article's paragraphs; each line of the text when nobody cut it into any."""
    if article.paragraphs:
        yield from article.paragraphs
        return
    start = 0
    for line in article.text.split("\n"):
        if line.strip():
            yield Paragraph(start, start + len(line))
        start += len(line) + 1


def _add(
    result: list[Sentence],
    raw: str,
    field: Field,
    start: int,
    end: int,
    role: Role,
    lists: Mapping[str, frozenset[str]],
) -> None:
    """Append the sentences of `raw[start:end]`, without the space around them; those without a word are left out."""
    for begin, stop in _spans(raw, start, end, lists):
        piece = raw[begin:stop]
        begin += len(piece) - len(piece.lstrip())
        piece = piece.strip()
        words = [Word(word.fold, word.start + begin, word.end + begin) for word in read_words(piece)]
        if words and len(words) <= LONGEST_WORDS and len(piece) <= LONGEST_CHARACTERS:
            result.append(Sentence(raw, field, begin, begin + len(piece), role, len(result), words, lists))
            continue
        for cut in _cut(raw, words):
            result.append(Sentence(raw, field, cut[0].start, cut[-1].end, role, len(result), cut, lists))


def _cut(raw: str, words: list[Word]) -> Iterator[list[Word]]:
    """The words in runs that are no longer than a sentence may be; a word that alone is longer is left out.

    A run ends where its second half has a stop that went unheard ("killed nine.The army"), else where it is full.
    """
    run: list[Word] = []
    for word in words:
        if word.end - word.start > LONGEST_CHARACTERS:
            continue
        while run and (len(run) == LONGEST_WORDS or word.end - run[0].start > LONGEST_CHARACTERS):
            kept = _unheard_stop(raw, run)
            yield run[:kept]
            run = run[kept:]
        run.append(word)
    if run:
        yield run


def _unheard_stop(raw: str, run: list[Word]) -> int:
    """The index of the word in the second half before which the last stop stands; the length when there is none."""
    for index in range(len(run) - 1, len(run) // 2, -1):
        if re.search(_STOP, raw[run[index - 1].end : run[index].start]):
            return index
    return len(run)


def _running(flags: Iterable[bool]) -> list[int]:
    """How many are true before each index, and before the end."""
    return list(accumulate(flags, initial=0))


def _spans(raw: str, start: int, end: int, lists: Mapping[str, frozenset[str]]) -> Iterator[tuple[int, int]]:
    begun = start
    for match in _END.finditer(raw, start, end):
        if _is_end(raw, match.start(), match.end(), end, lists):
            yield begun, match.end()
            begun = match.end()
    yield begun, end


def _is_end(raw: str, mark: int, after: int, end: int, lists: Mapping[str, frozenset[str]]) -> bool:
    """The full stop at `mark` ends a sentence, and not an abbreviation."""
    rest = raw[after : min(end, after + _BACK)].lstrip().lstrip(_OPENING)
    if rest[:1].islower():
        return False
    if raw[mark] != "." or after - mark > 1:
        return True
    word = re.search(r"[\w.]*$", raw[max(0, mark - _BACK) : mark])
    before = word.group().lower() if word else ""
    if before in lists.get("abbreviation", ()) or (len(before) == 1 and before.isalpha()):
        return False
    if _ACRONYM.fullmatch(before):
        return rest.partition(" ")[0].lower() in lists.get("after_acronym", ())
    return True
