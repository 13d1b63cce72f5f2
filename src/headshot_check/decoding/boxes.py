"""What the boxes of a HEIC or AVIF say of its primary picture: colour codes, bits, and whether its data are all there.

Kept beside the libraries: neither libheif nor libavif, as Pillow and pillow-heif hand them on, says that the data of a
picture reach beyond the end of the file (a grid is then decoded with green tiles), and Pillow's AVIF plugin tells
neither colour codes nor bits. ISO/IEC 14496-12 (boxes, item locations) and 23008-12 (image items, properties).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_BOXES = 20_000
"""of one level; a grid of 200 megapixels has 800 items"""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The primary picture of a file of image items.

    Attributes:
        lost: share of its data (of the tiles, for a grid) that lies beyond the end of the file, 0..1.
        cicp: colour primaries and transfer characteristics (codes of ITU-T H.273), None when not given.
        bits: bits per channel, None when not given.
    """

    lost: float
    cicp: tuple[int, int] | None
    bits: int | None


def read_items(data: bytes) -> ItemFacts | None:
    """Facts of the primary picture; None where the boxes cannot be followed to one (films, damaged boxes)."""
    try:
        return _read(data)
    except (struct.error, IndexError, KeyError, ValueError):
        return None


def _read(data: bytes) -> ItemFacts:
    top = dict(_boxes(data, 0, len(data)))
    start, end = top[b"meta"]
    meta = dict(_boxes(data, start + 4, end))
    at, _ = meta[b"pitm"]
    primary = _number(data, at + 4, 4 if data[at] else 2)
    parts = _parts(data, meta[b"iref"], primary) if b"iref" in meta else []
    lost = _lost(data, meta[b"iloc"], parts or [primary])
    cicp = bits = None
    for kind, begin, stop in _properties(data, meta[b"iprp"], primary) if b"iprp" in meta else ():
        if kind == b"colr" and data[begin : begin + 4] == b"nclx" and stop - begin >= 8:
            cicp = _number(data, begin + 4, 2), _number(data, begin + 6, 2)
        elif kind == b"pixi" and stop - begin >= 6:
            bits = data[begin + 5]
    return ItemFacts(lost, cicp, bits)


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """(type, (start, end) of the content) of each box of one level; an end may lie beyond the file's."""
    for _ in range(_MOST_BOXES):
        if at + 8 > min(end, len(data)):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            length, start = _number(data, start, 8), at + 16
        elif length == 0:
            length = end - at
        if length < start - at:
            raise ValueError
        yield kind, (start, at + length)
        at += length


def _parts(data: bytes, place: tuple[int, int], primary: int) -> list[int]:
    """The items that the primary one is put together from."""
    start, end = place
    size = 4 if data[start] else 2
    for kind, (at, _) in _boxes(data, start + 4, end):
        if kind == b"dimg" and _number(data, at, size) == primary:
            count = min(_number(data, at + size, 2), _MOST_BOXES)
            return [_number(data, at + size + 2 + number * size, size) for number in range(count)]
    return []


def _lost(data: bytes, place: tuple[int, int], parts: list[int]) -> float:
    """Share of the parts of which an extent ends beyond the file; a whole picture counts by its bytes."""
    at, _ = place
    version = data[at]
    offset_size, length_size = data[at + 4] >> 4, data[at + 4] & 15
    base_size, index_size = data[at + 5] >> 4, data[at + 5] & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    count = _number(data, at + 6, wide)
    at += 6 + wide
    wanted, gone = set(parts), 0.0
    for _ in range(min(count, _MOST_BOXES)):
        item = _number(data, at, wide)
        at += wide
        method = 0
        if version in (1, 2):
            method = data[at + 1] & 15
            at += 2
        base = _number(data, at + 2, base_size)
        extents = _number(data, at + 2 + base_size, 2)
        at += 4 + base_size
        asked = there = 0
        for _ in range(extents):
            at += index_size
            begin = base + _number(data, at, offset_size)
            length = _number(data, at + offset_size, length_size)
            at += offset_size + length_size
            asked += length
            there += min(max(len(data) - begin, 0), length)
        if item in wanted and method == 0 and there < asked:
            gone += 1 if len(parts) > 1 else 1 - there / asked
    return gone / len(parts)


def _properties(data: bytes, place: tuple[int, int], item: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of each property of an item."""
    boxes = dict(_boxes(data, *place))
    known = list(_boxes(data, *boxes[b"ipco"]))
    at, _ = boxes[b"ipma"]
    version, large = data[at], data[at + 3] & 1
    count = _number(data, at + 4, 4)
    at += 8
    for _ in range(min(count, _MOST_BOXES)):
        owner = _number(data, at, 4 if version else 2)
        at += 4 if version else 2
        links = data[at]
        at += 1
        for _ in range(links):
            index = _number(data, at, 2) & 0x7FFF if large else data[at] & 0x7F
            at += 2 if large else 1
            if owner == item and 0 < index <= len(known):
                kind, (start, end) = known[index - 1]
                yield kind, start, min(end, len(data))
