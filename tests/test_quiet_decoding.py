"""Decoders say nothing of their own: no warning, no log, no byte on standard error, whoever calls them."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hostile import encoded, exif_block, picture, png_chunk
from PIL import Image

from headshot_check.photo import load

CALLER = """
import sys, warnings
from headshot_check.errors import PhotoError
from headshot_check.photo import load
for path in sys.argv[1:]:
    before = list(warnings.filters)
    try:
        photo = load(path)
        photo.detail((0, 0, photo.width, photo.height), 1)
    except PhotoError as error:
        pass
    assert warnings.filters == before
"""


def tiff_with(*more: tuple[int, int, int, bytes], order: str = "<", big: bool = False, count: int = 0) -> bytes:
    """A grey picture of 64 x 64 px with other entries (tag, kind, count, value) than it needs, or more of them."""
    magic = {"<": b"II", ">": b"MM"}[order]
    room, head = (8, struct.pack(order + "HHHQ", 43, 8, 0, 16)) if big else (4, struct.pack(order + "HI", 42, 8))
    wide = {256: 64, 257: 64, 273: 1000, 278: 64, 279: 4096}
    short = {258: 8, 259: 1, 262: 1, 277: 1}
    entries = {tag: (4, 1, struct.pack(order + "I", value)) for tag, value in wide.items()}
    entries |= {tag: (3, 1, struct.pack(order + "H", value)) for tag, value in short.items()}
    entries |= {tag: (kind, number, value) for tag, kind, number, value in more}
    body = b"".join(
        struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, number) + value.ljust(room, b"\0")
        for tag, (kind, number, value) in sorted(entries.items())
    )
    start = magic + head + struct.pack(order + ("Q" if big else "H"), count or len(entries)) + body
    return (start.ljust(900, b"\0") + b"\1\0" * 3).ljust(1000, b"\0") + bytes(range(64)) * 64


def cut_in_its_directory() -> bytes:
    """One whose only directory stands at the end and says that it has more entries than it has."""
    data = tiff_with()
    entries = data[8 : 10 + 9 * 12]
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + b"\x20\0" + entries[2:]


TIFFS = {
    "an entry that leads nowhere": tiff_with((305, 2, 5000, struct.pack("<I", 900))),
    "an entry of more than the file": tiff_with((700, 1, 2**31, struct.pack("<I", 8))),
    "entries that overlap": tiff_with(*[(tag, 7, 3000, struct.pack("<I", 500)) for tag in (347, 519, 34675)]),
    "two values where one belongs": tiff_with((284, 3, 2, b"\1\0\2\0"), (259, 3, 2, b"\1\0\5\0")),
    "three values where one belongs": tiff_with((284, 3, 3, struct.pack("<I", 900)), (266, 3, 2, b"\1\0\2\0")),
    "the same, of eight bytes": tiff_with((284, 3, 2, b"\0\1\0\2"), order=">"),
    "a directory that ends early": cut_in_its_directory(),
    "EXIF that leads nowhere": tiff_with((34665, 4, 1, struct.pack("<I", 5))),
    "EXIF out of the pixels": tiff_with((34665, 4, 1, struct.pack("<I", 1001)), (34853, 4, 1, struct.pack("<I", 1100))),
    "BigTIFF, two values": tiff_with((284, 3, 2, b"\1\0\2\0"), big=True),
}
"""Whole pictures with something wrong in what is said of them."""

REFUSED = {
    "255 channels": tiff_with((277, 3, 1, b"\xff\0")),
    "channels as real numbers": tiff_with((277, 5, 1, struct.pack("<I", 1000)), (258, 11, 1, b"\0\0\0\0")),
    "BigTIFF with the largest byte first": tiff_with(order=">", big=True),
    "jpeg without its tables": tiff_with((259, 3, 1, b"\7\0")),
    "fax out of noise": tiff_with((259, 3, 1, b"\4\0"), (258, 3, 1, b"\1\0")),
}


@pytest.mark.parametrize("kind", TIFFS)
def test_what_is_wrong_beside_the_picture_costs_neither_it_nor_a_warning(kind: str) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        photo = load(TIFFS[kind])
    assert said == []
    assert (photo.rgb[0, :, 0] == np.arange(64)).all()


@pytest.mark.parametrize("way", [["-W", "default"], ["-W", "error"]])
def test_a_program_that_uses_the_library_sees_nothing(way: list[str], tmp_path: Path) -> None:
    jpeg = encoded(picture(), exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x0f\1\2\0\xff\xff\0\0\x08\0\0\0" * 3)
    png = encoded(picture(), "PNG")
    files = [*TIFFS.values(), *REFUSED.values(), jpeg, jpeg[: len(jpeg) // 2], encoded(picture(), "WEBP")[:300]]
    files.append(png[:33] + png_chunk(b"acTL", bytes(8)) + png_chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff") + png[33:])
    paths = []
    for number, data in enumerate(files):
        paths.append(tmp_path / str(number))
        paths[-1].write_bytes(data)
    kept = {name: value for name, value in os.environ.items() if name != "OPENCV_LOG_LEVEL"}
    done = subprocess.run([sys.executable, *way, "-c", CALLER, *paths], capture_output=True, env=kept, check=False)
    assert (done.stderr, done.returncode) == (b"", 0)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_a_pillow_image_with_damaged_exif_is_judged_without_a_warning(name: str) -> None:
    image = Image.fromarray(picture())
    image.format = name
    image.info["exif"] = exif_block(6)[:-20]
    assert load(image).width == picture().shape[0 if load(image).orientation == 6 else 1]
    image.info["exif"] = b"Exif\0\0II*\0\x08\0\0\0\xff\xff"
    assert load(image).orientation == 1
