"""HEIC by pillow-heif and AVIF by Pillow: pixels, metadata, and how much of a truncated file is missing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding import decoded
from headshot_check.decoding.boxes import Grid, ItemFacts, read_grid, read_items
from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.decoded import Decoded, Plan, percentage, step_of
from headshot_check.decoding.exif import read_exif, xmp_note
from headshot_check.decoding.flatten import Box, flatten, reduced
from headshot_check.decoding.garbled import is_garbled
from headshot_check.decoding.hdr import hdr_note, is_hdr, tone_mapped
from headshot_check.decoding.heif_tiles import decode_tiles, tile_side
from headshot_check.decoding.sniff import DecodeError

_S_PER_PIXEL, _S_PER_BYTE = 1.7e-8, 1.3e-7
"""CPU time that libde265 takes for tiles at most, s; measured at 0.3 to 10 bits per pixel"""
_MOST_S = 9.0
"""limit of that time: 200 megapixels in 43 MB, twice what phones write"""


def decode_heif(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode the primary picture of a HEIF file, rotated and mirrored by its own properties, not by EXIF.

    Raises
    ------
    DecodeError
        pillow-heif is not installed, or the file is truncated and cannot be decoded.
    Exception
        Whatever `plan` raises, and what libheif reports of a file that it cannot decode.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise DecodeError("unsupported_format", "this is a HEIC picture and pillow-heif is not installed") from error
    items = read_items(data)
    lost = _lost(items)
    with _blaming(items):
        # libheif does not open a file whose EXIF is beyond its end: padded with zeros it does, without EXIF
        whole = data + bytes(min(items.end - len(data), len(data))) if items is not None and lost else data
        container = pillow_heif.open_heif(whole, convert_hdr_to_8bit=True)
    picture = container[container.primary_index]
    info: dict[str, Any] = picture.info
    bits = int(info.get("bit_depth") or 8)
    width, height = picture.size
    nclx = info.get("nclx_profile")
    cicp = (int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])) if nclx else None
    deep = is_hdr(cicp) and bits > 8
    large = width * height > (decoded.LARGE_PIXELS if deep else decoded.BULKY_PIXELS)
    tiled = _tiles(data) if (lost or large) and picture.mode == "RGB" else None
    if tiled is not None:
        step = plan(width, height, 0) if large else step_of(plan, width, height, 0)
    else:  # bytes per pixel as coded, by chroma subsampling, and as RGB
        coded, rgb = 1.5 if info.get("chroma") == 420 else 3, 3
        step = step_of(plan, width, height, int(width * height * (coded + rgb) * (2 if bits > 8 else 1)))
    notes: tuple[str, ...] = ()
    garbled: bool | None = None
    transparent = False
    with _blaming(items):
        if tiled is not None:
            _check_time(tiled[0])
            raster, garbled = decode_tiles(*tiled, step, part)
        elif deep and cicp is not None and picture.mode == "RGB" and step == 1:
            exact = pillow_heif.open_heif(whole, convert_hdr_to_8bit=False)
            codes = np.asarray(exact[exact.primary_index])[:, :width]
            raster = tone_mapped(codes, cicp, ((1 << bits) - 1) << (16 - bits))
            notes, cicp = (hdr_note(cicp),), None
        elif picture.mode == "RGB":  # libheif's memory: a Pillow image of 12 megapixels would take 70 MB more
            raster = np.asarray(picture)[:, :width]
            raster = reduced(raster, step, part) if step > 1 or part is not None else raster
        else:
            raster, transparent = flatten(picture.to_pillow(), step, part)
    grid = tiled[0] if tiled is not None else None  # libheif has not rotated its tiles
    return Decoded(
        raster,
        "HEIF",
        *((grid.width, grid.height) if grid is not None else picture.size),
        step=step,
        exif=read_exif(info.get("exif") or b""),
        turn=grid.turn if grid is not None else 1,
        colours=Colours(info.get("icc_profile") or b"", cicp),
        frames=len(container),
        bit_depth=bits,
        transparent=transparent,
        lost=lost,
        damaged=lost is None and part is None and (is_garbled(raster) if garbled is None else garbled),
        borrowed=picture.mode == "RGB" and grid is None,
        notes=notes,
    )


def _tiles(data: bytes) -> tuple[Grid, tuple[int, int]] | None:
    """The tiles of a grid and their width and height, px; None if it cannot be decoded tile by tile."""
    grid = read_grid(data)
    side = tile_side(grid) if grid is not None else None
    return None if grid is None or side is None or side[0] % 8 or side[1] % 8 else (grid, side)


def decode_avif(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode the first picture of an AVIF.

    Pillow reports the rotation and mirroring properties as EXIF orientation, so that EXIF's own does not count.

    Raises
    ------
    DecodeError
        Pillow cannot read AVIF, or the file is truncated and cannot be decoded.
    Exception
        Whatever `plan` raises, and what Pillow raises for a file that it cannot decode.
    """
    try:
        from PIL.AvifImagePlugin import AvifImageFile
    except ImportError as error:
        raise DecodeError("unsupported_format", "AVIF needs Pillow 11.3 or newer") from error
    items = read_items(data)
    with _blaming(items):
        image = AvifImageFile(io.BytesIO(data))
        bits = (items.bits if items is not None else None) or 8
        # bytes per pixel as coded; the decoder's pixels, a copy of them as bytes, and Pillow's are added below
        coded = 3 * (2 if bits > 8 else 1)
        width, height = image.size
        step = step_of(plan, width, height, width * height * (coded + 2 * len(image.getbands()) + 4))
        cicp = items.cicp if items is not None else None
        codes = _codes(data) if is_hdr(cicp) and step == 1 and image.mode == "RGB" else None
        if codes is None:
            image.load()
    notes: tuple[str, ...] = ()
    if codes is not None and is_hdr(cicp):
        raster, transparent = tone_mapped(codes, cicp, (1 << bits) - 1), False
        notes = (hdr_note(cicp),)
        cicp = None
    else:
        raster, transparent = flatten(image, step, part)
    exif = read_exif(image.info.get("exif") or b"")
    frames = int(getattr(image, "n_frames", 1))
    return Decoded(
        raster,
        "AVIF",
        width,
        height,
        step=step,
        exif=exif,
        turn=exif.orientation,
        colours=Colours(image.info.get("icc_profile") or b"", cicp),
        frames=frames,
        animated=frames > 1,
        bit_depth=bits,
        transparent=transparent,
        lost=_lost(items),
        damaged=_lost(items) is None and part is None and is_garbled(raster),
        notes=notes + xmp_note(image.info.get("xmp") or b"", exif.orientation),
    )


