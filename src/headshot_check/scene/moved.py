"""Maps faces and meshes from a photo to a crop of it, instead of detecting them again."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.blazeface import Detection
from headshot_check.nets.face_mesh import Mesh
from headshot_check.pixels.geometry import Square, box_area, clipped, transform

Matrix = NDArray[np.float64]
"""(2, 3) similarity transform (translation, rotation, scale) from a photo's pixels to a crop's"""

LEAST_SHOWN = 0.5
"""share of a face's box that must lie in the crop: BlazeFace does not detect less"""


def moved_face(face: Detection, matrix: Matrix) -> Detection:
    """The face in the crop's pixels; its box stays upright and is only scaled, as BlazeFace's box of a tilted head."""
    x0, y0, x1, y1 = face.box
    (x, y), scale = transform(np.array([((x0 + x1) / 2, (y0 + y1) / 2)]), matrix)[0].tolist(), _scale(matrix)
    wide, high = (x1 - x0) * scale / 2, (y1 - y0) * scale / 2
    return Detection((x - wide, y - high, x + wide, y + high), transform(face.keypoints, matrix), face.score)


def shown_faces(
    faces: tuple[Detection, ...], main: Detection, matrix: Matrix, size: tuple[int, int]
) -> list[Detection]:
    """The faces that are visible in a crop of this width and height, the main one first."""
    moved = [moved_face(main, matrix)]
    for face in faces:
        if face is not main:
            other = moved_face(face, matrix)
            shown = box_area(clipped(other.box, *size))
            if shown and shown >= LEAST_SHOWN * box_area(other.box):
                moved.append(other)
    return moved


def moved_mesh(mesh: Mesh, matrix: Matrix) -> Mesh:
    """The mesh in the crop's pixels."""
    scale = np.float32(_scale(matrix))
    points = np.column_stack([transform(mesh.points[:, :2], matrix), mesh.points[:, 2] * scale])
    return replace(mesh, points=np.asarray(points, np.float32), roi=moved_square(mesh.roi, matrix))


def moved_square(square: Square, matrix: Matrix) -> Square:
    """The square in the crop's pixels."""
    x, y = transform(np.array([(square.center_x, square.center_y)]), matrix)[0].tolist()
    turn = math.atan2(matrix[1, 0], matrix[0, 0])
    return Square(x, y, square.side * _scale(matrix), square.roll_rad + turn)


def _scale(matrix: Matrix) -> float:
    return math.hypot(matrix[0, 0], matrix[1, 0])
