"""Does something lie over the head: letters, lines, signs, stickers? A small network of this project.

Nothing that is printed in the scene can lie across a face, so that clothes and walls are not asked about here.
training/medium/head_marks.py makes it; training/MEDIUM_CARD.md has figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Box, Square
from headshot_check.pixels.shrinking import Halves

SIZE = 160
"""Side of its view, px."""
CELL = 8
"""Side of a cell that it answers for, px."""
GROUND = 128
"""Grey level beyond the frame."""
_SIDE, _RISE = 1.6, 0.1
"""of the view: over the face box's longer side, and how far its middle lies above the face's, in heights of that"""
_PATCH = 4
_AGAIN = -2.0
"""Log-odds from which the mirror image is looked at, too: 16 % of ordinary heads. Below it nothing counts, so that a
mirrored photo is told the same unless one of both looks is below it and their mean is not."""


class HeadMarksNet:
    """The network, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("head_marks", threads=threads, levels=(-1, 1))

    def __call__(self, halves: Halves, face_box: Box) -> tuple[float, NDArray[np.float32]]:
        """Log-odds that something lies over the head of the face (x0, y0, x1, y1, px), and the same of each cell.

        Where there is a doubt they are the mean of two looks, at the head and its mirror image.

        Returns
        -------
        tuple
            The log-odds, and those of the cells (SIZE // CELL, SIZE // CELL) of `view`.
        """
        shown = view(face_box).crop(halves, SIZE, fill=GROUND)
        told, cells = self._look(shown)
        if told < _AGAIN:
            return told, cells
        mirrored, flipped = self._look(shown[:, ::-1])
        return (told + mirrored) / 2, (cells + flipped[:, ::-1]) * np.float32(0.5)

    def _look(self, shown: NDArray[np.uint8]) -> tuple[float, NDArray[np.float32]]:
        cells, told = self._network(in_patches(shown))
        return float(told.item()), cells[0, :, :, 0]

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()


def view(face_box: Box) -> Square:
    """What it looks at: the head, from hair to neck."""
    x0, y0, x1, y1 = face_box
    return Square((x0 + x1) / 2, (y0 + y1) / 2 - _RISE * (y1 - y0), _SIDE * max(x1 - x0, y1 - y0))


def in_patches(shown: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(1, side / 4, side / 4, 48) the network's input: each 4 x 4 px in a row."""
    side = len(shown) // _PATCH
    rows: NDArray[np.uint8] = shown.reshape(side, _PATCH, side, _PATCH, 3).transpose(0, 2, 1, 3, 4)
    return rows.reshape(1, side, side, _PATCH * _PATCH * 3)
