"""Texts as other programs hand them in: a line of JSON in, an article out.  Pure."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.core.marks import lay_out
from shared.errors import InputError
from shared.types import Article

_WRAPPED = 100
_LONE = re.compile("[\ud800-\udfff]")
NEVER = datetime.min.replace(tzinfo=UTC)


class Item(msgspec.Struct):
    """A text with what is known of it."""

    id: Any = None
    """Whatever JSON has; it is handed back as it came."""
    title: str | None = None
    text: str | None = None
    lang: str | None = None
    published_at: str | None = None
    """ISO 8601; without a zone it is UTC."""

    def article(self) -> Article:
        """Raises InputError for a time that is none."""
        return bare(self.text or "", self.title or "", str(self.id), self.lang or "", _moment(self.published_at))


_DECODER = msgspec.json.Decoder(Item)


def parse_item(line: bytes) -> Item:
    """The item on a line.  Raises InputError that says what is wrong with it."""
    try:
        try:
            return _DECODER.decode(line)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            # A text that was cut in the middle of a character (half of a pair) is a text still.
            whole = json.dumps(json.loads(line), ensure_ascii=False)
            if not _LONE.search(whole):
                raise
            return _DECODER.decode(_LONE.sub("\N{REPLACEMENT CHARACTER}", whole))
    except (msgspec.DecodeError, ValueError) as error:
        raise InputError(f"{error}") from error
    except RecursionError as error:
        raise InputError("brackets nest too deep") from error


def bare(text: str, title: str = "", name: str = "", language: str = "", at: datetime | None = None) -> Article:
    """An article that comes from nowhere: a title and a text, whose lines are told apart as those of a page are."""
    lines = text.split("\n")
    # Lines that are all short are one paragraph's, broken by hand.
    paragraphs = lay_out(lines, title)[0] if len(lines) > 1 and max(map(len, lines)) > _WRAPPED else ()
    return Article(name, "", title, text, paragraphs, language, "", at, at or NEVER, "")


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"published_at: {text[:40]!r} is no time; write it as 2026-03-31T14:05:00Z") from error
