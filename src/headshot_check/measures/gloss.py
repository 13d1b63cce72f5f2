"""Specular hot spots: where skin or glass mirrors the lamp instead of showing its own colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# The middle one of the three channels from which a spot looks white.
_NEARLY_WHITE = 235
# How much brighter a spot is than the skin within half an inter-eye distance: half a stop and more, so that skin which
# is bright all over has none.
_ABOVE_SKIN = 1.5


def hot_spots(
    rgb: NDArray[np.uint8], luminance: NDArray[np.float32], skin: NDArray[np.bool_], inter_eye_px: float
) -> tuple[float, tuple[float, float, float, float] | None]:
    """Share of the skin in hot spots, 0..1, and the box (x0, y0, x1, y1) of the largest one in px.

    Parameters
    ----------
    rgb
        (S, S, 3) face crop.
    luminance
        (S, S) its linear luminance.
    skin
        (S, S) where to look.
    inter_eye_px
        Inter-eye distance in the crop.
    """
    white = skin & (middle_channel(rgb) >= _NEARLY_WHITE)
    if not white.any():
        return 0.0, None
    reach = (round(inter_eye_px) | 1,) * 2
    weight = cv2.blur(skin.astype(np.float32), reach)
    around = cv2.blur(np.where(skin, luminance, np.float32(0)), reach) / np.maximum(weight, 1e-3)
    spots = white & (luminance > _ABOVE_SKIN * around)
    if not spots.any():
        return 0.0, None
    _, _, boxes, _ = cv2.connectedComponentsWithStats(spots.astype(np.uint8), connectivity=8)
    x, y, width, height, _ = boxes[1 + int(np.argmax(boxes[1:, cv2.CC_STAT_AREA]))]
    return float(spots.sum() / skin.sum()), (float(x), float(y), float(x + width), float(y + height))


def middle_channel(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) the second highest of each pixel's three channels (H, W, 3)."""
    low, high = np.minimum(rgb[..., 0], rgb[..., 1]), np.maximum(rgb[..., 0], rgb[..., 1])
    return np.asarray(np.maximum(low, np.minimum(high, rgb[..., 2])), np.uint8)
