"""Pixels leave Pillow as they are, by whichever way."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from headshot_check.decoding import flatten
from headshot_check.decoding.flatten import copied_pixels

BANDS = {"L": 1, "RGB": 3, "CMYK": 4}


def random_image(mode: str, wide: int, high: int, seed: int = 0) -> Image.Image:
    shape = (high, wide) if mode == "L" else (high, wide, BANDS[mode])
    values = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    return Image.frombytes(mode, (wide, high), values.tobytes())


@given(st.sampled_from(sorted(BANDS)), st.integers(1, 700), st.integers(1, 700), st.integers(0, 2**32 - 1))
def test_they_are_what_numpy_reads(mode: str, wide: int, high: int, seed: int) -> None:
    image = random_image(mode, wide, high, seed)
    pixels = copied_pixels(image)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert np.array_equal(pixels, np.asarray(image))


@pytest.mark.parametrize("mode", sorted(BANDS))
def test_a_large_image_comes_in_bands(mode: str) -> None:
    image = random_image(mode, 2500, 2001)
    assert flatten._AT_ONCE < 2500 * 2001
    assert np.array_equal(copied_pixels(image), np.asarray(image))


def test_they_are_a_copy_that_outlives_the_image() -> None:
    image = random_image("RGB", 300, 200)
    before = np.asarray(image).copy()
    pixels = copied_pixels(image)
    image.paste((0, 0, 0), (0, 0, 300, 200))
    del image
    gc.collect()
    assert np.array_equal(pixels, before)
