"""Makes the interpreter's exit wait until no other thread is checking a photo.

Up to Python 3.13 a daemon thread that comes back from C++ code while the interpreter ends is taken down by unwinding
its stack; frames of OpenCV and LiteRT answer that with abort(). So the end waits for such threads, and they are stopped
where they can stop.
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
"""at most; a photo takes a tenth of a second, and threads stop between two networks"""
_TICK_S: Final = 0.002

# A set and a list, and no lock: each step is one bytecode, and a fork copies nothing that is held.
_checking: set[int] = set()
"""threads in which a photo is being checked"""
_ending: list[int] = []
"""the thread that ends the interpreter, once it does"""


@contextmanager
def checking() -> Iterator[None]:
    """Wraps calls of C++ code: the interpreter does not exit during them, and none begins once it does."""
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
    """Block forever once the interpreter exits, except in the thread that ends it."""
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
