"""A page's bytes in, the article that stands on it out.  Pure.

trafilatura finds the text; the page's own words (JSON-LD, meta) give the rest, and the text where trafilatura lost it.
Lines that are not the story stay, marked: offsets count into the archived text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree

from shared.core.marks import is_beside_the_story, lay_out, read_layout
from shared.core.metadata import Metadata, read_metadata
from shared.core.pages import LARGEST_PAGE, no_page, parse
from shared.core.quality import SHORTEST_TEXT, grade
from shared.core.text import key, plain
from shared.types import DateSource, Paragraph, Quality

__all__ = ["LARGEST_PAGE", "SHORTEST_TEXT", "Extracted", "extract_article", "lay_out", "nothing"]

_LOST = 0.7
"""Where trafilatura finds less than this of what the page tells search engines, they are told more."""
_SHORTEST_LEAD = 30
_LONGEST_LEAD = 1_000
_LONGEST_TEXT = 500_000
"""Characters, three novels: what comes after them in a page is not looked at."""
# Navigation, unless it was never closed and has swallowed the story.
_AROUND = etree.XPath(
    "descendant::*[self::nav or self::footer][not(descendant::article or descendant::h1 or descendant::p[6])]"
)
_LEAD_TAGS = ("p", "h2", "h3", "h4", "div", "span", "strong", "em", "b")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says."""

    title: str
    text: str
    """Paragraphs joined by newlines; empty when the page holds no story."""
    paragraphs: tuple[Paragraph, ...]
    published_at: datetime | None
    date_source: DateSource
    authors: tuple[str, ...]
    language: str
    """ISO 639-1, or empty when the page does not say."""
    canonical_url: str
    site: str
    """The publisher's name as the page gives it; empty when it gives none."""
    quality: Quality
    reason: str
    """Why there is no text, or not all of it; empty when there is."""


def extract_article(html: bytes, url: str, now: datetime | None = None, content_type: str | None = None) -> Extracted:
    """The article on a page; what is not the story is marked, and what is missing is empty.  Never raises.

    `url` may be empty; `content_type` is the header, for its charset; a date of publication a day after `now` is none.
    """
    if reason := no_page(html):
        return nothing(reason)
    tree = parse(html, content_type)
    if tree is None:
        return nothing("the page is no HTML")
    told = read_metadata(tree, url, now)
    _strip(tree)
    layout = read_layout(tree)
    lines = _lines(tree, url, told)
    paragraphs, text = lay_out(lines, *told.titles, authors=told.authors, layout=layout)
    if _length(paragraphs) < SHORTEST_TEXT:  # a box that holds all there is holds the story
        paragraphs, text = lay_out(lines, *told.titles, authors=told.authors, layout=layout.captions())
    story = [text[one.start : one.end] for one in paragraphs if one.mark is None]
    quality, reason = grade(html, told.titles, lines, story, told.free)
    is_read = quality not in UNREAD
    return Extracted(
        title=told.title,
        text=text if is_read else "",
        paragraphs=paragraphs if is_read else (),
        published_at=told.published_at,
        date_source=told.date_source,
        authors=told.authors,
        language=told.language,
        canonical_url=told.canonical_url,
        site=told.site,
        quality=quality,
        reason=reason,
    )


UNREAD = frozenset({Quality.CONSENT, Quality.CHALLENGE, Quality.MISSING, Quality.NONE})
"""What a page is that holds nothing of a story."""


def _length(paragraphs: Iterable[Paragraph]) -> int:
    return sum(one.end - one.start for one in paragraphs if one.mark is None)


def nothing(reason: str) -> Extracted:
    """A page that holds no article, and why."""
    return Extracted("", "", (), None, DateSource.NONE, (), "", "", "", Quality.NONE, reason)


def _strip(tree: Any) -> None:
    """Takes out what is never the story: trafilatura copies the tree several times, and would drop it in the end."""
    etree.strip_elements(
        tree, "head", "script", "style", "svg", "template", "iframe", "select", "button", with_tail=False
    )
    for element in _AROUND(tree):
        element.drop_tree()


def _lines(tree: Any, url: str, told: Metadata) -> list[str]:
    """The lines of the article, from whoever found most of it; the standfirst first."""
    try:
        text = trafilatura.extract(tree, url=url or None, include_comments=False, include_tables=False) or ""
    except (ValueError, RecursionError, etree.LxmlError):  # lxml refuses a string or a depth: there are other ways
        text = ""
    lines = [line for raw in text[:_LONGEST_TEXT].split("\n") if (line := plain(raw))]
    if sum(map(len, lines)) < _LOST * len(told.body):
        lines = [line for raw in told.body.split("\n") if (line := plain(raw))]
    if sum(map(len, lines)) < SHORTEST_TEXT:
        lines = max(lines, _blocks(tree), key=lambda found: sum(map(len, found)))
    if lead := _lead(tree, told.descriptions, lines):
        top = max((n + 1 for n, line in enumerate(lines[:3]) if line in told.titles), default=0)
        lines.insert(top, lead)
    return lines


def _lead(tree: Any, descriptions: Iterable[str], lines: Sequence[str]) -> str:
    """The standfirst that the page shows above the story, and trafilatura leaves out; empty when there is none.

    It is known by the page's own summary of the story, which it mostly is word for word.
    """
    found = key("\n".join(lines))
    wanted = {
        said[:_SHORTEST_LEAD]: len(description)
        for description in descriptions
        if len(said := key(description)) >= _SHORTEST_LEAD and said[: 2 * _SHORTEST_LEAD] not in found
    }
    if not wanted:
        return ""
    for element in tree.iter(*_LEAD_TAGS):
        start = element.text
        if not start or len(start) < _SHORTEST_LEAD or key(start[: 4 * _SHORTEST_LEAD])[:_SHORTEST_LEAD] not in wanted:
            continue
        lead = plain("".join(element.itertext()))
        if (
            len(lead) <= _LONGEST_LEAD
            and key(lead)[: 2 * _SHORTEST_LEAD] not in found
            and not is_beside_the_story(element)
        ):
            return lead
    return ""


def _blocks(tree: Any) -> list[str]:
    """The lines of a page too plain for an extractor to believe: every block of text outside navigation."""
    etree.strip_elements(tree, "nav", "footer", "aside", "form", "noscript", "head", with_tail=False)
    blocks = tree.xpath("//p | //pre | //li | //blockquote | //article[not(.//p)] | //div[not(.//p) and not(.//div)]")
    lines = [plain(line) for block in blocks for line in block.text_content().split("\n")]
    return [line for line in dict.fromkeys(lines) if line]
