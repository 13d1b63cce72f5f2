"""Perceptual hash: 64 bits that hardly change when a picture is resized, compressed or slightly brightened."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.shrinking import area_means

_SIDE = 32
"""px; side of the grey picture that is transformed, as in Zauner, "Implementation and benchmarking of perceptual image
hash functions" (2010), section 3.2.1"""
_BITS = 64
_STEP = 4
"""coefficients are rounded to 1/4, so that rounding errors in a uniform picture do not count"""


def _lowest() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the 64 lowest frequencies, without the mean (the brightness)."""
    places = sorted((v + u, v, u) for v in range(_SIDE) for u in range(_SIDE))[1 : _BITS + 1]
    return np.array([v for _, v, _ in places]), np.array([u for _, _, u in places])


_ROWS, _COLUMNS = _lowest()


def perceptual_hash(rgb: NDArray[np.uint8]) -> int:
    """Hash of a picture (H, W, 3), 0..2**64 - 1: which of its 64 lowest frequencies are above their median.

    The picture is squeezed to a square first, so its size does not matter. A mirrored or rotated picture has another
    hash; a uniform picture has the hash 0.
    """
    grey = area_means(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), _SIDE, _SIDE)
    lowest = np.round(cv2.dct(grey.astype(np.float32))[_ROWS, _COLUMNS] * _STEP)
    return int.from_bytes(np.packbits(lowest > np.median(lowest)).tobytes(), "big")


def distance(first: int, second: int) -> int:
    """Number of bits in which two hashes differ: 0 for the same picture, about 32 for unrelated ones.

    >>> distance(0b1011, 0b0010)
    2
    """
    return (first ^ second).bit_count()
