"""Polygons drawn by hand on development photos (../shared/photos/outlines.json) as masks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

UNKNOWN, NONE, THERE = 127, 0, 255
"""Levels of a mask."""
CUES = ("belt", "headrest", "window", "roof", "wheel")
_THERE = {
    "seat_belt": "belt",
    "headrest": "headrest",
    "car_window": "window",
    "roof": "roof",
    "steering_wheel": "wheel",
}
_DOUBTFUL = {
    "seat_belt_other": "belt",
    "headrest_unclear": "headrest",
    "near_opening": "window",
    "windscreen_inside": "window",
}
"""Neither the cue that is asked for nor plainly something else. (A belt that hangs unused is none; so is the head
restraint of another seat.)"""
RESTRAINTS: dict[str, list] = json.loads(Path(__file__).with_name("restraints.json").read_text())
"""Head restraints of photographs that outlines.json lacks: polygons in fractions, by id, an empty list where the
person's own does not show; those of backgrounds are the ones that somebody can be put before."""


def outlines(photos: Path) -> dict[str, dict[str, Any]]:
    """The outlines by the photo's id."""
    drawn: dict[str, dict[str, Any]] = json.loads((photos / "outlines.json").read_text())
    return drawn


def masks(outline: dict[str, Any], height: int, width: int) -> np.ndarray:
    """(height, width, 5) in the order of CUES."""
    out = np.full((len(CUES), height, width), NONE, np.uint8)
    polygons = outline["polygons"]
    for names, level in ((_DOUBTFUL, UNKNOWN), (_THERE, THERE)):
        for name, cue in names.items():
            for polygon in polygons.get(name, []):
                points = np.round(np.array(polygon) * (width, height) * 16).astype(np.int32)
                cv2.fillPoly(out[CUES.index(cue)], [points], level, cv2.LINE_8, 4)
    if outline["flags"]["belt_worn"] == "unclear":
        out[0][out[0] == NONE] = UNKNOWN
    return np.ascontiguousarray(np.moveaxis(out, 0, 2))


def with_restraints(marked: np.ndarray | None, name: str, height: int, width: int) -> np.ndarray:
    """The masks of a photograph with its RESTRAINTS; of other cues nothing is known unless it has polygons."""
    if marked is None:
        marked = np.full((height, width, len(CUES)), UNKNOWN, np.uint8)
    own = np.zeros((height, width), np.uint8)
    for polygon in RESTRAINTS[name]:
        cv2.fillPoly(own, [np.round(np.array(polygon) * (width, height) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    marked[..., 1] = np.where(own > 0, THERE, NONE)
    return marked


def seen(outline: dict[str, Any]) -> dict[str, float]:
    """Which cues a photo shows, 1 or 0; absent when unclear."""
    told: dict[str, float] = {}
    for name, cue in _THERE.items():
        doubtful = any(outline["polygons"].get(other) for other, of in _DOUBTFUL.items() if of == cue)
        if outline["polygons"].get(name):
            told[cue] = 1.0
        elif not doubtful and not (cue == "belt" and outline["flags"]["belt_worn"] != "no"):
            told[cue] = 0.0
    return told
