"""Small photos of every kind that is read, and mutations of them: the same for the same number, on every machine."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pillow_heif
from fixture_photos import fixture
from fuzz.heif_writer import grid_heic
from hostile import encoded, exif_block, interlaced, png, png_chunk
from PIL import Image

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
_INTERESTING = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)


@lru_cache(maxsize=1)
def portrait() -> Image.Image:
    """A face that is found, 160 x 200 px."""
    with Image.open(fixture("soft_office")) as image:
        return image.convert("RGB").resize((160, 200), Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def seeds() -> dict[str, bytes]:
    """One file of each kind, by name."""
    rgb = portrait()
    grey, small = rgb.convert("L"), rgb.resize((64, 80))
    alpha = rgb.copy()
    alpha.putalpha(grey)
    icc = _icc()
    frames = {"save_all": True, "append_images": [small.rotate(90 * turn).resize(rgb.size) for turn in (1, 2)]}
    deep = np.asarray(grey).astype(np.uint16) * 257
    rows = b"".join(b"\0" + np.repeat(row, 3).astype(">u2").tobytes() for row in deep)
    cicp = png_chunk(b"cICP", bytes([9, 16, 0, 1]))
    sixteen = png(160, 200, 16, 2, rows)
    return {
        "jpeg": encoded(rgb, quality=85, exif=exif_block(6)),
        "jpeg progressive": encoded(rgb, quality=85, progressive=True),
        "jpeg restarts": encoded(rgb, quality=85, restart_marker_rows=1, subsampling=0),
        "jpeg grey": encoded(grey, quality=85, icc_profile=icc),
        "jpeg cmyk": encoded(rgb.convert("CMYK"), quality=85),
        "jpeg xmp": encoded(rgb, quality=85, xmp=XMP, comment=b"hello"),
        "jpeg mpo": encoded(rgb, "MPO", save_all=True, append_images=[small]),
        "png": encoded(rgb, "PNG", exif=exif_block(3)),
        "png palette": encoded(rgb.quantize(32), "PNG", transparency=3),
        "png grey alpha": encoded(grey.convert("LA"), "PNG", icc_profile=icc),
        "png interlaced": interlaced(rgb),
        "png alpha": encoded(alpha, "PNG"),
        "png one bit": encoded(rgb.convert("1"), "PNG"),
        "png sixteen bits": sixteen,
        "png hdr": sixteen[:33] + cicp + sixteen[33:],
        "png gamma": sixteen[:33] + png_chunk(b"gAMA", struct.pack(">I", 100_000)) + sixteen[33:],
        "png grey sixteen": encoded(Image.fromarray(deep), "PNG"),
        "apng": encoded(rgb, "PNG", **frames),
        "webp": encoded(rgb, "WEBP", exif=exif_block(8)),
        "webp lossless": encoded(rgb, "WEBP", lossless=True),
        "webp alpha": encoded(alpha, "WEBP"),
        "webp animated": encoded(rgb, "WEBP", **frames),
        "gif": encoded(rgb, "GIF"),
        "gif animated": encoded(rgb, "GIF", **frames),
        "tiff": encoded(rgb, "TIFF", tiffinfo={274: 6}),
        "tiff lzw": encoded(rgb, "TIFF", compression="tiff_lzw"),
        "tiff jpeg": encoded(rgb, "TIFF", compression="jpeg"),
        "tiff deep": encoded(Image.fromarray(deep), "TIFF", compression="tiff_adobe_deflate"),
        "tiff pages": _thumbnail_first(encoded(small, "TIFF", save_all=True, append_images=[rgb], tiffinfo={254: 1})),
        "bmp": encoded(rgb, "BMP"),
        "heic": encoded(rgb, "HEIF", quality=60),
        "heic grid": grid_heic(np.asarray(rgb.resize((128, 128))), 2, 3),
        "heic turned": _turned_heic(rgb),
        "avif": encoded(rgb, "AVIF", speed=10, exif=exif_block(6)),
        "avif animated": encoded(rgb, "AVIF", speed=10, **frames),
    }


def mutations(first: int, count: int) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the mutations number `first` and so on."""
    kinds = sorted(seeds().items())
    for number in range(first, first + count):
        name, data = kinds[number % len(kinds)]
        yield f"{number} {name}", mutated(data, random.Random(number))


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to six changes: bytes, numbers, cut, doubled, moved, from another file."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if not changed:
            break
        # half of the changes hit the first bytes, where they hurt most
        reach = min(len(changed), 400) if chance.random() < 0.5 else len(changed)
        at = chance.randrange(reach)
        way = chance.randrange(9)
        if way == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            changed[at] = chance.choice(_INTERESTING)
        elif way == 2:
            changed[at : at + 4] = struct.pack(
                chance.choice("<>") + "I", chance.choice((0, 1, 2**16, 2**31 - 1, 2**32 - 1))
            )
        elif way == 3:
            size = chance.randrange(1, 300)
            changed[at : at + size] = chance.randbytes(size)
        elif way == 4:
            changed[at : at + 512] = bytes(min(512, len(changed) - at))
        elif way == 5:
            del changed[at:]
        elif way == 6:
            del changed[at : at + chance.randrange(1, 200)]
        elif way == 7:
            changed[at:at] = changed[at : at + chance.randrange(1, 200)] * chance.choice((1, 2, 50))
        else:
            other = chance.choice(sorted(seeds().values()))
            start = chance.randrange(len(other))
            changed[at : at + 100] = other[start : start + 100]
    return bytes(changed)


def _thumbnail_first(data: bytes) -> bytes:
    """With its last page a full one; Pillow writes the same entries into every page."""
    last = data.rindex(struct.pack("<HHI", 254, 4, 1)) + 8
    return data[:last] + bytes(4) + data[last + 4 :]


def _icc() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _turned_heic(image: Image.Image) -> bytes:
    pillow_heif.register_heif_opener()
    file, options = io.BytesIO(), dict[str, Any](exif=exif_block(6), quality=60)
    image.save(file, "HEIF", **options)
    return file.getvalue()
