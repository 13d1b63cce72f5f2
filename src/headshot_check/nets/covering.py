"""Coverings: what lies over a face. Networks of this project, for want of a ready one in the base models.

training/covering/fit.py makes them from real and drawn glasses, masks and hands; COVERING_CARD.md there has figures.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network

SIZE = 64


class Coverings(NamedTuple):
    """Probabilities, 0..1, each by itself."""

    sunglasses: float
    glasses: float
    mask: float
    held: float
    perhaps_held: float = 0.0
    """of `held`, what the first two networks say: a hint, from which hands are looked for"""


class CoveringNet:
    """The covering networks, three in one file; safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("covering", threads=threads, levels=(-2, 2))

    def __call__(self, window: NDArray[np.uint8]) -> Coverings:
        """Look at a window (SIZE, SIZE, 3) of an upright face, forehead to chin, and at its mirror image.

        Log-odds are averaged: one network has seen drawn coverings only, and so knows no camera or place that goes with
        them. Of hands a third one has its say, fitted on other drawings, and the doubtful one of the two counts.
        """
        plain, mirrored = self._network(np.array((window, window[:, ::-1]), np.uint8))[0].tolist()
        odds = ((one + other) / 2 for one, other in zip(plain, mirrored, strict=True))
        sunglasses, glasses, mask, held, held_by_third = (1 / (1 + math.exp(-max(of, -80.0))) for of in odds)
        return Coverings(sunglasses, glasses, mask, min(held, held_by_third), held)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
