"""Files as phones make them, out of a fixture: enlarged, with sensor noise, at the usual bytes per pixel."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

BYTES_PER_PIXEL = 0.25
"""12 megapixels in 3 MB: a phone's usual JPEG"""
_NOISE = 4.0  # levels of 255, standard deviation: indoors at ISO 400 or so


@dataclass(frozen=True)
class Shape:
    """One file to make."""

    name: str
    width: int
    height: int
    kind: str = "JPEG"
    progressive: bool = False

    @property
    def suffix(self) -> str:
        return {"JPEG": ".jpg", "PNG": ".png", "HEIF": ".heic"}[self.kind]


SHAPES = (
    Shape("0.5 MP", 612, 816),
    Shape("1 MP", 866, 1155),
    Shape("12 MP", 3024, 4032),
    Shape("48 MP", 6048, 8064),
    Shape("1 MP progressive", 866, 1155, progressive=True),
    Shape("12 MP progressive", 3024, 4032, progressive=True),
    Shape("1 MP PNG", 866, 1155, "PNG"),
    Shape("12 MP PNG", 3024, 4032, "PNG"),
    Shape("1 MP HEIC", 866, 1155, "HEIF"),
    Shape("12 MP HEIC", 3024, 4032, "HEIF"),
)


def make(fixture: Path, shape: Shape, folder: Path) -> Path:
    """The file in `folder`; one that is there already is taken as it is."""
    path = folder / f"{fixture.stem}-{shape.name.replace(' ', '_')}{shape.suffix}"
    if path.exists():
        return path
    with Image.open(fixture) as image:
        small = image.convert("RGB")
    side = min(small.width / 3, small.height / 4)
    left, top = (small.width - 3 * side) / 2, (small.height - 4 * side) / 2
    box = (left, top, left + 3 * side, top + 4 * side)
    large = np.asarray(small.resize((shape.width, shape.height), Image.Resampling.BICUBIC, box=box), np.int16)
    noise = np.random.default_rng(12).normal(0, _NOISE, (shape.height, shape.width, 1)).astype(np.int16)
    picture = Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8))
    path.write_bytes(_encoded(picture, shape))
    return path


def _encoded(picture: Image.Image, shape: Shape) -> bytes:
    if shape.kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
        return _saved(picture, "HEIF", quality=60)
    if shape.kind == "PNG":
        return _saved(picture, "PNG", compress_level=6)
    wanted = BYTES_PER_PIXEL * shape.width * shape.height
    low, high = 30, 98  # the largest quality that stays below the wanted size
    while low < high:
        quality = (low + high + 1) // 2
        size = len(_saved(picture, "JPEG", quality=quality, progressive=shape.progressive))
        low, high = (quality, high) if size <= wanted else (low, quality - 1)
    return _saved(picture, "JPEG", quality=low, progressive=shape.progressive)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
