"""A text in, a small sketch of its wording out, and how much of their wording two texts share.  Pure.

The sketch is a bottom-k one: of the hashes of all runs of three words, the least 64.  The least of two texts together
are a fair sample of both; how many of these stand in both sketches tells how many runs the texts share.

Source: A. Broder, On the resemblance and containment of documents, 1997.
"""

import heapq
import re
from itertools import islice
from zlib import crc32

from shared.types import Article

SIZE = 64
"""Hashes of a sketch: an estimate of .35 is then off by .06."""
_RUN = 3
# Texts of fewer runs are headlines and captions: of those one word more or less is half of the text.
_FEWEST = 8
# What a story tells stands in its beginning; a page of a hundred thousand words is no story.
_LONGEST = 60_000
# Scripts without spaces between words: Thai to Khmer, kana, Han.  Each letter counts as a word.
_TOKEN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W_]+")
# crc32 is fast and the same everywhere, but alike for texts that are alike: a bijection mixes it (Fibonacci hashing).
_MIX, _MASK = 0x9E3779B1, 0xFFFFFFFF


def sketch(article: Article) -> tuple[int, ...]:
    """The sketch of an article's own words: the least hashes, ascending; empty for a text of a line."""
    if article.paragraphs:
        text = "\n".join(article.text[one.start : one.end] for one in article.paragraphs if one.mark is None)
    else:
        text = article.text
    words = _TOKEN.findall(text[:_LONGEST].lower())
    runs = {" ".join(run) for run in zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)}
    if len(runs) < _FEWEST:
        return ()
    hashes = {crc32(run.encode("utf-8", "surrogatepass")) * _MIX & _MASK for run in runs}
    return tuple(heapq.nsmallest(SIZE, hashes))


def resemblance(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """The share of their runs of words that two texts have in common, 0 to 1; 0 where one has no sketch."""
    if not a or not b:
        return 0.0
    both = set(a).intersection(b)
    if not both:
        return 0.0
    # A full sketch says nothing of what lies above its last hash.
    least = sorted({*a, *b})[:SIZE]
    return len(both.intersection(least)) / len(least)
