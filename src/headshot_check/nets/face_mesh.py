"""Face Mesh: 468 landmarks of one face, and the probability that there is one.

Source: Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", 2019
(arXiv 1907.06724). The region of interest follows MediaPipe: a square 1.5 times the detection's long side, rotated so
that the eyes are level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.blazeface import Detection
from headshot_check.nets.log_odds import probability
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.shrinking import PixelsOrHalves

SIZE = 192
_ROI_SCALE = 1.5
# Outer eye corners (subject's right, left), by which MediaPipe rotates a tracked face upright.
_RIGHT_EYE, _LEFT_EYE = 33, 263
# Points on the midline. The other 220 below 248 are the subject's right half; their mirrored points follow in that
# order.
_MIDLINE = (*range(3), 4, 5, 6, *range(8, 20), 94, 151, 152, 164, 168, 175, 195, 197, 199, 200)
_MIRROR = np.arange(468)
_MIRROR[248:] = [point for point in range(248) if point not in _MIDLINE]
_MIRROR[_MIRROR[248:]] = np.arange(248, 468)


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The landmarks of a face in picture pixels."""

    points: NDArray[np.float32]
    """(468, 3): x right, y down, z away from the camera, all in px; z is relative to the head's centre"""
    presence: float
    """probability that the region contains a face, 0..1"""
    roi: Square
    """the region that the network saw"""


class FaceMesh:
    """The Face Mesh network."""

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("face_mesh", threads=threads)

    def __call__(self, picture: PixelsOrHalves, roi: Square, *, mirrored: bool = False) -> Mesh:
        """Fit the mesh to the face in `roi` of a picture (H, W, 3).

        With `mirrored` the network sees the mirror image and its output is mirrored back: a second opinion.
        """
        crop = self._crop(picture, roi)
        return self._fit(_flipped(crop) if mirrored else crop, roi, mirrored)

    @staticmethod
    def _crop(picture: PixelsOrHalves, roi: Square) -> NDArray[np.uint8]:
        # The frame's edge is replicated as in MediaPipe, which is more accurate on cut faces than black, and a halved
        # picture is used as soon as it suffices, which is as accurate and faster (benchmarks/RESULTS-quality.md).
        return roi.crop(picture, SIZE, fill=None, alone=2)

    def _fit(self, crop: NDArray[np.uint8], roi: Square, mirrored: bool) -> Mesh:
        """Run the network on the crop of `roi`, or on its mirror image."""
        raw, presence = self._network(crop[None])
        local = raw.reshape(468, 3)
        if mirrored:
            local = local.take(_MIRROR, axis=0)
        (xx, xy, x), (yx, yy, y) = roi.affine(SIZE, mirrored=mirrored).tolist()
        turn = np.array([(xx, yx, 0), (xy, yy, 0), (0, 0, roi.side / SIZE)], np.float32)
        points = local @ turn + np.array((x, y, 0), np.float32)
        return Mesh(points, probability(float(presence.item())), roi)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()


def _flipped(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.flip(crop, 1), np.uint8)


def roi_of_detection(face: Detection) -> Square:
    """The region of interest for a face that BlazeFace found."""
    x0, y0, x1, y1 = face.box
    right, left = face.keypoints[0], face.keypoints[1]
    roll = math.atan2(float(left[1] - right[1]), float(left[0] - right[0]))
    return Square((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0) * _ROI_SCALE, roll)


def roi_of_mesh(mesh: Mesh) -> Square:
    """The region of interest from a previous mesh, as MediaPipe tracks faces: tighter than that of a detection."""
    right, left = mesh.points[_RIGHT_EYE].tolist(), mesh.points[_LEFT_EYE].tolist()
    roll = math.atan2(left[1] - right[1], left[0] - right[0])
    cos, sin = math.cos(roll), math.sin(roll)
    upright = np.array([(cos, sin, 0), (-sin, cos, 0)], np.float32) @ mesh.points.T
    (left_end, top), (right_end, bottom) = upright.min(1).tolist(), upright.max(1).tolist()
    across, down = (left_end + right_end) / 2, (top + bottom) / 2
    side = max(right_end - left_end, bottom - top) * _ROI_SCALE
    return Square(across * cos - down * sin, across * sin + down * cos, side, roll)
