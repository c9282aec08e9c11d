"""CSV that no spreadsheet program runs: the only module that writes it.

Cells of text that begin like a formula get a quotation mark in front, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection). So does what begins like one behind a sign
at which programs of some countries part cells: they don't see that quotes hold ours together.
Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from common.text import printable

# Signs that begin a formula, their full-width forms, and what programs skip before them.
_BEGIN = r"(?=[\s\ufeff\xa0]*[=+\-@\uff1d\uff0b\uff0d\uff20|%\t\r\n])"
_FORMULA = re.compile(rf"(^|[;\t\n]){_BEGIN}")


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows under a line of column names. A byte order mark tells Excel that it is UTF-8."""
    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return "\ufeff" + sink.getvalue()


def cell(value: Any) -> str | int | float:
    """Return a value as a harmless cell; None is an empty one, a truth value is yes or no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, Decimal):
        return str(value) if value >= 0 else f"'{value}"
    return _FORMULA.sub(r"\1'", printable(str(value)))
