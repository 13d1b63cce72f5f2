"""Odd but possible files: headers of zeros, fields of an unusual type, documents that look like pictures."""

from __future__ import annotations

import io
import struct

import numpy as np
import pillow_heif
import pytest
from fixture_photos import fixtures
from hostile import encoded, exif_block, picture, png, turned
from PIL import Image, ImageCms

from headshot_check import check
from headshot_check.decoding.boxes import read_grid
from headshot_check.decoding.exif import read_exif
from headshot_check.errors import PhotoError
from headshot_check.photo import load

_SUB_IFD = 64
_ASCII, _SHORT, _RATIONAL, _DOUBLE = 2, 3, 5, 12
Field = tuple[int, int, int, bytes]
"""tag, type, count, value"""


def _directory(fields: list[Field], at: int) -> bytes:
    """An EXIF directory that stands at `at`, with its longer values behind it."""
    entries, values = struct.pack("<H", len(fields)), b""
    behind = at + 2 + 12 * len(fields) + 4
    for tag, kind, count, value in fields:
        entries += struct.pack("<HHI", tag, kind, count)
        if len(value) > 4:
            entries += struct.pack("<I", behind + len(values))
            values += value
        else:
            entries += value.ljust(4, b"\0")
    return entries + bytes(4) + values


def _exif(*fields: Field) -> bytes:
    """An EXIF block whose Exif directory has these fields."""
    main = b"II*\0\x08\0\0\0" + _directory([(0x8769, 4, 1, struct.pack("<I", _SUB_IFD))], 8)
    return b"Exif\0\0" + main.ljust(_SUB_IFD, b"\0") + _directory(list(fields), _SUB_IFD)


def _rational(top: int, bottom: int) -> bytes:
    return struct.pack("<II", top, bottom)


def test_a_size_in_exif_below_one_pixel_is_none() -> None:
    half = _rational(1, 2)
    block = _exif((0xA002, _RATIONAL, 1, half), (0xA003, _RATIONAL, 1, half), (0x8827, _RATIONAL, 1, half))
    assert read_exif(block).camera.pixels is None
    assert read_exif(block).camera.iso is None
    with Image.open(fixtures()[0].path) as photo:
        report = check(encoded(photo.convert("RGB"), exif=block))
    perspective = next(found for found in report.findings if found.check == "capture.perspective")
    assert perspective.cause == "distance_unknown"


@pytest.mark.parametrize("number", [5e-324, 1e308, float("inf"), float("nan")])
def test_floating_point_values_that_no_camera_means_say_nothing(number: float) -> None:
    camera = read_exif(_exif((0xA405, _DOUBLE, 1, struct.pack("<d", number)))).camera
    assert camera.focal_length_35mm is None


@pytest.mark.parametrize("zero", [(0, 0), (5, 0), (0, 5)])
def test_rational_zeros_say_nothing(zero: tuple[int, int]) -> None:
    tags = (0x829A, 0x829D, 0x920A, 0xA405, 0x9206)
    camera = read_exif(_exif(*((tag, _RATIONAL, 1, _rational(*zero)) for tag in tags))).camera
    assert camera == type(camera)()


@pytest.mark.parametrize("date", ["    :  :     :  :  ", "0000:00:00 00:00:00", "                   ", ""])
def test_an_unknown_date_is_none(date: str) -> None:
    assert read_exif(_exif((0x9003, _ASCII, 20, date.encode().ljust(20, b"\0")))).camera.taken is None


def test_a_date_is_as_written() -> None:
    date = "2024:02:30 25:61:00"
    assert read_exif(_exif((0x9003, _ASCII, 20, date.encode() + b"\0"))).camera.taken == date


@pytest.mark.parametrize("delay_ms", [430, 440, 450])
def test_the_delay_of_a_gif_is_no_frame(delay_ms: int) -> None:
    # a delay of 0.44 s is written as 0x2C, the byte that introduces a frame
    image = Image.fromarray(picture(4000, 3000))
    later = image.rotate(180)
    photo = load(encoded(image, "GIF", save_all=True, append_images=[later], duration=delay_ms))
    assert photo.rgb.shape == (750, 1000, 3)


_ZERO_SIZES = {
    "png": png(0, 0, 8, 2, b""),
    "gif": b"GIF89a" + bytes(7) + b"," + bytes(9) + b"\2\2\x44\1\0;",
    "webp": b"RIFF\x30\0\0\0WEBPVP8 \x24\0\0\0\x30\1\0\x9d\1\x2a" + bytes(24),
}


