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

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from headshot_check.decoding.exif import ExifFacts, read_exif
from headshot_check.decoding.flatten import bits_of_mode, flatten
from headshot_check.decoding.jpeg_facts import JpegError, quality_of_table, read_jpeg
from headshot_check.decoding.pillow_pixels import copied_pixels
from headshot_check.decoding.sniff import DecodeError, bit_depth_of, cicp_of, gif_frames, sniff, webp_size

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
# Four bytes for three colours, as Pillow keeps them; ink is stored inverted, as Adobe does.
_JPEG_MODES = {1: ("L", "L"), 3: ("RGB", "RGBX"), 4: ("CMYK", "CMYK;I")}
_ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")
_END_OF_IMAGE = b"\xff\xd9"
_TIFF_BITS = 258


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
        borrowed: `raster` is somebody else's memory: the caller's array, or a decoder's.
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
    borrowed: bool = False


def decode(data: bytes, plan: Plan) -> Decoded:
    """Decodes an encoded picture of any supported format, told by its content.

    Raises:
        DecodeError: not a picture, a format that is not read, or damaged.
        Exception: whatever `plan` raises, and anything a decoder comes up with on a damaged file.
    """
    name = sniff(data)
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
    raster, transparent = flatten(image)
    tables = getattr(image, "quantization", None)
    icc = image.info.get("icc_profile")
    name = {"MPO": "JPEG", "DIB": "BMP"}.get(image.format, image.format) if image.format else None
    frames = 1 if name == "JPEG" else _frames(image)  # what follows the photo in an MPO is its depth or gain map
    return Decoded(
        raster,
        name,
        raster.shape[1],
        raster.shape[0],
        exif=exif,
        turn=turn,
        orientation=turn,
        icc=icc if isinstance(icc, bytes) else b"",
        frames=frames,
        animated=frames > 1 and name in _ANIMATED,
        bit_depth=bits_of_mode(image.mode),
        transparent=transparent,
        jpeg_quality=quality_of_table(np.array(tables[0])) if isinstance(tables, dict) and 0 in tables else None,
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
    # None: not blackened first, for the decoder writes every row or fails
    image = Image.new(mode, (-(-facts.width // step), -(-facts.height // step)), None)
    lost: float | None = None
    try:
        image.frombytes(data, "jpeg", (raw, "", step, 0))
    except ValueError as error:
        if "not enough" not in str(error):
            raise
        image.frombytes(data + _END_OF_IMAGE, "jpeg", (raw, "", step, 0))
        lost = 0.0
    raster = copied_pixels(image)
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
    if picture.mode == "RGB":  # its own pixels: by way of Pillow a 12-megapixel picture takes 70 MB more
        raster, transparent = np.asarray(picture)[:, : picture.size[0]], False
    else:
        raster, transparent = flatten(picture.to_pillow())
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
        borrowed=picture.mode == "RGB",
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
    image: ImageFile.ImageFile = plugin(io.BytesIO(data))
    plan(*image.size)
    frames = gif_frames(data) if name == "GIF" else _frames(image)
    exif = read_exif(data) if name == "TIFF" else ExifFacts()
    if exif.raw_preview:
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not read here")
    bits = bit_depth_of(data, name) or _tiff_bits(image)
    if name == "TIFF" and exif.orientation < 5:
        # The TIFF plugin sets its pixels aside itself, with a warning that belongs to Pillow's limit and not to ours.
        ImageFile.ImageFile.load_prepare(image)
    opaque = _opaque_webp(data) if name == "WEBP" and image.mode == "RGB" and frames == 1 else None
    if opaque is None:
        image.load()
    raster, transparent = flatten(image) if opaque is None else (opaque, False)
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
        animated=frames > 1 and name in _ANIMATED,
        bit_depth=bits or bits_of_mode(image.mode),
        transparent=transparent,
    )


def _opaque_webp(data: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a still WebP without transparency; None when it is damaged.

    They are the same as by way of Pillow, which sets aside 170 MB more for 12 megapixels and takes twice as long.
    """
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if bgr is None else np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


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
