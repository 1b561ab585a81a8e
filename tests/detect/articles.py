"""Articles to detect in, written as plain lines."""

from datetime import UTC, datetime

from shared.detect import detect, load_lexicon
from shared.types import ALERTABLE, Article, Mark, Paragraph, Report

MARKS = {"[caption] ": Mark.CAPTION, "[related] ": Mark.RELATED, "[notice] ": Mark.NOTICE}


def article(text: str = "", title: str = "", publisher: str = "The Daily Courier", year: int | None = 2025) -> Article:
    """An article; a line that begins with "[caption] " and the like is a marked paragraph without that word."""
    paragraphs, lines, start = [], [], 0
    for line in text.split("\n"):
        mark = next((m for prefix, m in MARKS.items() if line.startswith(prefix)), None)
        told = line.split("] ", 1)[1] if mark else line
        paragraphs.append(Paragraph(start, start + len(told), mark))
        lines.append(told)
        start += len(told) + 1
    return Article(
        id="e-1",
        url="https://courier.example/1",
        title=title,
        text="\n".join(lines),
        paragraphs=tuple(p for p in paragraphs if p.end > p.start),
        language="en",
        publisher=publisher,
        published_at=datetime(year, 9, 17, tzinfo=UTC) if year else None,
        fetched_at=datetime(2025, 9, 17, tzinfo=UTC),
        raw_sha256="",
    )


def found(text: str = "", title: str = "", category: str = "airstrike", **more: object) -> Report | None:
    """The article's report of a category, of whatever certainty."""
    reports = detect(article(text, title, **more), load_lexicon())  # type: ignore[arg-type]
    return next((report for report in reports if report.category == category), None)


def alerts(text: str = "", title: str = "", **more: object) -> set[str]:
    """The categories that an article may alert on."""
    reports = detect(article(text, title, **more), load_lexicon())  # type: ignore[arg-type]
    return {report.category for report in reports if report.certainty in ALERTABLE}


def tells(text: str = "", title: str = "", **more: object) -> set[str]:
    """The categories that an article may alert on, and the flags of its reports: all that rules can say."""
    reports = detect(article(text, title, **more), load_lexicon())  # type: ignore[arg-type]
    return {word for r in reports if r.certainty in ALERTABLE for word in (r.category, *r.flags)}
