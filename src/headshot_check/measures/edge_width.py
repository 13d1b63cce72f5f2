"""How wide edges are: the blur that a picture has taken, whatever its contrast, and whether it has a direction.

Source: Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition 44 (2011): an edge blurred by
sigma and blurred again by a known sigma0 loses gradient by the factor R = sqrt(1 + sigma0^2 / sigma^2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.quantiles import quantile

Grey = NDArray[np.float32]

_SIGMA0 = 1.0
# Keeps sensor noise and JPEG blocks from posing as edges; taken off the result again.
_DENOISE = 0.6
# Which of the edges' widths counts: soft shading is wide in any picture, so the narrower edges tell.
_QUANTILE = 0.3
# Directions in which streaks are looked for, over half a turn.
_ANGLES = np.arange(24) * np.pi / 24


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """Gradients of a picture, luma per px, and of the same picture blurred a little more; (H, W) each."""

    across: Grey
    down: Grey
    across_again: Grey
    down_again: Grey


def gradients(grey: Grey) -> Gradients:
    """What edge widths are read from; `grey` (H, W) is luma, 0..255."""
    once = _blurred(grey, _DENOISE)
    again = _blurred(once, _SIGMA0)
    return Gradients(*_slopes(once), *_slopes(again))


def edge_sigma(found: Gradients, where: NDArray[np.bool_]) -> float | None:
    """Standard deviation of the blur at the edges in `where` (H, W), px; upright or level ones, whichever are wider.

    Motion widens only the edges across its path, defocus all of them.

    Returns
    -------
    The width, 0.3 or more (finer than pixels can show), at most 10; None where there are too few edges to tell.
    """
    usable = _inner(where)
    if usable.sum() < 100:
        return None
    across, down = np.abs(found.across), np.abs(found.down)
    widths = [
        width
        for first, second, other in ((across, found.across_again, down), (down, found.down_again, across))
        if (width := _width(first, np.abs(second), usable & (first > 2 * other)))
    ]
    if not widths:
        return None
    return float(np.clip(np.sqrt(max(max(widths) ** 2 - _DENOISE**2, 0.0)), 0.3, 10.0))


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
    if usable.sum() < 100:
        return None
    slopes = np.stack([found.across_again[usable], found.down_again[usable]])
    (across, mixed), (_, down) = _slopes(found.across_again), _slopes(found.down_again)
    bends = np.stack([across[usable], 2 * mixed[usable], down[usable]])
    x, y = np.cos(_ANGLES), np.sin(_ANGLES)
    slope = _energy(slopes @ slopes.T, np.stack([x, y]))
    bend = _energy(bends @ bends.T, np.stack([x * x, x * y, y * y]))
    if float(bend.min()) < 1e-6 * float(usable.sum()):
        return None
    square = slope / bend
    beside = np.roll(square, len(square) // 2)
    level, upright = np.log(natural)
    allowed = np.exp((level + upright) / 2 + (level - upright) / 2 * np.cos(2 * _ANGLES))
    return math.sqrt(12 * max(float((square - allowed * beside).max()), 0.0))


def _energy(products: NDArray[np.float32], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of squares of the picture's derivative in each direction (columns), from the products of its parts."""
    return np.asarray((directions * (products @ directions)).sum(axis=0), np.float64)


def _width(first: Grey, second: Grey, where: NDArray[np.bool_]) -> float | None:
    """Width of edges of one direction from their gradient before and after the second blur."""
    if where.sum() < 60:
        return None
    peak = first >= 0.995 * cv2.dilate(first, np.ones((3, 3), np.uint8))
    threshold = max(quantile(first[where], 0.8), 3.0)
    strong = where & peak & (first >= threshold)
    if strong.sum() < 8:
        return None
    ratio = np.maximum(first[strong] / np.maximum(second[strong], 1e-3), 1.0005)
    return quantile(_SIGMA0 / np.sqrt(ratio**2 - 1), _QUANTILE)


def _inner(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    usable = np.zeros_like(where)
    usable[3:-3, 3:-3] = where[3:-3, 3:-3]
    return usable


def _blurred(grey: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)


def _slopes(grey: Grey) -> tuple[Grey, Grey]:
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)
