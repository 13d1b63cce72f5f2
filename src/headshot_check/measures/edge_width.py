"""Width of edges: the blur of a picture, independent of its contrast.

Source: Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition 44 (2011): an edge blurred by
sigma and blurred again by a known sigma0 loses gradient by the factor R = sqrt(1 + sigma0^2 / sigma^2).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.quantiles import quantile

Grey = NDArray[np.float32]

MARGIN = 6
"""reach of the gradient filters, px"""

# Sigma of the smoothing that keeps noise and JPEG blocks from counting as edges, px; subtracted from the result again.
_DENOISE = 0.6
_SIGMA0 = 1.0
# Short kernels in place of Gaussians of these sigmas: fitted to edges of 0.5 to 2.2 px, whose widths they give within
# 0.01 px.
_DENOISING = np.array([0.176, 0.648, 0.176])
_AGAIN = np.array([0.066, 0.229, 0.41, 0.229, 0.066], np.float32)
# Smoothing combined with Sobel's derivative and its mean across it.
_ALONG = np.convolve(_DENOISING, [-0.5, 0, 0.5]).astype(np.float32)
_BESIDE = np.convolve(_DENOISING, [0.25, 0.5, 0.25]).astype(np.float32)
# Least gradient of an edge, luma per px.
_LEAST_SLOPE = 3.0
# Quantile of the gradients above which pixels count as edges.
_STEEPEST = 0.8
# Quantile of the edge widths that is returned: soft shading is wide in any picture, so the narrower edges count.
_QUANTILE = 0.3
_BLOCK = np.ones((3, 3), np.uint8)


class Gradients(NamedTuple):
    """Gradients of a picture, luma per px, and of the same picture blurred again; (H, W) each."""

    across: Grey
    down: Grey
    across_again: Grey
    down_again: Grey


def gradients(grey: NDArray[np.uint8] | Grey) -> Gradients:
    """The input of `edge_sigma`; `grey` (H, W) is luma, 0..255."""
    across, down = _filtered(grey, _ALONG, _BESIDE), _filtered(grey, _BESIDE, _ALONG)
    return Gradients(across, down, _filtered(across, _AGAIN, _AGAIN), _filtered(down, _AGAIN, _AGAIN))


def edge_sigma(found: Gradients, where: NDArray[np.bool_]) -> float | None:
    """Standard deviation of the blur at the edges in `where` (H, W), px.

    The larger value of vertical and horizontal edges, as motion only widens the edges across its direction.

    Returns
    -------
    float or None
        0.3 (finer than pixels can show) to 10; None if there are too few edges.
    """
    usable = _inner(where)
    if np.count_nonzero(usable) < 100:
        return None
    across, down = np.abs(found.across), np.abs(found.down)
    widths = [
        width
        for first, second, other in ((across, found.across_again, down), (down, found.down_again, across))
        if (width := _width(first, second, usable & (first > 2 * other)))
    ]
    if not widths:
        return None
    return min(max(math.sqrt(max(max(widths) ** 2 - _DENOISE**2, 0.0)), 0.3), 10.0)


def _width(first: Grey, second: Grey, where: NDArray[np.bool_]) -> float | None:
    """Width of the edges of one direction, px, from their gradient's magnitude and that after the second blur."""
    count = np.count_nonzero(where)
    if count < 60:
        return None
    at = np.flatnonzero(where & (first >= _LEAST_SLOPE))
    rises = first.take(at)
    # the quantile of all pixels in `where`, of which those that are less steep rank first
    place = _STEEPEST * (count - 1) - (count - len(at))
    if place > 0:
        at = at[rises >= quantile(rises, place / (len(at) - 1))]
    highest = cv2.dilate(first, _BLOCK)
    highest_here, here = highest.take(at), first.take(at)
    crest = here >= 0.995 * highest_here
    at, here = at[crest], here[crest]
    if len(at) < 8:
        return None
    ratio = np.maximum(here / np.maximum(np.abs(second.take(at)), 1e-3), 1.0005)
    return quantile(_SIGMA0 / np.sqrt(ratio**2 - 1), _QUANTILE)


def _inner(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    usable = np.zeros_like(where)
    usable[3:-3, 3:-3] = where[3:-3, 3:-3]
    return usable


def _filtered(grey: NDArray[np.uint8] | Grey, across: Grey, down: Grey) -> Grey:
    return np.asarray(cv2.sepFilter2D(grey, cv2.CV_32F, across, down), np.float32)
