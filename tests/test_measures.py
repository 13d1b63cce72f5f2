"""Measures grow with the defect, and with nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from fixture_photos import fixtures
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from headshot_check.measures import Measurement, known_measures, measure_all
from headshot_check.measures.edge_width import edge_sigma, gradients
from headshot_check.measures.face_light import linear_luminance, stops
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
GOOD = [each for each in fixtures() if each.truth["verdict"] == "ready" and not each.truth["in_car"]]
NETS = Nets()


def pixels_of(index: int = 0) -> Pixels:
    with Image.open(GOOD[index].path) as image:
        return np.asarray(image.convert("RGB"))


def value(rgb: Pixels, check: str) -> float:
    taken = take(rgb, check)
    assert isinstance(taken.value, (int, float)), taken.cause
    return float(taken.value)


def take(rgb: Pixels, check: str) -> Measurement:
    return measure_all(Scene(load(np.ascontiguousarray(rgb)), NETS), [check])[check]


def exposed(rgb: Pixels, stops: float) -> Pixels:
    """The picture with that many stops more (or less) light."""
    linear = (rgb / 255.0) ** 2.2 * 2.0**stops
    return (np.clip(linear, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)


def one_side_dark(rgb: Pixels, amount: float) -> Pixels:
    ramp = np.clip(np.linspace(-4, 5, rgb.shape[1]), 0, 1)[None, :, None]
    dark = exposed(rgb, -amount)
    return (rgb * ramp + dark * (1 - ramp)).astype(np.uint8)


def bright_behind(rgb: Pixels, amount: float) -> Pixels:
    person = cv2.resize(NETS.selfie(rgb), rgb.shape[1::-1])[..., None] > 0.5
    return np.where(person, exposed(rgb, -amount), np.uint8(250)).astype(np.uint8)


def turned(rgb: Pixels, degrees: float) -> Pixels:
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def without_top(rgb: Pixels, share: float) -> Pixels:
    return rgb[round(share * rgb.shape[0]) :]


DEFECTS: list[tuple[str, Callable[[Pixels, float], Pixels], tuple[float, ...]]] = [
    (
        "sharpness.face_blur",
        lambda rgb, sigma: np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma), np.uint8),
        (0.5, 2, 4, 7),
    ),
    (
        "sharpness.face_blur",
        lambda rgb, length: np.asarray(cv2.blur(rgb, (int(length), 1)), np.uint8),
        (1, 9, 17),
    ),
    ("lighting.dark", lambda rgb, less: exposed(rgb, -less), (0, 1.5, 3, 4.5)),
    ("lighting.blown", exposed, (0, 2.5, 4)),
    ("lighting.blocked", lambda rgb, less: exposed(rgb, -less), (0, 6, 9)),
    ("lighting.balance", one_side_dark, (0, 1.5, 3)),
    ("lighting.backlight", bright_behind, (0, 1.5, 3)),
    ("framing.face_cut", without_top, (0, 0.28, 0.3, 0.32)),
]


@pytest.mark.parametrize(("check", "spoil", "amounts"), DEFECTS, ids=lambda item: item if isinstance(item, str) else "")
@pytest.mark.parametrize("index", [0, 1])
def test_measure_grows_with_its_defect(
    check: str, spoil: Callable[[Pixels, float], Pixels], amounts: tuple[float, ...], index: int
) -> None:
    values = [value(spoil(pixels_of(index), amount), check) for amount in amounts]
    assert values == sorted(values), values
    assert values[-1] > values[0]


def test_roll_follows_the_picture() -> None:
    level = value(pixels_of(), "pose.roll")
    for degrees in (-20, -8, 8, 20):
        assert value(turned(pixels_of(), degrees), "pose.roll") - level == pytest.approx(degrees, abs=3)


def test_yaw_and_roll_change_sign_in_the_mirror() -> None:
    for index in range(2):
        rgb = pixels_of(index)
        for check in ("pose.yaw", "pose.roll"):
            assert value(rgb[:, ::-1], check) == pytest.approx(-value(rgb, check), abs=3)


@pytest.mark.parametrize(
    ("check", "tolerance"),
    [
        ("framing.head_height", 0.04),
        ("framing.offset", 0.02),
        ("eyes.opening", 0.05),
        ("lighting.dark", 0.3),
        ("lighting.balance", 0.4),
        ("lighting.backlight", 0.4),
        ("pose.pitch", 4),
    ],
)
def test_measure_does_not_mind_mirror_or_size(check: str, tolerance: float) -> None:
    rgb = pixels_of()
    expected = value(rgb, check)
    assert value(rgb[:, ::-1], check) == pytest.approx(expected, abs=tolerance)
    double = np.asarray(cv2.resize(rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert value(double, check) == pytest.approx(expected, abs=tolerance)


def test_small_face_in_a_large_photo_is_judged_from_the_files_own_pixels() -> None:
    """The analysis pixels show this face at a third of its size; sharpness must come from a second, larger decode."""
    with Image.open(GOOD[0].path) as image:
        person = image.convert("RGB")
    frame = Image.new("RGB", (4032, 3024), (128, 128, 128))
    frame.paste(person, (1700, 1200))
    file = io.BytesIO()
    frame.save(file, "JPEG", quality=95)
    scene = Scene(load(file.getvalue()), NETS)
    assert scene.inter_eye_px < 40
    assert scene.face_crop.source_eyes_px > 64
    blur = measure_all(scene, ["sharpness.face_blur"])["sharpness.face_blur"].value
    assert blur == pytest.approx(value(pixels_of(), "sharpness.face_blur"), abs=0.5)


def test_headroom_is_negative_when_the_hair_is_cut() -> None:
    rgb = pixels_of()
    assert value(rgb, "framing.headroom") > 0
    assert value(without_top(rgb, 0.33), "framing.headroom") < 0


def test_second_face_is_compared_by_area() -> None:
    rgb = pixels_of()
    small = np.asarray(cv2.resize(rgb, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), np.uint8)
    beside = np.full((rgb.shape[0], small.shape[1], 3), 128, np.uint8)
    beside[: small.shape[0]] = small
    assert value(np.hstack([rgb, beside]), "faces.second_face") == pytest.approx(0.36, abs=0.1)
    assert value(rgb, "faces.second_face") == 0


def test_blank_picture_is_not_assessed_with_a_cause() -> None:
    taken = measure_all(Scene(load(np.full((300, 300, 3), 90, np.uint8)), NETS))
    assert taken["faces.found"].value == "nobody"
    for check in ("pose.yaw", "lighting.dark", "sharpness.face_blur", "framing.head_height", "car.drivers_seat"):
        assert taken[check].value is None
        assert taken[check].cause == "no_face"


def test_every_measure_says_what_it_measures() -> None:
    for check, (function, _) in known_measures().items():
        assert len((function.__doc__ or "").split()) >= 5, check


@settings(deadline=None, max_examples=25)
@given(sigma=st.floats(0.8, 4), contrast=st.floats(60, 160), turned_by=st.integers(0, 3))
def test_edge_width_is_the_blur_whatever_the_contrast(sigma: float, contrast: float, turned_by: int) -> None:
    step = np.zeros((96, 96), np.float32)
    step[30:66, 30:66] = 1
    grey = np.asarray(cv2.GaussianBlur(np.rot90(step, turned_by) * contrast + 60, (0, 0), sigma), np.float32)
    width = edge_sigma(gradients(grey), np.ones(grey.shape, np.bool_))
    assert width == pytest.approx(sigma, rel=0.2, abs=0.35)


def test_edge_width_of_a_plain_picture_is_unknown() -> None:
    assert edge_sigma(gradients(np.full((64, 64), 100, np.float32)), np.ones((64, 64), np.bool_)) is None


def test_luminance_and_stops() -> None:
    grey = np.array([[[255, 255, 255], [0, 0, 0], [188, 188, 188]]], np.uint8)
    assert linear_luminance(grey)[0] == pytest.approx([1, 0, 0.5], abs=0.01)
    assert stops(0.5, 0.25) == pytest.approx(1)
    assert stops(0.25, 0.5) == pytest.approx(-1)
