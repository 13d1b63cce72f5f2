"""How the photo was taken: read from EXIF, and not assessed without it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fixture_photos import fixture
from PIL import ExifTags, Image
from test_measures import NETS

from headshot_check.measures import Measurement, measure_all
from headshot_check.photo import load
from headshot_check.scene import Scene

BASE, SHOT = ExifTags.Base, ExifTags.IFD.Exif


def photo(shot: dict[int, Any] | None = None, main: dict[int, Any] | None = None, crop: float = 1.0) -> bytes:
    """The studio fixture in a phone's shape, 3:4, with these EXIF entries."""
    with Image.open(fixture("studio_light_skin")) as image:
        whole = image.convert("RGB").crop((20, 0, 620, 800))
    width, height = round(600 * crop), round(800 * crop)
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(SHOT).update(shot or {})
    file = io.BytesIO()
    whole.crop((0, 0, width, height)).save(file, "JPEG", quality=92, exif=exif)
    return file.getvalue()


def taken(check: str, data: bytes) -> Measurement:
    return measure_all(Scene(load(data), NETS), [check])[check]


def distance(focal_length: int, **shot: Any) -> float:
    found = taken("capture.perspective", photo({BASE.FocalLengthIn35mmFilm: focal_length, **shot})).value
    assert isinstance(found, float)
    return found


def test_an_equivalent_focal_length_that_no_lens_has_is_not_believed() -> None:
    assert taken("capture.perspective", photo({BASE.FocalLengthIn35mmFilm: 3})).cause == "distance_unknown"
    assert distance(13) < distance(24)


def test_distance_follows_the_focal_length() -> None:
    near, far = distance(24), distance(48)
    assert far == pytest.approx(2 * near)
    # The fixture was taken from 110 cm with a field of view of 26 degrees over 800 px: 1733 px of focal length, which
    # on film is 1733 / 1000 (the diagonal of 600 x 800) of 43.3 mm = 75 mm.
    assert distance(75) == pytest.approx(110, rel=0.1)


def test_distance_is_not_assessed_for_crops_and_without_facts() -> None:
    assert taken("capture.perspective", photo()).cause == "distance_unknown"
    focal = {BASE.FocalLengthIn35mmFilm: 24}
    with Image.open(io.BytesIO(photo())) as image:
        square = io.BytesIO()
        exif = Image.Exif()
        exif.get_ifd(SHOT).update(focal)
        image.crop((0, 0, 600, 600)).save(square, "JPEG", exif=exif)
    assert taken("capture.perspective", square.getvalue()).cause == "distance_unknown"
    written = {BASE.ExifImageWidth: 4032, BASE.ExifImageHeight: 2268}  # 16:9, and the picture is 3:4
    assert taken("capture.perspective", photo({**focal, **written})).cause == "distance_unknown"
    written = {BASE.ExifImageWidth: 3024, BASE.ExifImageHeight: 4032}
    assert taken("capture.perspective", photo({**focal, **written})).value is not None


def test_focus_distance_serves_where_there_is_no_focal_length() -> None:
    assert taken("capture.perspective", photo({BASE.SubjectDistance: 0.45})).value == pytest.approx(45, abs=0.5)


@pytest.mark.parametrize(
    ("lens", "expected"),
    [
        ("iPhone 13 front camera 2.71mm f/2.2", True),
        ("iPhone 13 Pro back triple camera 5.7mm f/1.5", False),
        ("EF50mm f/1.8 STM", None),
    ],
)
def test_front_camera_by_the_lens(lens: str, expected: bool | None) -> None:
    found = taken("capture.front_camera", photo({BASE.LensModel: lens}))
    assert found.value is expected
    assert (found.cause == "lens_not_named") == (expected is None)


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("Meitu 9.8.5", "retouching"),
        ("BeautyPlus", "retouching"),
        ("Facetune2", "retouching"),
        ("Adobe Photoshop 25.1 (Macintosh)", "editing"),
        ("Snapseed 2.0", "editing"),
        ("com.commsource.beautyplus", "retouching"),
        ("YouCamPerfect", "retouching"),
        ("PicsArt", "editing"),
        ("AdobePhotoshop2024", "editing"),
        ("Photos 1.5", "editing"),
        ("Personal", "camera"),
        ("PERSONAL EDITION", "camera"),
        ("Ulikely", "camera"),
        ("17.4.1", "camera"),
        ("HDR+ 1.0.540104767zd", "camera"),
    ],
)
def test_software_by_its_kind(program: str, kind: str) -> None:
    assert taken("capture.software", photo(main={BASE.Software: program})).value == kind


def test_pixels_that_never_were_a_file_say_nothing() -> None:
    with Image.open(fixture("studio_light_skin")) as image:
        image.load()
        file = io.BytesIO()
        image.save(file, "PNG")
    for check in ("capture.perspective", "capture.front_camera", "capture.software"):
        assert taken(check, file.getvalue()).value is None
