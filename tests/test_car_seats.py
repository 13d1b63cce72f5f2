"""Composed people before head restraints: the mask is what the head leaves of a restraint, and nothing is guessed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.car.outlines import RESTRAINTS
from training.car.renders import Render
from training.car.seats import drawn_seat, dyed, real_seat, rendered_seat

SIDE = 240
FACE = np.array([90, 70, 150, 130, 105, 90, 135, 90], np.float32)


def person() -> tuple[np.ndarray, np.ndarray]:
    """A grey figure and its mask (0..1)."""
    alpha = np.zeros((SIDE, SIDE), np.float32)
    cv2.ellipse(alpha, (120, 100), (36, 46), 0, 0, 360, 1.0, -1)
    cv2.rectangle(alpha, (60, 160), (180, SIDE), 1.0, -1)
    rgb = np.full((SIDE, SIDE, 3), 230, np.uint8)
    rgb[alpha > 0] = (150, 110, 90)
    return rgb, alpha


def scene() -> np.ndarray:
    """A pale place with a red restraint."""
    rgb = np.full((300, 400, 3), 200, np.uint8)
    rgb[60:120, 150:250] = (200, 0, 0)
    return rgb


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("known", [True, False])
def test_what_is_marked_of_a_drawn_restraint_is_not_the_person(seed: int, known: bool) -> None:
    rgb, alpha = person()
    made = drawn_seat(rgb, alpha, FACE, scene()[200:], None, known, np.random.default_rng(seed))
    width = made.face[2] - made.face[0]
    x, y = (int(v) for v in (made.face[:2] + made.face[2:4]) / 2)
    assert made.own.shape == made.known.shape == made.rgb.shape[:2]
    assert not made.own[y, x]
    assert made.known[y, x]
    assert made.own.sum() == 0 or made.own.sum() >= 0.03 * width**2
    assert known is False or made.own.any() or made.known.all() or (~made.known).sum() < 0.1 * width**2
    assert made.known[made.own > 0.5].all()


@pytest.mark.parametrize("seed", range(8))
def test_a_photographed_restraint_is_marked_where_it_shows(seed: int) -> None:
    rgb, alpha = person()
    polygon = [[[150 / 400, 60 / 300], [250 / 400, 60 / 300], [250 / 400, 120 / 300], [150 / 400, 120 / 300]]]
    made = real_seat(rgb, alpha, FACE, scene(), polygon, np.random.default_rng(seed))
    marked = cv2.erode(made.own, np.ones((9, 9))) > 0.99
    red = made.rgb[..., 0].astype(int) - made.rgb[..., 1]
    if marked.any():
        assert np.median(red[marked]) > 60
    away = made.known & (cv2.dilate(made.own, np.ones((25, 25))) < 0.01)
    assert np.median(red[away]) < 60


def test_an_empty_seat_beside_the_person_is_nobodys() -> None:
    rgb, alpha = person()
    polygon = [[[150 / 400, 60 / 300], [250 / 400, 60 / 300], [250 / 400, 120 / 300], [150 / 400, 120 / 300]]]
    made = [real_seat(rgb, alpha, FACE, scene(), polygon, np.random.default_rng(seed)) for seed in range(60)]
    empty = 0
    for one in made:
        if one is None or one.own.any():
            continue
        red = (one.rgb[..., 0].astype(int) - one.rgb[..., 1] > 60) & one.known
        if red.sum() < 50:
            continue
        empty += 1
        middle, width = (one.face[0] + one.face[2]) / 2, one.face[2] - one.face[0]
        assert abs(np.nonzero(red)[1].mean() - middle) > 0.5 * width
    assert empty >= 5


def test_outlined_restraints_are_coordinates_within_the_photograph() -> None:
    for name, polygons in RESTRAINTS.items():
        assert polygons or not name.startswith("g_")  # of a seat there is one
        for polygon in polygons:
            corners = np.array(polygon)
            assert corners.shape == (len(polygon), 2)
            assert len(polygon) >= 3
            assert corners.min() >= 0
            assert corners.max() <= 1
            assert cv2.contourArea(corners.astype(np.float32)) > 0.0005


def cabin() -> tuple[Render, np.ndarray]:
    """A grey cabin with a red restraint left of where the face would be, and that place."""
    rgb = np.full((300, 260, 3), 90, np.uint8)
    rgb[90:170, 60:110] = (200, 0, 0)
    regions = np.zeros((300, 260, 5), np.float32)
    regions[90:170, 60:110, 1] = 1
    empty = np.zeros((300, 260), np.float32)
    render = Render(rgb, regions, empty, empty, empty)
    place = np.array([100, 90, 165, 155, 116, 112, 149, 112], np.float32)
    return render, place


@pytest.mark.parametrize("seed", range(8))
def test_a_rendered_restraint_is_marked_where_it_shows_and_nothing_else_is_one(seed: int) -> None:
    rgb, alpha = person()
    made = rendered_seat(rgb, alpha, FACE, *cabin(), np.random.default_rng(seed))
    red = made.rgb[..., 0].astype(int) - made.rgb[..., 1]
    marked = cv2.erode(made.own, np.ones((7, 7))) > 0.99
    assert marked.any()
    assert np.median(red[marked]) > 50
    assert made.known.all()
    x, y = (int(v) for v in (made.face[:2] + made.face[2:4]) / 2)
    assert not made.own[y, x]


def test_a_cabin_without_a_restraint_in_sight_has_none() -> None:
    rgb, alpha = person()
    render, place = cabin()
    render.regions[:] = 0
    made = rendered_seat(rgb, alpha, FACE, render, place, np.random.default_rng(0))
    assert not made.own.any()
    assert made.known.all()


def test_a_dyed_scene_is_the_same_place() -> None:
    plain = cv2.resize(np.random.default_rng(0).integers(0, 255, (6, 8, 3), np.uint8), (80, 60))
    dyed_ones = [dyed(plain, np.random.default_rng(seed)) for seed in range(12)]
    assert all(one.shape == plain.shape and one.dtype == np.uint8 for one in dyed_ones)
    assert any((one != plain).any() for one in dyed_ones)
    for one in dyed_ones:  # light and dark stay where they are
        assert np.corrcoef(one.max(2).ravel(), plain.max(2).ravel())[0, 1] > 0.9
