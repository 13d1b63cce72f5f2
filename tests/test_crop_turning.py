"""Photos that lie on their side or stand on their head are turned before they are cropped."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fixture_photos import fixture
from hostile import encoded, exif_block
from PIL import Image
from rich.console import Console

from headshot_check import Checker, CroppedPhoto, Region
from headshot_check.nets.blazeface import Detection
from headshot_check.photo import load
from headshot_check.scene.turning import turns_of_face
from headshot_check.views.terminal.crop_page import render_crop


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def portrait(width: int) -> Image.Image:
    """Of 4:5; more than 1,024 px high it is judged at a smaller size, and cut at its own."""
    with Image.open(fixture("soft_office")) as image:
        return image.convert("RGB").resize((width, width * 5 // 4), Image.Resampling.LANCZOS)


def lying(width: int, degrees: int, kind: str) -> bytes:
    """Turned clockwise, and so by its pixels, not by what the file says."""
    image = portrait(width).rotate(-degrees, expand=True)
    if kind == "JPEG":  # its EXIF makes the fault worse by a quarter
        return encoded(image.rotate(90, expand=True), kind, quality=95, exif=exif_block(6))
    return encoded(image, kind, quality=95)


@pytest.fixture(scope="module")
def upright(checker: Checker) -> dict[int, CroppedPhoto]:
    return {width: checker.crop(encoded(portrait(width), "PNG")) for width in (640, 1200)}


@pytest.mark.parametrize(("kind", "width"), [("PNG", 640), ("PNG", 1200), ("JPEG", 1200), ("WEBP", 640), ("HEIF", 640)])
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_photo_that_lies_is_turned(
    checker: Checker, upright: dict[int, CroppedPhoto], kind: str, width: int, degrees: int
) -> None:
    photo = lying(width, degrees, kind)
    cropped, wanted = checker.crop(photo), upright[width]
    assert (cropped.before.verdict, cropped.before.finding("faces.found").value) == ("usable", "rotated")
    assert (cropped.verdict, cropped.report.finding("faces.found").value) == (wanted.verdict, "found")
    assert {"faces.found"} <= set(cropped.crop.mends)
    assert sum(note.startswith("Turned") for note in cropped.notes) == 1
    assert cropped.pixels.shape == wanted.pixels.shape
    # upright, in every corner, but for what the format loses and a pixel by which the face is found elsewhere
    assert np.abs(small(cropped.pixels) - small(wanted.pixels)).mean() < 4
    assert cropped.crop.rotation_deg == {90: -90, 180: 180, 270: 90}[degrees]
    again = checker.crop(photo, region=cropped.crop.region)  # in fractions of the photo as it is
    assert np.abs(again.pixels.astype(int) - cropped.pixels).mean() < 1
    assert again.crop.rotation_deg == cropped.crop.rotation_deg


@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_crop_that_is_made_to_lie_is_judged_as_its_file_will_be(checker: Checker, first: int) -> None:
    corners = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.74), (0.1, 0.74))
    cropped = checker.crop(encoded(portrait(640), "PNG"), region=Region((*corners[first:], *corners[:first])))
    again = checker.check(cropped.pixels)
    assert again.finding("faces.found").value == "rotated"
    assert cropped.report.finding("faces.found").value == "rotated"
    assert (cropped.verdict, cropped.report.score) == (again.verdict, again.score)
    assert cropped.report.faces[0].box.bounds == pytest.approx(again.faces[0].box.bounds, abs=1e-6)


def small(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).resize((64, 64)), float)


def test_what_tells_of_the_car_is_looked_for_in_the_turned_photo(checker: Checker) -> None:
    with Image.open(fixture("car_harsh_sun")) as image:
        cropped = checker.crop(image.convert("RGB").rotate(90, expand=True))
    assert cropped.report.drivers_seat.verdict == "likely"
    assert cropped.verdict == "retake"


def test_an_upright_photo_is_not_turned(upright: dict[int, CroppedPhoto]) -> None:
    assert all(not note.startswith("Turned") for cropped in upright.values() for note in cropped.notes)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("quarters", range(5))
def test_turning_turns_what_is_decoded_larger_as_well(orientation: int, quarters: int) -> None:
    photo = load(encoded(portrait(1200), quality=95, exif=exif_block(orientation)))
    turned = photo.turned(quarters)
    assert np.array_equal(turned.rgb, np.rot90(photo.rgb, -quarters))
    larger, scale = turned.detail((0, 0, turned.width, turned.height), 1)
    assert (scale, larger.shape[:2]) == (1, (turned.height, turned.width))
    assert np.array_equal(larger, np.rot90(photo.detail((0, 0, photo.width, photo.height), 1)[0], -quarters))


def test_the_text_of_a_crop_says_so(checker: Checker, tmp_path: Path) -> None:
    cropped = checker.crop(lying(640, 90, "PNG"))
    cropped.save(tmp_path / "me.jpg")
    file = io.StringIO()
    render_crop(cropped, tmp_path / "me.jpg", console=Console(file=file, width=100))
    assert "Turned by 90 degrees anticlockwise." in file.getvalue()


@pytest.mark.parametrize(("lean_deg", "turns"), [(90, 1), (-90, 3), (41, 1), (-43, 3), (180, 2), (60, 1)])
def test_a_face_that_lies_is_always_turned_though_the_detectors_points_lean_less(lean_deg: float, turns: int) -> None:
    lean = np.radians(lean_deg)
    points = np.zeros((6, 2), np.float32)
    points[3] = np.sin(lean), np.cos(lean)  # the mouth, as seen from the eyes
    scene = SimpleNamespace(main=Detection((0, 0, 1, 1), points, 0.8), search=SimpleNamespace(how="rotated"))
    assert turns_of_face(scene) == turns  # type: ignore[arg-type]
