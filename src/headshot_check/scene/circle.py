"""The default crop that a profile page displays, and how much of the head a circular one cuts off."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from headshot_check.scene.head import Head, without_tall_hair
from headshot_check.scene.scene import Scene

_Floats = NDArray[np.float64]

_ANGLES = np.linspace(0, 2 * np.pi, 180, endpoint=False)
"""at which points of the head's outline are taken"""
_COSINES, _SINES = np.cos(_ANGLES), np.sin(_ANGLES)


def kept_head(scene: Scene) -> Head:
    """The main head without tall hair: the part that a crop must keep.

    Raises
    ------
    NotAssessed
        As `Scene.head`.
    """
    return without_tall_hair(scene.head, float(scene.eye_centres[:, 1].mean()))


def largest_part(scene: Scene, aspect: float) -> tuple[float, float, float, float]:
    """The largest part of the frame with this aspect (width over height) whose centre is closest to the head's.

    The head's centre is that of the face: tall hair is left out.

    Returns
    -------
    tuple
        Left, top, width and height in analysis pixels.

    Raises
    ------
    NotAssessed
        As `Scene.head`: "no_face" or "mesh_doubtful".
    """
    head = kept_head(scene)
    wide = min(float(scene.width), scene.height * aspect)
    high = min(float(scene.height), scene.width / aspect)
    left = min(max((head.left_x + head.right_x) / 2 - wide / 2, 0.0), scene.width - wide)
    top = min(max((head.crown_y + head.chin_y) / 2 - high / 2, 0.0), scene.height - high)
    return left, top, wide, high


def cut_by_circle(head: Head, left: float, top: float, side: float) -> float:
    """Share of the head's outline (an ellipse from crown to chin) outside the circle inscribed in a square, 0..1."""
    radius, half_wide, half_high = side / 2, (head.right_x - head.left_x) / 2, head.height / 2
    off_x = (head.left_x + head.right_x) / 2 - left - radius
    off_y = (head.crown_y + head.chin_y) / 2 - top - radius
    if math.hypot(off_x, off_y) + max(half_wide, half_high) <= radius:
        return 0.0
    return float(cuts(head, np.array([left]), np.array([top]), np.array([side]))[0])


def cuts(head: Head, left: _Floats, top: _Floats, side: _Floats) -> _Floats:
    """(N,) `cut_by_circle` of N squares."""
    radius = side / 2
    off_x = (head.left_x + head.right_x) / 2 - left - radius
    off_y = (head.crown_y + head.chin_y) / 2 - top - radius
    x = off_x[:, None] + _COSINES * ((head.right_x - head.left_x) / 2)
    y = off_y[:, None] + _SINES * (head.height / 2)
    outside = np.count_nonzero(x * x + y * y > (radius * radius)[:, None], axis=1)
    return np.asarray(outside / len(_COSINES), np.float64)
