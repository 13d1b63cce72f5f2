"""What apps lay on faces, for head_examples.py: emoji, and an animal's ears, noses and whiskers, crowns and wreaths.

Each takes the picture's size (height, width), the box of the face and a generator, and gives how far it covers each
px (H, W), 0..1, and its colour (H, W, 3), 0..255. Shapes are other ones than those of marks_apart.py.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from headshot_check.pixels.geometry import Box
from training.medium import fonts

_TIMES = 2
"""drawn this much larger, for soft edges"""
_BITMAPS = 109
"""px: the one size that Noto's emoji have"""
_BLOCKS = ((0x1F600, 0x1F64F), (0x1F300, 0x1F5FF), (0x1F900, 0x1F9FF), (0x2600, 0x27BF))
_FURS = ((150, 100, 60), (90, 90, 95), (245, 240, 235), (35, 30, 30), (225, 150, 70), (240, 180, 190), (200, 170, 130))
Colour = tuple[int, int, int]


def emoji(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One to four emoji in colour on or about the head, some with a white rim as cut-out stickers have.

    Without Noto's emoji on the system an animal's mask.
    """
    known = _emoji()
    if not known:
        return disguise(size, box, rng)
    share, ink = np.zeros(size, np.float32), np.zeros((*size, 3), np.float32)
    (x0, y0, x1, y1), rim = box, rng.random() < 0.2
    for _ in range(int(rng.choice([1, 1, 1, 2, 3, 4]))):
        mark = known[int(rng.integers(len(known)))]
        side = (x1 - x0) * rng.uniform(0.15, 0.6) if rng.random() < 0.85 else 1.2 * (y1 - y0) * rng.uniform(0.8, 1.1)
        at = x0 + (x1 - x0) * rng.uniform(-0.2, 1.2), y0 + (y1 - y0) * rng.uniform(-0.4, 1.2)
        if side > x1 - x0:  # the face is hidden
            at = (x0 + x1) / 2, (y0 + y1) / 2
        matrix = cv2.getRotationMatrix2D((mark.shape[1] / 2, mark.shape[0] / 2), rng.normal(0, 15), 1)
        turned = cv2.warpAffine(mark, matrix, mark.shape[1::-1])
        scale = side / max(mark.shape)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        one = np.clip(cv2.resize(turned, None, fx=scale, fy=scale, interpolation=way), 0, 1)
        layer = np.zeros((*size, 4), np.float32)
        _paste(layer, one, at)
        over = layer[..., 3]
        colour = layer[..., :3] / np.maximum(over, 0.02)[..., None] * 255
        if rim:
            reach = 2 * max(1, round(side / 30)) + 1
            wider = cv2.dilate(over, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
            colour = colour * over[..., None] + 255 * (1 - over[..., None])
            over = wider
        ink = np.where(over[..., None] > 0.02, np.clip(colour, 0, 255), ink)
        share = np.maximum(share, over)
    return share, ink


def disguise(size: tuple[int, int], box: Box, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ears, a nose, whiskers, red cheeks, or a crown, horns or flowers, about where the face has them."""
    sheet = _Sheet(size, box, rng)
    fur = _colour(rng)
    parts = rng.random(5)
    if parts[0] < 0.7:
        _ears(sheet, fur, rng)
    else:
        (_crown, _horns, _wreath)[int(rng.integers(3))](sheet, rng)
    if parts[1] < 0.5:
        _whiskers(sheet, rng)
    if parts[2] < 0.6:
        _nose(sheet, rng)
    if parts[3] < 0.2:
        cheek, at, up = _colour(rng), rng.uniform(0.22, 0.34), rng.uniform(0.05, 0.25)
        radius = rng.uniform(0.06, 0.13) * np.array([1, rng.uniform(0.6, 1)])
        for side in (-1, 1):
            sheet.fill(_ROUND * radius + (side * at, up), cheek)
    share, ink = sheet.finished()
    if parts[4] < 0.3:  # fur and plush are not flat
        grain = cv2.GaussianBlur(rng.normal(0, 1, size).astype(np.float32), (0, 0), rng.uniform(0.5, 2))
        ink = np.clip(ink * (1 + rng.uniform(0.1, 0.5) * grain[..., None]), 0, 255)
    if rng.random() < 0.15:
        share = cv2.GaussianBlur(share, (0, 0), rng.uniform(0.5, 1.5))
    return share * (1.0 if rng.random() < 0.8 else rng.uniform(0.5, 1)), ink


class _Sheet:
    """Draws in widths of a face from its middle, turned and moved a little as apps do."""

    def __init__(self, size: tuple[int, int], box: Box, rng: np.random.Generator) -> None:
        self._size = size
        self._share = np.zeros((size[0] * _TIMES, size[1] * _TIMES), np.float32)
        self._ink = np.zeros((*self._share.shape, 3), np.float32)
        wide = box[2] - box[0]
        self._unit = wide * rng.uniform(0.65, 1.25) * _TIMES
        middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
        self._middle = (middle + rng.normal(0, 0.12, 2) * wide) * _TIMES
        lean = np.radians(rng.normal(0, 7))
        self._turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])

    def fill(self, points: np.ndarray, colour: Colour) -> None:
        at = [self._at(points)]
        cv2.fillPoly(self._share, at, 1.0, cv2.LINE_AA)
        cv2.fillPoly(self._ink, at, colour)

    def stroke(self, points: np.ndarray, colour: Colour, thick: float) -> None:
        at, px = [self._at(points)], max(1, round(thick * self._unit))
        cv2.polylines(self._share, at, False, 1.0, px, cv2.LINE_AA)
        cv2.polylines(self._ink, at, False, colour, px + 2)

    def finished(self) -> tuple[np.ndarray, np.ndarray]:
        """Share and colour at the picture's size; the colour goes a little beyond, for edges."""
        high, wide = self._size
        drawn = (self._ink.max(2) > 0).astype(np.float32)
        share, ink, known = (
            cv2.resize(one, (wide, high), interpolation=cv2.INTER_AREA) for one in (self._share, self._ink, drawn)
        )
        return share, np.clip(ink / np.maximum(known, 0.05)[..., None], 0, 255)

    def _at(self, points: np.ndarray) -> np.ndarray:
        return np.rint(points @ self._turn * self._unit + self._middle).astype(np.int32)


