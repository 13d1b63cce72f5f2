"""Wide RGB spaces -> sRGB by tables, for those that cameras and phones use: a fourth of a colour engine's time."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

_BAND = 64
"""rows at a time: what lies between the steps stays in the processor's cache"""

Matrix = tuple[tuple[float, float, float], ...]
"""(3, 3): linear light of one RGB space to another's"""
SRGB_MATRIX: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_SRGB_CHROMATICITIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_CLOSE = 0.005  # PNG writers round chromaticities to two or three digits


class WideSpace(NamedTuple):
    """An RGB space with the white point of sRGB (D65)."""

    name: str
    matrix: Matrix
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


SPACE_OF_PRIMARIES = {9: BT_2020, 12: DISPLAY_P3}
"""by colour primaries of ITU-T H.273, with sRGB's curve"""


def space_of(gamma: float | None, chromaticities: tuple[float, ...] | None) -> WideSpace | None:
    """The space with that exponent (None: sRGB's curve) and those chromaticities (None: sRGB's).

    Parameters
    ----------
    gamma
        Light = level ** gamma, levels 0..1.
    chromaticities
        X and y of white, red, green and blue (CIE 1931).

    Returns
    -------
    None where that is sRGB, or where no space has such chromaticities. An exponent of 2.2 counts as sRGB's curve, as
    browsers take it: it is what programs write into a PNG that is meant to be sRGB.
    """
    if gamma is not None and abs(gamma - 2.2) < 0.02:
        gamma = None
    same = chromaticities is None or np.allclose(chromaticities, _SRGB_CHROMATICITIES, atol=_CLOSE)
    matrix = SRGB_MATRIX if same or chromaticities is None else _matrix(chromaticities)
    if matrix is None or (gamma is None and same):
        return None
    return WideSpace("colours as the PNG describes them", matrix, gamma)


def _matrix(chromaticities: tuple[float, ...]) -> Matrix | None:
    """Linear light of the primaries to linear sRGB, white adapted the Bradford way."""
    own, srgb = _to_xyz(chromaticities), _to_xyz(_SRGB_CHROMATICITIES)
    if own is None or srgb is None:
        return None
    cone = np.array(((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296)))
    ratio = (cone @ srgb.sum(axis=1)) / (cone @ own.sum(axis=1))
    matrix = np.linalg.inv(srgb) @ np.linalg.inv(cone) @ np.diag(ratio) @ cone @ own
    return tuple(map(tuple, matrix.tolist())) if np.isfinite(matrix).all() and np.abs(matrix).max() < 100 else None


def _to_xyz(chromaticities: tuple[float, ...]) -> NDArray[np.float64] | None:
    """(3, 3) linear RGB to XYZ, or None."""
    x, y = np.array(chromaticities[::2]), np.array(chromaticities[1::2])
    if (y < 1e-3).any():
        return None
    white, *primaries = np.stack([x / y, np.ones(4), (1 - x - y) / y], axis=1)
    columns = np.array(primaries).T
    if abs(np.linalg.det(columns)) < 1e-6:
        return None
    return np.asarray(columns * np.linalg.solve(columns, white))


def in_srgb(rgb: NDArray[np.uint8] | NDArray[np.uint16], space: WideSpace) -> NDArray[np.uint8]:
    """Pixels (h, w, 3) of a wide space, 8 or 16 bits, as sRGB, within one level; colours out of gamut are clipped."""
    linear = _linear(space.gamma, 256 if rgb.dtype == np.uint8 else 65536)
    matrix = np.array(space.matrix, np.float32)
    out = np.empty(rgb.shape, np.uint8)
    for top in range(0, len(rgb), _BAND):
        band = rgb[top : top + _BAND]
        light = cv2.LUT(band, linear) if rgb.dtype == np.uint8 else linear.take(band)
        _encoded().take(np.asarray(cv2.transform(light, matrix), np.uint16), out=out[top : top + _BAND], mode="clip")
    return out


def encoded(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Linear sRGB light, 1 = white, as levels; what is beyond 0..1 is clipped."""
    return np.asarray(_encoded().take(np.rint(np.clip(light, 0, 1) * 65535).astype(np.uint16)), np.uint8)


@lru_cache(maxsize=4)
def _linear(gamma: float | None, levels: int = 256) -> NDArray[np.uint16]:
    """(levels,) linear light, 65535 = white, of each level."""
    level = np.arange(levels) / (levels - 1)
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
