"""Is it a photograph? A network of this project: drawings, screens, prints, screenshots and what lies over a picture.

training/medium/fit.py makes it; training/MEDIUM_CARD.md has figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.log_odds import probability
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.shrinking import Halves

SIZE = 128
"""Side of its view of the face, px; the frame that `CarEvidence.early` is made of is as large."""
ANSWERS = ("drawing", "screen", "print", "overlay", "call")


class MediumEvidence(NamedTuple):
    """Probabilities, 0..1, each by itself."""

    drawing: float
    """drawn, painted, posterised, an avatar"""
    screen: float
    """a photographed screen"""
    print: float
    """a photographed print"""
    overlay: float
    """a watermark, banner, ring or frame over the picture"""
    call: float
    """a screenshot: of a call, a player or a phone"""


class MediumNet:
    """The network, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("medium", threads=threads, levels=(-1, 1))

    def __call__(
        self, halves: Halves, face_box: tuple[float, float, float, float], early: NDArray[np.float32]
    ) -> MediumEvidence:
        """Look at a picture's main face (x0, y0, x1, y1, px), and at the frame as the car network's cheap look saw it.

        Parameters
        ----------
        early
            (1, 16, 16, 40): `CarEvidence.early`.
        """
        (log_odds,) = self._network(early, piece(halves, face_box)[None])
        return MediumEvidence(*map(probability, log_odds[0].tolist()))

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()


def piece(halves: Halves, face_box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """(SIZE, SIZE, 3) the middle of the face at the pixels' own size.

    A screen's and a print's own pattern is as fine as the pixels, and lost in anything smaller.
    """
    x0, y0, x1, y1 = face_box
    height, width = halves.times(0).shape[:2]
    side = float(min(SIZE, height, width))
    x, y = ((low + high) / 2 for low, high in ((x0, x1), (y0, y1)))
    # whole pixels: between them a bilinear sample would blur
    left, top = (round(min(max(at - side / 2, 0.0), length - side)) for at, length in ((x, width), (y, height)))
    if side == SIZE:
        return halves.times(0)[top : top + SIZE, left : left + SIZE]
    return Square(left + side / 2, top + side / 2, side).crop(halves, SIZE, fill=None)
