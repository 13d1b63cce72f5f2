"""The result of a decoder: the pixels as stored, in the file's own colours, and the file's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.exif import ExifFacts

if TYPE_CHECKING:
    from PIL import Image

LARGE_PIXELS = 40_000_000
"""A picture with more of them is reduced while it is decoded, and what is needed of its full size is decoded again."""
BULKY_PIXELS = 4_000_000
"""Of a picture with more of them no second full size is made beside the decoder's own; a grid is decoded by tiles."""


class Plan(Protocol):
    """What is asked before anything is decoded."""

    def __call__(self, width: int, height: int, needs: int = 0, /) -> int:
        """(stored width, height, bytes that decoding sets aside) -> the step to decode at: 1, 2, 4 or 8.

        Raises when size or bytes are outside the limits.
        """


class Decoded(NamedTuple):
    """One decode.

    Attributes
    ----------
    raster
        Uint8, (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK with 255 = full ink, as stored, without alpha.
    step
        `raster` has 1/step of the stored size (rounded up): 1, 2, 4 or 8.
    width, height
        Stored size, px.
    turn
        The EXIF orientation that `raster` still needs, 1..8.
    colours
        In which colours it is.
    transparent
        Some pixel was not opaque; it has been laid over white.
    lost
        Share of the rows that a file which ends early no longer holds, 0..1; None when all are there.
    lost_at
        At which end of the stored rows they are missing; None where it is not known which part is.
    coarse
        The file ends before the fine detail: what it still holds of a picture in several scans is as the first gave it.
    damaged
        The data contradict themselves: some part is shifted, discoloured or missing.
    borrowed
        `raster` is somebody else's memory: the caller's array, or a decoder's.
    whole
        What `raster` was reduced from, where it need not be decoded again.
    notes
        What the decoder did that a reader of the report should know.
    """

    raster: NDArray[np.uint8]
    format: str | None
    width: int
    height: int
    step: int = 1
    exif: ExifFacts = ExifFacts()
    turn: int = 1
    colours: Colours = Colours()
    frames: int = 1
    animated: bool = False
    bit_depth: int = 8
    transparent: bool = False
    jpeg_quality: float | None = None
    lost: float | None = None
    lost_at: Literal["top", "bottom"] | None = None
    coarse: bool = False
    damaged: bool = False
    borrowed: bool = False
    whole: Image.Image | None = None
    notes: tuple[str, ...] = ()

    @property
    def orientation(self) -> int:
        """The EXIF orientation of the picture, 1..8; a HEIF file turns itself without it."""
        return 1 if self.format == "HEIF" else self.turn


def bulky_step_of(plan: Plan, width: int, height: int, needs: int) -> int:
    """The step to reduce what was decoded by, for a decoder whose own picture is kept."""
    step = plan(width, height, needs)
    return step if width * height > BULKY_PIXELS else 1


def stays_whole(width: int, height: int) -> bool:
    """Whether a decoder's own picture is kept, for what is needed of its full size."""
    return BULKY_PIXELS < width * height <= LARGE_PIXELS


def step_of(plan: Plan, width: int, height: int, needs: int) -> int:
    """The step to reduce by, for a decoder that knows no smaller decode and sets aside so many bytes."""
    step = plan(width, height, needs)
    return step if width * height > LARGE_PIXELS else 1


def percentage(share: float) -> str:
    """A share above 0, in words: "70 %", "less than 1 %"."""
    return f"{100 * share:.0f} %" if share >= 0.005 else "less than 1 %"


def notes_on(decoded: Decoded, which: str) -> list[str]:
    """What a reader should know of a decode; `which` of several frames it is: "first" or "current"."""
    notes = []
    if decoded.animated:
        notes.append(f"animated: {which} of {decoded.frames} frames judged")
    elif decoded.frames > 1:
        notes.append(
            f"{decoded.frames} pictures in the file: {'primary' if decoded.format == 'HEIF' else which} judged"
        )
    if decoded.bit_depth > 8:
        notes.append(f"{decoded.bit_depth}-bit reduced to 8")
    if decoded.transparent:
        notes.append("transparent parts laid over white")
    if decoded.raster.ndim == 3 and decoded.raster.shape[2] == 4:
        notes.append("CMYK converted to sRGB")
    if decoded.lost is not None:
        lost = f"{percentage(decoded.lost)} of the picture is missing" if decoded.lost > 0 else "fine detail is missing"
        notes.append(f"the file ends early: {lost}")
    if decoded.damaged:
        notes.append("the file is damaged: part of the picture is shifted, discoloured or missing")
    return [*notes, *decoded.notes]
