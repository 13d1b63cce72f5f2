"""Loads any photo source as upright sRGB pixels with the file's metadata.

Steps: limit on bytes, format by content, limits on pixels from the header, decode (JPEG at the smallest DCT scale that
gives the analysis size), orientation, reduction, conversion to sRGB (of the analysis pixels only).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from headshot_check.decoding.analysis_pixels import ANALYSIS_LONG_SIDE, STEPS, decode_step, is_grey, reduced
from headshot_check.decoding.colour_profile import to_srgb
from headshot_check.decoding.completeness import has_end
from headshot_check.decoding.decode import decode, decode_image, encoded_file
from headshot_check.decoding.decoded import Decoded, Plan, notes_on
from headshot_check.decoding.enlarger import Enlarger
from headshot_check.decoding.exif import Camera
from headshot_check.decoding.limits import PhotoLimits, check_size
from headshot_check.decoding.sniff import DecodeError
from headshot_check.decoding.source import Source, is_image, read_source
from headshot_check.decoding.upright import cut, scaled_box, stored_box, turned, turned_further, upright_box
from headshot_check.errors import PhotoError, out_of_memory

__all__ = ["ANALYSIS_LONG_SIDE", "Camera", "Photo", "PhotoLimits", "Source", "load"]

_USUAL = PhotoLimits()


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photo, ready to be looked at.

    Attributes
    ----------
    rgb
        (h, w, 3) uint8 upright sRGB analysis pixels, C-contiguous and read-only; the longer side is at most
        `ANALYSIS_LONG_SIDE`, smaller photos are not enlarged.
    width, height
        Upright size of the picture in the file, px.
    source
        Path as given, or "<bytes>", "<stream>", "<image>", "<array>".
    format
        "JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF" or "AVIF"; of a Pillow image that is no longer as it was
        opened, Pillow's name for it; None for arrays and for Pillow images that were not read from a file.
    bytes
        Encoded size; None when there is no encoded file.
    orientation
        The EXIF orientation that was applied, 1..8. HEIF files turn themselves without EXIF: 1.
    colour_profile
        Description of the embedded ICC profile (or of the colour primaries); None when there is none.
    greyscale
        No colour in the pixels, whatever the file calls itself.
    had_alpha
        Some part was transparent and has been laid over white.
    frames
        Pictures in the file; the first (HEIF: the primary one) is judged.
    animated
        Whether the file is an animation.
    bit_depth
        Bits per channel in the file.
    truncated
        The file ends early.
    truncated_fraction
        Share of the picture lost, 0..1; None when not truncated.
    coarse
        It ends before the fine detail of the part that is there.
    damaged
        Its data are corrupt: some part is shifted, discoloured or missing.
    made_up
        The part whose pixels are missing or unreliable because the file is truncated or damaged: (x0, y0, x1, y1) in
        fractions of the upright photo, all of it if the place is unknown; None if there is no such part.
    jpeg_quality
        Estimated from the quantisation table on libjpeg's scale, 1..100; None for other formats.
    camera
        What EXIF says about the camera.
    notes
        Notes for the report, as sentences without a full stop.
    """

    rgb: NDArray[np.uint8]
    width: int
    height: int
    source: str
    format: str | None = None
    bytes: int | None = None
    orientation: int = 1
    colour_profile: str | None = None
    greyscale: bool = False
    had_alpha: bool = False
    frames: int = 1
    animated: bool = False
    bit_depth: int = 8
    truncated: bool = False
    truncated_fraction: float | None = None
    coarse: bool = False
    damaged: bool = False
    made_up: tuple[float, float, float, float] | None = None
    jpeg_quality: float | None = None
    camera: Camera = field(default_factory=Camera)
    notes: tuple[str, ...] = ()
    _enlarger: Enlarger | None = field(default=None, repr=False)

    @property
    def scale(self) -> float:
        """Analysis pixels per pixel of the file, > 0 and at most 1."""
        return float(self.rgb.shape[1] / self.width)

    def detail(self, box: tuple[float, float, float, float], min_scale: float) -> tuple[NDArray[np.uint8], float]:
        """A part of the photo at a larger scale than the analysis pixels.

        Parameters
        ----------
        box
            (x0, y0, x1, y1) in upright full-size px, clipped to the photo.
        min_scale
            Least scale that the caller needs, result px per full-size px, > 0; values above 1 count as 1.

        Returns
        -------
        (h, w, 3) uint8 upright sRGB, read-only, and its scale: the analysis pixels when they satisfy `min_scale`, else
        the smallest of 1/8, 1/4, 1/2 and 1 that does. The crop starts at (floor(x0 * scale), floor(y0 * scale)) and
        ends at the ceilings of the far corner. The latest larger decode is kept.

        Raises
        ------
        ValueError
            The box lies outside the photo, or min_scale is not above 0.
        PhotoError
            The file cannot be decoded again (mostly "out_of_memory").
        """
        if not min_scale > 0:
            raise ValueError(f"min_scale must be above 0, not {min_scale}")
        if self.scale >= min_scale or self._enlarger is None or self.rgb.shape[1] == self.width:
            whole = scaled_box(box, self.scale, self.rgb.shape[1], self.rgb.shape[0])
            return _readonly(cut(self.rgb, whole)), self.scale
        step = next((s for s in STEPS if 1 / s >= min_scale), 1)
        wide, high = -(-self.width // step), -(-self.height // step)
        upright = scaled_box(box, 1 / step, wide, high)
        turn = self._enlarger.turn
        stored = (self.height, self.width) if turn >= 5 else (self.width, self.height)
        try:
            part = self._enlarger.part(step, stored_box(upright, turn, wide, high), stored)
        except MemoryError as error:
            raise out_of_memory(self.source) from error
        except Exception as error:
            raise PhotoError("damaged", self.source, "the larger decode failed") from error
        return _readonly(turned(to_srgb(part, self._enlarger.colours)[0], turn)), 1 / step

    def turned(self, quarters: int) -> Photo:
        """The photo turned clockwise by so many quarters."""
        turn = (1, 6, 3, 8)[quarters % 4]
        enlarger = self._enlarger
        if enlarger is not None:
            enlarger = replace(enlarger, turn=turned_further(enlarger.turn, quarters))
        wide, high = (self.height, self.width) if quarters % 2 else (self.width, self.height)
        rgb = _readonly(turned(self.rgb, turn))
        made_up = None if self.made_up is None else upright_box(self.made_up, turn)
        return replace(self, rgb=rgb, width=wide, height=high, made_up=made_up, _enlarger=enlarger)


def load(source: Source, *, limits: PhotoLimits = _USUAL) -> Photo:
    """Read a photo.

    Parameters
    ----------
    source
        Path; encoded bytes; binary file object (read from its position to its end); Pillow image (its current frame;
        not changed); or RGB uint8 array (H, W, 3), which must not be changed while `Photo.detail` is in use.
    limits
        Limits that are checked before decoding.

    Raises
    ------
    PhotoError
        For every way in which a photo can be unreadable; see `PHOTO_ERROR_CODES`.

    >>> load(np.full((600, 400, 3), 128, np.uint8)).scale
    1.0
    """
    name, data = read_source(source, limits.max_bytes)
    if is_image(source):
        data = encoded_file(source, limits.max_bytes) or b""

    def plan(width: int, height: int, needs: int = 0, /) -> int:
        if data and not (width and height):
            raise DecodeError("damaged", "the header gives a size of zero")
        check_size(width, height, needs, name, limits)
        return decode_step(max(width, height))

    again: bytes | None = None  # the file, if a larger decode needs it
    try:
        if isinstance(source, np.ndarray):
            decoded = _decode_array(source, name, plan)
        elif is_image(source) and not data:
            decoded = decode_image(source, plan)
        else:
            decoded = decode(data, plan)
            if decoded.format == "JPEG" or (decoded.step > 1 and decoded.whole is None):
                again = data
        return _photo(decoded, name, len(data) or None, again)
    except PhotoError:
        raise
    except DecodeError as error:
        raise PhotoError(error.code, name, error.cause, error.remedy) from error
    except Exception as error:  # decoders raise nearly anything on damaged files, MemoryError and SyntaxError included
        from PIL.Image import DecompressionBombError

        if isinstance(error, DecompressionBombError):
            raise PhotoError("too_many_pixels", name, "the picture is far too large") from error
        early = "the file ends early, and " if data and not has_end(io.BytesIO(data)) else ""
        if isinstance(error, MemoryError) and not early:
            raise out_of_memory(name) from error
        raise PhotoError("damaged", name, f"{early}the picture cannot be decoded") from error


def _decode_array(array: NDArray[np.uint8], name: str, plan: Plan) -> Decoded:
    if array.dtype != np.uint8:
        cause = f"the array holds {array.dtype}, not uint8"
        raise PhotoError("bad_input", name, cause, "Scale it to 0..255 and convert it to uint8.")
    if array.ndim != 3 or array.shape[2] != 3:
        cause = f"the array has the shape {array.shape}, not (H, W, 3)"
        raise PhotoError("bad_input", name, cause, "Give RGB in that order; repeat a grey picture three times.")
    plan(array.shape[1], array.shape[0])
    return Decoded(np.ascontiguousarray(array), None, array.shape[1], array.shape[0], borrowed=True)


def _photo(decoded: Decoded, name: str, size: int | None, again: bytes | None) -> Photo:
    # orientation before reduction: all eight orientations of a picture give identical analysis pixels
    upright = turned(decoded.raster, decoded.turn)
    width, height = decoded.width, decoded.height
    if decoded.turn >= 5:
        width, height = height, width
    small = reduced(upright, width, height)
    colours = decoded.colours.measured(small)
    rgb, profile, notes = to_srgb(small, colours)
    if decoded.borrowed and np.may_share_memory(rgb, decoded.raster):
        rgb = rgb.copy()
    jpeg = decoded.format == "JPEG" and again is not None
    in_parts = again is not None and not jpeg
    keeps = decoded.step > 1 if in_parts else decoded.step == 1
    kept = (decoded.step, None, decoded.raster) if keeps else None
    enlarger = Enlarger(again, decoded.turn, colours, kept, in_parts, decoded.whole)
    return Photo(
        rgb=_readonly(rgb),
        width=width,
        height=height,
        source=name,
        format=decoded.format,
        bytes=size,
        orientation=decoded.orientation,
        colour_profile=profile,
        greyscale=is_grey(rgb),
        had_alpha=decoded.transparent,
        frames=decoded.frames,
        animated=decoded.animated,
        bit_depth=decoded.bit_depth,
        truncated=decoded.lost is not None,
        truncated_fraction=decoded.lost,
        coarse=decoded.coarse or decoded.lost == 0,
        damaged=decoded.damaged,
        made_up=_made_up(decoded),
        jpeg_quality=decoded.jpeg_quality,
        camera=decoded.exif.camera,
        notes=(*notes_on(decoded, "current" if name == "<image>" else "first"), *notes),
        _enlarger=enlarger if max(decoded.width, decoded.height) > max(rgb.shape) else None,
    )


def _made_up(decoded: Decoded) -> tuple[float, float, float, float] | None:
    """`Photo.made_up`."""
    if not (decoded.damaged or decoded.lost):
        return None
    if decoded.damaged or decoded.lost is None or decoded.lost_at is None:
        return 0.0, 0.0, 1.0, 1.0
    top, bottom = (0.0, decoded.lost) if decoded.lost_at == "top" else (1 - decoded.lost, 1.0)
    return upright_box((0.0, top, 1.0, bottom), decoded.turn)


def _readonly(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    pixels.setflags(write=False)
    return pixels
