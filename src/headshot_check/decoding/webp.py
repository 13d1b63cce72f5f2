"""WebP: opaque still pictures are decoded by OpenCV, animated or transparent ones by Pillow.

The chunks are parsed here because Pillow's plugin always creates an animation decoder, which allocates two canvases of
four bytes per pixel, before it reports size, profile or EXIF.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.completeness import filled_to
from headshot_check.decoding.decoded import Decoded, Plan, step_of
from headshot_check.decoding.exif import read_exif, xmp_note
from headshot_check.decoding.flatten import Box, flatten, reduced
from headshot_check.decoding.garbled import is_garbled
from headshot_check.decoding.sniff import DecodeError

_MOST_CHUNKS = 100_000
_ALPHA, _ANIMATION = 0x10, 0x02  # flags of VP8X
_BAND = 256
"""rows"""
_NEVER_FILLED, _OF_BLACK = 512, 5000
"""zeros at the end of the coded pixels that count as missing data: so many, and one more for every so many pixels"""
_HEADER = 32
"""bytes; for shorter files OpenCV writes an error to standard error"""


def decode_webp(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode a WebP; of an animation, the first frame.

    Raises
    ------
    DecodeError
        No picture, or Pillow was built without WebP.
    Exception
        Whatever `plan` raises, and what Pillow raises for a file that it cannot decode.
    """
    size = webp_size(data)
    if size is None:
        raise DecodeError("damaged", "the file ends before the picture starts")
    width, height = size
    chunks, frames = _chunks(data)
    flags = chunks[b"VP8X"][0] if chunks.get(b"VP8X") else 0
    moving = bool(flags & _ANIMATION) or frames > 0
    lossless = chunks.get(b"VP8L", b"")
    opaque = not moving and not (flags & _ALPHA or (lossless[4:5] and lossless[4] & 0x10))
    # measured, bytes per pixel: 6, lossless 7; 16 for Pillow's animation decoder and picture
    step = step_of(plan, width, height, width * height * ((7 if lossless else 6) if opaque else 16))
    pixels = _opaque(data) if opaque else None
    if pixels is None:
        raster, transparent = _by_pillow(data, step, part)
    elif step > 1 or part is not None:
        raster, transparent = reduced(pixels, step, part), False
    else:
        raster, transparent = pixels, False
    exif = read_exif(chunks.get(b"EXIF", b""))
    return Decoded(
        raster,
        "WEBP",
        width,
        height,
        step=step,
        exif=exif,
        turn=exif.orientation,
        colours=Colours(chunks.get(b"ICCP", b"")),
        frames=max(frames, 1),
        animated=frames > 1,
        transparent=transparent,
        damaged=part is None and (_ends_in_zeros(data, width * height) or (bool(lossless) and is_garbled(raster))),
        notes=xmp_note(chunks.get(b"XMP ", b""), exif.orientation),
    )


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of the canvas, px; None if the header is incomplete."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


def _ends_in_zeros(data: bytes, pixels: int) -> bool:
    """Whether the coded pixels end in more zeros than encoders write: 389 for 4 megapixels of which half is black."""
    least = _NEVER_FILLED + pixels // _OF_BLACK
    filled, at = filled_to(data, least), 12
    while filled < len(data) and at + 8 <= filled:
        stop = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] in (b"VP8 ", b"VP8L", b"ANMF") and stop - filled >= least:
            return True
        at = stop + stop % 2
    return False


def _chunks(data: bytes) -> tuple[dict[bytes, bytes], int]:
    """The first chunk of each type (of pixels, the first bytes only) and the number of frames of an animation.

    Raises
    ------
    DecodeError
        Too many chunks.
    """
    found: dict[bytes, bytes] = {}
    frames, at = 0, 12
    for _ in range(_MOST_CHUNKS):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if len(kind) < 4:
            return found, frames
        frames += kind == b"ANMF"
        if kind not in found:
            found[kind] = data[at + 8 : at + 8 + (16 if kind in (b"VP8L", b"VP8 ", b"ANMF") else length)]
        at += 8 + length + length % 2
    raise DecodeError("damaged", f"the file is split into more than {_MOST_CHUNKS:,} parts")


def _opaque(data: bytes) -> NDArray[np.uint8] | None:
    """The pixels of an opaque still WebP; None if it is damaged. Identical to Pillow's, in half the time."""
    if len(data) < _HEADER:
        return None
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        return None
    for top in range(0, len(pixels), _BAND):
        pixels[top : top + _BAND] = cv2.cvtColor(pixels[top : top + _BAND], cv2.COLOR_BGR2RGB)
    return np.asarray(pixels, np.uint8)


def _by_pillow(data: bytes, step: int, part: Box | None) -> tuple[NDArray[np.uint8], bool]:
    try:
        from PIL.WebPImagePlugin import WebPImageFile
    except ImportError as error:
        raise DecodeError("unsupported_format", "this Pillow cannot read WebP") from error
    image = WebPImageFile(io.BytesIO(data))
    image.load()
    return flatten(image, step, part)
