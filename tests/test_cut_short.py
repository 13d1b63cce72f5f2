"""Interlaced PNGs, BMPs and TIFFs of which a part is missing: what is there is judged, as of a cut JPEG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hostile import PNG_KINDS, encoded, interlaced, picture
from numpy.typing import NDArray
from PIL import Image

from headshot_check.errors import PhotoError
from headshot_check.photo import load


def smooth(width: int, height: int) -> NDArray[np.uint8]:
    """(height, width, 3) gradient without edges and without zeros."""
    y, x = np.mgrid[:height, :width]
    return np.stack([40 + 180 * x // width, 40 + 180 * y // height, np.full_like(x, 120)], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("mode", PNG_KINDS)
@pytest.mark.parametrize("size", [(400, 300), (401, 303)])
def test_a_cut_interlaced_png_is_shown_coarser(mode: str, size: tuple[int, int]) -> None:
    image = Image.fromarray(smooth(*size))
    image = image.quantize(256, dither=Image.Dither.NONE) if mode == "P" else image.convert(mode)
    whole = load(interlaced(image)).rgb
    off = []
    for passes in (6.5, 5.5, 4.5, 3.5):
        photo = load(interlaced(image, passes))
        assert (photo.truncated, photo.truncated_fraction, photo.coarse, photo.damaged) == (True, 0, True, False)
        assert photo.made_up is None
        assert "the file ends early: fine detail is missing" in photo.notes
        off.append(float(np.abs(photo.rgb.astype(int) - whole).mean()))
    assert off == sorted(off)
    assert off[-1] < 6


def test_an_interlaced_png_with_too_little_is_an_error() -> None:
    with pytest.raises(PhotoError, match="the file ends early"):
        load(interlaced(Image.fromarray(smooth(400, 300)), 2.5))


def test_an_interlaced_png_that_is_damaged_within_is_told_so() -> None:
    data = bytearray(interlaced(Image.fromarray(picture())))
    place = data.index(b"IDAT") + 4 + (len(data) - data.index(b"IDAT")) * 7 // 10
    data[place : place + 40] = bytes(range(40))
    photo = load(bytes(data))
    assert (photo.truncated, photo.damaged) == (False, True)


@pytest.mark.parametrize("name", ["BMP", "TIFF"])
@pytest.mark.parametrize("zeros", [False, True], ids=["cut", "zeros"])
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.97])
def test_uncompressed_rows_that_are_there_are_shown(name: str, zeros: bool, keep: float) -> None:
    rgb = smooth(400, 300)
    data = encoded(rgb, name)
    place = len(data) - 400 * 300 * 3 + int(keep * 300) * 1200 + 500
    photo = load(data[:place] + (bytes(len(data) - place) if zeros else b""))
    lost = 1 - int(keep * 300) / 300
    assert (photo.truncated, photo.damaged) == (True, False)
    assert photo.truncated_fraction == pytest.approx(lost)
    # a BMP begins with its lowest row
    assert photo.made_up == pytest.approx((0, 0, 1, lost) if name == "BMP" else (0, 1 - lost, 1, 1))
    missing = slice(0, round(lost * 300)) if name == "BMP" else slice(round((1 - lost) * 300), 300)
    assert (photo.rgb[missing] == 128).all()
    there = np.delete(np.arange(300), missing)
    assert np.array_equal(photo.rgb[there], rgb[there])


@pytest.mark.parametrize("name", ["BMP", "TIFF"])
@pytest.mark.parametrize("corner", [0, 20])
def test_black_bars_are_no_missing_rows(name: str, corner: int) -> None:
    rgb = smooth(400, 300)
    rgb[:40], rgb[-40:] = 0, 0
    if corner:  # the picture's own corners are black as well
        rgb[:60, -corner:], rgb[-60:, -corner:] = 0, 0
    photo = load(encoded(rgb, name))
    assert (photo.truncated, photo.made_up) == (False, None)
    assert np.array_equal(photo.rgb, rgb)


@pytest.mark.parametrize("name", ["BMP", "TIFF"])
def test_a_black_picture_misses_nothing(name: str) -> None:
    photo = load(encoded(np.zeros((300, 401, 3), np.uint8), name))
    assert (photo.truncated, photo.made_up, photo.rgb.max()) == (False, None, 0)


def test_a_tiff_in_several_strips_is_shown_up_to_its_end() -> None:
    file = io.BytesIO()
    Image.fromarray(smooth(400, 300)).save(file, "TIFF", tiffinfo={278: 64})
    data = file.getvalue()
    photo = load(data[: len(data) - 100 * 1200 - 7])
    assert photo.truncated_fraction == pytest.approx(101 / 300, abs=0.01)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_a_compressed_tiff_that_is_cut_says_so(compression: str) -> None:
    grey = Image.fromarray(picture()).convert("L")  # all that its directory says stands in it
    data = encoded(grey, "TIFF", compression=compression, tiffinfo={278: grey.height})
    with pytest.raises(PhotoError, match="the file ends before the picture starts"):
        load(data[: len(data) // 2])  # its directory is at its end
    at = int.from_bytes(data[4:8], "little")
    size = 2 + 12 * int.from_bytes(data[at : at + 2], "little") + 4
    moved = data[:4] + (8).to_bytes(4, "little") + data[at : at + size] + data[8 + size :]
    with pytest.raises(PhotoError, match="the file ends early"):
        load(moved[: len(moved) // 3])


def test_a_bmp_of_which_no_row_is_there_is_an_error() -> None:
    with pytest.raises(PhotoError, match="the file ends early"):
        load(encoded(picture(), "BMP")[:200])
