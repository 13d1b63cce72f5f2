"""What is wrong with a file is seen, and what is not wrong is shown as the best viewers show it."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
import simplejpeg
from fixture_photos import fixture
from fuzz.bombs import grey_jpeg, jpeg_strips, large_grid, striped_tiff
from fuzz.heif_writer import box, full_box
from hostile import encoded, exif_block, picture, png, png_chunk, turned
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageEnhance, ImageOps

from headshot_check.decoding import heif
from headshot_check.decoding.boxes import read_items
from headshot_check.decoding.garbled import is_garbled
from headshot_check.decoding.hdr import tone_mapped
from headshot_check.decoding.heif_tiles import decode_tiles
from headshot_check.decoding.jpeg_damage import level_steps
from headshot_check.decoding.jpeg_facts import JpegError, read_jpeg
from headshot_check.decoding.tiff_damage import bytes_of, damaged_deflate, damaged_jpeg
from headshot_check.errors import PhotoError
from headshot_check.photo import Photo, PhotoLimits, load


@lru_cache(maxsize=1)
def scene() -> NDArray[np.uint8]:
    """(480, 400, 3) with detail everywhere, so that every part of a file says something."""
    rng = np.random.default_rng(7)
    rough = cv2.resize(rng.integers(40, 215, (60, 50, 3)).astype(np.uint8), (400, 480), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(rough + rng.normal(0, 6, rough.shape), 0, 255), np.uint8)


def mean(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(np.abs(a.astype(int) - b).mean())


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks behind its header."""
    return data[:33] + b"".join(chunks) + data[33:]


# JPEG


def damage(data: bytes, kind: str, at: float) -> bytes:
    start = data.index(b"\xff\xda") + 14
    place = start + int((len(data) - start) * at)
    if kind == "cut and closed":
        return data[:place].rstrip(b"\xff") + b"\xff\xd9"
    if kind == "zeroed sector":
        return data[:place] + bytes(512) + data[place + 512 :]
    if kind == "overwritten":
        return data[:place] + bytes(np.random.default_rng(1).integers(0, 255, 64, np.uint8)) + data[place + 64 :]
    if kind == "missing block":
        return data[:place] + data[place + 512 :]
    other = encoded(np.ascontiguousarray(scene()[:, ::-1]), quality=80)
    return data[:place] + other[place:]  # spliced


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("kind", ["cut and closed", "zeroed sector", "overwritten", "missing block", "spliced"])
@pytest.mark.parametrize(
    "options", [{}, {"subsampling": 0}, {"progressive": True}, {"restart_marker_rows": 1}], ids=str
)
def test_damage_inside_a_jpeg_is_seen(kind: str, at: float, options: dict[str, Any]) -> None:
    if kind == "zeroed sector" and "progressive" in options and at > 0.5:
        return  # the last scans are plain bits, of which any value is a picture
    photo = load(damage(encoded(scene(), quality=90, **options), kind, at))
    assert photo.damaged or photo.truncated
    assert any("damaged" in note or "ends early" in note for note in photo.notes)
    if kind == "cut and closed" and "progressive" not in options:
        assert photo.truncated_fraction == pytest.approx(1 - at, abs=0.1)


def test_a_plain_picture_is_no_zeroed_sector() -> None:
    for mode in ("L", "RGB", "CMYK"):
        for options in ({}, {"optimize": True}, {"progressive": True}, {"subsampling": 0}):
            photo = load(encoded(Image.new(mode, (1500, 1500)), quality=90, **options))
            assert (photo.damaged, photo.truncated) == (False, False)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_header_that_promises_more_rows_than_there_are(mode: str) -> None:
    data = bytearray(encoded(Image.fromarray(scene()).convert(mode), quality=90))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 7] = struct.pack(">H", 720)
    photo = load(bytes(data))
    assert photo.height == 720
    assert photo.truncated_fraction == pytest.approx(1 / 3, abs=0.03)


@pytest.mark.parametrize("steps", [1, 2])
def test_a_large_jpeg_that_is_cut_is_cut_at_every_scale(steps: int) -> None:
    data = encoded(picture(1200 * steps, 900 * steps), quality=90)
    photo = load(damage(data, "cut and closed", 0.5))
    assert photo.truncated
    assert photo.truncated_fraction is not None
    assert 0.05 < photo.truncated_fraction < 0.95


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-2] + bytes(2000) + data[-2:],  # padded before the end
        lambda data: data + bytes(2000),
        lambda data: data + b"\xff\xda" * 5000,
        lambda data: data[:2] + b"\xff" * 3000 + data[2:],  # fill bytes
        lambda data: data[:2] + b"junk" + data[2:],  # between the segments of the header
        lambda data: data[:11] + b"\x09" + data[12:],  # a JFIF of version 9
        lambda data: data.replace(b"\x00\x3f\x00", b"\x00\x00\x00", 1),  # the scan's parameters
        lambda data: data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x09" + data[2:],
    ],
)
def test_what_is_harmless_in_a_jpeg_is_no_damage(change: Any) -> None:
    data = encoded(scene(), quality=90)
    photo = load(change(data))
    assert (photo.damaged, photo.truncated) == (False, False)
    assert mean(photo.rgb, load(data).rgb) < 40  # Adobe's marker may change the colours


def test_harmless_words_do_not_hide_damage() -> None:
    data = damage(encoded(scene(), quality=90), "overwritten", 0.5)
    assert load(data[:11] + b"\x09" + data[12:]).damaged


