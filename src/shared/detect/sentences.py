"""An article -> its sentences, each with the weight it carries.  Pure.

Only what is the story becomes a sentence: a marked paragraph ("Related:", a caption, a browser notice) yields none, so
nothing in it can fire, count or name a place.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
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

    def evidence(self, rule: str, first: int | None = None, last: int | None = None) -> Evidence:
        """Words of the sentence, or all of it, as evidence."""
        start = self.start if first is None else self.words[first].start
        end = self.end if last is None else self.words[last - 1].end
        return Evidence(rule, self.field, start, end, self.raw[start:end])


_END = re.compile(r"[.!?\u2026\u061f\u06d4\u3002]+[\"'\u201d\u2019\u00bb)\]]*(?=\s)|[\u3002]")
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
        if words:
            result.append(Sentence(raw, field, begin, begin + len(piece), role, len(result), words, lists))


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
