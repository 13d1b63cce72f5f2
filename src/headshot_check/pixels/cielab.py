"""CIELAB under D65 (CIE 15:2004, sRGB primaries of IEC 61966-2-1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_BY_WHITE = _TO_XYZ / _TO_XYZ.sum(1, keepdims=True)
_LUMINANCE = _TO_XYZ[1]
_LUMINANCE_ROW, _BY_WHITE_ROWS = _LUMINANCE.tolist(), _BY_WHITE.tolist()
_OF_ROOTS = np.array([[0, 116, 0], [500, -500, 0], [0, 200, -200]], np.float32)
"""(3, 3) from CIELAB's f(X), f(Y), f(Z) to L* + 16, a*, b*"""
_KAPPA = 24389 / 27
_KNEE = 216 / 24389
_CODES = np.arange(256) / 255
LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""(256,) linear light, 0..1, of each sRGB code"""


def linear(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """sRGB codes (N, 3) to linear light (3, N), 0..1."""
    return np.asarray(LINEAR.take(rgb.T), np.float32)


def luminance(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(...) relative luminance, 0..1, of linear sRGB (3, ...)."""
    return np.asarray(_LUMINANCE @ light, np.float32)


def lab(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear sRGB (3, ...) to CIELAB (3, ...): L* 0..100; a* (green to red) and b* (blue to yellow) about -100..100."""
    found = _OF_ROOTS @ _roots(_BY_WHITE @ light)
    found[0] -= 16
    return np.asarray(found, np.float32)


def as_grey_would_look(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2, ...) a* and b* of linear sRGB (3, ...) scaled to half of white's luminance: independent of exposure."""
    level = np.maximum(luminance(light), np.float32(1e-4))
    return np.asarray(_OF_ROOTS[1:] @ _roots(_BY_WHITE @ light * (np.float32(0.5) / level)), np.float32)


def colour_as_grey_would_look(red: float, green: float, blue: float) -> tuple[float, float]:
    """a* and b* as `as_grey_would_look`, of a single colour; plain floats are four times as fast."""
    r, g, b = _LUMINANCE_ROW
    gain = 0.5 / max(red * r + green * g + blue * b, 1e-4)
    x, y, z = (_root(gain * (red * r + green * g + blue * b)) for r, g, b in _BY_WHITE_ROWS)
    return 500 * (x - y), 200 * (y - z)


def _root(share: float) -> float:
    return float(share ** (1 / 3)) if share > _KNEE else (_KAPPA * share + 16) / 116


def _roots(share: NDArray[np.float32]) -> NDArray[np.float32]:
    """CIELAB's f of X, Y and Z relative to white: the cube root, linear near black."""
    roots = np.cbrt(share)
    dark = share <= _KNEE
    if np.count_nonzero(dark):
        np.putmask(roots, dark, _KAPPA / 116 * share + 16 / 116)
    return roots
