"""Outlines of the car cues: head restraint, window, roof and steering wheel (for the seat belt see car_strap.py).

They follow the network's maps, without what is impossible: shapes on a face, a roof on a window, a head restraint away
from the head. Window, roof and wheel extend beyond head and shoulders, so they come from the maps of the whole frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car_evidence import CUES, CarEvidence

GRID = 96
"""side of the grid of shapes, cells: twice as fine as the maps"""
LEAST_MAP = 0.4
"""least peak of a map for the cue to have a place"""
SHOULDER_Y = 0.58
"""height of the shoulders in the window, in fractions of its side (the face is 0.31 wide, its centre at 0.34)"""
_BEFORE = 0.25
"""half of the body's width there"""
_INSIDE, _WHEEL_INSIDE = 0.5, 0.7
"""values of the map inside a shape; more for steering wheels, whose map is high on many round or rimmed objects"""
_LEAST = {"headrest": (0.012, 0.74), "window": (0.008, 0.72), "roof": (0.02, 0.78), "wheel": (0.02, 0.80)}
"""Area, as a share of the view, and mean of the map of which shapes are believed, by pictures that the network had not
seen. Of windows and roofs that lay right 2 to 5 % have less. Of head restraints behind composed people in
rendered cabins 62 % are then outlined rightly, 5 % wrongly, none of 36 where none shows and 9 of 229 elsewhere (at
0.68: 62 %, 7 %, 1 and 14; at 0.80: 52 %, 1 %, 0 and 5).
"""
_BESIDE = 0.28
"""How far from the head's middle a head restraint begins at most: half a face, the hair, and a head that leans away. At
0.24, 3 of 49 restraints of unseen sources that lay right were dropped, and one that lay wrong."""
_AT_THE_TOP = 0.06
"""How far below the photo's upper edge a roof begins at most, in sides of the frame: of 67 roofs that were drawn by
hand on photographs 66 begin there."""
_SOLID = 0.75
"""least share of its convex hull that a steering wheel fills"""
_FACE = (0.42, 0.58)
"""half axes of a face's ellipse (without ears, crown to chin) over the width of its BlazeFace box"""

_IN_THE_FRAME = ("window", "roof", "wheel")
"""cues that extend beyond head and shoulders"""

_Float = NDArray[np.float32]
Cells = NDArray[np.bool_]
Box = tuple[float, float, float, float]


class CueRegion(NamedTuple):
    """The outline of a cue."""

    polygon: _Float
    """(N, 2) photo pixels"""
    strength: float
    """0..1: mean of the map inside the polygon, for a strap times the contrast of its edges"""


def face_cells(evidence: CarEvidence, faces: Sequence[Box], *, necks: bool = False) -> Cells:
    """(GRID, GRID) mask of the faces with these boxes, in photo pixels, in the view.

    With `necks` also of what lies below each face, so that a shape around a head is open there and its outline leaves
    out the face.
    """
    cells = np.zeros((GRID, GRID), np.uint8)
    origin, right, down = evidence.window_points[0], evidence.window_points[1], evidence.window_points[3]
    turn = np.linalg.inv(np.stack([right - origin, down - origin], 1))
    scale = GRID * float(np.hypot(*turn[0]))
    roll = float(np.degrees(np.arctan2(turn[1, 0], turn[0, 0])))
    for x0, y0, x1, y1 in faces:
        x, y = ((turn @ (np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - origin)) * GRID).tolist()
        axes = (2 * _FACE[0] * (x1 - x0) * scale, 2 * _FACE[1] * (x1 - x0) * scale)
        cv2.ellipse(cells, ((x, y), axes, roll), 1, -1)
        if necks:
            half = max(1, round(axes[0] / 4))
            cells[max(0, round(y)) :, max(0, round(x) - half) : round(x) + half] = 1
    return cells > 0


def shown(evidence: CarEvidence, cue: str) -> float:
    """Peak of a cue's map, 0..1: the largest mean of 3 x 3 cells."""
    view = evidence.of_frame() if cue in _IN_THE_FRAME else evidence
    return float(cv2.blur(view.maps[CUES.index(cue)], (3, 3)).max())


def headrest_region(evidence: CarEvidence, faces: Sequence[Box] = ()) -> CueRegion | None:
    """The head restraint: the strongest shape of its map that starts beside the head; None if no face was found.

    A single closed shape: if the restraint is visible on both sides of the head, the larger part.
    """
    if evidence.view == "frame":
        return None
    return _shape(
        evidence, "headrest", _values(evidence, "headrest", face_cells(evidence, faces, necks=True)), _beside_the_head
    )


