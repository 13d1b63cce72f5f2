"""Photos that lie sideways or upside down: how many quarter turns make them upright."""

from __future__ import annotations

import math

from headshot_check.scene.face_search import ON_ITS_SIDE_RAD, lean_rad
from headshot_check.scene.scene import NotAssessed, Scene


def set_upright(scene: Scene) -> Scene:
    """The scene of the photo, rotated by quarter turns so that its main face is upright.

    The given scene if it has no face, if its face is upright, or if no rotation makes it so.
    """
    turns, other = 0, scene
    for _ in range(2):  # a sideways face may be rotated the wrong way first, and is then upside down
        try:
            more = turns_of_face(other)
        except NotAssessed:
            return scene
        if not more:
            return other
        turns = (turns + more) % 4
        other = scene.turned(turns)
    return other if _stands(other) else scene


def _stands(scene: Scene) -> bool:
    return bool(scene.search.faces) and not turns_of_face(scene)


def turns_of_face(scene: Scene) -> int:
    """Clockwise quarter turns, 0..3, after which the main face is upright; 0 if it already is.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    lean = lean_rad(scene.main)
    lies = scene.search.how == "rotated" or abs(lean) > ON_ITS_SIDE_RAD  # "rotated" is only set for faces in doubt
    quarters = round(2 * lean / math.pi) or int(math.copysign(1, lean))  # keypoints understate the angle
    return quarters % 4 if lies else 0
