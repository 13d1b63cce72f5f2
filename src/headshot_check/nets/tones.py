"""Tones: what was done to those of a picture. A network of this project.

training/tones/fit.py makes it; training/TONES_CARD.md has figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network


class Drawn(NamedTuple):
    """How far tones seem to be drawn, each in doublings of a curve's exponent: about 0 as cameras leave them."""

    into_white: float
    into_black: float


class TonesNet:
    """The network, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("tones", threads=threads)

    def __call__(self, features: NDArray[np.float32]) -> Drawn:
        """What the numbers (126,) of `tone_features` tell."""
        return Drawn(*self._network(features.reshape(1, 1, 1, -1))[0].ravel().tolist())

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
