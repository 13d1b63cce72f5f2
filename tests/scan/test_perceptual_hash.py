"""The perceptual hash stays the same where people see the same picture, and tells apart what they tell apart."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import combinations
from typing import TypeAlias

import numpy as np
import pytest
from fixture_photos import fixtures
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from headshot_check.pixels.perceptual_hash import distance, perceptual_hash

Pixels: TypeAlias = NDArray[np.uint8]
SAME = 10
"""bits of 64: what scaling, compressing and brightening may change; near-duplicates are looked for around here"""
PICTURES = {each.name: np.asarray(Image.open(each.path).convert("RGB")) for each in fixtures()}


def scaled(picture: Pixels, by: float) -> Pixels:
    image = Image.fromarray(picture)
    return np.asarray(image.resize((round(image.width * by), round(image.height * by))))


def compressed(picture: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def brightened(picture: Pixels, by: int) -> Pixels:
    return np.clip(picture.astype(np.int16) + by, 0, 255).astype(np.uint8)


def differing_bits(change: Callable[[Pixels], Pixels]) -> dict[str, int]:
    """Bits in which the hash of each fixture differs after a change."""
    return {name: distance(perceptual_hash(one), perceptual_hash(change(one))) for name, one in PICTURES.items()}


@pytest.mark.parametrize("by", [0.2, 0.5, 1.7])
def test_scaling_changes_little(by: float) -> None:
    found = differing_bits(lambda picture: scaled(picture, by))
    assert max(found.values()) <= SAME // 2, found


@pytest.mark.parametrize("quality", [20, 50, 90])
def test_compressing_changes_little(quality: int) -> None:
    found = differing_bits(lambda picture: compressed(picture, quality))
    assert max(found.values()) <= SAME // 2, found


@pytest.mark.parametrize("by", [-20, -5, 5, 20])
def test_brightening_changes_little(by: int) -> None:
    found = differing_bits(lambda picture: brightened(picture, by))
    assert max(found.values()) <= SAME, found


def test_pictures_of_other_people_and_places_are_far_apart() -> None:
    scenes = {each.name: each.truth["scene"] for each in fixtures()}
    hashes = {name: perceptual_hash(picture) for name, picture in PICTURES.items()}
    apart = [distance(hashes[a], hashes[b]) for a, b in combinations(scenes, 2) if scenes[a] != scenes[b]]
    assert np.median(apart) >= 24
    assert min(apart) > SAME


def test_a_mirrored_picture_is_another() -> None:
    found = differing_bits(lambda picture: picture[:, ::-1].copy())
    assert min(found.values()) > SAME, found


@given(st.integers(1, 80), st.integers(1, 80), st.integers(0, 255))
def test_a_picture_of_one_colour_has_the_hash_0(high: int, wide: int, level: int) -> None:
    assert perceptual_hash(np.full((high, wide, 3), level, np.uint8)) == 0


@given(st.binary(min_size=3 * 9 * 7, max_size=3 * 9 * 7))
def test_any_picture_has_a_hash_of_64_bits_that_half_of_them_set_at_most(noise: bytes) -> None:
    picture: Pixels = np.frombuffer(noise, np.uint8).reshape(9, 7, 3)
    hashed = perceptual_hash(picture)
    assert 0 <= hashed < 2**64
    assert hashed.bit_count() <= 32
    assert perceptual_hash(picture) == hashed


@given(*[st.integers(0, 2**64 - 1)] * 3)
def test_distance_is_a_metric(a: int, b: int, c: int) -> None:
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a) <= 64
    assert distance(a, c) <= distance(a, b) + distance(b, c)
