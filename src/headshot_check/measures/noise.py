"""Noise on the smooth parts of the skin.

Source: Immerkaer, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64 (1996), whose filter
ignores slopes and straight edges; here it is evaluated in patches, so that the smoothest skin decides.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.quantiles import quantile

Plane = NDArray[np.float32]

# Row and column of the separable filter, normalised so that white noise keeps its standard deviation.
_BEND = np.array([1, -2, 1], np.float32) / np.float32(np.sqrt(6))
# Sigma of the blur that is subtracted from the colour at half the scale, px.
_COLOUR_SIGMA = 1.5
_PATCH = 8
_LEAST_PATCHES = 8
# Quantile of the patches' variances that counts: beard, freckles and wrinkles have more.
_QUANTILE = 0.2
# Mean levels of usable patches: clipping cuts off the noise outside them.
_DARKEST, _BRIGHTEST = 16, 242


def grain(rgb: NDArray[np.uint8], where: NDArray[np.bool_]) -> float | None:
    """Standard deviation of the noise, levels of 255: RMS of luma, and of luma and chroma at half the scale.

    Parameters
    ----------
    rgb
        (H, W, 3) sRGB.
    where
        (H, W) mask of smooth surfaces.

    Returns
    -------
    float or None
        About 0.5 (clean) to 6 or more; None if fewer than 8 patches of 8 x 8 px are usable.
    """
    x, y, width, height = cv2.boundingRect(where.astype(np.uint8))
    where = where[y : y + height, x : x + width]
    if min(where.shape) < 2 * _PATCH:
        return None
    coded = cv2.cvtColor(rgb[y : y + height, x : x + width], cv2.COLOR_RGB2YCrCb)
    luma, *colours = (
        np.asarray(plane, np.float32) for plane in cv2.split(coded)
    )  # OpenCV halves single planes fastest
    mean = _patch_means(luma, _PATCH)
    usable = (_patch_means(where.astype(np.float32), _PATCH) > 0.99) & (mean > _DARKEST) & (mean < _BRIGHTEST)
    if np.count_nonzero(usable) < _LEAST_PATCHES:
        return None
    red, blue = (_strayed(_halved(plane)) for plane in colours)
    fine, coarse = _bends(luma), _bends(_halved(luma))
    powers = (
        _patch_means(fine * fine, _PATCH),
        _patch_means(coarse * coarse, _PATCH // 2),
        _patch_means(np.maximum(red * red, blue * blue), _PATCH // 2),
    )
    variances = [quantile(power[usable], _QUANTILE) for power in powers]
    return math.sqrt(sum(variances) / len(variances))


def _bends(plane: Plane) -> Plane:
    """Immerkaer's filter: white noise keeps its standard deviation, slopes and straight edges vanish."""
    return np.asarray(cv2.sepFilter2D(plane, cv2.CV_32F, _BEND, _BEND), np.float32)


def _strayed(plane: Plane) -> Plane:
    """Difference of each pixel from its blurred surroundings."""
    return plane - np.asarray(cv2.GaussianBlur(plane, (0, 0), _COLOUR_SIGMA), np.float32)


def _halved(plane: Plane) -> Plane:
    """(H // 8 * 4, W // 8 * 4) means of 2 x 2 pixels of whole patches."""
    rows, columns = plane.shape[0] // _PATCH, plane.shape[1] // _PATCH
    size = (columns * _PATCH // 2, rows * _PATCH // 2)
    cut = plane[: rows * _PATCH, : columns * _PATCH]
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.float32)


def _patch_means(plane: Plane, side: int) -> Plane:
    """(H // side, W // side) mean of each patch; incomplete patches at the right and bottom are dropped."""
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    cut = plane[: rows * side, : columns * side]
    return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
