"""The larger decode that a small face needs: down to a little below the face, and every pixel as in the whole one."""

from __future__ import annotations

import io

import numpy as np
import pytest
from fixture_photos import fixture
from numpy.typing import NDArray
from PIL import Image

from headshot_check.decoding import enlarger
from headshot_check.decoding.decode import decode
from headshot_check.photo import load

SIZE = (1800, 2400)
BOX = (400.0, 300.0, 900.0, 800.0)
"""x0, y0, x1, y1 in px of the file"""
REACH = BOX[3] + 0.35 * (BOX[3] - BOX[1])
"""the row down to which a larger decode of it goes: what is cut out round a face ends above"""


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    with Image.open(fixture("outdoors")) as image:
        return image.convert("RGB").resize(SIZE, Image.Resampling.BICUBIC)


def jpeg(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85, **options)
    return file.getvalue()


def heights(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of each larger decode that is made from now on, at the file's scale."""
    made: list[int] = []

    def counted(*arguments: object) -> object:
        decoded = decode(*arguments)  # type: ignore[arg-type]
        made.append(len(decoded.raster) * decoded.step)
        return decoded

    monkeypatch.setattr(enlarger, "decode", counted)
    return made


def detail(data: bytes, scale: float) -> NDArray[np.uint8]:
    part, at = load(data).detail(BOX, scale)
    assert at == scale
    return part


def of_the_whole(data: bytes, scale: float) -> NDArray[np.uint8]:
    """The same part of a decode to the last row."""
    photo = load(data)
    whole, _ = photo.detail((0, 0, photo.width, photo.height), scale)
    x0, y0, x1, y1 = (round(edge * scale) for edge in BOX)
    return whole[y0:y1, x0:x1]


ONE_SCAN = {
    "4:2:0": {},
    "4:4:4": {"subsampling": 0},
    "4:2:2": {"subsampling": 1},
    "restarts": {"restart_marker_rows": 1},
    "optimised": {"optimize": True},
}


@pytest.mark.parametrize("scale", [0.5, 1.0])
@pytest.mark.parametrize("options", ONE_SCAN.values(), ids=ONE_SCAN)
def test_little_below_the_part_is_decoded_and_no_pixel_differs(
    options: dict[str, object], scale: float, picture: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = jpeg(picture, **options)
    whole, made = of_the_whole(data, scale), heights(monkeypatch)
    assert (detail(data, scale) == whole).all()
    assert made == [pytest.approx(REACH, abs=40)]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_ink_as_well(mode: str, picture: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg(picture.convert(mode))
    whole, made = of_the_whole(data, 1.0), heights(monkeypatch)
    assert (detail(data, 1.0) == whole).all()
    assert made == [pytest.approx(REACH, abs=40)]


def test_a_progressive_file_is_decoded_whole(picture: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg(picture, progressive=True)
    whole, made = of_the_whole(data, 1.0), heights(monkeypatch)
    assert (detail(data, 1.0) == whole).all()
    assert made == [SIZE[1]]


def test_what_lies_further_down_is_decoded_once_and_kept(picture: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg(picture)
    made, photo = heights(monkeypatch), load(data)
    photo.detail(BOX, 1.0)
    photo.detail((300, 200, 1000, 900), 1.0)  # a crop round it
    photo.detail((0, 1900, 500, 2400), 1.0)
    photo.detail((0, 1000, 500, 1400), 1.0)
    assert made == [pytest.approx(REACH, abs=40), SIZE[1]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_file_gives_the_same_part(orientation: int, picture: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = jpeg(picture, exif=exif)
    photo, box = load(data), (200.0, 100.0, 500.0, 400.0)
    part, _ = photo.detail(box, 1.0)
    whole, _ = load(data).detail((0, 0, photo.width, photo.height), 1.0)
    assert (part == whole[100:400, 200:500]).all()


def test_of_a_file_that_was_cut_the_part_that_is_there_is_the_same(picture: Image.Image) -> None:
    data = jpeg(picture)
    assert (detail(data[: len(data) * 2 // 3], 1.0) == detail(data, 1.0)).all()
