"""Rows as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable
from typing import BinaryIO, Final

from headshot_check.policy import Policy
from headshot_check.scan.tables.columns import Cell, column_types
from headshot_check.scan.tables.listed_row import ListedRow

# Characters that begin a formula in a spreadsheet (OWASP, CSV injection), with their full-width forms.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvTable:
    """Writes one line per row, after a line with the names of the columns.

    The encoding is UTF-8 with a byte order mark: without it, Excel decodes the file with the local code page. Programs
    read it as "utf-8-sig", or use the JSON lines. Text that a spreadsheet would read as a formula is prefixed with an
    apostrophe.

    Parameters
    ----------
    stream
        Output stream, which is not closed.
    policy
        Its checks are the last columns.
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
        """Do nothing: every row is already written."""

    def discard(self) -> None:
        """Do nothing: no resources are held."""

    def _write(self, texts: Iterable[str]) -> None:
        self._csv.writerow(texts)
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
