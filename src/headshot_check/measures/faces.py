"""The faces: is there one, and is there only one."""

from __future__ import annotations

import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import box_region
from headshot_check.nets.blazeface import Detection
from headshot_check.pixels.geometry import Box, box_area, clipped
from headshot_check.scene import NotAssessed, Scene

# Share of the frame that a person covers when somebody is there, though with no face to see.
_SOMEBODY = 0.08
# Share of the main face's area that is noticed beside it.
_NOTICED = 0.02
# Score from which what does not convince looks like a face: of 507 places without people 3 reach it, of 23 people seen
# from the side or hidden 15.
_LIKE_A_FACE = 0.65
# Grey level below which what looks like a face is a silhouette: the two darkest of ten rendered tones before a window.
_BLACK = 32
# Probability of a drawing from which what only looks like a face is a drawn animal or thing.
_DRAWN = 0.5


@measure("faces.found")
def found(scene: Scene) -> Reading | str:
    """ "found", or what kept the face from being found at once.

    "too_close", "too_small", "rotated", "too_dark": found only by the retry that undoes this. "turned_away": a profile
    or a covered face, of which nothing can be measured, or something that only looks like a face, on what the mask
    takes for a person. Else "nobody": the mask alone takes chairs and pets for people as well, and the detector drawn
    animals.
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
    """How many faces there are, those left out of which less than a fiftieth of the main one's area shows."""
    faces = scene.search.faces
    if not faces:
        return 0
    least = _NOTICED * box_area(_shown(scene, scene.main))
    return sum(face is scene.main or box_area(_shown(scene, face)) > least for face in faces)


@measure("faces.second_face", "share")
def second_face(scene: Scene) -> Reading | float:
    """What shows of the largest other face over what shows of the main one, 0 when there is none.

    A face that the frame cuts counts as far as it is in the picture.
    """
    main = scene.main
    others = [_shown(scene, face) for face in scene.search.faces if face is not main]
    if not others:
        return 0.0
    second = max(others, key=box_area)
    return Reading(box_area(second) / max(box_area(_shown(scene, main)), 1.0), box_region(scene, *second))


def _all_but_black(scene: Scene) -> bool:
    """Whether what looks like a face, is a silhouette."""
    box = scene.search.doubted_box
    assert box is not None
    x0, y0, x1, y1 = (max(round(edge), 0) for edge in box)
    part = scene.photo.rgb[y0:y1, x0:x1]
    return part.size > 0 and float(np.median(part.max(axis=2))) < _BLACK


def _shown(scene: Scene, face: Detection) -> Box:
    """The part of a face's box that lies in the frame."""
    return clipped(face.box, scene.width, scene.height)
