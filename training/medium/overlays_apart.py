"""Letters, rings, dates, emblems that no fit has seen, to measure on: types, texts and layouts are none of theirs."""

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
_HEAVY = ("Roboto-Black.ttf", "Cabin-Bold.otf", "OpenSans-ExtraBold.ttf", "LiberationSerif-Bold.ttf")
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


def large_name(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One heavy word or name as wide as the picture, across the face, level or from corner to corner, 15 to 45 %."""
    high, wide = rgb.shape[:2]
    mark = _written(str(rng.choice(_NAMES)), high * 0.3, rng, _HEAVY)
    scale = wide * rng.uniform(0.75, 1.0) / mark.shape[1]
    mark = cv2.resize(mark, None, fx=scale, fy=scale * rng.uniform(0.9, 1.5), interpolation=cv2.INTER_AREA)[:high]
    layer = np.zeros((high, wide), np.float32)
    top = int((high - mark.shape[0]) * rng.uniform(0.25, 0.7))
    left = (wide - mark.shape[1]) // 2
    layer[top : top + mark.shape[0], left : left + mark.shape[1]] = mark
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), float(rng.choice([0.0, 0.0, 25.0, -40.0])), 1)
    layer = cv2.warpAffine(layer, matrix, (wide, high))
    return _inked(rgb, layer * rng.uniform(0.15, 0.45), 255.0 if rng.random() < 0.7 else 30.0)


def dotted_date(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A date of round dots in a corner, as cheap cameras burn it in, in one of four colours."""
    high, wide = rgb.shape[:2]
    text = f"{rng.integers(1, 13)}/{rng.integers(1, 29)}/{rng.integers(1999, 2020)}"
    if rng.random() < 0.4:
        text = f"{rng.integers(1, 13):02d}:{rng.integers(60):02d} {rng.choice(['AM', 'PM'])}  {text}"
    dots = _written(text, 8, rng, ("DejaVuSansMono-Bold.ttf",)) > 0.45
    step = max(2.0, high * rng.uniform(0.03, 0.06) / dots.shape[0])
    big = np.zeros((int(dots.shape[0] * step) + 4, int(dots.shape[1] * step) + 4), np.float32)
    for y, x in np.argwhere(dots):
        cv2.circle(big, (int((x + 0.5) * step) + 2, int((y + 0.5) * step) + 2), max(1, round(0.45 * step)), 1.0, -1)
    if big.shape[1] > 0.7 * wide:
        big = cv2.resize(
            big, None, fx=0.7 * wide / big.shape[1], fy=0.7 * wide / big.shape[1], interpolation=cv2.INTER_AREA
        )
    gap = int(min(high, wide) * rng.uniform(0.02, 0.07))
    x = wide - big.shape[1] - gap if rng.random() < 0.7 else gap
    y = high - big.shape[0] - gap if rng.random() < 0.85 else gap
    layer = np.zeros((high, wide), np.float32)
    layer[y : y + big.shape[0], x : x + big.shape[1]] = cv2.GaussianBlur(big, (0, 0), 0.6)
    inks = np.array([(255, 120, 20), (255, 190, 70), (255, 60, 50), (235, 235, 235)], np.float32)
    ink = inks[int(rng.integers(4))]
    share = (layer * rng.uniform(0.75, 1))[..., None]
    return np.clip(rgb * (1 - share) + ink * share, 0, 255).astype(np.uint8)


def head_logo(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A shield or six-sided sign with initials over forehead, hair or cheek, a tenth to a third of the picture wide."""
    high, wide = rgb.shape[:2]
    side = int(min(high, wide) * rng.uniform(0.1, 0.33))
    share, inner = np.zeros((side, side), np.float32), np.zeros((side, side), np.float32)
    six = [(0.5, 0.02), (0.95, 0.25), (0.95, 0.75), (0.5, 0.98), (0.05, 0.75), (0.05, 0.25)]
    shield = [(0.08, 0.05), (0.92, 0.05), (0.92, 0.55), (0.5, 0.97), (0.08, 0.55)]
    points = np.rint(np.array(six if rng.random() < 0.5 else shield) * (side - 1)).astype(np.int32)
    if rng.random() < 0.5:
        cv2.fillPoly(share, [points], 1.0, cv2.LINE_AA)
    else:
        cv2.polylines(share, [points], True, 1.0, max(1, side // 14), cv2.LINE_AA)
    mark = _written("".join(rng.choice(list("ABCDEGHKMNRSTVXZ"), 2)), side * 0.4, rng, _HEAVY)[: side - 2, : side - 2]
    top, left = (side - mark.shape[0]) // 2, (side - mark.shape[1]) // 2
    inner[top : top + mark.shape[0], left : left + mark.shape[1]] = mark
    share = np.abs(share - inner) * rng.uniform(0.35, 1)
    layer = np.zeros((high, wide), np.float32)
    y, x = int(high * rng.uniform(0.08, 0.35)), int(np.clip(wide * rng.uniform(0.25, 0.75) - side / 2, 0, wide - side))
    layer[y : y + side, x : x + side] = share[: high - y]
    return _inked(rgb, layer, float(rng.choice([255.0, 255.0, 20.0, 128.0])))


def _written(text: str, tall: float, rng: np.random.Generator, types: tuple[str, ...] = _TYPES) -> np.ndarray:
    try:
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont = ImageFont.truetype(
            types[int(rng.integers(len(types)))], round(tall * 1.3)
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
LARGE_APART = (large_name, large_name, dotted_date, dotted_date, head_logo)
