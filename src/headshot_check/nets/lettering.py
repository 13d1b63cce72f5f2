"""Where letters and marks lie over a picture: a small network of this project, fully convolutional, on grey levels.

training/medium/lettering.py makes it; training/MEDIUM_CARD.md has figures.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network
from headshot_check.pixels.shrinking import Halves

SIZE = 448
"""Side of its view, px: the whole frame, never enlarged, in the middle of grey."""
CELL = 8
"""Side of a cell that it answers for, px."""
GROUND = 128
_PATCH = 4


class LetteringNet:
    """The network, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("lettering", threads=threads, levels=(-1, 1))

    def __call__(self, halves: Halves) -> tuple[NDArray[np.float32], tuple[int, int, int, int]]:
        """(SIZE // CELL, SIZE // CELL) log-odds that something is laid over the picture there; where the picture lies.

        Returns
        -------
        tuple
            The log-odds, and top, left, height and width of the picture in the view, px.
        """
        grey, within = framed(halves)
        (log_odds,) = self._network(in_patches(grey))
        return log_odds[0, :, :, 0], within

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()


def framed(halves: Halves) -> tuple[NDArray[np.uint8], tuple[int, int, int, int]]:
    """(SIZE, SIZE) grey levels of the whole picture, and top, left, height and width of it in them, px."""
    height, width = halves.times(0).shape[:2]
    scale = min(1.0, SIZE / max(height, width))
    high, wide = max(1, round(height * scale)), max(1, round(width * scale))
    # what is left after halving is less than a half: bilinear leaves no pixel out
    grey = cv2.cvtColor(halves.times(int(math.log2(1 / scale))), cv2.COLOR_RGB2GRAY)
    view = np.full((SIZE, SIZE), GROUND, np.uint8)
    top, left = (SIZE - high) // 2, (SIZE - wide) // 2
    view[top : top + high, left : left + wide] = (
        grey if scale == 1 else cv2.resize(grey, (wide, high), interpolation=cv2.INTER_LINEAR)
    )
    return view, (top, left, high, wide)


def in_patches(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(1, side / 4, side / 4, 16) the network's input: each 4 x 4 px in a row."""
    side = len(grey) // _PATCH
    rows = grey.reshape(side, _PATCH, side * _PATCH).view(np.uint32)  # 4 px at a time: several times as fast
    return np.ascontiguousarray(rows.transpose(0, 2, 1)).view(np.uint8).reshape(1, side, side, _PATCH * _PATCH)
