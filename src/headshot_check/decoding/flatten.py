"""Pillow's many kinds of pixels -> 8-bit grey, RGB or CMYK without transparency, in bands to save memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.pillow_pixels import copied_pixels
from headshot_check.decoding.sniff import DecodeError
from headshot_check.decoding.upright import block_mean

if TYPE_CHECKING:
    from PIL import Image

_BAND = 256
"""rows at a time; a step divides it"""

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in px of the picture as stored"""


def bits_of_mode(mode: str) -> int:
    """Bits per channel of a Pillow mode: 1, 8, 16 or 32."""
    if mode == "1":
        return 1
    return 16 if mode.startswith("I;16") else 32 if mode in ("I", "F") else 8


def flatten(
    image: Image.Image, step: int = 1, part: Box | None = None, *, white: float | None = None
) -> tuple[NDArray[np.uint8], bool]:
    """A loaded image as (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK (255 = full ink), and whether any of it was
    transparent: that has been laid over white.

    Parameters
    ----------
    image
        Of any mode.
    step
        The result has 1/step of the size (rounded up), each pixel the mean of a block.
    part
        What is wanted of the image, whole blocks of it; default: all.
    white
        The value of white for grey of more than 8 bits; default: by the values.

    Raises
    ------
    DecodeError
        Pixels of a kind that is not read.
    """
    x0, y0, x1, y1 = part if part is not None else (0, 0, *image.size)
    deep = image.mode in ("I", "F") or image.mode.startswith("I;16")
    if deep and white is None:
        white = _white(image)
    if step == 1 and part is None and not deep and image.mode in ("L", "RGB", "CMYK") and not _may_show_through(image):
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


def reduced(raster: NDArray[np.uint8], step: int, part: Box | None) -> NDArray[np.uint8]:
    """A part of a raster, each pixel the mean of a block of `step` px."""
    x0, y0, x1, y1 = part if part is not None else (0, 0, raster.shape[1], raster.shape[0])
    bands = [
        block_mean(np.ascontiguousarray(raster[top : min(top + _BAND, y1), x0:x1]), step)
        for top in range(y0, y1, _BAND)
    ]
    return np.concatenate(bands)


def _may_show_through(image: Image.Image) -> bool:
    return bool(image.has_transparency_data)


def _flat(image: Image.Image) -> tuple[NDArray[np.uint8], bool]:
    mode, transparent = image.mode, False
    if _may_show_through(image):
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
    """The value of white where nothing but the pixels tells: the full range of whole numbers, 1 of real ones.

    Real numbers beyond 1 are lights brighter than white as long as they are few and near; else they count levels.
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
    """Grey of 16 or 32 bits, whole or real, to 8 bits; the value of `transparency`, where it is given, is white."""
    values: NDArray[Any] = np.asarray(image)
    if values.dtype.kind == "u" and white == 65535:
        grey = ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    else:
        if image.mode == "I" and white > 2**31:  # Pillow has no larger numbers: the upper half of the range is negative
            values = values.view(np.uint32)
        real = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=white, neginf=0.0)
        grey = np.clip(np.rint(real * (255 / white)), 0, 255).astype(np.uint8)
    key = image.info.get("transparency")
    hidden = values == key if isinstance(key, int) else None
    if hidden is None or not hidden.any():
        return grey, False
    grey[hidden] = 255
    return grey, True
