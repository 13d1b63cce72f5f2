"""Perceptual hash: 64 bits that stay nearly the same when a picture is resized, compressed or brightened a little."""

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
"""coefficients are told apart to 1/4: what an empty picture has below that is rounding"""


def _lowest() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the 64 lowest frequencies, the mean not among them: it is the brightness."""
    places = sorted((v + u, v, u) for v in range(_SIDE) for u in range(_SIDE))[1 : _BITS + 1]
    return np.array([v for _, v, _ in places]), np.array([u for _, _, u in places])


_ROWS, _COLUMNS = _lowest()


def perceptual_hash(rgb: NDArray[np.uint8]) -> int:
    """Hash of a picture (H, W, 3), 0 to 2**64 - 1: which of its 64 lowest frequencies lie above their median.

    The picture is squeezed to a square first, so that it is the arrangement that counts and not the size. A mirrored or
    turned picture has another hash, and a picture of one colour has 0.
    """
    grey = area_means(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), _SIDE, _SIDE)
    lowest = np.round(cv2.dct(grey.astype(np.float32))[_ROWS, _COLUMNS] * _STEP)
    return int.from_bytes(np.packbits(lowest > np.median(lowest)).tobytes(), "big")


def distance(first: int, second: int) -> int:
    """Number of bits in which two hashes differ: 0 for the same picture, about 32 for two that have nothing in common.

    >>> distance(0b1011, 0b0010)
    2
    """
    return (first ^ second).bit_count()