def overwritten(data: bytes, seed: int) -> bytes:
    """With 64 other bytes somewhere in its scan, none of which starts a marker."""
    rng = np.random.default_rng(seed)
    start = data.index(b"\xff\xda") + 14
    place = int(rng.integers(start, start + int(0.9 * (len(data) - start))))
    return data[:place] + bytes(rng.integers(0, 255, 64, np.uint8)) + data[place + 64 :]


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"grey": True}], ids=str)
def test_damage_that_libjpeg_does_not_see(options: dict[str, Any]) -> None:
    smooth = cv2.resize(scene()[:60, :60], (320, 320), interpolation=cv2.INTER_CUBIC)
    image = Image.fromarray(smooth // 2 + scene()[:320, :320] // 2).convert("L" if "grey" in options else "RGB")
    data = encoded(image, quality=85, subsampling=options.get("subsampling", 2))
    whole, seen = load(data), []
    assert not whole.damaged
    for seed in range(150):
        changed = overwritten(data, seed)
        with suppress(ValueError):
            simplejpeg.decode_jpeg(changed, "GRAY" if "grey" in options else "RGB")
            photo = load(changed)
            if (np.abs(photo.rgb.astype(int) - whole.rgb) > 20).any(axis=2).mean() > 0.1:
                seen.append(photo.damaged)
    assert len(seen) > 5
    assert np.mean(seen) > 0.7


def test_all_that_follows_is_off_in_level() -> None:
    rough = np.random.default_rng(3).integers(-3, 4, (160, 320, 1))
    picture = (np.array((90, 120, 100)) + rough).astype(np.uint8)
    picture[48:64, 112:] += 20
    picture[64:] += 20
    assert level_steps(picture, 16, 16)[0] > 12
    assert level_steps(picture[..., 0], 16, 16)[0] > 12
    picture[48:64] = picture[32:48]
    bent, straight = level_steps(picture, 16, 16)  # a straight edge may as well be one of the picture's own
    assert bent < 1
    assert straight > 15
    assert level_steps(picture[:30], 16, 16) == (0, 0)


@pytest.mark.parametrize("height", [160, 161, 172])
def test_the_last_row_of_units_is_all_there_is(height: int) -> None:
    rough = np.random.default_rng(3).integers(-1, 2, (height, 320, 1))
    picture = (np.array((90, 120, 100)) + rough).astype(np.int16)
    picture[144:] += 10
    picture[146:160] -= np.arange(3, 45, 3, dtype=np.int16)[:, None, None]  # darker towards its end
    edge = picture.copy()
    edge[145:] += 10  # the step goes on in the next line
    assert level_steps(picture.astype(np.uint8), 16, 16)[1] == pytest.approx(10, abs=0.5)
    assert level_steps(edge.astype(np.uint8), 16, 16)[1] < 1


@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("photo", [False, True])
@pytest.mark.parametrize("quality", [75, 90])
def test_stairs_of_one_colour_are_no_damage(quality: int, photo: bool, subsampling: int) -> None:
    unit = 16 if subsampling else 8
    picture = scene().copy() if photo else np.full((480, 400, 3), (60, 80, 110), np.uint8)
    picture[240:, 192:] = picture[240 + unit :] = (225, 215, 205)
    for shown in (picture, picture[:, ::-1], 255 - picture):
        assert not load(encoded(np.ascontiguousarray(shown), quality=quality, subsampling=subsampling)).damaged


@pytest.mark.parametrize("quality", [1, 5, 10, 15, 20, 25, 35, 50, 75, 100])
def test_a_photo_that_was_saved_badly_is_not_damaged(quality: int) -> None:
    for name in ("soft_office", "backlit", "studio_dark_skin"):
        with Image.open(fixture(name)) as image:
            for width in (200, 640):
                photo = image.convert("RGB").resize((width, width))
                assert not load(encoded(photo, quality=quality)).damaged


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("quality", [5, 50, 95, 100])
def test_bars_black_and_white_are_no_damage(mode: str, quality: int) -> None:
    picture = scene().copy()
    picture[:96] = 0
    picture[400:] = 255
    for options in ({}, {"progressive": True}, {"subsampling": 0}):
        photo = load(encoded(Image.fromarray(picture).convert(mode), quality=quality, **options))
        assert (photo.damaged, photo.truncated) == (False, False)


@pytest.mark.parametrize("sampling", [(0x22, 0x21, 0x21), (0x12, 0x11, 0x12)])
def test_rare_samplings_of_colour_are_read(sampling: tuple[int, int, int]) -> None:
    data = bytearray(encoded(scene(), quality=90))
    at = data.index(b"\xff\xc0")
    for number, factors in enumerate(sampling):
        data[at + 11 + 3 * number] = factors
    with Image.open(io.BytesIO(bytes(data))) as image:  # what the data then say does not matter, as long as they agree
        assert np.array_equal(load(bytes(data)).rgb, np.asarray(image.convert("RGB")))


def test_scans_are_counted_up_to_the_end_of_the_picture() -> None:
    data = encoded(scene(), progressive=True)
    facts = read_jpeg(data)
    assert 5 < facts.scans < 20
    assert facts.complete
    assert read_jpeg(data + data[2:] + b"\xff\xda" * 9000).scans == facts.scans
    last = data.rindex(b"\xff\xda")
    with pytest.raises(JpegError, match="500 scans"):
        read_jpeg(data[:-2] + data[last:-2] * 600 + b"\xff\xd9")
    assert not read_jpeg(data[:last] + b"\xff\xd9").complete


def test_scans_of_a_large_picture_are_fewer() -> None:
    data = bytearray(encoded(scene(), progressive=True))
    last = data.rindex(b"\xff\xda")
    data[-2:] = data[last:-2] * 300 + b"\xff\xd9"
    assert read_jpeg(bytes(data)).scans > 300
    at = data.index(b"\xff\xc2")
    data[at + 5 : at + 9] = struct.pack(">HH", 14_000, 14_000)
    with pytest.raises(JpegError, match="take too long"):
        read_jpeg(bytes(data))


# HEIC and AVIF


@lru_cache(maxsize=1)
def grid_heic() -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(np.tile(scene(), (2, 2, 1)))).save(file, quality=80, tile_size=256)
    return file.getvalue()


