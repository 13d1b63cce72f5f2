"""The actor that runs on the machines of a cluster and checks batches of photos in a worker process of its own.

The worker process is what makes failures rows: a photo that hangs or ends its process costs that process, not the actor
and not the job.
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
"""photos in an actor's memory: one is checked while others are read, so that no worker waits for an object store"""


class PhotoActor:
    """Checks batches of photos for Ray Data, each photo in the actor's one worker process.

    Parameters
    ----------
    policy
        What the photos are held against.
    time_limit_s
        For one photo, in seconds.
    """

    def __init__(self, policy: Policy, time_limit_s: float) -> None:
        self._policy = policy
        self._schema = arrow_schema(policy)
        self._pool = WorkerPool(policy, workers=1, time_limit_s=time_limit_s)
        self._threads = ThreadPoolExecutor(_AT_ONCE)

    def __call__(self, batch: Any) -> Any:
        """A `pyarrow.Table` as `check_dataset` takes it -> one with a row for each of its rows, in their order."""
        import pyarrow

        def cells(at: int) -> dict[str, Cell]:
            return self._cells(*(_value(batch, column, at) for column in (PATH, BYTES, NAME, SOURCE)))

        rows = list(self._threads.map(cells, range(batch.num_rows)))
        return pyarrow.Table.from_pylist(rows, schema=self._schema)

    def _cells(self, path: Any, data: Any, name: Any, source: Any) -> dict[str, Cell]:
        """One photo's row. `path` may be bytes, as a file's name may have some that are no text."""
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
        """What the worker is given: a local file's path, which it reads itself, or what is behind a URL."""
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
    """What is behind a URL; the connection to its host is made once in a process."""
    scheme, _, rest = url.partition("://")
    host, _, below = rest.partition("/")
    return _host(f"{scheme}://{host}") / below


@lru_cache(maxsize=64)
def _host(url: str) -> Place:
    return open_place(url)
