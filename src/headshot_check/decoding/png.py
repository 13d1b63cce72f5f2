"""PNG, as browsers show it.

The chunks are parsed here because Pillow rejects files that browsers show (a wrong checksum or a megabyte of text in a
chunk that does not concern the pixels), parses millions of chunks before it can be stopped, and does not apply gAMA,
cHRM and cICP. Pillow decodes a file rebuilt from the chunks of the picture.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.completeness import MISSING, filled_to
from headshot_check.decoding.decoded import Decoded, Plan, bulky_step_of, stays_whole
from headshot_check.decoding.exif import read_exif, xmp_note
from headshot_check.decoding.flatten import Box, flatten
from headshot_check.decoding.hdr import hdr_note, is_hdr, tone_mapped
from headshot_check.decoding.png_picture import CHANNELS, SIGNATURE, PngChunks, opened, rebuilt
from headshot_check.decoding.sniff import DecodeError
from headshot_check.decoding.wide_colours import SRGB_MATRIX, WideSpace, in_srgb, space_of

_MOST_CHUNKS = 200_000  # 100 MB in chunks of 4 kB, the smallest that encoders write, are 25,000
_MOST_TEXT = 1 << 20
"""bytes of text or EXIF that are decompressed; the rest is ignored"""
_MOST_PROFILE = 16 << 20
_IMAGEMAGICK_EXIF = b"Raw profile type exif"
_XMP = b"XML:com.adobe.xmp"
_NEVER_FILLED = 64
"""zeros at the end of a file without end chunk from which they count as left by an unfinished download"""


def decode_png(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode a PNG; of an animation, the default image, which programs without support for animation show.

    Raises
    ------
    DecodeError
        The file is damaged and cannot be decoded.
    Exception
        Whatever `plan` raises, and what Pillow raises for a file that it cannot decode.
    """
    chunks = _read(data)
    if len(chunks.head) < 13 or not chunks.pixels:
        raise DecodeError("damaged", "the file ends before the picture starts")
    width, height, bits, kind = struct.unpack_from(">IIBB", chunks.head)
    space = None if chunks.srgb or chunks.profile else space_of(chunks.gamma, chunks.chromaticities)
    # 16-bit colour that needs a colour conversion is decoded by OpenCV, because Pillow reduces it to 8 bits
    precise = bits == 16 and kind in (2, 6) and (space is not None or is_hdr(chunks.cicp))
    channels = CHANNELS.get(kind, 4)
    pixel = 7 * channels if precise else bits // 8 if channels == 1 and bits > 8 else 1 if channels == 1 else 4
    step = bulky_step_of(plan, width, height, width * height * pixel + 2 * len(data))
    notes: tuple[str, ...] = ()
    image: Image.Image | None = None
    there = height
    if precise and _is_sound(chunks, width, height):
        raster, transparent = _sixteen_bits(b"".join(rebuilt(chunks, bits, kind, checksum=True)), space, chunks.cicp)
        notes = (hdr_note(chunks.cicp),) if is_hdr(chunks.cicp) else ()
        chunks.profile, chunks.cicp, space, step = b"", None, None, 1
    else:
        image, there = opened(chunks, height)
        key = _key(chunks.transparency, bits, kind)
        if key is not None:
            image.info["transparency"] = key
        raster, transparent = flatten(image, step, part)
        if there < height:
            raster = raster if raster.flags.writeable else raster.copy()
            raster[max(there - (part[1] if part is not None else 0), 0) // step :] = MISSING
    cut_short = (there < height or chunks.coarse) and not chunks.ended
    exif = read_exif(chunks.exif)
    return Decoded(
        raster,
        "PNG",
        width,
        height,
        step=step,
        whole=image if step > 1 and stays_whole(width, height) and there == height else None,
        exif=exif,
        turn=exif.orientation,
        colours=Colours(b"" if chunks.cicp is not None else chunks.profile, chunks.cicp, space),
        frames=chunks.frames,
        animated=chunks.frames > 1,
        bit_depth=bits,
        transparent=transparent,
        lost=1 - there / height if cut_short else None,
        lost_at="bottom",
        coarse=chunks.coarse,
        damaged=chunks.damaged and not cut_short,
        notes=notes + xmp_note(chunks.xmp, exif.orientation),
    )


def _walk(data: bytes) -> Iterator[tuple[bytes, memoryview, bool]]:
    """(type, content, whether the checksum is correct or beyond the end of the file) of each chunk up to IEND."""
    view, at = memoryview(data), len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == bytes(4):  # the zeros that an unfinished download left in a preallocated file
            return
        content = view[at + 8 : at + 8 + length]
        stop = at + 8 + length
        checksum = zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big")
        yield kind, content, stop + 4 > len(data) or data[stop : stop + 4] == checksum
        if kind == b"IEND":
            return
        at = stop + 4
    raise DecodeError("damaged", f"the picture is split into more than {_MOST_CHUNKS:,} parts")


def _read(data: bytes) -> PngChunks:
    found, framed = PngChunks(), False
    for kind, content, right in _walk(data):
        if kind == b"IDAT":
            found.pixels.append(content)
            found.damaged |= not right
        elif not right:
            if not kind[0] & 0x20 and not found.pixels:  # critical; after pixels it may be an unfinished download
                raise DecodeError("damaged", "its header is damaged (a wrong checksum)")
        elif kind == b"IEND":
            found.ended = True
        elif kind == b"IHDR":
            found.head = found.head or bytes(content)
        elif kind == b"PLTE":
            found.palette = bytes(content)
        elif kind == b"tRNS":
            found.transparency = bytes(content)
        elif kind == b"fcTL" and not found.pixels:
            framed = True
        elif kind == b"acTL" and len(content) == 8 and not found.pixels:
            found.frames = max(1, min(int.from_bytes(content[:4], "big"), 1 << 31))
        elif kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            _read_text(found, kind, content)
        elif not found.pixels:
            _read_colours(found, kind, bytes(content))
    if not found.ended and found.pixels:
        last = bytes(found.pixels[-1])
        found.pixels[-1] = memoryview(last)[: filled_to(last, _NEVER_FILLED)]
    if found.frames > 1 and not framed:  # the default image is not part of the animation
        found.frames += 1
    return found


def _read_colours(found: PngChunks, kind: bytes, content: bytes) -> None:
    if kind == b"cICP" and len(content) == 4:
        found.cicp = content[0], content[1]
    elif kind == b"sRGB":
        found.srgb = True
    elif kind == b"iCCP":
        found.profile = _unpacked(content.partition(b"\0")[2][1:], _MOST_PROFILE)
    elif kind == b"gAMA" and len(content) == 4 and 0 < int.from_bytes(content, "big") < 1 << 31:
        exponent = 100_000 / int.from_bytes(content, "big")
        found.gamma = exponent if 0.2 <= exponent <= 5 else None
    elif kind == b"cHRM" and len(content) == 32:
        found.chromaticities = tuple(value / 100_000 for value in struct.unpack(">8I", content))


def _read_text(found: PngChunks, kind: bytes, content: memoryview) -> None:
    if kind == b"eXIf":
        found.exif = bytes(content)
        return
    head = bytes(content[:80])
    if head.startswith(_IMAGEMAGICK_EXIF + b"\0") and kind in (b"tEXt", b"zTXt") and not found.exif:
        text = bytes(content[len(_IMAGEMAGICK_EXIF) + 1 :][: 2 * _MOST_TEXT])
        found.exif = _from_hex(_unpacked(text[1:], 2 * _MOST_TEXT) if kind == b"zTXt" else text)
    elif head.startswith(_XMP + b"\0") and kind == b"iTXt":
        packed = head[len(_XMP) + 1 : len(_XMP) + 2] == b"\1"
        text = bytes(content[len(_XMP) + 3 :][:_MOST_TEXT])
        for _ in range(2):  # language and translated keyword
            text = text.partition(b"\0")[2]
        found.xmp = _unpacked(text, _MOST_TEXT) if packed else text


def _unpacked(packed: bytes, most: int) -> bytes:
    """At most `most` bytes of decompressed data; b"" if damaged."""
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _from_hex(text: bytes) -> bytes:
    """EXIF as ImageMagick writes it: an empty line, a name, a length, and lines of hexadecimal digits."""
    try:
        return bytes.fromhex(b"".join(text.split(b"\n")[3:]).decode("ascii"))
    except ValueError:
        return b""


def _key(transparency: bytes, bits: int, kind: int) -> int | tuple[int, ...] | None:
    """The transparent colour of a picture without alpha channel, in levels of the decoded pixels.

    Pillow does not scale it, although it scales pixels of fewer than 8 bits to 256 levels and reduces 16 bits to 8.
    """
    if kind == 0 and len(transparency) >= 2:
        level = int.from_bytes(transparency[:2], "big") & ((1 << bits) - 1)
        return level if bits >= 8 else level * 255 // ((1 << bits) - 1)
    if kind == 2 and len(transparency) >= 6:
        return tuple(level >> (bits - 8) & 255 for level in struct.unpack(">3H", transparency[:6]))
    return None


def _is_sound(chunks: PngChunks, width: int, height: int) -> bool:
    """Whether 16-bit pixels are intact: of damaged ones libpng would complain on standard error."""
    stride = 1 + width * 2 * CHANNELS[chunks.head[9]]
    if chunks.head[12] or chunks.damaged:  # the rows of an interlaced picture have different lengths
        return False
    try:
        unpacking = zlib.decompressobj()
        rows = unpacking.decompress(b"".join(chunks.pixels), stride * height + 1)
    except zlib.error:
        return False
    return unpacking.eof and len(rows) == stride * height and max(rows[::stride]) <= 4


def _sixteen_bits(data: bytes, space: WideSpace | None, cicp: tuple[int, int] | None) -> tuple[NDArray[np.uint8], bool]:
    """Decode 16-bit colour and convert it before it is reduced to 8 bits, which keeps the shadows of linear pictures.

    Returns
    -------
    (h, w, 3) sRGB, and whether any pixel was transparent.
    """
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16 or pixels.ndim != 3:
        raise DecodeError("damaged", "the picture cannot be decoded")
    wide = pixels.shape[2] == 4
    codes = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB if wide else cv2.COLOR_BGR2RGB), np.uint16)
    if is_hdr(cicp):
        rgb = tone_mapped(codes, cicp, 65535)
    else:
        rgb = in_srgb(codes, space if space is not None else WideSpace("sRGB", SRGB_MATRIX))
    alpha = pixels[..., 3:].astype(np.float32) / 65535 if wide else None
    if alpha is None or (alpha == 1).all():
        return rgb, False
    return np.rint(rgb * alpha + 255 * (1 - alpha)).astype(np.uint8), True