def test_a_grid_heic_that_is_cut_says_how_much_is_missing() -> None:
    whole = load(grid_heic())
    assert (whole.truncated, whole.damaged) == (False, False)
    lost = []
    for keep in (0.95, 0.7, 0.5):
        photo = load(grid_heic()[: int(len(grid_heic()) * keep)])
        assert photo.truncated
        assert photo.truncated_fraction is not None
        lost.append(photo.truncated_fraction)
    assert lost == sorted(lost)
    assert lost[-1] == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8, 2])
def test_a_large_grid_heic_is_decoded_tile_by_tile(monkeypatch: pytest.MonkeyPatch, orientation: int) -> None:
    pillow_heif.register_heif_opener()  # this way of saving writes the turn as HEIF does
    rgb = cv2.GaussianBlur(picture(1300, 1001), (0, 0), 3)
    file = io.BytesIO()
    Image.fromarray(turned(rgb, orientation)).save(
        file, "HEIF", exif=exif_block(orientation), quality=95, tile_size=256
    )
    whole = load(file.getvalue())
    assert mean(whole.rgb, load(rgb).rgb) < 2
    monkeypatch.setattr("headshot_check.decoding.decoded.LARGE_PIXELS", 100_000)
    monkeypatch.setattr("headshot_check.decoding.decoded.BULKY_PIXELS", 100_000)
    calls = []
    monkeypatch.setattr(heif, "decode_tiles", lambda *of: calls.append(of) or decode_tiles(*of))
    photo = load(file.getvalue())
    assert len(calls) == 1
    assert (photo.width, photo.height, photo.orientation) == (1300, 1001, 1)
    assert mean(photo.rgb, whole.rgb) < 1
    part, scale = photo.detail((300, 200, 700, 900), 1)
    assert scale == 1
    assert mean(part, rgb[200:900, 300:700]) < 2
    cut = load(file.getvalue()[: len(file.getvalue()) * 2 // 3])
    assert cut.truncated
    assert mean(cut.rgb, photo.rgb) > 5


def saved_in_tiles(rgb: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(rgb)).save(file, quality=95, tile_size=512)
    return file.getvalue()


def test_a_phones_grid_heic_is_decoded_tile_by_tile_to_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    rgb = cv2.GaussianBlur(picture(2420, 1810), (0, 0), 3)
    data = saved_in_tiles(rgb)
    photo = load(data)
    assert mean(photo.rgb, load(rgb).rgb) < 1
    monkeypatch.setattr("headshot_check.decoding.decoded.BULKY_PIXELS", 10**9)
    whole = load(data)
    assert mean(photo.rgb, whole.rgb) < 0.5
    for place in ((300, 200, 1100, 900), (1900, 1300, 2420, 1810)):
        part, scale = photo.detail(place, 1)
        assert scale == 1
        assert mean(part, whole.detail(place, 1)[0]) < 0.5


def test_garbled_tiles_of_a_grid_are_damage() -> None:
    rgb = cv2.GaussianBlur(picture(2420, 1810), (0, 0), 3)
    assert not load(saved_in_tiles(rgb)).damaged
    rgb[600:1000, 1100:1500] = np.random.default_rng(0).integers(0, 2, (400, 400, 3), np.uint8) * 255
    assert load(saved_in_tiles(rgb)).damaged


def test_a_single_picture_that_is_cut_says_so_as_far_as_it_is_read() -> None:
    heic, avif = encoded(scene(), "HEIF"), encoded(scene(), "AVIF")
    photo = load(heic[: len(heic) * 2 // 3])  # libde265 makes do with what there is
    assert photo.truncated_fraction == pytest.approx(1 / 3, abs=0.1)
    with pytest.raises(PhotoError, match=r"ends early: \d+ % of its picture is missing") as caught:
        load(avif[: len(avif) * 2 // 3])
    assert caught.value.code == "damaged"


def test_boxes_that_lead_nowhere_are_no_facts() -> None:
    data = encoded(scene(), "AVIF")
    facts = read_items(data)
    assert facts is not None
    assert (facts.lost, facts.bits) == (0, 8)
    for at in range(0, 400, 3):
        for value in (0, 255):
            read_items(data[:at] + bytes([value]) + data[at + 1 :])
    assert read_items(b"") is None
    assert read_items(data[:60]) is None


def test_boxes_of_endless_lists_are_no_facts() -> None:
    def items(extents: int, links: int) -> bytes:
        """500 items, each with so many extents of no bytes and so many properties."""
        places = b"".join(struct.pack(">HHH", item, 0, extents) for item in range(1, 501))
        owned = b"".join(struct.pack(">HB", item, links) + b"\1" * links for item in range(1, 501))
        inner = (
            full_box(b"pitm", 0, 0, b"\0\1"),
            full_box(b"iloc", 0, 0, b"\0\0", struct.pack(">H", 500), places),
            box(b"iprp", box(b"ipco", box(b"pixi", bytes(6))), full_box(b"ipma", 0, 0, struct.pack(">I", 500), owned)),
        )
        return box(b"ftyp", b"avif\0\0\0\0mif1") + full_box(b"meta", 0, 0, *inner)

    assert read_items(items(6, 6)) is not None
    assert read_items(items(65535, 6)) is None
    assert read_items(items(6, 255)) is None


# HDR


def as_pq(rgb: NDArray[np.uint8], white: float = 203.0) -> NDArray[np.float64]:
    """sRGB as PQ codes 0..1 of the same primaries, with white at so many cd/m2."""
    level = rgb / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4) * white / 10000
    part = light**0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * part) / (1 + 18.6875 * part)) ** 78.84375)


def test_pq_with_white_at_203_nits_is_the_same_picture() -> None:
    codes = np.rint(as_pq(picture()) * 1023).astype(np.uint16)
    assert np.abs(tone_mapped(codes, (1, 16), 1023).astype(int) - picture()).max() <= 2


def test_lights_beyond_white_are_compressed_and_faces_stay() -> None:
    level = np.linspace(0, 1, 1024)
    ramp = np.repeat(level[None, :, None], 3, axis=2)
    codes = np.rint(np.tile(ramp, (16, 1, 1)) * 1023).astype(np.uint16)
    for transfer in (16, 18):
        shown = tone_mapped(codes, (9, transfer), 1023)[0, :, 1].astype(int)
        assert (np.diff(shown) >= 0).all()
        assert shown[0] == 0
        assert shown[-1] >= 254
        white = {16: 594, 18: 767}[transfer]  # 203 cd/m2
        assert 185 < shown[white] < 254


def png_of_16_bits(codes: NDArray[np.uint16], *chunks: bytes) -> bytes:
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in codes)
    return with_chunks(png(codes.shape[1], codes.shape[0], 16, 2, rows), *chunks)


def test_a_pq_png_is_tone_mapped_and_says_so() -> None:
    codes = np.rint(as_pq(picture()) * 65535).astype(np.uint16)
    photo = load(png_of_16_bits(codes, png_chunk(b"cICP", bytes([1, 16, 0, 1]))))
    assert np.abs(photo.rgb.astype(int) - picture()).max() <= 2
    assert "HDR picture (PQ): tone-mapped to sRGB" in photo.notes
    part, _ = photo.detail((0, 0, 50, 50), 1)
    assert np.array_equal(part, photo.rgb[:50, :50])


def test_an_hlg_heic_is_tone_mapped() -> None:
    image = Image.fromarray(np.rint(picture()[..., :1] / 255 * 0.75 * 65535).astype(np.uint16).squeeze())
    deep = pillow_heif.from_bytes("RGB;16", image.size, np.repeat(np.asarray(image)[..., None], 3, axis=2).tobytes())
    file = io.BytesIO()
    deep.save(file, quality=-1, chroma=444, color_primaries=9, transfer_characteristics=18, matrix_coefficients=9)
    photo = load(file.getvalue())
    assert photo.bit_depth > 8
    assert any("HDR picture (HLG)" in note for note in photo.notes)
    assert photo.rgb.max() > 205


# PNG


def bad_checksum(kind: bytes, body: bytes) -> bytes:
    return png_chunk(kind, body)[:-4] + b"\0\0\0\1"


@pytest.mark.parametrize(
    "chunks",
    [
        (bad_checksum(b"tEXt", b"Comment\0hello"),),
        (bad_checksum(b"pHYs", bytes(9)), bad_checksum(b"gAMA", bytes(4))),
        (png_chunk(b"zTXt", b"history\0\0" + zlib.compress(b"x" * 3_000_000)),),
        (png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x/>" * 900_000)),),
        (png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(3_000_000))),),
        (png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(900_000))),) * 90,
        (png_chunk(b"tEXt", b"a\0b"),) * 20_000,
    ],
)
def test_chunks_beside_the_picture_do_no_harm(chunks: tuple[bytes, ...]) -> None:
    photo = load(with_chunks(encoded(picture(), "PNG"), *chunks))
    assert np.array_equal(photo.rgb, picture())
    assert not photo.damaged


