"""Larger decodes of a photo, made when a small part of it is needed in detail; the latest one is kept."""

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
"""of the part's height: what a JPEG is decoded below it, where the crop round a face mostly ends"""


@dataclass(slots=True, eq=False)
class Enlarger:
    """Makes the larger decodes of `Photo.detail` and keeps the latest, as stored (not upright, not yet sRGB).

    `data` is None where the full-size raster is kept for good; `any_step` where the decoder offers smaller scales;
    `in_parts` where no more than the part that is asked for is ever decoded to full size. Of a JPEG the first larger
    decode ends below that part, the next is whole. There is no lock: two threads that need the same decode at the same
    moment both make it, and both get it right.
    """

    data: bytes | None
    turn: int
    colours: Colours
    kept: tuple[int, Box | None, NDArray[np.uint8]] | None
    any_step: bool
    in_parts: bool = False
    whole: Image.Image | None = None
    """instead of `data`: a decoder's own picture, of which parts are copied"""

    def part(self, step: int, box: Box, size: tuple[int, int]) -> NDArray[np.uint8]:
        """What lies in `box` of the picture at 1/`step` of its stored size."""
        x0, y0, x1, y1 = box
        if self.whole is not None:
            return flatten(self.whole, step, (x0 * step, y0 * step, min(x1 * step, size[0]), min(y1 * step, size[1])))[
                0
            ]
        kept, wanted = self.kept, None
        if self.in_parts and (kept is None or kept[0] != step or kept[1] is not None):
            wanted = (x0 * step, y0 * step, min(x1 * step, size[0]), min(y1 * step, size[1]))
        if kept is None or self._lacks(kept, step, y1) or (self.in_parts and kept[1] != wanted):
            assert self.data is not None
            below = min(round((y1 + _BELOW * (y1 - y0)) * step), size[1])
            rows = (0, 0, size[0], below if kept is None else size[1]) if self.any_step else None
            decoded = decode(self.data, lambda width, height, needs=0, /: step, wanted or rows)
            kept = self.kept = decoded.step, wanted, decoded.raster
        have, its_box, raster = kept
        if its_box is not None:
            return raster
        ratio = step // have
        pixels = cut(raster, (x0 * ratio, y0 * ratio, x1 * ratio, y1 * ratio))
        return block_mean(pixels, ratio) if ratio > 1 else pixels

    def _lacks(self, kept: tuple[int, Box | None, NDArray[np.uint8]], step: int, bottom: int) -> bool:
        """Whether a JPEG has to be decoded again: at another step, or further down (then to its end)."""
        return self.any_step and not self.in_parts and (kept[0] != step or len(kept[2]) < bottom)
