"""Luminance of the face and of what lies behind it: the ground that lighting and background measures stand on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.cielab import LINEAR
from headshot_check.measures.quantiles import median, quantile
from headshot_check.scene import FaceCrop, NotAssessed, Scene

# Mesh points along the outline of the face, the eyes (with lids) and the lips.
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
CHEEKS = (50, 280)
"""mesh points of the subject's right and left cheek"""
DARKEST = 4e-3
"""linear luminance below which it is noise and JPEG rounding (sRGB code 13)"""

_WEIGHTS = np.array([[0.2126, 0.7152, 0.0722]], np.float32)


def linear_luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Relative luminance (H, W), 0..1, of sRGB pixels (H, W, 3) (IEC 61966-2-1, Rec. 709 weights)."""
    return np.asarray(cv2.transform(cv2.LUT(rgb, LINEAR), _WEIGHTS), np.float32)


def stops(brighter: float, darker: float) -> float:
    """How many times the light doubles from `darker` to `brighter` (linear luminances)."""
    return float(np.log2(max(brighter, DARKEST) / max(darker, DARKEST)))


def face_luminance(scene: Scene) -> NDArray[np.float32]:
    """(S, S) linear luminance of the face crop."""
    return linear_luminance(scene.face_crop.rgb)


def glance_luminance(scene: Scene) -> NDArray[np.float32]:
    """(256, 256) linear luminance of the whole frame."""
    return linear_luminance(scene.glance)


def skin_mask(scene: Scene) -> NDArray[np.bool_]:
    """(S, S) the face without eyes and lips, beards and glasses included."""
    return scene.once(face_mask) & ~_filled(scene.face_crop, RIGHT_EYE, LEFT_EYE, _LIPS)


def face_mask(scene: Scene) -> NDArray[np.bool_]:
    """(S, S) the whole face, eyes and lips included."""
    return _filled(scene.face_crop, OVAL)


def light_on_face(scene: Scene) -> float:
    """Linear luminance of the brightest thing on the face that skin tone does not decide, 0..1.

    The gloss of the skin (the face's 98th percentile) or the whites of the eyes (the 97th of the eyes: lids and
    lashes shade much of them), whichever is brighter: in the same light dark skin is up to 3 stops darker than light
    skin, the whites of the eyes are not.
    """
    light = scene.once(face_luminance)
    whites = light[_filled(scene.face_crop, RIGHT_EYE, LEFT_EYE)]
    gloss = quantile(light[scene.once(face_mask)], 0.98)
    return max(gloss, quantile(whites, 0.97)) if whites.size else gloss


def cheeks(crop: FaceCrop) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(S, S) each: the subject's right cheek and left cheek."""
    masks = []
    for index in CHEEKS:
        mask = np.zeros(crop.rgb.shape[:2], np.uint8)
        x, y = crop.points[index]
        cv2.circle(mask, (round(float(x)), round(float(y))), max(2, round(crop.inter_eye_px * 0.2)), 1, -1)
        masks.append(mask > 0)
    return masks[0], masks[1]


def background_mask(scene: Scene) -> NDArray[np.bool_]:
    """(256, 256) places over the whole frame that are surely not the person.

    Raises
    ------
    NotAssessed
        "no_background": the person fills the frame.
    """
    person = cv2.dilate((scene.mask > 0.2).astype(np.uint8), np.ones((9, 9), np.uint8))
    background = person == 0
    if float(background.mean()) < 0.05:
        raise NotAssessed("no_background")
    return np.asarray(background, np.bool_)


def background_luminance(scene: Scene) -> float:
    """Median linear luminance of the background, 0..1.

    Raises
    ------
    NotAssessed
        As `background_mask`.
    """
    return median(scene.once(glance_luminance)[scene.once(background_mask)])


def _filled(crop: FaceCrop, *outlines: tuple[int, ...]) -> NDArray[np.bool_]:
    """(S, S) what lies inside outlines of mesh points."""
    mask = np.zeros(crop.rgb.shape[:2], np.uint8)
    for indices in outlines:
        cv2.fillPoly(mask, [np.round(crop.points[list(indices)]).astype(np.int32)], 1)
    return mask > 0
