"""Two readings of an article in, what was edited between them out; when the page behind an alert is read again.  Pure.

Only a change of the story's words is an edit: not one of punctuation, case or quotes, nor of a marked line or a byline.
What may be a page in the article's way (a teaser, a consent form, another story) is no edit either; a brief is believed
wherever its page has the same address.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from shared.types import Alert, Article, Edit, Incident, Quality, Report, Reread, Response

REREAD_AFTER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""When the page behind an alert is read again, counted from the alert.  Close together at first, while a wrong toll is
being passed on; what is still wrong after a day is an archive's concern."""
MOST_WATCHED = 20
"""Articles of one incident that are read again.  Hundreds tell of one big strike, mostly in an agency's words."""

_GONE = frozenset({404, 410})
# Two stories share 3 % of the shorter one's runs of three words at most (4,851 pairs of real articles).
_LEAST_SHARED = 0.15
# Newsrooms cut stories; what is left of one behind a paywall or a consent form is a fraction.
_LEAST_LENGTH = 0.5
# Characters, about a hundred words.  Two sentences that are put right may share next to nothing with what they were.
_BRIEF = 600
_MOST_SENTENCES = 1_000
_MOST_EDITS = 50
_LONGEST_EDIT = 1_000
_MOST_TOLD = 5

_END = re.compile(r"(?<=[.!?\u2026\u061f\u06d4\u3002])[\"'\u201d\u2019\u00bb)\]]*+\s++(?=\S)")
_WORD = re.compile(r"\w+")
_WORK = r"(?:article|story|report|post|headline|page)"
_RETRACTION = re.compile(
    rf"\bthis {_WORK} (?:has been|was|is) (?:retracted|withdrawn|removed|taken down|deleted|unpublished)\b"
    r"|\b(?:has|have) (?:retracted|withdrawn|removed|taken down|deleted) this (?:article|story)\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\W*(?:(?:corrections?|clarification)\s*[:(\u2013\u2014-]|corrects\b)|\bthis version corrects\b"
    rf"|\bthis {_WORK} (?:has been|was) (?:corrected|amended|updated to correct)\b"
    rf"|\b(?:earlier|previous) version of this {_WORK}\b",
    re.IGNORECASE,
)
_PARTIAL = frozenset({Quality.TEASER, Quality.PAYWALL})
_WHOLE = frozenset({Quality.GOOD, Quality.SHORT})


class Rereading(StrEnum):
    """What an order to read a page again came to."""

    EARLY = "early"
    """Not due: sent on."""
    PASSED = "passed"
    """This reading, or one after it, is in the archive already."""
    UNCHANGED = "unchanged"
    EDITED = "edited"
    GONE = "gone"
    """The site has no such page any more (404, 410)."""
    UNREADABLE = "unreadable"
    """No answer, or a page that shows less of the article than was read before: nothing can be said of the text."""


@dataclass(frozen=True, slots=True)
class RereadResult:
    """What reading a page again found."""

    outcome: Rereading
    reason: str = ""
    article: Article | None = None
    """The new revision; none unless the text was edited."""


def rereads(incident: Incident, alert: Alert, now: datetime) -> list[Reread]:
    """The orders to read the page again that was the cause of an alert, which is sent now; none for an edited one."""
    story = next((story for story in incident.stories if story.report.id == alert.report_id), None)
    if story is None or alert.revision > MOST_WATCHED or story.revision or not story.url:
        return []
    return [
        Reread(story.article_key, number, now + after, story.correlation_id)
        for number, after in enumerate(REREAD_AFTER, 1)
    ]


def is_gone(response: Response, quality: Quality | None) -> bool:
    """Whether a site says that it has no such page, by its answer's status or in its answer's words."""
    return response.status in _GONE or quality is Quality.MISSING


def compare(before: Article, fresh: Article, revision: int, revises: str, *, gone: bool) -> RereadResult:
    """What another reading of a page says of the article.

    `fresh` is what it gives now, `revises` the key of `before`, and `revision` is the new reading's number.
    """
    if gone:
        return RereadResult(Rereading.GONE, fresh.unread_reason)
    was_partial, is_partial = before.quality in _PARTIAL, fresh.quality in _PARTIAL
    if fresh.unread is not None and not (is_partial and before.unread is not None):
        return RereadResult(Rereading.UNREADABLE, fresh.unread_reason)
    if fresh.quality is Quality.NOISY and before.quality is not Quality.NOISY:
        return RereadResult(Rereading.UNREADABLE, "less than half of the text is the story")
    is_fuller = before.unread is not None and not (was_partial and is_partial)
    edits = () if is_fuller else diff(before, fresh)
    if not edits and not is_fuller:
        return RereadResult(Rereading.UNCHANGED)
    is_retracted = any(_RETRACTION.search(edit.after) for edit in edits)
    if not is_fuller and not is_retracted and (reason := _doubt(before, fresh)):
        return RereadResult(Rereading.UNREADABLE, reason)
    is_retitled = bool(before.page_title) and _words(before.page_title) != _words(fresh.page_title)
    article = replace(
        before,
        title=(fresh.page_title if is_retitled else "") or before.title,
        page_title=fresh.page_title,
        text=fresh.text,
        paragraphs=fresh.paragraphs,
        quality=fresh.quality,
        fetched_at=fresh.fetched_at,
        raw_sha256=fresh.raw_sha256,
        raw_key=fresh.raw_key,
        unread=fresh.unread,
        unread_reason=fresh.unread_reason,
        revision=revision,
        revises=revises,
        edits=edits,
    )
    return RereadResult(Rereading.EDITED, "the page can be read now" if is_fuller else "", article)


