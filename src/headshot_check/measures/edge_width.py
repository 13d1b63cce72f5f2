"""How wide edges are: the blur that a picture has taken, whatever its contrast, and whether it has a direction.

Source: Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition 44 (2011): an edge blurred by
sigma and blurred again by a known sigma0 loses gradient by the factor R = sqrt(1 + sigma0^2 / sigma^2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.quantiles import quantile

Grey = NDArray[np.float32]

MARGIN = 6
"""px beyond a place that its gradients and their own slopes are made from"""

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
# Directions in which streaks are looked for, over half a turn, and the place of the one across each.
_ANGLES = np.arange(24) * np.pi / 24
_ACROSS = (np.arange(24) + 12) % 24
# What products of slopes, and of bends, add to the energy in each direction.
_X, _Y = np.cos(_ANGLES), np.sin(_ANGLES)
_OF_SLOPES = np.stack([_X**2, 2 * _X * _Y, _Y**2], axis=1)
_OF_BENDS = np.stack([_X**4, 4 * _X**3 * _Y, 2 * _X**2 * _Y**2, 4 * _X**2 * _Y**2, 4 * _X * _Y**3, _Y**4], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
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


def streak_length(found: Gradients, where: NDArray[np.bool_], *, natural: tuple[float, float]) -> float | None:
    """Length of the streak that each point was drawn out to, px, 0 or more: motion has one, defocus has none.

    How fine the picture is along a direction: its slope there over the change of that slope, as root mean squares over
    all of `where`, so that no edge across the streak need be left. A streak of length L adds about L^2 / 12 to the
    square of that along itself and nothing across; the direction that says most is taken.

    Parameters
    ----------
    where
        (H, W) where to look.
    natural
        How many times greater the square may be in a still picture along the level than across it, and upright than
        level: an upright face has more level features than upright ones.

    Returns
    -------
    The length; None where there is nothing to see.
    """
    usable = _inner(where)
    count = np.count_nonzero(usable)
    if count < 100:
        return None
    weights = usable.astype(np.float32)
    slopes = [(plane * weights).ravel() for plane in (found.across_again, found.down_again)]
    bends = [
        (_slope(plane, *axis) * weights).ravel()
        for plane, axis in ((found.across_again, (1, 0)), (found.across_again, (0, 1)), (found.down_again, (0, 1)))
    ]
    slope = _OF_SLOPES @ _products(slopes)
    bend = _OF_BENDS @ _products(bends)
    if float(bend.min()) < 1e-6 * count:
        return None
    square = slope / bend
    return math.sqrt(12 * max(float((square - _allowed(*natural) * square[_ACROSS]).max()), 0.0))


@cache
def _allowed(level: float, upright: float) -> NDArray[np.float64]:
    """How many times greater the square may be in each direction than across it: `natural`, and between the two."""
    log_level, log_upright = math.log(level), math.log(upright)
    return np.exp((log_level + log_upright) / 2 + (log_level - log_upright) / 2 * np.cos(2 * _ANGLES))


def _products(parts: list[Grey]) -> NDArray[np.float64]:
    """Sum of the products of each part with itself and each later one."""
    return np.array([np.dot(part, other) for k, part in enumerate(parts) for other in parts[k:]], np.float64)


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


def _slope(grey: Grey, across: int, down: int) -> Grey:
    return np.asarray(cv2.Sobel(grey, cv2.CV_32F, across, down, scale=0.125), np.float32)