_ANGLES = np.linspace(0, 2 * np.pi, 40, endpoint=False)
_ROUND = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], 1)


def _ears(sheet: _Sheet, fur: Colour, rng: np.random.Generator) -> None:
    """Round, long or pointed: a drop whose tip is more or less sharp."""
    sharp, wide, tall = rng.uniform(0, 1.8), rng.uniform(0.12, 0.3), rng.uniform(0.15, 0.5)
    half = np.abs(np.sin(_ANGLES / 2)) ** sharp
    drop = np.stack([wide * np.sin(_ANGLES) * half, -tall * np.cos(_ANGLES)], 1)  # the tip is up
    lean = np.radians(rng.uniform(-10, 60) if rng.random() < 0.8 else rng.uniform(90, 150))  # some hang
    at, up, within, inner = rng.uniform(0.22, 0.55), rng.uniform(0.45, 0.95), rng.uniform(0.4, 0.75), _colour(rng)
    for side in (-1, 1):
        turn = side * lean
        matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        sheet.fill(drop @ matrix + (side * at, -up), fur)
        if within < 0.7:
            sheet.fill((drop * within + (0, 0.2 * tall)) @ matrix + (side * at, -up), inner)


def _nose(sheet: _Sheet, rng: np.random.Generator) -> None:
    high, colour = rng.uniform(0.0, 0.2), _colour(rng) if rng.random() < 0.6 else (20, 18, 18)
    reach = np.array([rng.uniform(0.05, 0.16), rng.uniform(0.04, 0.13)])
    shape = _ROUND * (1 + rng.uniform(0, 0.35) * np.sin(3 * _ANGLES)[:, None])  # between an ellipse and three corners
    sheet.fill(shape * reach + (0, high), colour)
    if rng.random() < 0.4:
        sheet.fill(_ROUND * reach * 0.25 + (-0.3 * reach[0], high - 0.3 * reach[1]), (245, 245, 245))


def _whiskers(sheet: _Sheet, rng: np.random.Generator) -> None:
    """Two to four bent lines each side."""
    colour = (25, 22, 22) if rng.random() < 0.6 else (245, 245, 245) if rng.random() < 0.7 else _colour(rng)
    count, thick, high = int(rng.integers(2, 5)), rng.uniform(0.006, 0.028), rng.uniform(0.05, 0.3)
    begin, end, fan, bend = rng.uniform(0.06, 0.25), rng.uniform(0.35, 0.75), rng.uniform(0.03, 0.2), rng.normal(0, 0.1)
    along = np.linspace(0, 1, 12)
    for side in (-1, 1):
        for k in range(count):
            up = (k / (count - 1) - 0.5) * fan
            x = side * (begin + (end - begin) * along)
            sheet.stroke(np.stack([x, high + up * (0.3 + along) + bend * along**2], 1), colour, thick)