def window_region(evidence: CarEvidence, faces: Sequence[Box] = ()) -> CueRegion | None:
    """The car window: the strongest pane of its map."""
    frame = evidence.of_frame()
    return _shape(frame, "window", _values(frame, "window", face_cells(frame, faces, necks=True)))


def roof_region(evidence: CarEvidence, faces: Sequence[Box] = ()) -> CueRegion | None:
    """The roof liner: the strongest shape of its map above the faces that reaches the top and is not window."""
    frame = evidence.of_frame()
    covered = face_cells(frame, faces, necks=True)
    values = _values(frame, "roof", covered)
    values[_values(frame, "window", covered) >= np.minimum(values, _INSIDE)] = 0
    rows = np.nonzero(face_cells(frame, faces))[0]
    eyes = float(rows.mean()) if len(rows) else GRID / 2
    heights = frame.window_points[:, 1]
    top = GRID * (_AT_THE_TOP - float(heights[0]) / float(np.ptp(heights)))  # where the photo begins in the view

    def above(part: Cells) -> bool:
        rows = np.nonzero(part)[0]
        return float(rows.mean()) < eyes and int(rows.min()) <= top

    return _shape(frame, "roof", values, above)


def wheel_region(evidence: CarEvidence, faces: Sequence[Box] = ()) -> CueRegion | None:
    """The steering wheel: the strongest shape of its map."""
    frame = evidence.of_frame()
    values = _values(frame, "wheel", face_cells(frame, faces))
    return _shape(frame, "wheel", np.where(values >= _WHEEL_INSIDE, values, np.float32(0)), _round)


def wheel_before(evidence: CarEvidence) -> bool:
    """Whether the steering wheel's map lies low and across the body: in front of this person, not of a neighbour."""
    cells = evidence.maps[CUES.index("wheel")]
    peak = float(cells.max())
    if peak < LEAST_MAP:
        return False
    rows, columns = np.nonzero(cells >= 0.5 * peak)
    side = cells.shape[0]
    return bool(rows.mean() / side > SHOULDER_Y and abs((columns.mean() + 0.5) / side - 0.5) < _BEFORE)


def _beside_the_head(part: Cells) -> bool:
    rows, columns = np.nonzero(part)
    away = np.abs((columns + 0.5) / GRID - 0.5)
    return bool(away.min() < _BESIDE and (rows.mean() + 0.5) / GRID < SHOULDER_Y)


def _round(part: Cells) -> bool:
    """Whether a shape fills most of its convex hull, as a wheel or half of one does, but not parts of a dashboard."""
    corners = cv2.findNonZero(part.view(np.uint8))
    return bool(part.sum() >= _SOLID * cv2.contourArea(cv2.convexHull(corners)))


def _values(evidence: CarEvidence, cue: str, faces: Cells) -> _Float:
    """(GRID, GRID) a cue's map, 0 on faces."""
    cells = evidence.maps[CUES.index(cue)]
    values = np.asarray(cv2.resize(cells, (GRID, GRID), interpolation=cv2.INTER_LINEAR), np.float32)
    values[faces] = 0
    return values


def _shape(
    evidence: CarEvidence, cue: str, values: _Float, believable: Callable[[Cells], bool] = lambda part: True
) -> CueRegion | None:
    """The outline of the strongest connected and plausible part of a map, as a smooth polygon."""
    if float(values.max()) < LEAST_MAP:
        return None
    area, mean = _LEAST[cue]
    # remove spikes and threads of one or two cells
    solid = cv2.morphologyEx((values >= _INSIDE).view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, parts, sizes, _ = cv2.connectedComponentsWithStats(solid)
    found = [np.equal(parts, k) for k in range(1, count) if sizes[k, cv2.CC_STAT_AREA] >= area * GRID**2]
    found = [part for part in found if float(values[part].mean()) >= mean and believable(part)]
    if not found:
        return None
    part = max(found, key=lambda one: float(values[one].sum()))
    contours, _ = cv2.findContours(part.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = cv2.approxPolyDP(max(contours, key=cv2.contourArea), 0.012 * GRID, closed=True)[:, 0]
    if len(outline) < 3:
        return None
    points = evidence.to_photo((outline.astype(np.float32) + 0.5) / GRID)
    return CueRegion(points, float(values[part].mean()))
