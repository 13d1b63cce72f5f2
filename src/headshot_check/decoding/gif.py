"""GIF: the frames are counted without decoding them, and only the first is decoded.

The blocks are parsed here because Pillow decodes frames to count them and reads comments of any length.
"""

from __future__ import annotations

import io
import struct
from typing import NamedTuple

from PIL import GifImagePlugin

from headshot_check.decoding.decoded import Decoded, Plan, step_of
from headshot_check.decoding.flatten import Box, flatten
from headshot_check.decoding.sniff import DecodeError

_MOST_BLOCKS = 2_000_000  # 100 MB in full blocks are 410,000


def decode_gif(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode the first frame of a GIF.

    Raises
    ------
    DecodeError
        Too many blocks, or no picture.
    Exception
        Whatever `plan` raises, and what Pillow raises for a file that it cannot decode.
    """
    file = _first_frame(data)
    # Pillow decodes the whole frame before it crops it to the canvas, so a frame beyond the canvas counts as well.
    width, height, left, top, frame_width, frame_height = file.sizes
    width, height = max(width, left + frame_width), max(height, top + frame_height)
    step = step_of(plan, width, height, width * height * 2)
    image = GifImagePlugin.GifImageFile(io.BytesIO(file.data))
    image.load()
    raster, transparent = flatten(image, step, part)
    return Decoded(
        raster,
        "GIF",
        *image.size,
        step=step,
        frames=file.frames,
        animated=file.frames > 1,
        transparent=transparent,
    )


class _Gif(NamedTuple):
    frames: int
    """number of frames, at least 1"""
    sizes: tuple[int, ...]
    """width and height of the canvas; left, top, width and height of the first frame; px"""
    data: bytes
    """a GIF of the first frame alone, without comments"""


def _first_frame(data: bytes) -> _Gif:
    frames, blocks = 0, 0
    frame = b""
    at = 13 + _colour_table(data[10:11])
    kept = [data[:at]]
    while at < len(data):
        kind = data[at]
        begin = at
        if kind == 0x2C:
            frames += 1
            frame = frame or data[at + 1 : at + 9].ljust(8, b"\0")
            at += 10 + _colour_table(data[at + 9 : at + 10]) + 1
        elif kind == 0x21:
            at += 2
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
            blocks += 1
        at += 1
        blocks += 1
        if blocks > _MOST_BLOCKS:
            raise DecodeError("damaged", f"the file is split into more than {_MOST_BLOCKS:,} parts")
        if (frames == 0 and data[begin + 1 : begin + 2] == b"\xf9") or (kind == 0x2C and frames == 1):
            kept.append(data[begin:at])
    if frames == 0:
        raise DecodeError("damaged", "the file ends before the picture starts")
    return _Gif(frames, struct.unpack("<6H", data[6:10].ljust(4, b"\0") + frame), b"".join([*kept, b";"]))


def _colour_table(flags: bytes) -> int:
    """Size of a colour table in bytes; `flags` is the packed byte that announces it, b"" at the end of the file."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
