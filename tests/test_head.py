"""The head's pose, outline and cut, held against their plain definitions on random faces and masks."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from headshot_check.scene.circle import cut_by_circle
from headshot_check.scene.head import _MIRRORED, Head, bounds, head_outline, head_pose

SEEDS = st.integers(0, 2**32 - 1)
Floats = NDArray[np.float32]


def a_face(seed: int, scale: float = 100.0) -> Floats:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(468, 3)) * scale
    points[:, :2] += rng.uniform(0, 400, 2)
    return points.astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_pose_is_that_of_the_two_axes(seed: int) -> None:
    points = a_face(seed)
    deep = points.astype(np.float64) * (1, 1, 1.15)
    across = np.mean([deep[left] - deep[right] for right, left in _MIRRORED], axis=0)
    across /= np.linalg.norm(across)
    down = deep[152] - deep[10]
    down -= across * (down @ across)
    down /= np.linalg.norm(down)
    forward = np.cross(down, across)
    pose = head_pose(points)
    assert pose.yaw_deg == pytest.approx(math.degrees(math.atan2(forward[0], -forward[2])), abs=1e-3)
    assert pose.pitch_deg == pytest.approx(math.degrees(math.asin(-forward[1])) + 8.4, abs=1e-2)
    assert pose.roll_deg == pytest.approx(math.degrees(math.atan2(across[1], across[0])), abs=1e-3)


def outline_by_arrays(points: Floats, mask: Floats, width: int, height: int) -> Head:
    xy = points[:, :2]
    (left_x, top_y), (right_x, chin_y) = xy.min(axis=0), xy.max(axis=0)
    rows, columns = mask.shape
    reach, middle = (right_x - left_x) * 0.3, xy[10, 0]
    first = int(np.clip((middle - reach) / width * columns, 0, columns - 1))
    last = int(np.clip((middle + reach) / width * columns, first + 1, columns))
    start = int(np.clip(top_y / height * rows, 0, rows - 1))
    person = (mask[: start + 1, first:last] > 0.5).any(axis=1)
    crown = start + 1
    while crown > 0 and person[crown - 1]:
        crown -= 1
    crown_y = crown / rows * height
    eyes = (mask > 0.5)[int(np.clip(xy[[33, 263], 1].mean() / height * rows, 0, rows - 1))]
    step = width / columns
    most = max(1, round((right_x - left_x) * 0.2 / step))
    left, right = (int(np.clip(x / step, 0, columns - 1)) for x in (left_x, right_x))
    by_left = by_right = 0
    while by_left < most and left - 1 - by_left >= 0 and eyes[left - 1 - by_left]:
        by_left += 1
    while by_right < most and right + 1 + by_right < columns and eyes[right + 1 + by_right]:
        by_right += 1
    seen = bool(person[-1]) and top_y - crown_y <= chin_y - top_y
    guess = top_y - 0.28 * (chin_y - top_y)
    crown_y = crown_y if seen else guess
    cut = bool(crown_y <= height / rows)
    return Head(
        min(0.0, guess) if cut else crown_y, chin_y, left_x - by_left * step, right_x + by_right * step, cut, seen
    )


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.floats(2, 150), st.floats(0.5, 12))
def test_outline_follows_the_mask(seed: int, scale: float, smooth: float) -> None:
    points = a_face(seed, scale)
    mask = np.random.default_rng(seed).random((64, 48), np.float32)
    mask = np.asarray(cv2.normalize(cv2.GaussianBlur(mask, (0, 0), smooth), None, 0, 1, cv2.NORM_MINMAX), np.float32)
    found, expected = head_outline(points, mask, 400, 500), outline_by_arrays(points, mask, 400, 500)
    assert (found.crown_cut, found.crown_seen) == (expected.crown_cut, expected.crown_seen)
    for name in ("crown_y", "chin_y", "left_x", "right_x"):
        assert getattr(found, name) == pytest.approx(float(getattr(expected, name)), abs=1e-2)
    assert bounds(points) == (*points[:, :2].min(axis=0), *points[:, :2].max(axis=0))


@settings(max_examples=200, deadline=None)
@given(*[st.floats(-50, 450)] * 4, st.floats(20, 400))
def test_the_circle_cuts_what_lies_outside(x0: float, y0: float, x1: float, y1: float, side: float) -> None:
    head = Head(min(y0, y1), max(y0, y1), min(x0, x1), max(x0, x1), False, True)
    turn = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    x = (x0 + x1) / 2 + np.cos(turn) * abs(x1 - x0) / 2 - 40 - side / 2
    y = (y0 + y1) / 2 + np.sin(turn) * abs(y1 - y0) / 2 - 30 - side / 2
    assert cut_by_circle(head, 40, 30, side) == pytest.approx(float((np.hypot(x, y) > side / 2).mean()), abs=2.1 / 180)
