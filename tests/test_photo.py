"""Every kind of photo gives the same upright sRGB pixels, and the Photo says what the file says."""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
import simplejpeg
from hostile import CORNERS, encoded, exif_block, picture, png, turned
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps
from PIL.TiffImagePlugin import IFDRational

from headshot_check.decoding import colour_profile
from headshot_check.decoding.exif import read_exif
from headshot_check.decoding.source import is_image
from headshot_check.decoding.wide_colours import ADOBE_RGB, BT_2020, DISPLAY_P3, WideSpace, in_srgb
from headshot_check.errors import PhotoError
from headshot_check.photo import ANALYSIS_LONG_SIDE, Photo, PhotoLimits, load

LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}, "TIFF": {}, "BMP": {}}
LOSSY = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "AVIF": {"quality": 95, "speed": 10},
    "HEIF": {"quality": 95},
    "GIF": {},
}


def corners(rgb: NDArray[np.uint8]) -> dict[str, str]:
    """Which of the four corner colours is nearest in each corner."""
    at = {"top left": (4, 4), "top right": (4, -5), "bottom left": (-5, 4), "bottom right": (-5, -5)}
    return {
        place: min(CORNERS, key=lambda name: np.abs(rgb[y, x].astype(int) - CORNERS[name]).sum())
        for place, (y, x) in at.items()
    }


UPRIGHT = {place: place for place in CORNERS}


def worst(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> int:
    return int(np.abs(a.astype(int) - b).max())


def mean(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(int) - b).mean())


# Formats


@pytest.mark.parametrize("name", LOSSLESS)
def test_a_lossless_format_gives_its_pixels(name: str) -> None:
    data = encoded(picture(), name, **LOSSLESS[name])
    photo = load(data)
    assert np.array_equal(photo.rgb, picture())
    assert (photo.format, photo.width, photo.height, photo.bytes, photo.scale) == (name, 400, 300, len(data), 1.0)
    assert (photo.bit_depth, photo.frames, photo.animated, photo.truncated, photo.notes) == (8, 1, False, False, ())


@pytest.mark.parametrize("name", LOSSY)
def test_a_lossy_format_gives_nearly_its_pixels(name: str) -> None:
    photo = load(encoded(picture(), name, **LOSSY[name]))
    assert mean(photo.rgb, picture()) < 6
    assert corners(photo.rgb) == UPRIGHT
    assert (photo.format, photo.width, photo.height) == (name, 400, 300)


def test_the_extension_does_not_count(tmp_path: Path) -> None:
    for number, name in enumerate(["PNG", "HEIF", "GIF"]):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(encoded(picture(), name))
        assert load(path).format == name


def test_sixteen_bits_are_reduced_by_their_full_range() -> None:
    ramp = np.linspace(0, 65535, 64).astype(">u2")
    rows = b"".join(b"\0" + np.repeat(ramp, 3).tobytes() for _ in range(32))
    photo = load(png(64, 32, 16, 2, rows))
    assert photo.bit_depth == 16
    assert "16-bit reduced to 8" in photo.notes
    assert worst(photo.rgb[0, :, 0], np.rint(np.linspace(0, 255, 64)).astype(np.uint8)) <= 1
    grey = load(encoded(Image.fromarray(np.tile(ramp.astype(np.uint16), (32, 1))), "PNG"))
    assert grey.greyscale
    assert worst(grey.rgb, photo.rgb) <= 1


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_transparency_is_laid_over_white(name: str) -> None:
    alpha = np.full((300, 400), 255, np.uint8)
    alpha[:150] = 0
    alpha[150:200] = 128
    photo = load(encoded(np.dstack([picture(), alpha]), name, **LOSSLESS[name]))
    assert photo.had_alpha
    assert (photo.rgb[:150] == 255).all()
    assert worst(photo.rgb[200:], picture()[200:]) == 0
    assert worst(photo.rgb[150:200], (picture()[150:200] / 255 * 128 + 127).astype(np.uint8)) <= 1
    opaque = load(encoded(np.dstack([picture(), np.full((300, 400), 255, np.uint8)]), name, **LOSSLESS[name]))
    assert not opaque.had_alpha
    assert np.array_equal(opaque.rgb, picture())


def test_palettes_with_and_without_transparency() -> None:
    indexed = Image.fromarray(picture()).quantize(64)
    expected = np.asarray(indexed.convert("RGB"))
    assert np.array_equal(load(encoded(indexed, "PNG")).rgb, expected)
    photo = load(encoded(indexed, "PNG", transparency=indexed.getpixel((5, 5))))
    assert photo.had_alpha
    assert (photo.rgb[5, 5] == 255).all()
    assert np.array_equal(load(encoded(indexed, "GIF")).rgb, expected)


