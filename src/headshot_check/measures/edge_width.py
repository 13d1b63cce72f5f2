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

    def near(self, where: NDArray[np.bool_]) -> tuple[Gradients, NDArray[np.bool_]]:
        """The part that holds all of `where` (H, W), a margin of 2 px around it, and `where` in that part.

        What filters of 3 x 3 px say inside `where` is the same there as in the whole.
        """
        x, y, width, height = cv2.boundingRect(where.view(np.uint8))
        part = slice(max(y - 2, 0), y + height + 2), slice(max(x - 2, 0), x + width + 2)
        planes = (self.across, self.down, self.across_again, self.down_again)
        return Gradients(*(np.ascontiguousarray(plane[part]) for plane in planes)), where[part]


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
    if np.count_nonzero(usable) < 100:
        return None
    found, usable = found.near(usable)
    across, down = np.abs(found.across), np.abs(found.down)
    widths = [
        width
        for first, second, other in ((across, found.across_again, down), (down, found.down_again, across))
        if (width := _width(first, second, usable & (first > 2 * other)))
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
    count = np.count_nonzero(usable)
    if count < 100:
        return None
    found, usable = found.near(usable)
    at = np.flatnonzero(usable)
    slopes = np.stack([found.across_again.take(at), found.down_again.take(at)])
    (across, mixed), down = _slopes(found.across_again), _slope(found.down_again, 0, 1)
    bends = np.stack([across.take(at), 2 * mixed.take(at), down.take(at)])
    x, y = np.cos(_ANGLES), np.sin(_ANGLES)
    slope = _energy(slopes @ slopes.T, np.stack([x, y]))
    bend = _energy(bends @ bends.T, np.stack([x * x, x * y, y * y]))
    if float(bend.min()) < 1e-6 * count:
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
    """Width of edges of one direction from their gradient's size, and the gradient after the second blur."""
    at = np.flatnonzero(where)
    if len(at) < 60:
        return None
    rises = first.take(at)
    threshold = max(quantile(rises, 0.8), 3.0)
    at = at[rises >= threshold]
    highest = cv2.dilate(first, np.ones((3, 3), np.uint8))
    at = at[first.take(at) >= 0.995 * highest.take(at)]
    if len(at) < 8:
        return None
    ratio = np.maximum(first.take(at) / np.maximum(np.abs(second.take(at)), 1e-3), 1.0005)
    return quantile(_SIGMA0 / np.sqrt(ratio**2 - 1), _QUANTILE)


def _inner(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    usable = np.zeros_like(where)
    usable[3:-3, 3:-3] = where[3:-3, 3:-3]
    return usable


def _blurred(grey: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)


def _slopes(grey: Grey) -> tuple[Grey, Grey]:
    return _slope(grey, 1, 0), _slope(grey, 0, 1)


def _slope(grey: Grey, across: int, down: int) -> Grey:
    return np.asarray(cv2.Sobel(grey, cv2.CV_32F, across, down, scale=0.125), np.float32)
