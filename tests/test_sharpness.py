"""Sharpness and noise: each grows with its own defect and leaves the others alone."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from test_measures import NETS, pixels_of, take, value

from headshot_check.measures import sharpness
from headshot_check.measures.edge_width import Gradients, edge_sigma, gradients
from headshot_check.measures.noise import grain
from headshot_check.photo import load
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
INTER_EYE_PX = 97  # of the fixture: so many pixels are 100 %


@lru_cache(maxsize=4)
def picture(index: int = 0) -> Pixels:
    return pixels_of(index)


def defocused(rgb: Pixels, percent: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), percent / 100 * INTER_EYE_PX), np.uint8) if percent else rgb


def streaked(rgb: Pixels, percent: float, degrees: float = 0.0) -> Pixels:
    """Every point drawn out to a line."""
    length = percent / 100 * INTER_EYE_PX
    reach = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    along = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * length / 2
    start, end = (np.round((reach - along) * 256).astype(int), np.round((reach + along) * 256).astype(int))
    cv2.line(kernel, tuple(start.tolist()), tuple(end.tolist()), 1.0, 1, cv2.LINE_AA, 8)
    return np.asarray(cv2.filter2D(rgb, -1, kernel / kernel.sum()), np.uint8)


def noisy(rgb: Pixels, sigma: float) -> Pixels:
    noise = np.random.default_rng(1).normal(0, 1, rgb.shape) * sigma
    return np.clip(rgb + noise + 0.5, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("degrees", [0, 40, 90])
@pytest.mark.parametrize("index", [0, 1])
def test_a_streak_is_blur_whatever_its_direction(index: int, degrees: float) -> None:
    still, *moved = [
        value(streaked(picture(index), percent, degrees) if percent else picture(index), "sharpness.face_blur")
        for percent in (0, 4, 12, 20)
    ]
    assert still < 1
    assert moved[0] > still
    assert all(blur > 1.9 for blur in moved[1:])


@pytest.mark.parametrize("index", [0, 1])
def test_defocus_is_blur(index: int) -> None:
    assert value(defocused(picture(index), 4), "sharpness.face_blur") > 2.5


@pytest.mark.parametrize("index", [0, 1])
def test_noise_grows_with_noise_and_not_with_blur(index: int) -> None:
    values = [value(noisy(picture(index), sigma), "sharpness.noise") for sigma in (0, 6, 12, 24)]
    assert values == sorted(values)
    assert values[-1] > 3 * values[0]
    clean = values[0]
    assert value(defocused(picture(index), 3), "sharpness.noise") <= clean + 0.1


@pytest.mark.parametrize(("check", "tolerance"), [("sharpness.noise", 0.3)])
def test_mirror_and_size_do_not_matter(check: str, tolerance: float) -> None:
    rgb = picture()
    double = np.asarray(cv2.resize(rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    expected = value(rgb, check)
    assert value(np.ascontiguousarray(rgb[:, ::-1]), check) == pytest.approx(expected, abs=tolerance)
    assert value(double, check) == pytest.approx(expected, abs=tolerance)


def test_background_focus_grows_when_the_face_alone_is_soft() -> None:
    rgb = picture(3)
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width]
    face = np.exp(-(((x - width / 2) / 150) ** 2 + ((y - 300) / 200) ** 2))[..., None]
    sharp_wall = np.where((x // 8 + y // 8) % 2 == 0, 120, 135)[..., None].astype(np.uint8)
    outside = face < 0.1
    textured = np.where(outside, sharp_wall, rgb).astype(np.uint8)
    soft = np.where(outside, sharp_wall, defocused(rgb, 4)).astype(np.uint8)
    assert value(soft, "sharpness.background_focus") > value(textured, "sharpness.background_focus") + 1


def test_a_face_of_few_pixels_is_not_assessed() -> None:
    small = np.asarray(cv2.resize(picture(), (110, 138), interpolation=cv2.INTER_AREA), np.uint8)
    for check in ("sharpness.face_blur", "sharpness.noise"):
        assert take(small, check).cause == "too_few_pixels"


def test_a_small_face_says_little_of_softness() -> None:
    small = np.asarray(cv2.resize(picture(), None, fx=0.33, fy=0.33, interpolation=cv2.INTER_AREA), np.uint8)
    soft, softer = (np.asarray(cv2.GaussianBlur(small, (0, 0), px), np.uint8) for px in (0.5, 2.5))
    assert value(soft, "sharpness.face_blur") < 2.5 < value(softer, "sharpness.face_blur")


@settings(deadline=None, max_examples=10)
@given(sigma=st.floats(1, 12), level=st.integers(60, 190))
def test_grain_of_white_noise(sigma: float, level: int) -> None:
    plain = np.full((96, 96, 3), level, np.uint8)
    where = np.ones((96, 96), np.bool_)
    assert grain(plain, where) == pytest.approx(0, abs=0.05)
    found = grain(noisy(plain, sigma), where)
    assert found is not None
    assert 0.2 * sigma < found < 1.0 * sigma


def test_grain_does_not_see_slopes_and_needs_skin() -> None:
    slope = np.repeat(np.linspace(40, 220, 96)[None, :, None], 96, axis=0).repeat(3, axis=2).astype(np.uint8)
    found = grain(slope, np.ones((96, 96), np.bool_))
    assert found is not None
    assert found < 0.6
    assert grain(slope, np.zeros((96, 96), np.bool_)) is None


@settings(deadline=None, max_examples=15)
@given(st.integers(40, 90), st.integers(40, 90), st.floats(1, 10), st.integers(0, 2**32 - 1))
def test_grain_is_what_its_parts_say_patch_by_patch(height: int, width: int, sigma: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    slope = np.linspace(60, 180, width)[None, :, None]
    rgb = np.clip(slope + rng.normal(0, sigma, (height, width, 3)), 0, 255).astype(np.uint8)
    coded = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb).astype(np.float64)
    rows, columns = height // 8, width // 8

    def patches(plane: NDArray[np.float64], side: int) -> NDArray[np.float64]:
        return plane[: rows * side, : columns * side].reshape(rows, side, columns, side).mean((1, 3))

    def bends(plane: NDArray[np.float64]) -> NDArray[np.float64]:
        mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 6
        return np.asarray(cv2.filter2D(plane, -1, mask), np.float64)

    half = coded[: rows * 8, : columns * 8].reshape(rows * 4, 2, columns * 4, 2, 3).mean((1, 3))
    colour = [half[..., k] - cv2.GaussianBlur(np.ascontiguousarray(half[..., k]), (0, 0), 1.5) for k in (1, 2)]
    powers = (
        patches(bends(coded[..., 0]) ** 2, 8),
        patches(bends(np.ascontiguousarray(half[..., 0])) ** 2, 4),
        patches(np.maximum(colour[0] ** 2, colour[1] ** 2), 4),
    )
    expected = np.sqrt(np.mean([np.quantile(power, 0.2) for power in powers]))
    assert grain(rgb, np.ones((height, width), np.bool_)) == pytest.approx(expected, rel=1e-3)


def _random_scene(seed: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Edges of all directions and widths with grain, and a blot to look in."""
    rng = np.random.default_rng(seed)
    grey = cv2.GaussianBlur(rng.integers(0, 256, (24, 30)).astype(np.float32), (0, 0), 0.6)
    grey = cv2.GaussianBlur(cv2.resize(grey, (150, 120), interpolation=cv2.INTER_NEAREST), (0, 0), rng.uniform(0.5, 3))
    where = cv2.resize(rng.integers(0, 2, (4, 5)).astype(np.uint8), (150, 120), interpolation=cv2.INTER_NEAREST) > 0
    return np.clip(grey + rng.normal(0, 1, grey.shape), 0, 255).astype(np.uint8), np.asarray(where)


