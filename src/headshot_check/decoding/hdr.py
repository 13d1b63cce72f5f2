"""Light beyond white: PQ and HLG pictures (Rec. ITU-R BT.2100) -> sRGB.

No decoder here maps tones: Pillow, pillow-heif and OpenCV hand on the coded values, which look grey and flat as sRGB.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.wide_colours import SRGB_MATRIX, Matrix, encoded

HDR_TRANSFERS: Final = {16: "PQ", 18: "HLG"}
"""by transfer characteristics of ITU-T H.273"""
_WHITE: Final = 203.0
"""cd/m2 of a sheet of white paper (Rep. ITU-R BT.2408): white in sRGB"""
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2  # BT.2100: nominal peak in cd/m2 and the system's gamma there
_BRIGHTEST: Final = 99.9
"""percentile that is taken for a picture's peak: a few sparkles must not darken a face"""
_BAND: Final = 64
"""rows at a time"""

_Floats = NDArray[np.float32]


def peak_of(rgb: NDArray[np.uint8], transfer: int) -> float:
    """The brightest light of a picture (h, w, 3) in multiples of white, 1 at least."""
    brightest = max(np.percentile(_light(rgb[top : top + _BAND], transfer), _BRIGHTEST) for top in _bands(rgb))
    return max(1.0, float(brightest))


def tone_mapped(rgb: NDArray[np.uint8], transfer: int, matrix: Matrix | None, peak: float) -> NDArray[np.uint8]:
    """Coded values (h, w, 3) as sRGB.

    Parameters
    ----------
    transfer
        Code of ITU-T H.273, one of `HDR_TRANSFERS`.
    matrix
        From the picture's linear light to linear sRGB.
    peak
        The light, in multiples of white, that becomes sRGB's white; with 1 nothing is compressed.

    Notes
    -----
    The curve is the one of Rep. ITU-R BT.2390 (section 5.4.1): straight up to a knee, then a spline towards the
    peak, in PQ's even steps. It acts on the largest of the three channels, so that hues stay.
    """
    out = np.empty(rgb.shape, np.uint8)
    light_at, factor_at = _curve(round(peak, 2))
    change = np.array(SRGB_MATRIX if matrix is None else matrix, np.float32)
    for top in _bands(rgb):
        light = _light(rgb[top : top + _BAND], transfer)
        factor = np.interp(light.max(axis=2), light_at, factor_at).astype(np.float32)
        out[top : top + _BAND] = encoded((light * factor[..., None]) @ change.T)
    return out


def _bands(rgb: NDArray[np.uint8]) -> range:
    return range(0, len(rgb), _BAND)


def _light(rgb: NDArray[np.uint8], transfer: int) -> _Floats:
    """(h, w, 3) light on the screen in multiples of white."""
    light = _of_level(transfer)[rgb]
    if HDR_TRANSFERS[transfer] == "HLG":  # brighter scenes are shown with more contrast
        luminance = light @ np.array((0.2627, 0.6780, 0.0593), np.float32)
        light = light * np.maximum(luminance, 1e-6)[..., None] ** np.float32(_HLG_GAMMA - 1) * (_HLG_PEAK / _WHITE)
    return np.asarray(light, np.float32)


@lru_cache(maxsize=2)
def _of_level(transfer: int) -> _Floats:
    """(256,) light of each level: on the screen in multiples of white for PQ, of the scene, 0..1, for HLG."""
    level = np.arange(256) / 255
    if HDR_TRANSFERS[transfer] == "PQ":
        return (_pq_light(level) / _WHITE).astype(np.float32)
    upper = (np.exp((level - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return np.where(level <= 0.5, level**2 / 3, upper).astype(np.float32)


def _pq_light(code: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m2 of a PQ code 0..1 (SMPTE ST 2084)."""
    root = np.maximum(code, 0) ** (1 / 78.84375)
    return np.asarray(
        10000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    )


def _pq_code(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """PQ code 0..1 of cd/m2."""
    part = (np.maximum(light, 0) / 10000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * part) / (1 + 18.6875 * part)) ** 78.84375)


@lru_cache(maxsize=8)
def _curve(peak: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Light in multiples of white, rising, and the factor that it is multiplied by."""
    top = _pq_code(np.array(peak * _WHITE))
    code = np.linspace(0, 1, 1024)  # of the range up to the peak
    most = float(_pq_code(np.array(_WHITE)) / top)
    knee = 1.5 * most - 0.5
    t = np.clip((code - knee) / max(1 - knee, 1e-9), 0, 1)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    light, mapped = _pq_light(code * top), _pq_light(np.where(code < knee, code, spline) * top)
    return light / _WHITE, np.where(light > 0, mapped / np.maximum(light, 1e-9), 1.0)
