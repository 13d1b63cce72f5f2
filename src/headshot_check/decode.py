"""Encoded bytes or a Pillow image -> pixels as stored, in the file's own colours, and what the file says of itself.

Pillow's plugins are used one by one rather than through `Image.open`: the content decides which, our own limits apply
before anything is allocated, and none of Pillow's process-wide switches (bomb limit, truncated files) is touched.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .exif import ExifFacts, read_exif
from .jpeg_facts import JpegError, quality_of_table, read_jpeg
from .sniff import SniffError, bit_depth_of, cicp_of, gif_frames, sniff, webp_size

Plan = Callable[[int, int], int]
"""(stored width, height) -> the step to decode at: 1, 2, 4 or 8. Raises when the size is outside the limits."""

_PLUGINS = {
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
    "GIF": ("GifImagePlugin", "GifImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "BMP": ("BmpImagePlugin", "BmpImageFile"),
    "AVIF": ("AvifImagePlugin", "AvifImageFile"),
}
_JPEG_MODES = {1: ("L", "L"), 3: ("RGB", "RGB"), 4: ("CMYK", "CMYK;I")}  # ink is stored inverted, as Adobe does
_END_OF_IMAGE = b"\xff\xd9"
_TIFF_BITS = 258


class DecodeError(Exception):
    """`code` is a `PhotoError` code; the caller knows the name of the file and makes the sentence."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(cause)
        self.code = code
        self.cause = cause


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One decode.

    Attributes:
        raster: uint8, (h, w) grey, (h, w, 3) RGB or (h, w, 4) CMYK with 255 = full ink, as stored, without alpha.
        step: `raster` has 1/step of the stored size (rounded up): 1, 2, 4 or 8.
        width, height: stored size, px.
        turn: the EXIF orientation that `raster` still needs, 1..8.
        orientation: the EXIF orientation that `raster` needed or that its decoder applied, 1..8.
        cicp: colour primaries and transfer codes (ITU-T H.273) or None.
        transparent: some pixel was not opaque; it has been laid over white.
        lost: share of the rows that a truncated file no longer holds, 0..1; None when the file is complete.
    """

    raster: NDArray[np.uint8]
    format: str | None
    width: int
    height: int
    step: int = 1
    exif: ExifFacts = field(default_factory=ExifFacts)
    turn: int = 1
    orientation: int = 1
    icc: bytes = b""
    cicp: tuple[int, int] | None = None
    frames: int = 1
    animated: bool = False
    bit_depth: int = 8
    transparent: bool = False
    jpeg_quality: float | None = None
    lost: float | None = None
    notes: tuple[str, ...] = ()


def decode(data: bytes, plan: Plan) -> Decoded:
    """Decodes an encoded picture of any supported format, told by its content.

    Raises:
        DecodeError: not a picture, a format that is not read, or damaged.
        Exception: whatever `plan` raises, and anything a decoder comes up with on a damaged file.
    """
    try:
        name = sniff(data)
    except SniffError as error:
        raise DecodeError(error.code, str(error)) from error
    if name == "JPEG":
        return _decode_jpeg(data, plan)
    if name == "HEIF":
        return _decode_heif(data, plan)
    return _decode_plugin(data, name, plan)


def decode_image(image: Image.Image, plan: Plan) -> Decoded:
    """The current frame of a Pillow image, which is read but not changed (a lazy one is loaded)."""
    plan(*image.size)
    embedded = image.info.get("exif")
    image.load()
    exif = read_exif(embedded if isinstance(embedded, bytes) else b"")
    try:
        # What the caller did to the image counts: ImageOps.exif_transpose clears the tag here.
        orientation = image.getexif().get(0x0112, 1)
        if not isinstance(embedded, bytes):
            exif = read_exif(image.getexif().tobytes())
    except Exception:  # Pillow reads the block more strictly than read_exif does
        orientation = exif.orientation
    turn = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    raster, transparent, notes = _flatten(image)
    tables = getattr(image, "quantization", None)
    icc = image.info.get("icc_profile")
    name = image.format
    return Decoded(
        raster,
        {"MPO": "JPEG", "DIB": "BMP"}.get(name, name) if name else None,
        raster.shape[1],
        raster.shape[0],
        exif=exif,
        turn=turn,
        orientation=turn,
        icc=icc if isinstance(icc, bytes) else b"",
        frames=_frames(image),
        animated=_frames(image) > 1 and name != "TIFF",
        bit_depth=_mode_bits(image.mode),
        transparent=transparent,
        jpeg_quality=quality_of_table(np.array(tables[0])) if isinstance(tables, dict) and 0 in tables else None,
        notes=notes,
    )


def _decode_jpeg(data: bytes, plan: Plan) -> Decoded:
    """Decodes at a DCT scale, and what there is of a truncated file.

    Pillow's jpeg decoder is fed by hand. A truncated file is told by the decoder asking for more; it is then decoded
    again with an end-of-image marker put behind it, which makes libjpeg fill the missing rows with mid-grey. (Pillow's
    own way is the process-wide ImageFile.LOAD_TRUNCATED_IMAGES, which would change other threads' results.)
    """
    try:
        facts = read_jpeg(data)
    except JpegError as error:
        raise DecodeError("damaged" if error.supported else "unsupported_format", str(error)) from error
    step = plan(facts.width, facts.height)
    mode, raw = _JPEG_MODES[facts.components]
    image = Image.new(mode, (-(-facts.width // step), -(-facts.height // step)))
    lost: float | None = None
    try:
        image.frombytes(data, "jpeg", (raw, "", step, 0))
    except ValueError as error:
        if "not enough" not in str(error):
            raise
        image.frombytes(data + _END_OF_IMAGE, "jpeg", (raw, "", step, 0))
        lost = 0.0
    raster = np.asarray(image)
    if lost is not None:
        lost = _uniform_tail(raster)
        if lost == 1:
            raise DecodeError("damaged", "the file ends before the first row of the picture")
    exif = read_exif(facts.exif)
    return Decoded(
        raster,
        "JPEG",
        facts.width,
        facts.height,
        step=step,
        exif=exif,
        turn=exif.orientation,
        orientation=exif.orientation,
        icc=facts.icc,
        jpeg_quality=facts.quality,
        lost=lost,
    )


def _uniform_tail(raster: NDArray[np.uint8]) -> float:
    """Share of the rows, from the bottom, that have the one colour of the last pixel throughout."""
    rows = raster.reshape(raster.shape[0], -1)
    last = np.tile(raster[-1, -1], raster.shape[1])
    broken = np.flatnonzero((rows != last).any(axis=1))
    return 1 - (int(broken[-1]) + 1) / len(rows) if len(broken) else 1.0


def _decode_heif(data: bytes, plan: Plan) -> Decoded:
    """The primary picture of a HEIF file; libheif has applied its rotation and mirroring, EXIF does not count there."""
    try:
        import pillow_heif
    except ImportError as error:
        raise DecodeError("unsupported_format", "this is a HEIC picture and pillow-heif is not installed") from error
    container = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    picture = container[container.primary_index]
    plan(*picture.size)
    info: dict[str, Any] = picture.info
    nclx = info.get("nclx_profile")
    image = picture.to_pillow()
    raster, transparent, notes = _flatten(image)
    return Decoded(
        raster,
        "HEIF",
        raster.shape[1],
        raster.shape[0],
        exif=read_exif(info.get("exif") or b""),
        icc=info.get("icc_profile") or b"",
        cicp=(int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])) if nclx else None,
        frames=len(container),
        bit_depth=int(info.get("bit_depth") or 8),
        transparent=transparent,
        notes=notes,
    )


def _decode_plugin(data: bytes, name: str, plan: Plan) -> Decoded:
    if name == "WEBP":
        size = webp_size(data)
        if size is not None:
            plan(*size)
    module, cls = _PLUGINS[name]
    try:
        plugin: Any = getattr(importlib.import_module(f"PIL.{module}"), cls)
    except ImportError as error:
        raise DecodeError("unsupported_format", f"{name} needs Pillow 11.3 or newer") from error
    image: Image.Image = plugin(io.BytesIO(data))
    plan(*image.size)
    frames = gif_frames(data) if name == "GIF" else _frames(image)
    exif = read_exif(data) if name == "TIFF" else ExifFacts()
    if exif.raw_preview:
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not read here")
    bits = bit_depth_of(data, name) or _tiff_bits(image)
    image.load()
    raster, transparent, notes = _flatten(image)
    turn = 1
    if name == "TIFF":  # Pillow has turned the pixels of a TIFF already
        turn = int(image.getexif().get(0x0112, 1))
    else:  # a PNG may carry EXIF behind its pixels, so ask after loading
        exif = read_exif(_exif_block(image))
        turn = exif.orientation
    icc = image.info.get("icc_profile")
    return Decoded(
        raster,
        name,
        raster.shape[1],  # decoders may differ from their headers
        raster.shape[0],
        exif=exif,
        turn=turn,
        orientation=exif.orientation,
        icc=icc if isinstance(icc, bytes) else b"",
        cicp=cicp_of(data, name),
        frames=frames,
        animated=frames > 1 and name != "TIFF",
        bit_depth=bits or _mode_bits(image.mode),
        transparent=transparent,
        notes=notes,
    )


def _exif_block(image: Image.Image) -> bytes:
    block = image.info.get("exif")
    if isinstance(block, bytes):
        return block
    text = image.info.get("Raw profile type exif")  # ImageMagick's way of putting EXIF into a PNG
    if isinstance(text, str):
        try:
            return bytes.fromhex("".join(text.split("\n")[3:]))
        except ValueError:
            return b""
    return b""


def _frames(image: Image.Image) -> int:
    try:
        return max(int(getattr(image, "n_frames", 1)), 1)
    except Exception:  # counting reads on through the file, and later frames may be damaged
        return 1


def _tiff_bits(image: Image.Image) -> int | None:
    bits = getattr(image, "tag_v2", {}).get(_TIFF_BITS)
    return max(bits) if isinstance(bits, tuple) and bits else None


def _mode_bits(mode: str) -> int:
    if mode == "1":
        return 1
    return 16 if mode.startswith("I;16") else 32 if mode in ("I", "F") else 8


def _flatten(image: Image.Image) -> tuple[NDArray[np.uint8], bool, tuple[str, ...]]:
    """A loaded image -> 8-bit grey, RGB or CMYK, transparency laid over white; whether there was any; notes."""
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;16"):
        return _eight_bits(np.asarray(image)), False, ()
    transparent = False
    if image.has_transparency_data:
        rgba = image.convert("RGBA") if mode != "La" else image.convert("LA").convert("RGBA")
        alpha = rgba.getchannel("A")
        transparent = alpha.getextrema() != (255, 255)
        image = rgba.convert("RGB")
        if transparent:
            white = Image.new("RGB", rgba.size, "white")
            white.paste(image, mask=alpha)
            image = white
    elif mode == "1":
        image = image.convert("L")
    elif mode not in ("L", "RGB", "CMYK"):
        try:
            image = image.convert("RGB")
        except ValueError as error:
            raise DecodeError("unsupported_format", f"pixels of the kind {mode} are not read here") from error
    return np.asarray(image), transparent, ()


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits, whole or real, to 8 bits: by the full range of its type where that is clear."""
    if values.dtype.kind == "u":
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    real = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(real.max())
    white = next((full for full in (1.0, 255.0, 65535.0) if top <= full), top)
    if values.dtype.kind == "i" and white == 1.0:
        white = 255.0
    return np.asarray(np.clip(np.rint(real * (255 / white)), 0, 255), np.uint8)
