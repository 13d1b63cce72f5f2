"""Finds the ring that a template draws around a picture: a Hough transform for one large circle."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.shrinking import PixelsOrHalves, area_means, pixels_of

_SIDE = 128
"""longer side of the reduced picture that is searched, px"""
_EDGE = 15.0
"""least gradient of an edge, grey levels per px"""
_RADII = np.arange(0.34, 0.62, 1 / _SIDE) * _SIDE
"""radii that are searched, px"""
_OFF = 9
"""steps of 2 px by which the circle's centre may be off the picture's, each way"""
_FARTHEST = (2 * _OFF + 2) * math.sqrt(2)
"""farthest that the circle's centre can be from the picture's, px"""
_CANDIDATES, _SECTORS = 12, 72
"""peaks of the votes that are verified; sectors of the circle in which an edge is looked for"""
_ON_IT, _ACROSS = 1.8, 0.9
"""farthest that an edge may be from the circle, px, and least cosine between its normal and the radius"""
_LEAST_INSIDE, _LEAST_SEEN = 0.45, 0.74
"""least share of the circle inside the picture, and of that part with an edge: true of 8 of ten pictures in a brushed
ring, of none of 150 photos in cars (0.72 at most), and of 2 of 150 ordinary ones"""
_BEYOND, _LEVELS, _COLOURS, _FEW = 3.0, 16, 4, 0.68
"""distance beyond the circle from which a template is judged, px; levels that count as one colour; the most frequent
colours and the least share of the pixels that they have in a template (measured: 0.75; photos in cars 0.63 at most)"""


class Circle(NamedTuple):
    """A circle in picture pixels."""

    x: float
    y: float
    radius: float


def ring(picture: PixelsOrHalves, *, template: bool = False) -> Circle | None:
    """The large circle along which strong edges run in a picture (H, W, 3), or None.

    Parameters
    ----------
    template
        Only accept a circle outside which there are few colours, as in a template, so that no part of a photo is
        mistaken for one.
    """
    height, width = pixels_of(picture).shape[:2]
    scale = _SIDE / max(height, width)
    wide, high = max(8, round(width * scale)), max(8, round(height * scale))
    small = area_means(picture, wide, high)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    size = np.hypot(across, down)
    y, x = np.nonzero(size > _EDGE)
    if not len(y):
        return None
    normals = np.asarray(np.stack([across[y, x], down[y, x]]) / size[y, x], np.float32)
    best, most = None, _LEAST_SEEN
    for circle in _candidates(x, y, normals, wide, high):
        seen = _seen(circle, x, y, normals, wide, high)
        if seen >= most:
            best, most = circle, seen
    if best is None or (template and not _drawn(small, best)):
        return None
    return Circle(best.x * width / wide, best.y * height / high, best.radius / scale)


def _drawn(small: NDArray[np.uint8], circle: Circle) -> bool:
    """Whether the picture has only a few colours outside the circle, as a template has and a photo has not."""
    y, x = np.ogrid[: small.shape[0], : small.shape[1]]
    beyond = np.hypot(x + 0.5 - circle.x, y + 0.5 - circle.y) > circle.radius + _BEYOND
    if not beyond.any():
        return True
    red, green, blue = (small[beyond] // _LEVELS).T.astype(np.intp)
    steps = 256 // _LEVELS
    counts = np.bincount((red * steps + green) * steps + blue)
    return bool(np.sort(counts)[-_COLOURS:].sum() >= _FEW * counts.sum())


def _candidates(
    x: NDArray[np.intp], y: NDArray[np.intp], normals: NDArray[np.float32], wide: int, high: int
) -> list[Circle]:
    """The circles with the most votes, whichever side of the edge is darker."""
    # an edge can vote only if its normal passes close to the picture's centre
    from_x, from_y = x - wide / 2, y - high / 2
    along, off = from_x * normals[0] + from_y * normals[1], from_x * normals[1] - from_y * normals[0]
    tells = (np.abs(off) < _FARTHEST) & (np.abs(along) > _RADII[0] - _FARTHEST)
    x, y, normals = x[tells], y[tells], normals[:, tells]
    signed = _RADII[:, None] * -np.sign(along[tells])
    right = np.rint((x + signed * normals[0] - wide / 2) / 2).astype(int) + _OFF
    below = np.rint((y + signed * normals[1] - high / 2) / 2).astype(int) + _OFF
    steps = np.rint((_RADII[:, None] - _RADII[0]) / 2).astype(int)
    many, radii = 2 * _OFF + 1, int(steps[-1, 0]) + 1
    near = (right >= 0) & (right < many) & (below >= 0) & (below < many)
    votes = np.bincount(((below * many + right) * radii + steps)[near], minlength=many * many * radii)
    summed = votes.reshape(many, many, radii).astype(np.float32)
    for axis in range(3):
        padded = np.pad(summed, [(1, 1) if k == axis else (0, 0) for k in range(3)])
        summed = np.sum([padded.take(range(k, k + summed.shape[axis]), axis) for k in range(3)], axis=0)
    found = np.argsort(summed.ravel())[: -_CANDIDATES - 1 : -1]
    places = np.stack(np.unravel_index(found, summed.shape), 1).tolist()
    return [
        Circle(wide / 2 + 2 * (i - _OFF), high / 2 + 2 * (j - _OFF), float(_RADII[0]) + 2 * k) for j, i, k in places
    ]


def _seen(
    circle: Circle, x: NDArray[np.intp], y: NDArray[np.intp], normals: NDArray[np.float32], wide: int, high: int
) -> float:
    """Share of the visible part of the circle along which an edge runs, 0..1; 0 if too little is visible."""
    right, below = x - circle.x, y - circle.y
    away = np.hypot(right, below) + 1e-6
    near = np.flatnonzero(np.abs(away - circle.radius) <= _ON_IT)
    right, below, (across, down) = right[near], below[near], normals[:, near]
    on = np.abs(right * across + below * down) > _ACROSS * away[near]
    turns = (np.arctan2(below[on], right[on]) / (2 * np.pi) + 0.5) * _SECTORS
    hit = np.zeros(_SECTORS, bool)
    hit[turns.astype(int) % _SECTORS] = True
    angles = ((np.arange(_SECTORS) + 0.5) / _SECTORS - 0.5) * 2 * np.pi
    at_x, at_y = circle.x + circle.radius * np.cos(angles), circle.y + circle.radius * np.sin(angles)
    inside = (at_x >= 1) & (at_x < wide - 1) & (at_y >= 1) & (at_y < high - 1)
    return float(hit[inside].mean()) if inside.mean() >= _LEAST_INSIDE else 0.0
