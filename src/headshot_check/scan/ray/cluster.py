"""Scans on several machines with Ray Data, with an actor for each processor.

What a photo can do to its worker is caught in the actor (`scan.ray.actor`); an actor or a whole node that dies is Ray's
affair, which does its photos again elsewhere.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import HeadshotCheckError
from headshot_check.policy import Policy, load_policy
from headshot_check.scan.finished import Counts
from headshot_check.workers.time_limit import TIME_LIMIT_S, checked_time_limit

_BATCH: Final = 16
"""photos that an actor takes at a time, which is what has to be done again when its node dies"""
_BLOCKS_PER_CPU: Final = 4
"""blocks for each processor at least, so that none has nothing to do while another has a long one"""


_ANSWERS_WITHIN_S: Final = 10.0


class RayError(HeadshotCheckError):
    """The cluster's scan cannot be run."""

    code = "ray"


def check_dataset(
    dataset: Any,
    *,
    policy: str | os.PathLike[str] | Policy = DEFAULT_POLICY,
    workers: int | None = None,
    time_limit_s: float | None = None,
) -> Any:
    """Check the photos of a Ray dataset. Lazy, as Ray's other transformations.

    Parameters
    ----------
    dataset
        A `ray.data.Dataset` with the columns `path` (text) and `bytes` (the encoded photo), as
        `ray.data.read_binary_files(..., include_paths=True)` gives. Where `bytes` is missing or null, the actor reads
        the path or URL itself, so that a file that cannot be read is a row as well. `name` and `source`, what the photo
        is called in its row and in its report, default to the path.
    policy
        As for `Checker`.
    workers
        Actors at most, with one processor each; default: as many as the cluster has processors.
    time_limit_s
        For one photo, in seconds; default: 30.

    Returns
    -------
    ray.data.Dataset
        One row for every row: the columns of a scan's Parquet file (see `scan.tables.columns`), with the same types
        however many of the photos can be read, and the report's JSON as `report`. Near-duplicates are not grouped:
        `group` is null.

    Raises
    ------
    RayError
        Ray is not installed.
    PolicyError
        The policy is unknown or has a bad key.
    """
    limit_s = checked_time_limit(TIME_LIMIT_S if time_limit_s is None else time_limit_s)
    ray = _ray()
    from headshot_check.scan.ray.actor import PhotoActor

    known = policy if isinstance(policy, Policy) else load_policy(policy)
    return dataset.map_batches(
        PhotoActor,
        fn_constructor_args=(known, limit_s),
        batch_size=_BATCH,
        batch_format="pyarrow",
        zero_copy_batch=True,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=_processors(ray) if workers is None else workers),
        num_cpus=1,
    )


def scan_with_ray(
    sources: Sequence[str],
    policy: Policy,
    out: str,
    *,
    address: str | None = None,
    workers: int | None = None,
    time_limit_s: float | None = None,
) -> Counts:
    """Check all photos of folders and URLs on a cluster and write `rows.parquet` into a folder or below a URL.

    The file has a row for every photo, in the order of a local scan, and is there only when it is complete.

    Parameters
    ----------
    sources
        Folders, photos, and any URL that pyarrow or fsspec opens, such as "s3://bucket/folder". A local folder must be
        there under the same path on every machine.
    out
        A local folder or such a URL.
    address
        Of the cluster; default: the environment's `RAY_ADDRESS`, else a cluster of this machine alone, which ends with
        the scan.
    workers
        Actors at most; default: as many as the cluster has processors.
    time_limit_s
        For one photo, in seconds; default: 30.

    Raises
    ------
    RayError
        Ray is not installed, the cluster cannot be reached, or it could not finish.
    PhotoError
        "not_found": a source does not exist.
    RemoteError
        A URL cannot be opened or written to.
    """
    ray = _ray()
    from headshot_check.scan.ray.actor import NAME, PATH, SOURCE
    from headshot_check.scan.ray.output import RowsFile
    from headshot_check.scan.ray.sources import SourceWalk

    started = time.time()
    walk = SourceWalk(sources)
    photos = list(walk)
    with RowsFile(out, policy) as file:
        if photos:
            with _cluster(ray, address):
                # a path may have bytes that are no text, so it travels as bytes
                rows = [{PATH: os.fsencode(one.path), NAME: one.name, SOURCE: one.source} for one in photos]
                blocks = max(-(-len(rows) // _BATCH), min(len(rows), _processors(ray) * _BLOCKS_PER_CPU))
                dataset = ray.data.from_items(rows, override_num_blocks=blocks)
                checked = check_dataset(dataset, policy=policy, workers=workers, time_limit_s=time_limit_s)
                try:
                    for table in checked.iter_batches(batch_size=None, batch_format="pyarrow"):
                        file.add(table)
                except (ray.exceptions.RayError, ray.exceptions.RaySystemError) as error:
                    raise RayError(f"the cluster could not finish the scan: {_reason(error)}") from error
        if file.rows != len(photos):
            raise RayError(f"the cluster gave {file.rows} rows for {len(photos)} photos, so nothing was written")
        file.finish()
    return Counts(
        file.rows,
        dict(file.verdicts),
        dict(walk.skipped),
        tuple(walk.problems),
        seconds=time.time() - started,
        started=started,
    )


def _ray() -> Any:
    # Ray tells its makers of each cluster that it starts, unless told not to: nothing leaves the machine
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # its core would warn that an actor cannot be restarted once its arguments are gone; they live as long as the scan
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray.data
    except ModuleNotFoundError as error:
        raise RayError(
            f"--engine ray needs {error.name}, which is not installed: pip install 'headshot-check[ray]'"
        ) from None
    return ray


def _processors(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


@contextlib.contextmanager
def _cluster(ray: Any, address: str | None) -> Iterator[None]:
    """A connection to the cluster, ended again unless it was there before; rows come in the order of the photos."""
    ours = not ray.is_initialized()
    if ours:
        named = address or os.environ.get("RAY_ADDRESS") or ""
        try:
            _check_reachable(named)
            start = {} if named else {"include_dashboard": False}
            ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING, **start)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise RayError(f"the cluster {named or 'of this machine'} cannot be reached: {_reason(error)}") from error
        logging.getLogger("ray.data").setLevel(logging.WARNING if sys.stderr.isatty() else logging.ERROR)
    context = ray.data.DataContext.get_current()
    before = context.execution_options.preserve_order, context.enable_progress_bars
    context.execution_options.preserve_order = True
    context.enable_progress_bars = sys.stderr.isatty()
    try:
        yield
    finally:
        context.execution_options.preserve_order, context.enable_progress_bars = before
        if ours:
            ray.shutdown()


def _check_reachable(address: str) -> None:
    """Raise OSError when nobody listens at host:port, which Ray itself finds out after minutes only."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWERS_WITHIN_S).close()


def _reason(error: BaseException) -> str:
    """The last line of what Ray says, which names the cause; before it stand the remote traces."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
