"""Places of the analysis pixels as regions of the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.report import Region
from headshot_check.scene import Scene


def box_region(scene: Scene, x0: float, y0: float, x1: float, y1: float) -> Region:
    """The upright box with these corners in analysis pixels."""
    return polygon_region(scene, np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]))


def polygon_region(scene: Scene, points: NDArray[np.floating]) -> Region:
    """The polygon (N, 2) in analysis pixels."""
    return Region(tuple((float(x) / scene.width, float(y) / scene.height) for x, y in points))


def face_region(scene: Scene) -> Region:
    """The main face's box."""
    return box_region(scene, *scene.main.box)
