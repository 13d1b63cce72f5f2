"""Rows as CSV (RFC 4180), for people with a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
from typing import BinaryIO, Final

from headshot_check.policy import Policy
from headshot_check.scan.tables.columns import Cell, column_types
from headshot_check.scan.tables.listed_row import ListedRow

# What a spreadsheet takes as the start of a formula (OWASP, CSV injection), full-width forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvTable:
    """Writes one line a row, after a line with the columns' names.

    UTF-8 with a byte order mark: without one, Excel takes the bytes for the local code page and spoils every name that
    is not ASCII. Programs read it as "utf-8-sig", or use the JSON lines. A text that a spreadsheet would take for a
    formula has an apostrophe before it.

    Parameters
    ----------
    stream
        Where the bytes go; it stays open.
    policy
        Whose checks are the columns.
    """

    def __init__(self, stream: BinaryIO, policy: Policy) -> None:
        self._stream = stream
        self._line = io.StringIO(newline="")
        self._csv = csv.writer(self._line)  # commas, CRLF and quotation marks as in RFC 4180
        stream.write(codecs.BOM_UTF8)
        self._write(column_types(policy))

    def add(self, listed: ListedRow) -> None:
        """Write one row."""
        self._write(cell_text(cell) for cell in listed.cells.values())

    def close(self) -> None:
        """Nothing is left to write."""

    def discard(self) -> None:
        """Nothing is held."""

    def _write(self, texts: object) -> None:
        self._csv.writerow(texts)  # type: ignore[arg-type]
        self._stream.write(self._line.getvalue().encode())
        self._line.seek(0)
        self._line.truncate()


def cell_text(cell: Cell) -> str:
    """The text of a cell: empty for None, "true" or "false", numbers without trailing zeros.

    >>> cell_text(640.0), cell_text(True), cell_text(None), cell_text(-0.25), cell_text("=1+1.jpg")
    ('640', 'true', '', '-0.25', "'=1+1.jpg")
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
