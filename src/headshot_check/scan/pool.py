"""The worker pool: photos to worker processes and outcomes back, one for every photo, whatever happens to a worker."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from types import TracebackType

from headshot_check.checker import unreadable
from headshot_check.errors import HeadshotCheckError, PhotoError
from headshot_check.photo import Limits
from headshot_check.policy import Policy, load_policy
from headshot_check.scan.jobs import OUT_OF_MEMORY, Job, Outcome, Setting
from headshot_check.scan.process import WorkerProcess, start_worker
from headshot_check.scan.window import results_of

TIME_LIMIT_S = 30.0
"""for one photo: a hundred times what 48 megapixels take on one core, so what exceeds it hangs"""
_LOADS_WITHIN_S = 120.0
"""a worker that has not loaded by then (it takes half a second) never will"""
_STARTS = 3
"""times that a worker is started for a photo before the pool gives up: what ends it is not the photo"""
WAITING_PER_WORKER = 4
"""jobs held for each worker at a time: enough that one slow photo keeps no other worker waiting"""


class WorkerError(HeadshotCheckError):
    """Worker processes do not start on this machine."""

    code = "worker_start"


def available_cpus() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerPool:
    """Checks photos in worker processes. Safe to use from any thread; a context manager that closes itself.

    Workers are started when there is work for them. Each has one OpenCV thread and one set of networks, and checks one
    photo at a time. One that dies or takes too long costs the photo that it had: the outcome's report is "unreadable"
    with the cause "worker_died" or "timed_out". Another worker takes its place.

    Parameters
    ----------
    policy
        For jobs that name none: a policy, its name, or the path of one's own .toml file.
    workers
        Processes at most; default: as many as there are processors.
    time_limit_s
        For one photo, counted from when a worker is given it, in seconds.
    limits
        What is refused before it is decoded; default: 100 MiB, 200 megapixels.

    Raises
    ------
    PolicyError
        The policy is unknown or has a bad key.
    """

    def __init__(
        self,
        policy: str | os.PathLike[str] | Policy = "linkedin",
        *,
        workers: int | None = None,
        time_limit_s: float = TIME_LIMIT_S,
        limits: Limits | None = None,
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers}")
        if not time_limit_s > 0:
            raise ValueError(f"time_limit_s must be above 0, not {time_limit_s}")
        self.policy = policy if isinstance(policy, Policy) else load_policy(policy)
        self.workers = workers if workers is not None else available_cpus()
        """processes at most"""
        self.limits = limits if limits is not None else Limits()
        setting = Setting(self.policy, self.limits, time_limit_s)
        self._crew = _Crew(setting)
        # Also when nobody closes the pool: workers end with the interpreter, or with the last reference to it.
        self._dismiss = weakref.finalize(self, _dismiss, self._crew)

    def submit(self, job: Job) -> Future[Outcome]:
        """Put a job behind those that wait.

        The future never fails for the photo's sake. It can be cancelled while the job waits, and is cancelled by
        `close`. It raises `WeightsError` when a network's file is damaged, `WorkerError` when no worker starts.

        Raises
        ------
        RuntimeError
            The pool is closed.
        """
        crew = self._crew
        future: Future[Outcome] = Future()
        with crew.lock:
            if crew.closed:
                raise RuntimeError("the worker pool is closed")
            crew.waiting.put((job, future))
            crew.unfinished += 1
            if len(crew.threads) < min(self.workers, crew.unfinished):
                thread = threading.Thread(target=_keep_one_worker, args=(crew,), name="headshot-worker", daemon=True)
                crew.threads.append(thread)
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
        self._dismiss()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(slots=True, eq=False)
class _Crew:
    """What the pool and its threads share; the threads know nothing of the pool, so that it can be forgotten."""

    setting: Setting
    lock: threading.RLock = field(default_factory=threading.RLock)
    waiting: queue.SimpleQueue[tuple[Job, Future[Outcome]] | None] = field(default_factory=queue.SimpleQueue)
    unfinished: int = 0
    """jobs that wait or are being done"""
    threads: list[threading.Thread] = field(default_factory=list)
    processes: set[WorkerProcess] = field(default_factory=set)
    closed: bool = False


def _dismiss(crew: _Crew) -> None:
    with crew.lock:
        crew.closed = True
        for process in crew.processes:
            process.kill()
    for _ in crew.threads:
        crew.waiting.put(None)
    for thread in crew.threads:
        if thread is not threading.current_thread():
            thread.join()
    with contextlib.suppress(queue.Empty):
        while True:
            left = crew.waiting.get_nowait()
            if left is not None:
                left[1].cancel()


def _keep_one_worker(crew: _Crew) -> None:
    """One thread of the pool: has a worker process when it has a job, and a new one when that one is gone."""
    post = _Post(crew)
    while (item := crew.waiting.get()) is not None:
        job, future = item
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(post.outcome(job))
            except BaseException as error:
                future.set_exception(error)
        with crew.lock:
            crew.unfinished -= 1
        del item, job, future  # a photo must not be kept while nothing is to do
    post.leave()


class _Post:
    """A place for one worker."""

    def __init__(self, crew: _Crew) -> None:
        self._crew = crew
        self._process: WorkerProcess | None = None

    def outcome(self, job: Job) -> Outcome:
        """Have a job done by the worker, or by a new one where it was gone before it began."""
        cause: OSError | None = None
        for _ in range(_STARTS):
            try:
                process = self._ready()
            except OSError as error:  # the system has no room for another process
                process, cause = None, error
            outcome = None if process is None else self._asked(process, job)
            if outcome is not None:
                return outcome
            if self._crew.closed:
                raise CancelledError
        raise WorkerError(
            f"worker processes do not start, or end before they have work ({cause or 'standard error may say why'}): "
            "use workers=1, which needs none"
        ) from cause

    def leave(self) -> int:
        """See the worker to its end; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with self._crew.lock:
            self._crew.processes.discard(process)
        return process.end()

    def _ready(self) -> WorkerProcess | None:
        """The worker, loaded; None when a new one came to nothing."""
        if self._process is not None and self._process.alive:
            return self._process
        self.leave()
        process = start_worker()
        self._process = process
        with self._crew.lock:
            self._crew.processes.add(process)
            if self._crew.closed:
                process.kill()
        with _Alarm(_LOADS_WITHIN_S, process):
            try:
                process.send(self._crew.setting)
                process.receive()
            except (EOFError, OSError):
                self.leave()
                return None
        return process

    def _asked(self, process: WorkerProcess, job: Job) -> Outcome | None:
        """What the worker makes of a job; None when it ended before it began with it."""
        began, start = False, time.perf_counter()
        with _Alarm(self._crew.setting.time_limit_s, process) as alarm:
            try:
                process.send(job)
                process.receive()
                began = True
                answer: Outcome | Exception = process.receive()
            except (EOFError, OSError):
                status = self.leave()
                if self._crew.closed or not (began or alarm.rang):
                    return None
                return self._lost(job, alarm.rang, status, time.perf_counter() - start)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _lost(self, job: Job, late: bool, status: int, seconds: float) -> Outcome:
        """The outcome of a photo whose worker is no more."""
        setting = self._crew.setting
        if late:
            error = PhotoError(
                "timed_out", job.name, f"checking it took more than {setting.time_limit_s:g} s, the limit"
            )
        else:
            error = PhotoError("worker_died", job.name, f"the process that checked it {_how_it_ended(status)}")
        policy = setting.policy if job.policy is None else job.policy
        return Outcome(unreadable(error, policy.name), seconds=seconds)


class _Alarm:
    """Kills a process that has not answered in time."""

    def __init__(self, seconds: float, process: WorkerProcess) -> None:
        self.rang = False
        self._process = process
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def _ring(self) -> None:
        self.rang = True
        self._process.kill()

    def __enter__(self) -> _Alarm:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _how_it_ended(status: int) -> str:
    """The end of a worker, in words, by its exit status.

    >>> _how_it_ended(-11)
    'was ended by SIGSEGV'
    """
    if status == OUT_OF_MEMORY:
        return "ran out of memory"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
