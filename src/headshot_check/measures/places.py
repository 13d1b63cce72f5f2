"""Converts places in analysis pixels to regions of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from headshot_check.report import Region
from headshot_check.report_parts import rectangle
from headshot_check.scene import NotAssessed, Scene

EYES: Final = (33, 133, 263, 362)
"""mesh points at the eye corners: the subject's right eye, outer and inner, then the left"""


def box_region(scene: Scene, x0: float, y0: float, x1: float, y1: float) -> Region:
    """The region of an upright box in analysis pixels."""
    width, height = scene.width, scene.height
    return rectangle(float(x0) / width, float(y0) / height, float(x1) / width, float(y1) / height)


def head_region(scene: Scene) -> Region:
    """The main head's box: crown to chin, ear to ear.

    Raises
    ------
    NotAssessed
        As `Scene.head`.
    """
    head = scene.head
    return box_region(scene, head.left_x, head.crown_y, head.right_x, head.chin_y)


def head_region_or_none(scene: Scene) -> Region | None:
    """`head_region`, or None where the head is not known."""
    try:
        return head_region(scene)
    except NotAssessed:
        return None


def polygon_region(scene: Scene, points: NDArray[np.floating]) -> Region:
    """The region of a polygon (N, 2) in analysis pixels, of either orientation."""
    width, height = scene.width, scene.height
    return Region(tuple((x / width, y / height) for x, y in clockwise(points).tolist()))


def clockwise(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """The points of a polygon (N, 2), clockwise on the screen, starting with the one closest to the top left."""
    ordered = points.tolist()
    area = sum(x0 * y1 - y0 * x1 for (x0, y0), (x1, y1) in zip(ordered, ordered[1:] + ordered[:1], strict=True))
    if area < 0:
        ordered.reverse()
    first = min(range(len(ordered)), key=lambda k: sum(ordered[k]))
    return np.array(ordered[first:] + ordered[:first], np.float32)


def face_region(scene: Scene) -> Region:
    """The main face's box.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    return scene.once(_face_region)


def _face_region(scene: Scene) -> Region:
    return box_region(scene, *scene.main.box)


def need_in_frame(scene: Scene, points: Sequence[int]) -> None:
    """Make sure that these mesh points lie in the picture: outside it the mesh only guesses.

    Raises
    ------
    NotAssessed
        "no_room": one of them does not.
    """
    if not in_frame(scene, points):
        raise NotAssessed("no_room")


def in_frame(scene: Scene, points: Sequence[int]) -> bool:
    """Whether these mesh points lie in the picture.

    Raises
    ------
    NotAssessed
        As `Scene.mesh`.
    """
    if scene.once(_all_in_frame):
        return True
    x, y = scene.mesh.points[list(points), :2].T
    return bool(min(x.min(), y.min()) >= 0 and x.max() <= scene.width and y.max() <= scene.height)


def _all_in_frame(scene: Scene) -> bool:
    """Whether the whole mesh lies in the picture."""
    least, most = scene.mesh.points[:, :2].min(axis=0), scene.mesh.points[:, :2].max(axis=0)
    return bool(least.min() >= 0 and most[0] <= scene.width and most[1] <= scene.height)
