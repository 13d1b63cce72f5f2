"""Imported in a worker before it starts: makes photos of certain names crash it, hang it or fill its memory."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from typing import Any

from headshot_check.workers import worker

_checked = worker.JobChecker._outcome


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
    elif kind == "prints":
        print("to standard output")
        os.write(1, b"and to what C thinks it is\n")
        sys.stdout.flush()
    return _checked(self, job)


worker.JobChecker._outcome = _outcome  # type: ignore[method-assign]
