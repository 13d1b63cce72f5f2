"""The faces: whether one is found, and how many there are."""

from __future__ import annotations

import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import box_region
from headshot_check.nets.blazeface import Detection
from headshot_check.pixels.geometry import Box, box_area, clipped
from headshot_check.scene import NotAssessed, Scene

# Least share of the frame in the person mask from which somebody is there, even if no face is visible.
_SOMEBODY = 0.08
# Least visible area of another face, over the main face's.
_NOTICED = 0.02
# Least score of an unconfirmed detection that counts as a hidden face: true of 3 of 507 pictures without people, and of
# 15 of 23 people seen from the side or hidden.
_LIKE_A_FACE = 0.65
# Level below which a face counts as a silhouette: true of the two darkest of ten rendered skin tones against a window.
_BLACK = 32
# Probability of a drawing from which an unconfirmed face is that of a drawn animal or object.
_DRAWN = 0.5


@measure("faces.found")
def found(scene: Scene) -> Reading | str:
    """ "found", or what kept the face from being found at once.

    "too_close", "too_small", "rotated" or "too_dark": found only by the retry that compensates this. "turned_away": a
    profile or a covered face, which cannot be measured, or an unconfirmed face on a person. Otherwise "nobody": the
    person mask alone also covers chairs and pets, and the face detector alone also finds drawn animals.
    """
    if not scene.search.faces:
        if scene.search.doubted < _LIKE_A_FACE:
            return "nobody"
        somebody = float(np.count_nonzero(scene.mask > 0.5)) / scene.mask.size >= _SOMEBODY
        if somebody and _all_but_black(scene):
            return "too_dark"
        return "turned_away" if somebody and scene.medium.drawing < _DRAWN else "nobody"
    if scene.search.how == "plain":
        try:
            _ = scene.mesh
        except NotAssessed:
            return Reading("turned_away", box_region(scene, *scene.main.box))
        return Reading("rotated", box_region(scene, *scene.main.box)) if scene.quarters else "found"
    return Reading(scene.search.how, box_region(scene, *scene.main.box))


@measure("faces.count")
def count(scene: Scene) -> int:
    """Number of faces, without those whose visible area is less than a fiftieth of the main face's."""
    faces = scene.search.faces
    if not faces:
        return 0
    least = _NOTICED * box_area(_shown(scene, scene.main))
    return sum(face is scene.main or box_area(_shown(scene, face)) > least for face in faces)


@measure("faces.second_face", "share")
def second_face(scene: Scene) -> Reading | float:
    """Visible area of the largest other face over that of the main face, 0 if there is none."""
    main = scene.main
    others = [_shown(scene, face) for face in scene.search.faces if face is not main]
    if not others:
        return 0.0
    second = max(others, key=box_area)
    return Reading(box_area(second) / max(box_area(_shown(scene, main)), 1.0), box_region(scene, *second))


def _all_but_black(scene: Scene) -> bool:
    """Whether the unconfirmed face is a silhouette."""
    box = scene.search.doubted_box
    assert box is not None
    x0, y0, x1, y1 = (max(round(edge), 0) for edge in box)
    part = scene.photo.rgb[y0:y1, x0:x1]
    return part.size > 0 and float(np.median(part.max(axis=2))) < _BLACK


def _shown(scene: Scene, face: Detection) -> Box:
    """The visible part of a face's box."""
    return clipped(face.box, scene.width, scene.height)
