"""The Ray actor that checks batches of photos on the machines of a cluster, in a worker process of its own.

A photo that hangs or crashes its process ends only the worker process, not the actor or the job; its row names the
failure.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Final

from headshot_check.errors import PhotoError
from headshot_check.policy import Policy
from headshot_check.report import unreadable
from headshot_check.scan.ray.remote import Place, RemoteError, local_path, open_place, read_photo
from headshot_check.scan.row import Row
from headshot_check.scan.tables.columns import Cell, columns
from headshot_check.scan.tables.listed_row import json_text
from headshot_check.scan.tables.parquet_table import REPORT, arrow_schema
from headshot_check.text import encodable
from headshot_check.workers.jobs import Job, Outcome
from headshot_check.workers.pool import WorkerPool

PATH: Final = "path"
BYTES: Final = "bytes"
NAME: Final = "name"
SOURCE: Final = "source"

_AT_ONCE: Final = 4
"""photos in an actor's memory: one is checked while others are read, so that the worker does not wait for the store"""


class PhotoActor:
    """Checks batches of photos for Ray Data in one worker process.

    Parameters
    ----------
    policy
        Policy that the photos are judged by.
    time_limit_s
        Time limit for one photo, in seconds.
    """

    def __init__(self, policy: Policy, time_limit_s: float) -> None:
        self._policy = policy
        self._schema = arrow_schema(policy)
        self._pool = WorkerPool(policy, workers=1, time_limit_s=time_limit_s)
        self._threads = ThreadPoolExecutor(_AT_ONCE)

    def __call__(self, batch: Any) -> Any:
        """Check a `pyarrow.Table` with the columns of `check_dataset`; the result has one row for each, in order."""
        import pyarrow

        def cells(at: int) -> dict[str, Cell]:
            return self._cells(*(_value(batch, column, at) for column in (PATH, BYTES, NAME, SOURCE)))

        rows = list(self._threads.map(cells, range(batch.num_rows)))
        return pyarrow.Table.from_pylist(rows, schema=self._schema)

    def _cells(self, path: Any, data: Any, name: Any, source: Any) -> dict[str, Cell]:
        """One photo's row by column. `path` may be bytes, as a file name need not be valid text."""
        place = os.fsdecode(path) if path is not None else "<bytes>"
        source = encodable(place) if source is None else source
        name = source if name is None else name
        try:
            content = self._content(place, source) if data is None else data
            outcome = self._pool.submit(Job(content, source, preview_px=0)).result()
        except PhotoError as error:
            outcome = Outcome(unreadable(error, self._policy.name))
        row = Row(place, name, outcome.report, outcome.size, digest=outcome.digest)
        return columns(row, self._policy) | {REPORT: json_text(row.report.to_dict())}

    def _content(self, place: str, source: str) -> str | bytes:
        """What the worker gets: the path of a local file, which it reads itself, or the bytes at a URL."""
        path = local_path(place)
        if path is not None:
            return path
        try:
            return read_photo(_opened(place), source, self._pool.limits.max_bytes)
        except RemoteError as error:
            raise PhotoError("read_error", source, f"it cannot be read ({error.message})") from error


def _value(batch: Any, column: str, at: int) -> Any:
    return batch.column(column)[at].as_py() if column in batch.column_names else None


def _opened(url: str) -> Place:
    """The file at a URL; the connection to its host is made once per process."""
    scheme, _, rest = url.partition("://")
    host, _, below = rest.partition("/")
    return _host(f"{scheme}://{host}") / below


@lru_cache(maxsize=64)
def _host(url: str) -> Place:
    return open_place(url)
