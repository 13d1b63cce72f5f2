"""The slots of a worker pool: each is a thread with one worker process, which is restarted when it dies."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from headshot_check.errors import PhotoError, WorkerError, out_of_memory
from headshot_check.report import unreadable
from headshot_check.workers.jobs import OUT_OF_MEMORY, Call, Job, Outcome, Setting
from headshot_check.workers.process import WorkerProcess, start_worker
from headshot_check.workers.turns import Turns

_LOADS_WITHIN_S = 120.0
"""longest wait until a new worker has loaded, which takes half a second"""
_STARTS, _KILLED_STARTS = 3, 10
"""failed starts in a row before the pool gives up: if the worker exits by itself, as with a broken installation, and
if it is killed, as may happen when memory is short"""
_TRIES, _KILLED_TRIES = 2, 3
"""tries of a photo whose worker dies: if the worker exits by itself, and if it is killed, which a photo cannot do"""
_PAUSE_S = 0.1
"""pause before the second start; twice that before the third, and so on"""
_KILLED = {-number for name in ("SIGKILL", "SIGTERM") if (number := getattr(signal, name, None))}

Waiting: TypeAlias = "tuple[Job | Call[Any], Future[Any]]"
"""a job and the future of its answer"""


@dataclass(slots=True, eq=False)
class PoolState:
    """State shared by a pool and its threads, which hold no reference to the pool, so that it can be collected."""

    setting: Setting
    pid: int = field(default_factory=os.getpid)
    """process that owns the threads and workers; a forked child has neither"""
    turns: Turns = field(default_factory=Turns)
    lock: threading.RLock = field(default_factory=threading.RLock)
    tickets: queue.SimpleQueue[bool] = field(default_factory=queue.SimpleQueue)
    """True for each job in the queues below; False ends a thread"""
    urgent: queue.SimpleQueue[Waiting] = field(default_factory=queue.SimpleQueue)
    waiting: queue.SimpleQueue[Waiting] = field(default_factory=queue.SimpleQueue)
    unfinished: int = 0
    """jobs that wait or are running"""
    threads: list[threading.Thread] = field(default_factory=list)
    processes: set[WorkerProcess] = field(default_factory=set)
    failed_starts: int = 0
    """number of failed starts in a row"""
    closed: bool = False

    def next_job(self) -> Waiting:
        """The next job, for a thread that has taken a ticket."""
        try:
            return self.urgent.get_nowait()
        except queue.Empty:
            return self.waiting.get_nowait()


def shut_down(state: PoolState) -> None:
    """Shut the pool down: kill its workers, join its threads, cancel unfinished jobs."""
    if state.pid != os.getpid():
        return
    with state.lock:
        state.closed = True
        for process in state.processes:
            process.kill()
    state.turns.close()
    for _ in state.threads:
        state.tickets.put(False)
    for thread in state.threads:
        if thread is not threading.current_thread():
            thread.join()
    with contextlib.suppress(queue.Empty):
        while True:
            _, future = state.next_job()
            future.cancel()
            future.set_running_or_notify_cancel()


def run_slot(state: PoolState) -> None:
    """The loop of a pool thread: takes jobs and runs them in its slot's worker."""
    slot = WorkerSlot(state)
    while state.tickets.get() and not state.closed:
        job, future = state.next_job()
        answer: Any = None
        running = future.set_running_or_notify_cancel()
        if running:
            try:
                answer = slot.answer(job)
            except BaseException as error:
                answer = error
        with state.lock:
            state.unfinished -= 1  # before the future is set: a job submitted next then needs no other worker
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        elif running:
            future.set_result(answer)
        del job, future, answer  # free the photo before waiting for the next job
    slot.end_worker()


