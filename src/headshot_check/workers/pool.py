"""The worker pool: checks photos in worker processes, with an outcome for every photo even if its worker dies."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from types import TracebackType
from typing import Any, TypeVar

from headshot_check.checks import Check
from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import WorkerError
from headshot_check.photo import PhotoLimits
from headshot_check.policy import Policy, load_policy
from headshot_check.processors import available_cpus
from headshot_check.workers.jobs import Call, Job, Outcome, Setting
from headshot_check.workers.time_limit import TIME_LIMIT_S, checked_time_limit
from headshot_check.workers.window import results_of
from headshot_check.workers.worker_slot import PoolState, run_slot, shut_down

__all__ = ["WAITING_PER_WORKER", "WorkerError", "WorkerPool", "available_cpus"]

T = TypeVar("T")

WAITING_PER_WORKER = 4
"""submitted jobs for each worker: enough that one slow photo does not leave other workers idle"""


class WorkerPool:
    """Checks photos in worker processes. Thread-safe; a context manager that closes the pool.

    Workers are started when there is work for them. Each has one OpenCV thread and one set of networks, and checks one
    photo at a time. A worker that dies is replaced, and its photo is tried again, alone. If that worker dies as well,
    or a photo exceeds the time limit, the report is "unreadable" with the cause "worker_died" or "timed_out". A forked
    child process has workers of its own.

    Parameters
    ----------
    policy
        For jobs without a policy: a policy, its name, or the path of a .toml file.
    workers
        Greatest number of processes; default: as many as there are processors.
    time_limit_s
        Time limit for one photo in seconds, from when a worker receives it; at most a day.
    limits
        File size, pixels and memory above which a photo is refused before it is decoded; default: `PhotoLimits()`.
    checks
        Custom checks, in addition to those of installed packages; workers import their functions
        (`check_can_travel`).

    Raises
    ------
    PolicyError
        The policy is unknown or has an invalid key.
    ValueError
        `workers` or `time_limit_s` is out of range.
    """

    def __init__(
        self,
        policy: str | os.PathLike[str] | Policy = DEFAULT_POLICY,
        *,
        workers: int | None = None,
        time_limit_s: float = TIME_LIMIT_S,
        limits: PhotoLimits | None = None,
        checks: tuple[Check, ...] = (),
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers}")
        self.policy = policy if isinstance(policy, Policy) else load_policy(policy)
        self.workers = workers if workers is not None else available_cpus()
        """greatest number of processes"""
        self.limits = limits if limits is not None else PhotoLimits()
        setting = Setting(self.policy, self.limits, checked_time_limit(time_limit_s), checks)
        self._state = PoolState(setting)
        # A pool that is not closed is shut down when it is garbage-collected or the interpreter exits.
        self._shut_down = weakref.finalize(self, shut_down, self._state)

    def submit(self, job: Job) -> Future[Outcome]:
        """Submit a job, behind those that wait.

        The future has an outcome for every photo, also for one that cannot be read. It can be cancelled while the job
        waits, and `close` cancels it. It raises `WeightsError` if a network's file is damaged, and `WorkerError` if no
        worker starts.

        Raises
        ------
        RuntimeError
            The pool is closed.
        WorkerError
            The system cannot start a thread.
        """
        return self._put(job, urgent=False)

    def call(self, call: Call[T]) -> Future[T]:
        """Call a function in a worker, before the jobs that wait.

        The future raises the `HeadshotCheckError` that the function raises, a `PhotoError` for any other exception
        ("check_failed") and for a call that does not finish ("timed_out", "worker_died"), and the errors of `submit`.

        Raises
        ------
        RuntimeError, WorkerError
            As `submit`.
        """
        return self._put(call, urgent=True)

    def _put(self, job: Job | Call[Any], *, urgent: bool) -> Future[Any]:
        state = self._state
        if state.pid != os.getpid():
            self._shut_down.detach()
            self._state = state = PoolState(state.setting, closed=state.closed)
            self._shut_down = weakref.finalize(self, shut_down, state)
        future: Future[Any] = Future()
        with state.lock:
            if state.closed:
                raise RuntimeError("the worker pool is closed")
            if len(state.threads) < min(self.workers, state.unfinished + 1):
                thread = threading.Thread(target=run_slot, args=(state,), name="headshot-worker", daemon=True)
                try:
                    thread.start()
                    state.threads.append(thread)
                except RuntimeError as error:  # the system's limit of threads
                    if not state.threads:
                        raise WorkerError(f"no thread for a worker starts ({error})") from error
            (state.urgent if urgent else state.waiting).put((job, future))
            state.tickets.put(True)
            state.unfinished += 1
        return future

    def run(self, jobs: Iterable[Job], *, ordered: bool = True) -> Iterator[tuple[Job, Outcome]]:
        """Yield each job with its outcome, in order or as they are done; only a few jobs are taken in advance.

        Raises
        ------
        WeightsError, WorkerError
            As the futures of `submit`.
        """
        submitted = ((job, self.submit(job)) for job in jobs)
        return results_of(submitted, self.workers * WAITING_PER_WORKER, ordered=ordered)

    def close(self) -> None:
        """Kill all workers and cancel all unfinished jobs."""
        self._shut_down()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
