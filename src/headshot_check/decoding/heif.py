"""HEIC by pillow-heif and AVIF by Pillow: the pixels, and of a file that is cut how much of them is missing."""

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
"""seconds of CPU that libde265 takes for tiles; measured over 0.3 to 10 bits a pixel, where it takes at most as much"""
_MOST_S = 9.0
"""200 megapixels of 43 MB; phones write half as much"""


def decode_heif(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """The primary picture of a HEIF file; libheif has applied its rotation and mirroring, EXIF does not count there.

    Raises
    ------
    DecodeError
        Pillow-heif is not installed, or the file ends before its picture.
    Exception
        Whatever `plan` raises, and what the decoder says of a picture that it gives up.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise DecodeError("unsupported_format", "this is a HEIC picture and pillow-heif is not installed") from error
    items = read_items(data)
    lost = _lost(items)
    with _blaming(items):
        # libheif does not open a file whose EXIF lies beyond its end: with zeros there it opens, without EXIF
        whole = data + bytes(min(items.end - len(data), len(data))) if items is not None and lost else data
        container = pillow_heif.open_heif(whole, convert_hdr_to_8bit=True)
    picture = container[container.primary_index]
    info: dict[str, Any] = picture.info
    bits = int(info.get("bit_depth") or 8)
    width, height = picture.size
    # as coded, with colour at half the resolution or in full, and as RGB
    coded = (1.5 if info.get("chroma") == 420 else 3) * (2 if bits > 8 else 1)
    nclx = info.get("nclx_profile")
    cicp = (int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])) if nclx else None
    deep = is_hdr(cicp) and bits > 8
    least = decoded.LARGE_PIXELS if deep else decoded.BULKY_PIXELS
    by_tiles = (lost or width * height > least) and picture.mode == "RGB"
    grid = read_grid(data) if by_tiles else None
    side = tile_side(grid) if grid is not None else None
    if side is not None and (side[0] % 8 or side[1] % 8):
        side = None
    if side is not None and width * height > least:
        step = plan(width, height, 0)
    else:
        step = step_of(plan, width, height, 0 if side else int(width * height * (coded + 3 * (2 if bits > 8 else 1))))
    notes: tuple[str, ...] = ()
    garbled: bool | None = None
    with _blaming(items):
        if deep and cicp is not None and picture.mode == "RGB" and step == 1:
            exact = pillow_heif.open_heif(data, convert_hdr_to_8bit=False)
            codes = np.asarray(exact[exact.primary_index])[:, :width]
            raster, transparent = tone_mapped(codes, cicp, ((1 << bits) - 1) << (16 - bits)), False
            notes = (hdr_note(cicp),)
            cicp = None
        elif grid is not None and side is not None:
            _check_time(grid)
            (raster, garbled), transparent = decode_tiles(grid, side, step, part), False
        elif picture.mode == "RGB":  # its own pixels: by way of Pillow a 12-megapixel picture takes 70 MB more
            raster, transparent = np.asarray(picture)[:, : picture.size[0]], False
            if step > 1 or part is not None:
                raster = reduced(raster, step, part)
        else:
            raster, transparent = flatten(picture.to_pillow(), step, part)
    tiled = grid if side is not None else None
    return Decoded(
        raster,
        "HEIF",
        *((tiled.width, tiled.height) if tiled is not None else picture.size),
        step=step,
        exif=read_exif(info.get("exif") or b""),
        turn=tiled.turn if tiled is not None else 1,
        colours=Colours(info.get("icc_profile") or b"", cicp),
        frames=len(container),
        bit_depth=bits,
        transparent=transparent,
        lost=lost,
        damaged=lost is None and part is None and (is_garbled(raster) if garbled is None else garbled),
        borrowed=picture.mode == "RGB" and tiled is None,
        notes=notes,
    )


def decode_avif(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """The first picture of an AVIF.

    Raises
    ------
    DecodeError
        Pillow cannot read AVIF, or the file ends before its picture.
    Exception
        Whatever `plan` raises, and what the decoder says of a picture that it gives up.
    """
    try:
        from PIL.AvifImagePlugin import AvifImageFile
    except ImportError as error:
        raise DecodeError("unsupported_format", "AVIF needs Pillow 11.3 or newer") from error
    items = read_items(data)
    with _blaming(items):
        image = AvifImageFile(io.BytesIO(data))
        bits = (items.bits if items is not None else None) or 8
        # as coded, the decoder's pixels, the same as a string of bytes, and Pillow's
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
    """The coded values of an AVIF of more than 8 bits, which Pillow cuts to 8; None where this OpenCV reads no AVIF."""
    codes = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if codes is None or codes.dtype != np.uint16 or codes.ndim != 3 or codes.shape[2] != 3:
        return None
    return np.asarray(cv2.cvtColor(codes, cv2.COLOR_BGR2RGB), np.uint16)


def _lost(items: ItemFacts | None) -> float | None:
    return items.lost if items is not None and items.lost > 0 else None


def _check_time(grid: Grid) -> None:
    """Refuses what would take too long; a small file may hold much, where its tiles share their bytes.

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
    """Gives a decoder's failure its cause where the file has been cut."""
    try:
        yield
    except Exception as error:
        if (share := _lost(items)) is None:
            raise
        lost = f"{percentage(share)} of its picture is missing"
        raise DecodeError("damaged", f"the file ends early: {lost}, and the rest cannot be decoded") from error
