"""Is somebody caught at something: speaking into a microphone, wearing a headset, working, holding or eating something?

A network of this project, and one that says of most photos that they need no look by it. training/action/fit.py makes
both; training/ACTION_CARD.md has figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.log_odds import probability
from headshot_check.nets.opening import opened_once
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.shrinking import Halves

SIZE = 128
"""Side of the window round head and chest, px; the frame that `CarEvidence.early` is made of is as large."""
_SIDE, _DROP = 3.0, 0.5
"""of the window: over the face box's longer side, and how far its middle lies below the face's, in heights of that"""
HINT = -1.5
"""Log-odds from which the network looks (ACTION_CARD.md: how many photos that are, and what it loses)."""


class ActionNet:
    """The two networks, safe to call from any thread.

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
        return Network("action", threads=self._threads)

    def __call__(
        self, halves: Halves, face_box: tuple[float, float, float, float], early: NDArray[np.float32]
    ) -> float:
        """Probability, 0..1, that the main face's person (x0, y0, x1, y1, px) is caught at something.

        Parameters
        ----------
        early
            (1, 16, 16, 40): `CarEvidence.early`.
        """
        shown = window(halves, face_box)[None].astype(np.float32)
        shown *= np.float32(1 / 127.5)
        shown -= np.float32(1)
        (log_odds,) = self._network(early, shown)
        return probability(float(log_odds[0, 0]))

    def hint(self, early: NDArray[np.float32]) -> float:
        """Log-odds by the frame alone (`early`, as for a call): under `HINT` a call is not worth its time."""
        return float(self._hint(early)[0][0, 0])

    def close(self) -> None:
        """Free the networks' interpreters."""
        self._hint.close()
        if network := self.__dict__.get("_network"):
            network.close()


def window(halves: Halves, face_box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """(SIZE, SIZE, 3) head, chest and hands."""
    x0, y0, x1, y1 = face_box
    side = _SIDE * max(x1 - x0, y1 - y0)
    return Square((x0 + x1) / 2, (y0 + y1) / 2 + _DROP * (y1 - y0), side).crop(halves, SIZE)
