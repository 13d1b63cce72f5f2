"""JPEG, decoded at a DCT scale by simplejpeg, whose strict mode reports damage.

libjpeg decodes damaged files and issues warnings. Pillow and OpenCV discard the warnings and return a picture of which
half may be grey. simplejpeg raises the first warning and leaves the pixels in the buffer, so one decode gives both.
"""

from __future__ import annotations

import re

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.decoded import Decoded, Plan
from headshot_check.decoding.exif import read_exif, xmp_note
from headshot_check.decoding.flatten import Box, copied_pixels
from headshot_check.decoding.jpeg_damage import damaged_inside, has_hole
from headshot_check.decoding.jpeg_facts import JpegError, JpegFacts, is_frame, read_jpeg
from headshot_check.decoding.sniff import DecodeError

_SPACES = {1: "GRAY", 3: "RGB", 4: "CMYK"}
# Mode and raw mode: Pillow stores RGB in four bytes; Adobe stores CMYK inverted.
_PILLOW_MODES = {1: ("L", "L"), 3: ("RGB", "RGBX"), 4: ("CMYK", "CMYK;I")}
_END_OF_IMAGE = b"\xff\xd9"
_MISSING = 128, 2
"""level that libjpeg gives to all channels where data are missing, and its tolerance, which CMYK needs"""
_ROWS_BELOW = 32
"""extra rows below a part: chroma upsampling of the last rows needs the rows below them"""
_SHORT = 0.02
"""share of missing rows below which a file counts as damaged inside, which leaves it a few blocks short, not as cut"""

# libjpeg's warnings (jerror.h) that do not concern the pixels
_HARMLESS = (
    "Warning: unknown JFIF revision",
    "Unknown Adobe color transform",
    "Inconsistent progression sequence",
    "Invalid SOS parameters for sequential",
    "Corrupt JPEG data: bad ICC marker",
)
_ENDS_EARLY = "Premature end of JPEG file"
_SHORT_OF_DATA = "Corrupt JPEG data: premature end of data segment"
_DAMAGED = "Corrupt JPEG data: "
_LEFT_OVER = re.compile(r"Corrupt JPEG data: \d+ extraneous bytes before marker")


