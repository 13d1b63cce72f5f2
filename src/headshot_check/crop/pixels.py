"""Cuts a crop out of a photo, decoded at the resolution that it needs."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.crop.frame import CropFrame
from headshot_check.photo import Photo


def size_of(frame: CropFrame, photo: Photo, width: int, *, enlarge: bool = False) -> tuple[int, int]:
    """Width and height in px of a crop that is to be `width` px wide; less if the picture has fewer pixels there."""
    there = frame.width / photo.scale
    wide = width if enlarge else max(1, min(width, math.floor(there + 1e-6)))
    return wide, max(1, round(wide * frame.height / frame.width))


def cut_out(photo: Photo, frame: CropFrame, size: tuple[int, int], *, scale: float | None = None) -> NDArray[np.uint8]:
    """(height, width, 3) upright sRGB pixels of the frame.

    Parameters
    ----------
    frame
        In analysis pixels.
    size
        Width and height of the result, px.
    scale
        Resolution to decode at, in pixels per pixel of the file, at most 1; default: what `size` needs.

    Raises
    ------
    PhotoError
        Decoding at that resolution failed.
    """
    corners = frame.corners / photo.scale
    needed = size[0] * photo.scale / frame.width if scale is None else scale
    margin = 2 if frame.lean_deg else 0
    box = (*(corners.min(axis=0) - margin).tolist(), *(corners.max(axis=0) + margin).tolist())
    pixels, have = photo.detail(box, min(max(needed, 1e-6), 1.0))
    corner = np.floor(np.maximum(box[:2], 0.0) * have)
    if frame.lean_deg:
        return _resized(straightened(pixels, corners * have - corner), size, None)
    high, wide = pixels.shape[:2]
    (x0, y0), (x1, y1) = corners[0] * have - corner, corners[2] * have - corner
    part = (max(float(x0), 0.0), max(float(y0), 0.0), min(float(x1), wide), min(float(y1), high))
    return _resized(pixels, size, part)


def snapped(frame: CropFrame, photo: Photo) -> CropFrame:
    """An upright frame aligned to the file's pixels, so that an unscaled crop copies them; others are unchanged."""
    if frame.lean_deg:
        return frame
    wide = max(1, min(math.floor(frame.width / photo.scale + 1e-6), photo.width))
    high = max(1, min(round(frame.height / frame.width * wide), photo.height))
    left = _clamped(round(float(frame.corners[0, 0]) / photo.scale), photo.width - wide)
    top = _clamped(round(float(frame.corners[0, 1]) / photo.scale), photo.height - high)
    at = photo.scale
    return CropFrame(((left + wide / 2) * at, (top + high / 2) * at), wide * at, high * at)


def _clamped(value: int, most: int) -> int:
    return min(max(value, 0), max(most, 0))


def straightened(
    pixels: NDArray[np.uint8], corners: NDArray[np.float64], way: int = cv2.INTER_CUBIC
) -> NDArray[np.uint8]:
    """The contents of a rotated frame with these corners (4, 2), made upright, at the scale of `pixels` (H, W, 3)."""
    wide = max(1, round(math.dist(corners[0], corners[1])))
    high = max(1, round(math.dist(corners[0], corners[3])))
    source = (corners[[0, 1, 3]] - 0.5).astype(np.float32)  # the centre of the first pixel is at 0 for OpenCV
    there = np.array([(0, 0), (wide, 0), (0, high)], np.float32) - np.float32(0.5)
    matrix = cv2.getAffineTransform(there, source)
    flags = way | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (wide, high), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _resized(
    pixels: NDArray[np.uint8], size: tuple[int, int], part: tuple[float, float, float, float] | None
) -> NDArray[np.uint8]:
    from PIL import Image

    image = Image.fromarray(pixels)
    whole = part is None or tuple(round(edge) for edge in part) == (0, 0, *image.size)
    if image.size == size and whole:
        return np.asarray(image)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS, box=part))
