"""Lets workers run side by side, or one alone: a job that may have run out of memory is retried alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is taken shared or exclusively. Safe to use from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._working = 0
        self._alone = False
        self._closed = False

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        """Work for the length of the block; `alone`: once the others have finished, and none begins meanwhile."""
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
        """Nobody waits any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
