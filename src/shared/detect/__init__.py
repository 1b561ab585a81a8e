"""An article -> what it reports: `detect(article, load_lexicon())`.

Words, sentences, one scan, then small decisions on what was found.  Pure: no AWS, no network, no clock, no randomness;
the packaged rules and gazetteer are read at first use.
"""

from dataclasses import replace

from shared.detect.lexicon import Lexicon
from shared.detect.packaged import load_lexicon
from shared.detect.reports import fired, reports
from shared.detect.scan import Hit, parts_in, possible, scan, whole, within
from shared.detect.sentences import sentences, story
from shared.types import Article, Field, Report

__all__ = ["Lexicon", "detect", "load_lexicon"]

# Characters.  An ordinary article is sooner read once than looked at twice.
_LONG = 12_000


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
    paragraphs = story(article)
    near = [
        paragraph
        for paragraph, here in zip(paragraphs, within(paragraphs, hits[Field.TEXT]), strict=True)
        if _may_fire(here, links, needs, lexicon)
    ]
    if not near and not _may_fire(hits[Field.TITLE], links, needs, lexicon):
        return []
    # A long page is cut into sentences only where something fires in the few paragraphs where it may.
    if len(article.text) > _LONG and 2 * len(near) < len(paragraphs):
        few = replace(article, paragraphs=tuple(near))
        if not fired(sentences(few, lexicon, hits), lexicon):
            return []
    return reports(article, sentences(article, lexicon, hits), lexicon)


def _may_fire(hits: list[Hit], links: list[tuple[int, int]], needs: set[int], lexicon: Lexicon) -> bool:
    """All that some way of firing needs is among the hits."""
    parts = whole(parts_in(hits, lexicon), links)
    return any(parts & need == need for need in needs)
