"""The Parquet file of a cluster's scan, which needs pyarrow but no cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from headshot_check import load_policy
from headshot_check.scan.ray.output import ROWS, RowsFile
from headshot_check.scan.ray.remote import RemoteError
from headshot_check.scan.tables.parquet_table import arrow_schema

pyarrow = pytest.importorskip("pyarrow", reason="pip install 'headshot-check[parquet]'")
POLICY = load_policy("linkedin")


def table(rows: int) -> object:
    noise = [f"{number * 2654435761 % 2**32:x}" * 40 for number in range(rows)]
    one = dict.fromkeys(arrow_schema(POLICY).names)
    return pyarrow.Table.from_pylist(
        [{**one, "verdict": "ready", "report": text} for text in noise], schema=arrow_schema(POLICY)
    )


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond 20 kB."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_file_is_there_when_it_is_complete(tmp_path: Path) -> None:
    import pyarrow.parquet

    with RowsFile(str(tmp_path), POLICY) as file:
        file.add(table(3))
        assert not (tmp_path / ROWS).exists()
        file.finish()
    assert [path.name for path in tmp_path.iterdir()] == [ROWS]
    assert pyarrow.parquet.read_table(tmp_path / ROWS).num_rows == file.rows == file.verdicts["ready"] == 3


def write(out: Path, rows: int) -> None:
    with RowsFile(str(out), POLICY) as file:
        file.add(table(rows))
        file.finish()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_disk_that_fills_up_is_an_error_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(RemoteError, match=r"it cannot be written to .*: free space there"):
        write(tmp_path, 20_000)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_cannot_be_moved_are_named(tmp_path: Path) -> None:
    (tmp_path / ROWS / "in the way").mkdir(parents=True)
    with pytest.raises(RemoteError, match="the rows are in ") as caught:
        write(tmp_path, 3)
    assert Path(str(caught.value).rpartition("the rows are in ")[2]).is_file()
