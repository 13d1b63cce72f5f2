"""The head: where it points, and its outline. From the mesh and the person mask."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head points, degrees."""

    yaw_deg: float
    """positive = the nose points to the right of the picture"""
    pitch_deg: float
    """positive = looking up"""
    roll_deg: float
    """positive = the head leans clockwise on the screen"""


@dataclass(frozen=True, slots=True)
class Head:
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


# Mesh points on the face's outline that mirror each other (subject's right, left), forehead and chin to cheek.
_MIRRORED = np.array([(127, 356), (234, 454), (93, 323), (132, 361), (33, 263), (61, 291), (103, 332), (54, 284)])
_FOREHEAD, _CHIN = 10, 152
# The network's depth is flatter than a head: on 45 renders of known pose, to 16 degrees, yaw grew by 0.86 of the truth
# without this and by 0.99 with it (benchmarks/head_pose.py).
_DEPTH = np.array((1.0, 1.0, 1.15), np.float32)
# The line forehead-chin of the mesh leans forward on a level head: by 6.5 degrees in the median of 290 conference
# speakers, by 10.3 on rendered heads; halfway between.
_PITCH_REST_DEG = -8.4


def head_pose(points: NDArray[np.float32]) -> Pose:
    """Angles of the head from mesh points (468, 3)."""
    points = points * _DEPTH
    across = (points[_MIRRORED[:, 1]] - points[_MIRRORED[:, 0]]).mean(0)
    across /= np.linalg.norm(across)
    down = points[_CHIN] - points[_FOREHEAD]
    down -= across * (down @ across)
    down /= np.linalg.norm(down)
    forward = np.cross(down, across)  # out of the face: -z when it looks into the camera
    yaw = math.degrees(math.atan2(forward[0], -forward[2]))
    pitch = math.degrees(math.asin(float(np.clip(-forward[1], -1, 1)))) - _PITCH_REST_DEG
    roll = math.degrees(math.atan2(across[1], across[0]))
    return Pose(yaw, pitch, roll)


# Ears and hair beside the mesh, at most, in widths of the mesh: long loose hair is not the head.
_BESIDE_MOST = 0.2
# Hair adds 0.15-0.9 of the forehead-to-chin length above the mesh's top point; beyond that the mask has leaked.
_CROWN_GUESS, _CROWN_MOST = 0.28, 1.0


def head_outline(points: NDArray[np.float32], mask: NDArray[np.float32], width: int, height: int) -> Head:
    """Head outline from the mesh and the person mask, in analysis pixels."""
    xy = points[:, :2]
    chin_y, top_y = float(xy[:, 1].max()), float(xy[:, 1].min())
    left_x, right_x = float(xy[:, 0].min()), float(xy[:, 0].max())
    face_height = chin_y - top_y
    rows, columns = mask.shape
    reach = (right_x - left_x) * 0.3
    middle = float(xy[_FOREHEAD, 0])
    first = int(np.clip((middle - reach) / width * columns, 0, columns - 1))
    last = int(np.clip((middle + reach) / width * columns, first + 1, columns))
    start = int(np.clip(top_y / height * rows, 0, rows - 1))
    person = mask[: start + 1, first:last].max(axis=1) > 0.5
    gaps = np.flatnonzero(~person[::-1])
    crown_row = start + 1 - int(gaps[0]) if gaps.size else 0
    crown_y = crown_row / rows * height
    eyes_row = int(np.clip(xy[[33, 263], 1].mean() / height * rows, 0, rows - 1))
    left_x, right_x = _with_ears(mask[eyes_row] > 0.5, left_x, right_x, width)
    seen = bool(person[-1]) and top_y - crown_y <= _CROWN_MOST * face_height
    if not seen:
        crown_y = top_y - _CROWN_GUESS * face_height
    cut = crown_y <= height / rows
    if cut:
        crown_y = min(0.0, top_y - _CROWN_GUESS * face_height)
    return Head(crown_y, chin_y, left_x, right_x, cut, seen)


def _with_ears(person: NDArray[np.bool_], left_x: float, right_x: float, width: int) -> tuple[float, float]:
    """The mesh's sides moved out to where the person ends in this row of the mask."""
    step = width / len(person)
    most = max(1, round((right_x - left_x) * _BESIDE_MOST / step))
    left, right = (int(np.clip(x / step, 0, len(person) - 1)) for x in (left_x, right_x))
    left_by = _run(person[max(left - most, 0) : left][::-1])
    right_by = _run(person[right + 1 : right + 1 + most])
    return left_x - left_by * step, right_x + right_by * step


def _run(row: NDArray[np.bool_]) -> int:
    """How many are True before the first that is not."""
    gaps = np.flatnonzero(~row)
    return int(gaps[0]) if gaps.size else len(row)
