"""Parses the boxes of a HEIC or AVIF: colour codes, bit depth and missing data of the primary picture, tiles of a grid.

The libraries do not replace it: Pillow and pillow-heif do not report that the data of a picture extend beyond the end
of the file (a grid is then decoded with green tiles), and Pillow's AVIF plugin reports neither colour codes nor bit
depth.
ISO/IEC 14496-12 (boxes, item locations) and 23008-12 (image items, properties).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from headshot_check.decoding.completeness import filled_to

_MOST_BOXES = 20_000
"""boxes of one level; a grid of 200 megapixels has 800 items"""
_NEVER_FILLED = 64
"""zeros at the end of the file that count as missing data; coded pictures do not end in zeros (48 plain pictures and
gradients)"""
_MOST_LINKS = 100_000
"""extents, or properties, of all items together; phones write one extent and up to six properties per item"""


@dataclass(frozen=True, slots=True)
class Grid:
    """A picture that consists of tiles, each an item of its own.

    Attributes
    ----------
    columns, rows
        Number of tiles.
    width, height
        Size before rotation, px; the last tiles may extend beyond it.
    tiles
        Coded data of each tile, row by row; b"" if beyond the end of the file.
    kind
        Item type of the tiles, such as b"hvc1".
    properties
        Property boxes of the first tile, with their headers: decoder configuration, size, colours.
    turn
        Rotation and mirroring of the picture as an EXIF orientation, 1..8.
    """

    columns: int
    rows: int
    width: int
    height: int
    tiles: tuple[memoryview, ...]
    kind: bytes
    properties: tuple[bytes, ...]
    turn: int


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Facts of the primary picture.

    Attributes
    ----------
    lost
        Share of its data (of its tiles, for a grid) beyond the end of the file, 0..1.
    end
        Offset at which the data of the last item end, bytes; beyond the end of a truncated file.
    cicp
        Colour primaries and transfer characteristics (codes of ITU-T H.273); None if not given.
    bits
        Bits per channel; None if not given.
    """

    lost: float
    end: int
    cicp: tuple[int, int] | None
    bits: int | None


def read_items(data: bytes) -> ItemFacts | None:
    """Facts of the primary picture; None if the boxes do not lead to one (films, damaged boxes)."""
    try:
        return _read(data)
    except (struct.error, IndexError, KeyError, ValueError):
        return None


def read_grid(data: bytes) -> Grid | None:
    """The tiles of the primary picture; None if it is not a grid or is cropped, or both rotated and mirrored."""
    try:
        return _grid(data)
    except (struct.error, IndexError, KeyError, ValueError):
        return None


def _grid(data: bytes) -> Grid | None:
    top = dict(_boxes(data, 0, len(data)))
    start, end = top[b"meta"]
    meta = dict(_boxes(data, start + 4, end))
    at, _ = meta[b"pitm"]
    primary = _number(data, at + 4, 4 if data[at] else 2)
    parts = _parts(data, meta[b"iref"], primary)
    kinds = _kinds(data, meta[b"iinf"])
    if kinds[primary] != b"grid" or len({kinds[part] for part in parts}) != 1:
        return None
    places = {item: (method, extents) for item, method, extents in _locations(data, meta[b"iloc"])}
    method, extents = places[primary]
    begin, length = extents[0]
    head = data[meta[b"idat"][0] + begin :][:length] if method == 1 else data[begin : begin + length]
    rows, columns, size = head[2] + 1, head[3] + 1, 4 if head[1] & 1 else 2
    width, height = _number(head, 4, size), _number(head, 4 + size, size)
    turn = _turn(data, meta[b"iprp"], primary)
    if (
        turn is None
        or len(parts) != rows * columns
        or any(places[part][0] or len(places[part][1]) != 1 for part in parts)
    ):
        return None
    view = memoryview(data)
    spans = [places[part][1][0] for part in parts]
    tiles = tuple(view[a : a + n] if a + n <= len(data) else view[:0] for a, n in spans)
    own = [(kind, data[a - 8 : b]) for kind, a, b in _properties(data, meta[b"iprp"], parts[0])]
    colours = [(kind, data[a - 8 : b]) for kind, a, b in _properties(data, meta[b"iprp"], primary) if kind == b"colr"]
    boxes = tuple(body for kind, body in own if kind != b"colr" or not colours) + tuple(body for _, body in colours)
    return Grid(columns, rows, width, height, tiles, kinds[parts[0]], boxes, turn)


