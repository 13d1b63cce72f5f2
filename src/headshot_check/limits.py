"""The limits that a value is held against, and how near to them it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Status = Literal["pass", "warn", "fail", "not_assessed"]

_NEARLY: Final = 0.8
"""nearness from which a value is near its limit"""
_ROOM: Final = 0.05
"""the same for limits at 0, of shares"""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that a value was held against; None where there is none.

    Numbers are held against `*_below` and `*_above`, words and yes/no answers against `*_in`.
    """

    warn_below: float | None = None
    fail_below: float | None = None
    warn_above: float | None = None
    fail_above: float | None = None
    warn_in: tuple[str | bool, ...] | None = None
    fail_in: tuple[str | bool, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Only the limits that are set."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: list(at) if isinstance(at, tuple) else at for name, at in pairs if at is not None}

    def crossed(self, value: float, status: Status) -> tuple[float | None, bool]:
        """The limit that made a value warn or fail, None where none did, and whether it is an upper one.

        Of two the one that the value lies beyond, also where it was rounded onto the limit itself.
        """
        if status not in ("warn", "fail"):
            return None, True
        fails = status == "fail"
        below, above = (self.fail_below, self.fail_above) if fails else (self.warn_below, self.warn_above)
        if above is None or (below is not None and below - value > value - above):
            return below, False
        return above, True

    def beyond(self, value: float) -> bool:
        """Whether a number lies beyond any of the limits."""
        return (
            (self.warn_above is not None and value > self.warn_above)
            or (self.warn_below is not None and value < self.warn_below)
            or (self.fail_above is not None and value > self.fail_above)
            or (self.fail_below is not None and value < self.fail_below)
        )

    def nearness(self, value: float) -> float:
        """How near a value within its limits is to them: 0 = as far as can be, 1 = at the limit.

        Between two limits the middle is best. With an upper limit alone 0 and less are best, with a lower one alone
        the distance is the limit over the value; limits at 0 or beyond say nothing of where the best lies: far.
        """
        low = self.warn_below if self.warn_below is not None else self.fail_below
        high = self.warn_above if self.warn_above is not None else self.fail_above
        if low is not None and high is not None and high > low:
            near = abs(2 * value - low - high) / (high - low)
        elif high is not None and high > 0:
            near = value / high
        elif low is not None and low > 0 and value > 0:
            near = low / value
        else:
            near = 0.0
        return min(max(near, 0.0), 1.0)

    def nearly_beyond(self, value: float) -> float:
        """How much a value within its limits is to be minded: 0 = well within, 1 = at the limit."""
        return max((self.nearness(value) - _NEARLY) / (1 - _NEARLY), self._near_nothing(value), 0.0)

    def _near_nothing(self, value: float) -> float:
        """How near a value is to its only limit, at 0 or beyond, of which no share tells: 0 = 0.05 off, 1 = at it."""
        low, high = self.warn_below, self.warn_above
        if low is not None and high is None and low <= 0:
            return 1 - (value - low) / _ROOM
        if high is not None and low is None and high <= 0:
            return 1 - (high - value) / _ROOM
        return 0.0
