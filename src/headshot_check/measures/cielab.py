"""CIELAB under D65 (CIE 15:2004, sRGB primaries of IEC 61966-2-1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_BY_WHITE = (_TO_XYZ / _TO_XYZ.sum(1, keepdims=True)).T
_LUMINANCE = _TO_XYZ[1]
_KAPPA = 24389 / 27
_KNEE = 216 / 24389
_CODES = np.arange(256) / 255
LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""linear light of each sRGB code, 0..1"""


def linear(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """sRGB codes (..., 3) to linear light, 0..1."""
    return LINEAR.take(rgb)


def luminance(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Relative luminance of linear sRGB (..., 3), 0..1."""
    return np.asarray(light @ _LUMINANCE, np.float32)


def lab(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear sRGB (..., 3) to L*, a*, b*: L* 0..100; a* green to red and b* blue to yellow, about -100..100."""
    share = light @ _BY_WHITE
    root = np.where(share > _KNEE, np.cbrt(share), (_KAPPA * share + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1).astype(np.float32)


def as_grey_would_look(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 2) a* and b* of linear sRGB brought to half of white's luminance: a colour whatever its exposure."""
    level = np.maximum(light @ _LUMINANCE, 1e-4)
    return lab(np.maximum(light, 0) / level[..., None] * np.float32(0.5))[..., 1:]