@pytest.mark.parametrize("kind", _ZERO_SIZES)
def test_a_size_of_zero_is_damage(kind: str) -> None:
    with pytest.raises(PhotoError, match="size of zero") as error:
        load(_ZERO_SIZES[kind])
    assert error.value.code == "damaged"


def test_a_tiff_whose_directory_a_download_left_as_zeros_is_damaged() -> None:
    data = encoded(picture(), "TIFF", compression="tiff_lzw")
    with pytest.raises(PhotoError) as error:
        load(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    assert error.value.code == "damaged"


@pytest.mark.parametrize("compression", [34887, 60000])
def test_a_compression_of_tiff_that_is_not_read_is_no_damage(compression: int) -> None:
    data = bytearray(encoded(picture(), "TIFF"))
    at = data.index(struct.pack("<HHI", 259, _SHORT, 1)) + 8
    data[at : at + 2] = struct.pack("<H", compression)
    with pytest.raises(PhotoError, match=f"compression {compression}") as error:
        load(bytes(data))
    assert error.value.code == "unsupported_format"


def test_an_avif_that_lacks_one_byte_does_not_lack_nothing() -> None:
    with pytest.raises(PhotoError, match="less than 1 % of its picture is missing"):
        load(encoded(picture(), "AVIF")[:-1])


def test_lab_is_converted_and_nothing_said_of_its_profile() -> None:
    rgb = np.full((64, 64, 3), (180, 120, 90), np.uint8)
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(Image.fromarray(rgb), *profiles, outputMode="LAB")
    assert lab is not None
    for source in (encoded(lab, "TIFF"), lab):
        photo = load(source)
        assert photo.notes == ()
        assert photo.colour_profile is None
        assert np.abs(photo.rgb.astype(int) - rgb).max() <= 2


@pytest.mark.parametrize(
    ("content", "code", "cause"),
    [
        (b"BMW makes cars.\n" * 4, "not_an_image", "text"),
        (b"II\x1a\0\0\0HEAPCCDR\2\0\1\0", "unsupported_format", "camera raw"),
        (b"IIRS\x08\0\0\0", "unsupported_format", "camera raw"),
        (b"MMOR\0\0\0\x08", "unsupported_format", "camera raw"),
        (b"FOVb\0\0\2\0", "unsupported_format", "camera raw"),
        (b"\0MRM\0\0\1\0", "unsupported_format", "camera raw"),
        (b"gimp xcf v011\0", "unsupported_format", "GIMP"),
        (b"v/1\1\2\0\0\0", "unsupported_format", "OpenEXR"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", "unsupported_format", "Radiance"),
    ],
)
def test_what_a_file_is_instead(content: bytes, code: str, cause: str) -> None:
    with pytest.raises(PhotoError, match=cause) as error:
        load(content)
    assert error.value.code == code


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_grid_in_hdr_that_is_cut_shows_the_tiles_that_are_there_upright(orientation: int) -> None:
    codes = np.rint(turned(picture(700, 400), orientation) / 255 * 0.75 * 65535).astype(np.uint16)
    grid = pillow_heif.from_bytes("RGB;16", codes.shape[1::-1], np.ascontiguousarray(codes).tobytes())
    grid[0].info["exif"] = exif_block(orientation)
    file = io.BytesIO()
    hlg = {"color_primaries": 9, "transfer_characteristics": 18, "matrix_coefficients": 9}
    grid.save(file, quality=90, tile_size=256, original_orientation=orientation, **hlg)
    data = file.getvalue()
    tiles = read_grid(data)
    assert tiles is not None
    assert tiles.turn == orientation
    whole, cut = load(data), load(data[: len(data) * 3 // 4])
    assert (cut.width, cut.height, cut.truncated) == (700, 400, True)
    assert any("HDR picture (HLG)" in note for note in cut.notes)
    same = np.abs(cut.rgb.astype(int) - whole.rgb).max(axis=2) < 24
    assert 0.3 < same.mean() < 0.9


@pytest.mark.parametrize(("alpha", "shown"), [(0, True), (128, False), (255, True)])
@pytest.mark.parametrize("header", [56, 108, 124])
def test_a_bmp_whose_alpha_was_never_set_is_opaque(header: int, alpha: int, shown: bool) -> None:
    rgb = picture(64, 48)
    pixels = np.dstack([rgb[..., ::-1], np.full((48, 64), alpha, np.uint8)])[::-1].tobytes()
    info = struct.pack("<IiiHHIIiiII", header, 64, 48, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    info += struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)  # the masks of red, green, blue and alpha
    start = 14 + header
    data = b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + info.ljust(header, b"\0") + pixels
    photo = load(data)
    assert photo.had_alpha is not shown
    assert np.array_equal(photo.rgb, rgb) is shown
