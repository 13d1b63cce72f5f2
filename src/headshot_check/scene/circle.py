"""The circle that profile pictures are shown in: the square that it is cut from, and how much of the head it cuts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from headshot_check.scene.head import Head, without_tall_hair
from headshot_check.scene.scene import Scene

_Floats = NDArray[np.float64]


_ANGLES = np.linspace(0, 2 * np.pi, 180, endpoint=False)


_COSINES, _SINES = np.cos(_ANGLES), np.sin(_ANGLES)
"""of places round an outline"""


def circle_square(scene: Scene) -> tuple[float, float, float]:
    """The square that a round crop is cut from before anybody zooms: left, top and side in analysis pixels.

    As wide as the frame's short side, and slid along the long side to where the head is in its middle, eyes and mouth
    rather than the hair.

    Raises
    ------
    NotAssessed
        There is no head to keep ("no_face", "mesh_doubtful").
    """
    left, top, side, _ = largest_part(scene, 1.0)
    return left, top, side


def largest_part(scene: Scene, aspect: float) -> tuple[float, float, float, float]:
    """Left, top, width and height of the largest part with this shape, slid to where the head is in its middle.

    Raises
    ------
    NotAssessed
        As `circle_square`.
    """
    head = without_tall_hair(scene.head, float(scene.eye_centres[:, 1].mean()))
    wide = min(float(scene.width), scene.height * aspect)
    high = min(float(scene.height), scene.width / aspect)
    left = min(max((head.left_x + head.right_x) / 2 - wide / 2, 0.0), scene.width - wide)
    top = min(max((head.crown_y + head.chin_y) / 2 - high / 2, 0.0), scene.height - high)
    return left, top, wide, high


def cut_by_circle(head: Head, left: float, top: float, side: float) -> float:
    """Share of the head's outline (crown to chin, as an ellipse) outside the circle in a square, 0..1."""
    radius, half_wide, half_high = side / 2, (head.right_x - head.left_x) / 2, head.height / 2
    off_x = (head.left_x + head.right_x) / 2 - left - radius
    off_y = (head.crown_y + head.chin_y) / 2 - top - radius
    if math.hypot(off_x, off_y) + max(half_wide, half_high) <= radius:
        return 0.0
    return float(cuts(head, np.array([left]), np.array([top]), np.array([side]))[0])


def cuts(head: Head, left: _Floats, top: _Floats, side: _Floats) -> _Floats:
    """`cut_by_circle` of several squares (N,)."""
    radius = side / 2
    off_x = (head.left_x + head.right_x) / 2 - left - radius
    off_y = (head.crown_y + head.chin_y) / 2 - top - radius
    x = off_x[:, None] + _COSINES * ((head.right_x - head.left_x) / 2)
    y = off_y[:, None] + _SINES * (head.height / 2)
    outside = np.count_nonzero(x * x + y * y > (radius * radius)[:, None], axis=1)
    return np.asarray(outside / len(_COSINES), np.float64)
