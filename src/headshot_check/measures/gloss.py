"""Specular highlights: where skin or glass reflects the lamp instead of showing its own colour."""

from __future__ import annotations

from operator import itemgetter

import cv2
import numpy as np
from numpy.typing import NDArray

# Median of the three channels from which a pixel looks white.
_NEARLY_WHITE = 235
# Luminance of a highlight over the mean of the skin within half an inter-eye distance: evenly bright skin has none.
_ABOVE_SKIN = 1.5


def hot_spots(
    middle: NDArray[np.uint8], luminance: NDArray[np.float32], skin: NDArray[np.bool_], inter_eye_px: float
) -> tuple[float, tuple[float, float, float, float] | None]:
    """Share of the skin in highlights, 0..1, and the box (x0, y0, x1, y1) of the largest one in px; None without any.

    Parameters
    ----------
    middle
        (S, S) median of the three channels of the face crop.
    luminance
        (S, S) linear luminance of the face crop.
    skin
        (S, S) mask of the skin.
    inter_eye_px
        Inter-eye distance in the crop.
    """
    white = (skin & (middle >= _NEARLY_WHITE)).view(np.uint8)
    x, y, wide, high = cv2.boundingRect(white)
    if not wide:
        return 0.0, None
    # only as far around the white pixels as their means reach
    reach = round(inter_eye_px) // 2
    left, top = max(x - reach, 0), max(y - reach, 0)
    part = np.s_[top : y + high + reach, left : x + wide + reach]
    bare, window = skin[part].astype(np.float32), (2 * reach + 1,) * 2
    around = cv2.blur(bare * luminance[part], window) / np.maximum(cv2.blur(bare, window), np.float32(1e-3))
    place = np.s_[y : y + high, x : x + wide]
    spots = white[place] & (luminance[place] > _ABOVE_SKIN * around[y - top :, x - left :][:high, :wide])
    count, (left, top, right, bottom) = largest_patch(spots)
    if not count:
        return 0.0, None
    box = (float(x + left), float(y + top), float(x + right), float(y + bottom))
    return count / int(np.count_nonzero(skin)), box


def largest_patch(marked: NDArray[np.uint8]) -> tuple[int, tuple[int, int, int, int]]:
    """Number of marked pixels (H, W), and the box (x0, y0, x1, y1) of the largest patch of them; zeros if none is."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    patches = stats[1:].tolist()
    if not patches:
        return 0, (0, 0, 0, 0)
    x, y, wide, high, _ = max(patches, key=_area)
    return sum(map(_area, patches)), (x, y, x + wide, y + high)


_area = itemgetter(cv2.CC_STAT_AREA)


def middle_channel(red: NDArray[np.uint8], green: NDArray[np.uint8], blue: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) median of three channels (H, W) at each pixel."""
    low, high = np.minimum(red, green), np.maximum(red, green)
    return np.maximum(low, np.minimum(high, blue))
