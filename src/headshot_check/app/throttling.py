"""Throttling of requests: a memory budget for their bodies, a concurrency limit, a rate limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from headshot_check.app.limits import ServerLimits
from headshot_check.app.problems import HttpProblem


class MemoryBudget:
    """Bytes of request bodies that the server holds at one time. Used from the event loop only."""

    def __init__(self, limits: ServerLimits) -> None:
        self._limits = limits
        self.held = 0
        self.most_held = 0
        """at one time, since it was last set back"""

    def has_room(self, size: int) -> bool:
        """Whether `size` more bytes fit."""
        return self.held + size <= self._limits.held_bytes

    def reservation(self) -> Reservation:
        """A reservation for one request, empty."""
        return Reservation(self, self._limits.retry_s)


class Reservation:
    """What one request holds of the budget."""

    def __init__(self, budget: MemoryBudget, retry_s: int) -> None:
        self._budget = budget
        self._retry_s = retry_s
        self.size = 0

    def take(self, size: int) -> None:
        """Hold `size` more bytes.

        Raises
        ------
        HttpProblem
            "busy": they do not fit at the moment.
        """
        if not self._budget.has_room(size):
            raise busy("the photos of other requests fill the memory that is set aside for them", self._retry_s)
        self._budget.held += size
        self._budget.most_held = max(self._budget.most_held, self._budget.held)
        self.size += size

    def has_room(self, size: int) -> bool:
        """Whether `take` would succeed."""
        return self._budget.has_room(size)

    def release(self, size: int) -> None:
        """Give `size` bytes back."""
        size = min(size, self.size)
        self._budget.held -= size
        self.size -= size

    def release_all(self) -> None:
        """Give back what is left."""
        self.release(self.size)


class ConcurrencyLimit:
    """A limit on how many requests run at once. Used from the event loop only."""

    def __init__(self, slots: int, retry_s: int, what: str) -> None:
        self._slots = slots
        self._retry_s = retry_s
        self._what = what
        self.in_use = 0

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Take a slot for the length of the block.

        Raises
        ------
        HttpProblem
            "busy": all are taken.
        """
        if self.in_use >= self._slots:
            raise busy(f"{self._slots} {self._what} are under way", self._retry_s)
        self.in_use += 1
        try:
            yield
        finally:
            self.in_use -= 1


class RateLimit:
    """A limit on requests per second, with bursts (token bucket).

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

    def count(self) -> None:
        """Count one request.

        Raises
        ------
        HttpProblem
            "busy": too many came before it.
        """
        now = self._clock()
        self._left = min(self._left + (now - self._last) * self._per_s, self._at_once)
        self._last = now
        if self._left < 1:
            raise busy(f"more than {self._per_s} requests a second came", self._retry_s)
        self._left -= 1


def busy(detail: str, retry_s: int) -> HttpProblem:
    """The problem "busy" with a Retry-After header."""
    return HttpProblem("busy", detail, headers={"retry-after": str(retry_s)})