def _width_by_definition(found: Gradients, where: NDArray[np.bool_], least: float) -> float | None:
    """`least`: how steep the least of the steepest fifth is, of its quantile."""
    inner = np.zeros_like(where)
    inner[3:-3, 3:-3] = where[3:-3, 3:-3]
    across, down = abs(found.across), abs(found.down)
    widths = []
    for first, second, other in ((across, found.across_again, down), (down, found.down_again, across)):
        along = inner & (first > 2 * other)
        if along.sum() < 60:
            continue
        threshold = max(least * np.quantile(first[along], 0.8), 3.0)
        edges = along & (first >= threshold) & (first >= 0.995 * cv2.dilate(first, np.ones((3, 3), np.uint8)))
        if edges.sum() < 8:
            continue
        ratio = np.maximum(first[edges] / np.maximum(abs(second[edges]), 1e-3), 1.0005)
        widths.append(np.quantile(1 / np.sqrt(ratio**2 - 1), 0.3))
    if not widths or inner.sum() < 100:
        return None
    return float(np.clip(np.sqrt(max(max(widths) ** 2 - 0.36, 0)), 0.3, 10))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
@example(2560)  # one edge is as steep as the quantile, to the last bit
def test_width_of_edges_by_its_definition(seed: int) -> None:
    grey, where = _random_scene(seed)
    found = gradients(grey)
    width = edge_sigma(found, where)
    expected = [_width_by_definition(found, where, least) for least in (1 - 1e-6, 1, 1 + 1e-6)]
    assert any(width == pytest.approx(one, rel=1e-4) for one in expected), (width, expected)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_gradients_are_sobels_of_what_gaussians_blur(seed: int) -> None:
    grey = _random_scene(seed)[0].astype(np.float32)
    found, once = gradients(grey), cv2.GaussianBlur(grey, (0, 0), 0.6)
    again = cv2.GaussianBlur(once, (0, 0), 1.0)
    inner = slice(6, -6), slice(6, -6)
    for plane, blurred, axis in (
        (found.across, once, (1, 0)),
        (found.down, once, (0, 1)),
        (found.across_again, again, (1, 0)),
        (found.down_again, again, (0, 1)),
    ):
        expected = cv2.Sobel(blurred, cv2.CV_32F, *axis, scale=0.125)
        assert np.abs(plane - expected)[inner].max() < 0.03 * np.abs(expected).max() + 0.1


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("size", [1.6, 1.0, 0.7, 0.45])
def test_the_background_is_looked_at_beside_the_face_at_its_scale(index: int, size: float) -> None:
    interpolation = cv2.INTER_CUBIC if size > 1 else cv2.INTER_AREA
    rgb = np.asarray(cv2.resize(picture(index), None, fx=size, fy=size, interpolation=interpolation), np.uint8)
    scene = Scene(load(rgb), NETS)
    grey, where, inter_eye_px = sharpness._surroundings(scene)
    wanted = min(scene.face_crop.inter_eye_px, scene.inter_eye_px)
    assert wanted / 1.11 < inter_eye_px < wanted * 1.11
    assert grey.shape == where.shape
    share = inter_eye_px / scene.inter_eye_px  # each place comes from where it is in the photo
    small = cv2.resize(scene.photo.rgb, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    whole = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    likeness = cv2.matchTemplate(whole, grey[8:-8, 8:-8], cv2.TM_CCOEFF_NORMED)
    assert likeness.max() > 0.98
    height, width = np.array(np.unravel_index(likeness.argmax(), likeness.shape)) - 8
    middle = scene.eye_centres.mean(axis=0) * share
    for start, length, at, end in zip((width, height), grey.shape[::-1], middle, whole.shape[::-1], strict=True):
        assert start == pytest.approx(max(0, at - 2.25 * inter_eye_px), abs=4)
        assert start + length == pytest.approx(min(end, at + 2.25 * inter_eye_px), abs=4)
