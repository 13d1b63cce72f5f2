"""How wide edges are: the blur that a picture has taken, whatever its contrast.

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
"""px beyond a place that its gradients are made from"""

# Keeps sensor noise and JPEG blocks from posing as edges; taken off the result again.
_DENOISE = 0.6
_SIGMA0 = 1.0
# Few weights that do to edges what Gaussians of these sigmas, of 5 and 9 weights, do: fitted to edges of 0.5 to 2.2 px,
# whose widths come out the same within 0.01 px.
_DENOISING = np.array([0.176, 0.648, 0.176])
_AGAIN = np.array([0.066, 0.229, 0.41, 0.229, 0.066], np.float32)
# The derivative, and the mean beside it, of what was denoised: Sobel's.
_ALONG = np.convolve(_DENOISING, [-0.5, 0, 0.5]).astype(np.float32)
_BESIDE = np.convolve(_DENOISING, [0.25, 0.5, 0.25]).astype(np.float32)
# Luma per px that an edge has at least.
_LEAST_SLOPE = 3.0
# The share of steep places that are edges: what is above it is compared.
_STEEPEST = 0.8
# Which of the edges' widths counts: soft shading is wide in any picture, so the narrower edges tell.
_QUANTILE = 0.3
_BLOCK = np.ones((3, 3), np.uint8)


class Gradients(NamedTuple):
    """Gradients of a picture, luma per px, and of the same picture blurred a little more; (H, W) each."""

    across: Grey
    down: Grey
    across_again: Grey
    down_again: Grey


def gradients(grey: NDArray[np.uint8] | Grey) -> Gradients:
    """What edge widths are read from; `grey` (H, W) is luma, 0..255."""
    across, down = _filtered(grey, _ALONG, _BESIDE), _filtered(grey, _BESIDE, _ALONG)
    return Gradients(across, down, _filtered(across, _AGAIN, _AGAIN), _filtered(down, _AGAIN, _AGAIN))


def edge_sigma(found: Gradients, where: NDArray[np.bool_]) -> float | None:
    """Standard deviation of the blur at the edges in `where` (H, W), px; upright or level ones, whichever are wider.

    Motion widens only the edges across its path, defocus all of them.

    Returns
    -------
    The width, 0.3 or more (finer than pixels can show), at most 10; None where there are too few edges to tell.
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
    """Width of edges of one direction from their gradient's size, and the gradient after the second blur."""
    count = np.count_nonzero(where)
    if count < 60:
        return None
    at = np.flatnonzero(where & (first >= _LEAST_SLOPE))
    rises = first.take(at)
    # the quantile of all: what is not that steep comes first in the order, and none of it can be an edge
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
