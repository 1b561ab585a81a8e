"""Sentences and a lexicon -> what of the lexicon stands in each sentence.  Pure.

The words of the whole article are laid in one line with single spaces, and one automaton runs over it once.  Every
phrase has a space on both sides, so it can only match whole words.
"""

from bisect import bisect_right

from shared.detect.lexicon import Lexicon
from shared.detect.sentences import Found, Sentence

# Stands between sentences so that no phrase reaches across: no word folds to it.
_WALL = " \n"


def scan(sentences: list[Sentence], lexicon: Lexicon) -> None:
    """Fill in what was found in each sentence, in the order of the text."""
    parts: list[str] = []
    begins: list[int] = []
    length = 0
    for sentence in sentences:
        line = _WALL + " " + " ".join(word.fold for word in sentence.words)
        begins.append(length + len(_WALL))
        parts.append(line)
        length += len(line)
    haystack = "".join(parts) + " "
    owner = -1
    places: dict[int, int] = {}
    matches = sorted(lexicon.automaton.find_matches_as_indexes(haystack, overlapping=True), key=lambda m: (m[1], -m[2]))
    for phrase_id, at, _ in matches:
        number = bisect_right(begins, at) - 1
        sentence = sentences[number]
        if number != owner:
            owner, places = number, _word_places(sentence, begins[number])
        first = places[at]
        phrase = lexicon.phrases[phrase_id]
        for kind in phrase.kinds:
            sentence.found[kind].append(Found(phrase.text, first, first + phrase.length))


def _word_places(sentence: Sentence, begin: int) -> dict[int, int]:
    """For the space before each word in the line, that word's index."""
    places = {}
    at = begin
    for index, word in enumerate(sentence.words):
        places[at] = index
        at += len(word.fold) + 1
    return places
