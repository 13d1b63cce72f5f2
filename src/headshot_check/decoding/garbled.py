"""Detects damage in HEIC, AVIF and WebP by its pixels: corrupt data often decode to wildly coloured noise.

These formats use arithmetic coding, in which almost any bits are valid, so decoders do not report corrupt data.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_BAND, _EVERY = 16, 64
"""so many rows of every so many are checked: corrupt areas extend over many rows"""
_LARGE = 400_000
"""pixels; in smaller pictures all rows are checked"""
_CELL = 8
"""side of a cell, px at half the size"""
CELLS = 4
"""number of wild cells from which a picture is garbled"""
_WILD = 90
"""mean difference of chroma between neighbouring pixels (horizontal and vertical, Cr and Cb added), levels, above which
a cell is wild. In 3,257 photos and places the fourth-highest cell has at most 72; with tripled saturation, one bit per
channel or noise of 40 levels (3,450) at most 86"""


def is_garbled(raster: NDArray[np.uint8]) -> bool:
    """Whether an RGB picture (h, w, 3) has at least `CELLS` cells with more colour noise than any photo.

    Detects half of the overwritten HEICs and AVIFs and nine in ten lossless WebPs, but no lossy WebPs, which become
    blurred instead.
    """
    if raster.ndim != 3 or raster.shape[2] != 3:
        return False
    return wild_cells(some_rows(raster) if raster.shape[0] * raster.shape[1] > _LARGE else raster) >= CELLS


def some_rows(raster: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The rows of a large picture that are checked."""
    rows = np.arange(0, len(raster) - _BAND + 1, _EVERY)[:, None] + np.arange(_BAND)
    return raster.take(rows.ravel(), axis=0)


def wild_cells(raster: NDArray[np.uint8]) -> int:
    """Number of wild cells in an RGB picture (h, w, 3) or in some of its rows."""
    high, wide = raster.shape[0] // 2 * 2, raster.shape[1] // 2 * 2
    if min(high, wide) < 4 * _CELL:
        return 0
    half = cv2.resize(raster[:high, :wide], (wide // 2, high // 2), interpolation=cv2.INTER_AREA)
    colour = cv2.cvtColor(half, cv2.COLOR_RGB2YCrCb)
    steps = cv2.add(cv2.absdiff(colour[:-1, 1:], colour[:-1, :-1]), cv2.absdiff(colour[1:, :-1], colour[:-1, :-1]))
    rows, columns = steps.shape[0] // _CELL, steps.shape[1] // _CELL
    cells = cv2.resize(steps[: rows * _CELL, : columns * _CELL], (columns, rows), interpolation=cv2.INTER_AREA)
    return int(np.count_nonzero(cells[..., 1:].sum(axis=2, dtype=np.int32) > _WILD))
