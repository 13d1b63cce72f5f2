"""The faces: is there one, and is there only one."""

from __future__ import annotations

import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import box_region
from headshot_check.scene import NotAssessed, Scene

# Share of the frame that a person covers when somebody is there, though with no face to see.
_SOMEBODY = 0.08
# Share of the main face's area that is noticed beside it.
_NOTICED = 0.02
# Score from which what does not convince looks like a face: of 507 places without people 3 reach it, of 23 people seen
# from the side or hidden 15.
_LIKE_A_FACE = 0.65


@measure("faces.found")
def found(scene: Scene) -> Reading | str:
    """ "found", or what kept the face from being found at once.

    "too_close", "too_small", "rotated", "too_dark": found only by the retry that undoes this. "turned_away": a profile
    or a covered face, of which nothing can be measured, or something that only looks like a face, on what the mask
    takes for a person. Else "nobody": the mask alone takes chairs and pets for people as well.
    """
    if not scene.search.faces:
        if scene.search.doubted < _LIKE_A_FACE:
            return "nobody"
        return "turned_away" if float(np.count_nonzero(scene.mask > 0.5)) / scene.mask.size >= _SOMEBODY else "nobody"
    if scene.search.how == "plain":
        try:
            _ = scene.mesh
        except NotAssessed:
            return Reading("turned_away", box_region(scene, *scene.main.box))
        return "found"
    return Reading(scene.search.how, box_region(scene, *scene.main.box))


@measure("faces.count")
def count(scene: Scene) -> int:
    """How many faces there are, those left out that have less than a fiftieth of the main one's area."""
    faces = scene.search.faces
    return sum(_area(face.box) > _NOTICED * _area(scene.main.box) for face in faces) if faces else 0


@measure("faces.second_face", "share")
def second_face(scene: Scene) -> Reading | float:
    """Area of the second largest face over the main face's, 0 when there is none."""
    main = scene.main
    others = [face for face in scene.search.faces if face is not main]
    if not others:
        return 0.0

    second = max(others, key=lambda face: _area(face.box))
    return Reading(_area(second.box) / max(_area(main.box), 1.0), box_region(scene, *second.box))


def _area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
