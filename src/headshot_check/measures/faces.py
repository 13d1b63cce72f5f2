"""The faces: is there one, and is there only one."""

from __future__ import annotations

import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import box_region
from headshot_check.scene import NotAssessed, Scene

# Share of the frame that a person covers when somebody is there, though with no face to see.
_SOMEBODY = 0.08


@measure("faces.found")
def found(scene: Scene) -> Reading | str:
    """ "found", or what kept the face from being found at once.

    "too_close", "too_small", "rotated", "too_dark": found only by the retry that undoes this. "turned_away": a profile
    or a covered face, of which nothing can be measured; also with no face at all, where the person mask still covers
    somebody (a back, a hidden face). Else "nobody".
    """
    if not scene.search.faces:
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
    """How many faces there are."""
    return len(scene.search.faces)


@measure("faces.second_face", "share")
def second_face(scene: Scene) -> Reading | float:
    """Area of the second largest face over the main face's, 0 when there is none."""
    main = scene.main
    others = [face for face in scene.search.faces if face is not main]
    if not others:
        return 0.0

    def area(box: tuple[float, float, float, float]) -> float:
        return (box[2] - box[0]) * (box[3] - box[1])

    second = max(others, key=lambda face: area(face.box))
    return Reading(area(second.box) / max(area(main.box), 1.0), box_region(scene, *second.box))
