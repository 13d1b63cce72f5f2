"""Pillow's many kinds of pixels -> 8-bit grey, RGB or CMYK without transparency."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.decoding.pillow_pixels import copied_pixels
from headshot_check.decoding.sniff import DecodeError


def bits_of_mode(mode: str) -> int:
    """Bits per channel of a Pillow mode: 1, 8, 16 or 32."""
    if mode == "1":
        return 1
    return 16 if mode.startswith("I;16") else 32 if mode in ("I", "F") else 8


def flatten(image: Image.Image) -> tuple[NDArray[np.uint8], bool]:
    """A loaded image as (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK (255 = full ink), and whether any of it was
    transparent: that has been laid over white.

    Raises:
        DecodeError: pixels of a kind that is not read.
    """
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;16"):
        return _eight_bits(np.asarray(image)), False
    transparent = False
    if image.has_transparency_data:
        rgba = image.convert("RGBA") if mode != "La" else image.convert("LA").convert("RGBA")
        alpha = rgba.getchannel("A")
        transparent = alpha.getextrema() != (255, 255)
        image = rgba.convert("RGB")
        if transparent:
            white = Image.new("RGB", rgba.size, "white")
            white.paste(image, mask=alpha)
            image = white
    elif mode == "1":
        image = image.convert("L")
    elif mode not in ("L", "RGB", "CMYK"):
        try:
            image = image.convert("RGB")
        except ValueError as error:
            raise DecodeError("unsupported_format", f"pixels of the kind {mode} are not read here") from error
    return copied_pixels(image), transparent


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits, whole or real, to 8 bits: by the full range of its type where that is clear."""
    if values.dtype.kind == "u":
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    real = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(real.max())
    white = next((full for full in (1.0, 255.0, 65535.0) if top <= full), top)
    if values.dtype.kind == "i" and white == 1.0:
        white = 255.0
    return np.asarray(np.clip(np.rint(real * (255 / white)), 0, 255), np.uint8)
