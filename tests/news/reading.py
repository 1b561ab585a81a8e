"""Tellings in, the stories that the real detection makes of them out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.core.accounts import accounts, story_of
from shared.detect import Lexicon, detect
from shared.steps.detect import _homes, _revisions
from shared.types import Article, Report, Story
from tests.news.plan import Telling


@dataclass(frozen=True, slots=True)
class Read:
    """A story and the article that it was read from."""

    story: Story
    telling: Telling


def read(tellings: Iterable[Telling], lexicon: Lexicon) -> Iterator[Read]:
    """What notify is handed, in the order of the tellings.  As `steps.detect.detect_article`, without its stores."""
    reports: dict[str, list[Report]] = {}
    for telling in tellings:
        article, before = telling.article, telling.before
        found = reports[_key(article)] = detect(article, lexicon)
        if before is None:
            stories = [story_of(report, article, _key(article)) for report in accounts(found)]
        else:
            was = reports[_key(before)]
            stories = _revisions(article, _key(article), accounts(found), before, accounts(was), _homes([was]))
        yield from (Read(story, telling) for story in stories)


def _key(article: Article) -> str:
    return f"articles/{article.id}.{article.revision}.json"