def test_cmyk_and_adobe_marked_jpegs() -> None:
    inks = Image.fromarray(picture()).convert("CMYK")
    photo = load(encoded(inks, quality=95))  # Pillow writes the Adobe marker and inverted inks
    assert mean(photo.rgb, picture()) < 8
    assert corners(photo.rgb) == UPRIGHT
    assert "CMYK converted to sRGB" in photo.notes
    plain = encoded(picture(), quality=95, keep_rgb=True)
    marked = plain[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00" + plain[2:]  # transform 0: RGB as it is
    assert mean(load(marked).rgb, picture()) < 3


@pytest.mark.parametrize("progressive", [False, True])
def test_baseline_and_progressive_jpegs(progressive: bool) -> None:
    rgb = picture(2000, 1500)
    photo = load(encoded(rgb, quality=95, subsampling=0, progressive=progressive))
    assert photo.rgb.shape == (750, 1000, 3)
    assert mean(photo.rgb, cv2.resize(rgb, (1000, 750), interpolation=cv2.INTER_AREA)) < 1.5


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_judged_and_said_so(name: str) -> None:
    frames = [Image.fromarray(np.roll(picture(), 60 * number, axis=1)) for number in range(5)]
    photo = load(encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=50))
    assert (photo.frames, photo.animated) == (5, True)
    assert "animated: first of 5 frames judged" in photo.notes
    assert corners(photo.rgb) == UPRIGHT


