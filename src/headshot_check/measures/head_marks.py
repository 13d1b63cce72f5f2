"""What lies over the head, and where: what the network that looks at it says, for `medium.overlay`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headshot_check.measures.places import box_region
from headshot_check.nets.head_marks import CELL, SIZE, view
from headshot_check.pixels.geometry import clipped, transform
from headshot_check.report import Region
from headshot_check.scene import Scene

_LEAST_SIDE = 64.0
"""px of the view below which nothing can be read"""
NONE = -12.0
"""log-odds of a head that is too small to be looked at: as surely bare as any"""
_FROM = 0.0
"""log-odds from which a cell counts for the place"""


@dataclass(frozen=True, slots=True)
class HeadMarks:
    """What lies over the head."""

    log_odds: float
    """that anything does"""
    region: Region | None
    """the box round it; None where no cell is likely covered"""


def head_marks(scene: Scene) -> HeadMarks:
    """Letters, lines, signs and stickers over the main head, looked for once."""
    return scene.once(_head_marks)


def _head_marks(scene: Scene) -> HeadMarks:
    square = view(scene.main.box)
    if square.side < _LEAST_SIDE:
        return HeadMarks(NONE, None)
    told, cells = scene.nets.head_marks(scene.halves, scene.main.box)
    rows, columns = np.nonzero(cells > _FROM)
    if not len(rows):
        return HeadMarks(told, None)
    x0, x1, y0, y1 = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    corners = transform(np.array([(x0, y0), (x1, y1)]), square.affine(SIZE // CELL))
    (left, top), (right, bottom) = corners.tolist()
    return HeadMarks(told, box_region(scene, *clipped((left, top, right, bottom), scene.width, scene.height)))
