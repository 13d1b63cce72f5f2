"""Tones: what a tone curve did to a face. A network of this project.

training/tones/fit.py makes it; training/TONES_CARD.md has figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.covering import as_input
from headshot_check.nets.runtime import Network


class TonesNet:
    """The network, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("tones", threads=threads)

    def __call__(self, window: NDArray[np.uint8]) -> float:
        """How often the exponent of the codes was doubled, by the coverings' window and its mirror image.

        0 = as a camera leaves them, 1 = squared, -1 = their root; what was clipped counts in addition.
        """
        return float(self._network(as_input(window))[0].mean())

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
