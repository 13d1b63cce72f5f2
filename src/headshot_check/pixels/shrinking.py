"""Downsampling by repeated halving, which is several times as fast as area averaging in one step."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def halved(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """2 x 2 means of a picture (H, W) or (H, W, 3) of at least 2 x 2 px; an odd last row or column is dropped."""
    high, wide = pixels.shape[0] // 2, pixels.shape[1] // 2
    even = pixels[: high * 2, : wide * 2]
    return np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


class Halves:
    """An image pyramid: a picture (H, W) or (H, W, 3) and its successive halves, computed once each, on first use."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self._halved = [pixels]

    @property
    def most(self) -> int:
        """Number of times that the picture can be halved."""
        return int(min(self._halved[0].shape[:2])).bit_length() - 1

    def times(self, power: int) -> NDArray[np.uint8]:
        """The picture halved `power` times, at most `most` times."""
        power = min(power, self.most)
        while len(self._halved) <= power:
            self._halved.append(halved(self._halved[-1]))
        return self._halved[power]

    def turned(self, code: int) -> Halves:
        """The pyramid rotated by `cv2.rotate(..., code)`; each level is rotated on first use.

        Halving drops odd rows of the unrotated picture, so positions may be off by one pixel of the level.
        """
        return _Turned(self, code)


class _Turned(Halves):
    def __init__(self, halves: Halves, code: int) -> None:
        self._of, self._code, self._kept = halves, code, dict[int, NDArray[np.uint8]]()

    @property
    def most(self) -> int:
        return self._of.most

    def times(self, power: int) -> NDArray[np.uint8]:
        power = min(power, self.most)
        if power not in self._kept:
            self._kept[power] = np.asarray(cv2.rotate(self._of.times(power), self._code), np.uint8)
        return self._kept[power]


PixelsOrHalves = Halves | NDArray[np.uint8]
"""a picture (H, W) or (H, W, 3), or its pyramid"""


def halves_of(picture: PixelsOrHalves) -> Halves:
    """The pyramid of a picture; a pyramid is returned as it is."""
    return picture if isinstance(picture, Halves) else Halves(picture)


def pixels_of(picture: PixelsOrHalves) -> NDArray[np.uint8]:
    """The full-size pixels of a picture or pyramid."""
    return picture.times(0) if isinstance(picture, Halves) else picture


def area_means(picture: PixelsOrHalves, wide: int, high: int, *, least: float = 2) -> NDArray[np.uint8]:
    """A picture (H, W) or (H, W, 3) resized to `wide` x `high` by area averaging.

    It is halved first as long as it stays at least `least` times as large; the odd rows that halving drops are then at
    most about 1 % of the picture.
    """
    halves, times = halves_of(picture), 0
    while halves.times(times).shape[1] >= 2 * least * wide and halves.times(times).shape[0] >= 2 * least * high:
        times += 1
    return np.asarray(cv2.resize(halves.times(times), (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def shrunk(picture: PixelsOrHalves, wide: int, high: int) -> NDArray[np.uint8]:
    """Reduce a picture (H, W) or (H, W, 3) to `wide` x `high` by halving, then bilinearly by at most 2: no aliasing."""
    halves = halves_of(picture)
    pixels = halves.times(0)
    height, width = pixels.shape[:2]
    times = 1
    while pixels.shape[1] >= 2 * wide and pixels.shape[0] >= 2 * high:
        times *= 2
        pixels = halves.times(times.bit_length() - 1)
    if pixels.shape[1] > 2 * wide or pixels.shape[0] > 2 * high:  # a very different aspect
        return np.asarray(cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    if pixels.shape[1] * times == width and pixels.shape[0] * times == height:
        return np.asarray(cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_LINEAR), np.uint8)
    # rows that halving dropped still count as length, so that positions do not shift
    across, down = width / times / wide, height / times / high
    matrix = np.array([(across, 0, across / 2 - 0.5), (0, down, down / 2 - 0.5)])
    return warped(pixels, matrix, (wide, high), cv2.BORDER_REPLICATE)


def warped(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int], beyond: int, level: int = 0
) -> NDArray[np.uint8]:
    """Bilinear `cv2.warpAffine` of (H, W) or (H, W, C) by the inverse map; RGB as RGBA, which is twice as fast.

    Parameters
    ----------
    matrix
        (2, 3) from the result's pixels to those of `pixels`, in OpenCV's coordinates (pixel centres).
    size
        Width and height of the result, px.
    beyond
        OpenCV's border mode.
    level
        Value outside the picture if the border is constant.
    """
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    colours = pixels.ndim == 3 and pixels.shape[2] == 3
    shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA) if colours else pixels
    there = cv2.warpAffine(shown, matrix, size, flags=flags, borderMode=beyond, borderValue=(level,) * 4)
    return np.asarray(cv2.cvtColor(there, cv2.COLOR_RGBA2RGB) if colours else there, np.uint8)
