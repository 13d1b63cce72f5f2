"""The grid of block compression: what is added up and compared, held against its definition."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headshot_check.measures.blocks import block_step


def _plain_comb(profile: np.ndarray, period: float) -> float:
    """Fourier components at the period's harmonics beyond the median of those beside, one by one."""
    blocks = int(len(profile) / period)
    length = round(blocks * period)
    at = np.arange(length)
    profile = profile[:length] - profile[:length].mean()

    def size(frequency: int) -> float:
        return float(abs((profile * np.exp(-2j * np.pi * frequency * at / length)).sum()) * period / length)

    heights = []
    for harmonic in range(1, int(period // 2) + 1):
        middle = blocks * harmonic
        here = size(middle) / (2 if 2 * harmonic == period else 1)
        beside = [size(middle + off) for off in range(-9, 10) if abs(off) >= 3]
        heights.append(max(here - float(np.median(beside)), 0.0))
    return sum(heights) / len(heights)


@settings(deadline=None, max_examples=12)
@given(st.floats(4, 8), st.booleans(), st.integers(0, 2**32 - 1))
def test_the_steps_of_a_grid_are_their_fourier_components(period: float, turned: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    grid = 9 * (np.arange(96) / period).astype(int) % 23
    grey = np.clip(120 + grid[None] + rng.normal(0, 2, (90, 96)), 0, 255).astype(np.uint8)
    rgb = np.repeat(grey[..., None], 3, axis=2)
    rgb = np.ascontiguousarray(rgb.transpose(1, 0, 2)) if turned else rgb
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(int)
    expected = [
        _plain_comb(np.minimum(abs(np.diff(luma, axis=axis)), 12).mean(axis=1 - axis), period)
        for axis in (1, 0)
        if rgb.shape[axis] >= 12 * period
    ]
    assert block_step(rgb, period) == pytest.approx(max(expected), abs=1e-4)


@settings(deadline=None, max_examples=10)
@given(st.integers(97, 700), st.integers(97, 700), st.integers(0, 2**32 - 1))
def test_large_pictures_are_seen_in_bands_of_three_thirds(height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 30, (height, width, 3), np.uint8)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(int)
    expected = []
    for axis, lines in ((1, height), (0, width)):
        starts = [round((lines - 32) * (2 * k + 1) / 6) for k in range(3)]
        chosen = np.take(grey, np.concatenate([np.arange(at, at + 32) for at in starts]), axis=1 - axis)
        expected.append(_plain_comb(np.minimum(abs(np.diff(chosen, axis=axis)), 12).mean(axis=1 - axis), 8.0))
    assert block_step(rgb, 8.0) == pytest.approx(max(expected), abs=1e-4)
