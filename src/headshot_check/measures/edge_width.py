"""How wide edges are: the blur that a picture has taken, whatever its contrast.

Source: Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition 44 (2011): an edge blurred by
sigma and blurred again by a known sigma0 loses gradient by the factor R = sqrt(1 + sigma0^2 / sigma^2).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SIGMA0 = 1.0
# Keeps sensor noise and JPEG blocks from posing as edges; taken off the result again.
_DENOISE = 0.6


def edge_sigma(grey: NDArray[np.float32], where: NDArray[np.bool_], *, quantile: float = 0.3) -> float | None:
    """Standard deviation of the blur at the picture's edges, px; of upright or level edges, whichever are wider.

    Motion widens only the edges across its path, defocus all of them.

    Parameters
    ----------
    grey
        (H, W) luma, 0..255.
    where
        (H, W) where to look.
    quantile
        Which of the edges' widths to return, 0..1: soft shading is wide in any picture, so the narrower edges tell.

    Returns
    -------
    The width, 0.3 or more (finer than pixels can show), at most 10; None where there are too few edges to tell.
    """
    once = _blurred(grey, _DENOISE)
    again = _blurred(once, _SIGMA0)
    (across, down), (across_again, down_again) = _gradients(once), _gradients(again)
    usable = np.zeros_like(where)
    usable[3:-3, 3:-3] = where[3:-3, 3:-3]
    if usable.sum() < 100:
        return None
    widths = [
        width
        for first, second, other in ((across, across_again, down), (down, down_again, across))
        if (width := _width(np.abs(first), np.abs(second), usable & (np.abs(first) > 2 * np.abs(other)), quantile))
    ]
    if not widths:
        return None
    return float(np.clip(np.sqrt(max(max(widths) ** 2 - _DENOISE**2, 0.0)), 0.3, 10.0))


def _width(
    first: NDArray[np.float32], second: NDArray[np.float32], where: NDArray[np.bool_], quantile: float
) -> float | None:
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


def _blurred(grey: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)


def _gradients(grey: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)
