"""The work queue of a scan: a few photos at a time are submitted to the pool, results are stored as they arrive, and
identical files are checked once."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from headshot_check.photo import PhotoLimits
from headshot_check.scan.groups import miniature
from headshot_check.scan.kept.result_row import cause_of
from headshot_check.scan.kept.run_rows import RunRows, Shot
from headshot_check.scan.kept.store import RETRIED, Checked, Store
from headshot_check.workers.jobs import THUMBNAIL_PX, Job, Outcome, new_digest

_AHEAD_PER_WORKER: Final = 2
"""photos submitted for each worker: its current one and the next; all of them are checked again after a kill"""
_TICK_S = 0.5
"""timeout of each wait for a result: on Windows a wait without one blocks Ctrl-C"""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Done:
    """A photo whose result has just arrived."""

    at: int
    """row index, from 0"""
    source: str
    """the path as the user would type it"""
    verdict: str
    score: int | None
    seconds: float
    """duration of the check in the worker; 0 if an identical file was checked before"""


@dataclass(slots=True)
class _InFlight:
    """A photo that was submitted to the pool, and identical files that wait for its result."""

    shot: Shot
    future: Future[Outcome]
    digest: str | None
    same: list[Shot] = field(default_factory=list)


Submit = Callable[[Job], tuple[Future[Outcome], int]]
"""submits a job to the pool; returns the future and the number of workers"""


class WorkQueue:
    """The photos of one `Scan.check` that were submitted to the pool and whose results are not stored yet.

    Parameters
    ----------
    store, rows
        Where results are stored, and the rows that refer to them.
    submit
        Submits a job to the pool.
    thumbnails
        Whether thumbnails are stored.

    Attributes
    ----------
    in_flight
        The submitted photos by their future.
    room
        Greatest number of photos to submit at a time.
    """

    def __init__(self, store: Store, rows: RunRows, submit: Submit, *, thumbnails: bool) -> None:
        self.in_flight: dict[Future[Outcome], _InFlight] = {}
        self.room = 1
        self._store, self._rows, self._submit, self._thumbnails = store, rows, submit, thumbnails
        self._done: queue.SimpleQueue[Future[Outcome] | None] = queue.SimpleQueue()

    def begin(self, shot: Shot) -> Iterator[Done]:
        """Submit a photo, unless an identical file has a result (then it is yielded) or is being checked."""
        digest = self._digest(shot)
        known = None if digest is None else self._store.by_content(digest)
        if digest is not None and known is not None:
            yield self._settle(shot, digest, known[0], earlier=known[1])
            return
        duplicate = next((one for one in self.in_flight.values() if digest is not None and one.digest == digest), None)
        if duplicate is not None:
            duplicate.same.append(shot)
        else:
            self._start(shot, digest)

    def wait(self) -> Iterator[Done]:
        """Wait until a photo is done or `wake` is called, and yield the photos that are done."""
        while True:
            try:
                ready = [self._done.get(timeout=_TICK_S)]
                break
            except queue.Empty:
                continue
        while not self._done.empty():
            ready.append(self._done.get())
        done = [self.in_flight[future] for future in ready if future is not None]
        stored = self._keep(done)
        for one in done:  # only now: where a future raises, `end` stores the results of the others
            del self.in_flight[one.future]
        for one, (outcome, result) in zip(done, stored, strict=True):
            report = outcome.report
            yield Done(one.shot.at, one.shot.source, report.verdict, report.score, outcome.seconds)
            for shot in one.same:
                if outcome.digest == one.digest or cause_of(report) in RETRIED:
                    yield self._settle(shot, one.digest, result)
                else:  # the first file was changed or deleted before the worker read it
                    yield from self.begin(shot)

    def wake(self) -> None:
        """End a `wait`; may be called from another thread or from a signal handler."""
        self._done.put(None)  # SimpleQueue.put is reentrant

    def end(self) -> None:
        """Cancel waiting jobs and store the results of those that are done."""
        for future in self.in_flight:
            future.cancel()
        done = [one for future, one in self.in_flight.items() if future.done() and not future.cancelled()]
        self.in_flight.clear()
        self._keep([one for one in done if one.future.exception() is None])

    def _start(self, shot: Shot, digest: str | None) -> None:
        future, workers = self._submit(Job(shot.path, shot.source, preview_px=THUMBNAIL_PX))
        self.room = workers * _AHEAD_PER_WORKER
        self.in_flight[future] = _InFlight(shot, future, digest)
        future.add_done_callback(self._done.put)

    def _digest(self, shot: Shot) -> str | None:
        """The digest of the content, computed only if an identical file may exist: it costs a read of the file."""
        if shot.digest is not None or shot.facts is None:
            return shot.digest
        size = shot.facts.size
        alike = [one for one in self.in_flight.values() if one.shot.facts and one.shot.facts.size == size]
        if not alike and not self._store.same_size(size):
            return None
        for one in alike:
            one.digest = one.digest or digest_of(one.shot.path)
        return digest_of(shot.path)

    def _keep(self, done: list[_InFlight]) -> list[tuple[Outcome, int]]:
        """Store finished results and set them in the rows; return each outcome as stored, with its result's number."""
        checked = []
        for one in done:
            outcome = one.future.result()
            small = None if outcome.preview is None else miniature(outcome.preview)
            if cause_of(outcome.report) == "empty":  # the worker hashes only what it can try to decode
                outcome = replace(outcome, digest=new_digest().hexdigest(), size=0)
            if not self._thumbnails:
                outcome = replace(outcome, preview=None)
            checked.append(Checked(outcome, one.shot.facts, small))
        results = self._store.keep(checked)
        for one, of, result in zip(done, checked, results, strict=True):
            self._rows.settle(one.shot.at, of.outcome.digest, result)
        return [(of.outcome, result) for of, result in zip(checked, results, strict=True)]

    def _settle(self, shot: Shot, digest: str | None, result: int, *, earlier: bool = False) -> Done:
        if shot.facts is not None and digest is not None and result > 0:
            self._store.note_file(shot.facts, digest)
        self._rows.settle(shot.at, digest, result, kept=earlier)
        verdict, score = self._store.verdict_of(result)
        return Done(shot.at, shot.source, verdict, score, 0.0)


def digest_of(path: str) -> str | None:
    """BLAKE2b of a file's content as in `Outcome.digest`; None if it cannot be read or exceeds the size limit."""
    made = new_digest()
    left = PhotoLimits().max_bytes
    try:
        with Path(path).open("rb", buffering=0) as file:
            while part := file.read(_CHUNK):
                left -= len(part)
                if left < 0:
                    return None
                made.update(part)
    except (OSError, ValueError):
        return None
    return made.hexdigest()
