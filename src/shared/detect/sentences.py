"""An article -> its sentences, each with the weight it carries.  Pure.

Only what is the story becomes a sentence: a marked paragraph ("Related:", a caption, a browser notice) yields none, so
nothing in it can fire, count or name a place.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
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
    found: dict[str, list[Found]] = attribute(default_factory=lambda: defaultdict(list))
    _titled: bool | None = None

    @property
    def text(self) -> str:
        return self.raw[self.start : self.end]

    def has(self, kind: str) -> bool:
        return kind in self.found

    def of(self, kind: str) -> list[Found]:
        return self.found.get(kind, [])

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
# A full stop after these ends no sentence: "Gen. Haftar", "Sept. 11", "No. 3".
_ABBREVIATIONS = frozenset(
    [
        "adm",
        "brig",
        "capt",
        "cmdr",
        "col",
        "cpl",
        "dr",
        "gen",
        "gov",
        "hon",
        "jr",
        "lt",
        "maj",
        "messrs",
        "mr",
        "mrs",
        "ms",
        "no",
        "pfc",
        "pres",
        "prof",
        "pvt",
        "rep",
        "rev",
        "rt",
        "sen",
        "sgt",
        "sr",
        "st",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thurs",
        "fri",
        "sat",
        "sun",
        "vs",
        "approx",
        "est",
        "etc",
        "inc",
        "ltd",
        "corp",
        "km",
        "mt",
        "ft",
        "fig",
        "dept",
        "univ",
        "assn",
        "bros",
        "eg",
        "ie",
        "cf",
        "al",
        "spc",
        "supt",
        "insp",
        "det",
    ]
)


def sentences(article: Article) -> list[Sentence]:
    """The sentences of the story in the order of reading: the title first, then the text without marked paragraphs."""
    result: list[Sentence] = []
    _add(result, article.title, Field.TITLE, _spans(article.title, 0, len(article.title)), Role.TITLE)
    story = [p for p in _paragraphs(article) if p.mark is None]
    told = 0
    for number, paragraph in enumerate(story):
        lead = number < LEAD_PARAGRAPHS
        role = Role.LEAD if lead else Role.BODY if told < BACKGROUND_FROM else Role.BACKGROUND
        spans = list(_spans(article.text, paragraph.start, paragraph.end))
        if lead and told >= 6:
            role = Role.BODY
        _add(result, article.text, Field.TEXT, spans, role)
        told += len(spans)
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


def _spans(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each sentence of `raw[start:end]` begins and ends."""
    begun = start
    for match in _END.finditer(raw, start, end):
        if _is_end(raw, match.start(), match.end(), end):
            yield begun, match.end()
            begun = match.end()
    yield begun, end


def _is_end(raw: str, mark: int, after: int, end: int) -> bool:
    rest = raw[after : min(end, after + 8)].lstrip()
    follower = rest.lstrip("\"'\u201c\u2018\u00ab([")[:1]
    if follower.islower():
        return False
    if raw[mark] != "." or after - mark > 1:
        return True
    word = re.search(r"[\w.]*$", raw[max(0, mark - 12) : mark])
    before = word.group().lower() if word else ""
    if before in _ABBREVIATIONS or (len(before) == 1 and before.isalpha()):
        return False
    # "U.S. officials" runs on; after "in the U.S. He" only a pronoun or article tells, and a cut there costs little.
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", before):
        return re.match(r"(?:The|A|An|He|She|It|They|But|In|On|At|This|That)\b", rest) is not None
    return True


def _add(
    result: list[Sentence], raw: str, field: Field, spans: Iterator[tuple[int, int]] | list[tuple[int, int]], role: Role
) -> None:
    for start, end in spans:
        while start < end and raw[start].isspace():
            start += 1
        while end > start and raw[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        words = [Word(w.fold, w.start + start, w.end + start) for w in read_words(raw[start:end])]
        if words:
            result.append(Sentence(raw, field, start, end, role, len(result), words))
