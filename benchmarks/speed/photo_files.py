"""The photos that speed is measured on: not one picture but a set, each as phones take it and as pages show it.

With the development photos forty of those that may be fitted on: one face, 600 px or more, not in a car (0.2 % of
people are pictured in one), at most half of them of one source. Without them, and in CI, what photos are, made of the
fixtures: well framed, far, off centre, tilted, with others, in a car, dark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from benchmarks.photo_set import read_rows, shuffled

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "images"
MEGAPIXELS = (12, 1)
QUALITY = 88
"""of the JPEG; 12 megapixels come to 1.7 MB in the mean"""
LEAST_PX = 600
"""long side of a development photo; what is smaller is too soft at 12 megapixels"""

Pixels = NDArray[np.uint8]


def fixture(name: str) -> Pixels:
    """(800, 640, 3) a fixture."""
    with Image.open(FIXTURES / f"{name}.jpg") as image:
        return np.asarray(image.convert("RGB"))


def _off_centre(pixels: Pixels) -> Pixels:
    """The picture with the person near its left edge: beside it its own right edge, blurred."""
    beside = cv2.flip(cv2.GaussianBlur(pixels[:, -160:], (0, 0), 12), 1)
    return np.hstack([pixels[:, 130:], np.asarray(cv2.resize(beside, (480, len(pixels))), np.uint8)])


def _group(pixels: Pixels, other: Pixels) -> Pixels:
    """Two pictures side by side, the other one smaller."""
    small = cv2.resize(other, (448, 560), interpolation=cv2.INTER_AREA)
    beside = cv2.copyMakeBorder(small, len(pixels) - 560, 0, 0, 0, cv2.BORDER_REPLICATE)
    return np.hstack([pixels, np.asarray(beside, np.uint8)])


SET: dict[str, Callable[[], Pixels]] = {
    "well framed": lambda: fixture("soft_office"),
    "outdoors": lambda: fixture("outdoors"),
    "far": lambda: fixture("face_too_small"),
    "off centre": lambda: _off_centre(fixture("sofa")),
    "tilted": lambda: fixture("tilted"),
    "group": lambda: _group(fixture("plain_wall_glasses"), fixture("studio_light_skin")),
    "in a car": lambda: fixture("drivers_seat_selfie"),
    "dark": lambda: fixture("too_dark"),
}
"""what the fixtures' set holds"""


def developed(pixels: Pixels, megapixels: float) -> bytes:
    """A JPEG of the picture with that many pixels."""
    high, wide = pixels.shape[:2]
    scale = (megapixels * 1e6 / (high * wide)) ** 0.5
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(pixels, (round(wide * scale), round(high * scale)), interpolation=way)
    done, coded = cv2.imencode(".jpg", sized[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done
    return coded.tobytes()


def from_photos(photos: Path, count: int) -> Iterator[tuple[str, Pixels]]:
    """Development photos: use = train, no car, one face, 600 px or more, one of a group; always the same ones."""
    groups: set[str] = set()
    sources: Counter[str] = Counter()
    for row in shuffled(read_rows(photos)):
        if len(groups) == count:
            return
        if row["use"] != "train" or row["label"] != "not_car" or row["faces"] != "1" or row["group"] in groups:
            continue
        with Image.open(photos / row["file"]) as image:
            if max(image.size) < LEAST_PX or sources[row["source_repo"]] >= count // 2:
                continue
            pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        groups.add(row["group"])
        sources[row["source_repo"]] += 1
        yield row["id"], pixels


def files(folder: Path, photos: Path | None = None, count: int = 40) -> dict[int, list[Path]]:
    """The set's files in `folder`, by megapixels; those that are there already are taken as they are."""
    made: dict[int, list[Path]] = {size: [] for size in MEGAPIXELS}
    named = from_photos(photos, count) if photos is not None else ((name, make()) for name, make in SET.items())
    for name, pixels in named:
        for size in MEGAPIXELS:
            path = folder / f"{name.replace(' ', '_')}-{size}_MP.jpg"
            if not path.exists():
                path.write_bytes(developed(pixels, size))
            made[size].append(path)
    return made
