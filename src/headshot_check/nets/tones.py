"""Estimates the tone curve that was applied to a picture. Our own network.

training/tones/fit.py trains it; training/TONES_CARD.md has figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network


class Drawn(NamedTuple):
    """Strength of the tone curve in each direction, in doublings of its exponent; about 0 for unedited photos."""

    into_white: float
    into_black: float


class TonesNet:
    """The network; thread-safe.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("tones", threads=threads)

    def __call__(self, features: NDArray[np.float32]) -> Drawn:
        """The estimate from the features (366,): those of `tone_features`, then of `region_features`."""
        return Drawn(*self._network(features.reshape(1, 1, 1, -1))[0].ravel().tolist())

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
