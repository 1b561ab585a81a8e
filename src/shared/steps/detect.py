"""detect: decides what a stored article reports, by the rules of the day, and hands that on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.core.accounts import accounts, revised, story_of
from shared.core.codec import encode
from shared.core.edits import concerning, notices
from shared.core.incidents import home_of
from shared.core.keys import reports_key
from shared.core.kinship import group_of
from shared.detect import Lexicon, detect
from shared.detect.operators import with_files
from shared.errors import SettingError
from shared.types import Article, EntryState, Report, Story

if TYPE_CHECKING:
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.rule_store import RuleStore
    from shared.adapters.s3 import Archive
    from shared.adapters.sqs import Queue


def detect_article(
    key: str, *, archive: Archive, entries: EntryStore, queue: Queue, lexicon: Lexicon
) -> tuple[Article, list[Story]]:
    """Decide what the article under this key reports.  Returns it, and the stories that were sent on.

    Of an edited article only what differs in a coded field is sent on.  Sends first and closes the books after; the
    queue drops the repeat of a story.  An article that reports nothing, as most, leaves no list of its reports.
    """
    # gather
    article = archive.get_article(key)

    # decide
    reports = detect(article, lexicon)
    stories = stories_of(key, article, reports, archive=archive, lexicon=lexicon)
    state, reason = _ending(article, reports, stories)

    # apply
    if reports or article.revises:
        archive.put_reports(reports_key(key), reports)
    queue.send((encode(story) for story in stories), groups=((home_of(story), _once(story)) for story in stories))
    if not article.revises:  # the books count the entry by its first reading
        is_first = entries.close(article.id, state, reason)
        if not reports and not is_first:  # an earlier run, by other rules, may have left some
            archive.put_reports(reports_key(key), reports)
    return article, stories


def stories_of(key: str, article: Article, reports: list[Report], *, archive: Archive, lexicon: Lexicon) -> list[Story]:
    """What an article tells, as it is sent to notify; of an edited one what differs in a coded field."""
    earlier = list(_earlier(article, archive))
    if not earlier:
        return [story_of(report, article, key) for report in accounts(reports)]
    told = [archive.get_reports(reports_key(one.revises)) for one in (article, *earlier) if one.revises]
    before = accounts(detect(earlier[0], lexicon))
    return _revisions(article, key, accounts(reports), earlier[0], before, _homes(told))


def _earlier(article: Article, archive: Archive) -> Iterator[Article]:
    """The readings before this one, the latest first."""
    while article.revises:
        article = archive.get_article(article.revises)
        yield article


def _homes(told: Iterable[list[Report]]) -> dict[str, Report]:
    """By category, the report that the earliest reading to tell of it gave; `told` has the latest reading first.

    An edit may move the place, which is part of a report's id and names its incident's group: both stay the first ones.
    """
    return {report.category: report for reports in told for report in accounts(reports)}


def _revisions(
    article: Article, key: str, after: list[Report], earlier: Article, before: list[Report], homes: dict[str, Report]
) -> list[Story]:
    """The stories that an edit changes, under the ids and in the groups of those that told of it first.

    Both texts are read by the rules of today, so that a change of rules is not taken for an edit.
    """
    stories = []
    for was, now in revised(before, after, is_corrected=bool(notices(article.edits))):
        report = now or was
        assert report is not None
        # What is withdrawn stands in the earlier text: its words are quoted from there.
        story = story_of(report, article, key) if now else story_of(report, earlier, article.revises)
        home = homes.get(report.category)
        stories.append(
            replace(
                story,
                report=replace(report, id=home.id) if home else report,
                revision=article.revision,
                # What was archived before reports had a family has that of its category today.
                group=group_of(replace(story, report=replace(home, family=report.family))) if home else "",
                edits=concerning(article.edits, was, now),
                is_withdrawn=now is None,
            )
        )
    return stories


def _once(story: Story) -> str:
    """What the queue drops repeats by."""
    return f"{story.report.id}.r{story.revision}" if story.revision else story.report.id


def _ending(article: Article, reports: list[Report], stories: list[Story]) -> tuple[EntryState, str]:
    """The final state of the article's entry, and why.  A page that was not read is never said to hold nothing."""
    if stories:
        return EntryState.REPORTED, article.unread_reason
    if article.unread is not None:
        return article.unread, article.unread_reason
    return EntryState.NO_MATCH, ", ".join(sorted(f"{report.category}: {report.certainty}" for report in reports))


# What is changed is used within a minute.
LOOK_EVERY = timedelta(seconds=30)


class Rules:
    """The packaged rules with the operator's own, which may change at any time.

    The operator's files are looked at when the rules are asked for, and not more often than needed.  A set with a
    broken file is refused as a whole: the last good set is used on, and `refused` says why.
    """

    def __init__(self, packaged: Lexicon, store: RuleStore) -> None:
        self._packaged = packaged
        self._store = store
        self._lexicon: Lexicon | None = None
        self._stamp: tuple[tuple[str, str], ...] = ()
        self._looked_at: datetime | None = None
        self.refused = ""
        """File, key and remedy of what is broken; empty while all is well."""

    def lexicon(self, now: datetime) -> Lexicon:
        """The rules to detect with."""
        if self._lexicon is None or self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            self._lexicon = self._look(self._lexicon)
            self._looked_at = now
        return self._lexicon

    def _look(self, known: Lexicon | None) -> Lexicon:
        stamp = self._store.stamp()
        if stamp == self._stamp:
            return known or self._packaged
        files = self._store.files()
        found, self.refused = known, ""
        try:
            found = with_files(self._packaged, files)
            if files != self._store.last_good():
                self._store.put_last_good(files)
        except SettingError as error:
            self.refused = str(error)
        found = found or self._last_good()
        self._stamp = stamp  # last: whoever is interrupted before looks again
        return found

    def _last_good(self) -> Lexicon:
        """What a function uses that wakes up while the files are broken."""
        try:
            return with_files(self._packaged, self._store.last_good())
        except SettingError:  # sound for the rules of an older version only
            return self._packaged
