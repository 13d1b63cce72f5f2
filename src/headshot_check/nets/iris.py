"""Iris: iris and lids of each eye.

Source: Ablavatski et al., "Real-time Pupil Tracking from Monocular Video for Digital Puppetry", 2020
(arXiv 2006.11341). The network is trained on the subject's right eye; the left one is mirrored.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.face_mesh import Mesh
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square, transform
from headshot_check.pixels.shrinking import PixelsOrHalves

SIZE = 64
_ROI_SCALE = 2.3
# Mesh points at the corners of each eye (subject's): outer, inner.
_CORNERS = {"right": (33, 133), "left": (263, 362)}


class Eye(NamedTuple):
    """One eye in picture pixels."""

    iris: NDArray[np.float32]
    """(5, 2): centre, then four points on the rim"""
    contour: NDArray[np.float32]
    """(71, 2): the first 9 run along the lower lid, outer corner first; the next 7 along the upper; then the brow"""

    @property
    def lower_lid(self) -> NDArray[np.float32]:
        """(9, 2), corner to corner."""
        return self.contour[:9]

    @property
    def upper_lid(self) -> NDArray[np.float32]:
        """(7, 2), without the corners."""
        return self.contour[9:16]


class IrisNet:
    """The iris network."""

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("iris", threads=threads)

    def __call__(self, picture: PixelsOrHalves, mesh: Mesh, *, mirrored: bool = False) -> tuple[Eye, Eye]:
        """The subject's right and left eye of a face in a picture (H, W, 3).

        With `mirrored` the network sees the mirror image of each eye, as if it were the other one: the corners of the
        contour are then swapped and the lids less accurate, but their opening is a useful second opinion.
        """
        return self._eye(picture, mesh, "right", mirrored), self._eye(picture, mesh, "left", not mirrored)

    def _eye(self, picture: PixelsOrHalves, mesh: Mesh, side: str, mirrored: bool) -> Eye:
        (outer_x, outer_y, _), (inner_x, inner_y, _) = (mesh.points[index].tolist() for index in _CORNERS[side])
        left = side == "left"
        dx, dy = (outer_x - inner_x, outer_y - inner_y) if left else (inner_x - outer_x, inner_y - outer_y)
        extent = max(abs(dx), abs(dy))
        middle = (outer_x + inner_x) / 2, (outer_y + inner_y) / 2
        square = Square(*middle, extent * _ROI_SCALE, math.atan2(dy, dx))
        crop = square.crop(picture, SIZE, mirrored=mirrored)
        contour, iris = self._network(crop[None])
        matrix = square.affine(SIZE, mirrored=mirrored)
        return Eye(
            transform(iris.reshape(5, 3)[:, :2], matrix),
            transform(contour.reshape(71, 3)[:, :2], matrix),
        )

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
