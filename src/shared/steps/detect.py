"""detect: decides what a stored article reports, and hands that on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.core.accounts import accounts
from shared.core.codec import encode
from shared.core.incidents import group_of
from shared.core.keys import reports_key
from shared.detect import Lexicon, detect
from shared.types import Article, EntryState, Report, Story

if TYPE_CHECKING:
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.s3 import Archive
    from shared.adapters.sqs import Queue


def detect_article(
    key: str, *, archive: Archive, entries: EntryStore, queue: Queue, lexicon: Lexicon
) -> tuple[Article, list[Story]]:
    """Decide what the article under this key reports.  Returns it, and the stories that were sent on.

    Sends first and closes the books after; the queue drops the repeat of a story.
    """
    # gather
    article = archive.get_article(key)

    # decide
    reports = detect(article, lexicon)
    stories = [_story(report, article, key) for report in accounts(reports)]
    state, reason = _ending(article, reports, stories)

    # apply
    archive.put_reports(reports_key(key), reports)
    queue.send(
        (encode(story) for story in stories),
        groups=((group_of(story.report), story.report.id) for story in stories),
    )
    entries.close(article.id, state, reason)
    return article, stories


def _story(report: Report, article: Article, key: str) -> Story:
    return Story(
        report=report,
        url=article.url,
        title=article.title,
        publisher=article.publisher,
        published_at=article.published_at,
        article_key=key,
        raw_sha256=article.raw_sha256,
        from_summary=article.from_summary,
        correlation_id=article.correlation_id,
    )


def _ending(article: Article, reports: list[Report], stories: list[Story]) -> tuple[EntryState, str]:
    """The final state of the article's entry, and why.  A page that was not read is never said to hold nothing."""
    if stories:
        return EntryState.REPORTED, article.unread_reason
    if article.unread is not None:
        return article.unread, article.unread_reason
    return EntryState.NO_MATCH, ", ".join(sorted(f"{report.category}: {report.certainty}" for report in reports))
