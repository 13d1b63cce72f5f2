"""Imported in a worker before it starts: makes photos of certain names crash it, hang it or fill its memory."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from headshot_check.workers import worker

_checked = worker.JobChecker._outcome
_called = worker.JobChecker.called
LOG = "MISBEHAVING_LOG"
"""environment variable: file to which jobs write when they begin and end, and that tells how often they were tried"""


def _outcome(self: worker.JobChecker, job: Any) -> Any:
    kind = job.name.partition("-")[0]
    if kind == "segfault":
        ctypes.string_at(0)
    elif kind == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "exits":
        os._exit(3)
    elif kind == "hangs":
        time.sleep(600)
    elif kind == "spins":  # in C, and never lets another thread run
        sum(range(10**13))
    elif kind == "memory":
        raise MemoryError
    elif kind == "fault":
        raise ZeroDivisionError("division by zero")
    elif kind in ("once", "twice"):  # killed from outside, so many times
        tries = _logged(f"begin {job.name}")
        if tries <= ("once", "twice").index(kind) + 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.3)
        _logged(f"end {job.name}")
    elif kind == "logged":
        _logged(f"begin {job.name}")
        time.sleep(0.1)
        _logged(f"end {job.name}")
    elif kind == "prints":
        print("to standard output")
        os.write(1, b"and to what C thinks it is\n")
        sys.stdout.flush()
    return _checked(self, job)


def _logged(line: str) -> int:
    """Write a line; how often it is there now."""
    path = Path(os.environ[LOG])
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    return path.read_text(encoding="utf-8").splitlines().count(line)


def _call(self: worker.JobChecker, call: Any) -> Any:
    if call.name.startswith("hangs"):
        if LOG in os.environ:
            _logged(f"begin {call.name}")
        time.sleep(600)
    return _called(self, call)


worker.JobChecker.called = _call  # type: ignore[method-assign]
worker.JobChecker._outcome = _outcome  # type: ignore[method-assign]
