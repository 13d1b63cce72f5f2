"""Photos to reports by way of a pool: the engine behind `Checker.check_many`, and behind a checker's time limit."""

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

    What has no encoded bytes goes to `check_here`.
    """

    with pool:
        futures = ((None, _surely_begun(source, pool, check_here)) for source in sources)
        for _, done in results_of(futures, pool.workers * WAITING_PER_WORKER, ordered=ordered):
            yield done if isinstance(done, Report) else done.report


def checked_in_time(source: Source, pool: WorkerPool, policy: Policy) -> Report | None:
    """The report of what is encoded; None for an image or array, which is large to hand over.

    Raises
    ------
    PhotoError
        "bad_input": the source is nothing that can be a photo.
    """
    encoded = as_encoded(source, pool.limits)
    return None if encoded is None else pool.submit(Job(*encoded, policy, 0)).result().report


def as_encoded(source: Source, limits: PhotoLimits) -> tuple[str | bytes, str] | None:
    """An absolute path or encoded bytes, and the name; None for what has no bytes.

    Raises
    ------
    PhotoError
        It cannot be read.
    """
    if isinstance(source, (str, os.PathLike)):
        name = os.fsdecode(source)
        return _absolute(name), name
    name, data = read_source(source, limits.max_bytes)
    return (data, name) if data else None


def _surely_begun(source: Source, pool: WorkerPool, check_here: Callable[[Source], Report]) -> Future[Any]:
    """One source on its way through the pool, or checked already."""
    here: Future[Report] = Future()
    try:
        if (encoded := as_encoded(source, pool.limits)) is not None:
            return pool.submit(Job(*encoded, preview_px=0))
        here.set_result(check_here(source))
    except PhotoError as error:
        here.set_result(unreadable(error, pool.policy.name))
    return here


def _absolute(path: str) -> str:
    """The path from the root: a worker stands where its parent stood when it was started."""
    try:
        return str(Path(path).absolute())
    except OSError:  # the folder that one stands in is gone, so nothing will be found in it
        return path
