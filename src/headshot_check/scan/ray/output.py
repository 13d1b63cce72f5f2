"""The output of a scan on a cluster: one Parquet file in a folder or at a URL, which appears when it is complete."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

from headshot_check.policy import Policy
from headshot_check.report import Verdict
from headshot_check.scan.ray.remote import Place, RemoteError, local_path, one_line, open_place
from headshot_check.scan.tables.parquet_table import arrow_schema

ROWS: Final = "rows.parquet"


class RowsFile:
    """Writes tables of rows into one Parquet file; a context manager. Without `finish`, no file is left.

    The rows are collected in a file on this machine, which is moved or uploaded when it is complete: an upload to an
    object store that breaks off would replace a complete file by a part of one.

    Parameters
    ----------
    out
        A local folder, which is created if it is missing, or a URL.
    policy
        Its checks are columns.

    Raises
    ------
    RemoteError
        `out` cannot be written to; this is tried before the first photo is checked.
    """

    def __init__(self, out: str, policy: Policy) -> None:
        import pyarrow.parquet

        self.rows = 0
        self.verdicts: Counter[Verdict] = Counter()
        self._out = out
        self._remote: Place | None = None
        self._schema = arrow_schema(policy)
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
        self._part: Path | None = Path(name)
        self._final = None if folder is None else folder / ROWS
        self._writer = pyarrow.parquet.ParquetWriter(name, self._schema, compression="zstd")

    def add(self, table: Any) -> None:
        """Write a `pyarrow.Table` of rows.

        Raises
        ------
        RemoteError
            There is no space left for the file, or its disk fails.
        """
        if table.num_rows:
            try:
                self._writer.write_table(table.cast(self._schema))
            except OSError as error:
                raise self._cannot_be_written(error) from error
            self.rows += table.num_rows
            self.verdicts.update(cast("list[Verdict]", table.column("verdict").to_pylist()))

    def finish(self) -> None:
        """Move or upload the complete file.

        Raises
        ------
        RemoteError
            The file cannot be completed, or not be moved or uploaded; the message then says where the rows are.
        """
        try:
            self._writer.close()
        except OSError as error:
            raise self._cannot_be_written(error) from error
        assert self._part is not None
        try:
            if self._final is not None:
                self._part.chmod(0o644)  # mkstemp's file is readable for its owner only
                self._part.replace(self._final)
            elif self._remote is not None:
                with (
                    self._part.open("rb") as rows,
                    self._remote.filesystem.open_output_stream(self._remote.path) as stream,
                ):
                    shutil.copyfileobj(rows, stream, 1 << 22)
        except OSError as error:
            kept, self._part = self._part, None
            raise RemoteError(f"{self._out}: {one_line(error)}; the rows are in {kept}") from error

    def _cannot_be_written(self, error: OSError) -> RemoteError:
        return RemoteError(f"{self._part}: it cannot be written to ({one_line(error)}): free space there")

    def __enter__(self) -> RowsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what is left in its buffer may find no space either
            self._writer.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)


def _try_writing(place: Place) -> None:
    probe = f"{place.path}.{os.getpid()}.part"
    filesystem = place.filesystem
    try:
        filesystem.open_output_stream(probe).close()
    except FileNotFoundError:  # file systems with real folders need them created
        filesystem.create_dir(place.path.rpartition("/")[0], recursive=True)
        filesystem.open_output_stream(probe).close()
    filesystem.delete_file(probe)
