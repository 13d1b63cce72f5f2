"""How much of other people's requests is in memory, and how many are being worked on: counted, bounded, given back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from headshot_check.app.limits import Limits
from headshot_check.app.problems import Problem


class Budget:
    """Bytes of request bodies that the server holds at one time. Used from the event loop only."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.held = 0

    def has_room(self, size: int) -> bool:
        """Whether `size` more bytes fit."""
        return self.held + size <= self._limits.held_bytes

    def holding(self) -> Holding:
        """An account for one request, empty."""
        return Holding(self, self._limits.retry_s)

    @property
    def free(self) -> int:
        """Bytes that still fit."""
        return self._limits.held_bytes - self.held


class Holding:
    """What one request holds of the budget."""

    def __init__(self, budget: Budget, retry_s: int) -> None:
        self._budget = budget
        self._retry_s = retry_s
        self.size = 0

    def take(self, size: int) -> None:
        """Hold `size` more bytes.

        Raises
        ------
        Problem
            "busy": they do not fit at the moment.
        """
        if not self._budget.has_room(size):
            raise busy("the photos of other requests fill the memory that is set aside for them", self._retry_s)
        self._budget.held += size
        self.size += size

    def has_room(self, size: int) -> bool:
        """Whether `take` would succeed."""
        return self._budget.has_room(size)

    def give(self, size: int) -> None:
        """Give `size` bytes back."""
        size = min(size, self.size)
        self._budget.held -= size
        self.size -= size

    def give_all(self) -> None:
        """Give back what is left."""
        self.give(self.size)


class Turnstile:
    """So many at once, and no more. Used from the event loop only."""

    def __init__(self, places: int, retry_s: int, what: str) -> None:
        self._places = places
        self._retry_s = retry_s
        self._what = what
        self.inside = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for the length of the block.

        Raises
        ------
        Problem
            "busy": all are taken.
        """
        if self.inside >= self._places:
            raise busy(f"{self._places} {self._what} are under way", self._retry_s)
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1


class Pace:
    """So many requests a second over a while, and some more at once.

    Parameters
    ----------
    per_s
        Requests a second.
    at_once
        That may come in one moment after a rest.
    clock
        Seconds that only grow.
    """

    def __init__(self, per_s: int, at_once: int, retry_s: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._at_once, self._retry_s, self._clock = per_s, at_once, retry_s, clock
        self._left = float(at_once)
        self._last = clock()

    def step(self) -> None:
        """Count one request.

        Raises
        ------
        Problem
            "busy": too many came before it.
        """
        now = self._clock()
        self._left = min(self._left + (now - self._last) * self._per_s, self._at_once)
        self._last = now
        if self._left < 1:
            raise busy(f"more than {self._per_s} requests a second came", self._retry_s)
        self._left -= 1


def busy(detail: str, retry_s: int) -> Problem:
    """A refusal that says when to come back."""
    return Problem("busy", detail, headers={"retry-after": str(retry_s)})
