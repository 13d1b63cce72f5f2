"""Damage in a TIFF's strips and tiles of which libtiff says nothing: in JPEG data, and checksums of zlib's.

Strips may share their bytes, and say whatever they like of their size: no more is read than a whole picture has.
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
"""bytes that are read, and unpacked, at a time"""
_MOST_JPEGS = 1_024
"""parts, each of which takes 0.1 ms however small it is; of more than these, every second, third ... is looked at"""
_LONGEST_TABLES = 1 << 12
"""bytes; all the tables that a JPEG can have take 2,800, and they are read once more with every part"""
_LONGER = 2
"""times the size of a strip; a damaged stream may unpack to more than the strip has, and is read on to its checksum"""


def bytes_of(data: bytes, spans: Iterable[tuple[int, int]]) -> list[memoryview]:
    """What stands at those places, (start, size) in bytes: as many of them as have together the size of the file."""
    whole, left, parts = memoryview(data), len(data), []
    for at, size in spans:
        parts.append(whole[at : at + size])
        left -= len(parts[-1])
        if left < 0:
            return parts[:-1]
    return parts


def damaged_jpeg(parts: Sequence[bytes | memoryview], tables: bytes, pixels: int) -> bool:
    """Whether a strip or tile, each of which is a JPEG of so many `pixels` that lacks the `tables`, is cut or damaged.

    One that says it is larger is not looked at: libtiff decodes no more of it than there is room for.
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
        except (DecodeError, ValueError):  # what libtiff has decoded all the same
            continue
        if decoded.damaged or decoded.lost is not None:
            return True
    return False


def damaged_deflate(parts: Iterable[bytes | memoryview], size: int) -> bool:
    """Whether a strip or tile of `size` bytes has a wrong checksum, which libtiff does not look at."""
    return any(_wrong_sum(part, size) for part in parts if part)  # those without bytes are left out on purpose


def _wrong_sum(packed: bytes | memoryview, size: int) -> bool:
    unpacking, left = zlib.decompressobj(), _LONGER * size + 1
    for at in range(0, len(packed), _AT_ONCE):
        rest = packed[at : at + _AT_ONCE]
        while rest:
            try:
                left -= len(unpacking.decompress(rest, min(left, _AT_ONCE)))
            except zlib.error:
                return True
            if unpacking.eof or not left:  # libtiff leaves what is too much
                return False
            rest = unpacking.unconsumed_tail
    return True
