"""The worker pool: photos to worker processes and outcomes back, one for every photo, whatever happens to a worker."""

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
"""jobs held for each worker at a time: enough that one slow photo keeps no other worker waiting"""


class WorkerPool:
    """Checks photos in worker processes. Safe to use from any thread; a context manager that closes itself.

    Workers are started when there is work for them. Each has one OpenCV thread and one set of networks, and checks one
    photo at a time. One that dies is replaced, and its photo is tried again, alone; where the next one dies as well, or
    one takes too long, the outcome's report is "unreadable" with the cause "worker_died" or "timed_out". A forked child
    has workers of its own.

    Parameters
    ----------
    policy
        For jobs that name none: a policy, its name, or the path of one's own .toml file.
    workers
        Processes at most; default: as many as there are processors.
    time_limit_s
        For one photo, counted from when a worker is given it, in seconds; at most a day.
    limits
        What is refused before it is decoded; default: 100 MiB, 200 megapixels.
    checks
        Of the policy, those that no package brings; workers import their functions (`check_can_travel`).

    Raises
    ------
    PolicyError
        The policy is unknown or has a bad key.
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
        """processes at most"""
        self.limits = limits if limits is not None else PhotoLimits()
        setting = Setting(self.policy, self.limits, checked_time_limit(time_limit_s), checks)
        self._state = PoolState(setting)
        # Also when nobody closes the pool: workers end with the interpreter, or with the last reference to it.
        self._shut_down = weakref.finalize(self, shut_down, self._state)

    def submit(self, job: Job) -> Future[Outcome]:
        """Put a job behind those that wait.

        The future never fails for the photo's sake. It can be cancelled while the job waits, and is cancelled by
        `close`. It raises `WeightsError` when a network's file is damaged, `WorkerError` when no worker starts.

        Raises
        ------
        RuntimeError
            The pool is closed.
        """
        return self._put(job, urgent=False)

    def call(self, call: Call[T]) -> Future[T]:
        """Have a function called in a worker, before the jobs that wait.

        The future raises what the function raises, `PhotoError` ("timed_out", "worker_died", "check_failed") where it
        comes to no end, and otherwise what that of `submit` raises.

        Raises
        ------
        RuntimeError
            The pool is closed.
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
            (state.urgent if urgent else state.waiting).put((job, future))
            state.tickets.put(True)
            state.unfinished += 1
            if len(state.threads) < min(self.workers, state.unfinished):
                thread = threading.Thread(target=run_slot, args=(state,), name="headshot-worker", daemon=True)
                state.threads.append(thread)
                thread.start()
        return future

    def run(self, jobs: Iterable[Job], *, ordered: bool = True) -> Iterator[tuple[Job, Outcome]]:
        """Do jobs and give each with its outcome, in order or as they are done; few are taken ahead of what is given.

        Raises
        ------
        WeightsError, WorkerError
            As the futures of `submit`.
        """
        submitted = ((job, self.submit(job)) for job in jobs)
        return results_of(submitted, self.workers * WAITING_PER_WORKER, ordered=ordered)

    def close(self) -> None:
        """End all workers, also in the middle of a photo: what waits or is being done is cancelled."""
        self._shut_down()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
