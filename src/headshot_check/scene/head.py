"""Pose and outline of the head, from the mesh and the person mask."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Pose(NamedTuple):
    """Rotation of the head, degrees."""

    yaw_deg: float
    """positive = the nose points to the right of the picture"""
    pitch_deg: float
    """positive = looking up"""
    roll_deg: float
    """positive = the head leans clockwise on the screen"""


class Head(NamedTuple):
    """Bounds of the head in analysis pixels, along the frame's axes."""

    crown_y: float
    """top of the hair; if it reaches the top edge, an estimate from the face, 0 or less"""
    chin_y: float
    left_x: float
    right_x: float
    crown_cut: bool
    """the hair reaches the top edge of the frame"""
    crown_seen: bool
    """whether the person mask shows the crown; if not, `crown_y` is an estimate from the face"""

    @property
    def height(self) -> float:
        """Crown to chin, px."""
        return self.chin_y - self.crown_y


# Height of the head from the crown, over the height of the eyes above the chin: without tall hair it is about 2, as
# eyes lie halfway between crown and chin.
_HAIR_KEPT = 2.1


def without_tall_hair(head: Head, eyes_y: float) -> Head:
    """The head with its crown lowered to about as far above the eyes as the chin is below them.

    This is what a circular crop must keep: eyes and mouth are at its centre, whatever the height of hair or hat.
    """
    return head._replace(crown_y=max(head.crown_y, head.chin_y - _HAIR_KEPT * (head.chin_y - eyes_y)))


# Pairs of symmetric mesh points (subject's right, left).
_MIRRORED = ((127, 356), (234, 454), (93, 323), (132, 361), (33, 263), (61, 291), (103, 332), (54, 284))
_FOREHEAD, _CHIN = 10, 152
_RIGHT = np.array([right for right, _ in _MIRRORED])
_LEFT = np.array([left for _, left in _MIRRORED])
# The network underestimates depth: on 45 renders up to 16 degrees the slope of the yaw is 0.86 without this factor and
# 0.99 with it (benchmarks/quality/head_pose.py).
_DEPTH = 1.15
# Pitch of the mesh's forehead-chin line on a level head: median of 290 conference speakers -6.5 degrees, rendered heads
# -10.3; this is the mean of the two.
_PITCH_REST_DEG = -8.4


def head_pose(points: NDArray[np.float32]) -> Pose:
    """Rotation of the head from mesh points (468, 3), by its left-right and forehead-chin axes."""
    # for vectors of three, plain floats are five times as fast as arrays
    x, y, z = (points.take(_LEFT, axis=0) - points.take(_RIGHT, axis=0)).sum(axis=0).tolist()
    ax, ay, az = _unit(x, y, z * _DEPTH)
    (x0, y0, z0), (x1, y1, z1) = points[_FOREHEAD].tolist(), points[_CHIN].tolist()
    x, y, z = x1 - x0, y1 - y0, (z1 - z0) * _DEPTH
    along = x * ax + y * ay + z * az
    dx, dy, dz = _unit(x - along * ax, y - along * ay, z - along * az)
    # the face's normal: -z when it looks into the camera
    fx, fy, fz = dy * az - dz * ay, dz * ax - dx * az, dx * ay - dy * ax
    yaw = math.degrees(math.atan2(fx, -fz))
    pitch = math.degrees(math.asin(min(max(-fy, -1.0), 1.0))) - _PITCH_REST_DEG
    roll = math.degrees(math.atan2(ay, ax))
    return Pose(yaw, pitch, roll)


def _unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = math.hypot(x, y, z) or 1.0
    return x / length, y / length, z / length


# Largest width of ear and hair on one side of the mesh, in widths of the mesh: long loose hair is not the head.
_BESIDE_MOST = 0.2
# Hair above the mesh's top point, over the height of the mesh: an estimate where it cannot be seen, and the most (seen:
# 0.15 to 0.9) before the mask must have leaked into the background.
_CROWN_GUESS, _CROWN_MOST = 0.28, 1.0


def head_outline(points: NDArray[np.float32], mask: NDArray[np.float32], width: int, height: int) -> Head:
    """Bounds of the head from the mesh and the person mask.

    Parameters
    ----------
    points
        (468, 3) of the mesh, analysis pixels.
    mask
        (h, w) probability of a person over the whole frame, 0..1.
    width, height
        Size of the frame, analysis pixels.
    """
    left_x, top_y, right_x, chin_y = bounds(points)
    face_height = chin_y - top_y
    rows, columns = mask.shape
    reach = (right_x - left_x) * 0.3
    middle = float(points[_FOREHEAD, 0])
    first = _clamped(int((middle - reach) / width * columns), 0, columns - 1)
    last = _clamped(int((middle + reach) / width * columns), first + 1, columns)
    start = _clamped(int(top_y / height * rows), 0, rows - 1)
    # upwards from the mesh
    above = _run(mask[: start + 1, first:last].max(axis=1)[::-1])
    crown_y = (start + 1 - above) / rows * height
    eyes_y = float(points[33, 1] + points[263, 1]) / 2
    left_x, right_x = _with_ears(mask[_clamped(int(eyes_y / height * rows), 0, rows - 1)], left_x, right_x, width)
    seen = above > 0 and top_y - crown_y <= _CROWN_MOST * face_height
    if not seen:
        crown_y = top_y - _CROWN_GUESS * face_height
    cut = crown_y <= height / rows
    if cut:
        crown_y = min(0.0, top_y - _CROWN_GUESS * face_height)
    return Head(crown_y, chin_y, left_x, right_x, cut, seen)


def _with_ears(person: NDArray[np.float32], left_x: float, right_x: float, width: int) -> tuple[float, float]:
    """The sides of the mesh, moved outwards to where the person ends in this row of the mask."""
    step = width / len(person)
    most = max(1, round((right_x - left_x) * _BESIDE_MOST / step))
    left, right = (_clamped(int(x / step), 0, len(person) - 1) for x in (left_x, right_x))
    left_by = _run(person[max(left - most, 0) : left][::-1])
    right_by = _run(person[right + 1 : right + 1 + most])
    return left_x - left_by * step, right_x + right_by * step


def _run(row: NDArray[np.float32]) -> int:
    """Length of the run of person pixels at the start of a row of the mask."""
    return next((k for k, person in enumerate(row.tolist()) if person <= 0.5), len(row))


def bounds(points: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of points (N, 2 or more)."""
    planes = np.ascontiguousarray(points.T[:2])  # four times as fast
    (left, top), (right, bottom) = planes.min(axis=1).tolist(), planes.max(axis=1).tolist()
    return left, top, right, bottom


def _clamped(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)
