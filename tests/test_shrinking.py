"""Shrinking by halves gives what averaging in one step gives, as nearly as an eye can tell."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from headshot_check.pixels.shrinking import Halves, area_means, halved, shrunk, warped

PICTURE = np.asarray(Image.open(fixture("soft_office")).convert("RGB"))


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 600), st.integers(0, 600), st.integers(0, 255))
def test_one_colour_stays_and_the_size_is_the_one_asked_for(
    wide: int, high: int, wider: int, higher: int, level: int
) -> None:
    for way in (shrunk, area_means):
        small = way(np.full((high + higher, wide + wider, 3), level, np.uint8), wide, high)
        assert small.shape == (high, wide, 3)
        assert np.all(small == level)


@given(st.integers(2, 40), st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_a_half_holds_the_rounded_mean_of_each_four(wide: int, high: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (high, wide, 3)).astype(np.uint8)
    even = picture[: high // 2 * 2, : wide // 2 * 2].astype(float)
    means = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    assert np.abs(halved(picture) - means).max() <= 0.5


@pytest.mark.parametrize("size", [(32, 32), (128, 160), (77, 91), (400, 500), (700, 30)])
@pytest.mark.parametrize("cut", [0, 3, 11])
def test_it_is_what_one_step_gives(size: tuple[int, int], cut: int) -> None:
    picture = PICTURE[cut:, : PICTURE.shape[1] - cut]
    at_once = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(int)
    off = np.abs(shrunk(picture, *size).astype(int) - at_once)
    assert off.mean() < 2.5  # each half is rounded up, and the last step sees two pixels of up to two each way
    off = np.abs(area_means(picture, *size).astype(int) - at_once)
    assert off.mean() < (4 if cut else 1)  # an odd row that is dropped moves the edges by less than 1 % of the picture


@pytest.mark.parametrize("lost", range(8))
def test_rows_that_halving_leaves_out_move_nothing(lost: int) -> None:
    """A ramp keeps its slope up to the last pixel, however many rows do not go into whole blocks."""
    height = 512 + lost
    ramp = np.repeat(np.linspace(0, 255, height).round().astype(np.uint8)[:, None], 64, axis=1)
    small = shrunk(ramp, 8, 64)
    wanted = (np.arange(64) + 0.5) / 64 * 255
    assert (
        np.abs(small[:-2].astype(float) - wanted[:-2, None]).max() < 2
    )  # rounding upwards twice; a shift of 7 rows would be 3.4


@pytest.mark.parametrize("channels", [(), (1,), (3,), (4,)])
@pytest.mark.parametrize("beyond", [cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE])
@given(turn=st.floats(-3.2, 3.2), scale=st.floats(0.3, 3), across=st.floats(-40, 90), down=st.floats(-40, 90))
def test_colours_are_sampled_as_each_channel_by_itself(
    channels: tuple[int, ...], beyond: int, turn: float, scale: float, across: float, down: float
) -> None:
    picture = PICTURE[:80, :60, :1].repeat(max(channels, default=1), axis=2).reshape(80, 60, *channels)
    if channels == (3,):
        picture = np.ascontiguousarray(PICTURE[:80, :60])
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    matrix = np.array([(cos, -sin, across), (sin, cos, down)])
    sampled = warped(picture, matrix, (50, 40), beyond, 128)
    planes = picture.reshape(80, 60, -1).transpose(2, 0, 1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    alone = [
        cv2.warpAffine(np.ascontiguousarray(plane), matrix, (50, 40), flags=flags, borderMode=beyond, borderValue=128.0)
        for plane in planes
    ]
    assert np.array_equal(sampled.reshape(40, 50, -1), np.stack(alone, 2))


def test_halves_of_a_turned_picture_are_turned_halves() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (24, 40, 3), np.uint8)
    turned = Halves(pixels).turned(cv2.ROTATE_90_CLOCKWISE)
    for power in range(4):
        expected = Halves(np.ascontiguousarray(np.rot90(pixels, -1))).times(power)
        np.testing.assert_array_equal(turned.times(power), expected)
    assert turned.most == 4
