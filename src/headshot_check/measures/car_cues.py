"""The visible signs of a car (cues), with their probability and region."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from headshot_check.measures.car_geometry import (
    Box,
    CueRegion,
    headrest_region,
    roof_region,
    shown,
    wheel_before,
    wheel_region,
    window_region,
)
from headshot_check.measures.car_strap import strap_region
from headshot_check.measures.places import polygon_region
from headshot_check.nets.car_evidence import CarEvidence
from headshot_check.report import Cue, CueName, Region, Side
from headshot_check.scene import Scene

# Least probability of a cue that is reported.
_LEAST = 0.2
# Of a cue that shows on its map but nowhere that is believable, no more than this is said: of the photographs that the
# network had not seen, it was there after all on a half.
_NO_PLACE = 0.8
# A steering wheel is rarely in the picture and the network has only seen rendered ones: named when it is sure and can
# outline it, believed to be the person's own when it is surer, in a car, and the wheel before the body.
_WHEEL_SEEN, _WHEEL_SURE, _IN_A_CAR = 0.6, 0.85, 0.5

_PLACES: dict[CueName, tuple[str, Callable[[CarEvidence, Sequence[Box]], CueRegion | None]]] = {
    "seat_belt": ("belt", strap_region),
    "headrest": ("headrest", headrest_region),
    "car_window": ("window", window_region),
    "roof": ("roof", roof_region),
    "steering_wheel": ("wheel", wheel_region),
}


def car_cues(scene: Scene) -> tuple[Cue, ...]:
    """The cues around the main face, or in the frame without one; strongest first.

    A cue is as probable as the network says, but no more than it shows anywhere, nor, where it is part of a vehicle,
    than the vehicle; one whose place cannot be outlined is named without one, and with less.
    """
    evidence = scene.car
    vehicle = max(evidence.probability, evidence.other_vehicle)
    cues = []
    for name, (kind, find) in _PLACES.items():
        probability = float(getattr(evidence, kind))
        if name != "headrest":  # office chairs have them too
            probability = min(probability, vehicle)
        if probability >= _LEAST:
            probability = min(probability, shown(evidence, kind))
        if probability < _LEAST:
            continue
        place = find(evidence, [face.box for face in scene.search.faces])
        if name == "steering_wheel" and (place is None or probability < _WHEEL_SEEN):
            continue
        if place is None:
            probability *= _NO_PLACE
        cues.append(Cue(name, probability, _region(scene, place) if place else None))
    return tuple(sorted(cues, key=lambda cue: -cue.probability))


def _region(scene: Scene, place: CueRegion) -> Region:
    """The part of a place that lies in the photo: its cells may reach beyond."""
    return polygon_region(scene, np.clip(place.polygon, 0, (scene.width, scene.height)))


def seat_side(scene: Scene) -> Side | None:
    """ "driver" when the person's own steering wheel is seen, else None: no side is claimed that was not seen.

    Which shoulder the belt lies on says nothing by itself: selfies come mirrored, and some drive on the left.
    """
    evidence = scene.car
    if evidence.view == "frame":  # nobody knows before whom the wheel is
        return None
    sure = evidence.wheel >= _WHEEL_SURE and evidence.interior >= _IN_A_CAR and wheel_before(evidence)
    return "driver" if sure else None
