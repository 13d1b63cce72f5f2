"""Decodes the picture of a PNG by Pillow, from a file rebuilt of its chunks.

Of truncated or damaged data, the complete rows are decoded, or the complete passes of an interlaced picture.
"""

from __future__ import annotations

import io
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, Final

from PIL import Image, PngImagePlugin

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""channels by colour type"""
_PIECE = 1 << 10
"""bytes decompressed at a time: zlib returns nothing of a piece with an error"""
_MOST = 1 << 27
"""limit of decompressed rows, bytes: 33 megapixels of RGBA"""
_AS_ABOVE, _LAST_FILTER = 2, 4
"""filter types: "up", with which a row of zeros repeats the row above, and the highest valid type"""
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7 (PNG specification, section 8.1): first column, first row, step across and step down of each pass"""
_GRIDS: Final = {3: (4, 4), 4: (2, 4), 5: (2, 2), 6: (1, 2)}
"""by number of complete passes, the spacing in columns and rows of the pixels that are there; fewer passes are too few
to judge"""


@dataclass(slots=True)
class PngChunks:
    """The contents of the chunks."""

    head: bytes = b""
    palette: bytes = b""
    transparency: bytes = b""
    pixels: list[memoryview] = field(default_factory=list)
    damaged: bool = False
    """a chunk of pixels has a wrong checksum, or its data are incomplete"""
    coarse: bool = False
    """only the first passes of an interlaced picture could be decoded"""
    ended: bool = False
    """there is an IEND chunk"""
    profile: bytes = b""
    cicp: tuple[int, int] | None = None
    srgb: bool = False
    gamma: float | None = None
    """exponent: linear light = level ** gamma"""
    chromaticities: tuple[float, ...] | None = None
    exif: bytes = b""
    xmp: bytes = b""
    frames: int = 1


def opened(chunks: PngChunks, height: int) -> tuple[Image.Image, int]:
    """The decoded picture and the number of complete rows; missing rows repeat the last complete one.

    For an interlaced picture with missing passes all rows count, and `chunks.coarse` is set.
    """
    width, _, bits, kind = struct.unpack_from(">IIBB", chunks.head)
    interlaced = bool(chunks.head[12])
    try:
        return _loaded(chunks, bits, kind), height
    except (OSError, SyntaxError, ValueError):
        pixel_bits = CHANNELS[kind] * bits
        mended = (_first_passes if interlaced else _completed)(chunks.pixels, width, height, pixel_bits)
        if mended is None:  # too few data, or another fault
            raise
        chunks.damaged, chunks.coarse = True, interlaced
        data, there = mended
        image = _loaded(replace(chunks, pixels=[memoryview(data)]), bits, kind)
        return (_filled_from(image, *_GRIDS[there]), height) if interlaced else (image, there)


def _loaded(chunks: PngChunks, bits: int, kind: int) -> Image.Image:
    image = PngImagePlugin.PngImageFile(io.BufferedReader(_Joined(rebuilt(chunks, bits, kind))))
    image.load()
    return image


def rebuilt(chunks: PngChunks, bits: int, kind: int, *, checksum: bool = False) -> list[bytes | memoryview]:
    """Parts of a PNG of the picture alone. Pillow does not verify the checksum of the pixels, so it may be wrong."""
    parts: list[bytes | memoryview] = [SIGNATURE, _chunk(b"IHDR", chunks.head[:13])]
    if chunks.palette:
        parts.append(_chunk(b"PLTE", chunks.palette))
    if chunks.transparency and (kind == 3 or (bits == 16 and kind == 2)):
        parts.append(_chunk(b"tRNS", chunks.transparency))
    total = zlib.crc32(b"IDAT")
    for content in chunks.pixels if checksum else ():
        total = zlib.crc32(content, total)
    parts += [struct.pack(">I", sum(map(len, chunks.pixels))), b"IDAT"]
    return [*parts, *chunks.pixels, total.to_bytes(4, "big"), _chunk(b"IEND", b"")]


