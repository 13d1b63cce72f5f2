"""The car network's early features by region of the frame, as the network of tones gets them."""

from __future__ import annotations

import numpy as np
import pytest

from headshot_check.measures.region_features import COUNT, frame_regions, region_features


def some_points(middle: tuple[float, float] = (60.0, 50.0)) -> np.ndarray:
    """(468, 2) on an ellipse 40 px wide and 60 px high."""
    turn = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    return (np.array(middle) + np.stack([20 * np.cos(turn), 30 * np.sin(turn)], 1)).astype(np.float32)


def test_regions_but_the_band_of_the_eyes_share_the_photo_out() -> None:
    face, hair, body, background, eyes, photo = frame_regions(some_points(), 1000, 1000)
    assert np.all(photo == 1)
    assert face + hair + body + background == pytest.approx(photo, abs=0.04)  # the chin is rounded to a pixel
    assert np.all(eyes <= face)
    assert all(part.any() for part in (face, hair, body, background, eyes))


def test_nothing_outside_the_photo_counts() -> None:
    regions = frame_regions(some_points(), 500, 1000)
    assert not regions[:, :4].any()
    assert not regions[:, 12:].any()
    assert np.all(regions[-1, 4:12] == 1)


def test_means_are_those_of_the_cells() -> None:
    early = np.random.default_rng(5).normal(size=(1, 16, 16, 40)).astype(np.float32)
    regions = np.zeros((6, 16, 16), np.float32)
    regions[0, 3:6, 4:9] = 1  # the face; of the others nothing lies in the photo
    regions[5] = 1
    numbers = region_features(early, regions)
    assert numbers.shape == (COUNT,)
    means = numbers.reshape(6, 40)
    assert means[0] == pytest.approx(early[0, 3:6, 4:9].reshape(-1, 40).mean(0), abs=1e-5)
    assert not means[1:5].any()
    assert means[5] == pytest.approx(early[0].reshape(-1, 40).mean(0), abs=1e-5)
