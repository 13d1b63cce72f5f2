"""Places of the car cues as polygons: the head restraint, the window, the roof, the wheel (the strap: car_strap.py).

The network's maps say roughly where: each place is one closed shape of its map.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car import CUES, SIZE, WINDOW_FACES, CarEvidence

LEAST_MAP = 0.3
"""A map that nowhere reaches this says nothing about a place (0.1-0.25 on rendered rooms, 0.7 and more in cars)."""
SHOULDER_Y = 0.58
"""Where shoulders are in the window (fractions of its side; the face is 0.31 wide, its centre at 0.34)."""
_BEFORE = 0.25
"""Half of how wide the body is there."""
# 1 on the axis of the window, which is the head's, half a face's width off it still 0.6.
_HEAD_AXIS = 1 / (1 + (((np.arange(SIZE) + 0.5) / SIZE - 0.5) * WINDOW_FACES / 0.6) ** 2)

_Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CueRegion:
    """Where a cue shows."""

    polygon: _Float
    """(N, 2) photo pixels, clockwise from the top left"""
    strength: float
    """0..1: the map's mean inside the polygon, for a strap times how well its two edges stand out"""


def headrest_region(evidence: CarEvidence) -> CueRegion | None:
    """The head restraint: the strongest shape of its map round the head; a neighbour's or one further back counts less.

    One closed shape: of a restraint that shows on both sides of the head, the larger part.
    """
    return _shape(evidence, "headrest", 0.5, round_head=True)


def window_region(evidence: CarEvidence) -> CueRegion | None:
    """The car window or pillar: the strongest shape of its map."""
    return _shape(evidence, "window", 0.55)


def roof_region(evidence: CarEvidence) -> CueRegion | None:
    """The roof liner: the strongest shape of its map."""
    return _shape(evidence, "roof", 0.55)


def wheel_region(evidence: CarEvidence) -> CueRegion | None:
    """The steering wheel: the strongest shape of its map."""
    return _shape(evidence, "wheel", 0.5)


def wheel_before(evidence: CarEvidence) -> bool:
    """Whether the steering wheel's map lies low and across the body: before this person, not before a neighbour."""
    cells = evidence.maps[CUES.index("wheel")]
    peak = float(cells.max())
    if peak < LEAST_MAP:
        return False
    rows, columns = np.nonzero(cells >= 0.5 * peak)
    side = cells.shape[0]
    return bool(rows.mean() / side > SHOULDER_Y and abs((columns.mean() + 0.5) / side - 0.5) < _BEFORE)


def _shape(evidence: CarEvidence, cue: str, share: float, *, round_head: bool = False) -> CueRegion | None:
    """The connected part of a map above `share` of its peak that holds most of it, as a smooth polygon.

    With `round_head` a part counts less the farther its middle lies from the head's axis.
    """
    values = enlarged(evidence.maps[CUES.index(cue)])
    peak = float(values.max())
    if peak < LEAST_MAP:
        return None
    part = values >= share * peak
    count, parts = cv2.connectedComponents(part.view(np.uint8))
    if count > 2:
        counted = values * _HEAD_AXIS if round_head else values
        part = max((np.equal(parts, k) for k in range(1, count)), key=lambda one: float(counted[one].sum()))
    contours, _ = cv2.findContours(part.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = cv2.approxPolyDP(max(contours, key=cv2.contourArea), 0.015 * SIZE, closed=True)[:, 0]
    if len(outline) < 3:
        return None
    points = evidence.to_photo((outline.astype(np.float32) + 0.5) / SIZE)
    return CueRegion(clockwise(points), float(values[part].mean()))


def enlarged(cells: _Float) -> _Float:
    """(SIZE, SIZE) a map at the scale that the network saw the window at."""
    return np.asarray(cv2.resize(cells, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC).clip(0, 1), np.float32)


def clockwise(points: _Float) -> _Float:
    """Ordered clockwise on the screen, beginning nearest to the top left of its bounding box."""
    ordered = points.tolist()
    area = sum(x0 * y1 - y0 * x1 for (x0, y0), (x1, y1) in zip(ordered, ordered[1:] + ordered[:1], strict=True))
    if area < 0:
        ordered.reverse()
    first = min(range(len(ordered)), key=lambda k: sum(ordered[k]))
    return np.array(ordered[first:] + ordered[:first], np.float32)
