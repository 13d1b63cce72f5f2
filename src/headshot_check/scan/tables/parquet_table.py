"""Rows as Parquet, for data tools. Needs pyarrow (extra `parquet`)."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, BinaryIO, Final

from headshot_check.policy import Policy
from headshot_check.scan.tables.columns import Cell, column_types
from headshot_check.scan.tables.listed_row import ListedRow

REPORT: Final = "report"
"""the column after all others: the report's JSON as a text"""

_ROWS_A_GROUP: Final = 2048
"""Rows that are held until they are written: some 30 MB of reports."""


def can_write() -> bool:
    """Whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


class ParquetTable:
    """Writes the columns of `column_types` with their types (int64, double, bool, string) and `report`.

    Parameters
    ----------
    stream
        Where the bytes go; it stays open.
    policy
        Whose checks are columns.

    Raises
    ------
    ModuleNotFoundError
        pyarrow is not installed.
    """

    def __init__(self, stream: BinaryIO, policy: Policy) -> None:
        import pyarrow.parquet

        self._schema = arrow_schema(policy)
        self._rows: list[dict[str, Cell]] = []
        self._file = pyarrow.parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def add(self, listed: ListedRow) -> None:
        """Take one row; it is written with its row group."""
        self._rows.append(listed.cells | {REPORT: listed.report_json})
        if len(self._rows) == _ROWS_A_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is held, and the file's end."""
        self._flush()
        self._file.close()

    def discard(self) -> None:
        """Release what is held: the file is no longer wanted."""
        self._rows.clear()
        self._file.close()

    def _flush(self) -> None:
        import pyarrow

        if self._rows:
            self._file.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()


def arrow_schema(policy: Policy) -> Any:
    """The `pyarrow.Schema` of the file: all columns may be null; the policy's name is in its metadata."""
    import pyarrow

    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    fields = [(name, types[kind]) for name, kind in column_types(policy).items()]
    return pyarrow.schema([*fields, (REPORT, types[str])], metadata={"headshot_check.policy": policy.name})
