"""Lines of an email: words in, lines of at most 78 columns out.  Pure."""

import textwrap
from collections.abc import Iterable

COLUMNS = 78  # Source: RFC 5322, 2.1.1.

TIE = "\N{NO-BREAK SPACE}"
"""Keeps what belongs together on one line while wrapping; nothing that was cleaned holds one."""


def section(title: str, lines: Iterable[str]) -> str:
    """The lines under their title; nothing where there are none."""
    body = "\n".join(lines)
    return f"{title}\n{body}" if body else ""


def wrapped(first: str, text: str, rest: str | None = None) -> list[str]:
    """The text within 78 columns, its further lines under its beginning."""
    lines = textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_on_hyphens=False,
    )
    return [line.replace(TIE, " ") for line in lines]
