"""Small files that ask for much: memory, time or both. Each is made when it is asked for."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pillow_heif
from fuzz.corpus import portrait
from fuzz.heif_writer import grid_heic
from hostile import encoded, png_chunk
from PIL import Image

MEGA = 1 << 20
SIDE = 14_140
"""px; its square is just below the limit of 200 million"""


def zeros(size: int) -> bytes:
    """That many zeros, packed."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(MEGA)) for _ in range(size // MEGA)]
    return b"".join([*parts, packer.compress(bytes(size % MEGA)), packer.flush()])


@lru_cache(maxsize=1)
def good() -> tuple[bytes, bytes]:
    """A JPEG and a PNG of a portrait."""
    return encoded(portrait(), quality=90), encoded(portrait(), "PNG")


def png(width: int, height: int, kind: int, bits: int, packed: bytes, *extra: bytes, interlaced: bool = False) -> bytes:
    """A PNG with those packed rows."""
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced)
    chunks = (png_chunk(b"IHDR", head), *extra, png_chunk(b"IDAT", packed), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def large_png(kind: int, bits: int, channels: int, side: int = SIDE, *extra: bytes) -> bytes:
    """One of a single colour, as large as the limits allow."""
    return png(side, side, kind, bits, zeros(side * (side * channels * bits // 8 + 1)), *extra)


def png_with(*extra: bytes) -> bytes:
    """A small one with more chunks."""
    data = good()[1]
    return data[:33] + b"".join(extra) + data[33:]


def png_in_parts(count: int) -> bytes:
    data = good()[1]
    at = data.index(b"IDAT") - 4
    return data[:at] + png_chunk(b"IDAT", b"") * count + data[at:]


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(extra: bytes) -> bytes:
    """A small one with more behind its start."""
    return good()[0][:2] + extra + good()[0][2:]


def empty_scans(width: int, height: int, count: int) -> bytes:
    """A grey progressive JPEG of many scans that change nothing."""
    data = b"\xff\xd8" + segment(0xDB, b"\0" + b"\1" * 64)
    data += segment(0xC2, struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0]))
    data += segment(0xC4, b"\0" + bytes([1] + [0] * 15) + b"\0") + segment(
        0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\xe0"
    )
    blocks = -(-width // 8) * -(-height // 8)
    data += segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + bytes(-(-blocks // 8))
    bits = ("0" + "1" * 14) * -(-blocks // 32767)
    bits += "1" * (-len(bits) % 8)
    body = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    return data + (segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + body) * count + b"\xff\xd9"


def refining_scans(width: int, height: int, count: int) -> bytes:
    """A progressive JPEG of many scans that each give every block of three components a bit."""
    data = b"\xff\xd8" + segment(0xDB, b"\0" + b"\1" * 64)
    shape = bytes([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    data += segment(0xC2, struct.pack(">BHHB", 8, height, width, 3) + shape)
    data += segment(0xC4, b"\0" + bytes([1] + [0] * 15) + b"\0")
    bits = bytes(-(-(-(-width // 8) * -(-height // 8) * 3) // 8))
    data += segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 0, 1])) + bits
    return data + (segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 0, 0x10])) + bits) * count + b"\xff\xd9"


def gif(blocks: bytes, width: int = 400, height: int = 500, frame: tuple[int, int] = (1, 1), count: int = 1) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    picture = b"\x21\xf9\x04\0\x0a\0\0\0\x2c" + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\0"
    return head + blocks + picture * count + b";"


def tiff(tags: list[tuple[int, int, int, int]], body: bytes, at: int, following: int = 0) -> bytes:
    """One with those (tag, type, count, value), and what its values refer to at `at`."""
    entries = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", following)
    return head + bytes(max(at - len(head), 0)) + body


def grey_tiff(width: int, height: int, body: bytes, size: int, packed: int = 1, bits: int = 8, **more: Any) -> bytes:
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, packed), (262, 3, 1, 1)]
    tags += [(273, 4, 1, 400), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, size)]
    return tiff([*tags, *more.get("tags", ())], body, 400, more.get("following", 0))


def many_strips() -> bytes:
    count = 12_000_000
    tags = [(256, 4, 1, 16), (257, 4, 1, 60_000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1)]
    tags += [(273, 4, count, 400), (278, 4, 1, 1), (279, 4, count, 400)]
    return tiff(tags, struct.pack("<I", 400) * count, 400)


def striped_tiff(width: int, height: int, rows: int, packed: int, strips: list[tuple[int, int]], body: bytes) -> bytes:
    """A grey one of strips at those (start in the body, size)."""
    kinds = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, packed), (262, 3, 1, 1)]
    if len(strips) == 1:
        return tiff([*kinds, (273, 4, 1, 400), (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, 1, len(body))], body, 400)
    count, after = len(strips), 400 + len(body)
    kinds += [(273, 4, count, after), (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, count, after + 4 * count)]
    places = struct.pack(f"<{2 * count}I", *(400 + at for at, _ in strips), *(size for _, size in strips))
    return tiff(kinds, body + places, 400)


def grey_jpeg(width: int, height: int, said: int = 0) -> bytes:
    """One that may say it is `said` rows high."""
    data = encoded(Image.fromarray(np.asarray(portrait().convert("L").resize((width, height)))))
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + (said or height).to_bytes(2, "big") + data[at + 2 :]


def jpeg_strips(width: int, height: int, count: int, said: int = 0) -> bytes:
    """A TIFF of one JPEG strip, and of as many more that it has no place for."""
    one = grey_jpeg(width, height, said)
    return striped_tiff(width, height, height, 7, [(at * len(one), len(one)) for at in range(count)], one * count)


def shared_strips(count: int, size: int, rows: int = 1, wide: int = 64) -> bytes:
    """A TIFF whose strips are all the same stream of so many zeros."""
    body = zeros(size)
    return striped_tiff(wide, count * rows, rows, 8, [(0, len(body))] * count, body)


def chained_tiff(count: int) -> bytes:
    data = bytearray(grey_tiff(64, 64, bytes(4096), 4096, following=4496))
    for number in range(count):
        following = 4496 + 18 * (number + 1) if number < count - 1 else 0
        data += struct.pack("<HHHIII", 1, 256, 4, 1, 64, following)
    return bytes(data)


def bmp(width: int, height: int, bits: int, packed: int, body: bytes) -> bytes:
    palette = bytes(1024) if bits == 8 else b""
    head = struct.pack("<IHHI", 54 + len(palette) + len(body), 0, 0, 54 + len(palette))
    return (
        b"BM" + head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, packed, 0, 0, 0, 0, 0) + palette + body
    )


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp_canvas(flags: int, width: int, height: int) -> bytes:
    sides = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)


