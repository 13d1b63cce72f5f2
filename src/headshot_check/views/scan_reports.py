"""All reports of a finished scan, written into one folder in one pass over its rows."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from uuid import uuid4

from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.tables.csv_table import CsvTable
from headshot_check.scan.tables.json_lines import JsonLines
from headshot_check.scan.tables.listed_row import ListedRow, listed
from headshot_check.scan.tables.parquet_table import ParquetTable, can_write
from headshot_check.views.junit import JUnit
from headshot_check.views.web.folder_report import FolderReport


class RowWriter(Protocol):
    """What takes the rows of a scan one by one and makes a file of them."""

    def add(self, listed: ListedRow) -> None:
        """Take one row."""

    def close(self) -> None:
        """Write what is left; the stream stays open."""

    def discard(self) -> None:
        """Release what is held, where the rows break off; may be called after `close`, too."""


PARQUET: Final = "rows.parquet"
# Opens a writer on a stream; `out` is the folder that the file will lie in.
_WRITERS: Final[dict[str, Callable[[BinaryIO, FinishedScan, Path], RowWriter]]] = {
    "report.html": lambda stream, scan, out: FolderReport(stream, scan, out),
    "rows.csv": lambda stream, scan, out: CsvTable(stream, scan.policy),
    "rows.jsonl": lambda stream, scan, out: JsonLines(stream),
    PARQUET: lambda stream, scan, out: ParquetTable(stream, scan.policy),
    "junit.xml": lambda stream, scan, out: JUnit(stream, scan),
}


def write_reports(scan: FinishedScan, out: Path) -> list[Path]:
    """Write report.html, rows.csv, rows.jsonl, rows.parquet (where pyarrow is installed) and junit.xml.

    Each file is written beside its place and put there when it is complete: who looks meanwhile sees the old one or the
    new one, never a part.

    Returns
    -------
    list of Path
        The files, report.html first.

    Raises
    ------
    OSError
        The folder cannot be written to, and files of an earlier run are as they were; or one of them cannot be
        replaced (on Windows, while a spreadsheet has it open), and the others have been.
    """
    out.mkdir(parents=True, exist_ok=True)
    names = [name for name in _WRITERS if name != PARQUET or can_write()]
    parts = [out / f".{name}.{uuid4().hex}.part" for name in names]
    try:
        with ExitStack() as stack:
            streams = [stack.enter_context(part.open("xb")) for part in parts]
            writers = [_WRITERS[name](stream, scan, out) for name, stream in zip(names, streams, strict=True)]
            for writer in writers:
                stack.callback(writer.discard)
            for row in listed(scan):
                for writer in writers:
                    writer.add(row)
            for writer, stream in zip(writers, streams, strict=True):
                writer.close()
                stream.flush()
                os.fsync(stream.fileno())
        paths = [out / name for name in names]
        refused = [error for part, path in zip(parts, paths, strict=True) if (error := _put(part, path))]
        if refused:
            raise refused[0]
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return paths


def _put(part: Path, path: Path) -> OSError | None:
    """Put a file into its place; the error where that is refused (on Windows, while a spreadsheet has the old one)."""
    try:
        part.replace(path)
    except OSError as error:
        return error
    return None
