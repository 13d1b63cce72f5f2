"""Pillow images of any mode as 8-bit grey, RGB or CMYK arrays without transparency, in bands to save memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.sniff import DecodeError
from headshot_check.decoding.upright import block_mean

if TYPE_CHECKING:
    from PIL import Image

_BAND = 256
"""rows converted at a time; a multiple of every step"""
_AT_ONCE = 4_000_000
"""pixels; larger images are copied in bands, because Pillow allocates twice the size of what it exports"""

Box = tuple[int, int, int, int]
"""(x0, y0, x1, y1), px of the picture as stored"""


def bits_of_mode(mode: str) -> int:
    """Bits per channel of a Pillow mode: 1, 8, 16 or 32."""
    if mode == "1":
        return 1
    return 16 if mode.startswith("I;16") else 32 if mode in ("I", "F") else 8


def flatten(
    image: Image.Image, step: int = 1, part: Box | None = None, *, white: float | None = None
) -> tuple[NDArray[np.uint8], bool]:
    """Convert a loaded Pillow image to 8 bits per channel and composite transparent pixels over white.

    Parameters
    ----------
    image
        Of any mode.
    step
        Reduction: the result has 1/step of the size (rounded up), each pixel the mean of a block of step x step.
    part
        Part of the image to convert, aligned to blocks; default: all of it.
    white
        Value of white for grey of more than 8 bits; default: estimated from the values (`_white`).

    Returns
    -------
    Uint8 pixels, (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK with 255 = full ink, and whether any pixel was
    transparent.

    Raises
    ------
    DecodeError
        The mode cannot be converted.
    """
    x0, y0, x1, y1 = part if part is not None else (0, 0, *image.size)
    deep = image.mode in ("I", "F") or image.mode.startswith("I;16")
    if deep and white is None:
        white = _white(image)
    if step == 1 and part is None and image.mode in ("L", "RGB", "CMYK") and not image.has_transparency_data:
        return copied_pixels(image), False
    raster: NDArray[np.uint8] | None = None
    transparent = False
    for top in range(y0, y1, _BAND):
        band = image.crop((x0, top, x1, min(top + _BAND, y1)))
        pixels, see_through = _eight_bits(band, white or 255.0) if deep else _flat(band)
        transparent |= see_through
        if step > 1:
            pixels = block_mean(pixels, step)
        if raster is None:
            raster = np.empty((-(-(y1 - y0) // step), *pixels.shape[1:]), np.uint8)
        at = (top - y0) // step
        raster[at : at + len(pixels)] = pixels
    assert raster is not None
    return raster, transparent


def copied_pixels(image: Image.Image) -> NDArray[np.uint8]:
    """A copy of a loaded image's pixels, maybe read-only: (h, w) of mode L, (h, w, 3) of RGB, (h, w, 4) of CMYK.

    Reading Pillow's memory directly through its Arrow interface would save 0.2 to 0.3 ms for a phone's JPEG, 0.4 % of a
    check: not worth it.
    """
    width, height = image.size
    if width * height <= _AT_ONCE:
        return np.asarray(image)
    channels = len(image.getbands())
    pixels = np.empty((height, width, channels) if channels > 1 else (height, width), np.uint8)
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, width, bottom)))
    return pixels


def reduced(raster: NDArray[np.uint8], step: int, part: Box | None) -> NDArray[np.uint8]:
    """A part of a raster (default: all) at 1/step of its size, each pixel the mean of a block."""
    x0, y0, x1, y1 = part if part is not None else (0, 0, raster.shape[1], raster.shape[0])
    bands = [
        block_mean(np.ascontiguousarray(raster[top : min(top + _BAND, y1), x0:x1]), step)
        for top in range(y0, y1, _BAND)
    ]
    return np.concatenate(bands)


def _flat(image: Image.Image) -> tuple[NDArray[np.uint8], bool]:
    """`flatten` for images of 8 bits per channel or fewer, at full size."""
    mode, transparent = image.mode, False
    if image.has_transparency_data:
        rgba = image.convert("RGBA") if mode != "La" else image.convert("LA").convert("RGBA")
        alpha = rgba.getchannel("A")
        transparent = alpha.getextrema() != (255, 255)
        image = rgba.convert("RGB")
        if transparent:
            from PIL import Image

            white = Image.new("RGB", rgba.size, "white")
            white.paste(image, mask=alpha)
            image = white
    elif mode == "1":
        image = image.convert("L")
    elif mode not in ("L", "RGB", "CMYK"):
        try:
            image = image.convert("RGB")
        except ValueError as error:
            raise DecodeError("unsupported_format", f"pixels of the kind {mode} are not supported") from error
    return np.asarray(image), transparent


def _white(image: Image.Image) -> float:
    """Value of white, estimated from the pixels: the end of the integer range in use, or 1 for floating point.

    Floating-point values above 1 are highlights brighter than white if they are few and at most 2; otherwise the image
    is taken to hold integer levels.
    """
    from PIL.Image import Resampling

    if image.mode.startswith("I;16"):
        return 65535.0
    values = np.asarray(image.resize((min(image.width, 512), min(image.height, 512)), Resampling.NEAREST))
    real = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if image.mode == "F" and np.percentile(real, 99) <= 2:
        return 1.0
    top = float(real.max())
    return next((full for full in (255.0, 65535.0, 2.0**31 - 1) if top <= full), max(top, 1.0))


def _eight_bits(image: Image.Image, white: float) -> tuple[NDArray[np.uint8], bool]:
    """Grey of 16 or 32 bits, integer or floating point, at 8 bits; the transparent value, if any, becomes white."""
    values: NDArray[Any] = np.asarray(image)
    if values.dtype.kind == "u" and white == 65535:
        grey = ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    else:
        if image.mode == "I" and white > 2**31:  # Pillow keeps unsigned 32-bit values in signed integers
            values = values.view(np.uint32)
        real = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=white, neginf=0.0)
        grey = np.clip(np.rint(real * (255 / white)), 0, 255).astype(np.uint8)
    key = image.info.get("transparency")
    hidden = values == key if isinstance(key, int) else None
    if hidden is None or not hidden.any():
        return grey, False
    grey[hidden] = 255
    return grey, True
