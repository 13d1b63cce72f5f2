"""The pixels of a Pillow image as an array, without the detours.

`numpy.asarray` has Pillow write all pixels out into one string of bytes after another. Pillow (11.2 and later) also
shows its own memory by the Arrow C data interface, whose structures are published and do not change: four bytes a pixel
for RGB, wherever the image lies in one piece.
"""

from __future__ import annotations

import ctypes
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_BAND = 256
"""rows"""


class _ArrowArray(ctypes.Structure):
    """`struct ArrowArray`."""


_ArrowArray._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_ArrowArray))),
    ("dictionary", ctypes.POINTER(_ArrowArray)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_in.restype, _pointer_in.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def copied_pixels(image: Image.Image) -> NDArray[np.uint8]:
    """A copy of a loaded image's pixels: (h, w) of mode L, (h, w, 3) of RGB, (h, w, 4) of CMYK."""
    if image.mode == "RGB":
        rgb = _rgb_in_one_piece(image)
        if rgb is not None:
            return rgb
    return _in_bands(image)


def _rgb_in_one_piece(image: Image.Image) -> NDArray[np.uint8] | None:
    """An RGB image's pixels; None where Pillow does not show them: a large image lies in several pieces."""
    try:
        _, capsule = image.__arrow_c_array__()
    except (AttributeError, ValueError):
        return None
    array = _ArrowArray.from_address(_pointer_in(capsule, b"arrow_array"))
    wide, high = image.size
    if array.n_children != 1 or array.offset or array.length != wide * high:
        return None
    values: Any = array.children[0].contents
    if values.n_buffers != 2 or values.offset or values.length != wide * high * 4:
        return None
    memory = (ctypes.c_uint8 * values.length).from_address(values.buffers[1])
    four = np.frombuffer(memory, np.uint8).reshape(high, wide, 4)
    rgb = np.asarray(cv2.cvtColor(four, cv2.COLOR_RGBA2RGB), np.uint8)
    del capsule  # until here it kept the memory alive
    return rgb


def _in_bands(image: Image.Image) -> NDArray[np.uint8]:
    """Copied in bands, for Pillow sets aside twice what it hands out."""
    wide, high = image.size
    first = np.asarray(image.crop((0, 0, wide, min(high, _BAND))))
    pixels = np.empty((high, *first.shape[1:]), np.uint8)
    pixels[: len(first)] = first
    for top in range(_BAND, high, _BAND):
        bottom = min(top + _BAND, high)
        pixels[top:bottom] = np.asarray(image.crop((0, top, wide, bottom)))
    return pixels
