"""How surely a hand is at the main face or raised close below it, as one that holds a microphone."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import OVAL
from headshot_check.nets.log_odds import log_odds, probability
from headshot_check.pixels.cielab import lab, linear
from headshot_check.pixels.geometry import Square
from headshot_check.scene import FACE_CROP_EYES, Scene

# The window in inter-eye distances: its side, and how far its middle lies below the face crop's; px of it for the
# networks, and to look for skin.
_SIDE, _DROP, _SIZE, _GLANCE = 6.0, 1.2, 256, 72
# Hands are looked for, which takes as long as five face detections, where a patch of skin lies beside face and neck, in
# squared inter-eye distances, a smaller one where the covering networks suspect a hand (log-odds of hands, see there),
# or where they are nearly sure: a third of other faces. All of 29 hands among 691 train photos have it.
_SUSPECTED, _SURELY, _LEAST_SKIN, _LEAST_SKIN_SUSPECTED = 0.1, 0.5, 0.3, 0.2
# CIELAB distances from the cheeks' median: chroma, lightness.
_ALIKE_CHROMA, _ALIKE_LIGHTNESS = 9.0, 30.0
# Of the log-odds of a hand: what to take off, so that half of what is left is one, and for each inter-eye distance
# that it lies off the face; beyond the last it is not at the face.
_SHIFT, _PER_EYES, _MOST_OFF = 2.2, 0.5, 2.2


def hand_at_face(scene: Scene) -> float:
    """Probability that a hand is at the face or close below, 0..1; 0 where nothing hints at one.

    Raises
    ------
    NotAssessed
        As `Scene.face_crop`.
    """
    crop = scene.face_crop.square
    eyes_px = crop.side / FACE_CROP_EYES
    sin, cos = math.sin(crop.roll_rad), math.cos(crop.roll_rad)
    down = _DROP * eyes_px
    window = Square(crop.center_x - sin * down, crop.center_y + cos * down, _SIDE * eyes_px, crop.roll_rad)
    suspicion = scene.once(coverings).perhaps_held
    least = _LEAST_SKIN if suspicion < _SUSPECTED else _LEAST_SKIN_SUSPECTED
    if suspicion < _SURELY and _skin_beside(scene, window) < least:
        return 0.0
    face = cv2.convexHull(np.ascontiguousarray(scene.mesh.points[OVAL, :2]))
    surest = 0.0
    for hand in scene.hand_net(window.crop(scene.halves, _SIZE), window.affine(_SIZE)):
        inside = max(cv2.pointPolygonTest(face, point, measureDist=True) for point in hand.points.tolist())
        off = max(-inside / eyes_px, 0.0)
        if off < _MOST_OFF:
            surest = max(surest, probability(log_odds(hand.presence) - _SHIFT - _PER_EYES * off))
    return surest


def _skin_beside(scene: Scene, window: Square) -> float:
    """The largest patch of the cheeks' colour beside face and neck, in squared inter-eye distances."""
    unit = _GLANCE / _SIDE
    seen = window.crop(scene.halves, _GLANCE).reshape(-1, 3)
    colours = lab(linear(seen)).T.reshape(_GLANCE, _GLANCE, 3)
    cheeks, beside = _places()
    away = colours - np.median(colours[cheeks], axis=0)
    alike = (np.hypot(away[..., 1], away[..., 2]) < _ALIKE_CHROMA) & (np.abs(away[..., 0]) < _ALIKE_LIGHTNESS)
    _, _, patches, _ = cv2.connectedComponentsWithStats((alike & beside).view(np.uint8), connectivity=4)
    return float(patches[1:, cv2.CC_STAT_AREA].max(initial=0)) / unit**2


@lru_cache(maxsize=1)
def _places() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the cheeks are in the window, and what is beside face and neck."""
    unit = _GLANCE / _SIDE
    rows, columns = np.mgrid[:_GLANCE, :_GLANCE].astype(np.float32) + np.float32(0.5)
    across = np.abs(columns - _GLANCE / 2) / unit
    down = (rows - _GLANCE / 2) / unit + (0.5 + _DROP)  # from the eyes
    face = (across / 1.35) ** 2 + ((down - 0.5) / 1.9) ** 2 < 1
    neck = (across < 0.9) & (down > 0) & (down < 3)
    return (np.abs(across - 0.55) < 0.25) & (np.abs(down - 0.55) < 0.25), ~(face | neck)
