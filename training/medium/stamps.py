"""Still more of what is laid over pictures, to learn from: nets of small marks, dates, words along a bow, campaigns."""

from __future__ import annotations

import cv2
import numpy as np

from training.medium.letters import cover, fit, laid, turned, words
from training.medium.marks import emblem

_WHITE = np.full(3, 255.0)
_BARS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")
"""of the digits, a on top and then clockwise, g in the middle"""


def net(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One small mark, words or an emblem, again and again all over, thin or faint, on a lattice that leans."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    least = min(high, wide)
    tall = max(8.0, least * rng.uniform(0.03, 0.09))
    mark = cover(words(rng, most=2), tall, rng, thin=rng.random() < 0.6)
    if rng.random() < 0.3:
        mark = emblem(int(tall * rng.uniform(1.5, 3)), rng)
    mark = turned(fit(mark, wide * 0.5), float(rng.choice([0.0, 45.0, -45.0, rng.uniform(-60, 60)])))
    lean = np.radians(rng.choice([0.0, rng.uniform(-45, 45)]))
    steps = np.array([mark.shape[1] * rng.uniform(1.05, 2.2), mark.shape[0] * rng.uniform(1.05, 2.6)])
    steps = np.maximum(steps, least * 0.06)
    ink, alpha = (_WHITE if rng.random() < 0.7 else rng.uniform(0, 120, 3)), rng.uniform(0.25, 0.8)
    reach = int(1.5 * max(high, wide) / steps.min()) + 1
    for n in range(-reach, reach + 1):
        for m in range(-reach, reach + 1):
            at = np.array([m + 0.5 * (n % 2), n]) * steps
            x = wide / 2 + at[0] * np.cos(lean) - at[1] * np.sin(lean)
            y = high / 2 + at[0] * np.sin(lean) + at[1] * np.cos(lean)
            if -mark.shape[1] < x < wide + mark.shape[1] and -mark.shape[0] < y < high + mark.shape[0]:
                laid(out, mark, x, y, ink, alpha)
    return out


def across(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One thin line of words across the picture, level, leaning or upright; some with a rule or a box around it."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    tall = max(10.0, high * rng.uniform(0.05, 0.14))
    mark = fit(
        cover(words(rng, most=2), tall, rng, thin=True, outline=rng.random() < 0.2), wide * rng.uniform(0.5, 1.0)
    )
    if rng.random() < 0.35:
        room = int(mark.shape[0] * rng.uniform(0.2, 0.6)) + 2
        mark = cv2.copyMakeBorder(mark, room, room, room, room, cv2.BORDER_CONSTANT)
        thick = max(1, int(tall * 0.06))
        if rng.random() < 0.5:
            cv2.rectangle(mark, (1, 1), (mark.shape[1] - 2, mark.shape[0] - 2), 1.0, thick)
        else:
            for y in (1, mark.shape[0] - 2):
                cv2.line(mark, (0, y), (mark.shape[1], y), 1.0, thick)
    mark = turned(mark, float(rng.choice([0.0, 90.0, rng.uniform(-50, 50), rng.uniform(-50, 50)])))
    ink, alpha = (_WHITE if rng.random() < 0.7 else rng.uniform(0, 255, 3)), rng.uniform(0.35, 0.9)
    x, y = wide * rng.uniform(0.35, 0.65), high * rng.uniform(0.3, 0.85)
    if rng.random() < 0.35:
        laid(out, cv2.GaussianBlur(mark, (0, 0), 1), x + 1, y + 1, np.zeros(3), alpha * 0.8)
    laid(out, mark, x, y, ink, alpha)
    return out


def thin_line(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A photographer's or an agency's line, "(c) name", small and thin, along any edge or upright, pale or dark."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    tall = max(8.0, min(high, wide) * rng.uniform(0.022, 0.06))
    text = f"{rng.choice(['©', '(c)', 'Photo:', 'Foto', '©'])} {words(rng, most=2)}"
    mark = fit(cover(text, tall, rng, thin=rng.random() < 0.6), wide * rng.uniform(0.3, 0.9))
    upright = rng.random() < 0.2
    mark = turned(mark, 90.0 if rng.random() < 0.5 else -90.0) if upright else mark
    h, w = mark.shape
    edge = tall * rng.uniform(0.3, 1.5)
    x = float(rng.choice([edge + w / 2, wide / 2, wide - edge - w / 2]))
    y = high - edge - h / 2 if rng.random() < 0.75 else edge + h / 2
    if upright:
        x, y = float(rng.choice([edge + w / 2, wide - edge - w / 2])), high * rng.uniform(0.3, 0.7)
    ink = np.full(3, 255.0) if rng.random() < 0.6 else np.full(3, rng.uniform(0, 60))
    laid(out, mark, x, y, ink, rng.uniform(0.4, 1))
    return out


def date(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A camera's date and time in a corner, of seven bars a digit or in letters, orange, red, green or white."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    day, month, year = rng.integers(1, 32), rng.integers(1, 13), rng.integers(1996, 2027)
    sign = str(rng.choice([".", "/", "-", " "]))
    text = sign.join(
        [
            (f"{day:02d}", f"{month:02d}", f"{year % 100:02d}"),
            (f"{day}", f"{month}", f"{year}"),
            (f"{year}", f"{month:02d}", f"{day:02d}"),
            (f"'{year % 100:02d}", f"{month}", f"{day}"),
        ][int(rng.integers(4))]
    )
    if rng.random() < 0.5:
        text += f" {rng.integers(0, 24)}:{rng.integers(60):02d}"
    tall = max(8.0, high * rng.uniform(0.025, 0.07))
    mark = segments(text, tall, rng) if rng.random() < 0.5 else cover(text, tall, rng)
    mark = fit(mark, wide * 0.6)
    edge = rng.uniform(0.02, 0.09, 2) * (wide, high)
    x = wide - edge[0] - mark.shape[1] / 2 if rng.random() < 0.65 else edge[0] + mark.shape[1] / 2
    y = high - edge[1] - mark.shape[0] / 2 if rng.random() < 0.8 else edge[1] + mark.shape[0] / 2
    inks = (255, 140, 30), (255, 90, 20), (255, 220, 60), (240, 50, 40), (120, 240, 90), (255, 255, 255)
    ink = np.array(inks[int(rng.integers(len(inks)))], np.float64)
    if rng.random() < 0.5:
        laid(out, cv2.GaussianBlur(mark, (0, 0), max(1.0, tall / 8)), x, y, ink * 0.6, 0.8)
    laid(out, mark, x, y, ink, rng.uniform(0.6, 1))
    return out


def segments(text: str, high: float, rng: np.random.Generator) -> np.ndarray:
    """(h, w) float32, 0..1: digits of seven bars each, as clocks have them; signs as dots and strokes."""
    h = max(7, round(high))
    w, thick, lean = max(4, round(h * rng.uniform(0.45, 0.65))), max(1, round(h * rng.uniform(0.08, 0.16))), 0.1 * h
    gap = max(2, w // 3)
    out = np.zeros((h + 2, (w + gap) * len(text) + h), np.float32)
    corners = {"a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2), "e": (0, 1, 0, 2)}
    corners |= {"f": (0, 0, 0, 1), "g": (0, 1, 1, 1)}
    x = 2
    for sign in text:
        if sign.isdigit():
            for bar in _BARS[int(sign)]:
                x0, y0, x1, y1 = corners[bar]
                ends = (
                    (x + c * (w - thick), 1 + thick // 2 + r * (h - 1 - thick) // 2) for c, r in ((x0, y0), (x1, y1))
                )
                cv2.line(out, *ends, 1.0, thick)
        elif sign in ":.'":
            for down in (0.3, 0.7) if sign == ":" else (0.95,) if sign == "." else (0.1,):
                cv2.circle(out, (x, round(1 + down * (h - 2))), max(1, thick // 2 + 1), 1.0, -1)
        elif sign in "-/":
            cv2.line(out, (x, h // 2 if sign == "-" else h - 1), (x + w // 2, h // 2 if sign == "-" else 1), 1.0, thick)
        x += w + gap if sign.isdigit() else w // 2 + gap
    if rng.random() < 0.5:
        out = cv2.warpAffine(out, np.array([[1, -lean / h, lean], [0, 1, 0]], np.float32), out.shape[::-1])
    return out[:, : x + round(lean)]


def large_words(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to three lines of large words across the picture and the face, faint to half opaque, level or leaning."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    lean = float(rng.choice([0.0, rng.uniform(10, 55), -rng.uniform(10, 55)]))
    ink = _WHITE if rng.random() < 0.7 else rng.uniform(0, 255, 3)
    alpha, outline = rng.uniform(0.12, 0.55), rng.random() < 0.15
    middle, lines = high * rng.uniform(0.3, 0.65), 1 + int(rng.random() < 0.25) + int(rng.random() < 0.1)
    for k in range(lines):
        text = words(rng, most=1 if rng.random() < 0.7 else 2)
        if rng.random() < 0.5:
            text = text.upper()[: int(rng.integers(4, 11))]
        mark = cover(text, high * rng.uniform(0.14, 0.4), rng, outline=outline)
        mark = turned(fit(mark, wide * rng.uniform(0.6, 1.25)), lean)
        y = middle + (k - (lines - 1) / 2) * mark.shape[0] * rng.uniform(1.0, 1.4)
        if rng.random() < 0.15:
            laid(out, mark, wide / 2 + 1, y + 1, np.zeros(3), alpha)
        laid(out, mark, wide * rng.uniform(0.45, 0.55), y, ink, alpha)
    return out


def on_the_head(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An emblem or a word or two on forehead, cheek or hair, where portraits have them: small or as large as it is."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    side = min(high, wide) * rng.uniform(0.08, 0.4)
    mark = emblem(int(side), rng, filled=rng.random() < 0.3)
    if rng.random() < 0.4:
        mark = fit(cover(words(rng, most=2), side * rng.uniform(0.2, 0.5), rng), side * 1.8)
    mark = turned(mark, rng.normal(0, 12)) if rng.random() < 0.4 else mark
    x, y = wide * rng.uniform(0.3, 0.7), high * rng.uniform(0.08, 0.5)
    ink, alpha = (_WHITE if rng.random() < 0.5 else rng.uniform(0, 255, 3)), rng.uniform(0.25, 1)
    if rng.random() < 0.3:
        plate = np.zeros((int(mark.shape[0] * 1.35) + 2, int(mark.shape[1] * 1.2) + 2), np.float32)
        centre, axes = (plate.shape[1] // 2, plate.shape[0] // 2), (plate.shape[1] // 2 - 1, plate.shape[0] // 2 - 1)
        if rng.random() < 0.5:
            plate[:] = 1
        cv2.ellipse(plate, centre, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        laid(out, plate, x, y, 255 - ink, alpha)
    laid(out, mark, x, y, ink, alpha)
    return out


def bow(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Words along a bow on the picture, on a band of colour or bare, as of campaigns and seals."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    size = int(min(high, wide) * rng.uniform(0.3, 1.0))
    c, r = size // 2, size * rng.uniform(0.36, 0.42)
    tall = max(8.0, size * rng.uniform(0.06, 0.12))
    reach = np.radians(rng.uniform(50, 160))
    middle, up = (-np.pi / 2, 1) if rng.random() < 0.5 else (np.pi / 2, -1)
    x, y = (wide / 2, high / 2) if size > 0.6 * min(high, wide) else (
        float(rng.choice([size * 0.55, wide - size * 0.55])), float(rng.choice([size * 0.55, high - size * 0.55]))
    )  # fmt: skip
    colour = rng.uniform(0, 255, 3)
    if rng.random() < 0.6:
        band = np.zeros((size, size), np.float32)
        ends = (np.degrees(middle - reach), np.degrees(middle + reach))
        cv2.ellipse(band, (c, c), (int(r), int(r)), 0, *ends, 1.0, int(tall * 1.5), cv2.LINE_AA)
        laid(out, band, x, y, colour, rng.uniform(0.7, 1))
    ink = _WHITE if colour.mean() < 150 else np.full(3, 15.0)
    text = words(rng, most=3)
    for k, letter in enumerate(text):
        angle = middle + up * reach * 0.85 * (2 * (k + 0.5) / len(text) - 1)
        if letter != " ":
            mark = turned(cover(letter, tall, rng), -np.degrees(angle) - 90 * up)
            laid(out, mark, x + r * np.cos(angle), y + r * np.sin(angle), ink, 1)
    return out


def campaign(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Coloured shapes at the edges, waves, slants or corners, with an emblem and words: an event's frame."""
    out = rgb.copy()
    high, wide = rgb.shape[:2]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    u, v = column / wide, row / high
    for _ in range(int(rng.integers(1, 4))):
        kind, depth = int(rng.integers(4)), rng.uniform(0.06, 0.22)
        a = v if rng.random() < 0.7 else u
        a = 1 - a if rng.random() < 0.6 else a
        b = u if a is v or np.array_equal(a, 1 - v) else v
        if kind == 0:
            on = a < depth * (1 + 0.5 * np.sin(b * rng.uniform(3, 12) + rng.uniform(0, 6)))
        elif kind == 1:
            on = a + rng.uniform(-0.3, 0.3) * (b - 0.5) < depth
        elif kind == 2:
            on = a + (b if rng.random() < 0.5 else 1 - b) < depth * 2
        else:
            on = np.hypot(a, (b - rng.choice([0.0, 0.5, 1.0]))) < depth * 1.5
        alpha = np.where(on, rng.uniform(0.8, 1), 0)[..., None]
        out = (out * (1 - alpha) + rng.uniform(0, 255, 3) * alpha).astype(np.uint8)
    ink = _WHITE if rng.random() < 0.7 else np.full(3, 20.0)
    mark = fit(cover(words(rng), max(9, high * rng.uniform(0.04, 0.09)), rng), wide * 0.7)
    edge = high * rng.uniform(0.04, 0.1)
    laid(out, mark, wide * rng.choice([0.5, 0.35, 0.65]), high - edge if rng.random() < 0.75 else edge, ink, 1)
    if rng.random() < 0.6:
        side = int(min(high, wide) * rng.uniform(0.08, 0.18))
        x, y = (rng.choice([side * 0.7, full - side * 0.7]) for full in (wide, high))
        laid(out, emblem(side, rng, filled=True), x, y, rng.uniform(0, 255, 3), 1)
    return out


FITTED = (net, net, net, across, across, date, bow, campaign, large_words, on_the_head)
