"""A page's bytes in, the article that stands on it out.  Pure.

trafilatura finds the text; what the page says of itself (JSON-LD, meta, html lang) gives title, date and language.
Lines that are not the story stay, marked: offsets count into the archived text.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html

from shared.core.dates import parse_date
from shared.core.text import from_markup, language_code, plain
from shared.types import DateSource, Mark, Paragraph, Quality

LARGEST_PAGE = 3_000_000
"""Bytes.  Beyond it trafilatura's time grows without a bound worth having."""
SHORTEST_TEXT = 150
"""Characters.  A shorter text is a teaser or a caption; a news brief has one full sentence at least."""

_RELATED = re.compile(
    r"(?:related|read more|read also|see also|also read|more on this|more from|recommended|watch|listen|don't miss"
    r"|lire aussi|mehr zum thema|lesen sie auch|leer más|читайте также|читайте також|اقرأ أيضا)\s*[:|–—-]",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:image|photo|picture|file photo|video|caption|foto|фото|صورة)\s*[:|–—-]", re.IGNORECASE)
# A line that ends in a picture's credit: "... on Sunday. Jane Doe / AFP - Getty Images".
_CREDIT = re.compile(
    r"(?:[/|(©–—-]|\bvia\b|\bphoto by\b|\bimage:)\s*(?:the\s+)?(?:afp|ap|ap photo|associated press|reuters|epa"
    r"|getty(?: images)?|anadolu|shutterstock|dpa|tass|xinhua|bloomberg|handout)\b[^.!?]{0,60}\)?\s*$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\b(?:(?:browser|internet explorer|IE ?\d+) (?:is )?(?:not|no longer) supported|not supported[^.]{0,60}browser"
    r"|(?:update|upgrade|enable|use another|different)[^.]{0,40}(?:browser|javascript)|sign up (?:for|to)"
    r"|subscribe (?:to|now|today)|newsletter|cookies?\b[^.]{0,40}\b(?:policy|settings|consent)|all rights reserved"
    r"|follow us on|share this (?:article|story)|download (?:the|our) app)\b",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 250
_ARTICLE_TYPES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "LiveBlogPosting", "BlogPosting", "AnalysisNewsArticle"}
)
_CHALLENGE = re.compile(
    rb"cf-chl|challenge-platform|captcha-delivery|px-captcha|_incapsula_|just a moment", re.IGNORECASE
)


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
    canonical_url: str
    site: str
    """The publisher's name as the page gives it; empty when it gives none."""
    quality: Quality
    reason: str
    """Why there is no text, or not all of it; empty when there is."""


def extract_article(html: bytes, url: str, now: datetime | None = None) -> Extracted:
    """The article on a page; what is not the story is marked, and what is missing is empty."""
    if len(html) > LARGEST_PAGE:
        return nothing(f"the page is over {LARGEST_PAGE // 1_000_000} MB")
    tree = trafilatura.load_html(html)
    if tree is None:
        return nothing("the page is no HTML")
    told = _metadata(tree)
    title = _title(tree, told)
    text = trafilatura.extract(tree, url=url, include_comments=False, include_tables=False, with_metadata=False) or ""
    lines = [line for raw in text.split("\n") if (line := plain(raw))]
    if sum(map(len, lines)) < SHORTEST_TEXT:
        lines = max(lines, _blocks(tree), key=lambda found: sum(map(len, found)))
    paragraphs, text = lay_out(lines, title)
    story = sum(p.end - p.start for p in paragraphs if p.mark is None)
    reason = ""
    if story < SHORTEST_TEXT:
        reason = "a challenge page, not the article" if _CHALLENGE.search(html) else "no text in the page"
    published_at = _first_date(told, now)
    return Extracted(
        title=title,
        text="" if reason else text,
        paragraphs=() if reason else paragraphs,
        published_at=published_at,
        date_source=DateSource.JSON_LD if published_at else DateSource.NONE,
        authors=(),
        language=language_code(tree.get("lang") or told.get("inLanguage", "")),
        canonical_url="",
        site=told.get("site", ""),
        quality=Quality.NONE if reason else Quality.GOOD,
        reason=reason,
    )


