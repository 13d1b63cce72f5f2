"""Rows as Parquet, for data tools; needs pyarrow (extra `parquet`)."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, BinaryIO, Final

from headshot_check.policy import Policy
from headshot_check.scan.tables.columns import Cell, column_types
from headshot_check.scan.tables.listed_row import ListedRow

REPORT: Final = "report"
"""the last column: the report as JSON text"""

_ROWS_PER_GROUP: Final = 2048
"""rows of a row group, which are held in memory until they are written: about 30 MB of reports"""


def can_write() -> bool:
    """Whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


class ParquetTable:
    """Writes the columns of `column_types` with their types (int64, double, bool, string) and `report`.

    Parameters
    ----------
    stream
        Output stream, which is not closed.
    policy
        Its checks are columns.

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
        """Add a row; it is written with its row group."""
        self._rows.append(listed.cells | {REPORT: listed.report_json})
        if len(self._rows) == _ROWS_PER_GROUP:
            self._flush()

    def close(self) -> None:
        """Write the last row group and the footer."""
        self._flush()
        self._file.close()

    def discard(self) -> None:
        """Release resources; the file is incomplete."""
        self._rows.clear()
        self._file.close()

    def _flush(self) -> None:
        import pyarrow

        if self._rows:
            self._file.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()


def arrow_schema(policy: Policy) -> Any:
    """The `pyarrow.Schema` of the file: every column is nullable, and the metadata contain the policy's name."""
    import pyarrow

    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    fields = [(name, types[kind]) for name, kind in column_types(policy).items()]
    return pyarrow.schema([*fields, (REPORT, types[str])], metadata={"headshot_check.policy": policy.name})
