"""Ten kinds of marks as strangers lay them over portraits, to measure on: drawn apart from all that fits are made of.

The types of the system that fits leave out (fonts.py) are used, and OpenCV's shapes. Each takes and gives
(H, W, 3) uint8.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.medium import fonts
from training.medium.overlays import Overlay

Colour = tuple[int, int, int]
_PEOPLE = (
    "Nadia Brook",
    "t.hollis",
    "IRINA K",
    "Mbeki & Sons",
    "Ola Nordmann",
    "photo.duarte",
    "Wei Zhang",
    "Club 1899",
)
_PLAIN: tuple[Colour, ...] = (
    (214, 40, 57),
    (17, 138, 178),
    (6, 150, 104),
    (255, 183, 3),
    (106, 76, 147),
    (20, 33, 61),
    (240, 240, 240),
)
_FILM: tuple[Colour, ...] = ((255, 128, 0), (255, 214, 10), (250, 250, 250), (255, 84, 30))


def proof(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """PROOF in large letters across the face, a quarter to 60 % opaque."""
    mark = _words("PROOF", 90, rng, heavy=True)
    layer = _placed(
        rgb, mark, rng.uniform(0.6, 0.95), 0.5, rng.uniform(0.35, 0.55), float(rng.choice([0, 0, 30, -30, 45]))
    )
    return _inked(rgb, layer * rng.uniform(0.25, 0.6), (255, 255, 255) if rng.random() < 0.7 else (128, 128, 128))


def names(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One name in small letters all over, level or leaning, a fifth to half opaque, white or black."""
    high, wide = rgb.shape[:2]
    side = int(1.5 * max(high, wide))
    mark = _words(str(rng.choice(_PEOPLE)), min(high, wide) * rng.uniform(0.045, 0.085), rng)
    sheet = np.zeros((side, side), np.float32)
    across, down = int(mark.shape[1] * rng.uniform(1.15, 1.7)), int(mark.shape[0] * rng.uniform(1.8, 3.6))
    for n, y in enumerate(range(0, side - mark.shape[0], down)):
        for x in range((n % 2) * across // 2, side - mark.shape[1], across):
            sheet[y : y + mark.shape[0], x : x + mark.shape[1]] = mark
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), float(rng.choice([0, 25, -35, 45])), 1)
    matrix[:, 2] += (wide - side) / 2, (high - side) / 2
    layer = cv2.warpAffine(sheet, matrix, (wide, high))
    return _inked(rgb, layer * rng.uniform(0.2, 0.5), (255, 255, 255) if rng.random() < 0.7 else (0, 0, 0))


