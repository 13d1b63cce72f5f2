"""Hands at the main face or just below it, such as one that holds a microphone."""

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
from headshot_check.scene import FACE_CROP_DROP, FACE_CROP_EYES, Scene

# The window: its side and the distance of its centre below the face crop's, in inter-eye distances; its side in px for
# the networks, and for the search for skin.
_SIDE, _DROP, _SIZE, _GLANCE = 6.0, 1.2, 256, 72
# The hand networks, which take as long as three face detections, run only if the covering networks suspect a hand or a
# patch of skin lies beside face and neck: probability for the former; least and largest area of the patch, in squared
# inter-eye distances, and least share of its bounding box, for the latter. Of 66 hands 50 have a patch of 0.4 or more,
# of other faces a fifth.
_SUSPECTED, _LEAST_SKIN, _MOST_SKIN, _FILLS = 0.13, 0.35, 5.0, 0.3
# And only if the frame hints at an action: least sum of log-odds, and the weight of the covering networks' in it. True
# of 114 of 115 hands in 5,198 train and pool photos; the hand networks then run on 27 % of the photos instead of 32 %.
_HINT, _OF_COVERINGS = -5.2, 0.6
# Largest CIELAB distances from the cheeks' median: in a*b*, and in lightness.
_ALIKE_CHROMA, _ALIKE_LIGHTNESS = 9.0, 30.0
# Calibration of the hand network's log-odds: constant to subtract, and per inter-eye distance off the face; largest
# such distance.
_SHIFT, _PER_EYES, _MOST_OFF = 2.2, 0.5, 2.2


class HandAtFace(NamedTuple):
    """The most probable hand at the main face."""

    probability: float
    """0..1; exactly 0 without a hint of one"""
    points: NDArray[np.float32]
    """(21, 2) wrist and finger joints, analysis pixels; (0, 2) without a hand"""


def _places() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(_GLANCE**2,) masks of the window: the cheeks, and what lies beside face and neck."""
    rows, columns = (np.mgrid[:_GLANCE, :_GLANCE].reshape(2, -1) + 0.5 - _GLANCE / 2) * (_SIDE / _GLANCE)
    across, down = np.abs(columns), rows + (FACE_CROP_DROP + _DROP)  # from the eyes
    face = (across / 1.35) ** 2 + ((down - 0.5) / 1.9) ** 2 < 1
    neck = (across < 0.9) & (down > 0) & (down < 3)
    return (np.abs(across - 0.55) < 0.25) & (np.abs(down - 0.55) < 0.25), ~face & ~neck


_OF_CHEEKS, _BESIDE_FACE = _places()
_NONE = HandAtFace(0.0, np.empty((0, 2), np.float32))


def hand_at_face(scene: Scene) -> HandAtFace:
    """Find the most probable hand at the face or just below it.

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
    """The window that is searched for hands: the face and its surroundings, possibly extending beyond the frame.

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
    """Area of the largest skin-coloured patch beside face and neck, in squared inter-eye distances.

    Without patches that are larger than `_MOST_SKIN` (a wall), ragged (hair), or touch the top edge.
    """
    unit = _GLANCE / _SIDE
    colours = lab(linear(window.crop(scene.halves, _GLANCE).reshape(-1, 3)))
    away = colours - medians(colours[:, _OF_CHEEKS])[:, None]
    alike = (np.hypot(away[1], away[2]) < _ALIKE_CHROMA) & (np.abs(away[0]) < _ALIKE_LIGHTNESS) & _BESIDE_FACE
    _, _, patches, _ = cv2.connectedComponentsWithStats(alike.reshape(_GLANCE, _GLANCE).view(np.uint8), connectivity=4)
    _, top, wide, high, area = patches[1:].T
    likely = (top > 0) & (area < _MOST_SKIN * unit**2) & (area > _FILLS * wide * high)
    return float(area[likely].max(initial=0)) / unit**2
