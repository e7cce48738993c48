"""Rows as CSV that programs read and no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from watcher.models.views import DeliveryRow

LEDGER_COLUMNS = (
    *("id", "state", "recipient", "channel", "address", "about", "entry", "attempts", "answer"),
    *("created_at", "due_at", "finished_at"),
)
"""Of the ledger of deliveries."""


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines, the columns' names first, one at a time."""
    yield _line(columns)
    for cells in rows:
        yield _line([safe_cell(value) for value in cells])


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10); `read_cell` gives the text back."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def read_cell(cell: str) -> str:
    """The text that `safe_cell` made a cell of."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def ledger_cells(row: DeliveryRow) -> tuple[object, ...]:
    """A delivery in the order of `LEDGER_COLUMNS`."""
    moments = (row.created_at, row.due_at, row.finished_at)
    return (
        *(row.id, row.state.value, row.recipient_id, row.channel, row.address, row.title, row.entry_id, row.attempts),
        *(row.answer, *(moment.isoformat() if moment else "" for moment in moments)),
    )


def _line(cells: Sequence[object]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)  # with "\n" a lone "\r" in a cell would not be quoted
    return buffer.getvalue().removesuffix("\r\n") + "\n"
