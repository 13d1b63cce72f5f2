"""Types of the system that nothing is fitted on, to measure with: what is installed is used, none is committed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_FOLDER = Path("/usr/share/fonts")
Type = ImageFont.FreeTypeFont | ImageFont.ImageFont
KEPT_APART = (
    "FreeSans", "FreeSerif", "FreeMono", "C059", "P052", "Nimbus", "URW", "Z003", "D050000L", "Lobster",
    "isabella", "Quicksand", "EBGaramond", "Courier Prime", "CourierPrime", "Bebas", "Jura", "OCR",
    "RobotoCondensed-Light", "Lato-Hairline", "OpenSans-CondLight", "Cabin-Italic", "DejaVuSansMono", "Roboto-Black",
    "Cabin-Bold", "OpenSans-ExtraBold", "LiberationSerif-Bold",
)  # fmt: skip
"""begins of the names of types that no maker of examples to fit on uses (letters.py)"""


@lru_cache(maxsize=1)
def apart() -> tuple[Path, ...]:
    """Those to be measured on alone."""
    return tuple(path for path in every() if path.name.startswith(KEPT_APART) and draws(path, "Aag03"))


@lru_cache(maxsize=256)
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def one(rng: np.random.Generator, types: tuple[Path, ...], tall: float) -> Type:
    """Any of these types, or Pillow's own where there is none, about `tall` px tall."""
    size = max(6, round(tall))
    if not types or rng.random() < 0.03:
        return ImageFont.load_default(size)
    return font(types[int(rng.integers(len(types)))], size)


@lru_cache(maxsize=1)
def every() -> tuple[Path, ...]:
    return tuple(sorted(path for path in _FOLDER.rglob("*") if path.suffix.lower() in (".ttf", ".otf")))


def draws(path: Path, text: str) -> bool:
    """Whether every sign is drawn, each its own way, and not as the box for what is missing."""
    try:
        type_ = ImageFont.truetype(str(path), 20)
        missing = _shape(type_, "\U0010fffd")
        shapes = [_shape(type_, sign) for sign in text]
    except OSError:
        return False
    return all(any(shape) and shape != missing for shape in shapes) and len(set(shapes)) == len(text)


def _shape(type_: ImageFont.FreeTypeFont, sign: str) -> bytes:
    picture = Image.new("L", (40, 40))
    ImageDraw.Draw(picture).text((6, 4), sign, 255, type_)
    return picture.tobytes()
