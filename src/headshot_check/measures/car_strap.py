"""The outline of the seat belt's strap across the body.

The network's map gives its rough place, as the straight run that contains most of the map; the pixels give the exact
one: a strap is a band of constant width between two parallel edges of opposite sign, running down from a shoulder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.car_geometry import LEAST_MAP, Box, CueRegion, face_cells
from headshot_check.nets.car_evidence import CUES, CarEvidence
from headshot_check.nets.car_views import WINDOW_FACES

_LEAST_STRAP = 0.4
"""least strength of a strap"""
_LEAST_EDGES = 0.3
"""least contrast of its edges: a plain border of a card has one edge only"""
# Width of the strap in face widths: webbing is 4.7 cm wide (ECE R16: at least 46 mm), a face 14 to 16 cm; it varies
# with distance and angle.
_STRAP_FACES = (0.12, 0.60)
_STRAP_STEEP_DEG = (6, 76)
"""angle of a belt against the vertical in the view"""
_LEAST_SLOPE_DEG = 20.0
"""How far off the horizontal at least it runs in the photo, however the head leans: of 87 belts of the train rows 86 by
30 and more, the other is a stump; sleeves and arms on a table lie flatter."""
_TURN_DEG = 5
_FINE_TURNS_DEG = (-2.5, 0.0, 2.5)
_GAIN = 0.2
"""A run goes on as long as the map's excess over this makes up for where it falls below."""
_LEAST_RUN = 0.14
"""Shorter runs are no strap, in shares of the view's side."""
_HALF_MASS = 0.65
"""Across the run, what of the map lies over this share of its most belongs to the strap."""
_EDGES_COUNT = 0.75
"""What two clear edges count for against the map."""
_SIZE = 160
"""Side at which the pixels are looked at, px."""
_FULL_LIGHT, _DARKEST = 110.0, 15.0
"""grey level that gradients are normalised to, and the level that limits the gain in the dark"""
_HALF_CLEAR = 3.0
"""gradient at which an edge counts half, grey levels per px"""
_CHIN_Y, _CHEST_Y = 0.50, 0.80
"""a belt ends below the first and starts above the second, in fractions of the window's side"""
_NECK = 0.03
"""least distance from the head's centre at the height of the chin, where a tie is closer"""

_Float = NDArray[np.float32]


class _Run(NamedTuple):
    """The straight run of the map that is roughly the strap."""

    lean_deg: float
    """from the vertical, top to the right"""
    middle: tuple[float, float]
    """fractions of the view"""
    length: float
    """fraction of the view's side"""


class _Band(NamedTuple):
    """A vertical band of the rotated view."""

    score: float
    left: float
    right: float
    edges: float
    """contrast of both edges, 0..1"""


