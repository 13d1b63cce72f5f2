"""What is laid over pictures: watermarks, banners, rings, frames (badges in a corner look like what hangs on walls).

`FITTED` are learned from (and marks.FITTED), `KEPT_APART` are other kinds and only measured on.
Each takes and gives (H, W, 3) uint8.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Overlay = Callable[[np.ndarray, np.random.Generator], np.ndarray]
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)
_OTHER_FONTS = (cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_SCRIPT_COMPLEX)


def watermark(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Words of a stock agency, tiled or once, leaning, half transparent."""
    return _written(rgb, rng, _FONTS, lines=False)


def banner(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A bar of one colour with words along the lower or upper edge."""
    high, wide = rgb.shape[:2]
    tall = int(high * rng.uniform(0.1, 0.24))
    top = high - tall - (0 if rng.random() < 0.7 else int(high * rng.uniform(0, 0.08))) if rng.random() < 0.8 else 0
    colour, ink = _contrast(rng)
    out, alpha = rgb.copy(), rng.uniform(0.75, 1)
    bar = out[top : top + tall]
    bar[:] = bar * (1 - alpha) + colour * alpha
    _words(
        out, _text(rng), wide * 0.5, top + tall * 0.5, wide * rng.uniform(0.4, 0.9), tall * 0.6, ink, _pick(_FONTS, rng)
    )
    return out


def ring(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A campaign's ring round the inscribed circle, whole or an arc, with words along it."""
    high, wide = rgb.shape[:2]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    radius = np.hypot((column - wide / 2) / (wide / 2), (row - high / 2) / (high / 2))
    angle = np.degrees(np.arctan2(row - high / 2, column - wide / 2))
    thick = rng.uniform(0.06, 0.17)
    on = (radius > 1 - thick) & (radius < rng.choice([1.0, 1.02, 2.0]))
    colour, ink = _contrast(rng)
    strength = np.ones((high, wide), np.float32)
    if rng.random() < 0.5:  # an arc that fades out at its ends
        middle, reach = rng.uniform(30, 150), rng.uniform(70, 150)
        off = np.abs((angle - middle + 180) % 360 - 180)
        strength = np.clip((reach - off) / 25, 0, 1).astype(np.float32)
    else:
        middle = 90.0
    alpha = (on * strength * rng.uniform(0.85, 1))[..., None]
    second = rng.uniform(0, 255, 3) if rng.random() < 0.4 else colour
    ramp = (row / high)[..., None]
    out = rgb * (1 - alpha) + (colour * ramp + second * (1 - ramp)) * alpha
    if rng.random() < 0.4:
        out[radius > 1.0] = rng.choice([255, 255, 0])
    out = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:  # words along it
        text, size = _text(rng), min(high, wide) * thick / 2
        for k, letter in enumerate(text):
            at = np.radians(middle + (len(text) / 2 - k) * np.degrees(thick) * 0.75)
            x, y = wide / 2 * (1 + (1 - thick / 2) * np.cos(at)), high / 2 * (1 + (1 - thick / 2) * np.sin(at))
            _words(out, letter, x, y, size, size, ink, cv2.FONT_HERSHEY_DUPLEX)
    return out


def frame(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A coloured frame round the picture, some with words or rounded corners."""
    high, wide = rgb.shape[:2]
    thick = int(min(high, wide) * rng.uniform(0.03, 0.12))
    colour, ink = _contrast(rng)
    out = rgb.copy()
    inner = np.zeros((high, wide), np.uint8)
    cv2.rectangle(inner, (thick, thick), (wide - thick, high - thick), 1, -1)
    if rng.random() < 0.4:
        inner[:] = 0
        r = int(min(high, wide) * rng.uniform(0.08, 0.3))
        cv2.rectangle(inner, (thick + r, thick), (wide - thick - r, high - thick), 1, -1)
        cv2.rectangle(inner, (thick, thick + r), (wide - thick, high - thick - r), 1, -1)
        for x in (thick + r, wide - thick - r):
            for y in (thick + r, high - thick - r):
                cv2.circle(inner, (x, y), r, 1, -1)
    out[inner == 0] = colour.astype(np.uint8)
    if rng.random() < 0.5:
        _words(out, _text(rng), wide / 2, high - thick / 2, wide * 0.6, thick * 0.7, ink, _pick(_FONTS, rng))
    return out


def stock_lines(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A watermark in other letters, with a cross or a lattice of thin lines."""
    return _written(rgb, rng, _OTHER_FONTS, lines=True)


def ribbon(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A ribbon across a corner, with words."""
    high, wide = rgb.shape[:2]
    size = min(high, wide)
    layer, cover = np.zeros((size, size, 3), np.uint8), np.zeros((size, size), np.float32)
    colour, ink = _contrast(rng)
    tall, middle = int(size * rng.uniform(0.09, 0.15)), int(size * rng.uniform(0.18, 0.3))
    layer[middle : middle + tall] = colour
    cover[middle : middle + tall] = 1
    _words(layer, _text(rng), size / 2, middle + tall / 2, size * 0.35, tall * 0.6, ink, _pick(_OTHER_FONTS, rng))
    side = -1 if rng.random() < 0.5 else 1
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), side * 45, 1)
    matrix[:, 2] += (-side * size * 0.14, size * 0.0 - size * 0.08)
    layer, cover = (cv2.warpAffine(one, matrix, (wide, high)) for one in (layer, cover))
    return np.where(cover[..., None] > 0.5, layer, rgb)


def caption(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Large words with a dark rim straight on the picture, above, below or both."""
    high, wide = rgb.shape[:2]
    out = rgb.copy()
    for at in (0.1, 0.9) if rng.random() < 0.4 else (rng.choice([0.1, 0.9]),):
        text, font = _text(rng).upper() + " " + _text(rng).upper(), _pick(_OTHER_FONTS, rng)
        for ink, extra in ((np.zeros(3), 4), (np.full(3, 255.0), 0)):
            _words(out, text, wide / 2, high * at, wide * 0.9, high * 0.13, ink, font, extra=extra)
    return out


def brush_ring(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A ring of dashes, waves or brush strokes in one or more colours."""
    high, wide = rgb.shape[:2]
    out, colour = rgb.copy(), rng.uniform(0, 255, 3)
    for _ in range(int(rng.integers(30, 90))):
        begin, r = rng.uniform(0, 360), rng.uniform(0.9, 1.0)
        shade = colour if rng.random() < 0.6 else np.roll(colour, 1)
        axes = (int(wide / 2 * r), int(high / 2 * r))
        cv2.ellipse(
            out, (wide // 2, high // 2), axes, 0, begin, begin + rng.uniform(10, 60), shade.tolist(),
            max(2, int(min(high, wide) * rng.uniform(0.01, 0.05))), cv2.LINE_AA,
        )  # fmt: skip
    return out


FITTED: tuple[Overlay, ...] = (watermark, banner, ring, ring, ring, frame)
KEPT_APART: tuple[Overlay, ...] = (stock_lines, ribbon, caption, brush_ring)


def _pick(fonts: tuple[int, ...], rng: np.random.Generator) -> int:
    return fonts[int(rng.integers(len(fonts)))]


def _text(rng: np.random.Generator) -> str:
    letters = [chr(97 + int(n)) for n in rng.integers(0, 26, int(rng.integers(4, 12)))]
    text = "".join(letters)
    return text.upper() if rng.random() < 0.5 else text.capitalize()


def _contrast(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    colour = rng.uniform(0, 255, 3)
    return colour, np.full(3, 255.0 if colour.mean() < 140 else 20.0)


def _words(
    out: np.ndarray, text: str, x: float, y: float, wide: float, high: float, ink: np.ndarray, font: int, extra: int = 0
) -> None:
    """Written in the middle of a box, as large as it allows."""
    (w, h), _ = cv2.getTextSize(text, font, 1.0, 2)
    scale = min(wide / max(w, 1), high / max(h, 1))
    thick = max(1, round(scale * 2)) + extra
    at = (round(x - w * scale / 2), round(y + h * scale / 2))
    cv2.putText(out, text, at, font, scale, ink.tolist(), thick, cv2.LINE_AA)


def _written(rgb: np.ndarray, rng: np.random.Generator, fonts: tuple[int, ...], *, lines: bool) -> np.ndarray:
    high, wide = rgb.shape[:2]
    size = int(1.5 * max(high, wide))
    layer, text, font = np.zeros((size, size), np.uint8), _text(rng), _pick(fonts, rng)
    tiled = rng.random() < 0.55
    scale = size / 400 * (rng.uniform(0.5, 1.1) if tiled else rng.uniform(1.3, 2.4))
    thick = max(1, round(scale * rng.uniform(1, 3)))
    (w, h), _ = cv2.getTextSize(text, font, scale, thick)
    if tiled:
        step = int(h * rng.uniform(2.5, 6))
        for n, y in enumerate(range(h, size, step)):
            for x in range(-(n % 2) * w // 2, size, int(w * rng.uniform(1.15, 1.6))):
                cv2.putText(layer, text, (x, y), font, scale, 255, thick, cv2.LINE_AA)
    else:
        at = ((size - w) // 2, int(size * rng.uniform(0.45, 0.62)))
        cv2.putText(layer, text, at, font, scale, 255, thick, cv2.LINE_AA)
    if lines:
        gap = int(size * rng.uniform(0.1, 0.4))
        for k in range(0, 2 * size, gap):
            cv2.line(layer, (k, 0), (k - size, size), 255, max(1, thick // 2), cv2.LINE_AA)
            if rng.random() < 0.8:
                cv2.line(layer, (k - size, 0), (k, size), 255, max(1, thick // 2), cv2.LINE_AA)
    lean = rng.choice([0.0, rng.uniform(15, 45), -rng.uniform(15, 45)])
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), lean, 1)
    matrix[:, 2] += (wide / 2 - size / 2, high / 2 - size / 2)
    cover = cv2.warpAffine(layer, matrix, (wide, high)).astype(np.float32)[..., None] / 255
    alpha = cover * rng.uniform(0.3, 0.85)
    ink = 255.0 if rng.random() < 0.75 else rng.uniform(0, 90)
    return np.clip(rgb * (1 - alpha) + ink * alpha, 0, 255).astype(np.uint8)
