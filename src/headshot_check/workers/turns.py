"""A lock for workers that run in parallel, or one alone: a job that may have run out of memory is retried alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is held shared or exclusively. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._working = 0
        self._alone = False
        self._closed = False

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        """Hold the lock during the block; `alone`: exclusively, so it waits until all others have released it."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._alone)
            if alone:
                self._alone = True
                self._changed.wait_for(lambda: self._closed or not self._working)
            self._working += 1
        try:
            yield
        finally:
            with self._changed:
                self._working -= 1
                if alone:
                    self._alone = False
                self._changed.notify_all()

    def close(self) -> None:
        """End all waits: from now on the lock is taken at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
