"""Decodes encoded bytes or a Pillow image: pixels as stored, in the file's own colours, and metadata.

Pillow's plugins are called directly rather than through `Image.open`: the format is detected by content, our limits
apply before anything is allocated, and Pillow's global settings (bomb limit, truncated files) are not touched.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.completeness import filled_up, rows_there
from headshot_check.decoding.decoded import Decoded, Plan, step_of
from headshot_check.decoding.exif import read_exif, xmp_note
from headshot_check.decoding.flatten import Box, bits_of_mode, flatten
from headshot_check.decoding.jpeg import decode_jpeg
from headshot_check.decoding.jpeg_facts import quality_of_table
from headshot_check.decoding.sniff import DecodeError, sniff
from headshot_check.decoding.wide_colours import space_of

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Decoded", "Plan", "decode", "decode_image", "encoded_file"]

_ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")


def decode(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode a picture of any supported format, detected by its content.

    Parameters
    ----------
    plan
        Called before anything is decoded.
    part
        Decode only this part of a large picture, px as stored, aligned to blocks of the step. A JPEG is decoded from
        its top row to the end of the part, or completely.

    Raises
    ------
    DecodeError
        Not a picture, an unsupported format, or damaged.
    Exception
        Whatever `plan` raises, and whatever a decoder raises on a damaged file.
    """
    name = sniff(data)
    if name == "JPEG":
        return decode_jpeg(data, plan, part)
    return _decoder(name)(data, plan, part)


def _decoder(name: str) -> Callable[[bytes, Plan, Box | None], Decoded]:
    """The decoder of a format, imported on first use: that saves 10 ms for a process that reads JPEG only."""
    if name == "PNG":
        from headshot_check.decoding.png import decode_png as decoder
    elif name == "GIF":
        from headshot_check.decoding.gif import decode_gif as decoder
    elif name == "TIFF":
        from headshot_check.decoding.tiff import decode_tiff as decoder
    elif name == "HEIF":
        from headshot_check.decoding.heif import decode_heif as decoder
    elif name == "AVIF":
        from headshot_check.decoding.heif import decode_avif as decoder
    elif name == "WEBP":
        from headshot_check.decoding.webp import decode_webp as decoder
    else:
        decoder = _decode_bmp
    return decoder


def decode_image(image: Image.Image, plan: Plan) -> Decoded:
    """Convert the current frame of a Pillow image, which is not changed except that a lazy image is loaded.

    For an image as `Image.open` returned it, decode the file from `encoded_file` instead.
    """
    from headshot_check.decoding.tiff_pixels import white_of

    plan(*image.size)
    embedded = image.info.get("exif")
    image.load()
    exif = read_exif(embedded if isinstance(embedded, bytes) else b"")
    xmp = image.info.get("xmp", image.info.get("XML:com.adobe.xmp", b""))
    xmp = xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp
    note = xmp_note(xmp, exif.orientation) if isinstance(xmp, bytes) else ()
    orientation: object = exif.orientation
    # `getexif` warns about a damaged block: not called unless the caller has read, and maybe changed, the EXIF before
    asked = bool(getattr(getattr(image, "_exif", None), "_loaded", False))
    if not note and (asked or not isinstance(embedded, bytes)):  # with a note, Pillow would return XMP's orientation
        try:
            # the caller may have applied the orientation: ImageOps.exif_transpose deletes the tag here
            orientation = image.getexif().get(0x0112, 1)
            if not isinstance(embedded, bytes):
                exif = read_exif(image.getexif().tobytes())
        except Exception:  # Pillow rejects blocks that `read_exif` accepts
            orientation = exif.orientation
    turn = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    raster, transparent = flatten(image, white=white_of(image))
    tables = getattr(image, "quantization", None)
    name = {"MPO": "JPEG", "DIB": "BMP"}.get(image.format, image.format) if image.format else None
    frames = 1 if name == "JPEG" else _frames(image)  # the other pictures of an MPO are depth or gain maps
    return Decoded(
        raster,
        name,
        raster.shape[1],
        raster.shape[0],
        exif=exif,
        turn=turn,
        colours=_colours_of(image),
        frames=frames,
        animated=frames > 1 and name in _ANIMATED,
        bit_depth=int(image.info.get("bit_depth") or bits_of_mode(image.mode)),
        transparent=transparent,
        jpeg_quality=quality_of_table(np.array(tables[0])) if isinstance(tables, dict) and 0 in tables else None,
        notes=note,
    )


def encoded_file(image: Image.Image, most: int) -> bytes | None:
    """The encoded file of an image as `Image.open` returned it, so that image and file have the same result.

    Parameters
    ----------
    most
        Size limit, bytes.

    Returns
    -------
    None if the image has been loaded or is at another frame, or if the file is larger or cannot be read again.
    """
    from PIL.ImageFile import ImageFile

    file = getattr(image, "fp", None)
    untouched = isinstance(image, ImageFile) and (image.tile or getattr(image, "_im", image) is None)
    if not untouched or file is None or image.tell() != 0:
        return None
    try:
        here = file.tell()
        file.seek(0)
        try:
            data = bytes(file.read(most + 1))
        finally:
            file.seek(here)
        return data if data and len(data) <= most and sniff(data) else None
    except (OSError, ValueError, DecodeError):
        return None


def _colours_of(image: Image.Image) -> Colours:
    info = image.info
    if image.mode == "LAB":  # `flatten` has converted it to sRGB
        return Colours()
    icc = info.get("icc_profile")
    if isinstance(icc, bytes) and icc:
        return Colours(icc)
    nclx = info.get("nclx_profile")
    if isinstance(nclx, dict):
        return Colours(cicp=(int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])))
    gamma, whites = info.get("gamma"), info.get("chromaticity")
    if image.format != "PNG" or "srgb" in info:
        return Colours()
    exponent = 1 / gamma if isinstance(gamma, float) and 0.2 <= gamma <= 5 else None
    return Colours(space=space_of(exponent, whites if isinstance(whites, tuple) and len(whites) == 8 else None))


def _decode_bmp(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    from PIL import BmpImagePlugin

    image = BmpImagePlugin.BmpImageFile(io.BytesIO(data))
    width, height = image.size
    step = step_of(plan, width, height, width * height * (1 if len(image.getbands()) == 1 else 4) + len(data))
    codec, _, start, arguments = cast("tuple[str, Any, int, Any]", image.tile[0])
    stride, bottom_up = (arguments[1], arguments[2] < 0) if codec == "raw" else (0, True)
    there = rows_there(data, start, stride, height) if stride else height  # number of complete rows
    if 0 < there < height:
        image = BmpImagePlugin.BmpImageFile(io.BytesIO(filled_up(data, start, stride, there, height)))
    image.load()
    # alpha of 0 everywhere was never set (the Windows clipboard does so); browsers ignore it as well
    opaque = image.convert("RGB") if image.mode == "RGBA" and image.getbbox() is None else image
    raster, transparent = flatten(opaque, step, part)
    return Decoded(
        raster,
        "BMP",
        width,
        height,
        step=step,
        transparent=transparent,
        bit_depth=bits_of_mode(image.mode),
        lost=1 - there / height if there < height else None,
        lost_at="top" if bottom_up else "bottom",
    )


def _frames(image: Image.Image) -> int:
    try:
        return max(int(getattr(image, "n_frames", 1)), 1)
    except Exception:  # Pillow parses the whole file to count, and later frames may be damaged
        return 1
