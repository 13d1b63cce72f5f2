"""Runs the covering network on a window around the main face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.covering import SIZE, Coverings
from headshot_check.scene import FACE_CROP_DROP, FACE_CROP_EYES, NotAssessed, Scene
from headshot_check.scene.face_crop import face_square

# Side of the window (forehead to chin), and distance of its centre below the eyes, in inter-eye distances.
_SIDE, _DROP = 3.0, 0.6


def coverings(scene: Scene) -> Coverings:
    """Probabilities of coverings on the main face.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    return scene.nets.covering(scene.once(window))


def window(scene: Scene) -> NDArray[np.uint8]:
    """(SIZE, SIZE, 3) the network's input: the main face, upright, forehead to chin.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    try:
        crop = scene.face_crop.rgb
    except NotAssessed:  # no reliable mesh: use the eyes of the face detector
        return face_square(scene.eye_centres, scene.inter_eye_px, _SIDE, _DROP).crop(scene.halves, SIZE)
    unit = crop.shape[0] / FACE_CROP_EYES
    left_edge = round((FACE_CROP_EYES - _SIDE) / 2 * unit)
    top = round((FACE_CROP_EYES / 2 - FACE_CROP_DROP + _DROP - _SIDE / 2) * unit)
    side = round(_SIDE * unit)
    part = crop[top : top + side, left_edge : left_edge + side]
    if side == 3 * SIZE:  # full-size crop: a box filter at every third pixel is the same, and faster
        return np.ascontiguousarray(cv2.blur(part, (3, 3))[1::3, 1::3], np.uint8)
    return np.asarray(cv2.resize(part, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
