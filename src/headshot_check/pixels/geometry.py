"""Boxes, and rotated squares: the regions of interest of the networks."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.shrinking import PixelsOrHalves, halves_of, warped

_ALONE = 3
"""largest reduction by one bilinear step: more would alias fine detail"""


Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in picture pixels"""


class Square(NamedTuple):
    """A rotated square in picture pixels (x right, y down, (0, 0) at the outer corner of the top left pixel)."""

    center_x: float
    center_y: float
    side: float
    """px"""
    roll_rad: float = 0.0
    """positive = clockwise on the screen"""

    def affine(self, size: int, *, mirrored: bool = False) -> NDArray[np.float64]:
        """(2, 3) matrix from coordinates in a size x size crop of this square to picture pixels."""
        scale = self.side / size
        cos, sin = math.cos(self.roll_rad) * scale, math.sin(self.roll_rad) * scale
        flip = -1.0 if mirrored else 1.0
        half = size / 2
        x, y = self.center_x - (flip * cos - sin) * half, self.center_y - (flip * sin + cos) * half
        return np.array([[flip * cos, -sin, x], [flip * sin, cos, y]])

    @property
    def reach(self) -> float:
        """Half of the side of its bounding box, px."""
        return self.side / 2 * (abs(math.cos(self.roll_rad)) + abs(math.sin(self.roll_rad)))

    def within(self, width: float, height: float) -> bool:
        """Whether the whole square lies in a picture of this size."""
        reach = self.reach
        return reach <= self.center_x <= width - reach and reach <= self.center_y <= height - reach

    def crop(
        self, picture: PixelsOrHalves, size: int, *, mirrored: bool = False, fill: int | None = 0, alone: float = _ALONE
    ) -> NDArray[np.uint8]:
        """Sample the square to (size, size, 3), bilinearly.

        Parameters
        ----------
        mirrored
            Flip the crop horizontally.
        fill
            Grey level outside the picture; None repeats the nearest pixel.
        alone
            Reductions by more than this start from a halved picture, so that fine detail does not alias.
        """
        halves = halves_of(picture)
        ratio = self.side / size
        power = min(math.frexp(ratio)[1] - 1, halves.most) if ratio > alone else 0
        block = 1 << power
        square = Square(self.center_x / block, self.center_y / block, self.side / block, self.roll_rad)
        part, left, top = square._around(halves.times(power))
        square = Square(square.center_x - left, square.center_y - top, square.side, square.roll_rad)
        beyond = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
        return warped(part, _pixel_centres(square.affine(size, mirrored=mirrored)), (size, size), beyond, fill or 0)

    def _around(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int, int]:
        """The part of a picture around the square, and its left and top; the whole picture if they do not intersect."""
        reach = self.reach + 2
        left, top = max(0, math.floor(self.center_x - reach)), max(0, math.floor(self.center_y - reach))
        right, bottom = math.ceil(self.center_x + reach), math.ceil(self.center_y + reach)
        part = pixels[top : max(bottom, 0), left : max(right, 0)]
        return (part, left, top) if part.size else (pixels, 0, 0)


def clipped(box: Box, width: float, height: float) -> Box:
    """The part of a box inside a picture of this size; its area is 0 if they do not intersect."""
    x0, y0, x1, y1 = box
    return min(max(x0, 0.0), width), min(max(y0, 0.0), height), max(min(x1, width), 0.0), max(min(y1, height), 0.0)


def box_area(box: Box) -> float:
    """Area in px²; 0 if an edge lies beyond the opposite one."""
    x0, y0, x1, y1 = box
    return max(x1 - x0, 0.0) * max(y1 - y0, 0.0)


def transform(points: NDArray[np.floating], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """Apply a (2, 3) affine matrix to points (N, 2)."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


def brighter_right(view: NDArray[np.uint8]) -> bool:
    """Whether the right half of a view (H, W, 3) is brighter; by this a view and its mirror image are treated alike."""
    half = view.shape[1] // 2
    left, right = (sum(cv2.mean(part)) for part in (view[:, :half], view[:, half:]))
    return right > left


def _pixel_centres(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same map for OpenCV, whose integer coordinates are pixel centres instead of corners."""
    return np.array([(a, b, c + (a + b) / 2 - 0.5) for a, b, c in matrix.tolist()])
