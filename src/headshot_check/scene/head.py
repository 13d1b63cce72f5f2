"""The head: where it points, and its outline. From the mesh and the person mask."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Pose(NamedTuple):
    """Where the head points, degrees."""

    yaw_deg: float
    """positive = the nose points to the right of the picture"""
    pitch_deg: float
    """positive = looking up"""
    roll_deg: float
    """positive = the head leans clockwise on the screen"""


class Head(NamedTuple):
    """The head's outline in analysis pixels, upright with the frame."""

    crown_y: float
    """top of the hair; 0 or less (an estimate from the face) when it reaches the top edge"""
    chin_y: float
    left_x: float
    right_x: float
    crown_cut: bool
    """the hair reaches the top edge of the frame"""
    crown_seen: bool
    """False: the person mask did not show the crown, and crown_y is an estimate from the face"""

    @property
    def height(self) -> float:
        """Crown to chin, px."""
        return self.chin_y - self.crown_y


# Eyes lie halfway between crown and chin; so much more hair than that may go.
_HAIR_KEPT = 2.1


def without_tall_hair(head: Head, eyes_y: float) -> Head:
    """The head with no more hair than lies as far above the eyes as the chin below them: what a circle must keep.

    Eyes and mouth are then in its middle, however high the hair or the hat is.
    """
    return head._replace(crown_y=max(head.crown_y, head.chin_y - _HAIR_KEPT * (head.chin_y - eyes_y)))


# Mesh points on the face's outline that mirror each other (subject's right, left), forehead and chin to cheek.
_MIRRORED = ((127, 356), (234, 454), (93, 323), (132, 361), (33, 263), (61, 291), (103, 332), (54, 284))
_FOREHEAD, _CHIN = 10, 152
_RIGHT = np.array([right for right, _ in _MIRRORED])
_LEFT = np.array([left for _, left in _MIRRORED])
# The network's depth is flatter than a head: on 45 renders of known pose, to 16 degrees, yaw grew by 0.86 of the truth
# without this and by 0.99 with it (benchmarks/quality/head_pose.py).
_DEPTH = 1.15
# The line forehead-chin of the mesh leans forward on a level head: by 6.5 degrees in the median of 290 conference
# speakers, by 10.3 on rendered heads; halfway between.
_PITCH_REST_DEG = -8.4


def head_pose(points: NDArray[np.float32]) -> Pose:
    """Angles of the head from mesh points (468, 3)."""
    # vectors of three: plain numbers take a fifth of the time of arrays
    x, y, z = (points.take(_LEFT, axis=0) - points.take(_RIGHT, axis=0)).sum(axis=0).tolist()
    ax, ay, az = _unit(x, y, z * _DEPTH)
    (x0, y0, z0), (x1, y1, z1) = points[_FOREHEAD].tolist(), points[_CHIN].tolist()
    x, y, z = x1 - x0, y1 - y0, (z1 - z0) * _DEPTH
    along = x * ax + y * ay + z * az
    dx, dy, dz = _unit(x - along * ax, y - along * ay, z - along * az)
    # out of the face, across the two: -z when it looks into the camera
    fx, fy, fz = dy * az - dz * ay, dz * ax - dx * az, dx * ay - dy * ax
    yaw = math.degrees(math.atan2(fx, -fz))
    pitch = math.degrees(math.asin(min(max(-fy, -1.0), 1.0))) - _PITCH_REST_DEG
    roll = math.degrees(math.atan2(ay, ax))
    return Pose(yaw, pitch, roll)


def _unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = math.hypot(x, y, z) or 1.0
    return x / length, y / length, z / length


# Ears and hair beside the mesh, at most, in widths of the mesh: long loose hair is not the head.
_BESIDE_MOST = 0.2
# Hair adds 0.15-0.9 of the forehead-to-chin length above the mesh's top point; beyond that the mask has leaked.
_CROWN_GUESS, _CROWN_MOST = 0.28, 1.0


def head_outline(points: NDArray[np.float32], mask: NDArray[np.float32], width: int, height: int) -> Head:
    """Head outline from the mesh and the person mask, in analysis pixels."""
    left_x, top_y, right_x, chin_y = bounds(points)
    face_height = chin_y - top_y
    rows, columns = mask.shape
    reach = (right_x - left_x) * 0.3
    middle = float(points[_FOREHEAD, 0])
    first = _held(int((middle - reach) / width * columns), 0, columns - 1)
    last = _held(int((middle + reach) / width * columns), first + 1, columns)
    start = _held(int(top_y / height * rows), 0, rows - 1)
    # upwards from the mesh
    above = _run(mask[: start + 1, first:last].max(axis=1)[::-1])
    crown_y = (start + 1 - above) / rows * height
    eyes_y = float(points[33, 1] + points[263, 1]) / 2
    left_x, right_x = _with_ears(mask[_held(int(eyes_y / height * rows), 0, rows - 1)], left_x, right_x, width)
    seen = above > 0 and top_y - crown_y <= _CROWN_MOST * face_height
    if not seen:
        crown_y = top_y - _CROWN_GUESS * face_height
    cut = crown_y <= height / rows
    if cut:
        crown_y = min(0.0, top_y - _CROWN_GUESS * face_height)
    return Head(crown_y, chin_y, left_x, right_x, cut, seen)


def _with_ears(person: NDArray[np.float32], left_x: float, right_x: float, width: int) -> tuple[float, float]:
    """The mesh's sides moved out to where the person ends in this row of the mask."""
    step = width / len(person)
    most = max(1, round((right_x - left_x) * _BESIDE_MOST / step))
    left, right = (_held(int(x / step), 0, len(person) - 1) for x in (left_x, right_x))
    left_by = _run(person[max(left - most, 0) : left][::-1])
    right_by = _run(person[right + 1 : right + 1 + most])
    return left_x - left_by * step, right_x + right_by * step


def _run(row: NDArray[np.float32]) -> int:
    """How many places are a person's before the first that is not."""
    return next((k for k, person in enumerate(row.tolist()) if person <= 0.5), len(row))


def bounds(points: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of points (N, 2 or more)."""
    planes = np.ascontiguousarray(points.T[:2])  # a quarter of the time
    (left, top), (right, bottom) = planes.min(axis=1).tolist(), planes.max(axis=1).tolist()
    return left, top, right, bottom


def _held(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
