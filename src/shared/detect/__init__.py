"""An article -> what it reports: `detect(article, load_lexicon())`.

Words, sentences, one scan, then small decisions on what was found.  Pure: no AWS, no network, no clock, no randomness;
the packaged rules and gazetteer are read at first use.
"""

from collections.abc import Collection
from functools import reduce
from operator import or_

from shared.detect.lexicon import Lexicon
from shared.detect.packaged import load_lexicon
from shared.detect.reports import fired, reports
from shared.detect.scan import Hit, parts_in, possible, scan, whole, within
from shared.detect.sentences import cut, headline, ranked, story
from shared.types import Article, Field, Paragraph, Report

__all__ = ["Lexicon", "detect", "load_lexicon"]


def detect(article: Article, lexicon: Lexicon) -> list[Report]:
    """What an article reports, at most one report a category.  The caller asks whether its certainty may alert.

    Works on a title alone, on a summary alone, and on any Unicode.  The same article gives the same reports.
    """
    title, text = scan(article.title, lexicon), scan(article.text, lexicon)
    held = parts_in(title.matches, lexicon) | parts_in(text.matches, lexicon)
    links = possible(held, lexicon.links, lexicon)
    needs = possible(whole(held, links), lexicon.needs, lexicon)
    # Most articles are about something else: they are done here.
    if not needs:
        return []
    # What must stand in one sentence must stand in one paragraph: only such paragraphs are scanned for all else and cut
    # into sentences, and the others where something fires.
    paragraphs = story(article)
    ways = {need.parts for need in needs}
    asked = reduce(or_, (*ways, *(of for of, _ in links)))
    may_fire = [_may_fire(here, links, ways, lexicon) for here in within(paragraphs, text.hits_of(asked))]
    near = [paragraph for paragraph, may in zip(paragraphs, may_fire, strict=True) if may]
    opening = headline(article, title.hits([Paragraph(0, len(article.title))]), lexicon)
    found = cut(article.text, Field.TEXT, near, text.hits(near), lexicon)
    told = fired([*opening, *found], links, needs, lexicon)
    if not told:
        return []
    far = [paragraph for paragraph, may in zip(paragraphs, may_fire, strict=True) if not may]
    found += cut(article.text, Field.TEXT, far, text.hits(far), lexicon)
    read = ranked(opening, sorted(found, key=lambda sentence: sentence.start))
    return reports(article, read, told, lexicon)


def _may_fire(hits: list[Hit], links: list[tuple[int, int]], ways: Collection[int], lexicon: Lexicon) -> bool:
    """All that some way of firing needs is among the hits."""
    if not hits and 0 not in ways:
        return False
    parts = whole(parts_in(hits, lexicon), links)
    return bool([way for way in ways if parts & way == way])
