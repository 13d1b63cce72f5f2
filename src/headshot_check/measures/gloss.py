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
    middle: NDArray[np.uint8], luminance: NDArray[np.float32], skin: NDArray[np.bool_], inter_eye_px: float
) -> tuple[float, tuple[float, float, float, float] | None]:
    """Share of the skin in hot spots, 0..1, and the box (x0, y0, x1, y1) of the largest one in px.

    Parameters
    ----------
    middle
        (S, S) the middle one of the three channels of the face crop.
    luminance
        (S, S) its linear luminance.
    skin
        (S, S) where to look.
    inter_eye_px
        Inter-eye distance in the crop.
    """
    white = (skin & (middle >= _NEARLY_WHITE)).view(np.uint8)
    x, y, wide, high = cv2.boundingRect(white)
    if not wide:
        return 0.0, None
    # only around what is white: as far as the means there reach
    reach = round(inter_eye_px) // 2
    left, top = max(x - reach, 0), max(y - reach, 0)
    part = np.s_[top : y + high + reach, left : x + wide + reach]
    bare, window = skin[part].astype(np.float32), (2 * reach + 1,) * 2
    around = cv2.blur(bare * luminance[part], window) / np.maximum(cv2.blur(bare, window), np.float32(1e-3))
    spots = white[part] & (luminance[part] > _ABOVE_SKIN * around)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    if count == 1:
        return 0.0, None
    x, y, wide, high, _ = boxes[1 + int(np.argmax(boxes[1:, cv2.CC_STAT_AREA]))].tolist()
    x0, y0 = float(left + x), float(top + y)
    share = int(boxes[1:, cv2.CC_STAT_AREA].sum()) / int(np.count_nonzero(skin))
    return share, (x0, y0, x0 + wide, y0 + high)


def middle_channel(red: NDArray[np.uint8], green: NDArray[np.uint8], blue: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) the second highest of each pixel's three channels (H, W) each."""
    low, high = np.minimum(red, green), np.maximum(red, green)
    return np.maximum(low, np.minimum(high, blue))
