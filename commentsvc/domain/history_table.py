"""An exported history as a table for spreadsheets, in which no cell is taken for a formula."""

import csv
import io
import json

from commentsvc.domain.history import Entry, as_json

COLUMNS = (
    "number", "at", "moderator", "act", "subject", "from", "to", "reason", "details", "batch", "previous_hash", "hash",
)  # fmt: skip
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - their wide twins count too


def heading() -> str:
    """The first row, with its end."""
    return _row(list(COLUMNS))


def as_row(entry: Entry, *, previous: bytes, own: bytes, moderator: str | None) -> str:
    """One row, with its end; arguments as for `commentsvc.domain.history_file.as_line`."""
    told = as_json(entry)
    details = json.dumps(told["details"], ensure_ascii=False, sort_keys=True) if entry.details else ""
    cells = told | {"moderator": moderator, "details": details, "previous_hash": previous.hex(), "hash": own.hex()}
    return _row(["" if cells[name] is None else str(cells[name]) for name in COLUMNS])


def guarded(cell: str) -> str:
    """The cell, behind an apostrophe if a spreadsheet would take it for a formula.

    Source:
        OWASP, CSV Injection.
    """
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell


def _row(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([guarded(cell) for cell in cells])
    return written.getvalue()
