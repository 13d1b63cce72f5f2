"""Places of the car cues as polygons: the strap across the body, the head restraint, the window.

The network's maps say roughly where; here the pixels say exactly. A strap is a band of constant width between two
parallel edges of opposite sign, running down from a shoulder; a head restraint is one closed shape behind the head.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car import CUES, FILL, WINDOW_FACES, CarEvidence
from headshot_check.nets.geometry import Square

_SIDE = 160
"""Side of the working copy of the window, px."""
_LEAST_MAP = 0.3
"""A map that nowhere reaches this says nothing about a place (0.1-0.25 on rendered rooms, 0.7 and more in cars)."""
_LEAST_STRAP = 0.45
"""A weaker band is no strap (rendered belts: 0.5 and more; unbelted in a car 0.4, bags and lanyards 0.2 at most)."""
# Webbing is 4.7 cm wide (ECE R16: 46 mm at least), a face 14-16 cm; nearer to the lens or seen at an angle it varies.
_STRAP_FACES = (0.16, 0.52)
_STRAP_STEEP_DEG = (12, 78)
"""How far from the vertical a belt may run in the picture."""
_SEARCH_DEG = 24
"""How far from the map's main axis the edges are sought."""

_Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CueRegion:
    """Where a cue shows."""

    polygon: _Float
    """(N, 2) photo pixels, clockwise from the top left"""
    strength: float
    """0..1: the map's mean inside the polygon, for a strap times how well its two edges stand out"""


def strap_region(rgb: NDArray[np.uint8], evidence: CarEvidence) -> CueRegion | None:
    """The seat belt's band, or None when the map shows none that looks like a strap.

    Parameters
    ----------
    rgb
        The photo (H, W, 3) that `evidence` was taken from.
    """
    belt = _map(evidence, "belt", _SIDE)
    if float(belt.max()) < _LEAST_MAP:
        return None
    grey = cv2.cvtColor(_window_pixels(rgb, evidence), cv2.COLOR_RGB2GRAY).astype(np.float32)
    best: tuple[float, float, float, float, float] | None = None
    low, high = _STRAP_STEEP_DEG
    lean = _lean_deg(belt)
    for turn in range(round(lean) - _SEARCH_DEG, round(lean) + _SEARCH_DEG + 1, 6):
        if not low <= abs(turn) <= high:
            continue
        found = _band(_turned(belt, turn), _turned(grey, turn))
        if found is not None and (best is None or found[0] > best[0]):
            best = (*found, float(turn))
    if best is None:
        return None
    _, left, right, edges, angle = best
    outline = _outline(_turned(belt, angle), left, right)
    if outline is None:
        return None
    points, mean = outline
    back = cv2.invertAffineTransform(_rotation(angle))
    polygon = (points @ back[:, :2].T + back[:, 2]) / _SIDE
    strength = float(np.clip(mean * (0.6 + 0.4 * edges), 0, 1))
    if strength < _LEAST_STRAP:
        return None
    return CueRegion(_clockwise(evidence.to_photo(polygon)), strength)


def headrest_region(evidence: CarEvidence) -> CueRegion | None:
    """The head restraint: the strongest shape of its map, behind or beside the head."""
    return _shape(evidence, "headrest", 0.5)


def window_region(evidence: CarEvidence) -> CueRegion | None:
    """The car window or pillar: the strongest shape of its map."""
    return _shape(evidence, "window", 0.55)


def roof_region(evidence: CarEvidence) -> CueRegion | None:
    """The roof liner: the strongest shape of its map."""
    return _shape(evidence, "roof", 0.55)


def _map(evidence: CarEvidence, cue: str, side: int) -> _Float:
    """One cue's map at side x side."""
    cells = evidence.maps[CUES.index(cue)]
    return np.asarray(cv2.resize(cells, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 1), np.float32)


def _window_pixels(rgb: NDArray[np.uint8], evidence: CarEvidence) -> NDArray[np.uint8]:
    origin, right, _, down = evidence.window_points
    centre = (right + down) / 2
    side = float(np.hypot(*(right - origin)))
    roll = math.atan2(float(right[1] - origin[1]), float(right[0] - origin[0]))
    return Square(float(centre[0]), float(centre[1]), side, roll).crop(rgb, _SIDE, fill=FILL)


def _rotation(angle_deg: float) -> NDArray[np.float64]:
    return np.asarray(cv2.getRotationMatrix2D((_SIDE / 2, _SIDE / 2), angle_deg, 1.0), np.float64)


def _turned(picture: _Float, angle_deg: float) -> _Float:
    """Turned so that a strap leaning by angle_deg stands upright."""
    turned = cv2.warpAffine(picture, _rotation(angle_deg), (_SIDE, _SIDE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.float32)


def _lean_deg(belt: _Float) -> float:
    """How far the map's main axis leans from the vertical, positive when its top lies to the right of its foot."""
    weight = np.where(belt > 0.4 * belt.max(), belt, 0).astype(np.float64)
    y, x = np.mgrid[:_SIDE, :_SIDE]
    total = weight.sum()
    dx, dy = x - (x * weight).sum() / total, y - (y * weight).sum() / total
    xx, yy, xy = ((weight * product).sum() for product in (dx * dx, dy * dy, dx * dy))
    return float(np.degrees(0.5 * math.atan2(-2 * xy, yy - xx)))


def _band(belt: _Float, grey: _Float) -> tuple[float, float, float, float] | None:
    """The best upright band: its score, left and right edge, and how well the edges stand out (0..1)."""
    weight = np.where(belt > 0.4 * belt.max(), belt, 0)
    mass = weight.sum(0)
    if mass.max() <= 0:
        return None
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2)
    step = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=1, borderType=cv2.BORDER_REPLICATE)
    # signed means: an edge counts as far as it runs straight down the band with one sign
    edge = (step * weight).sum(0) / np.maximum(mass, 0.15 * mass.max())
    reach = np.concatenate([[0.0], np.cumsum(mass)])
    low, high = (max(2, round(f / WINDOW_FACES * _SIDE)) for f in _STRAP_FACES)
    best: tuple[float, float, float, float] | None = None
    for width in range(low, high + 1):
        inside = (reach[width:] - reach[:-width]) / width  # (n - width + 1,)
        ends = edge[: len(inside)], edge[width - 1 :]
        opposite = np.minimum(np.abs(ends[0]), np.abs(ends[1])) * (ends[0] * ends[1] < 0)
        clear = opposite / (opposite + 3.0)  # 3 grey levels a pixel: half convincing
        score = inside * (0.5 + clear)
        at = int(score.argmax())
        if best is None or score[at] > best[0]:
            best = float(score[at]), float(at), float(at + width), float(clear[at])
    return best


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


def _shape(evidence: CarEvidence, cue: str, share: float) -> CueRegion | None:
    """The connected part of a map above `share` of its peak that holds most of it, as a smooth polygon."""
    values = _map(evidence, cue, _SIDE)
    peak = float(values.max())
    if peak < _LEAST_MAP:
        return None
    above = (values >= share * peak).astype(np.uint8)
    count, parts = cv2.connectedComponents(above)
    heaviest = max(range(1, count), key=lambda k: float(values[parts == k].sum()))
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
