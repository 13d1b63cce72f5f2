"""One worker process as its parent sees it: a separate interpreter that exchanges messages and can be killed.

The process is started like any other program and not by multiprocessing: it never imports the parent's main module, so
a script needs no `if __name__ == "__main__"`, and a notebook or `python -c` will do. Only a frozen program, which has
no interpreter to start, goes by multiprocessing's spawn and so needs `multiprocessing.freeze_support()`.
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
"""the parent's import path comes first, read without a buffer so that nothing behind it is taken"""
_RUN = "from headshot_check.workers.worker import main; main()"
_ENDS_WITHIN_S = 5.0
"""for an idle worker whose input has ended; it needs milliseconds"""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""a worker is one of several: its libraries must not start a thread for each processor"""
_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""GNU's allocator asks for pages of 2 MB where the kernel gives them on request: a check takes 2 to 4 % less time. It
can be told so only before a process starts; other allocators do not read it"""
_QUIET = {"OPENCV_LOG_LEVEL": "SILENT", "PYTHONWARNINGS": "ignore"}
"""what is wrong with a file is in its report: decoders say it to nobody else"""


class WorkerProcess(Protocol):
    """A process that runs `worker.serve`."""

    def send(self, message: Any) -> None:
        """Hand it something; OSError when it has ended."""

    def receive(self) -> Any:
        """Wait for what it says; EOFError when it has ended."""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""

    def kill(self) -> None:
        """End it at once; may be called from any thread, and twice."""

    def end(self) -> int:
        """See it to its end, at once when it is idle, and free what it held; its exit status (negative: a signal)."""


def start_worker() -> WorkerProcess:
    """Start one; it loads while the caller goes on.

    Raises
    ------
    OSError
        The system does not let a process start.
    """
    with _signals_held_back():
        return _SpawnedWorker() if getattr(sys, "frozen", False) else _InterpreterWorker()


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """Processes started in this block never receive the signals that go to a whole process group.

    A terminal's Ctrl-C, and systemd's or Docker's request to end, reach workers as well; but what becomes of them is
    for the parent to say. (A session of their own would do so too, but counts as another user's on Linux's scheduler.)
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
        python = multiprocessing.spawn.get_executable()  # what `multiprocessing.set_executable` says, where embedded
        command = [os.fsdecode(python), "-X", f"utf8={sys.flags.utf8_mode}", "-c", _START.format(_RUN)]
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW  # nor Ctrl-C from the parent's console
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
            with contextlib.suppress(OSError):  # what it did not take is still in the buffer
                pipe.close()
        try:
            return self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class _SpawnedWorker:
    """multiprocessing's spawn, which knows how to start a frozen program again."""

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
        with contextlib.suppress(ValueError):  # it has been seen to its end
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
