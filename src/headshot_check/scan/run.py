"""A scan: stored results are looked up, new photos are checked by workers, and every file gets a row."""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.policy import Policy, load_policy
from headshot_check.report import Verdict
from headshot_check.scan.finished import Counts, FinishedScan
from headshot_check.scan.kept.cache_folder import STORE_NAME, cache_folder
from headshot_check.scan.kept.file_facts import Known, facts_now
from headshot_check.scan.kept.run_rows import RunRows
from headshot_check.scan.kept.store import Store
from headshot_check.scan.summary import Summary, summarise
from headshot_check.scan.walk import Walk
from headshot_check.scan.work_queue import Done, WorkQueue
from headshot_check.workers.jobs import Job, Outcome
from headshot_check.workers.pool import WorkerPool
from headshot_check.workers.time_limit import TIME_LIMIT_S, checked_time_limit


class Pool(Protocol):
    """The methods of `WorkerPool` that a scan uses."""

    workers: int

    def submit(self, job: Job) -> Future[Outcome]: ...

    def close(self) -> None: ...


class Scan:
    """Scans folders; a context manager. Call `look`, `check` and `finished` in this order, as often as needed.

    All methods raise `sqlite3.Error` if the temporary database, which holds the rows of this scan, cannot be written
    (the disk is full). A store that cannot be written is only a notice.

    Parameters
    ----------
    places
        Folders, or single photos.
    policy
        Policy that the photos are judged by, its name, or the path of a .toml file.
    out
        Folder of the reports, which is not scanned; results and thumbnails are stored in it. None: results are stored
        in the user's cache folder, and thumbnails are not stored.
    store
        Path of another file to store results in.
    keep
        Whether results are stored for later scans.
    workers
        Number of worker processes; default: as many as there are processors.
    time_limit_s
        Time limit for one photo, in seconds.
    fresh
        Check everything again.
    pool
        Worker pool to use instead of the scan's own; the scan does not close it.

    Raises
    ------
    PhotoError
        One of the places does not exist.
    PolicyError
        The policy is unknown or has an invalid key.
    OSError
        The folder of the reports cannot be created or written to.
    ValueError
        `time_limit_s` is out of range.
    """

    def __init__(
        self,
        places: Sequence[str | Path],
        policy: str | PathLike[str] | Policy = DEFAULT_POLICY,
        *,
        out: Path | None = None,
        store: Path | None = None,
        keep: bool = True,
        workers: int | None = None,
        time_limit_s: float = TIME_LIMIT_S,
        fresh: bool = False,
        pool: Pool | None = None,
    ) -> None:
        self.places = tuple(map(str, places))
        self.policy = policy if isinstance(policy, Policy) else load_policy(policy)
        self.out = out
        """folder of the reports"""
        self._workers, self._time_limit_s = workers, checked_time_limit(time_limit_s)
        self._pool, self._own_pool = pool, pool is None
        self._walk = Walk(self.places)  # raises here when a place does not exist
        self._started = time.time()
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            if not os.access(out, os.W_OK):  # better now than after an hour of work
                raise PermissionError(errno.EACCES, "writing to this folder is not permitted", str(out))
        self._store = Store(store or _store_in(out) if keep else None, self.policy, fresh=fresh)
        if keep and self._store.path is None:
            self._store.notices.append("this user has no home folder: results are not kept; keep them with --out")
        if fresh:
            for place in self._walk.roots:
                self._store.start_over(place)
        self._rows = RunRows(self._store)
        self._queue: WorkQueue | None = None
        self.stopped = False
        """whether `stop` was called"""
        self.looked = False
        """whether the last `look` saw all that is in the places"""

    @property
    def notices(self) -> tuple[str, ...]:
        """Problems with storing results, as messages for the user."""
        return tuple(self._store.notices)

    @property
    def keeps(self) -> bool:
        """Whether results are stored for later scans."""
        return self._store.lasts

    @property
    def store(self) -> Path | None:
        """The file that results are stored in; None if there is none."""
        return self._store.path

    def __len__(self) -> int:
        return len(self._rows)

    def look(
        self,
        *,
        exclude: Sequence[str | Path] = (),
        quiet_s: float = 0.0,
        found: Callable[[int], None] | None = None,
    ) -> int:
        """Find the photos, look up their stored results, and return how many photos are left to check.

        Parameters
        ----------
        exclude
            Files and folders to leave out.
        quiet_s
            Also leave out files that were changed less than this many seconds ago: they may still be written to.
        found
            Called with the number of photos found so far, every 100 photos.

        Raises
        ------
        PhotoError
            One of the places no longer exists.
        """
        self._started, self._rows, self.looked = time.time(), RunRows(self._store), False
        self._walk = Walk(self.places, exclude=(*exclude, *(() if self.out is None else (self.out,))))
        left = 0
        with self._store.reading():
            for photo in self._walk:
                if self.stopped:
                    return left
                if quiet_s and photo.modified_ns is not None and abs(time.time() - photo.modified_ns / 1e9) < quiet_s:
                    continue
                facts = facts_now(photo)
                known = Known() if facts is None else self._store.known(facts)
                left += known.result is None
                self._rows.add(photo, facts, known)
                if found is not None and len(self._rows) % 100 == 0:
                    found(len(self._rows))
        self.looked = True
        return left

    def check(self) -> Generator[Done, None, None]:
        """Check the photos that are left after `look`, and yield each when it is done; a second call continues.

        Results are stored before they are yielded. Closing the iterator cancels what is not done; after `stop` it ends
        early.

        Raises
        ------
        WeightsError, WorkerError
            No photo can be checked; finished results are stored.
        """
        queue = WorkQueue(self._store, self._rows, self._submit, thumbnails=self.out is not None)
        self._queue = queue
        try:
            shots = self._rows.open_shots()
            more = True
            while (more or queue.in_flight) and not self.stopped:
                while more and not self.stopped and len(queue.in_flight) < queue.room:
                    shot = next(shots, None)
                    if shot is None:
                        more = False
                        break
                    yield from queue.begin(shot)
                if queue.in_flight:
                    yield from queue.wait()
        finally:
            queue.end()
            self._store.flush()

    def stop(self) -> None:
        """End `look` and `check` at the next photo. May be called from another thread or from a signal handler."""
        self.stopped = True
        if self._queue is not None:
            self._queue.wake()

    def done(self) -> int:
        """Number of rows that have a result."""
        return len(self._rows) - self._rows.open_count()

    def contents(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """(index, hash of path and content) of the rows from `start` up to, but not including, `stop`."""
        return self._rows.contents(start, stop)

    def prefix(self, start: int = 0) -> int:
        """The number of rows before the first one without a result; the first `start` rows are known to have one."""
        return self._rows.first_open(start)

    def documents(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """The reports of the rows from `start` up to, but not including, `stop`, as plain data."""
        return self._rows.documents(start, stop)

    def finished(self) -> FinishedScan:
        """The scan with all rows that have a result; readable until the scan is closed or `look` is called again."""
        from headshot_check.scan.groups import Hashed, near_duplicates

        verdicts: Counter[Verdict] = Counter()
        standings: dict[int, tuple[str, int | None]] = {}

        def hashed() -> Iterator[Hashed]:
            for at, verdict, score, phash, small in self._rows.column_values("verdict", "score", "phash", "miniature"):
                verdicts[verdict] += 1
                standings[at] = verdict, score
                if phash is not None:
                    yield at, phash % (1 << 64), small

        groups = near_duplicates(hashed(), standings.__getitem__, self._rows.reports, self.policy)
        counts = Counts(
            verdicts.total(),
            dict(verdicts),
            dict(self._walk.skipped),
            tuple(self._walk.problems),
            self._rows.kept(),
            time.time() - self._started,
            self._started,
        )
        return FinishedScan(self.policy, self.places, counts, self._rows.rows, groups)

    def summary(self, finished: FinishedScan) -> Summary:
        """The one-page summary of the scan."""
        return summarise(self._rows, finished.counts, finished.groups)

    def close(self) -> None:
        """Stop the workers and close the store."""
        if self._own_pool and self._pool is not None:
            self._pool.close()
        self._store.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(self, job: Job) -> tuple[Future[Outcome], int]:
        if self._pool is None:  # only now: a scan whose results are all stored starts no process
            self._pool = WorkerPool(self.policy, workers=self._workers, time_limit_s=self._time_limit_s)
        return self._pool.submit(job), self._pool.workers


def _store_in(out: Path | None) -> Path | None:
    """The default file for results; None for a user without a home folder, as in some containers."""
    try:
        return (cache_folder() if out is None else out) / STORE_NAME
    except RuntimeError:
        return None
