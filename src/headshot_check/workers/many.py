"""Checks photos in a worker pool, for `Checker.check_many` and for a checker with a time limit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from headshot_check.decoding.source import read_source
from headshot_check.errors import PhotoError
from headshot_check.photo import PhotoLimits, Source
from headshot_check.policy import Policy
from headshot_check.report import Report, unreadable
from headshot_check.workers.jobs import Job
from headshot_check.workers.pool import WAITING_PER_WORKER, WorkerPool
from headshot_check.workers.window import results_of


def reports_of(
    sources: Iterable[Source], pool: WorkerPool, check_here: Callable[[Source], Report], ordered: bool
) -> Iterator[Report]:
    """The reports of the sources, in order or as they are done; the pool is closed at the end.

    Images and arrays, which have no encoded bytes, are checked by `check_here` in this process.
    """
    with pool:
        futures = ((None, _submitted(source, pool, check_here)) for source in sources)
        for _, done in results_of(futures, pool.workers * WAITING_PER_WORKER, ordered=ordered):
            yield done if isinstance(done, Report) else done.report


def checked_in_time(source: Source, pool: WorkerPool, policy: Policy) -> Report | None:
    """The report of a path, bytes or a stream; None for an image or array, which is expensive to send to a worker.

    Raises
    ------
    PhotoError
        A stream cannot be read, or the source has the wrong type ("bad_input").
    WeightsError, WorkerError
        As the futures of `WorkerPool.submit`.
    """
    encoded = as_encoded(source, pool.limits)
    return None if encoded is None else pool.submit(Job(*encoded, policy, 0)).result().report


def as_encoded(source: Source, limits: PhotoLimits) -> tuple[str | bytes, str] | None:
    """An absolute path or the encoded bytes, and the name; None for an image or array.

    Raises
    ------
    PhotoError
        A stream cannot be read, or the source has the wrong type ("bad_input").
    """
    if isinstance(source, (str, os.PathLike)):
        name = os.fsdecode(source)
        return _absolute(name), name
    name, data = read_source(source, limits.max_bytes)
    return (data, name) if data else None


def _submitted(source: Source, pool: WorkerPool, check_here: Callable[[Source], Report]) -> Future[Any]:
    """The future `Outcome` of a source from the pool, or its finished `Report`."""
    here: Future[Report] = Future()
    try:
        if (encoded := as_encoded(source, pool.limits)) is not None:
            return pool.submit(Job(*encoded, preview_px=0))
        here.set_result(check_here(source))
    except PhotoError as error:
        here.set_result(unreadable(error, pool.policy.name))
    return here


def _absolute(path: str) -> str:
    """The absolute path: the working directory of a worker is its parent's at the time when the worker started."""
    try:
        return str(Path(path).absolute())
    except OSError:  # the working directory was deleted, so the file will not be found either
        return path
