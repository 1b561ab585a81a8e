"""An article -> its sentences, each with the weight it carries.  Pure.

Only what is the story becomes a sentence: a marked paragraph ("Related:", a caption, a browser notice) yields none, so
nothing in it can fire, count or name a place.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from shared.detect.language import CueSet
from shared.detect.lexicon import Lexicon
from shared.detect.scan import Hit, within
from shared.detect.words import APOSTROPHE, APOSTROPHES, INVISIBLE, Words, read_words
from shared.types import Article, Evidence, Field, Paragraph


class Role(StrEnum):
    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    BACKGROUND = "background"


WEIGHT = {Role.TITLE: 1.0, Role.LEAD: 0.9, Role.BODY: 0.6, Role.BACKGROUND: 0.3}

# News is told from the top: the first sentences say what is new, the far end retells how it came about.  Paragraphs are
# not asked: what a publisher cuts into many, another leaves as one.
LEAD_SENTENCES, BACKGROUND_FROM = 5, 25

_MANY_CAPITALS = 0.7
# What no writer would call one sentence (a table, a list, a page without full stops) is cut: then the work grows with
# the text and not with the square of a sentence, and what quotes a sentence stays small.
LONGEST_WORDS, LONGEST_CHARACTERS = 130, 1_000


class Found(NamedTuple):
    """A term of the lexicon in a sentence: words `first` up to, not including, `last`."""

    term: str
    first: int
    last: int


class Heard(NamedTuple):
    """A cue in a sentence."""

    cue: CueSet
    found: Found


@dataclass(eq=False)
class Sentence:
    """A sentence with its words and what the scan found in it.  Word indexes count from its first word.

    Both are read at first use: most sentences are never looked at.
    """

    raw: str
    """The whole field that the offsets of the words count into."""
    field: Field
    start: int
    end: int
    lexicon: Lexicon
    role: Role = Role.LEAD
    index: int = 0
    hits: Sequence[Hit] = ()
    """In the order of their ends."""
    _found: dict[str, list[Found]] = attribute(default_factory=dict)

    @cached_property
    def _read(self) -> Words:
        return read_words(self.text, self.start)

    @cached_property
    def words(self) -> list[str]:
        """Folded for matching."""
        return self._read.folds

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in `raw`."""
        return self._read.starts

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends in `raw`."""
        return self._read.ends

    @cached_property
    def heard(self) -> set[str]:
        """The kinds of its hits: told without reading the words, so without the common ones and phrases in parts."""
        of = self.lexicon.kinds_of
        return set().union(*[of[hit[0]] for hit in self.hits])

    def has(self, kind: str) -> bool:
        return bool(self.of(kind))

    def of(self, kind: str) -> list[Found]:
        """What stands in it of a kind, in the order of the text, the longer first."""
        found = self._found.get(kind)
        if found is None:
            found = self._found[kind] = self._find(kind)
        return found

    def _find(self, kind: str) -> list[Found]:
        is_heard = kind in self.heard or kind in self.lexicon.common_kinds
        result = [found for found, kinds in self._phrases if kind in kinds] if is_heard else []
        if kind in self._chains:
            result += (found for number in self._chains[kind] for found in self._chained(number))
            result.sort(key=_in_order)
        return result

    @cached_property
    def _chains(self) -> Mapping[str, list[int]]:
        """The phrases in parts that it may hold, by kind."""
        chains, needed, with_part = self.lexicon.chains, self.lexicon.needed, self.lexicon.chains_with
        result: dict[str, list[int]] = {}
        for number in {number for part in self.heard & with_part.keys() for number in with_part[part]}:
            if needed[number] <= self.heard:
                result.setdefault(chains[number].kind, []).append(number)
        return result

    @cached_property
    def _phrases(self) -> list[tuple[Found, frozenset[str]]]:
        """The phrases in it with their kinds, in the order of the text, the longer first."""
        phrases, of, common = self.lexicon.phrases, self.lexicon.kinds_of, self.lexicon.common
        starts, ends = self.starts, self.ends
        placed = [(index, ~index, common[word]) for index, word in enumerate(self.words) if word in common]
        for phrase, start, end in self.hits:
            first, last = bisect_right(starts, start) - 1, bisect_left(ends, end)
            # A part of a word is none: "can" is not in "can't".
            if 0 <= first <= last < len(ends) and (ends[last] <= end or self.raw[end] not in _INSIDE):
                placed.append((first, ~last, phrase))
        placed.sort()
        return [(Found(phrases[phrase], first, -last), of[phrase]) for first, last, phrase in placed]

    def _chained(self, number: int) -> list[Found]:
        """The phrases in parts whose parts stand one behind the other."""
        whole = self.of(f"~{number}.0")
        for part, words in enumerate(self.lexicon.chains[number].joints, 1):
            rights = self.of(f"~{number}.{part}")
            firsts = [right.first for right in rights]
            joined = []
            for left in whole:
                at = bisect_left(firsts, left.last)
                if at < len(rights) and firsts[at] - left.last <= words and not self._parted(left.last, firsts[at]):
                    joined.append(Found(f"{left.term} {rights[at].term}", left.first, rights[at].last))
            whole = joined
        return whole

    def _parted(self, last: int, first: int) -> bool:
        """A comma or the like stands between the end of one part and the next: then they are no phrase."""
        return bool(_PARTS.search(self.raw, self.ends[last - 1], self.starts[first]))

    @property
    def text(self) -> str:
        return self.raw[self.start : self.end]

    def is_in(self, name: str, index: int) -> bool:
        """The word at `index` is in a list of single words."""
        return self.words[index] in self.lexicon.lists.get(name, ())

    def slice(self, first: int, last: int) -> str:
        """Words `first` up to `last` as written, on one line and without what is not seen."""
        written = self.raw[self.starts[first] : self.ends[last - 1]]
        return " ".join((written if written.isascii() else written.translate(_UNSEEN)).split())

    def gap(self, index: int) -> str:
        """What stands between the word at `index` and the one before it, in plain signs."""
        gap = self.raw[self.ends[index - 1] : self.starts[index]] if index else ""
        return gap if gap.isascii() else gap.translate(_PLAIN)

    def is_upper(self, index: int) -> bool:
        """The word begins with a capital, or its script has none."""
        return self.capitals[index]

    @cached_property
    def capitals(self) -> list[bool]:
        """Of each word, what `is_upper` says."""
        return [
            (letter := self.raw[start]).isupper() or not (letter.islower() or letter.isdigit()) for start in self.starts
        ]

    @cached_property
    def is_titled(self) -> bool:
        """Written in headline capitals, or all capitals: then a capital tells nothing."""
        return len(self.words) > 2 and sum(self.capitals) / len(self.words) >= _MANY_CAPITALS

    @cached_property
    def cues(self) -> list[Heard]:
        """The cues in it but for those inside a longer one that means something else: "if confirmed" is no "if"."""
        kinds = self.heard.union(self.lexicon.common_kinds, self._chains)
        cues = [cue for cue in self.lexicon.cues if cue.kind in kinds]
        heard = [Heard(cue, found) for cue in cues for found in self.of(cue.kind)]
        longer = [one for one in heard if one.found.last - one.found.first > 1]
        return [one for one in heard if one.cue.name or not any(_holds(other, one) for other in longer)]

    @cached_property
    def opens_clause(self) -> Set[int]:
        """The words that open a clause."""
        return {word.first for word in self.of("word.clause")}

    @cached_property
    def _clauses(self) -> list[int]:
        return _running(index in self.opens_clause for index in range(len(self.words)))

    def clause_between(self, start: int, end: int) -> bool:
        """A word that opens a clause stands between two words."""
        return start < end and self._clauses[end] > self._clauses[start]

    @cached_property
    def _breaks(self) -> list[int]:
        return _running(bool(_BREAK.search(self.gap(index))) for index in range(len(self.words)))

    def border(self, start: int, end: int) -> bool:
        """A clause ends between two words: "warned, after the raid"."""
        if self.clause_between(start, end):
            return True
        last = min(end + 1, len(self.words))
        return start < last and self._breaks[last] > self._breaks[start]

    def evidence(self, rule: str, first: int | None = None, last: int | None = None) -> Evidence:
        """Words of the sentence, or all of it, as evidence."""
        start = self.start if first is None else self.starts[first]
        end = self.end if last is None else self.ends[last - 1]
        return Evidence(rule, self.field, start, end, self.raw[start:end])


def _in_order(found: Found) -> tuple[int, int]:
    return found.first, -found.last


def _holds(longer: Heard, one: Heard) -> bool:
    first, last = longer.found.first, longer.found.last
    return (
        longer.cue.certainty is not one.cue.certainty
        and first <= one.found.first
        and one.found.last <= last
        and last - first > one.found.last - one.found.first
    )


_UNSEEN = dict.fromkeys(map(ord, INVISIBLE))
# Between words every script's signs are ASCII's, and what only tells which way to write is nothing.
_PLAIN = {
    ord(sign): plain
    for plain, signs in {
        ",": "\u060c\u3001\uff0c",
        ";": "\u061b\uff1b",
        ":": "\uff1a",
        "-": "\u2010\u2011\u2013",
        '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb",
        "'": "\u2018\u2019\u201a\u2039\u203a",
        " ": "\u00a0\u202f",
        "": INVISIBLE,
    }.items()
    for sign in signs
}
_LETTER = re.compile(r"[^\W_]")
_STOP = r"[.!?\u2026\u061f\u06d4\u3002]"
# Begins only where a run of stops begins: a page of dots is read once.  A stop is what `re` looks for first.
_AFTER = rf"[\"'\u201c\u201d\u2018\u2019\u00bb\u203a)\]{INVISIBLE}]"
_END = re.compile(rf"{_STOP}(?:(?<!{_STOP}{_STOP}){_STOP}*+{_AFTER}*+(?=\s)|(?<=\u3002))")
# What begins what stands inside a word: "can't", "can&#39;t".
_INSIDE = APOSTROPHES + "&"
_BREAK = re.compile(r"[;:,\u2013\u2014\"\u201c\u201d]|\s-+\s")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_OPENING = "\"'\u201c\u201e\u2018\u201a\u00ab\u2039([" + INVISIBLE
_PARTS = re.compile(r"[,;:.()\u060c\u061b]")
_GOES_ON = re.compile(r"\n[ \t]*([^\W\d_])")
_LINE, _EMPTY_LINE = re.compile(r"\n"), re.compile(r"\n[ \t\r]*\n\s*")
# "Wouldn't." ends with no initial.
_LAST = re.compile(rf"(?:{APOSTROPHE})*((?:[\w.{INVISIBLE}]|{APOSTROPHE})*)\Z")
# A full stop looks back no further than this: no abbreviation is longer.
_BACK = 12


def sentences(article: Article, lexicon: Lexicon, hits: Mapping[Field, Sequence[Hit]]) -> list[Sentence]:
    """The sentences of the story in the order of reading: the title first, then the text without marked paragraphs.

    `hits` are what a scan of each field found.
    """
    title, text = hits.get(Field.TITLE, ()), hits.get(Field.TEXT, ())
    found = cut(article.text, Field.TEXT, story(article), text, lexicon)
    return ranked(headline(article, title, lexicon), found)


def headline(article: Article, hits: Sequence[Hit], lexicon: Lexicon) -> list[Sentence]:
    """The sentences of the title, as `cut` has them."""
    return cut(article.title, Field.TITLE, [Paragraph(0, len(article.title))], hits, lexicon)


def cut(
    raw: str, field: Field, paragraphs: Iterable[Paragraph], hits: Sequence[Hit], lexicon: Lexicon
) -> list[Sentence]:
    """The sentences of some paragraphs of a field, with what was found in them; `ranked` gives them their place."""
    result: list[Sentence] = []
    for paragraph in paragraphs:
        _add(result, raw, field, paragraph.start, paragraph.end, lexicon)
    for sentence, here in zip(result, within(result, hits), strict=True):
        if here:
            sentence.hits = _joined(here, lexicon.apart)
    return result


def ranked(title: list[Sentence], text: list[Sentence]) -> list[Sentence]:
    """All sentences of an article in one row, each with its index and its role."""
    for sentence in title:
        sentence.role = Role.TITLE
    for sentence in text[LEAD_SENTENCES:BACKGROUND_FROM]:
        sentence.role = Role.BODY
    for sentence in text[BACKGROUND_FROM:]:
        sentence.role = Role.BACKGROUND
    result = [*title, *text]
    for index, sentence in enumerate(result):
        sentence.index = index
    return result


def _joined(hits: list[Hit], apart: frozenset[int]) -> list[Hit]:
    """The hits without those that are half of a word that is written as two: there is no "fire" in "cease fire"."""
    wholes = {start: end for phrase, start, end in hits if phrase in apart}
    if not wholes:
        return hits
    starts = sorted(wholes)

    def is_half(start: int, end: int) -> bool:
        at = bisect_right(starts, start) - 1
        return at >= 0 and end <= wholes[starts[at]] and (start, end) != (starts[at], wholes[starts[at]])

    return [hit for hit in hits if not is_half(hit[1], hit[2])]


def story(article: Article) -> list[Paragraph]:
    """The paragraphs that are the story."""
    return [paragraph for paragraph in _paragraphs(article) if paragraph.mark is None]


def _paragraphs(article: Article) -> Iterator[Paragraph]:
    """The article's paragraphs; when nobody cut it into any, each line of the text, or what empty lines part where it
    has some or its lines were broken by hand."""
    if article.paragraphs:
        yield from article.paragraphs
        return
    text = article.text
    border = _EMPTY_LINE if _EMPTY_LINE.search(text) or _is_wrapped(text) else _LINE
    start = 0
    for found in border.finditer(article.text):
        if found.start() > start:
            yield Paragraph(start, found.start())
        start = found.end()
    if start < len(article.text):
        yield Paragraph(start, len(article.text))


def _is_wrapped(text: str) -> bool:
    """Most lines go on with a small letter: they are pieces of sentences."""
    return 2 * sum(map(str.islower, _GOES_ON.findall(text))) > text.count("\n")


def _add(result: list[Sentence], raw: str, field: Field, start: int, end: int, lexicon: Lexicon) -> None:
    """Append the sentences of `raw[start:end]`, without the space around them; those without a word are left out."""
    for begin, stop in _spans(raw, start, end, lexicon.lists):
        if not _LETTER.search(raw, begin, stop):
            continue
        piece = raw[begin:stop].lstrip()
        begin = stop - len(piece)
        piece = piece.rstrip()
        whole = Sentence(raw, field, begin, begin + len(piece), lexicon)
        # A word takes two characters at least: most sentences need not be counted.
        if len(piece) <= 2 * LONGEST_WORDS or (len(piece) <= LONGEST_CHARACTERS and len(whole.words) <= LONGEST_WORDS):
            result.append(whole)
        else:
            result += (Sentence(raw, field, *run, lexicon) for run in _runs(raw, whole.starts, whole.ends))


def _runs(raw: str, starts: list[int], ends: list[int]) -> Iterator[tuple[int, int]]:
    """From where to where runs of words go that are no longer than a sentence may be; a word that alone is longer is
    left out.

    A run ends where its second half has a stop that went unheard ("killed nine.The army"), else where it is full.
    """
    run: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if end - start > LONGEST_CHARACTERS:
            continue
        while run and (len(run) == LONGEST_WORDS or end - run[0][0] > LONGEST_CHARACTERS):
            kept = _unheard_stop(raw, run)
            yield run[0][0], run[kept - 1][1]
            run = run[kept:]
        run.append((start, end))
    if run:
        yield run[0][0], run[-1][1]


def _unheard_stop(raw: str, run: list[tuple[int, int]]) -> int:
    """The index of the word in the second half before which the last stop stands; the length when there is none."""
    for index in range(len(run) - 1, len(run) // 2, -1):
        if re.search(_STOP, raw[run[index - 1][1] : run[index][0]]):
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
    rest = raw[after : min(end, after + _BACK)].lstrip().lstrip(_OPENING).lstrip()
    if rest[:1].islower():
        return False
    if raw[mark] != "." or after - mark > 1:
        return True
    word = _LAST.search(raw[max(0, mark - _BACK) : mark])
    before = word[1].lower().translate(_UNSEEN) if word else ""
    if before in lists.get("abbreviation", ()) or (len(before) == 1 and before.isalpha()):
        return False
    if _ACRONYM.fullmatch(before):
        return rest.partition(" ")[0].lower() in lists.get("after_acronym", ())
    return True