def test_pages_are_not_an_animation() -> None:
    frames = [Image.fromarray(picture()) for _ in range(3)]
    photo = load(encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    assert (photo.frames, photo.animated) == (3, False)
    assert photo.notes == ("3 pictures in the file: first judged",)


def test_what_follows_the_photo_in_an_mpo_is_not_a_frame() -> None:
    depth = Image.fromarray(picture()[::2, ::2])
    data = encoded(Image.fromarray(picture()), "MPO", save_all=True, append_images=[depth], quality=95)
    for photo in (load(data), load(Image.open(io.BytesIO(data)))):
        assert (photo.format, photo.frames, photo.animated, photo.truncated) == ("JPEG", 1, False, False)
        assert corners(photo.rgb) == UPRIGHT


@pytest.mark.parametrize(
    "options", [{"quality": 70}, {"lossless": True}, {"quality": 90, "icc_profile": b"no profile"}]
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_webp_has_the_pixels_that_pillow_reads(mode: str, options: dict[str, Any]) -> None:
    data = encoded(Image.fromarray(picture()).convert(mode), "WEBP", **options)
    assert np.array_equal(load(data).rgb, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def test_a_heic_has_the_pixels_that_pillow_reads() -> None:
    data = encoded(picture(403, 301), "HEIF", quality=80)
    assert np.array_equal(load(data).rgb, np.asarray(pillow_heif.open_heif(data).to_pillow()))


# Orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_eight_orientations_give_one_picture(name: str, orientation: int) -> None:
    stored = turned(picture(), orientation)
    options = {**LOSSLESS, **LOSSY}[name]
    if name == "TIFF":
        options = {"tiffinfo": {0x0112: orientation}}
    else:
        options = {**options, "exif": exif_block(orientation)}
    photo = load(encoded(stored, name, **options))
    assert (photo.width, photo.height, photo.rgb.shape, photo.orientation) == (400, 300, (300, 400, 3), orientation)
    assert corners(photo.rgb) == UPRIGHT
    assert mean(photo.rgb, picture()) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heif_is_turned_once(orientation: int) -> None:
    pillow_heif.register_heif_opener()  # this way of saving writes the turn as HEIF does (irot) and keeps it in EXIF
    file = io.BytesIO()
    Image.fromarray(turned(picture(), orientation)).save(file, "HEIF", exif=exif_block(orientation), quality=95)
    stored = pillow_heif.open_heif(file.getvalue())
    assert read_exif(stored.info["exif"]).orientation == orientation
    photo = load(file.getvalue())
    assert (photo.width, photo.height, photo.rgb.shape) == (400, 300, (300, 400, 3))
    assert corners(photo.rgb) == UPRIGHT


def test_a_pillow_image_that_is_turned_already_is_not_turned_again() -> None:
    lazy = Image.open(io.BytesIO(encoded(turned(picture(), 6), exif=exif_block(6), quality=95)))
    assert corners(load(ImageOps.exif_transpose(lazy)).rgb) == UPRIGHT
    assert corners(load(lazy).rgb) == UPRIGHT
    assert corners(load(lazy.convert("RGB")).rgb) == UPRIGHT


# Inputs


@lru_cache(maxsize=8)
def large_jpeg(**options: Any) -> bytes:
    return encoded(cv2.GaussianBlur(picture(3000, 2000), (0, 0), 5), **{"quality": 95, **options})


def test_path_bytes_and_stream_give_the_same_pixels(tmp_path: Path) -> None:
    data = large_jpeg(exif=exif_block(8))
    path = tmp_path / "Grüße 東京.jpg"
    path.write_bytes(data)
    first = load(path)
    assert first.source == str(path)
    others = {
        str(path): load(str(path)),
        "<bytes>": load(data),
        "<stream>": load(io.BytesIO(data)),
    }
    for source, photo in {**others, "<bytes> ": load(bytearray(data)), " <bytes>": load(memoryview(data))}.items():
        assert np.array_equal(photo.rgb, first.rgb)
        assert photo.source == source.strip()
        assert (photo.width, photo.height, photo.bytes) == (2000, 3000, len(data))
    with path.open("rb") as file:
        assert np.array_equal(load(file).rgb, first.rgb)
        assert not file.closed


def test_pillow_images_and_arrays_agree_with_the_file() -> None:
    data = large_jpeg()
    photo = load(data)
    lazy = Image.open(io.BytesIO(data))
    for other in (load(lazy), load(np.asarray(lazy)), load(np.asarray(lazy)[:, :, ::-1][:, :, ::-1])):
        assert other.rgb.shape == photo.rgb.shape
        assert mean(other.rgb, photo.rgb) < 1
    assert load(np.asarray(lazy)).bytes is None
    assert (load(lazy).source, load(lazy).format, load(np.asarray(lazy)).format) == ("<image>", "JPEG", None)
    assert load(lazy).jpeg_quality == photo.jpeg_quality


def test_a_pillow_image_and_an_array_are_left_as_they_were() -> None:
    image = Image.fromarray(picture())
    image.info["exif"] = exif_block(6)
    before = image.tobytes(), dict(image.info), image.size
    load(image)
    assert (image.tobytes(), dict(image.info), image.size) == before
    array = picture()
    photo = load(array)
    array[:] = 0
    assert np.array_equal(photo.rgb, picture())
    assert array.flags.writeable


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "I;16"])
def test_every_pillow_mode(mode: str) -> None:
    grey = Image.fromarray(picture()).convert("L")
    image = grey.convert(mode) if mode in ("I", "F", "I;16") else Image.fromarray(picture()).convert(mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    photo = load(image)
    expected = picture() if mode in ("RGBA", "CMYK", "YCbCr", "HSV") else np.asarray(grey.convert("RGB"))
    if mode not in ("1", "P"):
        assert mean(photo.rgb, expected) < 4
    assert photo.greyscale == (mode not in ("P", "RGBA", "CMYK", "YCbCr", "HSV"))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (np.zeros((50, 50, 3), np.float32), "float32"),
        (np.zeros((50, 50), np.uint8), "shape"),
        (np.zeros((50, 50, 4), np.uint8), "shape"),
        (np.zeros((3, 50, 50), np.uint8), "shape"),
        (None, "NoneType"),
        (42, "int"),
        (["me.jpg"], "list"),
        (io.StringIO("text"), "bytes"),
    ],
)
def test_wrong_inputs_are_refused_with_a_remedy(source: Any, words: str) -> None:
    with pytest.raises(PhotoError, match=words) as caught:
        load(source)
    assert caught.value.code == "bad_input"


def test_closed_streams_are_refused() -> None:
    stream = io.BytesIO(encoded(picture()))
    stream.close()
    with pytest.raises(PhotoError) as caught:
        load(stream)
    assert caught.value.code == "bad_input"


class Dripping(io.RawIOBase):
    """A stream that gives a little at a time and counts what it gave."""

    def __init__(self, data: bytes) -> None:
        self.data, self.given = data, 0

    def read(self, size: int = -1) -> bytes:
        part = self.data[self.given : self.given + min(size, 1000)]
        self.given += len(part)
        return part


def test_a_stream_that_drips_is_read_to_its_end_but_not_past_the_limit() -> None:
    data = encoded(picture(), "PNG")
    assert np.array_equal(load(Dripping(data)).rgb, picture())
    endless = Dripping(data * 50)
    with pytest.raises(PhotoError) as caught:
        load(endless, limits=PhotoLimits(max_bytes=5000))
    assert caught.value.code == "too_many_bytes"
    assert endless.given == 5001


