"""Names of owners and publishers, as texts spell them, in; what to print and what to compare them by out.  Pure."""

import re
import unicodedata

_LONGEST = 200


def owner_words(name: str) -> str:
    """An owner's name as it stands inside a sentence: on one line, without the article, of bounded length."""
    words = " ".join(name.split())
    return re.sub(r"^the\s+(?=\S)", "", words, flags=re.IGNORECASE)[:80]


def name_key(name: str) -> str:
    """What two spellings of one name have in common ("The Russian Defence Ministry", "Russian defense ministry")."""
    # A name of a megabyte must not cost more than one that is a name.
    folded = unicodedata.normalize("NFKD", name[:_LONGEST]).casefold().replace("defence", "defense")
    words = re.findall(r"[^\W_]+", "".join(each for each in folded if not unicodedata.combining(each)))
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