def diff(before: Article, after: Article) -> tuple[Edit, ...]:
    """The sentences that differ: corrections first, then the page's own title, then in the order of the text.

    Looks at the first thousand sentences, and tells fifty changes at most.
    """
    old, new = list(_sentences(before)), list(_sentences(after))
    edits = []
    if before.page_title and after.page_title and _words(before.page_title) != _words(after.page_title):
        edits.append(_edit(before.page_title, after.page_title))
    from difflib import SequenceMatcher  # a function that compares no texts starts without it

    matcher = SequenceMatcher(None, [_words(each) for each in old], [_words(each) for each in new])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            edits += [_edit(was, now) for was, now in zip_longest(old[i1:i2], new[j1:j2], fillvalue="")]
    # A correction mostly stands at the end, and must not fall out of the bounds.
    return tuple(sorted(edits, key=lambda edit: not notices([edit]))[:_MOST_EDITS])


def notices(edits: Iterable[Edit]) -> list[str]:
    """The sentences that were added to say that the article is corrected or taken back.  English only."""
    added = (edit.after for edit in edits if edit.after)
    return [text for text in added if _RETRACTION.search(text) or _CORRECTION.search(text)]


def concerning(edits: Sequence[Edit], before: Report | None, after: Report | None) -> tuple[Edit, ...]:
    """The few edits that touch what an article reports, corrections first; the first ones where none does."""
    was, now = _told(before), _told(after)
    touching = [edit for edit in edits if notices([edit]) or _is_in(edit.before, was) or _is_in(edit.after, now)]
    return tuple(touching or edits)[:_MOST_TOLD]


def _told(report: Report | None) -> list[str]:
    if report is None:
        return []
    return [_words(each.text) for each in (report.sentence, *(claim.sentence for claim in report.claims))]


def _is_in(text: str, told: Iterable[str]) -> bool:
    words = _words(text)
    return bool(words) and any(words in each or each in words for each in told if each)


def _edit(before: str, after: str) -> Edit:
    return Edit(before[:_LONGEST_EDIT], after[:_LONGEST_EDIT])


def _doubt(before: Article, fresh: Article) -> str:
    """Why what stands there now may not be the article, edited; empty when it is."""
    was, now = (" ".join(_lines(each)).casefold() for each in (before, fresh))
    old, new = _WORD.findall(was), _WORD.findall(now)
    is_beginning = old[: len(new)] == new  # as a teaser is
    if len(was) < _BRIEF and fresh.quality in _WHOLE and _is_same_page(before, fresh) and not is_beginning:
        return ""
    if len(new) < _LEAST_LENGTH * len(old):
        return "less than half of the text is left, and nothing says why"
    runs, others = ({tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (old, new))
    if runs and others and len(runs & others) < _LEAST_SHARED * min(len(runs), len(others)):
        return "another text stands there"
    return ""


def _is_same_page(before: Article, fresh: Article) -> bool:
    """Whether a page has the address it had: the one it gives itself, which what stands in its way seldom gives."""
    if before.canonical_url:
        return fresh.canonical_url == before.canonical_url
    return fresh.url == before.url


def _lines(article: Article) -> Iterator[str]:
    """The story's paragraphs."""
    return (article.text[each.start : each.end] for each in article.paragraphs if each.mark is None)


def _sentences(article: Article) -> Iterator[str]:
    found = (sentence for line in _lines(article) for sentence in _split(line) if _words(sentence))
    return (sentence for sentence, _ in zip(found, range(_MOST_SENTENCES), strict=False))


def _split(line: str) -> Iterator[str]:
    begun = 0
    for stop in _END.finditer(line):
        if not line[stop.end()].islower():
            yield line[begun : stop.end()].strip()
            begun = stop.end()
    yield line[begun:].strip()


def _words(text: str) -> str:
    """What two spellings of a sentence share: its words in one case, without what stands between them."""
    return " ".join(_WORD.findall(text.casefold()))
