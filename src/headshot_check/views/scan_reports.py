"""All reports of a finished scan, written into one folder in one pass over its rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from headshot_check.part_files import clear_parts, open_part
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.tables.csv_table import CsvTable
from headshot_check.scan.tables.json_lines import JsonLines
from headshot_check.scan.tables.listed_row import ListedRow, listed
from headshot_check.scan.tables.parquet_table import ParquetTable, can_write
from headshot_check.views.junit import JUnit
from headshot_check.views.web.folder_report import FolderReport


class RowWriter(Protocol):
    """A writer that takes the rows of a scan one by one and makes a file of them."""

    def add(self, listed: ListedRow) -> None:
        """Take one row."""

    def close(self) -> None:
        """Write the rest; the stream stays open."""

    def discard(self) -> None:
        """Release temporary storage if the scan is aborted; may be called after `close`, too."""


PARQUET: Final = "rows.parquet"
# Opens a writer on a stream; `out` is the folder that the file will lie in.
_WRITERS: Final[dict[str, Callable[[BinaryIO, FinishedScan, Path], RowWriter]]] = {
    "report.html": lambda stream, scan, out: FolderReport(stream, scan, out),
    "rows.csv": lambda stream, scan, out: CsvTable(stream, scan.policy),
    "rows.jsonl": lambda stream, scan, out: JsonLines(stream),
    PARQUET: lambda stream, scan, out: ParquetTable(stream, scan.policy),
    "junit.xml": lambda stream, scan, out: JUnit(stream, scan),
}


class MissingReports(OSError):
    """Some reports could not be written; older files of those names are unchanged.

    Parameters
    ----------
    written
        Those that were.
    missing
        Those that were not, each with the cause.
    """

    def __init__(self, written: Sequence[Path], missing: Mapping[Path, OSError]) -> None:
        causes = ", ".join(dict.fromkeys(error.strerror or str(error) for error in missing.values()))
        super().__init__(f"{', '.join(map(str, missing))} could not be written ({causes})")
        self.written, self.missing = list(written), dict(missing)


_MARKS: Final = {
    "report.html": b"headshot-check</title>",
    "rows.csv": b"name,path,bytes,width,height,format,verdict,score,",
    "rows.jsonl": b'"schema_version"',
    PARQUET: b"headshot_check.policy",
    "junit.xml": b'package="headshot-check"',
}
"""bytes near the beginning of each report (of Parquet: near the end) by which it is recognised"""
_NEAR: Final = 1 << 16
"""bytes"""


def foreign_files(out: Path) -> list[Path]:
    """The files in a folder that have a report's name and were not written by `write_reports`."""
    return [path for name in _WRITERS if (path := out / name).is_file() and not _is_ours(path)]


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_NEAR)
        file.seek(max(file.seek(0, os.SEEK_END) - _NEAR, 0))
        return not head or _MARKS[path.name] in head or _MARKS[path.name] in file.read()


def write_reports(scan: FinishedScan, out: Path) -> list[Path]:
    """Write report.html, rows.csv, rows.jsonl, rows.parquet (where pyarrow is installed) and junit.xml.

    Each file is written under a temporary name and renamed when all are complete, so that a reader sees the old file or
    the new one, never a partial one. Partial files that a killed run left behind are deleted.

    Returns
    -------
    list of Path
        The files, report.html first.

    Raises
    ------
    MissingReports
        Some of them could not be written (the disk is full) or renamed (on Windows, while a spreadsheet has the old one
        open); the others were.
    OSError
        The folder cannot be created.
    """
    out.mkdir(parents=True, exist_ok=True)
    names = [name for name in _WRITERS if name != PARQUET or can_write()]
    clear_parts(out, names)
    missing: dict[Path, OSError] = {}
    with ExitStack() as stack:
        reports = [stack.enter_context(_Report(name, out, missing)) for name in names]
        for report in reports:
            report.attempt(partial(report.begin, scan))
        for row in listed(scan):
            for report in reports:
                report.attempt(partial(report.add, row))
        for report in reports:
            report.attempt(report.complete)
        for report in reports:
            report.attempt(report.put)
    written = [report.path for report in reports if report.path not in missing]
    if missing:
        raise MissingReports(written, missing)
    return written


class _Report:
    """One report while it is written; a context manager that leaves no partial file behind."""

    def __init__(self, name: str, out: Path, missing: dict[Path, OSError]) -> None:
        self.path = out / name
        self._missing = missing
        self._part: Path | None = None
        self._stream: BinaryIO | None = None
        self._writer: RowWriter | None = None

    def attempt(self, step: Callable[[], object]) -> None:
        """Take a step, unless an earlier one failed; after an OSError its partial file is deleted."""
        if self.path not in self._missing:
            try:
                step()
            except OSError as error:
                self._missing[self.path] = error
                self._let_go()

    def begin(self, scan: FinishedScan) -> None:
        """Open it."""
        self._part, self._stream = open_part(self.path)
        self._writer = _WRITERS[self.path.name](self._stream, scan, self.path.parent)

    def add(self, row: ListedRow) -> None:
        """One more row."""
        assert self._writer is not None
        self._writer.add(row)

    def complete(self) -> None:
        """All of it is on the disk."""
        assert self._writer is not None
        assert self._stream is not None
        self._writer.close()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def put(self) -> None:
        """Put it in its place."""
        assert self._part is not None
        self._part.replace(self.path)

    def _let_go(self) -> None:
        if self._writer is not None:
            with suppress(OSError):
                self._writer.discard()
        if self._stream is not None:
            with suppress(OSError):  # the disk is full for the rest of the buffer, too
                self._stream.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)

    def __enter__(self) -> _Report:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()