def moving_webp(width: int, height: int, count: int) -> bytes:
    still = encoded(Image.new("RGB", (2, 2)), "WEBP")[12:]
    sides = struct.pack("<I", 0)[:3] * 2 + struct.pack("<I", 1)[:3] * 2
    frame = webp_chunk(b"ANMF", sides + b"\x0a\0\0\0" + still)
    return riff(webp_canvas(2, width, height), webp_chunk(b"ANIM", bytes(6)), frame * count)


def one_colour(name: str, mode: str, side: int, **options: Any) -> bytes:
    return encoded(Image.new(mode, (side, side), 9 if mode == "L" else (120, 100, 90, 3)[: len(mode)]), name, **options)


def said_to_be(name: str, side: int) -> bytes:
    """A HEIC or AVIF that says it is larger than it is."""
    data = bytearray(encoded(portrait(), name))
    at = data.find(b"ispe")
    while at >= 0:
        data[at + 8 : at + 16] = struct.pack(">II", side, side)
        at = data.find(b"ispe", at + 1)
    return bytes(data)


def nested(brand: bytes) -> bytes:
    inner = b""
    for _ in range(20_000):
        inner = struct.pack(">I", len(inner) + 8) + b"ipco" + inner
    meta = bytes(4) + inner
    return (
        struct.pack(">I", 24)
        + b"ftyp"
        + brand
        + bytes(4)
        + brand
        + b"mif1"
        + struct.pack(">I", len(meta) + 8)
        + b"meta"
        + meta
    )


def many_pictures() -> bytes:
    heif = pillow_heif.HeifFile()
    for number in range(200):
        heif.add_from_pillow(Image.new("RGB", (64, 64), (number, 100, 90)))
    file = io.BytesIO()
    heif.save(file, quality=10)
    return file.getvalue()


