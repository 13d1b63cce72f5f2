"""Converts the colours of a file to sRGB, by its ICC profile or its colour codes (CICP: HEIF, AVIF, PNG)."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.hdr import hdr_note, is_hdr, peak_of, tone_mapped
from headshot_check.decoding.wide_colours import (
    ADOBE_RGB,
    DISPLAY_P3,
    SPACE_OF_PRIMARIES,
    SRGB_MATRIX,
    WideSpace,
    in_srgb,
)

if TYPE_CHECKING:
    from PIL import Image

_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
_SPACES = {"GRAY": 1, "RGB": 3, "CMYK": 4}
_SAME = 2  # levels of 255; a profile that changes no colour of a cube by more is sRGB under another name
_ALIKE = 1  # levels; a profile that differs from a known colour space by no more is that space
_WIDE = (DISPLAY_P3, ADOBE_RGB)
_GAMMA_BY_CODE = {4: 2.2, 5: 2.8, 8: 1.0}  # transfer characteristics; the other ones are near sRGB's


class Colours(NamedTuple):
    """The colour space of a file's pixels.

    Attributes
    ----------
    icc
        The embedded profile, b"" for none. It takes precedence over the others.
    cicp
        Colour primaries and transfer characteristics, codes of ITU-T H.273, or None.
    space
        Colour space from other metadata (gAMA and cHRM of PNG), or None.
    peak
        Peak luminance of the whole HDR picture in multiples of diffuse white; None if not measured yet.
    """

    icc: bytes = b""
    cicp: tuple[int, int] | None = None
    space: WideSpace | None = None
    peak: float | None = None

    def measured(self, raster: NDArray[np.uint8]) -> Colours:
        """The same with the peak of an HDR picture, measured on `raster`, which shows all of it."""
        if self.icc or not is_hdr(self.cicp):
            return self
        return self._replace(peak=peak_of(_plain(raster), self.cicp, 255))


_NOTHING_SAID = Colours()


def to_srgb(
    raster: NDArray[np.uint8], colours: Colours = _NOTHING_SAID
) -> tuple[NDArray[np.uint8], str | None, tuple[str, ...]]:
    """Convert pixels to sRGB.

    Parameters
    ----------
    raster
        (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK with 255 = full ink, uint8.
    colours
        Its colour space.

    Returns
    -------
    (h, w, 3) uint8 sRGB, the description of the profile or None, and notes for the report. A profile that cannot be
    used gives a note, and the colours are taken as sRGB.
    """
    if colours.icc:
        return _by_profile(raster, colours.icc)
    rgb = _plain(raster)
    if colours.cicp is not None and (raster.ndim == 2 or raster.shape[2] == 3):
        primaries, transfer = colours.cicp
        wide = SPACE_OF_PRIMARIES.get(primaries)
        if is_hdr(colours.cicp):
            rgb = tone_mapped(rgb, colours.cicp, 255, colours.peak)
            return rgb, wide.name if wide is not None else None, (hdr_note(colours.cicp),)
        if transfer in _GAMMA_BY_CODE:
            matrix = wide.matrix if wide is not None else SRGB_MATRIX
            wide = WideSpace(wide.name if wide is not None else "BT.709", matrix, _GAMMA_BY_CODE[transfer])
        return (rgb, None, ()) if wide is None else (in_srgb(rgb, wide), wide.name, ())
    if colours.space is not None and (raster.ndim == 2 or raster.shape[2] == 3):
        return in_srgb(rgb, colours.space), colours.space.name, ()
    return rgb, None, ()


def _by_profile(raster: NDArray[np.uint8], icc: bytes) -> tuple[NDArray[np.uint8], str | None, tuple[str, ...]]:
    channels = 1 if raster.ndim == 2 else raster.shape[2]
    name, space, transform = _profile(icc, channels)
    if space == 3 and channels == 1:  # a grey picture with an RGB profile
        raster, channels = _plain(raster), 3
        name, space, transform = _profile(icc, channels)
    elif space == 1 and channels == 3 and not _has_colour(raster):  # grey pixels as RGB, with a grey profile
        raster = np.ascontiguousarray(raster[..., 1])
        name, space, transform = _profile(icc, 1)
    if space not in (1, 3, 4) or (space == 1 and raster.ndim == 3):
        return _plain(raster), name, ("the embedded colour profile cannot be used: colours taken as sRGB",)
    if isinstance(transform, WideSpace):
        return in_srgb(raster, transform), name, ()
    if transform is not None:
        return np.asarray(transform.apply(_pillow(raster))), name, ()
    return _plain(raster), name, ()


def _has_colour(rgb: NDArray[np.uint8]) -> bool:
    return bool((rgb[..., 0] != rgb[..., 1]).any() or (rgb[..., 1] != rgb[..., 2]).any())


@lru_cache(maxsize=16)
def _profile(icc: bytes, channels: int) -> tuple[str | None, int | None, Any]:
    """Description, channels of the profile (None if it cannot be used), and a known space or a transform to sRGB.

    The last is None if the pixels are sRGB already.
    """
    try:
        from PIL import ImageCms

        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        facts: Any = profile.profile
        name = " ".join(str(facts.profile_description or "").replace("\0", " ").split()) or None
        space = _SPACES.get(str(facts.xcolor_space).strip())
        if space != channels:
            return name, space if {space, channels} == {1, 3} else None, None
        if space == 3 and (name or "").casefold().startswith("srgb"):
            return name, space, None
        mode = _MODES[channels]
        transform = ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if channels == 3:
            steps = np.arange(0, 256, 51, dtype=np.uint8)
            cube = np.ascontiguousarray(np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3))
            moved = np.asarray(transform.apply(_pillow(cube))).astype(np.int16) - cube
            if np.abs(moved).max() <= _SAME:
                return name, space, None
            return name, space, _known(transform) or transform
        return name, space, transform
    except Exception:  # LittleCMS raises various exceptions for damaged profiles
        return None, None, None


def _known(transform: Any) -> WideSpace | None:
    """The known space that converts all greys and a cube of colours as `transform` does; None if there is none."""
    steps = np.append(np.arange(0, 256, 32), 255).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    probe = np.concatenate([cube, greys], axis=1)
    wanted = np.asarray(transform.apply(_pillow(probe))).astype(np.int16)
    return next((space for space in _WIDE if np.abs(in_srgb(probe, space) - wanted).max() <= _ALIKE), None)


def _pillow(raster: NDArray[np.uint8]) -> Image.Image:
    from PIL import Image

    mode = _MODES[1 if raster.ndim == 2 else raster.shape[2]]
    raster = np.ascontiguousarray(raster)
    return Image.frombuffer(mode, (raster.shape[1], raster.shape[0]), raster, "raw", mode, 0, 1)


def _plain(raster: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) RGB without a profile: grey repeated, CMYK by Pillow's simple formula."""
    if raster.ndim == 2:
        return np.asarray(cv2.cvtColor(raster, cv2.COLOR_GRAY2RGB), np.uint8)
    if raster.shape[2] == 4:
        return np.asarray(_pillow(raster).convert("RGB"))
    return raster
