"""Rotated squares of a picture: what BlazeFace, the mesh and the iris network look at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.shrinking import halved

_ALONE = 3
"""times that a single bilinear step may reduce: more would alias fine detail"""


@dataclass(frozen=True, slots=True)
class Square:
    """A rotated square in picture pixels (x right, y down, (0, 0) at the outer corner of the top left pixel)."""

    center_x: float
    center_y: float
    side: float
    """px"""
    roll_rad: float = 0.0
    """positive = clockwise on the screen"""

    def affine(self, size: int, *, mirrored: bool = False) -> NDArray[np.float64]:
        """(2, 3) matrix that takes coordinates in a size x size crop of this square to picture pixels."""
        scale = self.side / size
        cos, sin = math.cos(self.roll_rad) * scale, math.sin(self.roll_rad) * scale
        flip = -1.0 if mirrored else 1.0
        matrix = np.array([[flip * cos, -sin, 0.0], [flip * sin, cos, 0.0]])
        half = size / 2
        matrix[:, 2] = (self.center_x, self.center_y) - matrix[:, :2] @ np.array([half, half])
        return matrix

    def crop(
        self, rgb: NDArray[np.uint8], size: int, *, mirrored: bool = False, fill: int | None = 0
    ) -> NDArray[np.uint8]:
        """Sample the square to (size, size, 3), bilinear; beyond the frame `fill`, or with None the nearest pixel.

        Strong reductions are taken in two steps, so that fine detail does not alias.
        """
        picture, square = self.reduced(rgb, size)
        return square.sample(picture, size, mirrored=mirrored, fill=fill)

    def reduced(self, rgb: NDArray[np.uint8], size: int) -> tuple[NDArray[np.uint8], Square]:
        """The first of the two steps: what `size` needs of rgb, halved while it is still twice as large or more.

        `sample` then reduces by no more than 2. Up to 3 it does so alone, as it always did.

        Returns
        -------
        The part of rgb around the square, its pixels means of 1, 2 x 2, 4 x 4, ..., and the square's place in it.
        """
        ratio = self.side / size
        if ratio <= _ALONE:
            return rgb, self
        block = 2
        while ratio / block > 2:
            block *= 2
        x0, y0, x1, y1 = self._around(rgb.shape[1], rgb.shape[0], block)
        part = rgb[y0:y1, x0:x1]
        if min(part.shape[:2]) < 2 * block:  # next to nothing of the square is in the picture
            return rgb, self
        for _ in range(block.bit_length() - 1):
            part = halved(part)
        return part, Square(
            (self.center_x - x0) / block, (self.center_y - y0) / block, self.side / block, self.roll_rad
        )

    def _around(self, width: int, height: int, block: int) -> tuple[int, int, int, int]:
        """The square's bounding box within a picture, two blocks wider, in whole blocks."""
        reach = self.side / 2 * (abs(math.cos(self.roll_rad)) + abs(math.sin(self.roll_rad))) + 2 * block
        ends = []
        for middle, length in ((self.center_x, width), (self.center_y, height)):
            whole = length // block
            first = min(max(math.floor((middle - reach) / block), 0), whole)
            last = min(max(math.ceil((middle + reach) / block), first), whole)
            ends.append((first * block, last * block))
        return ends[0][0], ends[1][0], ends[0][1], ends[1][1]

    def sample(
        self, picture: NDArray[np.uint8], size: int, *, mirrored: bool = False, fill: int | None = 0
    ) -> NDArray[np.uint8]:
        """The second step: the square sampled to (size, size, 3), bilinear; `fill` as for `crop`."""
        matrix = _pixel_centres(self.affine(size, mirrored=mirrored))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        beyond = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
        level = fill or 0
        sampled = cv2.warpAffine(
            picture, matrix, (size, size), flags=flags, borderMode=beyond, borderValue=(level, level, level)
        )
        return np.asarray(sampled, np.uint8)


def transform(points: NDArray[np.floating], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """Apply a (2, 3) affine matrix to points (N, 2)."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


def _pixel_centres(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same map for OpenCV, whose integer coordinates are pixel centres and not corners."""
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return np.asarray(shifted, np.float64)