def strap_region(evidence: CarEvidence, faces: Sequence[Box] = ()) -> CueRegion | None:
    """The outline of the seat belt, or None if nothing looks like a strap.

    A strap has two parallel edges at a constant distance, differs from both sides, and lies on the chest. Misleads if
    the edge of a jacket or a second strap runs along the belt.
    """
    cells = evidence.maps[CUES.index("belt")]
    covered = cv2.resize(face_cells(evidence, faces).view(np.uint8), cells.shape[::-1], interpolation=cv2.INTER_NEAREST)
    cells = np.where(covered > 0, np.float32(0), cells)
    if float(cells.max()) < LEAST_MAP:
        return None
    run = _run(cells)
    if run is None:
        return None
    belt = np.asarray(cv2.resize(cells, (_SIZE, _SIZE), interpolation=cv2.INTER_LINEAR), np.float32)
    right, down = _steps(evidence.pixels, belt)
    best: tuple[_Band, float, _Float, int] | None = None
    for turn in _FINE_TURNS_DEG:
        lean = run.lean_deg + turn
        matrix = _rotation(lean, _SIZE)
        x, y = (matrix @ (run.middle[0] * _SIZE - 0.5, run.middle[1] * _SIZE - 0.5, 1)).tolist()
        top, bottom = max(0, int(y - run.length * _SIZE / 2)), int(y + run.length * _SIZE / 2) + 1
        across = cv2.addWeighted(right, matrix[0, 0], down, matrix[0, 1], 0)
        layers = cv2.warpAffine(cv2.merge([belt, across]), matrix, (_SIZE, _SIZE), borderMode=cv2.BORDER_REPLICATE)
        turned = np.asarray(layers[top:bottom], np.float32)
        band = _band(turned[..., 0], turned[..., 1:], x) if len(turned) >= 4 else None
        if band is not None and (best is None or band.score > best[0].score):
            best = band, lean, turned[..., 0], top
    if best is None:
        return None
    band, lean, turned_belt, top = best
    points, mean = _outline(turned_belt, band.left, band.right)
    points[:, 1] += top
    back = cv2.invertAffineTransform(_rotation(lean, _SIZE))
    polygon = np.asarray((points @ back[:, :2].T + back[:, 2] + 0.5) / _SIZE, np.float32)
    strength = float(np.clip(mean * (0.6 + 0.4 * band.edges), 0, 1))
    if strength < _LEAST_STRAP or band.edges < _LEAST_EDGES or not (evidence.view == "frame" or _on_the_chest(polygon)):
        return None
    placed = evidence.to_photo(polygon)
    across, down = np.abs(placed[[0, -1]].mean(0) - placed[[len(placed) // 2 - 1, len(placed) // 2]].mean(0)).tolist()
    if down < across * math.tan(math.radians(_LEAST_SLOPE_DEG)):
        return None
    return CueRegion(placed, strength)


def _rotation(angle_deg: float, side: int) -> NDArray[np.float64]:
    """(2, 3) matrix that rotates a picture so that a strap at `angle_deg` becomes vertical."""
    return np.asarray(cv2.getRotationMatrix2D((side / 2 - 0.5, side / 2 - 0.5), angle_deg, 1.0), np.float64)


def _run(cells: _Float) -> _Run | None:
    """The straight run that contains most of the map, among all directions, places and lengths."""
    side = cells.shape[0]
    low, high = _STRAP_STEEP_DEG
    leans = [lean for lean in range(-high, high + 1, _TURN_DEG) if abs(lean) >= low]
    wide = max(1, round(0.5 * sum(_STRAP_FACES) / WINDOW_FACES * side * 0.7))
    turned = [cv2.warpAffine(cells, _rotation(lean, side), (side, side)) for lean in leans]
    excess = np.stack([cv2.blur(one, (wide, 1), borderType=cv2.BORDER_CONSTANT) for one in turned]) - _GAIN
    # Kadane's maximum subarray in each column of each rotated map
    held = np.zeros(excess.shape[::2], np.float32)
    start = np.zeros(held.shape, np.int64)
    most, first, last = np.zeros_like(held), start.copy(), start.copy()
    for row in range(side):
        start = np.where(held <= 0, row, start)
        held = np.maximum(held, 0) + excess[:, row]
        more = held > most
        most, first, last = np.where(more, held, most), np.where(more, start, first), np.where(more, row + 1, last)
    best = np.unravel_index(int(most.argmax()), most.shape)
    top, bottom = float(first[best]), float(last[best])
    if bottom - top < _LEAST_RUN * side:
        return None
    lean = float(leans[int(best[0])])
    back = cv2.invertAffineTransform(_rotation(lean, side))
    x, y = (back @ (float(best[1]), (top + bottom) / 2 - 0.5, 1)).tolist()
    return _Run(lean, ((x + 0.5) / side, (y + 0.5) / side), (bottom - top) / side)


def _steps(pixels: NDArray[np.uint8], belt: _Float) -> tuple[_Float, _Float]:
    """(_SIZE, _SIZE, 3) horizontal and vertical colour gradients, normalised to the light at the strap."""
    small = cv2.resize(pixels, (_SIZE, _SIZE), interpolation=cv2.INTER_AREA)
    weight = np.where(belt > 0.4 * belt.max(), belt, 0).ravel()
    light = float((weight @ small.reshape(-1, 3).astype(np.float32)).sum() / (3 * weight.sum()))
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0)
    gain = _FULL_LIGHT / (light + _DARKEST)
    right, down = (
        np.asarray(
            cv2.Sobel(smooth, cv2.CV_32F, *way, ksize=1, scale=gain, borderType=cv2.BORDER_REPLICATE), np.float32
        )
        for way in ((1, 0), (0, 1))
    )
    return right, down


def _band(belt: _Float, across: _Float, x: float) -> _Band | None:
    """The best vertical band near x in the rotated map and the rotated gradients across it."""
    mass = belt.sum(0)
    near = np.abs(np.arange(_SIZE) - x) <= 2 * 0.5 * sum(_STRAP_FACES) / WINDOW_FACES * _SIZE
    most = float(mass[near].max()) if near.any() else 0.0
    if most <= 0:
        return None
    # signed means: an edge counts as far as it runs straight down the band with one sign
    edge = (belt[..., None] * across).sum(0).T / np.maximum(mass, 0.15 * most)
    share = np.where(near, mass / most, 0) - _HALF_MASS
    reach = np.concatenate([[0.0], np.cumsum(share)])
    low, high = (max(2, round(f / WINDOW_FACES * _SIZE)) for f in _STRAP_FACES)
    left = np.arange(_SIZE - high)[:, None]
    width = np.arange(low, high + 1)
    inside = (reach[left + width] - reach[left]) / share.clip(0).sum()
    size = np.sqrt((edge * edge).sum(0))
    first, last = size[left], size[left + width - 1]
    # what changes on the left must change back on the right
    product = (edge[:, left] * edge[:, left + width - 1]).sum(0)
    opposite = np.minimum(first, last) * np.clip(-product / np.maximum(first * last, 1e-6), 0, 1)
    clear = opposite / (opposite + _HALF_CLEAR)
    score = inside + _EDGES_COUNT * clear
    row, column = np.unravel_index(int(score.argmax()), score.shape)
    at = float(left[row, 0])
    return _Band(float(score[row, column]), at, at + float(width[column]), float(clear[row, column]))


def _on_the_chest(polygon: _Float) -> bool:
    """Whether a band, in fractions of the window, runs across the chest from beside the neck."""
    centre_x, centre_y = polygon[:, 0], polygon[:, 1]
    top = float(centre_y.min())
    at, slope = _fitted(centre_y, centre_x, 1)
    beside = abs(slope * max(top, _CHIN_Y) + at - 0.5)
    return bool(centre_y.max() > _CHIN_Y and top < _CHEST_Y and beside >= _NECK)


def _outline(belt: _Float, left: float, right: float) -> tuple[_Float, float]:
    """The band's outline (N, 2), bent slightly along the map's centre, and the mean of the map inside."""
    inside = belt[:, int(left) : max(int(right), int(left) + 1)].mean(1)
    # the band may bend over the chest: fit a parabola to the map's centre
    y = np.arange(len(belt)) + 0.5
    near = slice(max(0, int(left - 6)), int(right + 6))
    x = np.arange(_SIZE, dtype=np.float32)[near] + 0.5
    part = belt[:, near] ** 2
    centre = (part * x).sum(1) / np.maximum(part.sum(1), 1e-6)
    # centred, for numerical precision
    middle = len(belt) / 2
    offset, slope, bend = _fitted(y - middle, centre, 2, inside + 1e-3)
    steps = np.linspace(0, len(belt), 7)
    limit = (right - left) / 2
    shift = np.clip(offset + (steps - middle) * (slope + (steps - middle) * bend) - (left + right) / 2, -limit, limit)
    shift -= shift.mean()
    sides = [np.stack([edge + shift, steps], 1) for edge in (left, right)]
    return np.concatenate([sides[0], sides[1][::-1]]).astype(np.float32), float(inside.mean())


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