def test_a_picture_in_many_chunks() -> None:
    data = encoded(picture(), "PNG")
    at = data.index(b"IDAT") - 4
    length = int.from_bytes(data[at : at + 4], "big")
    body = data[at + 8 : at + 8 + length]
    many = b"".join(png_chunk(b"IDAT", body[k : k + 1]) for k in range(len(body)))
    assert np.array_equal(load(data[:at] + many + data[at + 12 + length :]).rgb, picture())
    with pytest.raises(PhotoError, match="more than 200,000 parts"):
        load(data[:at] + png_chunk(b"IDAT", b"") * 200_001 + data[at:])


def test_a_wrong_checksum_of_the_pixels_is_damage() -> None:
    data = bytearray(encoded(picture(), "PNG"))
    end = data.index(b"IEND") - 4
    data[end - 1] ^= 1
    photo = load(bytes(data))
    assert photo.damaged
    assert np.array_equal(photo.rgb, picture())


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "I;16"])
@pytest.mark.parametrize("end", ["cut", "zeros"])
def test_a_png_that_is_cut_shows_the_rows_that_are_there(mode: str, end: str) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (200, 90, 3), np.uint8)
    if mode == "I;16":
        image = Image.fromarray(noise[..., 0].astype(np.uint16) * 257)
    else:
        image = Image.fromarray(noise).convert(mode)
    data = encoded(image, "PNG")
    whole, short = load(data), data[: len(data) * 2 // 3]
    photo = load(short + bytes(len(data) - len(short)) if end == "zeros" else short)
    assert photo.truncated_fraction == pytest.approx(1 / 3, abs=0.05)
    assert (photo.truncated, photo.damaged) == (True, False)
    there = round(200 * (1 - photo.truncated_fraction))
    assert photo.made_up == pytest.approx((0, there / 200, 1, 1))
    assert np.array_equal(photo.rgb[:there], whole.rgb[:there])
    assert (photo.rgb[there:] == 128).all()


def test_a_png_of_which_only_checksums_are_cut_off_has_lost_nothing() -> None:
    data = encoded(picture(), "PNG")
    for less in range(1, 20):  # the chunk of the end has 12 bytes, what is behind the pixels 8
        photo = load(data[:-less])
        assert (photo.truncated, photo.damaged, photo.notes) == (False, False, ())
        assert np.array_equal(photo.rgb, picture())


def test_a_png_that_reserved_megabytes_and_broke_off_is_cut() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (1300, 1100, 3), np.uint8)
    data = encoded(noise, "PNG", compress_level=1)
    photo = load(data[: len(data) // 3] + bytes(len(data) - len(data) // 3))  # zeros for 200,000 empty chunks
    assert photo.truncated_fraction == pytest.approx(2 / 3, abs=0.01)


def test_a_row_that_is_missing_is_no_fine_detail() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (900, 90, 3), np.uint8)
    (note,) = load(encoded(noise, "PNG")[:-600]).notes
    assert note == "the file ends early: less than 1 % of the picture is missing"


def test_a_png_whose_data_break_off_is_damaged_and_not_cut() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (200, 90, 3), np.uint8)
    data = bytearray(encoded(noise, "PNG"))
    data[len(data) // 2 : len(data) // 2 + 200] = b"\xff" * 200
    photo = load(bytes(data))
    assert (photo.truncated, photo.damaged, photo.made_up) == (False, True, (0, 0, 1, 1))
    assert np.array_equal(photo.rgb[:80], noise[:80])


def test_a_large_png_that_is_cut_has_its_detail() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (2400, 2200, 3), np.uint8)
    data = encoded(cv2.GaussianBlur(noise, (0, 0), 1.5), "PNG", compress_level=1)
    whole, cut = load(data), load(data[: len(data) * 9 // 10])
    box = (100.0, 100.0, 300.0, 400.0)
    (there, scale), (mine, same) = whole.detail(box, 1.0), cut.detail(box, 1.0)
    assert whole.scale < scale == same
    assert np.array_equal(mine, there)


@pytest.mark.parametrize(
    ("name", "options"),
    [("HEIF", {}), ("AVIF", {}), ("WEBP", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("JPEG", {})],
)
@pytest.mark.parametrize("there", [0.4, 0.6, 0.9])
def test_what_a_download_left_as_zeros_is_missing(name: str, options: dict[str, Any], there: float) -> None:
    with Image.open(fixture("outdoors")) as image:
        data = encoded(image, name, **options)
    assert not load(data).truncated
    assert not load(data).damaged
    left = int(len(data) * there)
    try:
        photo = load(data[:left] + bytes(len(data) - left))
    except PhotoError as error:
        assert error.code == "damaged"  # noqa: PT017 - some decoders give such a file up
    else:
        assert photo.truncated or photo.damaged
        assert photo.made_up is not None


@pytest.mark.parametrize("name", ["HEIF", "AVIF", "WEBP"])
def test_plain_pictures_end_in_no_such_zeros(name: str) -> None:
    with Image.open(fixture("outdoors")) as image:
        half = np.asarray(image.convert("RGB")).copy()
    half[len(half) // 2 :] = 0
    black = np.zeros_like(half)
    for pixels in (black, half, np.full_like(black, 255)):
        photo = load(encoded(pixels, name))
        assert (photo.truncated, photo.damaged) == (False, False)


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF", "BMP"])
def test_a_cut_file_that_shows_nothing_says_that_it_was_cut(name: str) -> None:
    data = encoded(picture(), name)
    with pytest.raises(PhotoError, match=r"ends early, and the picture cannot be decoded|before the picture starts"):
        load(data[: {"PNG": 80, "BMP": 200}.get(name, len(data) // 2)])  # of a BMP not one row


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.6])
@pytest.mark.parametrize("bits", [8, 16])
def test_gamma_and_chromaticities_of_a_png(gamma: float, bits: int) -> None:
    level = picture() / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    full = (1 << bits) - 1
    codes = np.rint(light ** (1 / gamma) * full)
    chunk = png_chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma)))
    if bits == 16:
        data = png_of_16_bits(codes.astype(np.uint16), chunk)
    else:
        data = with_chunks(encoded(codes.astype(np.uint8), "PNG"), chunk)
    photo = load(data)
    assert np.abs(photo.rgb.astype(int) - picture()).max() <= (2 if bits == 16 or gamma > 1 else 8)
    srgb = load(with_chunks(data, png_chunk(b"sRGB", b"\0")))
    assert np.abs(srgb.rgb - codes / full * 255).max() <= 1


def test_what_programs_write_for_srgb_changes_nothing() -> None:
    data = encoded(picture(), "PNG")
    gamma = png_chunk(b"gAMA", struct.pack(">I", 45455))
    whites = png_chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    for chunks in ((gamma,), (whites,), (gamma, whites)):
        photo = load(with_chunks(data, *chunks))
        assert np.array_equal(photo.rgb, picture())
        assert photo.colour_profile is None


def test_chromaticities_of_display_p3() -> None:
    data = encoded(picture(), "PNG")
    whites = png_chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
    as_codes = load(with_chunks(data, png_chunk(b"cICP", bytes([12, 13, 0, 1]))))
    assert np.abs(load(with_chunks(data, whites)).rgb.astype(int) - as_codes.rgb).max() <= 1
    for nonsense in (bytes(32), b"\xff" * 32, struct.pack(">8I", *[33000] * 8)):
        assert np.array_equal(load(with_chunks(data, png_chunk(b"cHRM", nonsense))).rgb, picture())


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_a_grey_png_with_a_key_colour(bits: int) -> None:
    full = (1 << bits) - 1
    key = full // 3
    values = np.tile(np.arange(64) % (full + 1), (32, 1))
    values[:16] = key
    packed = (
        values.astype(">u2").view(np.uint8).reshape(32, -1)
        if bits == 16
        else np.packbits((values[..., None] >> np.arange(bits)[::-1] & 1).reshape(32, -1).astype(np.uint8), axis=1)
    )
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    data = with_chunks(png(64, 32, bits, 0, rows), png_chunk(b"tRNS", struct.pack(">H", key)))
    photo = load(data)
    assert photo.had_alpha
    assert (photo.rgb[:16] == 255).all()
    hidden = values == key
    expected = np.where(hidden, 255, np.rint(values * (255 / full)))
    assert np.abs(photo.rgb[..., 0] - expected).max() <= 1


def grey_profile(gamma: float) -> bytes:
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    xyz = b"XYZ \0\0\0\0" + struct.pack(">iii", 63190, 65536, 54061)
    text = b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 8, 28) + "grey".encode("utf-16-be")
    tags, blobs, at = b"", b"", 128 + 4 + 12 * 3
    for name, blob in ((b"desc", text), (b"wtpt", xyz), (b"kTRC", curve)):
        blob += bytes(-len(blob) % 4)
        tags += struct.pack(">4sII", name, at, len(blob))
        blobs, at = blobs + blob, at + len(blob)
    head = struct.pack(">I4sI4s4s4s12s4s", at, b"\0\0\0\0", 0x04200000, b"mntr", b"GRAY", b"XYZ ", bytes(12), b"acsp")
    head += bytes(68 - len(head)) + struct.pack(">iii", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + struct.pack(">I", 3) + tags + blobs


def test_a_grey_profile_holds_for_grey_in_every_form() -> None:
    icc = grey_profile(1.0)
    assert ImageCms.ImageCmsProfile(io.BytesIO(icc)).profile.xcolor_space.strip() == "GRAY"
    grey = Image.fromarray(picture()).convert("L")
    plain = load(encoded(grey, "PNG", icc_profile=icc))
    assert plain.rgb.mean() > np.asarray(grey).mean() + 20
    alpha = grey.copy()
    alpha.putalpha(255)
    for image in (alpha, grey.convert("RGB"), grey.convert("P")):
        assert np.array_equal(load(encoded(image, "PNG", icc_profile=icc)).rgb, plain.rgb)
    coloured = load(encoded(picture(), "PNG", icc_profile=icc))
    assert any("profile cannot be used" in note for note in coloured.notes)


# TIFF


def tiff(values: NDArray[Any], bits: int, sample: int, photometric: int = 1, pages: tuple[bytes, ...] = ()) -> bytes:
    """An uncompressed grey TIFF written by hand."""
    if bits == 12:
        flat = values.astype(np.uint16).reshape(-1, 2)
        packed = np.stack([flat[:, 0] >> 4, (flat[:, 0] & 15) << 4 | flat[:, 1] >> 8, flat[:, 1] & 255], axis=1)
        body = packed.astype(np.uint8).tobytes()
    else:
        body = values.tobytes()
    high, wide = values.shape
    tags = [(256, 4, wide), (257, 4, high), (258, 3, bits), (259, 3, 1), (262, 3, photometric), (273, 4, 8)]
    tags += [(277, 3, 1), (278, 4, high), (279, 4, len(body)), (339, 3, sample)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    at = 8 + len(body) + len(body) % 2
    return (
        b"II*\0"
        + struct.pack("<I", at)
        + body
        + bytes(len(body) % 2)
        + struct.pack("<H", len(tags))
        + entries
        + bytes(4)
    )


@pytest.mark.parametrize(
    ("dtype", "bits", "sample", "white"),
    [
        (np.uint16, 12, 1, 4095),
        (np.uint16, 16, 1, 65535),
        (np.int16, 16, 2, 32767),
        (np.uint32, 32, 1, 2**32 - 1),
        (np.int32, 32, 2, 2**31 - 1),
        (np.float32, 32, 3, 1.0),
    ],
)
def test_bits_and_sample_format_of_a_tiff_decide_white(dtype: Any, bits: int, sample: int, white: float) -> None:
    ramp = np.tile(np.linspace(0, 1, 64), (32, 1))
    values = (ramp * white).astype(dtype)
    shown = load(tiff(values, bits, sample)).rgb[..., 0]
    assert np.abs(shown - ramp * 255).max() <= 1.5
    half = load(tiff((ramp * white / 2).astype(dtype), bits, sample)).rgb[..., 0]
    assert np.abs(half - ramp * 127.5).max() <= 1.5


def test_lights_above_one_in_a_float_tiff_do_not_darken_the_rest() -> None:
    ramp = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1))
    lit = ramp.copy()
    lit[0, :8] = 7.5
    assert np.abs(load(tiff(lit, 32, 3)).rgb[1:].astype(int) - load(tiff(ramp, 32, 3)).rgb[1:]).max() <= 1


def test_white_is_zero_in_sixteen_bits() -> None:
    values = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (32, 1))
    assert np.abs(load(tiff(values, 16, 1, 0)).rgb.astype(int) + load(tiff(values, 16, 1, 1)).rgb - 255).max() <= 1


