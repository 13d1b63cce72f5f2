"""How surely a hand is at the main face or raised close below it, as one that holds a microphone."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import OVAL
from headshot_check.nets.log_odds import log_odds, probability
from headshot_check.pixels.cielab import lab, linear
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.quantiles import medians
from headshot_check.scene import FACE_CROP_EYES, Scene

# The window in inter-eye distances: its side, and how far its middle lies below the face crop's; px of it for the
# networks, and to look for skin.
_SIDE, _DROP, _SIZE, _GLANCE = 6.0, 1.2, 256, 72
# Hands are looked for, which takes as long as three face detections, where the covering networks suspect one or a patch
# of skin lies beside face and neck: its least and most area, in squared inter-eye distances, and the least share of its
# box that it fills. Of 66 hands 50 have 0.4 of it, of other faces a fifth; 0.35 finds two at chins more, and looks
# at one photo of a hundred more.
_SUSPECTED, _LEAST_SKIN, _MOST_SKIN, _FILLS = 0.13, 0.35, 5.0, 0.3
# Nor where the frame does not look as if somebody did something: log-odds, and what the covering networks' count in
# them. Of 115 hands of 5,198 train and pool photos 114 have it; hands are then looked for in 27 % instead of 32 %.
_HINT, _OF_COVERINGS = -5.2, 0.6
# CIELAB distances from the cheeks' median: chroma, lightness.
_ALIKE_CHROMA, _ALIKE_LIGHTNESS = 9.0, 30.0
# Of the log-odds of a hand: what to take off, so that half of what is left is one, and for each inter-eye distance
# that it lies off the face; beyond the last it is not at the face.
_SHIFT, _PER_EYES, _MOST_OFF = 2.2, 0.5, 2.2


class HandAtFace(NamedTuple):
    """The surest hand at the main face."""

    probability: float
    """0..1; 0 where nothing hints at one"""
    points: NDArray[np.float32]
    """(21, 2) its wrist and joints, analysis pixels; (0, 2) without one"""


def _places() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(_GLANCE**2,) each: which pixels of the window are of the cheeks, and which lie beside face and neck."""
    rows, columns = (np.mgrid[:_GLANCE, :_GLANCE].reshape(2, -1) + 0.5 - _GLANCE / 2) * (_SIDE / _GLANCE)
    across, down = np.abs(columns), rows + (0.5 + _DROP)  # from the eyes
    face = (across / 1.35) ** 2 + ((down - 0.5) / 1.9) ** 2 < 1
    neck = (across < 0.9) & (down > 0) & (down < 3)
    return (np.abs(across - 0.55) < 0.25) & (np.abs(down - 0.55) < 0.25), ~face & ~neck


_OF_CHEEKS, _BESIDE_FACE = _places()
_NONE = HandAtFace(0.0, np.empty((0, 2), np.float32))


def hand_at_face(scene: Scene) -> HandAtFace:
    """How surely a hand is at the face or close below, and where.

    Raises
    ------
    NotAssessed
        As `Scene.face_crop`.
    """
    window = hand_window(scene)
    eyes_px = window.side / _SIDE
    suspected = scene.once(coverings).perhaps_held
    if scene.action_hints[0] + _OF_COVERINGS * log_odds(suspected) < _HINT:
        return _NONE
    if suspected < _SUSPECTED and _skin_beside(scene, window) < _LEAST_SKIN:
        return _NONE
    face = cv2.convexHull(np.ascontiguousarray(scene.mesh.points[OVAL, :2]))
    surest = _NONE
    for hand in scene.nets.hand(window.crop(scene.halves, _SIZE), window.affine(_SIZE)):
        inside = max(cv2.pointPolygonTest(face, point, measureDist=True) for point in hand.points.tolist())
        off = max(-inside / eyes_px, 0.0)
        if off < _MOST_OFF:
            sure = probability(log_odds(hand.presence) - _SHIFT - _PER_EYES * off)
            if sure > surest.probability:
                surest = HandAtFace(sure, hand.points)
    return surest


def hand_window(scene: Scene) -> Square:
    """Where hands are looked for: the face and what is beside and below it, maybe beyond the frame.

    Raises
    ------
    NotAssessed
        As `Scene.face_crop`.
    """
    crop = scene.face_crop.square
    eyes_px = crop.side / FACE_CROP_EYES
    across, down = -math.sin(crop.roll_rad) * _DROP * eyes_px, math.cos(crop.roll_rad) * _DROP * eyes_px
    return Square(crop.center_x + across, crop.center_y + down, _SIDE * eyes_px, crop.roll_rad)


def _skin_beside(scene: Scene, window: Square) -> float:
    """The largest patch of the cheeks' colour that may be a hand beside face and neck, in squared inter-eye distances.

    No more than `_MOST_SKIN` (a wall), not ragged (hair), and not from the top edge down.
    """
    unit = _GLANCE / _SIDE
    colours = lab(linear(window.crop(scene.halves, _GLANCE).reshape(-1, 3)))
    away = colours - medians(colours[:, _OF_CHEEKS])[:, None]
    alike = (np.hypot(away[1], away[2]) < _ALIKE_CHROMA) & (np.abs(away[0]) < _ALIKE_LIGHTNESS) & _BESIDE_FACE
    _, _, patches, _ = cv2.connectedComponentsWithStats(alike.reshape(_GLANCE, _GLANCE).view(np.uint8), connectivity=4)
    _, top, wide, high, area = patches[1:].T
    likely = (top > 0) & (area < _MOST_SKIN * unit**2) & (area > _FILLS * wide * high)
    return float(area[likely].max(initial=0)) / unit**2
