"""Places of the analysis pixels as regions of the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.report import Region
from headshot_check.scene import Scene


def box_region(scene: Scene, x0: float, y0: float, x1: float, y1: float) -> Region:
    """The upright box with these corners in analysis pixels."""
    width, height = scene.width, scene.height
    left, top, right, bottom = float(x0) / width, float(y0) / height, float(x1) / width, float(y1) / height
    return Region(((left, top), (right, top), (right, bottom), (left, bottom)))


def polygon_region(scene: Scene, points: NDArray[np.floating]) -> Region:
    """The polygon (N, 2) in analysis pixels."""
    width, height = scene.width, scene.height
    return Region(tuple((x / width, y / height) for x, y in points.tolist()))


def face_region(scene: Scene) -> Region:
    """The main face's box."""
    return scene.once(_face_region)


def _face_region(scene: Scene) -> Region:
    return box_region(scene, *scene.main.box)
