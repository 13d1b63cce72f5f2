"""Pictures made small, most of the way by halves: several times as fast as area means in one step."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def halved(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Means of 2 x 2 px of a picture (H, W) or (H, W, 3), 2 px or more each way; an odd last row is left out."""
    high, wide = pixels.shape[0] // 2, pixels.shape[1] // 2
    even = pixels[: high * 2, : wide * 2]
    return np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


class Halves:
    """A picture (H, W) or (H, W, 3) and what it was halved to, kept: many want the same."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self._halved = [pixels]

    @property
    def most(self) -> int:
        """How often it can be halved."""
        return int(min(self._halved[0].shape[:2])).bit_length() - 1

    def times(self, power: int) -> NDArray[np.uint8]:
        """The picture halved `power` times, or as often as it can be."""
        power = min(power, self.most)
        while len(self._halved) <= power:
            self._halved.append(halved(self._halved[-1]))
        return self._halved[power]

    def turned(self, code: int) -> Halves:
        """The picture turned by `cv2.rotate`, each half when it is asked for: of a small one the large is not turned.

        The rows that halving leaves out are those of the picture as it lies: places may be off by a pixel of a half.
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
"""Pixels (H, W) or (H, W, 3), by themselves or with their halves"""


def halves_of(picture: PixelsOrHalves) -> Halves:
    """A picture with its halves, those that it brings along or new ones."""
    return picture if isinstance(picture, Halves) else Halves(picture)


def pixels_of(picture: PixelsOrHalves) -> NDArray[np.uint8]:
    """A picture's pixels."""
    return picture.times(0) if isinstance(picture, Halves) else picture


def area_means(picture: PixelsOrHalves, wide: int, high: int, *, least: float = 2) -> NDArray[np.uint8]:
    """A picture (H, W) or (H, W, 3) at that size; each pixel is the mean of what it stands for.

    Halved as often as leaves it at least `least` times as large: odd rows that halving leaves out are then about 1 % of
    the picture at most.
    """
    halves, times = halves_of(picture), 0
    while halves.times(times).shape[1] >= 2 * least * wide and halves.times(times).shape[0] >= 2 * least * high:
        times += 1
    return np.asarray(cv2.resize(halves.times(times), (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def shrunk(picture: PixelsOrHalves, wide: int, high: int) -> NDArray[np.uint8]:
    """A picture (H, W) or (H, W, 3) at that size, which is no larger.

    Every pixel has its share in the result: halves are means of all four, and a bilinear step that reduces by no more
    than 2 leaves none out.
    """
    halves = halves_of(picture)
    pixels = halves.times(0)
    height, width = pixels.shape[:2]
    times = 1
    while pixels.shape[1] >= 2 * wide and pixels.shape[0] >= 2 * high:
        times *= 2
        pixels = halves.times(times.bit_length() - 1)
    if pixels.shape[1] > 2 * wide or pixels.shape[0] > 2 * high:  # much longer than it is to become
        return np.asarray(cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    if pixels.shape[1] * times == width and pixels.shape[0] * times == height:
        return np.asarray(cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_LINEAR), np.uint8)
    # the rows that halving left out at the far edges still count as length: nothing moves
    across, down = width / times / wide, height / times / high
    matrix = np.array([(across, 0, across / 2 - 0.5), (0, down, down / 2 - 0.5)])
    return warped(pixels, matrix, (wide, high), cv2.BORDER_REPLICATE)


def warped(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int], beyond: int, level: int = 0
) -> NDArray[np.uint8]:
    """Pixels (H, W) or (H, W, C) sampled bilinearly at `size`, width first; `matrix` (2, 3) leads to their centres.

    OpenCV takes half of the time for four channels that it takes for three, and does the same; the copy lies at hand.

    Parameters
    ----------
    beyond
        OpenCV's way with what lies beyond the picture; a constant border is of `level`.
    """
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    colours = pixels.ndim == 3 and pixels.shape[2] == 3
    shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA) if colours else pixels
    there = cv2.warpAffine(shown, matrix, size, flags=flags, borderMode=beyond, borderValue=(level,) * 4)
    return np.asarray(cv2.cvtColor(there, cv2.COLOR_RGBA2RGB) if colours else there, np.uint8)
