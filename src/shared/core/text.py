"""Text from outside in, plain text out.  Pure."""

import html
import re
import unicodedata

# An open comment hides the rest: looked for from each of many, its end would take quadratic time.
_TAG = re.compile(r"<(?:!--(?:.*?-->|.*)|/?[a-zA-Z][^<>]*>)", re.DOTALL)
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
# C0 and C1 controls, and what turns or hides text: bidi marks and overrides, zero-width characters, tag characters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)


def plain(text: str) -> str:
    """A line of plain text: no controls, nothing that hides or turns text, single spaces, NFC.

    Zero-width joiners stay: Persian and Hindi are misspelt without them.
    """
    return _SPACE.sub(" ", _HIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\u00ad", "")))).strip()


def key(text: str) -> str:
    """What two forms of one wording share: letters and digits, in one case."""
    return _NOT_WORD.sub("", text).casefold()


def from_markup(markup: str, limit: int = 20_000) -> str:
    """What a reader sees of a title or summary in HTML, as one line of at most `limit` characters.

    Entities are resolved twice at most: feeds escape once too often, and never more.
    """
    text = markup[: 4 * limit]
    for _ in range(2):
        text = html.unescape(_TAG.sub(" ", text))
    return plain(text)[:limit]


def first_words(title: str, summary: str) -> str:
    """A title and how its summary begins, as words alone: the same however they are set, another when they are edited.

    What follows in a summary changes by itself in some feeds (comments, "three hours ago").
    """
    return " ".join([*_WORD.findall(title.casefold()), "|", *_WORD.findall(summary[:400].casefold())[:20]])


def language_code(tag: str) -> str:
    """ISO 639-1 of a language tag: "pt-BR" is "pt"; empty when it is none."""
    code = tag.strip().lower().replace("_", "-").split("-")[0]
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""
