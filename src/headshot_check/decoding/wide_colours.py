"""Wide RGB spaces -> sRGB by tables, for those that cameras and phones use: a fourth of a colour engine's time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

_BAND = 64
"""rows at a time: what lies between the steps stays in the processor's cache"""


@dataclass(frozen=True, slots=True)
class WideSpace:
    """An RGB space with the white point of sRGB (D65)."""

    name: str
    matrix: tuple[tuple[float, float, float], ...]
    """its linear light to linear sRGB"""
    gamma: float | None = None
    """exponent of its curve; None for that of sRGB (IEC 61966-2-1)"""


BT_2020 = WideSpace(
    "BT.2020",
    ((1.660491, -0.587641, -0.072850), (-0.124550, 1.132900, -0.008349), (-0.018151, -0.100579, 1.118730)),
)
DISPLAY_P3 = WideSpace(
    "Display P3", ((1.224940, -0.224940, 0.0), (-0.042057, 1.042057, 0.0), (-0.019638, -0.078636, 1.098274))
)
ADOBE_RGB = WideSpace(
    "Adobe RGB (1998)", ((1.398283, -0.398283, 0.0), (0.0, 1.0, 0.0), (0.0, -0.042938, 1.042938)), 563 / 256
)


def in_srgb(rgb: NDArray[np.uint8], space: WideSpace) -> NDArray[np.uint8]:
    """Pixels (h, w, 3) of a wide space as sRGB, within one level; colours out of gamut are clipped."""
    linear, encoded = _linear(space.gamma), _encoded()
    matrix = np.array(space.matrix, np.float32)
    out = np.empty_like(rgb, order="C")
    for top in range(0, len(rgb), _BAND):
        light = np.asarray(cv2.transform(cv2.LUT(rgb[top : top + _BAND], linear), matrix), np.uint16)
        encoded.take(light, out=out[top : top + _BAND], mode="clip")
    return out


@lru_cache(maxsize=4)
def _linear(gamma: float | None) -> NDArray[np.uint16]:
    """(256,) linear light, 65535 = white, of each level."""
    level = np.arange(256) / 255
    if gamma is None:
        light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    else:
        light = level**gamma
    return np.asarray(np.rint(light * 65535), np.uint16)


@lru_cache(maxsize=1)
def _encoded() -> NDArray[np.uint8]:
    """(65536,) the sRGB level of each linear light."""
    light = np.arange(65536) / 65535
    level = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(level * 255), np.uint8)
