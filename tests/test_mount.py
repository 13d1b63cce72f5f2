"""Bars and the corners of a round picture are no background; a wall, a sky and a photo without them are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from test_measures import NETS, pixels_of

from headshot_check.measures import measure_all
from headshot_check.photo import load
from headshot_check.pixels.mount import inside_bars, mount
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]


def glance(index: int = 0) -> Pixels:
    return np.asarray(cv2.resize(pixels_of(index), (256, 256), interpolation=cv2.INTER_AREA), np.uint8)


def in_a_circle(rgb: Pixels, colour: int) -> Pixels:
    y, x = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    beyond = np.hypot(x - (rgb.shape[1] - 1) / 2, y - (rgb.shape[0] - 1) / 2) > min(rgb.shape[:2]) / 2
    return np.where(beyond[..., None], colour, rgb).astype(np.uint8)


@pytest.mark.parametrize("index", range(4))
def test_a_photo_has_no_mount(index: int) -> None:
    assert not mount(glance(index), 0.8).any()
    assert not mount(np.full((256, 256, 3), 255, np.uint8), 1.0).any()


@pytest.mark.parametrize("colour", [0, 128, 255])
@pytest.mark.parametrize("wide", [6, 30])
def test_bars_are_found_to_a_row(colour: int, wide: int) -> None:
    picture = glance()
    picture[:wide] = colour
    picture[:, -wide:] = colour
    found = mount(picture, 0.8)
    assert abs(int(found[:, 100].sum()) - wide) <= 1
    assert abs(int(found[128].sum()) - wide) <= 1


def test_a_plain_wall_that_somebody_stands_before_is_no_bar() -> None:
    picture = np.full((256, 256, 3), 250, np.uint8)
    picture[60:, 80:180] = 60
    assert not mount(picture, 1.0).any()


@pytest.mark.parametrize("colour", [0, 255])
def test_the_corners_of_a_round_picture_are_no_background(colour: int) -> None:
    found = mount(in_a_circle(glance(1), colour), 1.0)
    assert 0.15 < found.mean() < 1 - np.pi / 4
    assert not mount(in_a_circle(glance(1), colour), 1.5).any()


def in_blocks(picture: Pixels, colour: int) -> Pixels:
    picture = picture.copy()
    picture[:40, :30] = colour
    picture[-20:, -90:] = colour
    picture[-60:, -25:] = colour
    return picture


@pytest.mark.parametrize("colour", [0, 255])
def test_a_templates_blocks_in_two_corners_are_found(colour: int) -> None:
    picture = in_blocks(glance(1), colour)
    found = mount(picture, 0.8)
    assert found.sum() == pytest.approx(40 * 30 + 20 * 90 + 40 * 25, rel=0.03)
    assert found[5, 5]
    assert found[-5, -80]
    assert found[-50, -5]
    taken = measure_all(Scene(load(picture), NETS), ["file.bars"])["file.bars"].value
    assert isinstance(taken, float)
    assert taken == pytest.approx(found.mean(), abs=0.005)


def test_one_corner_two_of_different_colours_and_soft_slanted_or_ragged_ones_are_no_template() -> None:
    one, different, soft, slanted, ragged = (glance(1) for _ in range(5))
    one[:40, :30] = 255
    different[:40, :30] = 255
    different[-40:, -30:] = 0
    soft[:40, :30] = soft[-40:, -30:] = 255
    soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), 6), np.uint8)
    for k in range(40):
        ragged[k, : 30 + 9 * (k % 3)] = ragged[-1 - k, -30 - 9 * (k % 3) :] = 255
    for left, right in (((0, 0), (60, 0)), ((255, 0), (195, 0))):  # somebody before a white wall
        cv2.fillPoly(slanted, [np.array([left, right, (right[0], 70), (left[0], 110)], np.int32)], (255, 255, 255))
    for picture in (one, different, soft, slanted, ragged):
        assert not mount(picture, 0.8).any()


def test_white_corners_are_no_bright_spots() -> None:
    rgb = pixels_of(1)
    side = min(rgb.shape[:2])
    square = np.ascontiguousarray(rgb[:side, :side])
    taken = [
        measure_all(Scene(load(picture), NETS), ["background.bright_spots"])["background.bright_spots"].value
        for picture in (square, in_a_circle(square, 255))
    ]
    assert isinstance(taken[0], float)
    assert taken[1] == pytest.approx(taken[0], abs=0.02)


def test_the_second_of_two_bars_may_end_in_traces_of_jpeg() -> None:
    inner = glance()[:, 40:-40]
    bars = np.concatenate([np.full((256, 40, 3), 255, np.uint8), inner, np.full((256, 40, 3), 255, np.uint8)], axis=1)
    traces = bars.copy()
    traces[::9, 216:220] = 244
    for picture in (bars, traces):
        found = mount(picture, 1.0)
        assert found[:, 2].all()
        assert found[:, -2].all()


@pytest.mark.parametrize("share", [0.39, 0.42, 0.6, 0.85])
def test_a_bar_is_one_however_large(share: float) -> None:
    rows = round(256 * share)
    picture = glance()
    picture[:rows] = 150
    left, top, right, bottom = inside_bars(picture)
    assert top == pytest.approx(share, abs=0.01)
    assert (left, right, bottom) == (0, 1, 1)