def _kinds(data: bytes, place: tuple[int, int]) -> dict[int, bytes]:
    """The item types, by item."""
    start, end = place
    found = {}
    for kind, (at, _) in _boxes(data, start + (8 if data[start] else 6), end):
        if kind == b"infe" and data[at] >= 2:
            wide = 4 if data[at] == 3 else 2
            found[_number(data, at + 4, wide)] = data[at + 6 + wide : at + 10 + wide]
    return found


def _turn(data: bytes, place: tuple[int, int], item: int) -> int | None:
    """An item's rotation or mirroring as an EXIF orientation; None if it has both, or is cropped."""
    turns = [1]
    for kind, at, _ in _properties(data, place, item):
        if kind == b"irot":
            turns.append((1, 8, 3, 6)[data[at] & 3])
        elif kind == b"imir":
            turns.append(2 if data[at] & 1 else 4)  # 0: mirrored top to bottom
        elif kind == b"clap":
            return None
    turns = [turn for turn in turns if turn != 1] or [1]
    return turns[0] if len(turns) == 1 else None


def _read(data: bytes) -> ItemFacts:
    top = dict(_boxes(data, 0, len(data)))
    start, end = top[b"meta"]
    meta = dict(_boxes(data, start + 4, end))
    at, _ = meta[b"pitm"]
    primary = _number(data, at + 4, 4 if data[at] else 2)
    parts = _parts(data, meta[b"iref"], primary) if b"iref" in meta else []
    places = list(_locations(data, meta[b"iloc"]))
    lost = _lost(filled_to(data, _NEVER_FILLED), places, parts or [primary])
    end = max((begin + length for _, method, extents in places if method == 0 for begin, length in extents), default=0)
    cicp = bits = None
    for kind, begin, stop in _properties(data, meta[b"iprp"], primary) if b"iprp" in meta else ():
        if kind == b"colr" and data[begin : begin + 4] == b"nclx" and stop - begin >= 8:
            cicp = _number(data, begin + 4, 2), _number(data, begin + 6, 2)
        elif kind == b"pixi" and stop - begin >= 6:
            bits = data[begin + 5]
    return ItemFacts(lost, end, cicp, bits)


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """(type, (start, end) of the content) of each box of one level; an end may be beyond the end of the file."""
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
    """The items that the primary item is derived from ("dimg" references): the tiles of a grid."""
    start, end = place
    size = 4 if data[start] else 2
    for kind, (at, _) in _boxes(data, start + 4, end):
        if kind == b"dimg" and _number(data, at, size) == primary:
            count = min(_number(data, at + size, 2), _MOST_BOXES)
            return [_number(data, at + size + 2 + number * size, size) for number in range(count)]
    return []


def _locations(data: bytes, place: tuple[int, int]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """(item, construction method: 0 in the file, 1 in the meta box; (start, length) of each extent)."""
    at, _ = place
    version = data[at]
    offset_size, length_size = data[at + 4] >> 4, data[at + 4] & 15
    base_size, index_size = data[at + 5] >> 4, data[at + 5] & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    count = _number(data, at + 6, wide)
    at += 6 + wide
    total = 0
    for _ in range(min(count, _MOST_BOXES)):
        item, method = _number(data, at, wide), 0
        at += wide
        if version in (1, 2):
            method = data[at + 1] & 15
            at += 2
        base, count = _number(data, at + 2, base_size), _number(data, at + 2 + base_size, 2)
        at += 4 + base_size
        total += count
        if total > _MOST_LINKS:  # extents may take no bytes each, so the file's size is no limit
            raise ValueError
        extents = []
        for _ in range(count):
            at += index_size
            extents.append((base + _number(data, at, offset_size), _number(data, at + offset_size, length_size)))
            at += offset_size + length_size
        yield item, method, extents


def _lost(size: int, places: list[tuple[int, int, list[tuple[int, int]]]], parts: list[int]) -> float:
    """Share of `parts` beyond `size` bytes: of the tiles, those that are incomplete; of a single item, its bytes."""
    wanted, gone = set(parts), 0.0
    for item, method, extents in places:
        asked = sum(length for _, length in extents)
        there = sum(min(max(size - begin, 0), length) for begin, length in extents)
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
    total = 0
    for _ in range(min(count, _MOST_BOXES)):
        owner = _number(data, at, 4 if version else 2)
        at += 4 if version else 2
        links = data[at]
        at += 1
        total += links
        if total > _MOST_LINKS:
            raise ValueError
        for _ in range(links):
            index = _number(data, at, 2) & 0x7FFF if large else data[at] & 0x7F
            at += 2 if large else 1
            if owner == item and 0 < index <= len(known):
                kind, (start, end) = known[index - 1]
                yield kind, start, min(end, len(data))
