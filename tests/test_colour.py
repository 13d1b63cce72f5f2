"""Colour measures grow with a tint or a filter, whatever the skin, and are silent about black and white."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from numpy.typing import NDArray
from PIL import Image

from headshot_check.measures import Measurement, measure_all
from headshot_check.measures.colour import is_grey
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.pixels.cielab import as_grey_would_look, lab, linear
from headshot_check.policy import built_in, judge, load_policy
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
NETS = Nets()
PORTRAITS = ("studio_light_skin", "studio_dark_skin", "soft_office", "outdoors", "studio_headscarf")
TINTS = {"warm": (1.6, 1.0, 0.5), "blue": (0.55, 0.9, 2.0), "green": (0.7, 1.35, 0.7), "pink": (1.35, 0.7, 1.35)}


def pixels_of(name: str) -> Pixels:
    with Image.open(fixture(name)) as image:
        return np.asarray(image.convert("RGB"))


def take(rgb: Pixels, check: str) -> Measurement:
    return measure_all(Scene(load(np.ascontiguousarray(rgb)), NETS), [check])[check]


def value(rgb: Pixels, check: str) -> float:
    taken = take(rgb, check)
    assert isinstance(taken.value, float), taken.cause
    return taken.value


def tinted(rgb: Pixels, gains: tuple[float, float, float], amount: float) -> Pixels:
    light = (rgb / 255.0) ** 2.2 * np.asarray(gains) ** amount
    return (np.clip(light, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)


def saturated(rgb: Pixels, factor: float) -> Pixels:
    grey = rgb.mean(axis=2, keepdims=True)
    return np.clip(grey + (rgb - grey) * factor + 0.5, 0, 255).astype(np.uint8)


def toned(rgb: Pixels, dark: tuple[int, int, int], bright: tuple[int, int, int]) -> Pixels:
    grey = rgb.mean(axis=2, keepdims=True) / 255
    return (np.asarray(dark) * (1 - grey) + np.asarray(bright) * grey).astype(np.uint8)


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("name", PORTRAITS[:3])
def test_cast_grows_with_a_tint(name: str, tint: str) -> None:
    rgb = pixels_of(name)
    values = [value(tinted(rgb, TINTS[tint], amount), "colour.cast") for amount in (0, 0.5, 1.0, 1.5)]
    assert values[1:] == sorted(values[1:]), values
    assert values[-1] > values[0] + 10


@pytest.mark.parametrize("tint", ["blue", "green", "pink"])
@pytest.mark.parametrize("name", PORTRAITS[:3])
def test_skin_leaves_the_natural_colours_in_coloured_light(name: str, tint: str) -> None:
    values = [value(tinted(pixels_of(name), TINTS[tint], amount), "colour.skin_chroma") for amount in (0, 1.0, 1.6)]
    assert values[1:] == sorted(values[1:]), values
    assert values[-1] > max(values[0], 12)


@pytest.mark.parametrize("name", PORTRAITS)
def test_saturation_follows_the_slider(name: str) -> None:
    values = [value(saturated(pixels_of(name), factor), "colour.saturation") for factor in (0.4, 0.8, 1.2, 1.8)]
    assert values == sorted(values)
    assert values[-1] > 2.5 * values[0]


@pytest.mark.parametrize("name", PORTRAITS)
def test_any_skin_in_neutral_light_is_natural(name: str) -> None:
    rgb = pixels_of(name)
    assert value(rgb, "colour.cast") < 10
    assert value(rgb, "colour.skin_chroma") < 8


@pytest.mark.parametrize("policy", sorted(built_in()))
def test_skin_of_little_chroma_is_no_fault(policy: str) -> None:
    """The lightest and the darkest skins have hardly any."""
    for chroma in (0.0, 2.0, 8.0):
        measured = Measurement("colour.saturation", chroma, "CIELAB chroma")
        assert judge(load_policy(policy).rules["colour.saturation"], measured).status == "pass"


def test_a_red_wall_alone_is_no_cast() -> None:
    rgb = pixels_of("studio_light_skin").copy()
    person = cv2.resize(NETS.selfie(rgb), rgb.shape[1::-1])[..., None]
    wall = (rgb * person + np.array([190, 40, 40]) * (1 - person)).astype(np.uint8)
    assert value(wall, "colour.cast") < 12


@pytest.mark.parametrize("check", ["colour.cast", "colour.saturation", "colour.skin_chroma"])
def test_black_and_white_has_no_colour_to_judge(check: str) -> None:
    rgb = pixels_of("outdoors")
    for picture in (toned(rgb, (0, 0, 0), (255, 255, 255)), toned(rgb, (20, 10, 0), (255, 235, 200))):
        assert take(picture, check).cause == "greyscale"
        assert take(picture, "file.greyscale").value is True
    assert take(rgb, "file.greyscale").value is False


def test_variety_falls_as_colour_is_taken_away() -> None:
    values = [value(saturated(pixels_of("outdoors"), factor), "colour.variety") for factor in (0, 0.3, 0.6, 1.0)]
    assert values == sorted(values)
    assert values[0] < 1


@pytest.mark.parametrize("check", ["colour.cast", "colour.saturation", "colour.skin_chroma", "colour.variety"])
def test_mirror_and_size_change_little(check: str) -> None:
    rgb = pixels_of("soft_office")
    expected = value(rgb, check)
    assert value(rgb[:, ::-1], check) == pytest.approx(expected, abs=3)
    half = np.asarray(cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    assert value(half, check) == pytest.approx(expected, abs=4, rel=0.1)


def test_lab_of_known_colours() -> None:
    """Values of the sRGB primaries under D65 (Lindbloom)."""
    rgb = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)
    expected = [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [87.73, -86.18, 83.18], [32.30, 79.19, -107.86]]
    found = lab(linear(rgb)).T
    assert found == pytest.approx(np.array(expected), abs=0.05)


def test_a_colours_tint_does_not_depend_on_its_exposure() -> None:
    light = np.array([0.5, 0.4, 0.3], np.float32)
    assert as_grey_would_look(light) == pytest.approx(as_grey_would_look(light / 4), abs=0.01)


@pytest.mark.parametrize("name", PORTRAITS[:3])
def test_something_of_one_colour_beside_plain_parts_does_not_speak_for_the_light(name: str) -> None:
    """A corner that is orange: what is plain beside it decides."""
    rgb = pixels_of(name)
    expected = value(rgb, "colour.cast")
    painted = rgb.copy()
    painted[int(0.8 * len(rgb)) :, : rgb.shape[1] // 3] = (235, 120, 20)
    assert value(painted, "colour.cast") <= max(expected + 3, 10)


def test_a_graphic_in_one_rich_colour_is_not_black_and_white() -> None:
    disc = np.full((300, 300, 3), 255, np.uint8)
    cv2.circle(disc, (150, 150), 80, (220, 20, 30), -1)
    assert not is_grey(Scene(load(disc), NETS))
    grey = np.repeat(np.random.default_rng(0).integers(0, 256, (300, 300, 1)), 3, axis=2)
    for tone in ((1, 1, 1), (1, 0.8, 0.55), (0.55, 0.75, 1)):
        assert is_grey(Scene(load((grey * tone).astype(np.uint8)), NETS))
