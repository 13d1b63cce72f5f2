"""What tells of a car, with its place."""

from __future__ import annotations

from collections.abc import Callable

from headshot_check.measures.car_geometry import (
    CueRegion,
    headrest_region,
    roof_region,
    strap_region,
    window_region,
)
from headshot_check.measures.places import polygon_region
from headshot_check.report import Cue, CueName
from headshot_check.scene import NotAssessed, Scene

# A cue weaker than this is not worth a word.
_LEAST = 0.2
# What a belt that only the network sees counts for, when no strap can be outlined: too little to be named.
_UNCONFIRMED = 0.5


def car_cues(scene: Scene) -> tuple[Cue, ...]:
    """The cues around the main face, strongest first; empty without a face."""
    try:
        evidence = scene.car
    except NotAssessed:
        return ()
    places: dict[CueName, tuple[float, Callable[[], CueRegion | None]]] = {
        "seat_belt": (evidence.belt, lambda: strap_region(scene.photo.rgb, evidence)),
        "headrest": (evidence.headrest, lambda: headrest_region(evidence)),
        "car_window": (evidence.window, lambda: window_region(evidence)),
        "roof": (evidence.roof, lambda: roof_region(evidence)),
    }
    cues = []
    for name, (probability, find) in places.items():
        if probability >= _LEAST:
            place = find()
            if place is None and name == "seat_belt":
                probability *= _UNCONFIRMED
            cues.append(Cue(name, probability, polygon_region(scene, place.polygon) if place else None))
    return tuple(sorted(cues, key=lambda cue: -cue.probability))
