"""What tells of a car, with its place: the network's maps, outlined."""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.measures.places import polygon_region
from headshot_check.nets.car import CUES, CarEvidence
from headshot_check.report import Cue, CueName, Region
from headshot_check.scene import NotAssessed, Scene

_NAMES: dict[str, CueName] = {"belt": "seat_belt", "headrest": "headrest", "window": "car_window", "roof": "roof"}
# A cue weaker than this is not worth a word.
_LEAST = 0.2
_UPSAMPLE = 160


def car_cues(scene: Scene) -> tuple[Cue, ...]:
    """The cues around the main face, strongest first; empty without a face."""
    try:
        evidence = scene.car
    except NotAssessed:
        return ()
    found = [
        Cue(_NAMES[name], probability, _outline(scene, evidence, index))
        for index, name in enumerate(CUES)
        if name in _NAMES and (probability := float(getattr(evidence, name))) >= _LEAST
    ]
    return tuple(sorted(found, key=lambda cue: -cue.probability))


def _outline(scene: Scene, evidence: CarEvidence, index: int) -> Region | None:
    """The largest place where a map is at least half its peak, as a convex polygon."""
    enlarged = cv2.resize(evidence.maps[index], (_UPSAMPLE, _UPSAMPLE), interpolation=cv2.INTER_CUBIC)
    peak = float(enlarged.max())
    if peak < 0.2:
        return None
    contours, _ = cv2.findContours((enlarged > peak / 2).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    outline = cv2.approxPolyDP(hull, 2.0, True).reshape(-1, 2)
    if len(outline) < 3:
        return None
    return polygon_region(scene, evidence.to_photo(outline / _UPSAMPLE))
