"""Words from the outside made fit to print: a hostile string in, one bounded line out.  Pure."""

import unicodedata
from urllib.parse import quote, urlsplit

from shared.core.sns_contract import is_gsm7

NO_LINK = "(no usable link)"

# Longer ones are trackers or traps, and no mail program makes them clickable.
LINK_MAX = 2000

# What NFKD does not take apart, in the spelling that news agencies use.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʹʻʼʽʾʿ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•·", "-"),
        "…": "...",
        "ß": "ss",
        "Æ": "AE",
        "æ": "ae",
        "Œ": "OE",
        "œ": "oe",
        "Ø": "O",
        "ø": "o",
        "Ł": "L",
        "ł": "l",
        "Đ": "D",
        "đ": "d",
        "Ð": "D",
        "ð": "d",
        "Þ": "Th",
        "þ": "th",
        "ı": "i",
        "Ħ": "H",
        "ħ": "h",
        "Ə": "A",
        "ə": "a",
    }
)


def clean(text: str, limit: int) -> str:
    """One line of what was written, at most `limit` characters, that cannot pass for anything but itself.

    Line breaks and control characters become a space; what is invisible (bidirectional overrides, zero-width signs,
    lone surrogates, unassigned characters) goes.
    """
    # A string of a hundred megabytes must not cost more than what is shown of it.
    text = text[: limit * 8]
    visible = text if text.isprintable() else "".join(map(_visible, text))
    return shorten(" ".join(visible.split()), limit)


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning and "..." within the limit."""
    return text if len(text) <= limit else text[: max(0, limit - 3)].rstrip() + "..."[:limit]


def fold_ascii(text: str) -> str:
    """The text in printable ASCII: accents and typography folded, what has no such form left out."""
    folded = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    return " ".join("".join(character for character in folded if " " <= character <= "~").split())


def fold_gsm7(text: str) -> str:
    """The text in the alphabet of a text message, or untouched where some of it has no such form.

    Half a folding would cost the reader's spelling and save no part.
    """
    text = unicodedata.normalize("NFC", text)
    folded = " ".join("".join(map(_gsm7, text)).split())
    return folded if is_gsm7(folded) else text


def only_gsm7(text: str) -> str:
    """The text in the alphabet of a text message; empty where it has no such form, for it is not worth two parts."""
    folded = fold_gsm7(text)
    return folded if is_gsm7(folded) else ""


def is_name(text: str) -> bool:
    """Whether there is a letter or a digit in it to call someone or something by."""
    return any(character.isalnum() for character in text)


def link(url: str) -> str:
    """A web address that is safe to click on, in ASCII, or words that say there is none.

    Credentials in an address, backslashes and blanks are tricks to show one host and reach another.
    """
    url = url.strip(" \t\r\n")
    if (
        not url
        or len(url) > LINK_MAX
        or any(_visible(character) != character or character in " \\" for character in url)
    ):
        return NO_LINK
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return NO_LINK
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or _is_odd(host):
        return NO_LINK
    if ":" in host:
        host = f"[{host}]"
    path, query, fragment = (
        quote(part, safe="/:@!$&'()*+,;=~%-._?") for part in (parts.path, parts.query, parts.fragment)
    )
    whole = (
        f"{parts.scheme}://{host}{port}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    )
    return whole if len(whole) <= LINK_MAX else NO_LINK


def _is_odd(host: str) -> bool:
    return not all(character.isascii() and (character.isalnum() or character in "-._:") for character in host)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if category.startswith("C") else character


def _gsm7(character: str) -> str:
    if is_gsm7(character):
        return character
    folded = unicodedata.normalize("NFKD", character.translate(_PLAIN)).translate(_PLAIN)
    # A spacing accent comes apart into a space and its mark.
    return "".join(each for each in folded if not unicodedata.combining(each)).strip()
