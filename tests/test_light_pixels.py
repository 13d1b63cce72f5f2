"""Light and colour take only the pixels that they need, and come out as by their plain definitions over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from fixture_photos import Fixture, fixture, fixtures
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from headshot_check.measures import measure_all
from headshot_check.measures.eye_region import _AROUND, _BELOW, around_and_below, between_lids
from headshot_check.measures.face_light import (
    CHEEKS,
    LEFT_EYE,
    LIPS,
    OVAL,
    RIGHT_EYE,
    background_mask,
    cheeks,
    eyes_patch,
    face_mask,
    skin_mask,
)
from headshot_check.measures.gloss import hot_spots, largest_patch, middle_channel
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.pixels.cielab import LINEAR, as_grey_would_look, colour_as_grey_would_look, lab, linear, luminance
from headshot_check.pixels.geometry import Square
from headshot_check.scene import FaceCrop, Scene

NETS = Nets()
SEEDS = st.integers(0, 2**32 - 1)


def crop_of(seed: int, side: int = 48, reach: float = 1.3) -> FaceCrop:
    """A picture of noise with points all over it and, for `reach` above 1, beyond its edges."""
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (side, side, 3), np.uint8)
    points = ((rng.random((468, 2)) - 0.5) * reach + 0.5) * side
    square = Square(side / 2, side / 2, side, 0.0)
    return FaceCrop(rgb, points.astype(np.float32), side / 4, side / 4, square)


def filled(crop: FaceCrop, *outlines: NDArray[np.intp]) -> NDArray[np.bool_]:
    mask = np.zeros(crop.rgb.shape[:2], np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [np.round(crop.points[outline]).astype(np.int32)], 1)
    return mask > 0


def rows_of(pixels: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    return sorted(map(tuple, pixels.tolist()))


class Stand:
    """As much of a scene as its face crop, which is all of the photo."""

    def __init__(self, crop: FaceCrop) -> None:
        self.face_crop = crop
        self.width = self.height = len(crop.rgb)

    def once(self, function: Callable[[Stand], Any]) -> Any:
        return function(self)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(8, 90), st.floats(0.2, 3))
def test_pixels_of_the_eyes(seed: int, side: int, reach: float) -> None:
    crop = crop_of(seed, side, reach)
    mask = filled(crop, RIGHT_EYE, LEFT_EYE)
    assert rows_of(eyes_patch(Stand(crop)).of(crop.rgb)) == rows_of(crop.rgb[mask])
    inside = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert rows_of(between_lids(Stand(crop))) == rows_of(crop.rgb[inside])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(8, 90))
def test_cheeks_are_circles(seed: int, side: int) -> None:
    crop = crop_of(seed, side)
    for index, found in zip(CHEEKS, cheeks(crop, crop.rgb), strict=True):
        mask = np.zeros(crop.rgb.shape[:2], np.uint8)
        x, y = crop.points[index]
        cv2.circle(mask, (round(float(x)), round(float(y))), max(2, round(crop.inter_eye_px * 0.2)), 1, -1)
        assert rows_of(found) == rows_of(crop.rgb[mask > 0])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(8, 60))
def test_skin_around_the_eyes_is_taken_from_the_picture_without_its_grain(seed: int, side: int) -> None:
    crop = crop_of(seed, side)
    light = np.random.default_rng(seed).random((side, side), np.float32)
    clean = cv2.medianBlur(light, 3)
    expected = []
    for indices, share in ((_AROUND, 0.75), (_BELOW, 0.5)):
        at = np.round(crop.points[list(indices)]).astype(int)
        at = at[((at > 0) & (at < side - 1)).all(axis=1)]
        expected.append(np.quantile(clean[at[:, 1], at[:, 0]].astype(np.float64), share) if len(at) else np.nan)
    points = np.rint(crop.points).astype(np.int32)
    assert around_and_below(light, points) == pytest.approx(expected, rel=1e-6, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(4, 24), st.floats(0.9, 1.0))
def test_hot_spots_are_judged_by_all_the_skin_around(seed: int, inter_eye_px: float, share: float) -> None:
    rng = np.random.default_rng(seed)
    skin = cv2.GaussianBlur(rng.random((60, 60), np.float32), (0, 0), 4) > 0.49
    luminance_ = cv2.GaussianBlur(rng.random((60, 60), np.float32), (0, 0), 2)
    luminance_[rng.random((60, 60)) > share] = 1
    middle = np.where(luminance_ > np.quantile(luminance_, 0.9), 240, 100).astype(np.uint8)
    window = (round(inter_eye_px) | 1,) * 2
    around = cv2.blur(np.where(skin, luminance_, 0).astype(np.float32), window)
    around = around / np.maximum(cv2.blur(skin.astype(np.float32), window), 1e-3)
    spots = skin & (middle >= 235) & (luminance_ > 1.5 * around)
    found, box = hot_spots(middle, luminance_, skin, inter_eye_px)
    assert found == pytest.approx(spots.sum() / max(skin.sum(), 1), abs=2 / 3600)
    assert (box is None) == (found == 0)


@given(SEEDS)
def test_the_middle_channel(seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (7, 5, 3), np.uint8)
    assert np.array_equal(middle_channel(*(rgb[..., k] for k in range(3))), np.sort(rgb, axis=2)[..., 1])


@given(SEEDS)
def test_colours_in_planes_are_those_of_the_formula(seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (40, 3), np.uint8)
    light = linear(rgb)
    assert np.array_equal(light, LINEAR[rgb].T)
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    xyz = (to_xyz / to_xyz.sum(axis=1, keepdims=True)) @ light.astype(np.float64)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    assert lab(light) == pytest.approx(np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)]), abs=1e-3)
    level = np.maximum(luminance(light), 1e-4)
    tints = as_grey_would_look(light)
    assert tints == pytest.approx(lab(light / level / 2)[1:], abs=1e-2)
    assert colour_as_grey_would_look(*light[:, 0].tolist()) == pytest.approx(tints[:, 0], abs=1e-2)


@pytest.mark.parametrize("one", fixtures(), ids=lambda one: one.name)
def test_masks_of_the_face(one: Fixture) -> None:
    scene = Scene(load(one.path), NETS)
    if not scene.search.faces or scene._any_mesh.presence < 0.5:
        pytest.skip("no mesh")
    crop = scene.face_crop
    side = len(crop.rgb)
    rows, columns = np.mgrid[:side, :side]
    x, y = np.einsum("ij,jrc->irc", crop.square.affine(side), [columns, rows, np.ones_like(rows)])
    # by how many of its own pixels each lies within the photo, below 0 beyond it
    depth = np.minimum.reduce([x, y, scene.width - x, scene.height - y]) * side / crop.square.side
    surely = (depth < -2) | (depth > 2)
    face = filled(crop, OVAL) & (depth > 0)
    assert np.array_equal(scene.once(face_mask)[surely], face[surely])
    assert np.array_equal(scene.once(skin_mask)[surely], (face & ~filled(crop, RIGHT_EYE, LEFT_EYE, LIPS))[surely])
    assert surely.mean() > 0.8


@pytest.mark.parametrize("name", ["soft_office", "plain_wall_glasses", "outdoors"])
def test_clutter_is_that_of_a_blurred_picture(name: str) -> None:
    scene = Scene(load(fixture(name)), NETS)
    grey = cv2.GaussianBlur(cv2.cvtColor(scene.glance, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    expected = (cv2.Canny(grey, 60, 150) > 0)[scene.once(background_mask)].mean()
    assert measure_all(scene, ["background.clutter"])["background.clutter"].value == pytest.approx(expected, abs=0.005)


def test_the_largest_patch() -> None:
    marked = np.zeros((12, 20), np.uint8)
    assert largest_patch(marked) == (0, (0, 0, 0, 0))
    marked[2:4, 3:5] = marked[6:10, 11:18] = marked[0, 19] = 1
    assert largest_patch(marked) == (33, (11, 6, 18, 10))