def test_a_thumbnail_in_front_is_not_the_picture() -> None:
    small, full = Image.fromarray(picture(64, 48)), Image.fromarray(picture())
    data = encoded(small, "TIFF", save_all=True, append_images=[full], tiffinfo={254: 1})
    # Pillow gives every page the same entries: only the first is a thumbnail
    second = data.rindex(struct.pack("<HHI", 254, 4, 1))
    data = data[: second + 8] + bytes(4) + data[second + 12 :]
    photo = load(data)
    assert np.array_equal(photo.rgb, picture())
    assert "its first picture is a thumbnail: the full one judged" in photo.notes
    assert photo.frames == 1


def test_a_tiff_of_thumbnails_alone_is_a_raw_file() -> None:
    with pytest.raises(PhotoError, match="camera raw"):
        load(encoded(picture(), "TIFF", tiffinfo={254: 1}))


# One photo, one answer


def same(first: Photo, second: Photo) -> None:
    assert np.array_equal(first.rgb, second.rgb)
    for name in ("width", "height", "format", "bytes", "orientation", "colour_profile", "had_alpha", "frames"):
        assert getattr(first, name) == getattr(second, name), name
    for name in ("animated", "bit_depth", "truncated", "damaged", "jpeg_quality", "camera", "notes"):
        assert getattr(first, name) == getattr(second, name), name


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_an_opened_image_has_the_answer_of_its_file(tmp_path: Path, name: str) -> None:
    options: dict[str, Any] = {"TIFF": {"tiffinfo": {274: 6}}, "GIF": {}, "BMP": {}}.get(name, {"exif": exif_block(6)})
    path = tmp_path / "me"
    path.write_bytes(encoded(picture(), name, **options))
    with Image.open(path) as image:
        same(load(image), load(path))
        image.load()
        assert np.array_equal(load(image).rgb, load(path).rgb)  # and when its file is closed already


