"""Detects damage in a TIFF's strips and tiles that libtiff does not report: in JPEG data, and wrong zlib checksums.

Strips may overlap and state any size, so the total that is read is limited.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from headshot_check.decoding.jpeg import decode_jpeg
from headshot_check.decoding.sniff import DecodeError

JPEG: Final = 7
DEFLATE: Final = frozenset({8, 32946})
_AT_ONCE = 1 << 20
"""bytes that are read, and decompressed, at a time"""
_MOST_JPEGS = 1_024
"""strips or tiles, each of which takes 0.1 ms at least; of more than these, every second, third ... is checked"""
_LONGEST_TABLES = 1 << 12
"""bytes; all tables of a JPEG take at most 2,800, and they are parsed again for every part"""
_LONGER = 2
"""times the size of a strip: damaged data may decompress to more than that before the checksum is reached"""


def bytes_of(data: bytes, spans: Iterable[tuple[int, int]]) -> list[memoryview]:
    """The contents of (start, size) spans, in bytes, up to a total of the size of the file."""
    whole, left, parts = memoryview(data), len(data), []
    for at, size in spans:
        parts.append(whole[at : at + size])
        left -= len(parts[-1])
        if left < 0:
            return parts[:-1]
    return parts


def damaged_jpeg(parts: Sequence[bytes | memoryview], tables: bytes, pixels: int) -> bool:
    """Whether some strip or tile is truncated or damaged.

    Parameters
    ----------
    parts
        JPEG data of each strip or tile, without tables.
    tables
        Their common tables.
    pixels
        Number of pixels of a strip or tile. JPEGs that claim to be larger are skipped.
    """

    def plan(width: int, height: int, needs: int = 0, /) -> int:
        if width * height > pixels:
            raise DecodeError("damaged", "a part is larger than its place")
        return 1

    if len(tables) > _LONGEST_TABLES:
        return False
    for part in parts[:: -(-len(parts) // _MOST_JPEGS) or 1]:
        whole = tables[:-2] + part[2:] if len(tables) > 4 else bytes(part)
        try:
            decoded = decode_jpeg(whole, plan)
        except (DecodeError, ValueError):  # libtiff has decoded it
            continue
        if decoded.damaged or decoded.lost is not None:
            return True
    return False


def damaged_deflate(parts: Iterable[bytes | memoryview], size: int) -> bool:
    """Whether a strip or tile of `size` bytes has a wrong checksum, which libtiff does not verify."""
    return any(_wrong_sum(part, size) for part in parts if part)  # empty parts are valid in sparse files


def _wrong_sum(packed: bytes | memoryview, size: int) -> bool:
    unpacking, left = zlib.decompressobj(), _LONGER * size + 1
    for at in range(0, len(packed), _AT_ONCE):
        rest = packed[at : at + _AT_ONCE]
        while rest:
            try:
                left -= len(unpacking.decompress(rest, min(left, _AT_ONCE)))
            except zlib.error:
                return True
            if unpacking.eof or not left:  # libtiff ignores excess data
                return False
            rest = unpacking.unconsumed_tail
    return True
