"""Thin lettering and rings that no fit has seen, to measure on: types, texts and layouts are none of the others'."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

_TYPES = (
    "RobotoCondensed-Light.ttf",
    "Lato-Hairline.ttf",
    "OpenSans-CondLight.ttf",
    "Cabin-Italic.otf",
    "DejaVuSansMono.ttf",
)
_NAMES = (
    "Jane Doe",
    "M. Okafor",
    "Lumen Studio",
    "Northlight",
    "A. Petrov",
    "Casa Foto",
    "pixelbank",
    "PREVIEW",
    "SAMPLE",
)


def credit(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A photographer's line near an edge, 2.2 to 5 % of the shorter side tall, white or black."""
    high, wide = rgb.shape[:2]
    text = f"{rng.choice(['©', '(c)', 'Photo by', '© 2024'])} {rng.choice(_NAMES)}{rng.choice(['', ' Photography'])}"
    mark = _written(text, max(9, min(high, wide) * rng.uniform(0.022, 0.05)), rng)
    gap = int(min(high, wide) * rng.uniform(0.01, 0.04))
    y = high - mark.shape[0] - gap if rng.random() < 0.8 else gap
    x = int(rng.choice([gap, max(gap, wide - mark.shape[1] - gap), max(gap, (wide - mark.shape[1]) // 2)]))
    layer = np.zeros((high, wide), np.float32)
    part = mark[: high - y, : wide - x]
    layer[y : y + part.shape[0], x : x + part.shape[1]] = part
    return _inked(rgb, layer * rng.uniform(0.55, 1), 255.0 if rng.random() < 0.7 else 0.0)


def thin_tiles(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One name in thin letters over all of the picture, level or leaning, 25 to 60 % opaque."""
    high, wide = rgb.shape[:2]
    mark = _written(str(rng.choice(_NAMES)), max(10, min(high, wide) * rng.uniform(0.04, 0.09)), rng)
    size = int(1.5 * max(high, wide))
    layer = np.zeros((size, size), np.float32)
    down, across = int(mark.shape[0] * rng.uniform(1.8, 4)), int(mark.shape[1] * rng.uniform(1.1, 1.7)) + 4
    for n, y in enumerate(range(0, size - mark.shape[0], down)):
        for x in range((n % 2) * across // 2, size - mark.shape[1], across):
            layer[y : y + mark.shape[0], x : x + mark.shape[1]] = mark
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.choice([0.0, 30.0, -35.0])), 1)
    matrix[:, 2] += (wide / 2 - size / 2, high / 2 - size / 2)
    return _inked(rgb, cv2.warpAffine(layer, matrix, (wide, high)) * rng.uniform(0.25, 0.6), 255.0)


def dark_ring(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture in a dark ring without words, white beyond it."""
    side = min(rgb.shape[:2])
    top, left = (rgb.shape[0] - side) // 2, (rgb.shape[1] - side) // 2
    out = rgb[top : top + side, left : left + side].copy()
    row, column = np.mgrid[:side, :side].astype(np.float32)
    radius = np.hypot(column - side / 2, row - side / 2) / (side / 2)
    outer = rng.uniform(0.94, 1.0)
    out[radius > outer - rng.uniform(0.03, 0.1)] = rng.uniform(0, 70, 3).astype(np.uint8)
    out[radius > outer] = 255
    return out


def _written(text: str, tall: float, rng: np.random.Generator) -> np.ndarray:
    try:
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont = ImageFont.truetype(
            _TYPES[int(rng.integers(len(_TYPES)))], round(tall * 1.3)
        )
    except OSError:
        font = ImageFont.load_default(round(tall * 1.3))
    x0, y0, x1, y1 = font.getbbox(text)
    picture = Image.new("L", (int(x1 - x0) + 4, int(y1 - y0) + 4))
    ImageDraw.Draw(picture).text((2 - x0, 2 - y0), text, 255, font)
    return np.asarray(picture, np.float32) / 255


def _inked(rgb: np.ndarray, share: np.ndarray, ink: float) -> np.ndarray:
    return np.clip(rgb * (1 - share[..., None]) + ink * share[..., None], 0, 255).astype(np.uint8)


KEPT_APART = (credit, thin_tiles, dark_ring)
