"""Files that must never bring the checker down, each with what is expected: "ok" or the code of a `PhotoError`."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

CORNERS = {
    "top left": (220, 30, 30),
    "top right": (30, 200, 30),
    "bottom left": (30, 30, 220),
    "bottom right": (230, 220, 40),
}


def picture(width: int = 400, height: int = 300) -> NDArray[np.uint8]:
    """(height, width, 3) gradient with four coloured corners, each a sixth of the shorter side."""
    y, x = np.mgrid[:height, :width]
    rgb = np.stack([60 + x * 140 // width, 60 + y * 140 // height, 90 + (x + y) * 60 // (width + height)], axis=-1)
    side = min(width, height) // 6
    for name, colour in CORNERS.items():
        rows = slice(0, side) if name.startswith("top") else slice(height - side, height)
        columns = slice(0, side) if name.endswith("left") else slice(width - side, width)
        rgb[rows, columns] = colour
    return rgb.astype(np.uint8)


def encoded(image: Image.Image | NDArray[np.uint8], name: str = "JPEG", **options: Any) -> bytes:
    """`image` in Pillow's format `name`, or "HEIF"."""
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    file = io.BytesIO()
    if name == "HEIF":
        pillow_heif.from_pillow(image).save(file, **{"quality": 90, **options})
    else:
        image.save(file, name, **options)
    return file.getvalue()


