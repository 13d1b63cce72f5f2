"""Photos that lie on their side or stand on their head: by how many quarter turns they are upright."""

from __future__ import annotations

import math

from headshot_check.scene.face_search import ON_ITS_SIDE_RAD, lean_rad
from headshot_check.scene.scene import NotAssessed, Scene


def set_upright(scene: Scene) -> Scene:
    """The scene of the photo turned by quarters until its main face is upright.

    The same scene where there is no face, where it does not lie, and where no turn makes it stand.
    """
    turns, other = 0, scene
    for _ in range(2):  # of a face on its side the detector may take the wrong one, which is then upside down
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
    """Quarter turns clockwise, 0..3, after which the main face is upright; 0 where it does not lie.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    lean = lean_rad(scene.main)
    lies = scene.search.how == "rotated" or abs(lean) > ON_ITS_SIDE_RAD  # "how" says so only where faces are in doubt
    quarters = round(2 * lean / math.pi) or int(math.copysign(1, lean))  # the detector's points lean less than a face
    return quarters % 4 if lies else 0
