"""The pixels of a TIFF as decoded by Pillow, scaled by the value of white of its bit depth and sample format."""

from __future__ import annotations

import ctypes
import io
from contextlib import suppress
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffImagePlugin, _imaging

from headshot_check.decoding.flatten import Box, flatten
from headshot_check.decoding.sniff import DecodeError

_BITS, _SAMPLE_FORMAT = 258, 339
UNSIGNED: Final = 1
"""sample format: unsigned integers"""
_SIGNED, _REAL = 2, 3


def pixels_of(
    file: io.BytesIO, bits: int, sample: int, step: int, part: Box | None
) -> tuple[NDArray[np.uint8], bool, bytes]:
    """Decode a TIFF of one page and close the file to free its memory.

    Returns
    -------
    8-bit pixels as by `flatten`, whether any was transparent, and the ICC profile, b"" if there is none.

    Raises
    ------
    DecodeError
        The pixel format is not supported.
    Exception
        What Pillow raises for a file that it cannot decode.
    """
    _keep_libtiff_quiet()
    try:
        image = TiffImagePlugin.TiffImageFile(file)
    except SyntaxError as error:
        if "unknown pixel mode" not in str(error):
            raise
        cause = f"a TIFF whose pixels ({bits} bits, sample format {sample}) are not supported"
        raise DecodeError("unsupported_format", cause) from error
    # allocated here, because the plugin would warn about Pillow's own limit on pixels
    ImageFile.ImageFile.load_prepare(image)
    image.load()
    file.close()
    icc = image.info.get("icc_profile") if image.mode != "LAB" else b""  # `flatten` converts Lab to sRGB itself
    raster, transparent = flatten(image, step, part, white=_white(image, bits, sample))
    return raster, transparent, icc if isinstance(icc, bytes) else b""


def white_of(image: Image.Image) -> float | None:
    """Value of white of a loaded TIFF image; None for other images."""
    tags = getattr(image, "tag_v2", {})
    bits, sample = tags.get(_BITS), tags.get(_SAMPLE_FORMAT, (UNSIGNED,))
    if not (isinstance(bits, tuple) and isinstance(sample, tuple) and bits and sample):
        return None
    return _white(image, max(bits), sample[0])


def _white(image: Image.Image, bits: int, sample: int) -> float | None:
    """Largest value of the sample format; None for floating point, and for 32-bit integers that use only 16 bits."""
    if sample == _REAL:
        return None
    if bits < 32:
        return float(2 ** (bits - (sample == _SIGNED)) - 1)
    low, high = image.getextrema()
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return None
    if sample == _SIGNED:
        return 2.0**31 - 1 if high > 65535 else None
    return 2.0**32 - 1 if high > 65535 or low < 0 else None


@lru_cache(maxsize=1)
def _keep_libtiff_quiet() -> None:
    """Disable libtiff's error messages on standard error (Pillow disables its warnings only).

    Without effect if Pillow is linked statically with libtiff and does not export the function.
    """
    with suppress(OSError, AttributeError):
        set_handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
        set_handler.restype, set_handler.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
        set_handler(None)
