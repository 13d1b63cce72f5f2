"""Converts wide-gamut RGB spaces of cameras and phones to sRGB by tables, in a quarter of LittleCMS's time."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

_BAND = 64
"""rows converted at a time, so that intermediate results stay in the processor's cache"""

Matrix = tuple[tuple[float, float, float], ...]
"""(3, 3) matrix from linear light of one RGB space to that of another"""
SRGB_MATRIX: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_SRGB_CHROMATICITIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_CLOSE = 0.005  # PNG writers round chromaticities to two or three digits


class WideSpace(NamedTuple):
    """An RGB colour space with the white point D65."""

    name: str
    matrix: Matrix
    """from its linear light to linear sRGB"""
    gamma: float | None = None
    """exponent of its transfer curve; None for that of sRGB (IEC 61966-2-1)"""


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
"""by colour primaries of ITU-T H.273, with the transfer curve of sRGB"""


def space_of(gamma: float | None, chromaticities: tuple[float, ...] | None) -> WideSpace | None:
    """The colour space of a PNG with gAMA and cHRM chunks.

    Parameters
    ----------
    gamma
        Exponent: linear light = level ** gamma, levels 0..1; None for the curve of sRGB. 2.2 counts as the curve of
        sRGB, as in browsers, because programs write it into PNGs that are meant to be sRGB.
    chromaticities
        x and y of white, red, green and blue (CIE 1931), 8 values; None for those of sRGB.

    Returns
    -------
    None for sRGB, and for chromaticities that are not valid.
    """
    if gamma is not None and abs(gamma - 2.2) < 0.02:
        gamma = None
    same = chromaticities is None or np.allclose(chromaticities, _SRGB_CHROMATICITIES, atol=_CLOSE)
    matrix = SRGB_MATRIX if same or chromaticities is None else _matrix(chromaticities)
    if matrix is None or (gamma is None and same):
        return None
    return WideSpace("colours as the PNG describes them", matrix, gamma)


def _matrix(chromaticities: tuple[float, ...]) -> Matrix | None:
    """From linear light of these primaries to linear sRGB, with Bradford chromatic adaptation; None if not valid."""
    own, srgb = _to_xyz(chromaticities), _to_xyz(_SRGB_CHROMATICITIES)
    if own is None or srgb is None:
        return None
    cone = np.array(((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296)))
    ratio = (cone @ srgb.sum(axis=1)) / (cone @ own.sum(axis=1))
    matrix = np.linalg.inv(srgb) @ np.linalg.inv(cone) @ np.diag(ratio) @ cone @ own
    return tuple(map(tuple, matrix.tolist())) if np.isfinite(matrix).all() and np.abs(matrix).max() < 100 else None


def _to_xyz(chromaticities: tuple[float, ...]) -> NDArray[np.float64] | None:
    """(3, 3) matrix from linear RGB to XYZ; None if the chromaticities are not valid."""
    x, y = np.array(chromaticities[::2]), np.array(chromaticities[1::2])
    if (y < 1e-3).any():
        return None
    white, *primaries = np.stack([x / y, np.ones(4), (1 - x - y) / y], axis=1)
    columns = np.array(primaries).T
    if abs(np.linalg.det(columns)) < 1e-6:
        return None
    return np.asarray(columns * np.linalg.solve(columns, white))


def in_srgb(rgb: NDArray[np.uint8] | NDArray[np.uint16], space: WideSpace) -> NDArray[np.uint8]:
    """Convert pixels (h, w, 3), uint8 or uint16, to sRGB, exact to one level; out-of-gamut colours are clipped."""
    linear = _linear(space.gamma, 256 if rgb.dtype == np.uint8 else 65536)
    matrix = np.array(space.matrix, np.float32)
    out = np.empty(rgb.shape, np.uint8)
    for top in range(0, len(rgb), _BAND):
        band = rgb[top : top + _BAND]
        light = cv2.LUT(band, linear) if rgb.dtype == np.uint8 else linear.take(band)
        _encoded().take(np.asarray(cv2.transform(light, matrix), np.uint16), out=out[top : top + _BAND], mode="clip")
    return out


def encoded(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """sRGB levels 0..255 of linear sRGB light, 1 = white, clipped to 0..1."""
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
    """(65536,) sRGB level of each linear light, 65535 = white."""
    light = np.arange(65536) / 65535
    level = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(level * 255), np.uint8)