def exif_block(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def turned(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """How a camera stores `upright` when it writes this EXIF orientation."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = Image.fromarray(upright)
    return np.asarray(image if undo is None else image.transpose(undo))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
PNG_KINDS = {"L": 0, "RGB": 2, "P": 3, "LA": 4, "RGBA": 6}


def interlaced(image: Image.Image, passes: float = 7) -> bytes:
    """An interlaced PNG of which so many passes are there, written by hand as Pillow writes none."""
    pixels = np.asarray(image).reshape(image.height, image.width, -1)
    rows, ends = bytearray(), [0]
    for x, y, across, down in _PASSES:
        rows += b"".join(b"\0" + row.tobytes() for row in pixels[y::down, x::across] if row.size)
        ends.append(len(rows))
    whole = int(passes)
    there = ends[whole] + int((passes - whole) * (ends[min(whole + 1, 7)] - ends[whole]))
    packing = zlib.compressobj()
    packed = packing.compress(bytes(rows[:there])) + packing.flush(zlib.Z_FINISH if passes == 7 else zlib.Z_SYNC_FLUSH)
    head = struct.pack(">IIBBBBB", image.width, image.height, 8, PNG_KINDS[image.mode], 0, 0, 1)
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head)
    if image.mode == "P":
        data += png_chunk(b"PLTE", bytes(image.getpalette() or ()))
    data += png_chunk(b"IDAT", packed)
    return data + png_chunk(b"IEND", b"") if passes == 7 else data[:-4]


def png(width: int, height: int, bits: int, colour: int, rows: bytes) -> bytes:
    """A PNG written by hand: `rows` is the uncompressed picture data, a filter byte in front of each row."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def _jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(encoded(picture()))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _text_head(head: bytes) -> bytes:
    return head + b"\0" * 200


def make_hostile_files(folder: Path) -> list[tuple[Path, str]]:
    """Writes the hostile set into `folder`: (path, "ok" or the expected `PhotoError` code) for each file."""
    rgb = picture()
    jpeg = encoded(rgb, quality=90)
    progressive = encoded(rgb, quality=90, progressive=True)
    scan = jpeg.index(b"\xff\xda")
    frames = [Image.fromarray(np.roll(rgb, 40 * i, axis=1)) for i in range(4)]
    files: dict[str, tuple[bytes, str]] = {
        "empty.jpg": (b"", "empty"),
        "text.jpg": (b"Dear all,\nmy photo is attached.\n", "not_an_image"),
        "page.jpg": (b"<!DOCTYPE html><html><body>404</body></html>", "not_an_image"),
        "zeros.jpg": (b"\0" * 5000, "not_an_image"),
        "one-byte.png": (b"\x89", "not_an_image"),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
        "layers.psd": (_text_head(b"8BPS\0\1"), "unsupported_format"),
        "paper.pdf": (_text_head(b"%PDF-1.7"), "unsupported_format"),
        "film.mp4": (_text_head(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"), "unsupported_format"),
        "raw.cr2": (_text_head(b"II*\0\x10\0\0\0CR\2\0"), "unsupported_format"),
        "picture.jxl": (_text_head(b"\xff\x0a"), "unsupported_format"),
        "bomb.png": (png(60000, 60000, 8, 2, b"\0" * 1000), "too_many_pixels"),
        "bomb.jpg": (_jpeg_claiming(65000, 65000), "too_many_pixels"),
        "bomb.webp": (
            b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xfe\x3f\0\xfe\x3f\0",
            "too_many_pixels",
        ),
        "bomb.gif": (b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\2\2\x44\1\0;", "too_many_pixels"),
        "bomb.bmp": (
            b"BM" + struct.pack("<IIIIiiHHIIiiII", 0, 0, 54, 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0),
            "too_many_pixels",
        ),
        "1x1.png": (encoded(rgb[:1, :1], "PNG"), "too_small"),
        "30000x20.png": (encoded(picture(30000, 20), "PNG"), "ok"),
        "20x30000.jpg": (encoded(picture(20, 30000)), "ok"),
        "cmyk.jpg": (encoded(Image.fromarray(rgb).convert("CMYK")), "ok"),
        "grey.jpg": (encoded(Image.fromarray(rgb).convert("L")), "ok"),
        "progressive.jpg": (progressive, "ok"),
        "progressive-cut.jpg": (progressive[: len(progressive) * 6 // 10], "ok"),
        "16-bit.png": (
            png(
                64,
                64,
                16,
                2,
                b"".join(b"\0" + struct.pack(">192H", *range(y, y + 192)) for y in range(0, 64 * 256, 256)),
            ),
            "ok",
        ),
        "16-bit-grey.png": (encoded(Image.fromarray(rgb[..., 0].astype(np.uint16) * 257), "PNG"), "ok"),
        "palette.png": (encoded(Image.fromarray(rgb).convert("P"), "PNG", transparency=0), "ok"),
        "alpha.png": (encoded(Image.fromarray(np.dstack([rgb, rgb[..., 0]])), "PNG"), "ok"),
        "animated.gif": (encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), "ok"),
        "animated.webp": (encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "ok"),
        "animated.png": (encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), "ok"),
        "pages.tiff": (encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "ok"),
        "heic.jpg": (encoded(rgb, "HEIF"), "ok"),
        "heic-cut.heic": (encoded(rgb, "HEIF")[:900], "damaged"),
        "png.jpg": (encoded(rgb, "PNG"), "ok"),
        "png-cut.png": (encoded(rgb, "PNG")[:1500], "ok"),
        "png-header.png": (encoded(rgb, "PNG")[:60], "damaged"),
        "webp-cut.webp": (encoded(rgb, "WEBP")[:400], "damaged"),
        "broken-exif.jpg": (
            encoded(rgb, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\3\0\xff\xff\xff\xff" * 4),
            "ok",
        ),
        "broken-profile.jpg": (encoded(rgb, icc_profile=b"not a profile" * 20), "ok"),
        "two-sizes.jpg": (jpeg[:2] + jpeg[jpeg.index(b"\xff\xc0") : jpeg.index(b"\xff\xc4")] + jpeg[2:], "damaged"),
        "Grüße aus 東京 🙂.jpg": (jpeg, "ok"),
    }
    for orientation in range(1, 9):
        stored = encoded(turned(rgb, orientation), exif=exif_block(orientation), quality=90)
        files[f"orientation-{orientation}.jpg"] = stored, "ok"
    for tenth in range(10):
        cut = 3 + (len(jpeg) - 3) * tenth // 10
        # up to the first few rows there is no picture to show
        files[f"cut-at-{tenth}-tenths.jpg"] = jpeg[:cut], "damaged" if cut < scan + 40 else "ok"
    made = []
    for name, (data, expected) in files.items():
        path = folder / name
        path.write_bytes(data)
        made.append((path, expected))
    return made
