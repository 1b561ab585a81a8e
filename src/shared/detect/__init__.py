"""An article -> what it reports: `detect(article, load_lexicon())`.

Words, sentences, one scan, then small decisions on what was found.  Pure: no AWS, no network, no clock, no randomness;
the packaged rules and gazetteer are read at first use.
"""

from collections.abc import Iterator

from shared.detect.lexicon import Lexicon
from shared.detect.packaged import load_lexicon
from shared.detect.reports import reports
from shared.detect.scan import Hit, parts_in, possible, scan, whole
from shared.detect.sentences import sentences, story
from shared.types import Article, Field, Report

__all__ = ["Lexicon", "detect", "load_lexicon"]


def detect(article: Article, lexicon: Lexicon) -> list[Report]:
    """What an article reports, at most one report a category.  The caller asks whether its certainty may alert.

    Works on a title alone, on a summary alone, and on any Unicode.  The same article gives the same reports.
    """
    title, text = scan(article.title, lexicon), scan(article.text, lexicon)
    told = parts_in(title.matches, lexicon) | parts_in(text.matches, lexicon)
    links = possible(told, lexicon.links)
    needs = {need for need, _ in possible(whole(told, links), lexicon.needs)}
    # Most articles are about something else: they are done here.
    if not needs:
        return []
    hits = {Field.TITLE: title.hits, Field.TEXT: text.hits}
    # What must stand in one sentence must stand in one paragraph: that is told without looking for sentences.
    for here in (hits[Field.TITLE], *_by_paragraph(article, hits[Field.TEXT])):
        parts = whole(parts_in(here, lexicon), links)
        if any(parts & need == need for need in needs):
            return reports(article, sentences(article, lexicon, hits), lexicon)
    return []


def _by_paragraph(article: Article, hits: list[Hit]) -> Iterator[list[Hit]]:
    """The hits in each paragraph of the story."""
    at = 0
    for paragraph in story(article):
        while at < len(hits) and hits[at][2] <= paragraph.start:
            at += 1
        begun = at
        while at < len(hits) and hits[at][2] <= paragraph.end:
            at += 1
        yield hits[begun:at]