class _Joined(io.RawIOBase):
    """Reads parts as one file without copying them."""

    def __init__(self, parts: list[bytes | memoryview]) -> None:
        self._parts, self._ends, self._at = parts, [*accumulate(map(len, parts))], 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._ends[-1])[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        number = bisect_right(self._ends, self._at)
        if number == len(self._parts):
            return 0
        part = self._parts[number]
        start = len(part) - (self._ends[number] - self._at)
        length = min(len(buffer), len(part) - start)
        buffer[:length] = part[start : start + length]
        self._at += length
        return length


def _chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _row_bytes(width: int, pixel_bits: int) -> int:
    """Bytes of one decompressed row, including its filter type."""
    return 1 + (width * pixel_bits + 7) // 8


def _unpacked(packed: Iterable[bytes | memoryview], most: int) -> bytearray:
    """Decompress the contents of IDAT chunks, up to `most` bytes or the first error."""
    unpacking, rows = zlib.decompressobj(), bytearray()
    pieces = (part[start : start + _PIECE] for part in packed for start in range(0, len(part), _PIECE))
    with suppress(zlib.error):  # keep what came before an error
        while len(rows) < most and (piece := next(pieces, None)) is not None:
            rows += unpacking.decompress(piece, most - len(rows))
    return rows


def _completed(
    packed: Iterable[bytes | memoryview], width: int, height: int, pixel_bits: int
) -> tuple[bytes, int] | None:
    """Compressed data in which missing rows repeat the last complete one, and the number of complete rows.

    Returns
    -------
    None if no row is complete, or the picture has more than `_MOST` bytes.
    """
    stride = _row_bytes(width, pixel_bits)
    if stride * height > _MOST:
        return None
    rows = _unpacked(packed, stride * height)
    there = next((at for at, kind in enumerate(rows[::stride]) if kind > _LAST_FILTER), len(rows) // stride)
    if there == 0:
        return None
    del rows[there * stride :]
    rows += (bytes([_AS_ABOVE]) + bytes(stride - 1)) * (height - there)
    return zlib.compress(rows, 1), there


def _first_passes(
    packed: Iterable[bytes | memoryview], width: int, height: int, pixel_bits: int
) -> tuple[bytes, int] | None:
    """Compressed data of an interlaced picture with zeros for incomplete passes, and the number of complete passes.

    Returns
    -------
    None if fewer than three passes (or all) are complete, or the picture has more than `_MOST` bytes.
    """
    sizes = [(-(-(width - x) // wide), -(-(height - y) // high)) for x, y, wide, high in _PASSES]
    strides = [_row_bytes(columns, pixel_bits) if columns > 0 else 0 for columns, _ in sizes]
    ends = [*accumulate(stride * max(rows, 0) for stride, (_, rows) in zip(strides, sizes, strict=True))]
    if ends[-1] > _MOST:
        return None
    rows, there = _unpacked(packed, ends[-1]), 0
    for start, end, stride in zip((0, *ends), ends, strides, strict=False):
        if end > len(rows) or (stride and end > start and max(rows[start:end:stride]) > _LAST_FILTER):
            break
        there += 1
    if there not in _GRIDS:
        return None
    full = rows[: ends[there - 1]].ljust(ends[-1], b"\0")
    return zlib.compress(full, 1), there


def _filled_from(image: Image.Image, across: int, down: int) -> Image.Image:
    """Fill in missing pixels: each becomes the nearest known pixel to its left and above.

    One pixel in `across` columns and `down` rows is known.
    """
    grid = -(-image.width // across), -(-image.height // down)
    to_grid = (across, 0, 0.5 - across / 2, 0, down, 0.5 - down / 2)  # Pillow samples at pixel centres
    small = image.transform(grid, Image.Transform.AFFINE, to_grid, Image.Resampling.NEAREST)
    back = (1 / across, 0, 0, 0, 1 / down, 0)
    return small.transform(image.size, Image.Transform.AFFINE, back, Image.Resampling.NEAREST)