def decode_jpeg(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode a JPEG at a DCT scale; of a truncated or damaged file, the part that can be decoded.

    Parameters
    ----------
    part
        Part of a picture that was decoded before, px as stored. The rows below it are skipped if the file has a single
        scan, and damage is not reported again.

    Raises
    ------
    DecodeError
        The file contains no picture, or is an unsupported kind of JPEG.
    Exception
        Whatever `plan` raises, and what libjpeg reports of a file that it cannot decode.
    """
    try:
        facts = read_jpeg(data)
    except JpegError as error:
        raise DecodeError("damaged" if error.supported else "unsupported_format", str(error)) from error
    step = plan(facts.width, facts.height, facts.coefficients)
    if part is not None and part[3] + _ROWS_BELOW < facts.height and not facts.progressive and facts.scans == 1:
        raster, _ = _decoded(*_shorter(data, facts, part[3] + _ROWS_BELOW), step)
        return Decoded(raster, "JPEG", facts.width, facts.height, step=step)
    raster, warning = _decoded(data, facts, step)
    notes: tuple[str, ...] = ()
    if warning.startswith(_ENDS_EARLY):
        # decoded again with an end marker appended: no warning means that nothing else was missing
        raster, warning = _decoded(data + _END_OF_IMAGE, facts, step)
        if warning:
            warning = _ENDS_EARLY
        else:
            notes = ("the file lacks its end marker; no part of the picture is missing",)
    elif warning.startswith(_HARMLESS) or _LEFT_OVER.match(warning):
        # the first warning hides later ones, and one about the header leaves no pixels: decoded again without its cause
        raster, warning = _decoded(_plain(data, facts), facts, step)
        if _LEFT_OVER.match(warning):
            unpadded = _unpadded(data, facts)
            warning = "" if unpadded is not None and _decoded(unpadded, facts, 8)[1] == "" else warning
    lost: float | None = None
    damaged = warning.startswith(_DAMAGED) or (part is None and damaged_inside(data, facts, raster, step))
    if warning.startswith((_ENDS_EARLY, _SHORT_OF_DATA)):
        missing = _missing_tail(raster)
        if missing == 1:
            raise DecodeError("damaged", "the file ends before the first row of the picture")
        short = missing >= _SHORT and not has_hole(data, facts)
        if warning == _ENDS_EARLY or short or not facts.complete:
            lost, damaged = missing, False
    exif = read_exif(facts.exif)
    return Decoded(
        raster,
        "JPEG",
        facts.width,
        facts.height,
        step=step,
        exif=exif,
        turn=exif.orientation,
        colours=Colours(facts.icc),
        jpeg_quality=facts.quality,
        lost=lost,
        lost_at="bottom",
        coarse=lost is not None and facts.progressive,
        damaged=damaged,
        notes=notes + xmp_note(facts.xmp, exif.orientation),
    )


def _decoded(data: bytes, facts: JpegFacts, step: int) -> tuple[NDArray[np.uint8], str]:
    """The pixels at 1/`step` of the size, and libjpeg's first warning, "" if there is none."""
    wide, high = -(-facts.width // step), -(-facts.height // step)
    raster = np.empty((high, wide, facts.components), np.uint8)
    try:
        _into(raster, data, facts)
        warning = ""
    except ValueError as error:
        warning = str(error)
        if "subsampling" in warning:  # an unusual one, which simplejpeg rejects and Pillow decodes
            return _by_pillow(data, facts, wide, high), ""
        if not warning.startswith((*_HARMLESS, _ENDS_EARLY, _DAMAGED)):
            raster, warning = _as_far_as_it_goes(data, facts, raster), _DAMAGED
    if facts.components == 1:
        return raster[..., 0], warning
    return np.subtract(255, raster, out=raster) if facts.components == 4 else raster, warning


def _into(raster: NDArray[np.uint8], data: bytes, facts: JpegFacts) -> None:
    high, wide = raster.shape[:2]
    simplejpeg.decode_jpeg(data, _SPACES[facts.components], min_height=high, min_width=wide, buffer=raster)


def _as_far_as_it_goes(data: bytes, facts: JpegFacts, raster: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The rows that libjpeg wrote before it failed; the rest is grey, as where data are missing."""
    raster.fill(_MISSING[0])
    try:
        _into(raster, data, facts)
    except ValueError:
        if (raster == _MISSING[0]).all():
            raise
    return raster


def _by_pillow(data: bytes, facts: JpegFacts, wide: int, high: int) -> NDArray[np.uint8]:
    from PIL import Image

    mode, raw = _PILLOW_MODES[facts.components]
    image = Image.new(mode, (wide, high), None)
    image.frombytes(data, "jpeg", (raw, "", -(-facts.width // wide), 0))
    return copied_pixels(image)


def _shorter(data: bytes, facts: JpegFacts, rows: int) -> tuple[bytes, JpegFacts]:
    """The file with a header that gives only so many rows, so that libjpeg stops there."""
    tables = tuple(
        table[:5] + rows.to_bytes(2, "big") + table[7:] if is_frame(table) else table for table in facts.tables
    )
    facts = facts._replace(height=rows, tables=tables)
    return _plain(data, facts), facts


def _unpadded(data: bytes, facts: JpegFacts) -> bytes | None:
    """The file without the padding of equal bytes that some cameras write before the end marker; None without any.

    Such bytes may also stem from a desynchronised stream or a zeroed sector: whether the rest decodes without a warning
    decides.
    """
    at = data.find(_END_OF_IMAGE, facts.scan)
    start = len(data[facts.scan : at].rstrip(data[at - 1 : at])) + facts.scan
    return _plain(data[:start] + data[at:], facts) if at > start + 1 else None


def _missing_tail(raster: NDArray[np.uint8]) -> float:
    """Share of the rows, from the bottom, for which there were no data."""
    last, (level, off) = raster[-1, -1], _MISSING
    if (np.abs(last.astype(int) - level) > off).any():
        return 0.0
    rows = raster.reshape(len(raster), -1)
    there = np.flatnonzero((rows != np.tile(last, raster.shape[1])).any(axis=1))
    return 1 - (int(there[-1]) + 1) / len(raster) if len(there) else 1.0


def _plain(data: bytes, facts: JpegFacts) -> bytes:
    """The file with nothing but tables and scans."""
    start = bytearray(data[facts.scan : facts.scan + facts.scan_length])
    if not facts.progressive:  # the only valid parameters of a sequential scan
        start[-3:] = b"\x00\x3f\x00"
    return b"".join([data[:2], *facts.tables, start, data[facts.scan + facts.scan_length :]])
