"""The crop that a target shows before anybody zooms."""

from __future__ import annotations

import numpy as np

from headshot_check.report import Crop, Region
from headshot_check.scene import Scene


def circle_square(scene: Scene) -> tuple[float, float, float]:
    """The square that a round crop is cut from: left, top and side in analysis pixels.

    As wide as the frame's short side, and slid along the long side to where the head is in its middle.

    Raises
    ------
    NotAssessed
        There is no head to keep ("no_face", "mesh_doubtful").
    """
    head, side = scene.head, float(min(scene.width, scene.height))
    left = np.clip((head.left_x + head.right_x) / 2 - side / 2, 0, scene.width - side)
    top = np.clip((head.crown_y + head.chin_y) / 2 - side / 2, 0, scene.height - side)
    return float(left), float(top), side


def circle_crop(scene: Scene, target: str) -> Crop:
    """`circle_square` as the report has it.

    Raises
    ------
    NotAssessed
        As `circle_square`.
    """
    left, top, side = circle_square(scene)
    x0, x1 = left / scene.width, (left + side) / scene.width
    y0, y1 = top / scene.height, (top + side) / scene.height
    return Crop(target, Region(((x0, y0), (x1, y0), (x1, y1), (x0, y1))))