def test_a_wide_avif_has_one_answer() -> None:
    data = bytearray(encoded(picture(), "AVIF"))
    at = data.index(b"colrnclx") + 8
    data[at : at + 4] = struct.pack(">HH", 9, 13)
    photo = load(bytes(data))
    assert photo.colour_profile == "BT.2020"
    same(load(Image.open(io.BytesIO(bytes(data)))), photo)


def test_an_image_that_was_worked_on_is_taken_as_it_is() -> None:
    image = Image.open(io.BytesIO(encoded(picture(), "PNG")))
    image.load()
    image.paste((1, 2, 3), (0, 0, 400, 150))
    assert (load(image).rgb[:150] == (1, 2, 3)).all()
    frames = [Image.fromarray(np.full((60, 60, 3), level, np.uint8)) for level in (10, 200)]
    moving = Image.open(io.BytesIO(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])))
    moving.seek(1)
    assert load(moving).rgb.mean() > 150


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_orientation_in_xmp_alone_is_told_and_not_followed(name: str) -> None:
    if name == "PNG":
        data = with_chunks(encoded(picture(), "PNG"), png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP))
    else:
        data = encoded(picture(), name, xmp=XMP)
    photo = load(data)
    assert (photo.width, photo.height, photo.orientation) == (400, 300, 1)
    assert any("XMP asks for another turn (orientation 6)" in note for note in photo.notes)
    image = Image.open(io.BytesIO(data))
    same(load(image), photo)
    image.load()
    again = load(image)
    assert (again.width, again.notes) == (400, photo.notes)
    if name != "PNG":
        agreeing = load(encoded(picture(), name, xmp=XMP, exif=exif_block(6)))
        assert (agreeing.width, agreeing.notes) == (300, ())


