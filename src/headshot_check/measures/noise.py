"""Grain: how far pixels stray from their neighbours where a face is smooth.

Source: Immerkaer, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64 (1996), whose mask is
blind to slopes and straight edges; here taken patch by patch, so that the smoothest skin decides.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.quantiles import quantile

# Weights sum to 0 along every line; divided so that white noise keeps its standard deviation.
_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
_PATCH = 8
_LEAST_PATCHES = 8
# Share of the smooth patches that are smoother than the one that counts: beard, freckles and wrinkles are texture.
_QUANTILE = 0.2
# Patches outside these mean levels are clipped: noise was cut off there.
_DARKEST, _BRIGHTEST = 16, 242


def grain(rgb: NDArray[np.uint8], where: NDArray[np.bool_]) -> float | None:
    """Standard deviation of the noise, levels of 255: fine luma, luma and colour at half the scale, root mean square.

    Parameters
    ----------
    rgb
        (H, W, 3) sRGB.
    where
        (H, W) where to look: smooth things.

    Returns
    -------
    About 0.5 clean to 6 and more; None where fewer than 8 patches of 8 x 8 px can be used.
    """
    x, y, width, height = cv2.boundingRect(where.astype(np.uint8))
    where = where[y : y + height, x : x + width]
    if min(where.shape) < 2 * _PATCH:
        return None
    coded = cv2.cvtColor(rgb[y : y + height, x : x + width], cv2.COLOR_RGB2YCrCb)
    luma = np.asarray(coded[..., 0], np.float32)
    mean = _patch_means(luma, _PATCH)
    usable = (_patch_means(where.astype(np.float32), _PATCH) > 0.99) & (mean > _DARKEST) & (mean < _BRIGHTEST)
    if usable.sum() < _LEAST_PATCHES:
        return None
    rows, columns = mean.shape
    whole = np.asarray(coded[: rows * _PATCH, : columns * _PATCH], np.float32)
    half = cv2.resize(whole, (columns * _PATCH // 2, rows * _PATCH // 2), interpolation=cv2.INTER_AREA)
    fine, coarse = cv2.filter2D(luma, -1, _MASK), cv2.filter2D(half[..., 0], -1, _MASK)
    colour = half[..., 1:] - cv2.GaussianBlur(half[..., 1:], (0, 0), 1.5)
    powers = (
        _patch_means(fine * fine, _PATCH),
        _patch_means(coarse * coarse, _PATCH // 2),
        _patch_means((colour * colour).max(axis=2), _PATCH // 2),
    )
    variances = [quantile(power[usable], _QUANTILE) for power in powers]
    return float(np.sqrt(np.mean(variances)))


def _patch_means(plane: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """(H // side, W // side) mean of each patch; what is left over at the right and below is dropped."""
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    cut = np.ascontiguousarray(plane[: rows * side, : columns * side])
    return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
