"""Round pictures on a plain ground, with or without a ring around them, as avatars are shown on team pages."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

_CORNER = 0.04
"""side of the corners that show the ground, over the shorter side"""
_PLAIN, _ALIKE = 6.0, 14.0
"""most levels by which a corner's pixels differ from their mean on average, and by which two corners differ"""
_OTHER = 28
"""levels by which a ring differs from the ground"""
_LEAST_SIDE, _ROUND = 0.6, 0.03
"""least size of what is not ground, over the picture's; tolerance of its share of its bounding box against a disc's"""
_SOME, _INNER, _FARTHEST, _OF_A_RIM = 10.0, 0.999, 1.01, 0.6
"""levels by which a round picture differs from the ground; quantile of such pixels' distances that is its radius;
largest radius; least share of its rim that differs"""
_INWARDS = np.arange(0.99, 0.78, -0.01)
_ANGLES = np.arange(0, 2 * np.pi, np.pi / 36)
_EVEN, _VARIED = 10.0, 16.0
"""mean deviation from the median around a circle: at most in a ring, at least in a picture, levels"""
_TINTED = 24.0
"""difference between the channels from which a ground counts as coloured, levels"""
_INKED = 0.8
"""share of the angles at which a brushed ring must be visible"""
_LEAST = 2
"""least thickness of a ring with its soft edge, in hundredths of the radius"""


def round_frame(pixels: NDArray[np.uint8]) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom, 0..1, of a ring of one colour around a small picture (H, W, 3), or None.

    The ground outside it must be plain: all four corners of one colour. In a squeezed picture the ring is an ellipse.
    """
    ground = _ground(pixels)
    if ground is None:
        return None
    other = (np.abs(pixels.astype(np.int16) - ground).max(2) > _OTHER).astype(np.uint8)
    outlines, _ = cv2.findContours(other, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    cv2.drawContours(other, [max(outlines, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    x, y, wide, high = cv2.boundingRect(other)
    if min(wide / pixels.shape[1], high / pixels.shape[0]) < _LEAST_SIDE:
        return None
    if abs(other[y : y + high, x : x + wide].mean() - math.pi / 4) > _ROUND:
        return None
    across = np.outer(_INWARDS * wide / 2, np.cos(_ANGLES)) + x + wide / 2 - 0.5
    down = np.outer(_INWARDS * high / 2, np.sin(_ANGLES)) + y + high / 2 - 0.5
    found = cv2.remap(pixels, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR).astype(np.float32)
    colours = np.median(found, axis=1)
    off = np.abs(found - colours[:, None]).mean((1, 2))
    inner = next((k for k in range(1, len(off)) if off[k] > _EVEN and off[k - 1] <= _EVEN), None)
    if inner is None or (off[:inner] <= _EVEN).sum() < _LEAST or off[inner:].max() < _VARIED:
        return None
    if np.abs(colours[inner - 1] - ground).max() <= _OTHER:
        return None
    height, width = pixels.shape[:2]
    return x / width, y / height, (x + wide) / width, (y + high) / height


def disc(pixels: NDArray[np.uint8]) -> float | None:
    """Radius of a round picture centred on a plain ground, over half of the frame's sides; None if there is none.

    With or without a ring, and also if part of its rim has the ground's colour.
    """
    ground = _ground(pixels)
    if ground is None:
        return None
    high, wide = pixels.shape[:2]
    off = np.abs(pixels - ground).max(2)
    radius = np.hypot(*np.ogrid[-1 + 1 / high : 1 - 1 / high : high * 1j, -1 + 1 / wide : 1 - 1 / wide : wide * 1j])
    far = float(np.quantile(radius[off > _SOME], _INNER)) if (off > _SOME).any() else 0.0
    if not _LEAST_SIDE < far < _FARTHEST:
        return None
    rim = (radius > far - 0.08) & (radius < far - 0.03)
    return far if (off[rim] > _SOME).mean() > _OF_A_RIM else None


def coloured_ground(pixels: NDArray[np.uint8]) -> bool:
    """Whether all four corners have the same colour and it is not grey."""
    ground = _ground(pixels)
    return ground is not None and float(np.ptp(ground)) > _TINTED


def inked_rim(pixels: NDArray[np.uint8], radius: float) -> bool:
    """Whether a ring of one colour, such as brush strokes, runs along the rim of a `disc` of that radius.

    The colour must be visible at 80 % of the angles and differ from the ground and from what lies further in, where the
    wall or clothes of a round picture continue (65 % at most; brushed rings 90 % at least).
    """
    ground, (high, wide) = _ground(pixels), pixels.shape[:2]
    if ground is None:
        return False
    radii = np.append(np.arange(0.86, 1.0, 0.01), 0.72) * radius
    across = (np.outer(radii, np.cos(_ANGLES)) + 1) * wide / 2 - 0.5
    down = (np.outer(radii, np.sin(_ANGLES)) + 1) * high / 2 - 0.5
    found = cv2.remap(pixels, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR).astype(np.float32)
    rim, within = found[:-1], found[-1]
    farthest = np.abs(rim - ground).max(2).argmax(0)
    ink = np.median(rim[farthest, np.arange(len(_ANGLES))], axis=0)
    there = (np.abs(rim - ink).max(2) < _OTHER).any(0) & (np.abs(within - ink).max(1) > _OTHER)
    return bool(there.mean() > _INKED and np.abs(ink - ground).max() > _OTHER)


def _ground(pixels: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """(3,) the common colour of all four corners, or None."""
    side = max(3, round(_CORNER * min(pixels.shape[:2])))
    ends = (slice(None, side), slice(-side, None))
    corners = np.stack([pixels[rows, columns] for rows in ends for columns in ends]).astype(np.float32)
    colours = corners.mean((1, 2))
    if np.ptp(colours, axis=0).max() > _ALIKE or np.abs(corners - colours[:, None, None]).mean((1, 2)).max() > _PLAIN:
        return None
    return np.asarray(colours.mean(0), np.float32)
