"""The seat belt's place as a polygon: the strap across the body.

The network's map says roughly where; here the pixels say exactly. A strap is a band of constant width between two
parallel edges of opposite sign, running down from a shoulder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.car_geometry import LEAST_MAP, SHOULDER_Y, CueRegion, clockwise, enlarged
from headshot_check.nets.car import CUES, SIZE, WINDOW_FACES, CarEvidence

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
# In fractions of the window's side, as SHOULDER_Y.
_CHIN_Y, _CHEST_Y = 0.50, 0.74
_NECK = 0.07

_Float = NDArray[np.float32]


def strap_region(evidence: CarEvidence) -> CueRegion | None:
    """The seat belt's band, or None when there is none that looks like a strap.

    A strap has two parallel edges a constant width apart, differs from what lies on both sides of it, and runs down
    from one shoulder. Misleading where a jacket's edge or a second strap runs along the belt.
    """
    cells = evidence.maps[CUES.index("belt")]
    if float(cells.max()) < LEAST_MAP:
        return None
    main = _heaviest(cells)
    belt, whole = enlarged(main), enlarged(cells)
    smooth = _smooth(evidence.pixels, belt)
    best: tuple[_Band, float] | None = None
    for angle in _leans_deg(main):
        found = _band(*_upright(belt, smooth, angle))
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
    polygon = np.asarray((points @ back[:, :2].T + back[:, 2]) / SIZE, np.float32)
    if strength < _LEAST_STRAP or not _over_a_shoulder(polygon):
        return None
    return CueRegion(clockwise(evidence.to_photo(polygon)), strength)


def _heaviest(cells: _Float) -> _Float:
    """The connected part that holds most of the map, with the cells round it; the rest 0.

    Between a belt and a second patch elsewhere there would always be a direction that joins them.
    """
    count, parts = cv2.connectedComponents((cells >= 0.25 * cells.max()).astype(np.uint8))
    part = max(range(1, count), key=lambda k: float(cells[parts == k].sum()))
    near = cv2.dilate((parts == part).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(cells * near, np.float32)


def _rotation(angle_deg: float) -> NDArray[np.float64]:
    return np.asarray(cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), angle_deg, 1.0), np.float64)


def _turned(picture: _Float, angle_deg: float) -> _Float:
    """Turned so that a strap leaning by angle_deg stands upright."""
    turned = cv2.warpAffine(picture, _rotation(angle_deg), (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Smooth:
    """The window without its grain, as if the strap's place were fully lit."""

    right: _Float
    down: _Float
    """(S, S, 3) changes of the three colours per px, in grey levels as they are"""
    gain: float
    """of the light"""


def _smooth(pixels: NDArray[np.uint8], belt: _Float) -> _Smooth:
    weight = np.where(belt > 0.4 * belt.max(), belt, 0).ravel()
    light = float((weight @ pixels.reshape(-1, 3).astype(np.float32)).sum() / (3 * weight.sum()))
    smooth = cv2.GaussianBlur(pixels, (0, 0), 1.2)
    right, down = (
        np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=1, borderType=cv2.BORDER_REPLICATE), np.float32)
        for way in ((1, 0), (0, 1))
    )
    return _Smooth(right, down, _FULL_LIGHT / (light + _DARKEST))


def _upright(belt: _Float, smooth: _Smooth, angle_deg: float) -> tuple[_Float, _Float]:
    """The map, and the colours' steps across (3, S, S), turned so that a strap leaning by angle_deg stands upright."""
    turn = _rotation(angle_deg)
    across = cv2.addWeighted(smooth.right, turn[0, 0] * smooth.gain, smooth.down, turn[0, 1] * smooth.gain, 0)
    turned = cv2.split(_turned(np.asarray(cv2.merge([belt, across]), np.float32), angle_deg))
    return np.asarray(turned[0], np.float32), np.asarray(turned[1:], np.float32)


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
    flat = cells.ravel()
    heavy = np.flatnonzero(flat > 0.3 * flat.max())
    most = (flat[heavy] @ held[heavy].reshape(len(heavy), -1)).reshape(held.shape[1:]).max(1)
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
    edge = (weight * across).sum(1) / np.maximum(mass, 0.15 * mass.max())
    reach = np.concatenate([[0.0], np.cumsum(mass)])
    low, high = (max(2, round(f / WINDOW_FACES * SIZE)) for f in _STRAP_FACES)
    left = np.arange(SIZE - high)[:, None]
    width = np.arange(low, high + 1)
    inside = (reach[left + width] - reach[left]) / width
    size = np.sqrt((edge * edge).sum(0))
    first, last = size[left], size[left + width - 1]
    # what changes on the left must change back on the right
    product = (edge[:, left] * edge[:, left + width - 1]).sum(0)
    opposite = np.minimum(first, last) * np.clip(-product / np.maximum(first * last, 1e-6), 0, 1)
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
    at, slope = _fitted(centre_y, centre_x, 1)
    beside = abs(slope * max(top, _CHIN_Y) + at - 0.5)
    return bottom > SHOULDER_Y and top < _CHEST_Y and beside >= _NECK


def _outline(belt: _Float, left: float, right: float) -> tuple[_Float, float] | None:
    """Where the upright band carries belt: its outline (N, 2) in the turned window, and the map's mean inside."""
    inside = belt[:, int(left) : max(int(right), int(left) + 1)].mean(1)
    rows = np.flatnonzero(inside > 0.45 * inside.max())
    if len(rows) < 0.15 * SIZE:
        return None
    top, bottom = float(rows[0]), float(rows[-1] + 1)
    # the band may bend over the chest: follow the map's centre, a parabola at most, by little
    y = rows + 0.5
    near = slice(max(0, int(left - 6)), int(right + 6))
    x = np.arange(SIZE, dtype=np.float32)[near] + 0.5
    part = belt[rows][:, near] ** 2
    centre = (part * x).sum(1) / np.maximum(part.sum(1), 1e-6)
    # about their middle, for the sake of the digits
    middle = (top + bottom) / 2
    offset, slope, bend = _fitted(y - middle, centre, 2, inside[rows])
    steps = np.linspace(top, bottom, 7)
    limit = (right - left) / 2
    shift = np.clip(offset + (steps - middle) * (slope + (steps - middle) * bend) - (left + right) / 2, -limit, limit)
    shift -= shift.mean()
    sides = [np.stack([edge + shift, steps], 1) for edge in (left, right)]
    outline = np.concatenate([sides[0], sides[1][::-1]]).astype(np.float32)
    return outline, float(inside[rows].mean())


def _fitted(
    x: NDArray[np.floating], y: NDArray[np.floating], degree: int, weight: NDArray[np.floating] | None = None
) -> list[float]:
    """Coefficients of a polynomial by least squares, the constant first; weights as `np.polyfit` has them."""
    powers = np.vander(np.asarray(x, np.float64), degree + 1, increasing=True)
    target = np.asarray(y, np.float64)
    if weight is not None:
        powers, target = powers * weight[:, None], target * weight
    found: list[float] = np.linalg.lstsq(powers, target, rcond=None)[0].tolist()
    return found