def test_an_image_beyond_the_limits_is_refused() -> None:
    with pytest.raises(PhotoError) as caught:
        load(Image.fromarray(picture()), limits=PhotoLimits(max_pixels=1000))
    assert caught.value.code == "too_many_pixels"
    with pytest.raises(PhotoError) as caught:
        load(np.zeros((0, 50, 3), np.uint8))
    assert caught.value.code == "too_small"


# Sizes


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (16, 16, (16, 16)),
        (1024, 700, (700, 1024)),
        (1025, 600, (599, 1024)),
        (2000, 1500, (750, 1000)),
        (3024, 4032, (1008, 756)),
        (1600, 1200, (768, 1024)),
        (5000, 40, (8, 1024)),
    ],
)
def test_analysis_size_is_the_same_for_files_and_arrays(width: int, height: int, shape: tuple[int, int]) -> None:
    rgb = picture(width, height)
    for photo in (load(rgb), load(encoded(rgb)), load(encoded(rgb, "PNG", compress_level=1))):
        assert photo.rgb.shape == (*shape, 3)
        assert photo.rgb.flags.c_contiguous
        assert not photo.rgb.flags.writeable
        assert max(photo.rgb.shape) <= ANALYSIS_LONG_SIDE
        assert photo.scale == pytest.approx(shape[1] / width)


# Colour


