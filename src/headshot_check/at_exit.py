"""Makes the interpreter's exit wait until no other thread is checking a photo.

Up to Python 3.13, a daemon thread that returns from C++ code during the interpreter's exit is ended by unwinding its
stack, to which OpenCV and LiteRT react with abort(). So the exit waits for such threads, which block at the next safe
point.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_WAITS_S: Final = 10.0
"""upper limit of the wait; a photo takes a tenth of a second, and threads also stop between two networks"""
_TICK_S: Final = 0.002

# No lock: single operations on a set and a list are atomic, and a fork would copy a lock that another thread holds.
_checking: set[int] = set()
"""threads in which a photo is being checked"""
_ending: list[int] = []
"""the thread that ends the interpreter, once it does"""


@contextmanager
def checking() -> Iterator[None]:
    """Context of calls of C++ code: the interpreter does not exit during them, and none starts during its exit."""
    me = threading.get_ident()
    if me in _checking:
        yield
        return
    _checking.add(me)
    try:
        stop_at_exit()
        yield
    finally:
        _checking.discard(me)


def stop_at_exit() -> None:
    """Block forever during the interpreter's exit, except in the thread that runs it."""
    if _ending and threading.get_ident() not in _ending:
        _checking.discard(threading.get_ident())
        threading.Event().wait()


def _wait() -> None:
    _ending.append(threading.get_ident())
    end = time.monotonic() + _WAITS_S
    while _checking.difference(_ending) and time.monotonic() < end:
        time.sleep(_TICK_S)


atexit.register(_wait)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_checking.clear)  # a child has none of its parent's other threads