def lay_out(lines: list[str], *titles: str) -> tuple[tuple[Paragraph, ...], str]:
    """Lines as one text with its paragraphs, each marked when it is not the story."""
    headlines = {title.casefold() for title in titles}
    paragraphs = []
    at = 0
    for line in lines:
        mark = Mark.TITLE if line.casefold() in headlines else mark_of(line)
        paragraphs.append(Paragraph(at, at + len(line), mark))
        at += len(line) + 1
    return tuple(paragraphs), "\n".join(lines)


def mark_of(line: str) -> Mark | None:
    """Why a line is not the story: a pointer to another story, a caption, a notice to the reader; none when it is."""
    if _RELATED.match(line):
        return Mark.RELATED
    if _CAPTION.match(line) or _CREDIT.search(line):
        return Mark.CAPTION
    if len(line) <= _LONGEST_NOTICE and _NOTICE.search(line):
        return Mark.NOTICE
    return None


def nothing(reason: str) -> Extracted:
    """A page that holds no article, and why."""
    return Extracted("", "", (), None, DateSource.NONE, (), "", "", "", Quality.NONE, reason)


def _blocks(tree: Any) -> list[str]:
    """The lines of a page too plain for an extractor to believe: every block of text outside navigation."""
    body = lxml_html.fromstring(etree.tostring(tree, encoding="unicode"))
    etree.strip_elements(body, "script", "style", "nav", "footer", "aside", "form", "noscript", "head", with_tail=False)
    blocks = body.xpath("//p | //pre | //li | //blockquote | //article[not(.//p)] | //div[not(.//p) and not(.//div)]")
    lines = [plain(line) for block in blocks for line in block.text_content().split("\n")]
    return [line for line in dict.fromkeys(lines) if line]


def _metadata(tree: Any) -> dict[str, str]:
    """What the page says of itself: JSON-LD's words, and `og:title`, `site`, `published` from its meta tags."""
    told: dict[str, str] = {}
    for node in _json_ld(tree):
        for key in ("headline", "datePublished", "inLanguage"):
            if isinstance(node.get(key), str):
                told.setdefault(key, node[key])
        publisher = node.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            told.setdefault("site", from_markup(publisher["name"], 100))
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = meta.get("content") or ""
        if name == "og:title":
            told.setdefault("og:title", content)
        elif name == "og:site_name":
            told.setdefault("site", from_markup(content, 100))
        elif name in ("article:published_time", "datepublished", "date", "dc.date", "parsely-pub-date"):
            told.setdefault("published", content)
    return told


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            found = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        nodes = found if isinstance(found, list) else [found]
        for node in nodes:
            if not isinstance(node, dict):
                continue
            graph = node.get("@graph")
            for item in graph if isinstance(graph, list) else [node]:
                kinds = item.get("@type") if isinstance(item, dict) else None
                if any(
                    kind in _ARTICLE_TYPES
                    for kind in (kinds if isinstance(kinds, list) else [kinds])
                    if isinstance(kind, str)
                ):
                    yield item


def _title(tree: Any, told: dict[str, str]) -> str:
    heading = next((node.text_content() for node in tree.iter("h1")), "")
    page_title = next((node.text_content() for node in tree.iter("title")), "")
    for candidate in (told.get("headline"), told.get("og:title"), heading, page_title):
        if candidate and (title := from_markup(candidate, 500)):
            return title
    return ""


def _first_date(told: dict[str, str], now: datetime | None) -> datetime | None:
    for key in ("datePublished", "published"):
        if (moment := parse_date(told.get(key, ""), now)) is not None:
            return moment
    return None
