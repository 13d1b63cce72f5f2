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

Grey = NDArray[np.float32]

_SIGMA0 = 1.0
# Keeps sensor noise and JPEG blocks from posing as edges; taken off the result again.
_DENOISE = 0.6
# Directions that edges are sorted into, over half a turn.
_DIRECTIONS = 8
# An edge that loses less than this to the second blur is 5 px wide or more; how much more, it does not say.
_LEAST_LOSS = 1.02
# Edges of a still face differ in width by direction too (a lid is sharper than the shade of a nose), the more the
# softer the picture: variance of that kind per variance of the blur. Measured on 118 portraits, blurred evenly by a
# sigma of 4 and 6 % of the inter-eye distance: 0.2 to 0.3 at the median.
_NATURAL = 0.4


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


def edge_sigma(found: Gradients, where: NDArray[np.bool_], *, quantile: float = 0.3) -> float | None:
    """Standard deviation of the blur at the picture's edges, px; of upright or level edges, whichever are wider.

    Motion widens only the edges across its path, defocus all of them.

    Parameters
    ----------
    found
        The picture's gradients.
    where
        (H, W) where to look.
    quantile
        Which of the edges' widths to return, 0..1: soft shading is wide in any picture, so the narrower edges tell.

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
        if (width := _width(first, np.abs(second), usable & (first > 2 * other), quantile))
    ]
    if not widths:
        return None
    return float(np.clip(np.sqrt(max(max(widths) ** 2 - _DENOISE**2, 0.0)), 0.3, 10.0))


def streak_length(found: Gradients, where: NDArray[np.bool_], *, quantile: float = 0.3) -> float | None:
    """Length of the streak that each point was drawn out to, px, 0 or more: motion has one, defocus has none.

    A streak of length L at the angle phi widens an edge whose normal has the angle t by the variance
    L^2 / 12 cos^2(t - phi), so the widths by direction are fitted by a + b cos(2 t) + c sin(2 t). It reads short from
    some 8 px on, where wide edges sink into shading: look again at a smaller scale. Perfectly sharp edges read up to
    three times as long as the streak (a line is no bell), a face's about right; 18 px is the most that it says.

    Parameters
    ----------
    found
        The picture's gradients.
    where
        (H, W) where to look.
    quantile
        Which of the edges' widths stands for a direction, 0..1.

    Returns
    -------
    The length; None where there are edges of too few directions to tell.
    """
    strength = cv2.magnitude(found.across, found.down)
    usable = _inner(where)
    if usable.sum() < 100:
        return None
    ys, xs = np.nonzero(usable & (strength >= max(float(np.percentile(strength[usable][::4], 70)), 2.5)))
    across, down, strong = found.across[ys, xs], found.down[ys, xs], strength[ys, xs]
    step_x, step_y = np.rint(across / strong).astype(int), np.rint(down / strong).astype(int)
    peak = (strong >= strength[ys + step_y, xs + step_x]) & (strong >= strength[ys - step_y, xs - step_x])
    ys, xs, across, down, strong = ys[peak], xs[peak], across[peak], down[peak], strong[peak]
    again = (found.across_again[ys, xs] * across + found.down_again[ys, xs] * down) / strong
    variance = _SIGMA0**2 / (np.maximum(strong / np.maximum(again, 1e-3), _LEAST_LOSS) ** 2 - 1)
    sector = np.rint(np.arctan2(down, across) / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    angles, variances, weights = [], [], []
    for k in range(_DIRECTIONS):
        of_it = sector == k
        if of_it.sum() < 8:
            continue
        stronger = variance[of_it][np.argsort(strong[of_it])[int(of_it.sum()) // 2 :]]
        angles.append(k * np.pi / _DIRECTIONS)
        variances.append(float(np.sort(stronger)[int(quantile * (len(stronger) - 1))]) - _DENOISE**2)
        weights.append(min(math.sqrt(len(stronger)), 6.0))
    if len(angles) < _DIRECTIONS // 2:
        return None
    angle, weight = np.array(angles), np.array(weights)
    terms = np.stack([np.ones_like(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=1)
    mean, cos, sin = np.linalg.lstsq(terms * weight[:, None], np.array(variances) * weight, rcond=None)[0]
    swing = float(np.hypot(cos, sin))
    even = max(float(mean) - swing, 0.0)
    return float(np.sqrt(24 * max(swing - _NATURAL * even, 0.0)))


def _width(first: Grey, second: Grey, where: NDArray[np.bool_], quantile: float) -> float | None:
    """Width of edges of one direction from their gradient before and after the second blur."""
    if where.sum() < 60:
        return None
    peak = first >= 0.995 * cv2.dilate(first, np.ones((3, 3), np.uint8))
    threshold = max(float(np.percentile(first[where], 80)), 3.0)
    strong = where & peak & (first >= threshold)
    if strong.sum() < 8:
        return None
    ratio = np.maximum(first[strong] / np.maximum(second[strong], 1e-3), 1.0005)
    return float(np.quantile(_SIGMA0 / np.sqrt(ratio**2 - 1), quantile))


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