def large_grid(grain: float = 0, quality: int = 40) -> bytes:
    """200 megapixels as a phone writes them, of smooth tiles or grainy ones."""
    smooth = np.asarray(portrait().resize((512, 512), Image.Resampling.BICUBIC))
    noise = np.random.default_rng(0).normal(0, 1, smooth.shape) * grain
    return grid_heic(np.clip(smooth + noise, 0, 255).astype(np.uint8), 31, 24, quality=quality)


QUICK: dict[str, Callable[[], bytes]] = {
    "png of 200 MP, 1 bit, interlaced": lambda: png(SIDE, SIDE, 0, 1, zeros(30 * MEGA), interlaced=True),
    "png of 200 MP, transparent": lambda: png(SIDE, SIDE, 6, 8, zeros(MEGA)),
    "png of impossible size": lambda: png(2**31 - 1, 2**31 - 1, 2, 8, zeros(MEGA)),
    "png 12 million rows high": lambda: png(16, 12_000_000, 2, 8, zeros(MEGA)),
    "png of 5 million empty chunks": lambda: png_in_parts(5_000_000),
    "png with 8 texts of 100 MB": lambda: png_with(
        *[png_chunk(b"iTXt", b"k%d\0\1\0\0\0" % number + zeros(100 * MEGA)) for number in range(8)]
    ),
    "png with a profile of 100 MB": lambda: png_with(png_chunk(b"iCCP", b"x\0\0" + zeros(100 * MEGA))),
    "jpeg with 20 million comments": lambda: jpeg_with(b"\xff\xfe\0\2" * 20_000_000),
    "jpeg with 90 MB of fill": lambda: jpeg_with(b"\xff" * 90_000_000),
    "jpeg of 200,000 scans": lambda: empty_scans(4000, 3000, 200_000),
    "jpeg of 498 scans": lambda: empty_scans(4000, 3000, 498),
    "gif of 200 MP": lambda: gif(b"", SIDE, SIDE),
    "gif with a frame larger than its canvas": lambda: gif(b"", 100, 100, (65_535, 65_535)),
    "gif with 18 million comments": lambda: gif(b"\x21\xfe\x01a\0" * 18_000_000),
    "tiff of 12 million strips": many_strips,
    "tiff of 2 million pages": lambda: chained_tiff(2_000_000),
    "tiff without its 200 MP": lambda: grey_tiff(SIDE, SIDE, bytes(1000), SIDE * SIDE),
    "tiff with a strip that says it is higher": lambda: jpeg_strips(8000, 64, 1, 65_000),
    "tiff of 64 strips of the same 200 MB": lambda: shared_strips(64, 200 * MEGA),
    "tiff of 5,000 strips too many": lambda: jpeg_strips(320, 320, 5_000),
    "bmp without its 200 MP": lambda: bmp(SIDE, SIDE, 24, 0, bytes(1000)),
    "webp of a million frames": lambda: moving_webp(400, 500, 900_000),
    "webp with a canvas of 200 MP": lambda: moving_webp(SIDE, SIDE, 50),
    "avif said to be 200 MP": lambda: said_to_be("AVIF", SIDE),
    "heic said to be 200 MP": lambda: said_to_be("HEIF", SIDE),
    "heic of 200 MP, dense tiles": lambda: large_grid(25, 90),
    "heic of boxes in boxes": lambda: nested(b"heic"),
}
"""By what they are."""