# Quiet


def test_decoders_write_nothing_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    broken = []
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "group4"):
        image = Image.fromarray(picture()).convert("1" if compression == "group4" else "RGB")
        data = bytearray(encoded(image, "TIFF", compression=compression))
        data[200:260] = b"\xff" * 60
        broken.append(bytes(data))
    broken += [encoded(scene(), name)[:900] for name in ("AVIF", "WEBP", "PNG", "JPEG", "HEIF", "GIF")]
    for data in broken:
        with suppress(PhotoError):
            load(data)
    if sys.platform == "linux":  # elsewhere libtiff may be out of reach
        assert capfd.readouterr().err == ""


# Bounds


def test_a_side_too_long_and_a_decode_too_large_are_refused() -> None:
    with pytest.raises(PhotoError, match="no side may have more than 65,535") as caught:
        load(png(70_000, 20, 1, 0, b""))
    assert caught.value.code == "too_many_pixels"
    with pytest.raises(PhotoError, match=r"takes .* MB of memory") as caught:
        load(encoded(picture(), "PNG"), limits=PhotoLimits(max_memory=400_000))
    assert caught.value.code == "too_many_pixels"
    with pytest.raises(PhotoError, match=r"takes .* MB of memory"):
        load(encoded(picture(), progressive=True), limits=PhotoLimits(max_memory=100_000))
    assert load(encoded(picture()), limits=PhotoLimits(max_memory=100_000)).width == 400


