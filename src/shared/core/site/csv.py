"""Incidents as a table: incidents in, CSV of RFC 4180 out, that a spreadsheet cannot take for formulas.  Pure."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import astuple, fields

from shared.core.render.view import IncidentView
from shared.core.site.row import Row, make_row

# Where a spreadsheet begins a cell: at its beginning, and, read by another country's rules, behind a semicolon.
# Source: OWASP, "CSV Injection"; the wide forms are Excel's in East Asia.
_FORMULA = re.compile("(^|[;\t\r\n])([\\s\"']*)(?=[=+\\-@\t\r\n＝＋－＠])")


def render_csv(views: Iterable[IncidentView]) -> bytes:
    """A row an incident, in the order given, under the columns' names; numbers stay numbers, unknown is empty.

    In UTF-8 with the mark by which Excel knows it.
    """
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    table.writerow([field.name for field in fields(Row)])
    for view in views:
        cells = astuple(make_row(view))
        table.writerow([defused(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """The text with an apostrophe where a spreadsheet would begin a formula."""
    return _FORMULA.sub(r"\1'\2", text)
