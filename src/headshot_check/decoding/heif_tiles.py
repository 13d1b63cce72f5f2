"""Decodes a HEIC grid tile by tile, which saves memory and allows to decode the tiles of a part only.

libheif can do so, but pillow-heif does not expose it and decodes the whole grid: 170 MB for 12 megapixels of a phone,
more than 600 MB for 200. So each tile is passed to it as a file of its own, which takes no longer.
"""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.boxes import Grid
from headshot_check.decoding.completeness import MISSING
from headshot_check.decoding.flatten import Box
from headshot_check.decoding.garbled import CELLS, some_rows, wild_cells
from headshot_check.decoding.upright import block_mean

_THREADS = 4
"""the number that libheif uses for a grid"""


def tile_side(grid: Grid) -> tuple[int, int] | None:
    """Width and height of a tile, px; None if not given or not consistent with the size of the grid."""
    shape = next((box for box in grid.properties if box[4:8] == b"ispe" and len(box) == 20), None)
    if shape is None:
        return None
    wide, high = struct.unpack(">II", shape[12:20])
    fits = wide * grid.columns >= grid.width > wide * (grid.columns - 1)
    return (wide, high) if fits and high * grid.rows >= grid.height > high * (grid.rows - 1) else None


def decode_tiles(grid: Grid, side: tuple[int, int], step: int, part: Box | None) -> tuple[NDArray[np.uint8], bool]:
    """Decode a part of the grid (default: all), aligned to blocks of `step`.

    Returns
    -------
    (h, w, 3) RGB at 1/`step` of the size, missing tiles in grey; and whether it is garbled (`is_garbled`), which is
    checked for the whole grid only.

    Raises
    ------
    Exception
        What libheif reports of a tile that it cannot decode.
    """
    x0, y0, x1, y1 = part if part is not None else (0, 0, grid.width, grid.height)
    raster = np.full((-(-(y1 - y0) // step), -(-(x1 - x0) // step), 3), MISSING, np.uint8)
    wild: list[int] = []

    def put(number: int) -> None:
        left, top = number % grid.columns * side[0], number // grid.columns * side[1]
        # intersection of this tile with the part, px of the picture
        ax, ay, bx, by = max(left, x0), max(top, y0), min(left + side[0], x1), min(top + side[1], y1)
        if ax >= bx or ay >= by or not grid.tiles[number]:
            return
        pixels = _decoded(grid, grid.tiles[number])[ay - top : by - top, ax - left : bx - left]
        small = block_mean(np.ascontiguousarray(pixels), step) if step > 1 else pixels
        at_y, at_x = (ay - y0) // step, (ax - x0) // step
        raster[at_y : at_y + small.shape[0], at_x : at_x + small.shape[1]] = small
        if part is None:
            wild.append(wild_cells(some_rows(pixels)))

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(put, range(len(grid.tiles))))
    return raster, sum(wild) >= CELLS


def _decoded(grid: Grid, coded: memoryview) -> NDArray[np.uint8]:
    import pillow_heif

    tile = pillow_heif.open_heif(_as_file(grid, coded), convert_hdr_to_8bit=True)[0]
    if tile.mode != "RGB":
        raise ValueError(f"a tile of the mode {tile.mode}")
    return np.asarray(tile)[:, : tile.size[0]]


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _as_file(grid: Grid, coded: memoryview) -> bytes:
    """A HEIC file that contains one tile."""
    links = bytes(range(1, len(grid.properties) + 1))

    def head(at: int) -> bytes:
        return _box(b"ftyp", b"heic\0\0\0\0mif1heic") + _box(
            b"meta",
            bytes(4),
            _box(b"hdlr", bytes(8), b"pict", bytes(13)),
            _box(b"pitm", bytes(4), b"\0\1"),
            _box(b"iinf", bytes(4), b"\0\1", _box(b"infe", b"\2\0\0\0", b"\0\1\0\0", grid.kind, b"\0")),
            _box(
                b"iprp",
                _box(b"ipco", *grid.properties),
                _box(b"ipma", bytes(4), struct.pack(">IHB", 1, 1, len(links)), links),
            ),
            _box(b"iloc", bytes(4), b"\x44\0\0\1\0\1\0\0\0\1", struct.pack(">II", at, len(coded))),
        )

    return b"".join((head(len(head(0)) + 8), struct.pack(">I4s", 8 + len(coded), b"mdat"), coded))
