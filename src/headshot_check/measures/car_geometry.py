"""Places of the car cues as polygons: the strap across the body, the head restraint, the window.

The network's maps say roughly where; here the pixels say exactly. A strap is a band of constant width between two
parallel edges of opposite sign, running down from a shoulder; a head restraint is one closed shape behind the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car import CUES, SIZE, WINDOW_FACES, CarEvidence

_SIDE = SIZE
"""Side of the working copy of the window, px: as the network saw it."""
_LEAST_MAP = 0.3
"""A map that nowhere reaches this says nothing about a place (0.1-0.25 on rendered rooms, 0.7 and more in cars)."""
_LEAST_STRAP = 0.45
"""A weaker band is no strap (rendered belts: 0.5 and more; unbelted in a car 0.4, bags and lanyards 0.2 at most)."""
# Webbing is 4.7 cm wide (ECE R16: 46 mm at least), a face 14-16 cm; nearer to the lens or seen at an angle it varies.
_STRAP_FACES = (0.16, 0.52)
_STRAP_STEEP_DEG = (12, 72)
"""How far from the vertical a belt may run in the picture."""
_TURN_DEG = 6
_NEARLY, _MOST_LEANS = 0.9, 3
"""Directions that hold nearly as much of the map as the best one are tried, the best three."""
_FULL_LIGHT, _DARKEST = 110.0, 15.0
"""Steps are as at this grey level; below the other, noise is not lifted any further."""
_HALF_CLEAR = 3.0
"""Grey levels a px at which an edge is half convincing."""
# Where shoulders are in the window (fractions of its side; the face is 0.31 wide, its centre at 0.34).
_CHIN_Y, _SHOULDER_Y, _CHEST_Y = 0.50, 0.58, 0.74
_NECK = 0.07
_BEFORE = 0.25
"""Half of how wide the body is there."""
# 1 on the axis of the window, which is the head's, half a face's width off it still 0.6.
_HEAD_AXIS = 1 / (1 + (((np.arange(_SIDE) + 0.5) / _SIDE - 0.5) * WINDOW_FACES / 0.6) ** 2)

_Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CueRegion:
    """Where a cue shows."""

    polygon: _Float
    """(N, 2) photo pixels, clockwise from the top left"""
    strength: float
    """0..1: the map's mean inside the polygon, for a strap times how well its two edges stand out"""


def strap_region(evidence: CarEvidence) -> CueRegion | None:
    """The seat belt's band, or None when there is none that looks like a strap.

    A strap has two parallel edges a constant width apart, differs from what lies on both sides of it, and runs down
    from one shoulder. Misleading where a jacket's edge or a second strap runs along the belt.
    """
    cells = evidence.maps[CUES.index("belt")]
    if float(cells.max()) < _LEAST_MAP:
        return None
    main = _heaviest(cells)
    belt, whole = _enlarged(main, _SIDE), _enlarged(cells, _SIDE)
    steps = _colour_steps(evidence.pixels, belt)
    best: tuple[_Band, float] | None = None
    for angle in _leans_deg(main):
        found = _band(*_upright(belt, steps, angle))
        if found is not None and (best is None or found.score > best[0].score):
            best = found, angle
    if best is None:
        return None
    band, angle = best
    outline = _outline(_turned(whole, angle), band.left, band.right)
    if outline is None:
        return None
    points, mean = outline
    strength = float(np.clip(mean * (0.6 + 0.4 * band.edges), 0, 1))
    back = cv2.invertAffineTransform(_rotation(angle))
    polygon = np.asarray((points @ back[:, :2].T + back[:, 2]) / _SIDE, np.float32)
    if strength < _LEAST_STRAP or not _over_a_shoulder(polygon):
        return None
    return CueRegion(_clockwise(evidence.to_photo(polygon)), strength)


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
    if peak < _LEAST_MAP:
        return False
    rows, columns = np.nonzero(cells >= 0.5 * peak)
    side = cells.shape[0]
    return bool(rows.mean() / side > _SHOULDER_Y and abs((columns.mean() + 0.5) / side - 0.5) < _BEFORE)


def _map(evidence: CarEvidence, cue: str, side: int) -> _Float:
    """One cue's map at side x side."""
    return _enlarged(evidence.maps[CUES.index(cue)], side)


def _enlarged(cells: _Float, side: int) -> _Float:
    return np.asarray(cv2.resize(cells, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 1), np.float32)


