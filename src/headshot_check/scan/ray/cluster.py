"""Scans on several machines with Ray Data, with an actor for each processor.

The actor (`scan.ray.actor`) survives photos that crash its worker process. If an actor or a node dies, Ray checks its
photos again elsewhere.
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
"""photos in a batch of an actor: they are checked again if its node dies"""
_BLOCKS_PER_CPU: Final = 4
"""least number of blocks for each processor, so that none is idle while another has a long block"""
_CONNECTS_WITHIN_S: Final = 10.0


class RayError(HeadshotCheckError):
    """Ray is not installed, the cluster cannot be reached, or it did not finish the scan."""

    code = "ray"


def check_dataset(
    dataset: Any,
    *,
    policy: str | os.PathLike[str] | Policy = DEFAULT_POLICY,
    workers: int | None = None,
    time_limit_s: float | None = None,
) -> Any:
    """Check the photos of a Ray dataset; lazy, like Ray's other transformations.

    Parameters
    ----------
    dataset
        A `ray.data.Dataset` with the columns `path` (text) and `bytes` (the encoded photo), as
        `ray.data.read_binary_files(..., include_paths=True)` returns. Where `bytes` is missing or null, the actor reads
        the path or URL itself, so that an unreadable file has a row as well. The columns `name` and `source` name the
        photo in its row and in its report; default: the path.
    policy
        As for `Checker`.
    workers
        Greatest number of actors, with one processor each; default: as many as the cluster has processors.
    time_limit_s
        Time limit for one photo, in seconds; default: 30.

    Returns
    -------
    ray.data.Dataset
        One row for every row of `dataset`: the columns of a scan's Parquet file (see `scan.tables.columns`) and the
        report's JSON as `report`. The types do not depend on the photos. Near-duplicates are not grouped: `group` is
        null.

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

    The file has a row for every photo, in the order of a local scan, and appears when it is complete.

    Parameters
    ----------
    sources
        Folders, photos, and any URL that pyarrow or fsspec opens, such as "s3://bucket/folder". A local folder must
        exist under the same path on every machine.
    out
        A local folder or such a URL.
    address
        Address of the cluster; default: the environment variable `RAY_ADDRESS`, else a cluster on this machine, which
        ends with the scan.
    workers
        Greatest number of actors; default: as many as the cluster has processors.
    time_limit_s
        Time limit for one photo, in seconds; default: 30.

    Raises
    ------
    RayError
        Ray is not installed, the cluster cannot be reached, or it did not finish.
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
                # as bytes, because a path need not be valid text
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
    # Ray sends usage statistics for each cluster that it starts, unless disabled: nothing may leave the machine
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # else it warns that an actor cannot be restarted once its arguments are deleted; they live as long as the scan
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
    """Connect to the cluster, and disconnect unless there was a connection before; rows keep the photos' order."""
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
    """Raise OSError if nothing listens at host:port, which Ray itself reports only after minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECTS_WITHIN_S).close()


def _reason(error: BaseException) -> str:
    """The last line of Ray's message, which names the cause; the lines before are remote tracebacks."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
