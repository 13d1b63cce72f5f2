"""Starts a worker process, a separate interpreter, and exchanges messages with it.

The process is started with `subprocess` and not by multiprocessing, so that it does not import the parent's main
module: a script needs no `if __name__ == "__main__"` guard, and pools work in notebooks and in `python -c`. Only a
frozen program, which has no interpreter to start, uses multiprocessing's spawn and needs
`multiprocessing.freeze_support()`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.spawn
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, Protocol, cast

from headshot_check.text import to_json
from headshot_check.workers.messages import Messages

_START = (
    "'headshot-check: worker'; import json, sys; "
    "sys.path[:] = json.loads(open(0, 'rb', 0, closefd=False).readline()); {}"
)
"""reads the parent's import path first, without a buffer, which would also take the messages after it"""
_RUN = "from headshot_check.workers.worker import main; main()"
_ENDS_WITHIN_S = 5.0
"""longest wait for an idle worker to exit after its input was closed; it needs milliseconds"""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""libraries in a worker must not start a thread for each processor: there are several workers"""
_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""makes glibc's malloc request huge pages (2 MB): a check takes 2 to 4 % less time. It can only be set before a process
starts; other allocators ignore it"""
_QUIET = {"OPENCV_LOG_LEVEL": "SILENT", "PYTHONWARNINGS": "ignore"}
"""decoders print no warnings: the report says what is wrong with a file"""


class WorkerProcess(Protocol):
    """A process that runs `worker.serve`."""

    def send(self, message: Any) -> None:
        """Send a message; OSError if the process has ended."""

    def receive(self) -> Any:
        """Wait for a message and return it; EOFError if the process has ended."""

    @property
    def alive(self) -> bool:
        """Whether it is still running."""

    def kill(self) -> None:
        """Kill it; may be called from any thread, and more than once."""

    def end(self) -> int:
        """Close its input, wait until it has ended, and return its exit status (negative: the signal that ended it)."""


def start_worker() -> WorkerProcess:
    """Start a worker process, without waiting until it has loaded.

    Raises
    ------
    OSError
        The system cannot start another process.
    """
    with _signals_blocked():
        return _SpawnedWorker() if getattr(sys, "frozen", False) else _InterpreterWorker()


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Processes started in this block have the signals blocked that are sent to a whole process group.

    Ctrl-C in a terminal and a stop request by systemd or Docker reach the workers as well, but the parent decides when
    they end. (A session of their own would have the same effect, but Linux then schedules it as a group of its own.)
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _InterpreterWorker:
    """`python -c` with pipes as standard input and output."""

    def __init__(self) -> None:
        python = multiprocessing.spawn.get_executable()  # or what `multiprocessing.set_executable` set
        command = [os.fsdecode(python), "-X", f"utf8={sys.flags.utf8_mode}", "-c", _START.format(_RUN)]
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW  # also keeps Ctrl-C of the parent's console away
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**_LARGE_PAGES, **os.environ, **_ONE_THREAD, **_QUIET},
            creationflags=flags,
        )
        self._pipes = cast(BinaryIO, self._process.stdout), cast(BinaryIO, self._process.stdin)
        self._messages = Messages(*self._pipes)
        self._pipes[1].write(to_json([entry for entry in sys.path if isinstance(entry, str)]).encode() + b"\n")

    def send(self, message: Any) -> None:
        self._messages.send(message)

    def receive(self) -> Any:
        return self._messages.receive()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> int:
        for pipe in self._pipes:
            with contextlib.suppress(OSError):  # flushing fails if the process has ended
                pipe.close()
        try:
            return self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class _SpawnedWorker:
    """multiprocessing's spawn, which can start a frozen program again."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve_pipe, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, message: Any) -> None:
        self._pipe.send(message)

    def receive(self) -> Any:
        try:
            return self._pipe.recv()
        except OSError as error:
            raise EOFError from error

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        with contextlib.suppress(ValueError):  # `end` has closed it
            self._process.kill()

    def end(self) -> int:
        self._pipe.close()
        self._process.join(_ENDS_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        status = self._process.exitcode
        self._process.close()
        return 0 if status is None else status


def _serve_pipe(pipe: Any) -> None:
    from headshot_check.workers.worker import serve

    with contextlib.suppress(BrokenPipeError):
        serve(pipe.recv, pipe.send)
