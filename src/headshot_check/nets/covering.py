"""Coverings of the face: glasses, sunglasses, masks, hands. Our own networks.

training/covering/fit.py trains them on real and drawn coverings; training/COVERING_CARD.md has figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.log_odds import probability
from headshot_check.nets.runtime import Network

SIZE = 64


class Coverings(NamedTuple):
    """Independent probabilities, 0..1."""

    sunglasses: float
    glasses: float
    mask: float
    held: float
    """a hand, or an object in it, over the face"""
    perhaps_held: float = 0.0
    """`held` by the first two networks alone: a hint that decides whether to search for hands"""


class CoveringNet:
    """The covering networks, three in one file; thread-safe.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("covering", threads=threads, levels=(-2, 2))

    def __call__(self, window: NDArray[np.uint8]) -> Coverings:
        """Probabilities for a window (SIZE, SIZE, 3) of an upright face, forehead to chin.

        Log-odds of two networks, one of them trained on drawn coverings only, and of the mirror image are averaged. For
        hands the lower of this and of a third network, trained on other drawings, counts.
        """
        plain, mirrored = self._network(np.array((window, window[:, ::-1]), np.uint8))[0].tolist()
        odds = ((one + other) / 2 for one, other in zip(plain, mirrored, strict=True))
        sunglasses, glasses, mask, held, held_by_third = map(probability, odds)
        return Coverings(sunglasses, glasses, mask, min(held, held_by_third), held)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
