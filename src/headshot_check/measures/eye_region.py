"""The eyes in the face crop: their openings, and the skin around them that glasses and hats cover."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.face_light import LEFT_EYE, RIGHT_EYE
from headshot_check.measures.quantiles import quantile
from headshot_check.scene import FaceCrop

# Mesh points along the lids, corner to corner and back: the subject's right eye, then the left.
_LIDS = (RIGHT_EYE, LEFT_EYE)


def openings(crop: FaceCrop) -> NDArray[np.bool_]:
    """(S, S) what shows between the lids of both eyes, a pixel inside them."""
    mask = np.zeros(crop.rgb.shape[:2], np.uint8)
    for lids in _LIDS:
        cv2.fillPoly(mask, [np.round(crop.points[list(lids)]).astype(np.int32)], 1)
    return np.asarray(cv2.erode(mask, np.ones((3, 3), np.uint8)) > 0)


def behind_glasses(crop: FaceCrop) -> NDArray[np.bool_]:
    """(S, S) the places before which lenses sit: an ellipse 0.8 by 0.55 inter-eye distances around each eye."""
    mask = np.zeros(crop.rgb.shape[:2], np.uint8)
    radii = (max(1, round(0.4 * crop.inter_eye_px)), max(1, round(0.275 * crop.inter_eye_px)))
    for lids in _LIDS:
        x, y = crop.points[list(lids)].mean(0)
        middle = (round(float(x)), round(float(y) + 0.05 * crop.inter_eye_px))
        cv2.ellipse(mask, middle, radii, 0, 0, 360, 1, -1)
    return np.asarray(mask > 0)


# Skin around the eyes, in a hat's shadow when the eyes are: nose bridge, between the brows, lids, inner corners;
# and skin below it, all over cheeks, nose and upper lip, so that a few shining places of it decide nothing.
_AROUND = (168, 6, 9, 8, 230, 450, 27, 257, 190, 414, 189, 413, 56, 286, 122, 351)
_BELOW = (205, 425, 187, 411, 164, 207, 427, 216, 436, 206, 426, 36, 266, 192, 416, 2)


def around_and_below(light: NDArray[np.float32], crop: FaceCrop) -> tuple[float, float]:
    """Linear luminance of the skin around the eyes (75th percentile: frames and brows stay out), and below it (median).

    `light` is the (S, S) luminance of the crop; nan where the points lie beyond it.
    """
    clean = np.asarray(cv2.medianBlur(light, 3), np.float32)
    return _quantile(clean, crop.points[list(_AROUND)], 0.75), _quantile(clean, crop.points[list(_BELOW)], 0.5)


def _quantile(light: NDArray[np.float32], points: NDArray[np.float32], share: float) -> float:
    """Over the values at points (N, 2), those beyond the crop left out."""
    at = np.round(points).astype(np.int64)
    side = light.shape[0]
    at = at[((at > 0) & (at < side - 1)).all(axis=1)]
    return quantile(light[at[:, 1], at[:, 0]], share)