def _codes(data: bytes) -> NDArray[np.uint16] | None:
    """(h, w, 3) coded values of an AVIF of more than 8 bits, which Pillow reduces to 8; None if OpenCV fails."""
    codes = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if codes is None or codes.dtype != np.uint16 or codes.ndim != 3 or codes.shape[2] != 3:
        return None
    return np.asarray(cv2.cvtColor(codes, cv2.COLOR_BGR2RGB), np.uint16)


def _lost(items: ItemFacts | None) -> float | None:
    return items.lost if items is not None and items.lost > 0 else None


def _check_time(grid: Grid) -> None:
    """Refuse a grid that would take too long. Its tiles may share their data, so the size of the file is no limit.

    Raises
    ------
    DecodeError
        "too_many_bytes".
    """
    pixels, coded = grid.width * grid.height, sum(map(len, grid.tiles))
    if pixels * _S_PER_PIXEL + coded * _S_PER_BYTE > _MOST_S:
        most = max(_MOST_S - pixels * _S_PER_PIXEL, 0) / _S_PER_BYTE
        cause = f"to decode {coded / 1e6:.0f} MB of HEIC data takes too long, {most / 1e6:.0f} MB is the limit for "
        raise DecodeError(
            "too_many_bytes", f"{cause}{grid.width} x {grid.height} pixels", "Export it as JPEG and check that."
        )


@contextmanager
def _blaming(items: ItemFacts | None) -> Iterator[None]:
    """Report an exception in a decoder as truncation if the file is truncated."""
    try:
        yield
    except Exception as error:
        if (share := _lost(items)) is None:
            raise
        lost = f"{percentage(share)} of its picture is missing"
        raise DecodeError("damaged", f"the file ends early: {lost}, and the rest cannot be decoded") from error
