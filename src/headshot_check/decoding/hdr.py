"""Tone mapping of HDR pictures, PQ and HLG (Rec. ITU-R BT.2100), to sRGB.

Pillow, pillow-heif and OpenCV return the coded values, which look grey and flat as sRGB.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.wide_colours import SPACE_OF_PRIMARIES, SRGB_MATRIX, encoded

HDR_TRANSFERS: Final = {16: "PQ", 18: "HLG"}
"""names by transfer characteristics of ITU-T H.273"""
_WHITE: Final = 203.0
"""cd/m2 of diffuse white (Rep. ITU-R BT.2408), which becomes white in sRGB"""
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2  # BT.2100: nominal peak, cd/m2, and the system gamma for it
_BRIGHTEST: Final = 99.9
"""percentile of light that counts as a picture's peak: a few specular highlights must not darken a face"""
_BAND: Final = 64
"""rows at a time"""
_ROWS_LOOKED_AT: Final = 1000

_Floats = NDArray[np.float32]
_Deep = NDArray[np.uint8] | NDArray[np.uint16]


def is_hdr(cicp: tuple[int, int] | None) -> TypeGuard[tuple[int, int]]:
    """Whether colour codes of ITU-T H.273 (primaries, transfer characteristics) denote PQ or HLG."""
    return cicp is not None and cicp[1] in HDR_TRANSFERS


def hdr_note(cicp: tuple[int, int]) -> str:
    """The note for the report."""
    return f"HDR picture ({HDR_TRANSFERS[cicp[1]]}): tone-mapped to sRGB"


def peak_of(rgb: _Deep, cicp: tuple[int, int], full: int) -> float:
    """Peak luminance of a picture (h, w, 3) in multiples of diffuse white, >= 1; `full` is the largest code."""
    rows = rgb[:: max(1, len(rgb) // _ROWS_LOOKED_AT)]
    return max(1.0, float(np.percentile(_light(rows, cicp[1], full).max(axis=2), _BRIGHTEST)))


def tone_mapped(rgb: _Deep, cicp: tuple[int, int], full: int, peak: float | None = None) -> NDArray[np.uint8]:
    """Convert coded values (h, w, 3) to sRGB.

    The tone curve is the EETF of Rep. ITU-R BT.2390 (section 5.4.1): linear up to a knee, then a spline to the peak, on
    the PQ scale. It is applied to the largest of the three channels, which preserves hue.

    Parameters
    ----------
    rgb
        Codes 0..full. With 8 bits, neighbouring codes are 8 levels of sRGB apart near white.
    cicp
        Primaries and transfer characteristics, codes of ITU-T H.273; the latter one of `HDR_TRANSFERS`.
    full
        The largest code.
    peak
        Luminance that becomes white in sRGB, in multiples of diffuse white, >= 1; default: that of the picture.
    """
    peak = peak_of(rgb, cicp, full) if peak is None else peak
    light_at, factor_at = _curve(round(peak, 2))
    wide = SPACE_OF_PRIMARIES.get(cicp[0])
    change = np.array(SRGB_MATRIX if wide is None else wide.matrix, np.float32)
    out = np.empty(rgb.shape, np.uint8)
    for top in range(0, len(rgb), _BAND):
        light = _light(rgb[top : top + _BAND], cicp[1], full)
        factor = np.interp(light.max(axis=2), light_at, factor_at).astype(np.float32)
        out[top : top + _BAND] = encoded((light * factor[..., None]) @ change.T)
    return out


def _light(rgb: _Deep, transfer: int, full: int) -> _Floats:
    """(h, w, 3) display light in multiples of diffuse white."""
    light = _of_code(transfer, full).take(rgb, mode="clip")
    if HDR_TRANSFERS[transfer] == "HLG":  # scene light to display light (OOTF)
        luminance = light @ np.array((0.2627, 0.6780, 0.0593), np.float32)
        light = light * np.maximum(luminance, 1e-6)[..., None] ** np.float32(_HLG_GAMMA - 1) * (_HLG_PEAK / _WHITE)
    return np.asarray(light, np.float32)


@lru_cache(maxsize=4)
def _of_code(transfer: int, full: int) -> _Floats:
    """(full + 1,) light of each code: display light in multiples of diffuse white for PQ, scene light 0..1 for HLG."""
    level = np.arange(full + 1) / full
    if HDR_TRANSFERS[transfer] == "PQ":
        return (_pq_light(level) / _WHITE).astype(np.float32)
    upper = (np.exp((level - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return np.where(level <= 0.5, level**2 / 3, upper).astype(np.float32)


def _pq_light(code: NDArray[np.float64]) -> NDArray[np.float64]:
    """Luminance, cd/m2, of PQ codes 0..1 (SMPTE ST 2084)."""
    root = np.maximum(code, 0) ** (1 / 78.84375)
    return np.asarray(
        10000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    )


def _pq_code(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """PQ codes 0..1 of luminances, cd/m2."""
    part = (np.maximum(light, 0) / 10000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * part) / (1 + 18.6875 * part)) ** 78.84375)


@lru_cache(maxsize=8)
def _curve(peak: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The tone curve: increasing light in multiples of diffuse white, and the factor to multiply it by."""
    top = _pq_code(np.array(peak * _WHITE))
    code = np.linspace(0, 1, 1024)  # PQ code over that of the peak
    most = float(_pq_code(np.array(_WHITE)) / top)
    knee = 1.5 * most - 0.5
    t = np.clip((code - knee) / max(1 - knee, 1e-9), 0, 1)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    light, mapped = _pq_light(code * top), _pq_light(np.where(code < knee, code, spline) * top)
    return light / _WHITE, np.where(light > 0, mapped / np.maximum(light, 1e-9), 1.0)
