"""More of what is laid over pictures, all learned from: lettering of many types, emblems, bars, frames, stickers.

What overlays.py keeps apart is none of these: crossing lines, ribbons over a corner, rimmed captions, brushed rings.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.medium.letters import cover, fit, laid, turned, words

_WHITE = np.full(3, 255.0)


def lettering(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A stock agency's mark: words, or an emblem with words, once or tiled, leaning, thin, outlined or embossed."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    tiled = rng.random() < 0.5
    tall = high * (rng.uniform(0.025, 0.08) if tiled else rng.uniform(0.05, 0.18))
    mark = cover(words(rng, most=2), max(7, tall), rng, outline=rng.random() < 0.25)
    if rng.random() < 0.4:
        mark = _beside(emblem(int(mark.shape[0] * rng.uniform(1.0, 2.2)) + 6, rng), mark, rng)
    mark = fit(mark, wide * (rng.uniform(0.15, 0.5) if tiled else rng.uniform(0.45, 1.05)))
    mark = turned(mark, float(rng.choice([0.0, rng.uniform(10, 50), -rng.uniform(10, 50)])))
    ink, alpha = (_WHITE if rng.random() < 0.75 else rng.uniform(0, 255, 3)), rng.uniform(0.2, 0.8)
    embossed = rng.random() < 0.3
    places = [(wide * rng.uniform(0.4, 0.6), high * rng.uniform(0.25, 0.8))]
    if tiled:
        across, down = mark.shape[1] * rng.uniform(1.05, 1.8), mark.shape[0] * rng.uniform(1.1, 3.0)
        shift = rng.choice([0, 0.5])
        places = [
            (x + (n % 2) * shift * across, y)
            for n, y in enumerate(np.arange(rng.uniform(0, down), high + down, down))
            for x in np.arange(-across / 2, wide + across, across)
        ]
    for x, y in places[:400]:
        if embossed:
            laid(out, mark, x + 1, y + 1, np.zeros(3), alpha)
        laid(out, mark, x, y, ink, alpha)
    return out


def signature(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Small words of a site or a photographer near an edge, bare, with a shadow or on a plate; one line or two."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    tall = max(9.0, high * rng.uniform(0.025, 0.07))
    low = rng.random() < 0.75
    ink = _WHITE if rng.random() < 0.7 else rng.uniform(0, 255, 3)
    alpha, plate, shadow = rng.uniform(0.5, 1), rng.random() < 0.25, rng.random() < 0.4
    side = rng.choice([0, 1, 2])
    for line in range(1 + (rng.random() < 0.2)):
        mark = fit(cover(words(rng), tall, rng), wide * rng.uniform(0.25, 0.9))
        if line == 0 and rng.random() < 0.25:
            mark = _beside(emblem(int(tall * rng.uniform(1.2, 2.5)), rng), mark, rng)
        h, w = mark.shape
        edge = tall * rng.uniform(0.3, 1.2)
        x = (edge + w / 2, wide / 2, wide - edge - w / 2)[side]
        y = high - edge - h / 2 - line * 1.4 * tall if low else edge + h / 2 + line * 1.4 * tall
        if plate:
            box = np.ones((int(h * 1.4) + 2, w + int(0.6 * h) + 2), np.float32)
            laid(out, box, x, y, np.zeros(3) if ink.mean() > 120 else _WHITE, rng.uniform(0.4, 1))
        elif shadow:
            laid(out, cv2.GaussianBlur(mark, (0, 0), 1), x + 1, y + 1, np.zeros(3), 0.8)
        laid(out, mark, x, y, ink, alpha)
    return out


def logo(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An emblem in a corner or in the middle, half transparent, in one colour or two."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    middle = rng.random() < 0.3
    side = int(min(high, wide) * (rng.uniform(0.3, 0.8) if middle else rng.uniform(0.14, 0.28)))
    x, y = (wide / 2, high / 2) if middle else (_near_edge(wide, side, rng), _near_edge(high, side, rng))
    ink, alpha = (_WHITE if rng.random() < 0.5 else rng.uniform(0, 255, 3)), rng.uniform(0.35, 0.75 if middle else 1)
    if not middle and rng.random() < 0.4:
        disc = np.zeros((side, side), np.float32)
        cv2.circle(disc, (side // 2, side // 2), side // 2, 1.0, -1, cv2.LINE_AA)
        laid(out, disc, x, y, rng.uniform(0, 255, 3), 0.95)
        side = int(side * 0.7)
    laid(out, emblem(side, rng), x, y, ink, alpha)
    return out


def bar(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A name's plate of broadcasts and conferences: a bar, part of one, slanted, shaded, upright; one or two lines."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    colour = rng.uniform(0, 255, 3)
    ink = _WHITE if colour.mean() < 150 else np.full(3, 15.0)
    if rng.random() < 0.2:  # along the side
        w = int(wide * rng.uniform(0.1, 0.22))
        plate = np.ones((high, w), np.float32)
        x = w / 2 if rng.random() < 0.5 else wide - w / 2
        laid(out, plate, x, high / 2, colour, rng.uniform(0.75, 1))
        laid(out, turned(fit(cover(words(rng), w * 0.6, rng), high * 0.8), 90), x, high / 2, ink, 1)
        return out
    tall, long = int(high * rng.uniform(0.09, 0.24)), int(wide * (1 if rng.random() < 0.5 else rng.uniform(0.45, 0.9)))
    plate = np.ones((tall, long), np.float32)
    if rng.random() < 0.4:  # fades out or is cut slanting
        column = np.arange(long) / long
        plate *= np.clip((1 - column) * rng.uniform(1.5, 6), 0, 1).astype(np.float32)
    if rng.random() < 0.3:
        lean = int(tall * rng.uniform(0.3, 1))
        plate = cv2.warpAffine(plate, np.array([[1, -lean / tall, lean], [0, 1, 0]], np.float32), (long + lean, tall))
    x = long / 2 + (0 if long == wide or rng.random() < 0.5 else wide * rng.uniform(0, 0.1))
    y = high * rng.uniform(0.72, 0.98) - tall / 2 if rng.random() < 0.8 else tall / 2 + high * rng.uniform(0, 0.1)
    laid(out, plate, x, y, colour, rng.uniform(0.6, 1))
    lines = 1 + int(tall > 30 and rng.random() < 0.5)
    for k in range(lines):
        mark = fit(cover(words(rng), tall * 0.62 / lines, rng), long * 0.85)
        laid(out, mark, long * 0.06 + mark.shape[1] / 2, y + (k - (lines - 1) / 2) * tall * 0.45, ink, 1)
    if rng.random() < 0.4:
        stripe = np.ones((tall, max(3, int(wide * 0.015))), np.float32)
        laid(out, stripe, rng.choice([2.0, float(long)]), y, rng.uniform(0, 255, 3), 1)
    return out


def border(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A frame of lines, of two colours, of brackets at the corners, shaded, or strewn with flowers."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    least = min(high, wide)
    kind, colour, other = rng.random(), rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    inset, thick = int(least * rng.uniform(0, 0.07)), max(2, int(least * rng.uniform(0.008, 0.05)))
    if kind < 0.35:  # one or two lines
        for k in range(1 + (rng.random() < 0.5)):
            at = inset + 2 * k * thick
            cv2.rectangle(out, (at, at), (wide - 1 - at, high - 1 - at), colour.tolist(), thick)
    elif kind < 0.55:  # brackets
        reach = int(least * rng.uniform(0.12, 0.3))
        for x, sx in ((inset, 1), (wide - 1 - inset, -1)):
            for y, sy in ((inset, 1), (high - 1 - inset, -1)):
                cv2.line(out, (x, y), (x + sx * reach, y), colour.tolist(), thick)
                cv2.line(out, (x, y), (x, y + sy * reach), colour.tolist(), thick)
    elif kind < 0.8:  # shaded from one colour to another
        inner = np.zeros((high, wide), np.uint8)
        room = inset + 2 * thick
        cv2.rectangle(inner, (room, room), (wide - room, high - room), 1, -1)
        ramp = np.linspace(0, 1, wide if rng.random() < 0.5 else high)
        ramp = (
            np.broadcast_to(ramp, (high, wide)) if len(ramp) == wide else np.broadcast_to(ramp[:, None], (high, wide))
        )
        shades = colour * ramp[..., None] + other * (1 - ramp[..., None])
        out = np.where(inner[..., None] > 0, out, shades.astype(np.uint8))
    else:
        for _ in range(int(rng.integers(30, 110))):
            x, y = _near_edge(wide, 0, rng), _near_edge(high, 0, rng)
            if rng.random() < 0.5:
                x = rng.uniform(0, wide)
            else:
                y = rng.uniform(0, high)
            size = int(least * rng.uniform(0.02, 0.07)) + 4
            laid(out, emblem(size, rng), x, y, colour if rng.random() < 0.5 else other, 0.95)
    if rng.random() < 0.3:
        mark = fit(cover(words(rng), max(8, least * 0.06), rng), wide * 0.6)
        laid(out, mark, wide / 2, high - inset - mark.shape[0], _WHITE, 1)
    return out


def sticker(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Emblems with a pale rim, or a rounded box with words, on the picture."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    for _ in range(int(rng.integers(1, 5))):
        side = int(min(high, wide) * rng.uniform(0.13, 0.3))
        x, y = rng.uniform(0.08, 0.92) * wide, rng.uniform(0.08, 0.92) * high
        if rng.random() < 0.6:
            shape = emblem(side, rng, filled=True)
            rim = cv2.dilate(
                cv2.copyMakeBorder(shape, *[side // 8] * 4, cv2.BORDER_CONSTANT), np.ones((side // 9 + 2,) * 2)
            )
            laid(out, rim, x, y, _WHITE, 1)
            laid(out, shape, x, y, rng.uniform(0, 255, 3), 1)
            continue
        mark = fit(cover(words(rng, most=2), max(9, side * 0.4), rng), wide * 0.7)
        h, w = mark.shape
        plate = np.zeros((int(h * 2) + 4, w + int(h * 1.5) + 4), np.float32)
        r = plate.shape[0] // 2
        cv2.line(plate, (r, r), (plate.shape[1] - r, r), 1.0, 2 * r - 2, cv2.LINE_AA)
        colour = rng.uniform(0, 255, 3)
        degrees = rng.normal(0, 8)
        laid(out, turned(plate, degrees), x, y, colour, rng.uniform(0.7, 1))
        laid(out, turned(mark, degrees), x, y, _WHITE if colour.mean() < 150 else np.full(3, 10.0), 1)
    return out


def emblem(side: int, rng: np.random.Generator, *, filled: bool = False) -> np.ndarray:
    """(side, side) float32, 0..1: a made-up sign of circles, stars, hearts and bars."""
    side = max(6, side)
    out, c, r = np.zeros((side, side), np.float32), side // 2, side / 2 - 1
    thick = -1 if filled or rng.random() < 0.4 else max(1, int(side * rng.uniform(0.04, 0.12)))
    kind = int(rng.integers(5))
    if kind == 0:
        cv2.circle(out, (c, c), int(r), 1.0, thick, cv2.LINE_AA)
        if thick > 0:
            cv2.circle(out, (c, c), int(r * rng.uniform(0.3, 0.7)), 1.0, thick, cv2.LINE_AA)
    elif kind == 1:
        n, inner = int(rng.integers(3, 9)), rng.uniform(0.35, 0.9)
        angle = np.arange(2 * n) * np.pi / n + rng.uniform(0, 2)
        far = r * np.where(np.arange(2 * n) % 2, inner, 1)
        points = np.rint(np.stack([c + far * np.cos(angle), c + far * np.sin(angle)], 1)).astype(np.int32)
        if thick < 0:
            cv2.fillPoly(out, [points], 1.0, cv2.LINE_AA)
        else:
            cv2.polylines(out, [points], True, 1.0, thick, cv2.LINE_AA)
    elif kind == 2:
        t = np.linspace(0, 2 * np.pi, 60)
        x = c + r / 17 * 16 * np.sin(t) ** 3
        y = c - r / 17 * (13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
        cv2.fillPoly(out, [np.rint(np.stack([x, y], 1)).astype(np.int32)], 1.0, cv2.LINE_AA)
    elif kind == 3:
        for k in range(int(rng.integers(2, 5))):
            begin, reach = rng.uniform(0, 360), rng.uniform(60, 250)
            far = int(r * (1 - 0.22 * k))
            cv2.ellipse(out, (c, c), (far, far), begin, 0, reach, 1.0, max(1, side // 10), cv2.LINE_AA)
    else:
        mark = cover(chr(65 + int(rng.integers(26))) + chr(97 + int(rng.integers(26))), side * 0.7, rng)
        mark = cv2.resize(mark, (max(3, int(side * 0.8)), max(3, int(side * 0.6))), interpolation=cv2.INTER_AREA)
        top, left = (side - mark.shape[0]) // 2, (side - mark.shape[1]) // 2
        out[top : top + mark.shape[0], left : left + mark.shape[1]] = mark
        if filled or rng.random() < 0.5:
            cv2.circle(out, (c, c), int(r), 1.0, max(1, side // 12), cv2.LINE_AA)
    return out


def _beside(sign: np.ndarray, mark: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sign and words in one box, side by side or one above the other."""
    beside = rng.random() < 0.6
    h = max(len(sign), len(mark)) if beside else len(sign) + len(mark)
    w = sign.shape[1] + mark.shape[1] + 4 if beside else max(sign.shape[1], mark.shape[1])
    out = np.zeros((h, w), np.float32)
    for one, at in ((sign, (0, 0)), (mark, (0, sign.shape[1] + 4) if beside else (len(sign), 0))):
        top = at[0] if not beside else (h - len(one)) // 2
        left = at[1] if beside else (w - one.shape[1]) // 2
        out[top : top + len(one), left : left + one.shape[1]] = one
    return out


def _near_edge(length: int, side: int, rng: np.random.Generator) -> float:
    gap = side / 2 + length * rng.uniform(0, 0.06)
    return float(gap if rng.random() < 0.5 else length - gap)


FITTED = (lettering, lettering, lettering, signature, signature, logo, bar, bar, border, sticker)
