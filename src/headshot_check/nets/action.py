"""Detects people who are speaking or busy instead of posing, and the light of a stage, a night or a dim room.

Our own network, and a smaller one that decides from the frame alone whether it needs to run. training/action/fit.py
trains both; training/ACTION_CARD.md has figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.log_odds import probability
from headshot_check.nets.opening import opened_once
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.shrinking import Halves

SIZE = 128
"""side of the window around head and chest, px; the frame behind `CarEvidence.early` has the same"""
_SIDE, _DROP = 3.0, 0.5
"""of the window: side over the face box's longer side, and drop of its centre below the face's over the box's height"""
HINTS = (-1.5, -1.0)
"""log-odds, of somebody busy and of scene light, from which the network runs (costs and losses: ACTION_CARD.md)"""


class Snapshot(NamedTuple):
    """Probabilities, 0..1; exactly 0 without a hint."""

    in_action: float
    """the person is speaking or busy"""
    scene_light: float
    """the light is that of a stage, a night or a dim room, or coloured"""


class ActionNet:
    """The two networks; thread-safe.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        self._hint = Network("action_hint", threads=threads)

    @opened_once
    def _network(self) -> Network:
        return Network("action", threads=self._threads, levels=(-1, 1))

    def __call__(
        self,
        halves: Halves,
        face_box: tuple[float, float, float, float],
        early: NDArray[np.float32],
        hints: tuple[float, float],
    ) -> Snapshot:
        """Probabilities for the person with this face box (x0, y0, x1, y1, px).

        Parameters
        ----------
        early
            (1, 16, 16, 40): `CarEvidence.early`.
        hints
            From `hints`.
        """
        hinted = [hint >= least for hint, least in zip(hints, HINTS, strict=True)]
        if not any(hinted):
            return Snapshot(0.0, 0.0)
        (log_odds,) = self._network(early, window(halves, face_box)[None])
        told = zip(log_odds[0].tolist(), hinted, strict=True)
        return Snapshot(*(probability(one) if hint else 0.0 for one, hint in told))

    def hints(self, early: NDArray[np.float32]) -> tuple[float, float]:
        """Log-odds of somebody busy and of scene light by the frame alone (`early` as for a call)."""
        in_action, scene_light = self._hint(early)[0][0].tolist()
        return in_action, scene_light

    def close(self) -> None:
        """Free the networks' interpreters."""
        self._hint.close()
        if network := self.__dict__.get("_network"):
            network.close()


def window(halves: Halves, face_box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """(SIZE, SIZE, 3) the window around head, chest and hands."""
    x0, y0, x1, y1 = face_box
    side = _SIDE * max(x1 - x0, y1 - y0)
    return Square((x0 + x1) / 2, (y0 + y1) / 2 + _DROP * (y1 - y0), side).crop(halves, SIZE)
