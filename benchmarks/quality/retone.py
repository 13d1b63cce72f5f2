"""The same picture with another skin: the diffuse colour of the face is scaled, gloss, eyes and light are left alone.

An approximation for where nothing can be rendered: neck and ears keep their tone, and light that skin throws on skin
does not change. fixtures/render/equality_set.py renders it properly.
"""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.quality.degradations import Floats, Pixels, Sitter
from benchmarks.quality.light_defects import to_linear, to_srgb

GLOSS = 0.03
"""what the skin's surface throws back whatever its colour, of the light that falls on it"""
_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
_EYES = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)


def skin_weight(s: Sitter) -> Floats:
    """(H, W) 0..1: the face without the eyes, its rim softened."""
    mask = np.zeros(s.rgb.shape[:2], np.float32)
    cv2.fillPoly(mask, [np.round(s.points[list(_OVAL)]).astype(np.int32)], 1.0)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.05 * s.inter_eye_px), np.float32)
    for outline in _EYES:
        cv2.fillPoly(mask, [np.round(s.points[list(outline)]).astype(np.int32)], 0.0)
    return mask


def retoned(s: Sitter, albedo: tuple[float, float, float], wanted: tuple[float, float, float]) -> Pixels:
    """The picture of a face with skin of linear RGB `albedo` as if it were `wanted`."""
    ratio = (np.asarray(wanted, np.float32) + GLOSS) / (np.asarray(albedo, np.float32) + GLOSS)
    weight = skin_weight(s)[..., None]
    return to_srgb(to_linear(s.rgb) * (1 - weight + ratio * weight))
