"""Damage in a TIFF's strips and tiles of which libtiff says nothing: in JPEG data, and checksums of zlib's."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from headshot_check.decoding.jpeg import decode_jpeg
from headshot_check.decoding.sniff import DecodeError

JPEG: Final = 7
DEFLATE: Final = frozenset({8, 32946})
_AT_ONCE = 1 << 20
"""bytes that are unpacked at a time"""


def damaged_jpeg(parts: Iterable[bytes], tables: bytes) -> bool:
    """Whether any of the strips or tiles, each of which is a JPEG that lacks the `tables`, is cut or damaged."""
    for part in parts:
        whole = tables[:-2] + part[2:] if len(tables) > 4 else part
        try:
            decoded = decode_jpeg(whole, lambda width, height, needs=0, /: 1)
        except (DecodeError, ValueError):  # what libtiff has decoded all the same
            continue
        if decoded.damaged or decoded.lost is not None:
            return True
    return False


def damaged_deflate(parts: Iterable[bytes]) -> bool:
    """Whether any of the strips or tiles has a wrong checksum, which libtiff does not look at."""
    return any(_wrong_sum(part) for part in parts if part)  # those without bytes are left out on purpose


def _wrong_sum(packed: bytes) -> bool:
    unpacking, rest = zlib.decompressobj(), packed
    try:
        while rest and not unpacking.eof:
            unpacking.decompress(rest, _AT_ONCE)
            rest = unpacking.unconsumed_tail
    except zlib.error:
        return True
    return not unpacking.eof