def test_a_heic_that_would_take_too_long_is_refused() -> None:
    with pytest.raises(PhotoError, match=r"44 MB is the limit for 15872 x 12288 pixels\. Export it as JPEG") as caught:
        load(large_grid(25, 90))  # its tiles share their bytes: the file is small
    assert caught.value.code == "too_many_bytes"


@pytest.mark.parametrize("compression", ["jpeg", "tiff_adobe_deflate"])
@pytest.mark.parametrize("size", [64, 512])
def test_damage_that_libtiff_does_not_see(compression: str, size: int) -> None:
    whole = encoded(scene(), "TIFF", compression=compression)
    assert not load(whole).damaged
    rng, seen = np.random.default_rng(1), []
    for place in rng.integers(300, len(whole) - 1500, 12).tolist():
        try:
            photo = load(whole[:place] + rng.bytes(size) + whole[place + size :])
        except PhotoError as error:
            seen.append(error.code == "damaged")
        else:
            seen.append(photo.damaged)
    assert np.mean(seen) > 0.9


def test_strips_without_bytes_are_no_damage() -> None:
    packed = zlib.compress(bytes(100))
    assert not damaged_deflate([packed, b"", packed + b"padding"], 100)
    assert damaged_deflate([packed[:-1] + b"x"], 100)
    assert damaged_deflate([packed[:-4]], 100)
    assert not damaged_deflate([packed[:-1] + b"x"], 49)  # far longer than its strip: libtiff leaves the rest
    assert not damaged_jpeg([b"", b"no JPEG"], b"", 100)


def test_a_strip_that_says_it_is_higher_is_no_damage() -> None:
    photo = load(jpeg_strips(640, 64, 1, 6_400))
    assert not photo.damaged
    assert mean(photo.rgb, load(jpeg_strips(640, 64, 1)).rgb) < 1
    assert not damaged_jpeg([grey_jpeg(64, 64)[:700]], b"", 64 * 63)  # not even looked at
    assert damaged_jpeg([grey_jpeg(64, 64)[:700]], b"", 64 * 64)


def test_strips_beyond_the_picture_are_not_looked_at() -> None:
    one = grey_jpeg(64, 64)
    cut = one[:700].ljust(len(one), b"\0")
    spans = [(0, len(one)), (len(one), len(one))]
    assert not load(striped_tiff(64, 64, 64, 7, spans, one + cut)).damaged
    assert load(striped_tiff(64, 128, 64, 7, spans, one + cut)).damaged
    assert bytes_of(b"abcdef", [(0, 4), (2, 2), (1, 4)]) == [b"abcd", b"cd"]  # no more than the file has


def test_of_many_small_strips_some_are_looked_at() -> None:
    one = grey_jpeg(64, 8)
    body, count = one * 3_000, 3_000
    spans = [(at * len(one), len(one)) for at in range(count)]
    assert not load(striped_tiff(64, 8 * count, 8, 7, spans, body)).damaged
    bad = one[: len(one) * 4 // 5].ljust(len(one), b"\0")
    assert load(striped_tiff(64, 8 * count, 8, 7, spans, body[: 1_500 * len(one)] + bad * 3 + one * 1_497)).damaged


@pytest.mark.parametrize(
    ("kind", "options", "least"),
    [("HEIF", {}, 0.3), ("AVIF", {"quality": 85, "speed": 10}, 0.3), ("WEBP", {"lossless": True}, 0.7)],
)
def test_wildly_coloured_parts_are_damage(kind: str, options: dict[str, Any], least: float) -> None:
    with Image.open(fixture("soft_office")) as image:
        whole = encoded(image.convert("RGB"), kind, **options)
    assert not load(whole).damaged
    start = whole.index(b"VP8L") + 2000 if kind == "WEBP" else whole.index(b"mdat") + 4
    rng, seen = np.random.default_rng(3), []
    for place in rng.integers(start, start + (len(whole) - start) // 2, 20).tolist():
        try:
            seen.append(load(whole[:place] + rng.bytes(512) + whole[place + 512 :]).damaged)
        except PhotoError as error:
            seen.append(error.code == "damaged")
    assert np.mean(seen) >= least


@pytest.mark.parametrize("width", [640, 2400])
def test_loud_colours_and_noise_are_not_garbled(width: int) -> None:
    with Image.open(fixture("outdoors")) as image:
        photo = image.convert("RGB").resize((width, width))
    noisy = np.asarray(photo) + np.random.default_rng(0).normal(0, 40, (width, width, 3))
    for changed in (
        np.asarray(ImageEnhance.Color(photo).enhance(3)),
        np.asarray(ImageOps.posterize(photo, 1)),
        np.clip(noisy, 0, 255).astype(np.uint8),
        np.asarray(photo.quantize(8).convert("RGB")),
    ):
        assert not is_garbled(changed)
    assert is_garbled(np.random.default_rng(0).integers(0, 2, (width, width, 3), np.uint8) * np.uint8(255))
    assert not is_garbled(noisy[..., 0].astype(np.uint8))
    assert not is_garbled(np.asarray(photo)[:20])
