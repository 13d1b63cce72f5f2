"""Words in many types, for what is written over pictures: Pillow's own font, fonts of the system, OpenCV's strokes."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

_THIN = (
    "DejaVuSans-ExtraLight.ttf",
    "Lato-Light.ttf",
    "Lato-Thin.ttf",
    "OpenSans-Light.ttf",
    "Roboto-Light.ttf",
    "Roboto-Thin.ttf",
    "Cantarell-Light.otf",
    "Comfortaa-Light.ttf",
    "YanoneKaffeesatz-Light.otf",
)
_SYSTEM = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSansCondensed.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSerifCondensed-Italic.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSansNarrow-Bold.ttf",
    "LiberationSans-Italic.ttf",
    *_THIN,
    "Lato-Regular.ttf",
    "Lato-Black.ttf",
    "OpenSans-Regular.ttf",
    "OpenSans-CondBold.ttf",
    "Roboto-Medium.ttf",
    "Comfortaa-Regular.ttf",
    "DancingScript-Regular.otf",
    "Cabin-Regular.otf",
    "YanoneKaffeesatz-Regular.otf",
    "LiberationMono-Regular.ttf",
    "LiberationSerif-Regular.ttf",
)
"""what is installed of them is used"""
_STROKES = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)


@lru_cache(maxsize=1)
def _names() -> tuple[str | None, ...]:
    found: list[str | None] = [None]
    for name in _SYSTEM:
        try:
            ImageFont.truetype(name, 10)
        except OSError:
            continue
        found.append(name)
    return tuple(found)


def words(rng: np.random.Generator, *, most: int = 3) -> str:
    """One to `most` words of made-up letters; some a site's name, some a name with its sign, some a date."""
    chance = rng.random()
    if chance < 0.15:
        return f"www.{_word(rng).lower()}.com" if rng.random() < 0.5 else f"{_word(rng).lower()}.com"
    if chance < 0.3:
        return f"{rng.choice(['©', '(c)', '@', '#'])} {_word(rng)} {_word(rng)}"
    if chance < 0.36:
        return f"{rng.integers(1, 32):02d}/{rng.integers(1, 13):02d}/{rng.integers(2001, 2027)}"
    text = " ".join(_word(rng) for _ in range(int(rng.integers(1, most + 1))))
    return text.upper() if rng.random() < 0.4 else text


def cover(text: str, high: float, rng: np.random.Generator, *, outline: bool = False, thin: bool = False) -> np.ndarray:
    """(h, w) float32, 0..1: the words `high` px tall, as they cover what is beneath; outline: their edges only."""
    size = max(5, round(high))
    if rng.random() < 0.25 and not thin:
        font, scale = int(rng.choice(_STROKES)), size / 24
        thick = max(1, round(scale * rng.uniform(1, 3)))
        (w, h), base = cv2.getTextSize(text, font, scale, thick)
        out = np.zeros((h + base + 4, w + 4), np.uint8)
        cv2.putText(out, text, (2, h + 2), font, scale, 255, thick, cv2.LINE_AA)
        return out.astype(np.float32) / 255
    names = [name for name in _names() if name in _THIN] if thin else []
    names = names or list(_names())
    name = names[int(rng.integers(len(names)))]
    font = ImageFont.load_default(size) if name is None else ImageFont.truetype(name, size)
    x0, y0, x1, y1 = font.getbbox(text)
    picture = Image.new("L", (max(1, int(x1 - x0) + 4), max(1, int(y1 - y0) + 4)))
    stroke = max(1, size // 20) if outline else 0
    ImageDraw.Draw(picture).text(
        (2 - x0, 2 - y0), text, 0 if outline else 255, font, stroke_width=stroke, stroke_fill=255
    )
    return np.asarray(picture, np.float32) / 255


def laid(rgb: np.ndarray, over: np.ndarray, x: float, y: float, ink: np.ndarray, alpha: float) -> None:
    """`over` (h, w), 0..1, in one ink onto rgb, in place, with its middle at x, y; what lies beyond is cut off."""
    high, wide = rgb.shape[:2]
    h, w = over.shape
    left, top = round(x - w / 2), round(y - h / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, wide), min(top + h, high)
    if x1 <= x0 or y1 <= y0:
        return
    share = over[y0 - top : y1 - top, x0 - left : x1 - left, None] * alpha
    part = rgb[y0:y1, x0:x1]
    part[:] = np.clip(part * (1 - share) + ink * share, 0, 255).astype(np.uint8)


def turned(over: np.ndarray, degrees: float) -> np.ndarray:
    """The same, turned, in a larger box."""
    h, w = over.shape
    cos, sin = abs(np.cos(np.radians(degrees))), abs(np.sin(np.radians(degrees)))
    wide, high = int(w * cos + h * sin) + 2, int(w * sin + h * cos) + 2
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), degrees, 1)
    matrix[:, 2] += (wide / 2 - w / 2, high / 2 - h / 2)
    return cv2.warpAffine(over, matrix, (wide, high))


def fit(over: np.ndarray, wide: float) -> np.ndarray:
    """The same, at most `wide` px wide."""
    if over.shape[1] <= wide:
        return over
    size = (max(4, int(wide)), max(3, round(over.shape[0] * wide / over.shape[1])))
    return cv2.resize(over, size, interpolation=cv2.INTER_AREA)


def _word(rng: np.random.Generator) -> str:
    text = "".join(chr(97 + int(n)) for n in rng.integers(0, 26, int(rng.integers(3, 11))))
    return text.capitalize()