class WorkerSlot:
    """A slot of the pool: one worker process, which is replaced when it has died."""

    def __init__(self, state: PoolState) -> None:
        self._state = state
        self._process: WorkerProcess | None = None

    def answer(self, job: Job | Call[Any]) -> Any:
        """Run a job in the worker and return its answer.

        If the worker dies, the job is run again, alone: the worker may have been killed from outside, or by the system
        for the memory that all workers used together.
        """
        deaths = 0
        while True:
            with self._state.turns.taken(alone=deaths > 0):
                before = self._process
                process = None if self._state.closed else self._ready()
                answer = None if process is None else self._asked(process, job, idle=process is before)
            if isinstance(answer, tuple):
                return answer[0]
            if self._state.closed:
                raise CancelledError
            if answer is None:
                continue
            deaths += 1
            if answer.late or deaths >= (_KILLED_TRIES if answer.status in _KILLED else _TRIES):
                return self._lost(job, answer, deaths)

    def end_worker(self) -> int:
        """Close the worker's input, wait until it has ended, and return its exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with self._state.lock:
            self._state.processes.discard(process)
        return process.end()

    def _ready(self) -> WorkerProcess | None:
        """The loaded worker; None if a new one failed to start."""
        if self._process is not None and self._process.alive:
            return self._process
        self.end_worker()
        try:
            with self._state.lock:
                if self._state.closed:
                    return None
                self._process = process = start_worker()
                self._state.processes.add(process)
        except OSError as error:  # no memory, file descriptors or processes left
            self._failed_start(f"did not start: {error}", _KILLED_STARTS)
            return None
        with _Timeout(_LOADS_WITHIN_S, process):
            try:
                process.send(self._state.setting)
                process.receive()
            except (EOFError, OSError):
                status = self.end_worker()
                self._failed_start(_how_it_ended(status), _KILLED_STARTS if status < 0 else _STARTS)
                return None
        self._state.failed_starts = 0
        return process

    def _failed_start(self, how: str, limit: int) -> None:
        """Count a failed start; raise WorkerError after `limit` of them."""
        with self._state.lock:
            self._state.failed_starts += 1
            times = self._state.failed_starts
        if times >= limit and not self._state.closed:
            raise WorkerError(
                f"no worker process starts: each of {times} {how} (standard error may say why). "
                "In Python, Checker.check_many(workers=1) needs none."
            )
        time.sleep(_PAUSE_S * times)

    def _asked(self, process: WorkerProcess, job: Job | Call[Any], *, idle: bool) -> tuple[Any] | _Death | None:
        """The worker's answer to a job, or its death; None if it was `idle` and died before it began the job."""
        began, start = False, time.perf_counter()
        with _Timeout(self._state.setting.time_limit_s, process) as timeout:
            try:
                process.send(job)
                process.receive()
                began = True
                answer = process.receive()
            except (EOFError, OSError):
                status = self.end_worker()
                if idle and not (began or timeout.expired):
                    return None
                return _Death(timeout.expired, status, time.perf_counter() - start)
        if isinstance(answer, Exception):
            raise answer
        return (answer,)

    def _lost(self, job: Job | Call[Any], death: _Death, times: int) -> Outcome:
        """The outcome of a job whose worker died or was too slow; for a `Call`, raise the error."""
        setting = self._state.setting
        if death.late:
            error = PhotoError(
                "timed_out", job.name, f"checking it took more than {setting.time_limit_s:g} s, the limit"
            )
        elif death.status == OUT_OF_MEMORY:
            error = out_of_memory(job.name)
        else:
            how = f"{_how_it_ended(death.status)}, {times} times in a row"
            error = PhotoError("worker_died", job.name, f"the process that checked it {how}")
        if isinstance(job, Call):
            raise error
        policy = setting.policy if job.policy is None else job.policy
        return Outcome(unreadable(error, policy.name), seconds=death.seconds)


@dataclass(frozen=True, slots=True)
class _Death:
    """The death of a worker during a job."""

    late: bool
    """whether it was killed because of the time limit"""
    status: int
    """exit status, as of `WorkerProcess.end`"""
    seconds: float
    """time since the worker was given the job"""


class _Timeout:
    """Kills a process that has not answered after some seconds; a context manager."""

    def __init__(self, seconds: float, process: WorkerProcess) -> None:
        self.expired = False
        self._process = process
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def _expire(self) -> None:
        self.expired = True
        self._process.kill()

    def __enter__(self) -> _Timeout:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _how_it_ended(status: int) -> str:
    """How a worker ended, in words, by its exit status.

    >>> _how_it_ended(-11)
    'was ended by SIGSEGV'
    """
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
