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
"""Pictures with more pixels are reduced while they are decoded; parts at full size are decoded again on demand."""
BULKY_PIXELS = 4_000_000
"""Pictures with more pixels are never copied at full size; HEIC grids with more are decoded tile by tile."""


class Plan(Protocol):
    """Checks the limits and chooses the scale, called by each decoder before it decodes anything."""

    def __call__(self, width: int, height: int, needs: int = 0, /) -> int:
        """Choose the step to decode at, 1, 2, 4 or 8: the result has 1/step of the stored size.

        Parameters
        ----------
        width, height
            Stored size, px.
        needs
            Memory that the decoder would allocate, bytes.

        Raises
        ------
        Exception
            Size or memory are outside the limits.
        """


class Decoded(NamedTuple):
    """A decoded picture.

    Attributes
    ----------
    raster
        Uint8, (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK with 255 = full ink, as stored, without alpha.
    step
        `raster` has 1/step of the stored size (rounded up): 1, 2, 4 or 8.
    width, height
        Stored size, px.
    turn
        The EXIF orientation, 1..8, that is still to be applied to `raster`.
    colours
        Colour space of `raster`.
    transparent
        Some pixel was not opaque; it has been composited over white.
    lost
        Share of the rows missing because the file is truncated, 0..1; None when it is complete.
    lost_at
        At which end of the stored rows they are missing; None if unknown.
    coarse
        The file is truncated before the fine detail (progressive JPEG, interlaced PNG).
    damaged
        The data are corrupt: some part is shifted, discoloured or missing.
    borrowed
        `raster` shares memory with the caller's array or with a decoder.
    whole
        The full-size picture that `raster` was reduced from, if it is kept for later details.
    notes
        Notes for the report, as sentences without a full stop.
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
        """The EXIF orientation of the picture, 1..8; always 1 for HEIF, which has a rotation property of its own."""
        return 1 if self.format == "HEIF" else self.turn


def bulky_step_of(plan: Plan, width: int, height: int, needs: int) -> int:
    """The step to reduce by after a decode at full size, for a decoder whose picture can be kept (`stays_whole`)."""
    step = plan(width, height, needs)
    return step if width * height > BULKY_PIXELS else 1


def stays_whole(width: int, height: int) -> bool:
    """Whether the decoder's full-size picture is kept, so that details need no second decode."""
    return BULKY_PIXELS < width * height <= LARGE_PIXELS


def step_of(plan: Plan, width: int, height: int, needs: int) -> int:
    """The step to reduce by after a decode at full size that allocates `needs` bytes."""
    step = plan(width, height, needs)
    return step if width * height > LARGE_PIXELS else 1


def percentage(share: float) -> str:
    """A share above 0, in words: "70 %", "less than 1 %"."""
    return f"{100 * share:.0f} %" if share >= 0.005 else "less than 1 %"


def notes_on(decoded: Decoded, which: str) -> list[str]:
    """Notes for the report.

    Parameters
    ----------
    which
        Which of several frames was decoded: "first" or "current".
    """
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
