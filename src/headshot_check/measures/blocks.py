"""Blocking artefacts of JPEG compression.

Related to Wang, Sheikh and Bovik, "No-reference perceptual quality assessment of JPEG compressed images", ICIP 2002:
differences of neighbouring columns, averaged down the picture, peak at every eighth column. The Fourier components at
the harmonics of that period measure the peaks whatever their phase, so cropping does not hide them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Differences are limited to this, as larger ones are the picture's own edges, levels.
_LARGEST_STEP = 12
_LEAST_BLOCKS = 12
# Number of lines that are averaged, and of bands that they are taken from: differs from all lines by a standard
# deviation of 0.1, as do twice as many (179 photos of all qualities).
_LINES, _BANDS = 96, 3
# Offsets of the Fourier components next to a harmonic that estimate its magnitude without blocking.
_BESIDE = np.array([-9, -8, -7, -6, -5, -4, -3, 3, 4, 5, 6, 7, 8, 9])
_MIDDLE = slice(6, 8)  # the median of fourteen is the mean of these two


def block_step(rgb: NDArray[np.uint8], period: float) -> float | None:
    """Mean step at block edges beyond that elsewhere, levels, 0 to 12; the larger of both directions.

    Parameters
    ----------
    rgb
        (H, W, 3) sRGB.
    period
        Side of a block in px, 4 or more.

    Returns
    -------
    float or None
        None if the picture is less than 12 blocks wide and high.
    """
    height, width = rgb.shape[:2]
    steps = []
    if width >= _LEAST_BLOCKS * period:
        steps.append(_comb(_profile([rgb[band] for band in _bands(height)], across=True), period))
    if height >= _LEAST_BLOCKS * period:
        steps.append(_comb(_profile([rgb[:, band] for band in _bands(width)], across=False), period))
    return max(steps) if steps else None


def _bands(lines: int) -> list[slice]:
    """The lines to average: some of the first, middle and last third, or all if there are few."""
    each = _LINES // _BANDS
    if lines <= _LINES:
        return [slice(lines)]
    starts = [round((lines - each) * (2 * k + 1) / (2 * _BANDS)) for k in range(_BANDS)]
    return [slice(at, at + each) for at in starts]


def _profile(bands: list[NDArray[np.uint8]], *, across: bool) -> NDArray[np.float32]:
    """Mean absolute difference of neighbouring columns (rows if not `across`) over all bands, limited to 12 levels."""
    luma = np.asarray(cv2.cvtColor((cv2.vconcat if across else cv2.hconcat)(bands), cv2.COLOR_RGB2GRAY), np.uint8)
    if not across:
        luma = np.asarray(cv2.transpose(luma), np.uint8)
    sizes = cv2.absdiff(luma[:, 1:], luma[:, :-1])
    cv2.threshold(sizes, _LARGEST_STEP, _LARGEST_STEP, cv2.THRESH_TRUNC, dst=sizes)
    return np.asarray(cv2.reduce(sizes, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() / len(luma), np.float32)


def _comb(profile: NDArray[np.float32], period: float) -> float:
    """Height of the peaks with this period in `profile`."""
    blocks = int(len(profile) / period)
    length = round(blocks * period)
    harmonics = blocks * np.arange(1, int(period // 2) + 1)
    size = np.abs(np.fft.rfft(profile[:length])) * (period / length)
    here = size[np.minimum(harmonics, len(size) - 1)]
    if 2 * len(harmonics) == period:
        here[-1] /= 2  # the Nyquist frequency contains both signs
    beside = harmonics[:, None] + _BESIDE
    sorted_beside = np.sort(size[np.minimum(beside, length - beside)])  # mirrored at the Nyquist frequency
    without = sorted_beside[:, _MIDDLE].sum(axis=1) / 2
    heights = np.maximum(here - without, 0).tolist()
    return float(sum(heights) / len(heights))
