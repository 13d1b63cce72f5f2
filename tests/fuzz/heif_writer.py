"""Grid HEICs as phones write them, from one tile that stands for all: 200 megapixels in a second."""

from __future__ import annotations

import struct

import numpy as np
import pillow_heif
from hostile import encoded
from numpy.typing import NDArray

from headshot_check.decoding.boxes import _boxes


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return box(kind, bytes([version]), flags.to_bytes(3, "big"), *content)


def grid_heic(tile: NDArray[np.uint8], columns: int, rows: int, *, quality: int = 60) -> bytes:
    """A grid of columns x rows copies of a square tile, whose side libheif wants to be 64 px or more."""
    assert pillow_heif.libheif_info()
    one = encoded(tile, "HEIF", quality=quality)
    top = dict(_boxes(one, 0, len(one)))
    meta = dict(_boxes(one, top[b"meta"][0] + 4, top[b"meta"][1]))
    properties = dict(_boxes(one, *dict(_boxes(one, *meta[b"iprp"]))[b"ipco"]))
    hevc = box(b"hvcC", one[slice(*properties[b"hvcC"])])
    pixels = one[top[b"mdat"][0] : top[b"mdat"][1]]
    side, count = tile.shape[0], columns * rows
    items = range(1, count + 1)  # the grid is item count + 1
    shapes = [
        hevc,
        full_box(b"ispe", 0, 0, struct.pack(">II", side, side)),
        full_box(b"ispe", 0, 0, struct.pack(">II", columns * side, rows * side)),
        full_box(b"pixi", 0, 0, bytes([3, 8, 8, 8])),
    ]
    links = [struct.pack(">HB", item, 3) + bytes([0x81, 2, 4]) for item in items]
    links.append(struct.pack(">HB", count + 1, 2) + bytes([3, 4]))
    named = [full_box(b"infe", 2, 0, struct.pack(">HH4sB", item, 0, b"hvc1", 0)) for item in items]
    named.append(full_box(b"infe", 2, 0, struct.pack(">HH4sB", count + 1, 0, b"grid", 0)))
    grid = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, columns * side, rows * side)

    def head(at: int) -> bytes:
        places = [struct.pack(">HHHHII", item, 0, 0, 1, at, len(pixels)) for item in items]
        places.append(struct.pack(">HHHHII", count + 1, 1, 0, 1, 0, len(grid)))
        return box(b"ftyp", b"heic\0\0\0\0mif1heic") + full_box(
            b"meta",
            0,
            0,
            full_box(b"hdlr", 0, 0, struct.pack(">I4s12xB", 0, b"pict", 0)),
            full_box(b"pitm", 0, 0, struct.pack(">H", count + 1)),
            full_box(b"iinf", 0, 0, struct.pack(">H", count + 1), *named),
            full_box(b"iref", 0, 0, box(b"dimg", struct.pack(f">HH{count}H", count + 1, count, *items))),
            box(b"iprp", box(b"ipco", *shapes), full_box(b"ipma", 0, 0, struct.pack(">I", count + 1), *links)),
            box(b"idat", grid),
            full_box(b"iloc", 1, 0, bytes([0x44, 0x00]), struct.pack(">H", count + 1), *places),
        )

    at = len(head(0)) + 8
    return head(at) + box(b"mdat", pixels)
