"""The analysis pixels: their size, the scale to decode at, and whether they are greyscale."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.shrinking import shrunk

ANALYSIS_LONG_SIDE = 1024
"""Longest side of `Photo.rgb`, px."""
STEPS = (8, 4, 2)
"""DCT scales of a smaller decode: 1/8, 1/4, 1/2."""

# px; a decode at a DCT scale is used as it is if its longer side lies between this and the analysis size: 12 megapixels
# give 1008 or 1000 px at 1/4, and the next larger scale would take twice the time for 2 % more
_NEAR_ENOUGH = 960
_GREY_LEVELS = 8  # of 255; chroma below this is JPEG noise or toning, not colour
_GREY_SHARE = 0.002  # of 1,766 development photos the 58 without colour reach 0.0004, the next one has 0.015


def _analysis_long_side(long_side: int) -> int:
    """Longer side of the analysis pixels for a photo with this longer side, px; the same for every format."""
    if long_side <= ANALYSIS_LONG_SIDE:
        return long_side
    at_steps = (-(-long_side // step) for step in STEPS)
    return next((side for side in at_steps if _NEAR_ENOUGH <= side <= ANALYSIS_LONG_SIDE), ANALYSIS_LONG_SIDE)


def decode_step(long_side: int) -> int:
    """Largest DCT step that still gives the analysis size: 1, 2, 4 or 8."""
    needed = _analysis_long_side(long_side)
    return next((step for step in STEPS if -(-long_side // step) >= needed), 1)


def reduced(upright: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Shrink the upright decode of a picture of width x height px to the analysis size."""
    long_side = max(width, height)
    needed = _analysis_long_side(long_side)
    if max(upright.shape[:2]) <= needed:
        return upright
    return shrunk(upright, max(1, round(width * needed / long_side)), max(1, round(height * needed / long_side)))


def is_grey(rgb: NDArray[np.uint8]) -> bool:
    """Whether at most `_GREY_SHARE` of the pixels (of every fourth row) have a chroma above `_GREY_LEVELS`."""
    rows = rgb[::4]
    most: float = _GREY_SHARE * rows.shape[0] * rows.shape[1]
    # most photos exceed the limit in a few rows already
    return all(_coloured(rows[::step]) <= most for step in (16, 4, 1))


def _coloured(rgb: NDArray[np.uint8]) -> int:
    """Number of pixels whose chroma (maximum minus minimum of R, G and B) is above `_GREY_LEVELS`."""
    r, g, b = cv2.split(rgb)
    chroma = cv2.subtract(cv2.max(cv2.max(r, g), b), cv2.min(cv2.min(r, g), b))
    return int(np.count_nonzero(chroma > _GREY_LEVELS))
