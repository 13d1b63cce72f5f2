"""The aligned face crop: the main face, upright at a fixed scale, for light, sharpness and coverings."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.photo import Photo
from headshot_check.pixels.geometry import Square, transform
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves

FACE_EYES_PX = 64
"""Largest inter-eye distance of the aligned face crop, px: the scale at which light and sharpness are measured."""
FACE_CROP_EYES = 4.0
"""Side of the aligned face crop in inter-eye distances: the whole face with a small margin."""
FACE_CROP_DROP = 0.5
"""Distance of its centre below the eyes, in inter-eye distances."""
_MARGIN_PX = 4.0
"""margin around the part that is decoded at higher resolution, analysis pixels"""


class FaceCrop(NamedTuple):
    """The main face, upright, at a fixed inter-eye scale."""

    rgb: NDArray[np.uint8]
    """(S, S, 3)"""
    points: NDArray[np.float32]
    """(468, 2) mesh points in the crop's pixels"""
    inter_eye_px: float
    """in the crop"""
    source_eyes_px: float
    """inter-eye distance in the pixels that the crop was sampled from; less than `inter_eye_px` if it was upsampled"""
    square: Square
    """where the crop lies, in analysis pixels"""


def face_square(eye_centres: NDArray[np.float32], eyes_px: float, side: float, drop: float) -> Square:
    """A square around a face, upright with its eyes.

    Parameters
    ----------
    eye_centres
        (2, 2): the subject's right eye, then the left.
    eyes_px
        Inter-eye distance as seen from the front.
    side, drop
        Side of the square, and distance of its centre below the eyes, in inter-eye distances.
    """
    right, left = eye_centres
    roll = math.atan2(float(left[1] - right[1]), float(left[0] - right[0]))
    centre = (right + left) / 2 + np.array([-math.sin(roll), math.cos(roll)], np.float32) * eyes_px * drop
    return Square(float(centre[0]), float(centre[1]), eyes_px * side, roll)


def crop_face(
    photo: Photo, halves: Halves, points: NDArray[np.float32], eye_centres: NDArray[np.float32], eyes_px: float
) -> FaceCrop:
    """The face upright at a fixed inter-eye scale, decoded at higher resolution if the analysis pixels are too coarse.

    Parameters
    ----------
    halves
        The photo's analysis pixels; the other arguments are in their coordinates.
    points
        (468, 3) of the mesh.
    eye_centres
        (2, 2): the subject's right eye, then the left.
    eyes_px
        Inter-eye distance as seen from the front.

    Raises
    ------
    PhotoError
        "damaged": the file cannot be decoded at the higher resolution.
    """
    square = face_square(eye_centres, eyes_px, FACE_CROP_EYES, FACE_CROP_DROP)
    pixels, scale, origin = _face_pixels(photo, halves, square, eyes_px)
    source_eyes = eyes_px * scale
    shown_eyes = min(source_eyes, FACE_EYES_PX)
    size = max(8, round(shown_eyes * FACE_CROP_EYES))
    moved = Square(
        (square.center_x - origin[0]) * scale,
        (square.center_y - origin[1]) * scale,
        square.side * scale,
        square.roll_rad,
    )
    inverse = cv2.invertAffineTransform(square.affine(size))
    local = transform(points[:, :2], np.asarray(inverse, np.float64))
    return FaceCrop(moved.crop(pixels, size), local, size / FACE_CROP_EYES, source_eyes, square)


def _face_pixels(
    photo: Photo, halves: Halves, square: Square, eyes_px: float
) -> tuple[PixelsOrHalves, float, tuple[float, float]]:
    """Pixels around the face, their scale relative to the analysis pixels, and their top left corner in the latter."""
    wanted = min(FACE_EYES_PX / eyes_px, 1 / photo.scale)
    if wanted <= 1.0:
        return halves, 1.0, (0.0, 0.0)
    high, wide = photo.rgb.shape[:2]
    reach = square.reach + _MARGIN_PX
    x0, y0 = max(square.center_x - reach, 0), max(square.center_y - reach, 0)
    x1, y1 = min(square.center_x + reach, wide), min(square.center_y + reach, high)
    box = (round(x0 / photo.scale), round(y0 / photo.scale), round(x1 / photo.scale), round(y1 / photo.scale))
    pixels, scale = photo.detail(box, wanted * photo.scale)
    return pixels, scale / photo.scale, (box[0] * photo.scale, box[1] * photo.scale)
