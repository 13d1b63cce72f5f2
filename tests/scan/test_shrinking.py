"""Shrinking by halves gives what averaging in one step gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from headshot_check.scan.shrinking import shrunk

PICTURE = np.asarray(Image.open(fixture("soft_office")).convert("RGB"))


@given(st.integers(1, 700), st.integers(1, 700), st.integers(1, 90), st.integers(1, 90), st.integers(0, 255))
def test_one_colour_stays_and_the_size_is_the_one_asked_for(
    wide: int, high: int, to_wide: int, to_high: int, level: int
) -> None:
    small = shrunk(np.full((high, wide, 3), level, np.uint8), to_wide, to_high)
    assert small.shape == (to_high, to_wide, 3)
    assert np.all(small == level)


@pytest.mark.parametrize("size", [(32, 32), (128, 160), (77, 91), (400, 500)])
@pytest.mark.parametrize("cut", [0, 3, 11])
def test_it_is_what_one_step_gives(size: tuple[int, int], cut: int) -> None:
    picture = PICTURE[cut:, : PICTURE.shape[1] - cut]
    at_once = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(int)
    off = np.abs(shrunk(picture, *size).astype(int) - at_once)
    assert off.mean() < (4 if cut else 1)  # an odd row that is dropped moves the edges by less than 1 % of the picture
