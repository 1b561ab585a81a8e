"""An article -> what it reports: `detect(article, load_lexicon())`.

Words, sentences, one scan, then small decisions on what was found.  Pure: no AWS, no network, no clock, no randomness;
the packaged rules and gazetteer are read at first use.
"""

from shared.detect.lexicon import Lexicon
from shared.detect.packaged import load_lexicon
from shared.detect.reports import reports
from shared.detect.scan import parts_in, scan
from shared.detect.sentences import sentences
from shared.types import Article, Field, Report

__all__ = ["Lexicon", "detect", "load_lexicon"]


def detect(article: Article, lexicon: Lexicon) -> list[Report]:
    """What an article reports, at most one report a category.  The caller asks whether its certainty may alert.

    Works on a title alone, on a summary alone, and on any Unicode.  The same article gives the same reports.
    """
    scans = {Field.TITLE: scan(article.title, lexicon), Field.TEXT: scan(article.text, lexicon)}
    told = parts_in(scans[Field.TITLE].matches, lexicon) | parts_in(scans[Field.TEXT].matches, lexicon)
    # Most articles are about something else: they are done here.
    if not any(told & need.parts == need.parts for need in lexicon.needs):
        return []
    hits = {field: found.hits for field, found in scans.items()}
    return reports(article, sentences(article, lexicon, hits), lexicon)