MORE: dict[str, Callable[[], bytes]] = {
    "png of 180 MP, colour": lambda: large_png(2, 8, 3, 13_400),
    "png of 170 MP, 16 bits transparent": lambda: large_png(6, 16, 4, 13_000),
    "png of 200 MP, palette": lambda: large_png(
        3, 8, 1, SIDE, png_chunk(b"PLTE", bytes(768)), png_chunk(b"tRNS", bytes(256))
    ),
    "png of 200 MP, grey": lambda: large_png(0, 8, 1),
    "png of 200 MP, grey and 16 bits": lambda: large_png(0, 16, 1),
    "png with 90 MB of EXIF": lambda: png_with(
        png_chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + b"\x0f\1\2\0\0\0\0\5\x08\0\0\0" * 7_000_000)
    ),
    "png with 90 MB of hexadecimal EXIF": lambda: png_with(
        png_chunk(b"tEXt", b"Raw profile type exif\0\nexif\n  90\n" + b"00\n" * 29_000_000)
    ),
    "png with 70 texts": lambda: png_with(
        *[png_chunk(b"zTXt", b"k%d\0\0" % number + zeros(MEGA)) for number in range(70)]
    ),
    "png of 5 million texts": lambda: png_with(png_chunk(b"tEXt", b"a\0b") * 5_000_000),
    "png said to be animated": lambda: png_with(png_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))),
    "jpeg with 90 MB of EXIF": lambda: jpeg_with(
        segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x0f\1\2\0\xff\xff\0\0\x08\0\0\0" * 5000) * 1500
    ),
    "jpeg with 90 MB of profiles": lambda: jpeg_with(
        b"".join(
            segment(0xE2, b"ICC_PROFILE\0" + bytes([number % 255 + 1, 255]) + bytes(65_000)) for number in range(1500)
        )
    ),
    "jpeg with a million tables": lambda: jpeg_with(segment(0xDB, b"\0" + b"\1" * 64) * 1_000_000),
    "jpeg with 40 million restarts": lambda: good()[0][:-2] + b"\xff\xd0" * 40_000_000 + b"\xff\xd9",
    "jpeg with 90 MB behind": lambda: good()[0] + bytes(90_000_000),
    "jpeg with 45 million ends": lambda: good()[0] + b"\xff\xd9" * 45_000_000,
    "jpeg of 498 scans, 200 MP": lambda: empty_scans(14_000, 14_000, 498),
    "jpeg of 90 scans of bits, 200 MP": lambda: refining_scans(14_000, 14_000, 90),
    "jpeg of 480 scans of bits": lambda: refining_scans(6000, 4000, 480),
    "gif of 3 million frames": lambda: gif(b"", count=3_000_000),
    "gif with a comment of 90 MB": lambda: gif(b"\x21\xfe" + (b"\xff" + b"a" * 255) * 350_000 + b"\0"),
    "tiff of 200 MP, deflate": lambda: grey_tiff(SIDE, SIDE, zeros(SIDE * SIDE), len(zeros(SIDE * SIDE)), 8),
    "tiff without its 200 MP of reals": lambda: grey_tiff(
        SIDE, SIDE, bytes(1000), SIDE * SIDE * 4, 1, 32, tags=[(339, 3, 1, 3)]
    ),
    "tiff with entries of 2 GB": lambda: grey_tiff(
        64, 64, bytes(4096), 4096, tags=[(700, 1, 2**31 - 1, 8), (34675, 7, 2**32 - 1, 8)]
    ),
    "tiff that leads back to itself": lambda: grey_tiff(
        64, 64, bytes(4096), 4096, following=8, tags=[(330, 4, 1, 8), (34665, 4, 1, 8)]
    ),
    "bmp of runs": lambda: bmp(SIDE, SIDE, 8, 1, b"\xff\0" * 2_000_000 + b"\0\1"),
    "bmp of impossible size": lambda: bmp(-100, -(2**31), 24, 0, bytes(1000)),
    "webp of 200 MP": lambda: one_colour("WEBP", "RGB", 14_000, quality=1, method=0),
    "webp of 200 MP, lossless": lambda: one_colour("WEBP", "RGB", 14_000, lossless=True, quality=0, method=0),
    "webp with 90 MB of metadata": lambda: riff(
        webp_canvas(0x2C, 160, 200),
        webp_chunk(b"ICCP", bytes(45_000_000)),
        encoded(portrait(), "WEBP")[12:],
        webp_chunk(b"EXIF", bytes(20_000_000)),
        webp_chunk(b"XMP ", b"<a>" * 8_000_000),
    ),
    "avif of 49 MP": lambda: one_colour("AVIF", "RGB", 7000, quality=1, speed=10),
    "avif of 64 MP": lambda: one_colour("AVIF", "RGB", 8000, quality=1, speed=10),
    "heic of 64 MP": lambda: one_colour("HEIF", "RGB", 8000, quality=1),
    "heic of 200 MP as a phone writes it": large_grid,
    "heic of 200 MP, 25 MB": lambda: large_grid(2, 60),
    "heic of 200 pictures": many_pictures,
    "heic said to be impossibly large": lambda: said_to_be("HEIF", 2**31 - 1),
    "avif of boxes in boxes": lambda: nested(b"avif"),
}
"""Slow to make or to refuse."""