def icc_profile(name: str, colorants: list[tuple[float, float, float]], gamma: float | None) -> bytes:
    """A version 4 matrix profile; colorants are XYZ under D50 of red, green and blue, gamma None is sRGB's curve."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def text(words: str) -> bytes:
        body = words.encode("utf-16-be")
        return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(body), 28) + body

    def xyz(values: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    if gamma is None:
        curve = b"para\0\0\0\0\0\3\0\0" + b"".join(map(fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    else:
        curve = b"para\0\0\0\0\0\0\0\0" + fixed(gamma)
    tags = {
        b"desc": text(name),
        b"cprt": text("none"),
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(colorants[0]),
        b"gXYZ": xyz(colorants[1]),
        b"bXYZ": xyz(colorants[2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += tag + struct.pack(">II", start + len(body), len(value))
        body += value
    size = 128 + len(table) + len(body)
    head = struct.pack(
        ">I4s4s4s4s4s12s4s", size, b"\0" * 4, b"\4\x30\0\0", b"mntr", b"RGB ", b"XYZ ", b"\0" * 12, b"acsp"
    )
    head = head.ljust(68, b"\0") + fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return head.ljust(128, b"\0") + table + body


SRGB_XYZ = [(0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)]
WIDE = {
    "Display P3": ([(0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)], None),
    "Adobe RGB (1998)": ([(0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)], 2.19921875),
}


def in_space(rgb: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """sRGB pixels as the wide space `name` encodes the same colours."""
    colorants, gamma = WIDE[name]
    level = rgb / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.array(SRGB_XYZ) @ np.linalg.inv(np.array(colorants)), 0, 1)
    if gamma is None:
        curved = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    else:
        curved = linear ** (1 / gamma)
    return np.rint(curved * 255).astype(np.uint8)


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_wide_colours_come_out_as_srgb(name: str, format: str) -> None:
    stored = in_space(picture(), name)
    assert worst(stored, picture()) > 15  # the profile matters
    photo = load(encoded(stored, format, icc_profile=icc_profile(name, *WIDE[name]), **LOSSLESS[format]))
    assert photo.colour_profile == name
    assert worst(photo.rgb, picture()) <= 3
    assert photo.notes == ()


@pytest.mark.parametrize("name", WIDE)
def test_wide_colours_of_a_large_jpeg_and_its_details(name: str) -> None:
    rgb = cv2.GaussianBlur(picture(2000, 1500), (0, 0), 9)
    data = encoded(in_space(rgb, name), quality=97, subsampling=0, icc_profile=icc_profile(name, *WIDE[name]))
    photo = load(data)
    assert mean(photo.rgb, cv2.resize(rgb, (1000, 750), interpolation=cv2.INTER_AREA)) < 1.5
    part, _ = photo.detail((100, 100, 900, 700), 1)
    assert mean(part, rgb[100:700, 100:900]) < 1.5


@pytest.mark.parametrize("space", [DISPLAY_P3, ADOBE_RGB, BT_2020], ids=lambda space: space.name)
@given(seed=st.integers(0, 2**32 - 1), high=st.integers(1, 150), wide=st.integers(1, 20))
def test_tables_say_what_the_formulas_say(space: WideSpace, seed: int, high: int, wide: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (high, wide, 3)).astype(np.uint8)
    level = rgb / 255
    if space.gamma is None:
        linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    else:
        linear = level**space.gamma
    linear = np.clip(linear @ np.array(space.matrix).T, 0, 1)
    exact = 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(in_srgb(rgb, space) - exact).max() <= 1


def test_a_known_space_is_told_by_what_its_profile_does() -> None:
    def way(colorants: list[tuple[float, float, float]], gamma: float | None) -> object:
        return colour_profile._profile(icc_profile("any name", colorants, gamma), 3)[2]

    assert way(*WIDE["Display P3"]) is DISPLAY_P3
    assert way(*WIDE["Adobe RGB (1998)"]) is ADOBE_RGB
    for others in ((WIDE["Display P3"][0], 2.2), (WIDE["Adobe RGB (1998)"][0], 1.8)):
        assert not isinstance(way(*others), WideSpace)


def test_srgb_under_any_name_is_left_alone_and_broken_profiles_are_a_note() -> None:
    alias = load(encoded(picture(), "PNG", icc_profile=icc_profile("c2", SRGB_XYZ, None)))
    assert np.array_equal(alias.rgb, picture())
    assert (alias.colour_profile, alias.notes) == ("c2", ())
    broken = load(encoded(picture(), "PNG", icc_profile=b"no profile at all" * 9))
    assert np.array_equal(broken.rgb, picture())
    assert any("profile cannot be used" in note for note in broken.notes)


def test_a_grey_picture_under_an_rgb_profile() -> None:
    photo = load(
        encoded(Image.fromarray(picture()).convert("L"), "PNG", icc_profile=icc_profile("P3", *WIDE["Display P3"]))
    )
    assert photo.greyscale
    assert photo.notes == ()


def test_colour_codes_of_a_png_without_profile() -> None:
    data = encoded(in_space(picture(), "Display P3"), "PNG")
    chunk = b"cICP" + bytes([12, 13, 0, 1])
    at = data.index(b"IDAT") - 4
    photo = load(data[:at] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[at:])
    assert photo.colour_profile == "Display P3"
    assert worst(photo.rgb, picture()) <= 3


def test_greyscale_is_measured() -> None:
    grey = np.repeat(picture()[..., :1], 3, axis=2)
    assert load(encoded(grey, quality=60)).greyscale
    assert load(encoded(Image.fromarray(grey).convert("L"))).greyscale
    assert not load(encoded(picture(), quality=60)).greyscale
    sepia = (grey * np.array([1, 0.86, 0.69])).astype(np.uint8)
    assert not load(sepia).greyscale


# JPEG facts


@pytest.mark.parametrize("quality", [*range(30, 98, 4), 98])
def test_jpeg_quality(quality: int) -> None:
    assert load(encoded(picture(64, 64), quality=quality)).jpeg_quality == pytest.approx(quality, abs=2)
    assert load(
        encoded(picture(64, 64), quality=quality, progressive=True, subsampling=0)
    ).jpeg_quality == pytest.approx(quality, abs=2)


def test_jpeg_quality_of_strange_tables_is_monotonic() -> None:
    estimates = [
        load(encoded(picture(64, 64), qtables=[[level + k // 8 for k in range(64)]] * 2)).jpeg_quality
        for level in (2, 5, 12, 30, 70)
    ]
    assert estimates == sorted(estimates, reverse=True)
    assert load(encoded(picture(), "PNG")).jpeg_quality is None


def test_a_truncated_jpeg_shows_what_there_is() -> None:
    rgb = picture(1600, 1200)
    data = encoded(rgb, quality=90)
    whole = load(data)
    lost = []
    for keep in (0.9, 0.7, 0.5, 0.3, 0.1):
        photo = load(data[: int(len(data) * keep)])
        assert photo.truncated
        assert photo.truncated_fraction is not None
        assert any("ends early" in note for note in photo.notes)
        there = int(photo.rgb.shape[0] * (1 - photo.truncated_fraction)) - 20
        assert mean(photo.rgb[:there], whole.rgb[:there]) < 0.5
        lost.append(photo.truncated_fraction)
    assert lost == sorted(lost)
    assert lost[2] == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("size", [4096, 16_000])
def test_a_hole_of_zeros_in_a_jpeg_is_damage_and_no_early_end(progressive: bool, size: int) -> None:
    data = encoded(picture(1600, 1200), quality=90, progressive=progressive)
    at = len(data) // 3
    assert at + size < len(data) * 0.9
    photo = load(data[:at] + bytes(size) + data[at + size :])
    assert (photo.damaged, photo.truncated, photo.truncated_fraction) == (True, False, None)
    assert photo.notes == ("the file is damaged: part of the picture is shifted, discoloured or missing",)
    assert load(data[:at] + bytes(len(data) - at)).truncated


def test_a_jpeg_that_lacks_its_end_marker_alone_is_whole() -> None:
    rgb = picture(1600, 1200)
    rgb[900:] = 128  # a plain bar at the bottom, of the level that stands for missing data, is no missing data
    for data in (encoded(rgb, quality=90), encoded(rgb, quality=90, progressive=True)):
        photo = load(data[:-2])
        assert (photo.truncated, photo.truncated_fraction, photo.damaged) == (False, None, False)
        assert photo.notes == ("the file lacks its end marker; no part of the picture is missing",)
        assert np.array_equal(photo.rgb, load(data).rgb)


def test_a_truncated_progressive_jpeg_is_coarser_but_whole() -> None:
    data = encoded(picture(1600, 1200), quality=90, progressive=True)
    photo = load(data[: len(data) * 7 // 10])
    assert (photo.truncated, photo.truncated_fraction) == (True, 0)
    assert mean(photo.rgb, load(data).rgb) < 10


def test_bytes_behind_the_picture_do_no_harm() -> None:
    data = encoded(picture(), quality=90)
    photo = load(data + b"trailer of a phone" * 1000)
    assert not photo.truncated
    assert np.array_equal(photo.rgb, load(data).rgb)


# EXIF


def camera_exif(lens: str = "iPhone 13 front TrueDepth camera 2.71mm f/2.2", model: str = "iPhone 13") -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Apple", model, "17.4"
    shot = exif.get_ifd(0x8769)
    shot.update(
        {
            0x829A: IFDRational(1, 50),
            0x829D: IFDRational(22, 10),
            0x8827: 320,
            0x9003: "2024:05:01 10:11:12",
            0x9209: 16,
            0x920A: IFDRational(271, 100),
            0xA405: 23,
            0xA434: lens,
        }
    )
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0)})
    return exif.tobytes()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_camera_facts(name: str) -> None:
    if name == "HEIF":
        image = Image.fromarray(picture())
        image.info["exif"] = camera_exif()
        data = encoded(image, "HEIF")
    else:
        data = encoded(picture(), name, exif=camera_exif())
    camera = load(data).camera
    assert (camera.make, camera.model, camera.software) == ("Apple", "iPhone 13", "17.4")
    assert camera.lens == "iPhone 13 front TrueDepth camera 2.71mm f/2.2"
    assert camera.focal_length_mm == pytest.approx(2.71)
    assert (camera.focal_length_35mm, camera.f_number, camera.exposure_s) == (
        23,
        pytest.approx(2.2),
        pytest.approx(0.02),
    )
    assert (camera.iso, camera.flash, camera.taken) == (320, False, "2024:05:01 10:11:12")
    assert (camera.front_camera, camera.has_location) == (True, True)


def test_camera_facts_of_a_pillow_image_and_of_a_file_agree() -> None:
    data = encoded(picture(), exif=camera_exif())
    assert load(Image.open(io.BytesIO(data))).camera == load(data).camera


def test_front_and_back_camera() -> None:
    for lens, front in [
        ("iPhone 13 front camera 2.71mm f/2.2", True),
        ("iPhone 15 Pro front TrueDepth camera 2.69mm f/1.9", True),
        ("iPhone 13 back dual wide camera 5.1mm f/1.6", False),
        ("EF85mm f/1.8 USM", None),
    ]:
        assert load(encoded(picture(), exif=camera_exif(lens))).camera.front_camera is front


def test_no_exif_is_no_camera() -> None:
    camera = load(encoded(picture())).camera
    assert (camera.make, camera.iso, camera.front_camera, camera.has_location) == (None, None, None, False)


# Details


@lru_cache(maxsize=8)
def odd_photo(orientation: int) -> tuple[NDArray[np.uint8], Photo]:
    """Upright pixels of a size that no DCT scale divides, and the photo of their JPEG."""
    rgb = cv2.GaussianBlur(picture(2501, 1703), (0, 0), 3)
    return rgb, load(encoded(turned(rgb, orientation), exif=exif_block(orientation), quality=95, subsampling=0))


def test_a_detail_that_needs_no_larger_decode_is_cut_from_the_analysis_pixels() -> None:
    _, photo = odd_photo(3)
    part, scale = photo.detail((0, 0, 2501, 1703), 0.3)
    assert scale == photo.scale
    assert np.array_equal(part, photo.rgb)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("min_scale", [0.5, 1.0])
def test_a_detail_is_a_crop_of_the_full_decode(orientation: int, min_scale: float) -> None:
    rgb, photo = odd_photo(orientation)
    box = (1801.5, 100, 2499, 903.2)
    part, scale = photo.detail(box, min_scale)
    assert photo.scale == pytest.approx(1024 / 2501, abs=0.001)
    assert scale == min_scale
    x0, y0, x1, y1 = (int(np.floor(box[0] * scale)), int(np.floor(box[1] * scale)), box[2] * scale, box[3] * scale)
    assert part.shape == (int(np.ceil(y1)) - y0, int(np.ceil(x1)) - x0, 3)
    size = (round(2501 * scale), round(1703 * scale))
    full = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
    assert mean(part[: full.shape[0], : full.shape[1]], full) < 1.5
    assert part.flags.c_contiguous
    assert not part.flags.writeable


@pytest.mark.parametrize("min_scale", [0.2, 0.5, 0.9])
def test_details_agree_between_file_image_and_array(min_scale: float) -> None:
    data = large_jpeg(subsampling=0)
    full = np.asarray(Image.open(io.BytesIO(data)))
    sources = [data, full, Image.open(io.BytesIO(data)), encoded(full, "PNG", compress_level=1)]
    (first, scale), *others = (load(source).detail((500, 300, 1400, 1300), min_scale) for source in sources)
    for part, its_scale in others:
        assert its_scale == scale
        assert part.shape == first.shape
        assert mean(part, first) < 1


def test_a_detail_of_a_small_photo_is_its_own_pixels_and_the_edges_are_cut() -> None:
    photo = load(picture())
    part, scale = photo.detail((-50, -50, 40, 30), 4)
    assert scale == 1
    assert np.array_equal(part, picture()[:30, :40])
    for box in [
        (400, 0, 500, 10),
        (10, 10, 10, 20),
        (30, 30, 20, 40),
        (float("nan"), 0, 1, 1),
        (0, 0, float("inf"), 1),
    ]:
        with pytest.raises(ValueError, match="the box"):
            photo.detail(box, 1)
    with pytest.raises(ValueError, match="min_scale"):
        photo.detail((0, 0, 10, 10), 0)


def test_the_larger_decode_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = load(large_jpeg())
    decodes = []
    whole = simplejpeg.decode_jpeg

    def counted(*args: Any, **kwargs: Any) -> Any:
        decodes.append(args)
        return whole(*args, **kwargs)

    monkeypatch.setattr(simplejpeg, "decode_jpeg", counted)
    first, _ = photo.detail((0, 0, 500, 500), 0.9)
    again, _ = photo.detail((0, 0, 500, 500), 0.9)
    photo.detail((700, 100, 900, 400), 0.9)
    assert len(decodes) == 1
    assert np.array_equal(first, again)
    lower, scale = photo.detail((700, 700, 900, 900), 0.9)  # the first one ended above it
    again, _ = photo.detail((700, 750, 900, 900), 0.9)
    assert len(decodes) == 2
    assert np.array_equal(lower[round(50 * scale) :], again)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
@pytest.mark.parametrize("turn", [1, 6])
def test_of_a_bulky_png_parts_are_copied_out_of_the_one_that_was_decoded(
    monkeypatch: pytest.MonkeyPatch, mode: str, turn: int
) -> None:
    rgb = cv2.GaussianBlur(picture(2402, 1801), (0, 0), 3)
    image = Image.fromarray(turned(rgb, turn)).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.new("L", image.size, 128))
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif_block(turn), compress_level=1)
    photo = load(file.getvalue())
    monkeypatch.setattr("headshot_check.decoding.decoded.BULKY_PIXELS", 10**9)
    whole = load(file.getvalue())
    assert (photo.width, photo.height, photo.rgb.shape) == (whole.width, whole.height, whole.rgb.shape)
    assert (photo.had_alpha, photo.greyscale) == (whole.had_alpha, whole.greyscale)
    assert mean(photo.rgb, whole.rgb) < (1.5 if mode == "P" else 0.6)  # its colours are dithered
    monkeypatch.setattr("headshot_check.decoding.enlarger.decode", None)
    for box, least in [((100, 100, 300, 200), 0.8), ((1333, 900, 2402, 1801), 0.8), ((5.5, 7, 1999, 901), 0.5)]:
        part, scale = photo.detail(box, least)
        same, its_scale = whole.detail(box, least)
        assert (scale, part.shape) == (its_scale, same.shape)
        assert mean(part, same) < (1e-9 if scale == 1 else 1.5)


@pytest.mark.parametrize(
    ("name", "turn"), [("PNG", 1), ("PNG", 3), ("PNG", 6), ("WEBP", 1), ("TIFF", 1), ("BMP", 1), ("HEIF", 1)]
)
def test_of_a_very_large_picture_only_parts_are_decoded_to_full_size(
    monkeypatch: pytest.MonkeyPatch, name: str, turn: int
) -> None:
    rgb = cv2.GaussianBlur(picture(2101, 1203), (0, 0), 3)
    options: dict[str, Any] = {"PNG": {"exif": exif_block(turn)}, "WEBP": {"lossless": True, "quality": 0}}
    data = encoded(turned(rgb, turn), name, **options.get(name, {}))
    whole = load(data)
    monkeypatch.setattr("headshot_check.decoding.decoded.LARGE_PIXELS", 1_000_000)
    monkeypatch.setattr("headshot_check.decoding.decoded.BULKY_PIXELS", 1_000_000)
    photo = load(data)
    assert (photo.width, photo.height, photo.rgb.shape) == (whole.width, whole.height, whole.rgb.shape)
    assert mean(photo.rgb, whole.rgb) < 1
    for box, least in [((100, 100, 300, 200), 0.8), ((1333, 900, 2101, 1203), 0.8), ((5.5, 7, 1999, 901), 0.6)] * 2:
        part, scale = photo.detail(box, least)
        same, its_scale = whole.detail(box, least)
        assert (scale, part.shape) == (its_scale, same.shape)
        assert mean(part, same) < (0.01 if scale == 1 else 1)
        assert photo._enlarger is not None
        assert photo._enlarger.kept is not None
        assert photo._enlarger.kept[2].size <= same.size * 1.1


# Neighbours in the same process


def test_threads_get_the_same_pixels_and_pillow_keeps_its_settings() -> None:
    data = large_jpeg(exif=exif_block(6))
    cut = data[: len(data) // 2]
    expected, expected_cut = load(data).rgb, load(cut).rgb
    settings = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    photo = load(data)
    barrier = threading.Barrier(4)

    def work(number: int) -> bool:
        barrier.wait()
        good = np.array_equal(load(data).rgb, expected) and np.array_equal(load(cut).rgb, expected_cut)
        return good and photo.detail((0, 0, 1000, 1000), 0.9 if number % 2 else 0.4)[0].size > 0

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))
    assert settings == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_a_hundred_megapixels_raise_no_warning() -> None:
    image = Image.new("L", (10000, 9500), 90)
    for data in (encoded(image, quality=30), encoded(image, "TIFF", compression="tiff_lzw")):
        photo = load(data)  # warnings are errors in these tests
        assert (photo.width, photo.height, photo.greyscale) == (10000, 9500, True)


def test_only_a_heif_file_loads_the_heif_decoder(tmp_path: Path) -> None:
    (tmp_path / "me.jpg").write_bytes(encoded(picture()))
    (tmp_path / "me.heic").write_bytes(encoded(picture(), "HEIF"))
    program = (
        "import sys; from headshot_check.photo import load\n"
        "load(sys.argv[1]); assert 'pillow_heif' not in sys.modules and 'PIL.ImageCms' not in sys.modules\n"
        "load(sys.argv[2]); assert 'pillow_heif' in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "me.jpg", tmp_path / "me.heic"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_photo_can_be_made_by_hand() -> None:
    photo = Photo(rgb=picture(), width=800, height=600, source="me.jpg")
    assert photo.scale == 0.5
    assert photo.detail((0, 0, 100, 100), 1)[1] == 0.5


def test_photos_travel_between_processes() -> None:
    photo = pickle.loads(pickle.dumps(load(large_jpeg())))
    assert photo.detail((0, 0, 500, 500), 0.9)[1] == 1


def test_bytes_are_told_from_a_picture_while_another_thread_imports_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", ModuleType("PIL.Image"))  # its class is not there yet
    assert not is_image(b"")
    monkeypatch.undo()
    assert is_image(Image.new("RGB", (1, 1)))
