"""The eyes in the face crop: the visible eyeballs, the lens area, and the skin that glasses and hats shade."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.face_light import LEFT_EYE, RIGHT_EYE, eyes_patch
from headshot_check.pixels.quantiles import quantile
from headshot_check.scene import FaceCrop, Scene

# Mesh points along the lids, corner to corner and back: the subject's right eye, then the left.
_LIDS = (RIGHT_EYE, LEFT_EYE)
_NEIGHBOURS = np.ones((3, 3), np.uint8)


def between_lids(scene: Scene) -> NDArray[np.uint8]:
    """(N, 3) pixels of the face crop between the lids of both eyes, one pixel away from them."""
    eyes = scene.once(eyes_patch)
    if not eyes.mask.size:
        return np.empty((0, 3), np.uint8)
    # erode only at the lids, not at the crop's edge
    return eyes.of(scene.face_crop.rgb, np.asarray(cv2.erode(eyes.mask, _NEIGHBOURS), np.uint8))


def behind_glasses(crop: FaceCrop) -> NDArray[np.bool_]:
    """(S, S) mask of the area that lenses would cover: an ellipse of 0.8 x 0.55 inter-eye distances around each eye."""
    mask = np.zeros(crop.rgb.shape[:2], np.uint8)
    radii = (max(1, round(0.4 * crop.inter_eye_px)), max(1, round(0.275 * crop.inter_eye_px)))
    for lids in _LIDS:
        x, y = crop.points[lids].mean(0)
        middle = (round(float(x)), round(float(y) + 0.05 * crop.inter_eye_px))
        cv2.ellipse(mask, middle, radii, 0, 0, 360, 1, -1)
    return np.asarray(mask > 0)


# Mesh points on skin around the eyes (nose bridge, between the brows, lids, inner corners), which a hat shades too; and
# below them on cheeks, nose and upper lip, spread out so that a few shiny spots do not matter.
_AROUND = (168, 6, 9, 8, 230, 450, 27, 257, 190, 414, 189, 413, 56, 286, 122, 351)
_BELOW = (205, 425, 187, 411, 164, 207, 427, 216, 436, 206, 426, 36, 266, 192, 416, 2)
_PLACES = np.array(_AROUND + _BELOW)
# Offsets of a 3 x 3 neighbourhood, whose median suppresses noise.
_ROWS, _COLUMNS = np.divmod(np.arange(9), 3) - np.ones((2, 1), np.intp)


def around_and_below(light: NDArray[np.float32], points: NDArray[np.int32]) -> tuple[float, float]:
    """Linear luminance of the skin around the eyes (75th percentile, above frames and brows) and below them (median).

    Parameters
    ----------
    light
        (S, S) linear luminance of the face crop.
    points
        (468, 2) mesh points in whole pixels of the crop; each is sampled by the median of 3 x 3 px.

    Returns
    -------
    tuple
        Around the eyes and below them, 0..1; nan if none of the points is in the crop.
    """
    at = points[_PLACES]
    inside = np.minimum(at, light.shape[0] - 1 - at).min(axis=1) > 0
    nearby = light[at[inside, 1:] + _ROWS, at[inside, :1] + _COLUMNS]
    nearby.partition(4, axis=1)
    first = int(np.count_nonzero(inside[: len(_AROUND)]))
    return quantile(nearby[:first, 4], 0.75), quantile(nearby[first:, 4], 0.5)
