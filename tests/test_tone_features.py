"""The numbers that the network of tones goes by."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from headshot_check.measures.tone_features import (
    COUNT,
    SIDE,
    FaceParts,
    face_parts,
    face_places,
    places,
    tone_features,
)

ALL = np.ones((SIDE, SIDE), np.uint8)


def parts_of(mask: np.ndarray) -> FaceParts:
    return FaceParts(mask, mask, mask, mask, mask, (mask, mask))


def picture(seed: int = 3) -> np.ndarray:
    """Soft patches of all codes."""
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 256, (9, 9, 3), np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def test_levels_are_numpys_quantiles_within_a_code() -> None:
    frame = picture()
    numbers = tone_features(frame, ALL, frame, parts_of(ALL))
    assert numbers.shape == (COUNT,)
    assert numbers.dtype == np.float32
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    shares = (0.002, 0.01, 0.03, 0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92, 0.97, 0.99, 0.998)
    assert numbers[:13] * 255 == pytest.approx(np.quantile(grey, shares), abs=2.0)


@pytest.mark.parametrize("code", [0, 7, 128, 255])
@pytest.mark.parametrize("mask", [ALL, np.zeros_like(ALL)], ids=["all", "nothing"])
def test_a_plain_picture_and_an_empty_mask_have_numbers_as_well(code: int, mask: np.ndarray) -> None:
    plain = np.full((SIDE, SIDE, 3), code, np.uint8)
    assert np.isfinite(tone_features(plain, mask, plain, parts_of(mask))).all()


def test_what_the_picture_is_mounted_on_does_not_count() -> None:
    frame, shown = picture(), ALL.copy()
    shown[:20] = 0
    black, white = frame.copy(), frame.copy()
    black[:19], white[:19] = 0, 255  # the row above what is shown is a neighbour of none that is
    one, other = (tone_features(of, shown, frame, parts_of(ALL)) for of in (black, white))
    assert one == pytest.approx(other, abs=1e-6)


def test_a_curve_makes_detail_larger_where_it_is_steep() -> None:
    rng = np.random.default_rng(0)
    ramp = np.linspace(10, 245, SIDE)[:, None] + rng.normal(0, 4, (SIDE, SIDE))
    frame = np.repeat(np.clip(ramp, 0, 255).astype(np.uint8)[..., None], 3, 2)
    root = cv2.LUT(frame, (np.sqrt(np.arange(256) / 255) * 255).astype(np.uint8))
    plain, bleached = (tone_features(of, ALL, of, parts_of(ALL))[35:44] for of in (frame, root))
    shown = (plain != 0) & (bleached != 0)
    dark, bright = np.flatnonzero(shown)[[0, -1]]
    assert abs(plain[dark] - plain[bright]) < 0.3
    assert bleached[dark] - bleached[bright] > 0.6


def test_parts_of_a_face_lie_apart_and_within_the_photo() -> None:
    rng = np.random.default_rng(5)
    points = (rng.random((468, 2)) * SIDE).astype(np.float32)
    half = ALL.copy()
    half[:, : SIDE // 2] = 0
    parts = face_parts(points, half)
    for mask in (parts.face, parts.skin, parts.eyes, parts.lips, parts.brows, *parts.cheeks):
        assert set(np.unique(mask)) <= {0, 1}
        assert not mask[:, : SIDE // 2].any()
    assert not (parts.skin & (parts.eyes | parts.lips | parts.brows)).any()


@pytest.mark.parametrize("side", [20, 64, 128, 200, 256])
def test_places_are_of_one_size(side: int) -> None:
    crop = np.full((side, side, 3), 77, np.uint8)
    assert face_places(crop).shape == (SIDE, SIDE, 3)
    assert places(crop).shape == (SIDE, SIDE, 3)
    assert (face_places(crop) == 77).all()
