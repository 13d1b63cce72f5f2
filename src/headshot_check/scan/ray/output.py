"""Where a cluster's rows go: one Parquet file in a folder or behind a URL, there only when it is complete."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

from headshot_check.policy import Policy
from headshot_check.report import Verdict
from headshot_check.scan.ray.remote import Place, RemoteError, local_path, one_line, open_place
from headshot_check.scan.tables.parquet_table import arrow_schema

ROWS: Final = "rows.parquet"


class RowsFile:
    """Takes tables of rows and makes one file of them. A context manager: leaving it without `finish` writes nothing.

    Rows are gathered on this machine and sent when they are complete: an upload to an object store that is given up
    half-way would leave half a file in the place of a whole one.

    Parameters
    ----------
    out
        A local folder, which is made where it is missing, or a URL.
    policy
        Whose checks are columns.

    Raises
    ------
    RemoteError
        It cannot be written to, which is tried before the first photo is checked.
    """

    def __init__(self, out: str, policy: Policy) -> None:
        import pyarrow.parquet

        self.rows = 0
        self.verdicts: Counter[Verdict] = Counter()
        self._out = out
        self._remote: Place | None = None
        path = local_path(out)
        try:
            if path is None:
                self._remote = open_place(out) / ROWS
                _try_writing(self._remote)
            folder = None if path is None else Path(path)
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{ROWS}.", suffix=".part", dir=folder)
            os.close(handle)
        except OSError as error:
            raise RemoteError(f"{out}: it cannot be written to ({one_line(error)})") from error
        self._part = Path(name)
        self._final = None if folder is None else folder / ROWS
        self._schema = arrow_schema(policy)
        self._writer = pyarrow.parquet.ParquetWriter(name, self._schema, compression="zstd")

    def add(self, table: Any) -> None:
        """Write a `pyarrow.Table` of rows."""
        if table.num_rows:
            self._writer.write_table(table.cast(self._schema))
            self.rows += table.num_rows
            self.verdicts.update(cast("list[Verdict]", table.column("verdict").to_pylist()))

    def finish(self) -> None:
        """Put the file where it belongs.

        Raises
        ------
        RemoteError
            Writing has become impossible since the beginning; the message says where the rows are instead.
        """
        self._writer.close()
        try:
            if self._final is not None:
                self._part.chmod(0o644)  # what mkstemp makes, only its owner can read
                self._part.replace(self._final)
            elif self._remote is not None:
                with (
                    self._part.open("rb") as rows,
                    self._remote.filesystem.open_output_stream(self._remote.path) as stream,
                ):
                    shutil.copyfileobj(rows, stream, 1 << 22)
        except OSError as error:
            kept, self._part = self._part, Path(os.devnull)
            raise RemoteError(f"{self._out}: {one_line(error)}; the rows are in {kept}") from error

    def __enter__(self) -> RowsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if self._part != Path(os.devnull):
            self._part.unlink(missing_ok=True)


def _try_writing(place: Place) -> None:
    probe = f"{place.path}.{os.getpid()}.part"
    filesystem = place.filesystem
    try:
        filesystem.open_output_stream(probe).close()
    except FileNotFoundError:  # file systems with real folders want them made
        filesystem.create_dir(place.path.rpartition("/")[0], recursive=True)
        filesystem.open_output_stream(probe).close()
    filesystem.delete_file(probe)
