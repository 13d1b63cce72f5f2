"""GIF: the frames are counted without decoding them, and the first is decoded alone.

The blocks are walked here because Pillow counts frames by decoding them and collects comments without an end.
"""

from __future__ import annotations

import io

from PIL import GifImagePlugin

from headshot_check.decoding.decoded import Decoded, Plan, step_of
from headshot_check.decoding.flatten import Box, flatten
from headshot_check.decoding.sniff import DecodeError

_MOST_BLOCKS = 2_000_000  # 100 MB in full blocks are 410,000


def decode_gif(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decodes the first frame of a GIF.

    Raises
    ------
    DecodeError
        Too many blocks, or no picture.
    Exception
        Whatever `plan` raises, and what the decoder says of a picture that it gives up.
    """
    frames, picture = _walk(data)
    # also a small canvas may have a frame of any size, which is decoded before it is cut
    frame = picture.find(b"\x2c", 13 + _colour_table(data[10:11]))
    sides = [int.from_bytes(data[at : at + 2], "little") for at in (6, 8)]
    reach = [int.from_bytes(picture[frame + at : frame + at + 2], "little") for at in (1, 3, 5, 7)]
    width, height = max(sides[0], reach[0] + reach[2]), max(sides[1], reach[1] + reach[3])
    step = step_of(plan, width, height, width * height * 2)
    image = GifImagePlugin.GifImageFile(io.BytesIO(picture))
    image.load()
    raster, transparent = flatten(image, step, part)
    return Decoded(
        raster,
        "GIF",
        *image.size,
        step=step,
        frames=frames,
        animated=frames > 1,
        transparent=transparent,
    )


def _walk(data: bytes) -> tuple[int, bytes]:
    """How many frames there are, at least 1, and a file of the first alone, without comments."""
    frames, blocks = 0, 0
    at = 13 + _colour_table(data[10:11])
    kept = [data[:at]]
    while at < len(data):
        kind = data[at]
        begin = at
        if kind == 0x2C:
            frames += 1
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
    return frames, b"".join([*kept, b";"])


def _colour_table(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
