"""Writes crops as JPEG or PNG in sRGB; the colour profile is the only metadata."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headshot_check.crop.targets import CropError
from headshot_check.part_files import write_whole

JPEG_QUALITY = 92
FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
"""Formats by file suffix."""


def format_of(path: Path) -> str:
    """ "JPEG" or "PNG", by the name's suffix.

    Raises
    ------
    CropError
        Another suffix, or none.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise CropError(f"{path}: a crop is written as JPEG or PNG: end the name in .jpg or .png")
    return kind


def places_in(folder: Path, photos: Sequence[str], target: str) -> list[Path]:
    """A file of its own in a folder for each photo: "me-linkedin.jpg", "me-2-linkedin.jpg". The folder is created.

    Raises
    ------
    CropError
        The folder cannot be made.
    """
    if folder.suffix.lower() in FORMATS and not folder.is_dir():
        raise CropError(f"{folder}: several photos need a folder: name one, or crop them one by one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CropError(f"{folder}: cannot be made ({error.strerror}): choose another place or name") from error
    numbers: dict[str, int] = {}
    places = []
    for photo in photos:
        stem = name = "photo" if photo == "-" else Path(photo).stem
        while name.casefold() in numbers:  # macOS and Windows ignore case
            numbers[stem.casefold()] += 1
            name = f"{stem}-{numbers[stem.casefold()]}"
        numbers[name.casefold()] = 1
        places.append(folder / f"{name}-{target}.jpg")
    return places


def encoded(pixels: NDArray[np.uint8], kind: str) -> bytes:
    """The file's bytes: JPEG (quality 92, full colour resolution) or PNG; the sRGB profile is its only metadata."""
    from PIL import Image

    file = BytesIO()
    image = Image.fromarray(pixels)
    if kind == "JPEG":
        # not optimised: that limits Pillow's buffer to a byte per pixel, too little for noise at 4:4:4
        image.save(file, kind, quality=JPEG_QUALITY, subsampling=0, icc_profile=_srgb())
    else:
        image.save(file, kind, optimize=True, icc_profile=_srgb())
    return file.getvalue()


def write(path: Path, data: bytes, source: str | None = None) -> None:
    """Write a file atomically: it is complete or does not exist.

    Parameters
    ----------
    source
        Path of the photo that was cropped; it is never overwritten.

    Raises
    ------
    CropError
        The path is the photo itself, or cannot be written to.
    """
    if source is not None and _same(path, Path(source)):
        raise CropError(f"{path}: this is the photo itself, which is never overwritten: give the crop another name")
    if path.is_dir():
        raise CropError(f"{path}: is a folder: name a file in it")
    if not path.parent.is_dir():
        raise CropError(f"{path}: the folder {path.parent} does not exist: create it first, or name another")
    try:
        write_whole(path, data)
    except OSError as error:
        cause = error.strerror or str(error)
        raise CropError(f"{path}: cannot be written ({cause}): choose another place or name") from error


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    """An sRGB profile, the same bytes every time: its creation date (bytes 24 to 35) is the standard's."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = b"".join(part.to_bytes(2, "big") for part in (1999, 10, 18, 0, 0, 0))
    return bytes(profile)
