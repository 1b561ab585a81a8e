"""An article -> what it reports: `detect(article, load_lexicon())`.

Words, sentences, one scan, then small decisions on what was found.  Pure: no AWS, no network, no clock, no randomness;
the packaged rules and gazetteer are read at first use.
"""

from shared.detect.lexicon import Lexicon
from shared.detect.packaged import load_lexicon
from shared.detect.reports import fired, reports
from shared.detect.scan import possible, scan
from shared.detect.sentences import cut, headline, ranked, story
from shared.types import Article, Field, Paragraph, Report

__all__ = ["Lexicon", "detect", "load_lexicon"]


def detect(article: Article, lexicon: Lexicon) -> list[Report]:
    """What an article reports, at most one report a category.  The caller asks whether its certainty may alert.

    Works on a title alone, on a summary alone, and on any Unicode.  The same article gives the same reports.
    """
    title, text = scan(article.title, lexicon), scan(article.text, lexicon)
    found = possible([*title.matches, *text.matches], lexicon)
    # Most articles are about something else: they are done here.
    if not found.needs:
        return []
    # What must stand in one sentence must stand in one paragraph: only such paragraphs are scanned for all else and cut
    # into sentences, and the others where something fires.
    paragraphs = story(article)
    may_fire = text.holding(paragraphs, found)
    near = [paragraph for number, paragraph in enumerate(paragraphs) if number in may_fire]
    opening = headline(article, title.hits([Paragraph(0, len(article.title))]), lexicon)
    rest = cut(article.text, Field.TEXT, near, text.hits(near), lexicon)
    told = fired([*opening, *rest], found, lexicon)
    if not told:
        return []
    far = [paragraph for number, paragraph in enumerate(paragraphs) if number not in may_fire]
    rest += cut(article.text, Field.TEXT, far, text.hits([Paragraph(0, len(article.text))]), lexicon)
    read = ranked(opening, sorted(rest, key=lambda sentence: sentence.start))
    return reports(article, read, told, lexicon)
