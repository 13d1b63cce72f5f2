"""What tells of a car, with its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from headshot_check.measures.car_geometry import (
    Box,
    CueRegion,
    headrest_region,
    roof_region,
    wheel_before,
    wheel_region,
    window_region,
)
from headshot_check.measures.car_strap import strap_region
from headshot_check.measures.places import polygon_region
from headshot_check.nets.car import CarEvidence
from headshot_check.report import Cue, CueName, Side
from headshot_check.scene import Scene

# A cue weaker than this is not worth a word.
_LEAST = 0.2
# What a cue loses, in log-odds, when nothing believable can be outlined: of the photographs that were learnt from, one
# of six with a belt lacks an outline by a network that had not seen them, of those without a belt nearly all.
_NO_PLACE = 2.0
# A steering wheel is rarely in the picture and the network has only seen rendered ones: named when it is sure and can
# outline it, believed to be the person's own when it is surer, in a car, and the wheel before the body.
_WHEEL_SEEN, _WHEEL_SURE, _IN_A_CAR = 0.6, 0.85, 0.5

_PLACES: dict[CueName, Callable[[CarEvidence, Sequence[Box]], CueRegion | None]] = {
    "seat_belt": strap_region,
    "headrest": headrest_region,
    "car_window": window_region,
    "roof": roof_region,
    "steering_wheel": wheel_region,
}


def car_cues(scene: Scene) -> tuple[Cue, ...]:
    """The cues around the main face, or in the frame without one; strongest first.

    A cue whose place cannot be outlined is named without one, and with less.
    """
    evidence = scene.car
    seen: dict[CueName, float] = {
        "seat_belt": evidence.belt,
        "headrest": evidence.headrest,
        "car_window": evidence.window,
        "roof": evidence.roof,
        "steering_wheel": evidence.wheel,
    }
    likely = {name: probability for name, probability in seen.items() if probability >= _LEAST}
    if not likely:
        return ()
    faces = [face.box for face in scene.search.faces]
    cues = []
    for name, probability in likely.items():
        place = _PLACES[name](evidence, faces)
        if name == "steering_wheel" and (place is None or probability < _WHEEL_SEEN):
            continue
        if place is None:
            probability = _less(probability)
        if probability >= _LEAST:
            cues.append(Cue(name, probability, polygon_region(scene, place.polygon) if place else None))
    return tuple(sorted(cues, key=lambda cue: -cue.probability))


def _less(probability: float) -> float:
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return 1 / (1 + (1 - kept) / kept * math.exp(_NO_PLACE))


def seat_side(scene: Scene) -> Side | None:
    """ "driver" when the person's own steering wheel is seen, else None: no side is claimed that was not seen.

    Which shoulder the belt lies on says nothing by itself: selfies come mirrored, and some drive on the left.
    """
    evidence = scene.car
    if evidence.view == "frame":  # nobody knows before whom the wheel is
        return None
    sure = evidence.wheel >= _WHEEL_SURE and evidence.interior >= _IN_A_CAR and wheel_before(evidence)
    return "driver" if sure else None