def stamp(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A camera's date low in a corner, in seven bars or plain letters, orange, yellow or white."""
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(1994, 2020)
    text = str(
        rng.choice(
            [
                f"{year}/{month:02d}/{day:02d}",
                f"{day:02d}.{month:02d}.{year % 100:02d}",
                f"{month} {day} '{year % 100:02d}",
            ]
        )
    )
    bars = [path for path in fonts.apart() if path.name.startswith("DSEG7") and "Weather" not in path.name]
    types = tuple(bars) if bars and rng.random() < 0.5 else fonts.apart()
    tall = max(9.0, min(rgb.shape[:2]) * rng.uniform(0.03, 0.065))
    mark = _words(text, tall, rng, types=types)
    x = 1 - 0.04 - mark.shape[1] / rgb.shape[1] / 2 if rng.random() < 0.8 else 0.04 + mark.shape[1] / rgb.shape[1] / 2
    layer = _placed(rgb, mark, None, x, 0.96 - mark.shape[0] / rgb.shape[0] / 2, 0)
    return _inked(rgb, layer * rng.uniform(0.8, 1), _FILM[int(rng.integers(4))])


def dark(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Words in black or dark grey, leaning, 30 to 60 % opaque."""
    mark = _words(str(rng.choice([*_PEOPLE, "review copy", "INTERNAL"])), 60, rng)
    lean = rng.uniform(15, 50) * rng.choice([-1, 1])
    layer = _placed(rgb, mark, rng.uniform(0.4, 0.95), 0.5 + rng.normal(0, 0.05), rng.uniform(0.3, 0.75), float(lean))
    return _inked(rgb, layer * rng.uniform(0.3, 0.6), (int(rng.integers(0, 60)),) * 3)


def disc(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A filled disc of one colour with a letter in it, in a corner or over the chest."""
    high, wide = rgb.shape[:2]
    radius = min(high, wide) * rng.uniform(0.06, 0.16)
    x, y = (0.5 + rng.normal(0, 0.15), rng.uniform(0.75, 0.92)) if rng.random() < 0.4 else (
        float(rng.choice([0.02, 0.98])) * (wide - 2 * radius) / wide + radius / wide,
        float(rng.choice([0.02, 0.98])) * (high - 2 * radius) / high + radius / high,
    )  # fmt: skip
    colour = _PLAIN[int(rng.integers(len(_PLAIN)))]
    out = _shape(
        rgb,
        lambda to, k: cv2.circle(to, _at(x * wide, y * high, k), round(radius * k), 1.0, -1),
        colour,
        rng.uniform(0.8, 1),
    )
    letter = _words(str(rng.choice(list("BEGHKLMNPRSTW"))), radius * 1.1, rng, heavy=True)
    return _inked(out, _placed(rgb, letter, None, x, y, 0), (255, 255, 255) if sum(colour) < 500 else (20, 20, 20))


def smile(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to three round faces with eyes and a mouth, yellow, red or white, anywhere."""
    out, least = rgb, min(rgb.shape[:2])
    for _ in range(int(rng.integers(1, 4))):
        r, x, y = (
            least * rng.uniform(0.06, 0.17),
            rng.uniform(0.1, 0.9) * rgb.shape[1],
            rng.uniform(0.1, 0.9) * rgb.shape[0],
        )
        colour = ((255, 209, 63), (255, 209, 63), (235, 72, 64), (245, 245, 245))[int(rng.integers(4))]
        open_, bend = rng.random() < 0.4, rng.choice([0, 0, 180])
        out = _shape(out, lambda to, k, x=x, y=y, r=r: cv2.circle(to, _at(x, y, k), round(r * k), 1.0, -1), colour, 1)  # type: ignore[misc]
        for side in (-1, 1):
            out = _shape(
                out,
                lambda to, k, x=x, y=y, r=r, s=side: cv2.circle(
                    to, _at(x + s * 0.36 * r, y - 0.25 * r, k), round(0.14 * r * k), 1.0, -1
                ),
                (50, 35, 20),
                1,
            )  # type: ignore[misc]
        out = _shape(
            out,
            lambda to, k, x=x, y=y, r=r, o=open_, b=bend: cv2.ellipse(
                to,
                _at(x, y + 0.2 * r + (0.3 * r if b else 0), k),
                (round(0.5 * r * k), round(0.38 * r * k)),
                0,
                b,
                b + 180,
                1.0,
                -1 if o else max(1, round(0.12 * r * k)),
            ),
            (60, 30, 20),
            1,
        )  # type: ignore[misc]
    return out


def ears(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An app's ears, nose and whiskers, or a crown, about the middle of the upper half."""
    high, wide = rgb.shape[:2]
    x, y, size = wide * rng.uniform(0.42, 0.58), high * rng.uniform(0.12, 0.3), min(high, wide) * rng.uniform(0.14, 0.3)
    fur, out = ((121, 85, 61), (60, 60, 65), (230, 190, 200), (245, 240, 235))[int(rng.integers(4))], rgb
    if rng.random() < 0.35:
        tops = np.array([(-1, 0.5), (-1, -0.4), (-0.5, 0.1), (0, -0.6), (0.5, 0.1), (1, -0.4), (1, 0.5)]) * size + (
            x,
            y,
        )
        gold = (235, 180, 20) if rng.random() < 0.7 else (200, 60, 160)
        return _shape(out, lambda to, k: cv2.fillPoly(to, [np.rint(tops * k).astype(np.int32)], 1.0), gold, 1)
    for side in (-1, 1):
        for part, colour in ((1.0, fur), (0.6, (240, 150, 160))):
            ear = np.array([(0.35, 0.35), (1.05, -0.75), (1.3, 0.45)])
            ear = ((ear - ear.mean(0)) * part + ear.mean(0)) * (side * size, size) + (x, y)
            out = _shape(out, lambda to, k, e=ear: cv2.fillPoly(to, [np.rint(e * k).astype(np.int32)], 1.0), colour, 1)  # type: ignore[misc]
        for up in (-0.12, 0.0, 0.12):
            ends = (x + side * 0.25 * size, y + 1.5 * size), (x + side * 1.1 * size, y + (1.5 + up * 3) * size)
            out = _shape(
                out,
                lambda to, k, e=ends: cv2.line(to, _at(*e[0], k), _at(*e[1], k), 1.0, max(1, round(0.03 * size * k))),
                (30, 30, 30),
                1,
            )  # type: ignore[misc]
    return _shape(
        out,
        lambda to, k: cv2.ellipse(
            to, _at(x, y + 1.4 * size, k), (round(0.24 * size * k), round(0.17 * size * k)), 0, 0, 360, 1.0, -1
        ),
        (25, 20, 20),
        1,
    )


def stock(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Thin lines that cross in small rings, and a picture's number on a strip below."""
    high, wide = rgb.shape[:2]
    gap, layer = min(high, wide) * rng.uniform(0.2, 0.45), np.zeros((high, wide), np.float32)
    thick = max(1, round(min(high, wide) * rng.uniform(0.003, 0.008)))
    at = np.arange(rng.uniform(0, gap), max(high, wide) + gap, gap)
    for one in at:
        cv2.line(layer, (round(one), 0), (round(one), high), 1.0, thick, cv2.LINE_AA)
        cv2.line(layer, (0, round(one)), (wide, round(one)), 1.0, thick, cv2.LINE_AA)
        for other in at:
            cv2.circle(layer, (round(one), round(other)), round(gap * 0.12), 1.0, thick, cv2.LINE_AA)
    out = _inked(rgb, layer * rng.uniform(0.3, 0.7), (255, 255, 255) if rng.random() < 0.8 else (0, 0, 0))
    if rng.random() < 0.5:
        tall = int(high * rng.uniform(0.05, 0.08)) + 6
        out[-tall:] = (24, 24, 24)
        number = _words(f"stock no. {rng.integers(10**6, 10**7)}", tall * 0.55, rng)
        out = _inked(out, _placed(rgb, number, None, 0.3, 1 - tall / high / 2, 0), (235, 235, 235))
    return out


def signed(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A photographer's signature in a script, with a flourish below, white or black, low on one side."""
    scripts = tuple(path for path in fonts.apart() if path.name.startswith(("Z003", "Lobster", "isabella")))
    mark = _words(str(rng.choice(_PEOPLE[:5])), 80, rng, types=scripts)
    grown = np.pad(mark, ((0, 14), (6, 20)))
    t = np.linspace(0, 1, 30)
    points = np.stack([4 + t * (grown.shape[1] - 8), grown.shape[0] - 9 + 5 * np.sin(t * rng.uniform(2, 5))], 1)
    cv2.polylines(grown, [np.rint(points).astype(np.int32)], False, 1.0, 3, cv2.LINE_AA)
    part = rng.uniform(0.22, 0.45)
    layer = _placed(
        rgb,
        grown,
        part,
        float(rng.choice([part / 2 + 0.03, 0.97 - part / 2])),
        rng.uniform(0.84, 0.93),
        float(rng.choice([0, 8])),
    )
    return _inked(rgb, layer * rng.uniform(0.6, 1), (255, 255, 255) if rng.random() < 0.65 else (10, 10, 10))


def pill(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A story's sticker: a rounded plate with a dot and a place or a name, a little turned."""
    text = str(rng.choice(["Lisboa", "#teamday", "@n.brook", "Good morning", "OSLO 21°", "we are hiring"]))
    mark = _words(text, 60, rng)
    high, wide = mark.shape[0] + 36, mark.shape[1] + 110
    plate = np.zeros((high, wide), np.float32)
    cv2.line(plate, (high // 2, high // 2), (wide - high // 2, high // 2), 1.0, high - 4, cv2.LINE_AA)
    inner = np.zeros_like(plate)
    inner[18 : 18 + mark.shape[0], 80 : 80 + mark.shape[1]] = mark
    cv2.circle(inner, (48, high // 2), 16, 1.0, -1, cv2.LINE_AA)
    ground, part = _PLAIN[int(rng.integers(len(_PLAIN)))], rng.uniform(0.25, 0.5)
    at = part, rng.uniform(0.3, 0.7), float(rng.choice([0.12, 0.8, 0.88])), float(rng.normal(0, 6))
    out = _inked(rgb, _placed(rgb, plate, *at) * rng.uniform(0.75, 1), ground)
    return _inked(out, _placed(rgb, inner, *at), (255, 255, 255) if sum(ground) < 500 else (20, 20, 20))


KEPT_APART: tuple[Overlay, ...] = (proof, names, stamp, dark, disc, smile, ears, stock, signed, pill)


def _words(
    text: str, tall: float, rng: np.random.Generator, *, heavy: bool = False, types: tuple[Path, ...] = ()
) -> np.ndarray:
    """(h, w) float32 0..1."""
    known = types or tuple(path for path in fonts.apart() if not path.name.startswith(("DSEG", "D050")))
    bold = tuple(path for path in known if "Bold" in path.name and "Oblique" not in path.name)
    type_ = fonts.one(rng, bold if heavy and bold else known, tall * 1.3)
    x0, y0, x1, y1 = type_.getbbox(text)
    picture = Image.new("L", (int(x1 - x0) + 4, int(y1 - y0) + 4))
    ImageDraw.Draw(picture).text((2 - x0, 2 - y0), text, 255, type_)
    return np.asarray(picture, np.float32) / 255


def _placed(rgb: np.ndarray, mark: np.ndarray, part: float | None, x: float, y: float, lean: float) -> np.ndarray:
    """The mark `part` of the width wide, or as it is, leaning, with its middle at x, y, 0..1, in a layer of its own."""
    high, wide = rgb.shape[:2]
    scale = 1.0 if part is None else part * wide / mark.shape[1]
    if scale < 0.6:
        mark = cv2.resize(mark, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        scale = 1.0
    matrix = cv2.getRotationMatrix2D(((mark.shape[1] - 1) / 2, (mark.shape[0] - 1) / 2), lean, scale)
    matrix[:, 2] += (x * wide - mark.shape[1] / 2, y * high - mark.shape[0] / 2)
    return cv2.warpAffine(mark, matrix, (wide, high))


def _shape(rgb: np.ndarray, draw, colour: Colour, share: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """What draw(layer, times) draws on a layer that is `times` as large."""
    layer = np.zeros((2 * rgb.shape[0], 2 * rgb.shape[1]), np.float32)
    draw(layer, 2)
    return _inked(rgb, cv2.resize(layer, rgb.shape[1::-1], interpolation=cv2.INTER_AREA) * share, colour)


def _at(x: float, y: float, times: int) -> tuple[int, int]:
    return round(x * times), round(y * times)


def _inked(rgb: np.ndarray, share: np.ndarray, ink: Colour) -> np.ndarray:
    return np.clip(rgb * (1 - share[..., None]) + np.array(ink) * share[..., None], 0, 255).astype(np.uint8)