def _crown(sheet: _Sheet, rng: np.random.Generator) -> None:
    """A band with four to seven spikes, jewels and knobs."""
    metal, count = (_colour(rng) if rng.random() < 0.5 else (228, 178, 40)), int(rng.integers(4, 8))
    wide, tall, base = rng.uniform(0.25, 0.5), rng.uniform(0.15, 0.4), rng.uniform(0.4, 0.7)
    x = np.linspace(-wide, wide, 2 * count + 1)
    rise = np.where(np.arange(len(x)) % 2, tall, tall * rng.uniform(0.3, 0.6)) * (1 + 0.2 * np.cos(x / wide * 1.5))
    top = np.stack([x * rng.uniform(1, 1.25), -base - rise], 1)
    sheet.fill(np.concatenate([top, [(wide, -base), (0, -base + 0.06), (-wide, -base)]]), metal)
    jewel, radius = _colour(rng), rng.uniform(0.015, 0.04)
    for point in top[1::2]:
        sheet.fill(_ROUND * radius + point, jewel)
    for at in x[1::2]:
        sheet.fill(_ROUND * radius * 0.9 + (at, -base - 0.1 * tall), jewel)


def _horns(sheet: _Sheet, rng: np.random.Generator) -> None:
    """Bent and pointed, or antlers of strokes."""
    colour, at, up = _colour(rng), rng.uniform(0.15, 0.4), rng.uniform(0.4, 0.7)
    tall, bend, along = rng.uniform(0.2, 0.5), rng.uniform(-0.25, 0.3), np.linspace(0, 1, 14)
    wide, antlers = rng.uniform(0.04, 0.1), rng.random() < 0.4
    for side in (-1, 1):
        line = np.stack([side * (at + bend * along**2), -up - tall * along], 1)
        if antlers:
            sheet.stroke(line, colour, wide / 2)
            for k in (5, 9):
                sheet.stroke(line[k] + np.array([(0, 0), (side * 0.5 * tall, -0.3 * tall)]), colour, wide / 2.5)
        else:
            half = np.stack([wide * (1 - along), np.zeros(14)], 1)
            sheet.fill(np.concatenate([line - half, (line + half)[::-1]]), colour)


def _wreath(sheet: _Sheet, rng: np.random.Generator) -> None:
    """Flowers, or hearts, in a bow over the forehead."""
    count, reach, radius = int(rng.integers(4, 10)), rng.uniform(0.35, 0.6), rng.uniform(0.05, 0.12)
    petals, deep = int(rng.integers(4, 8)), rng.uniform(0.1, 0.45)
    colours = [_colour(rng) for _ in range(int(rng.integers(1, 4)))]
    shape = _ROUND * (1 + deep * np.cos(petals * _ANGLES))[:, None]
    hearts = rng.random() < 0.3
    if hearts:
        high = 13 * np.cos(_ANGLES) - 5 * np.cos(2 * _ANGLES) - 2 * np.cos(3 * _ANGLES) - np.cos(4 * _ANGLES)
        shape = np.stack([np.sin(_ANGLES) ** 3, -high / 16], 1)
    for k, turn in enumerate(np.linspace(-1.2, 1.2, count)):
        at = np.array([np.sin(turn) * reach, -0.15 - np.cos(turn) * reach]) + rng.normal(0, 0.02, 2)
        sheet.fill(shape * radius * rng.uniform(0.7, 1.3) + at, colours[k % len(colours)])
        if not hearts:
            sheet.fill(_ROUND * radius * 0.35 + at, (245, 205, 60))


def _colour(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.5:
        return _FURS[int(rng.integers(len(_FURS)))]
    r, g, b = (int(value) for value in rng.integers(1, 256, 3))
    return r, g, b


def _paste(layer: np.ndarray, one: np.ndarray, at: tuple[float, float]) -> None:
    """`one` with its middle at x, y, in place; what lies beyond is cut off."""
    (high, wide), (h, w) = layer.shape[:2], one.shape[:2]
    left, top = round(at[0] - w / 2), round(at[1] - h / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, wide), min(top + h, high)
    if x1 > x0 and y1 > y0:
        layer[y0:y1, x0:x1] = one[y0 - top : y1 - top, x0 - left : x1 - left]


@lru_cache(maxsize=1)
def _emoji() -> tuple[np.ndarray, ...]:
    """(h, w, 4) each, colours times opacity and opacity, 0..1: those of Noto's emoji that are one sign."""
    paths = [path for path in fonts.every() if path.name == "NotoColorEmoji.ttf"]
    if not paths:
        return ()
    type_, found = ImageFont.truetype(str(paths[0]), _BITMAPS), []
    for first, last in _BLOCKS:
        for code in range(first, last + 1):
            picture = Image.new("RGBA", (150, 150))
            ImageDraw.Draw(picture).text((8, 8), chr(code), font=type_, embedded_color=True)
            bounds = picture.getbbox()
            if bounds is None or min(bounds[2] - bounds[0], bounds[3] - bounds[1]) < 40:
                continue
            values = np.asarray(picture.crop(bounds), np.float32) / 255
            values[..., :3] *= values[..., 3:]
            found.append(np.pad(values, ((8, 8), (8, 8), (0, 0))))
    return tuple(found)
