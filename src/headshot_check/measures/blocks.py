"""The grid that block compression leaves behind, found by its period.

Related to Wang, Sheikh and Bovik, "No-reference perceptual quality assessment of JPEG compressed images", ICIP 2002:
steps between neighbouring columns, averaged down the picture, peak at every eighth one. The Fourier components at the
period's harmonics hold that comb whatever its phase, so a crop does not hide it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.quantiles import median

# Steps beyond this are the picture's own edges, levels.
_LARGEST_STEP = 12
_LEAST_BLOCKS = 12
# Lines that are enough to average over, and the bands that they are taken from.
_LINES, _BANDS = 192, 3
# Fourier components beside a harmonic that tell what is there without a grid.
_BESIDE = np.array([-9, -8, -7, -6, -5, -4, -3, 3, 4, 5, 6, 7, 8, 9])


def block_step(rgb: NDArray[np.uint8], period: float) -> float | None:
    """Mean step at block edges beyond that of other places, levels, 0 to 12; the larger of both directions.

    Parameters
    ----------
    rgb
        (H, W, 3) sRGB.
    period
        Side of a block in px, 4 or more.

    Returns
    -------
    None where the picture is under 12 blocks wide and high.
    """
    steps = []
    height, width = rgb.shape[:2]
    for length, some, turned in ((width, _bands(rgb, 0), False), (height, _bands(rgb, 1), True)):
        if length >= _LEAST_BLOCKS * period:
            luma = cv2.cvtColor(some, cv2.COLOR_RGB2GRAY)
            lines = cv2.transpose(luma) if turned else luma
            sizes = np.minimum(cv2.absdiff(lines[:, 1:], lines[:, :-1]), np.uint8(_LARGEST_STEP))
            steps.append(_comb(cv2.reduce(sizes, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0], period))
    return max(steps) if steps else None


def _bands(rgb: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """Rows (axis 0) or columns (axis 1) out of the first, middle and last third, or all where there are few."""
    lines, each = rgb.shape[axis], _LINES // _BANDS
    if lines <= _LINES:
        return np.ascontiguousarray(rgb)
    starts = [round((lines - each) * (2 * k + 1) / (2 * _BANDS)) for k in range(_BANDS)]
    return np.concatenate([rgb[at : at + each] if axis == 0 else rgb[:, at : at + each] for at in starts], axis)


def _comb(profile: NDArray[np.float32], period: float) -> float:
    """Height of the teeth of a comb of this period in `profile`."""
    blocks = int(len(profile) / period)
    length = round(blocks * period)
    size = np.abs(np.fft.rfft(profile[:length] - profile[:length].mean())) * (period / length)
    heights = []
    for harmonic in range(1, int(period // 2) + 1):
        here = size[min(blocks * harmonic, len(size) - 1)]
        if 2 * harmonic == period:
            here /= 2  # at half the sampling rate both signs of the frequency fall together
        beside = blocks * harmonic + _BESIDE
        heights.append(max(float(here) - median(size[beside[beside < len(size)]]), 0.0))
    return float(np.mean(heights))