def _heaviest(cells: _Float) -> _Float:
    """The connected part that holds most of the map, with the cells round it; the rest 0.

    Between a belt and a second patch elsewhere there would always be a direction that joins them.
    """
    count, parts = cv2.connectedComponents((cells >= 0.25 * cells.max()).astype(np.uint8))
    part = max(range(1, count), key=lambda k: float(cells[parts == k].sum()))
    near = cv2.dilate((parts == part).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(cells * near, np.float32)


def _rotation(angle_deg: float) -> NDArray[np.float64]:
    return np.asarray(cv2.getRotationMatrix2D((_SIDE / 2, _SIDE / 2), angle_deg, 1.0), np.float64)


def _turned(picture: _Float, angle_deg: float) -> _Float:
    """Turned so that a strap leaning by angle_deg stands upright."""
    turned = cv2.warpAffine(picture, _rotation(angle_deg), (_SIDE, _SIDE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.float32)


def _colour_steps(pixels: NDArray[np.uint8], belt: _Float) -> _Float:
    """(S, S, 6) changes of the three colours per px to the right and down, as if the strap's place were full lit."""
    weight = np.where(belt > 0.4 * belt.max(), belt, 0)
    light = float((pixels.mean(2) * weight).sum() / weight.sum())
    smooth = cv2.GaussianBlur(pixels, (0, 0), 1.2).astype(np.float32) * (_FULL_LIGHT / (light + _DARKEST))
    ways = [cv2.Sobel(smooth, cv2.CV_32F, *d, ksize=1, borderType=cv2.BORDER_REPLICATE) for d in ((1, 0), (0, 1))]
    return np.concatenate(ways, 2)


def _upright(belt: _Float, steps: _Float, angle_deg: float) -> tuple[_Float, _Float]:
    """The map, and the colours' steps across (S, S, 3), turned so that a strap leaning by angle_deg stands upright."""
    turn = _rotation(angle_deg)
    across = steps[..., :3] * np.float32(turn[0, 0]) + steps[..., 3:] * np.float32(turn[0, 1])
    both = _turned(np.dstack([belt, across]), angle_deg)
    return both[..., 0], both[..., 1:]


@lru_cache(maxsize=4)
def _bands(cells: int) -> tuple[_Float, _Float]:
    """Every direction in degrees, and (cells**2, directions, offsets) how much of a cell each of its bands holds."""
    low, high = _STRAP_STEEP_DEG
    leans = np.array([lean for lean in range(-high, high + 1, _TURN_DEG) if abs(lean) >= low], np.float32)
    y, x = (np.mgrid[:cells, :cells].reshape(2, -1).astype(np.float32) + 0.5) / cells - 0.5
    turn = np.radians(leans)
    # a strap that leans right by `lean` has the normal (cos, sin): its points share one distance along it
    along = x[:, None] * np.cos(turn) + y[:, None] * np.sin(turn)
    offsets = np.linspace(-0.6, 0.6, 2 * cells, dtype=np.float32)
    reach = 0.5 * sum(_STRAP_FACES) / WINDOW_FACES  # half of the widest and narrowest strap's mean width, doubled
    held = np.clip(1 - np.abs(along[:, :, None] - offsets) / reach, 0, 1)
    return leans, np.asarray(held, np.float32)


def _leans_deg(cells: _Float) -> list[float]:
    """The few directions in which the map holds most along one band: degrees from the vertical, top to the right."""
    leans, held = _bands(cells.shape[0])
    weight = np.where(cells > 0.3 * cells.max(), cells, 0).reshape(-1)
    most = np.tensordot(weight, held, 1).max(1)
    order = [k for k in np.argsort(-most) if most[k] >= _NEARLY * most.max()][:_MOST_LEANS]
    return [float(leans[k]) for k in order]


@dataclass(frozen=True, slots=True)
class _Band:
    """An upright band of the turned window."""

    score: float
    left: float
    right: float
    edges: float
    """how well both edges stand out, 0..1"""


def _band(belt: _Float, across: _Float) -> _Band | None:
    """The best upright band of the turned map and the turned steps across it."""
    weight = np.where(belt > 0.4 * belt.max(), belt, 0)
    mass = weight.sum(0)
    if mass.max() <= 0:
        return None
    # signed means: an edge counts as far as it runs straight down the band with one sign
    edge = np.einsum("yx,yxc->xc", weight, across) / np.maximum(mass, 0.15 * mass.max())[:, None]
    reach = np.concatenate([[0.0], np.cumsum(mass)])
    low, high = (max(2, round(f / WINDOW_FACES * _SIDE)) for f in _STRAP_FACES)
    left = np.arange(_SIDE - high)[:, None]
    width = np.arange(low, high + 1)
    inside = (reach[left + width] - reach[left]) / width
    first, last = edge[left], edge[left + width - 1]
    sizes = np.sqrt((first**2).sum(2)), np.sqrt((last**2).sum(2))
    # what changes on the left must change back on the right
    opposite = np.minimum(*sizes) * np.clip(-(first * last).sum(2) / np.maximum(sizes[0] * sizes[1], 1e-6), 0, 1)
    clear = opposite / (opposite + _HALF_CLEAR)
    score = inside * (0.5 + clear)
    row, column = np.unravel_index(int(score.argmax()), score.shape)
    at = float(left[row, 0])
    return _Band(float(score[row, column]), at, at + float(width[column]), float(clear[row, column]))


def _over_a_shoulder(polygon: _Float) -> bool:
    """Whether a band in fractions of the window runs down from beside the neck, over the chest.

    A lapel or a tie begins at the neck's middle; a band that stays below the chest or beside the body is no belt.
    """
    centre_x, centre_y = polygon[:, 0], polygon[:, 1]
    top, bottom = float(centre_y.min()), float(centre_y.max())
    slope, at = np.polyfit(centre_y, centre_x, 1)
    beside = abs(float(slope) * max(top, _CHIN_Y) + float(at) - 0.5)
    return bottom > _SHOULDER_Y and top < _CHEST_Y and beside >= _NECK


def _outline(belt: _Float, left: float, right: float) -> tuple[_Float, float] | None:
    """Where the upright band carries belt: its outline (N, 2) in the turned window, and the map's mean inside."""
    inside = belt[:, int(left) : max(int(right), int(left) + 1)].mean(1)
    rows = np.flatnonzero(inside > 0.45 * inside.max())
    if len(rows) < 0.15 * _SIDE:
        return None
    top, bottom = float(rows[0]), float(rows[-1] + 1)
    # the band may bend over the chest: follow the map's centre, a parabola at most, by little
    y = rows + 0.5
    near = slice(max(0, int(left - 6)), int(right + 6))
    x = np.arange(_SIDE, dtype=np.float32)[near] + 0.5
    part = belt[rows][:, near] ** 2
    centre = (part * x).sum(1) / np.maximum(part.sum(1), 1e-6)
    bend = np.polyfit(y, centre, 2, w=inside[rows])
    steps = np.linspace(top, bottom, 7)
    limit = (right - left) / 2
    shift = np.clip(np.polyval(bend, steps) - (left + right) / 2, -limit, limit)
    shift -= shift.mean()
    sides = [np.stack([edge + shift, steps], 1) for edge in (left, right)]
    outline = np.concatenate([sides[0], sides[1][::-1]]).astype(np.float32)
    return outline, float(inside[rows].mean())


def _shape(evidence: CarEvidence, cue: str, share: float, *, round_head: bool = False) -> CueRegion | None:
    """The connected part of a map above `share` of its peak that holds most of it, as a smooth polygon.

    With `round_head` a part counts less the farther its middle lies from the head's axis.
    """
    values = _map(evidence, cue, _SIDE)
    peak = float(values.max())
    if peak < _LEAST_MAP:
        return None
    above = (values >= share * peak).astype(np.uint8)
    count, parts = cv2.connectedComponents(above)
    counted = values * _HEAD_AXIS if round_head else values
    heaviest = max(range(1, count), key=lambda k: float(counted[parts == k].sum()))
    part = (parts == heaviest).astype(np.uint8)
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = cv2.approxPolyDP(max(contours, key=cv2.contourArea), 0.015 * _SIDE, closed=True)[:, 0]
    if len(outline) < 3:
        return None
    points = evidence.to_photo((outline.astype(np.float32) + 0.5) / _SIDE)
    return CueRegion(_clockwise(points), float(values[part > 0].mean()))


def _clockwise(points: _Float) -> _Float:
    """Ordered clockwise on the screen, beginning nearest to the top left of its bounding box."""
    x, y = points[:, 0], points[:, 1]
    area = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    ordered = points if area >= 0 else points[::-1]
    first = int(np.argmin((ordered - ordered.min(0)).sum(1)))
    return np.asarray(np.roll(ordered, -first, axis=0), np.float32)
