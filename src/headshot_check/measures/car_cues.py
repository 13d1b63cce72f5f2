"""What tells of a car, with its place."""

from __future__ import annotations

from collections.abc import Callable

from headshot_check.measures.car_geometry import (
    CueRegion,
    headrest_region,
    roof_region,
    wheel_before,
    wheel_region,
    window_region,
)
from headshot_check.measures.car_strap import strap_region
from headshot_check.measures.places import polygon_region
from headshot_check.report import Cue, CueName, Side
from headshot_check.scene import Scene

# A cue weaker than this is not worth a word.
_LEAST = 0.2
# What a belt that only the network sees counts for, when no strap can be outlined: too little to be named.
_UNCONFIRMED = 0.5
# A steering wheel is rarely in the picture and the network has only seen rendered ones: named when it is sure and can
# outline it, believed to be the person's own when it is surer, in a car, and the wheel before the body.
_WHEEL_SEEN, _WHEEL_SURE, _IN_A_CAR = 0.6, 0.85, 0.5


def car_cues(scene: Scene) -> tuple[Cue, ...]:
    """The cues around the main face, or in the frame without one; strongest first."""
    evidence = scene.car
    places: dict[CueName, tuple[float, Callable[[], CueRegion | None]]] = {
        "seat_belt": (evidence.belt, lambda: strap_region(evidence)),
        "headrest": (evidence.headrest, lambda: headrest_region(evidence)),
        "car_window": (evidence.window, lambda: window_region(evidence)),
        "roof": (evidence.roof, lambda: roof_region(evidence)),
        "steering_wheel": (evidence.wheel, lambda: wheel_region(evidence)),
    }
    cues = []
    for name, (probability, find) in places.items():
        if probability >= _LEAST:
            place = find()
            if name == "steering_wheel" and (place is None or probability < _WHEEL_SEEN):
                continue
            if place is None and name == "seat_belt":
                probability *= _UNCONFIRMED
            cues.append(Cue(name, probability, polygon_region(scene, place.polygon) if place else None))
    return tuple(sorted(cues, key=lambda cue: -cue.probability))


def seat_side(scene: Scene) -> Side | None:
    """ "driver" when the person's own steering wheel is seen, else None: no side is claimed that was not seen.

    Which shoulder the belt lies on says nothing by itself: selfies come mirrored, and some drive on the left.
    """
    evidence = scene.car
    if evidence.view == "frame":  # nobody knows before whom the wheel is
        return None
    sure = evidence.wheel >= _WHEEL_SURE and evidence.interior >= _IN_A_CAR and wheel_before(evidence)
    return "driver" if sure else None
