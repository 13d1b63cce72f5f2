"""Decodes a photo again at a larger scale when details are needed; the latest decode is cached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.decode import decode
from headshot_check.decoding.flatten import Box, flatten
from headshot_check.decoding.upright import block_mean, cut

if TYPE_CHECKING:
    from PIL import Image

_BELOW = 0.35
"""share of the part's height by which a JPEG is decoded beyond it: a crop around the face mostly ends there"""


@dataclass(slots=True, eq=False)
class Enlarger:
    """Decodes for `Photo.detail` and caches the latest result, as stored (orientation and colours not applied).

    The first larger decode of a JPEG ends a little below the requested part, the next is complete. There is no lock:
    two threads that need the same decode at the same time both make it.

    Attributes
    ----------
    data
        The encoded file; None if the full-size raster is in `kept` permanently.
    turn
        The EXIF orientation, 1..8.
    kept
        The cached decode: its step, the part that it shows (None: all), its pixels.
    in_parts
        Whether only the requested part is kept at full size (all formats but JPEG).
    whole
        Instead of `data`: the decoder's full-size picture, of which parts are converted.
    """

    data: bytes | None
    turn: int
    colours: Colours
    kept: tuple[int, Box | None, NDArray[np.uint8]] | None
    in_parts: bool = False
    whole: Image.Image | None = None

    def part(self, step: int, box: Box, size: tuple[int, int]) -> NDArray[np.uint8]:
        """The pixels in `box`, px of the stored picture at 1/`step` of its size; `size` is its full size, px."""
        x0, y0, x1, y1 = box
        in_full = (x0 * step, y0 * step, min(x1 * step, size[0]), min(y1 * step, size[1]))
        if self.whole is not None:
            return flatten(self.whole, step, in_full)[0]
        kept = self.kept
        wanted = in_full if self.in_parts and (kept is None or kept[0] != step or kept[1] is not None) else None
        if kept is None or self._lacks(kept, step, y1) or (self.in_parts and kept[1] != wanted):
            assert self.data is not None
            below = min(round((y1 + _BELOW * (y1 - y0)) * step), size[1])
            rows = (0, 0, size[0], below if kept is None else size[1])
            decoded = decode(self.data, lambda width, height, needs=0, /: step, wanted or rows)
            kept = self.kept = decoded.step, wanted, decoded.raster
        have, its_box, raster = kept
        if its_box is not None:
            return raster
        ratio = step // have
        pixels = cut(raster, (x0 * ratio, y0 * ratio, x1 * ratio, y1 * ratio))
        return block_mean(pixels, ratio) if ratio > 1 else pixels

    def _lacks(self, kept: tuple[int, Box | None, NDArray[np.uint8]], step: int, bottom: int) -> bool:
        """Whether a JPEG must be decoded again: at another step, or because the cached rows end above `bottom`."""
        return self.data is not None and not self.in_parts and (kept[0] != step or len(kept[2]) < bottom)
