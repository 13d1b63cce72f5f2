"""Screenshots that fitting never sees, by code, shapes and letters of their own: only to be measured on."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

Others = Sequence[np.ndarray]
_FONTS = (cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_COMPLEX_SMALL)
"""which letters.py does not have"""


def floating(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A rounded picture on a coloured, shaded ground, a floating strip with pills in it above, a plate with a name."""
    high = int(rng.integers(320, 700))
    wide = int(high * rng.uniform(1.25, 1.8))
    row = np.linspace(0, 1, high)[:, None, None]
    colours = rng.uniform(20, 200, (2, 3))
    room = np.broadcast_to(colours[0] * (1 - row) + colours[1] * row, (high, wide, 3)).astype(np.uint8).copy()
    x0, y0, x1, y1 = int(wide * 0.05), int(high * 0.17), int(wide * 0.95), int(high * 0.94)
    shown = _cut(rgb, x1 - x0, y1 - y0)
    mask, r = np.zeros(shown.shape[:2], np.float32), int(high * 0.05)
    cv2.rectangle(mask, (r, r), (mask.shape[1] - r, mask.shape[0] - r), 1.0, 2 * r)
    cv2.rectangle(mask, (r, r), (mask.shape[1] - r, mask.shape[0] - r), 1.0, -1)
    part = room[y0:y1, x0:x1]
    part[:] = np.where(mask[..., None] > 0, shown, part)
    strip, tall = int(wide * rng.uniform(0.3, 0.6)), int(high * 0.08)
    y = int(high * 0.09)
    ends = (wide // 2 - strip // 2, y), (wide // 2 + strip // 2, y)
    cv2.line(room, *ends, (250, 250, 250), tall, cv2.LINE_AA)
    for k in range(5):
        x = int(wide / 2 + (k - 2) * strip * 0.2)
        tone = (rng.uniform(120, 220, 3)).tolist()
        cv2.line(room, (x - tall // 4, y), (x + tall // 4, y), tone, tall // 3, cv2.LINE_AA)
    corners = (
        (x1 - int(wide * 0.25), y1 - int(high * 0.12)),
        (x1 - int(wide * 0.03), y1 - int(high * 0.04)),
    )
    cv2.rectangle(room, *corners, (250, 250, 250), -1)
    at = (x1 - int(wide * 0.24), y1 - int(high * 0.06))
    cv2.putText(room, _name(rng), at, cv2.FONT_HERSHEY_COMPLEX, high / 900, (40, 40, 40), 1, cv2.LINE_AA)
    return room


def rail(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A rail of square tools at the left, the speaker right of it, what is said in a box below, oneself in a disc."""
    high = int(rng.integers(320, 700))
    wide, edge = int(high * rng.uniform(1.3, 1.8)), int(high * rng.uniform(0.1, 0.15))
    tone = rng.uniform(15, 70, 3) if rng.random() < 0.6 else rng.uniform(190, 245, 3)
    room = np.empty((high, wide, 3), np.uint8)
    room[:] = tone.astype(np.uint8)
    room[:, edge:] = _cut(rgb, wide - edge, high)
    font, ink = _FONTS[int(rng.integers(3))], (235, 235, 235) if tone.mean() < 128 else (50, 50, 50)
    step = high // int(rng.integers(6, 10))
    for k, y in enumerate(range(step // 2, high - step // 3, step)):
        s = edge // 4
        if k == 1:
            cv2.rectangle(
                room, (edge // 2 - 2 * s + 3, y - 2 * s + 3), (edge // 2 + 2 * s - 3, y + 2 * s - 3), (90, 120, 200), -1
            )
        triangle = [(edge // 2, y - s), (edge // 2 - s, y + s), (edge // 2 + s, y + s)]
        if k % 3 == 0:
            cv2.polylines(room, [np.array(triangle, np.int32)], True, ink, max(1, s // 4), cv2.LINE_AA)
        elif k % 3 == 1:
            cv2.rectangle(room, (edge // 2 - s, y - s), (edge // 2 + s, y + s), ink, max(1, s // 4))
        else:
            cv2.line(room, (edge // 2 - s, y), (edge // 2 + s, y), ink, max(1, s // 3))
            cv2.line(room, (edge // 2, y - s), (edge // 2, y + s), ink, max(1, s // 3))
    if rng.random() < 0.75:  # what is said
        left, right = edge + int(wide * 0.08), wide - int(wide * 0.08)
        low, tall = int(high * 0.96), int(high * rng.uniform(0.1, 0.17))
        box = room[low - tall : low, left:right]
        box[:] = (box * 0.25).astype(np.uint8)
        for k in range(2):
            said = " ".join(_name(rng).lower() for _ in range(5))
            size = tall / 2.6 / cv2.getTextSize(said, font, 1.0, 1)[0][1]
            while cv2.getTextSize(said, font, size * 0.6, 1)[0][0] > right - left - 8:
                said = said[:-2]
            where = (left + 6, low - tall + int(tall * (0.42 + 0.45 * k)))
            cv2.putText(room, said, where, font, size * 0.6, (245, 245, 245), 1, cv2.LINE_AA)
    if others and rng.random() < 0.7:  # oneself
        r = int(high * rng.uniform(0.09, 0.14))
        disc = cv2.circle(np.zeros((2 * r, 2 * r), np.uint8), (r, r), r - 2, 1, -1)[..., None]
        area = room[8 : 8 + 2 * r, wide - 2 * r - 8 : wide - 8]
        area[:] = np.where(disc > 0, _cut(others[int(rng.integers(len(others)))], 2 * r, 2 * r), area)
        cv2.circle(room, (wide - r - 8, 8 + r), r - 1, (255, 255, 255), 2, cv2.LINE_AA)
    return room


def story(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A phone that the picture fills: strokes of progress above, a small face with a name, a box to write in below."""
    wide = int(rng.integers(260, 460))
    high = int(wide * rng.uniform(1.7, 2.15))
    room = _cut(rgb, wide, high)
    font, count = _FONTS[int(rng.integers(3))], int(rng.integers(2, 7))
    now, gap = int(rng.integers(count)), wide * 0.92 / count
    for k in range(count):
        x = int(wide * 0.04 + k * gap)
        tone = (250, 250, 250) if k <= now else (170, 170, 170)
        cv2.line(room, (x, int(high * 0.02)), (int(x + gap * 0.9), int(high * 0.02)), tone, max(2, high // 260))
    r = int(wide * 0.055)
    x, y = int(wide * 0.04) + r, int(high * 0.025) + int(1.6 * r)
    cv2.circle(room, (x, y), r, rng.uniform(0, 255, 3).tolist(), -1, cv2.LINE_AA)
    cv2.circle(room, (x, y), r, (255, 255, 255), 1, cv2.LINE_AA)
    cv2.putText(room, _name(rng), (x + int(1.5 * r), y + r // 3), font, wide / 620, (255, 255, 255), 1, cv2.LINE_AA)
    at, s = wide - int(wide * 0.08), int(r * 0.5)
    for a, b in (((-s, -s), (s, s)), ((-s, s), (s, -s))):
        cv2.line(room, (at + a[0], y + a[1]), (at + b[0], y + b[1]), (255, 255, 255), max(1, r // 7), cv2.LINE_AA)
    tall = int(wide * rng.uniform(0.1, 0.14))
    if rng.random() < 0.5:  # on black, below the picture
        room[high - int(1.7 * tall) :] = 0
    y = high - int(0.85 * tall)
    cv2.ellipse(room, (int(wide * 0.4), y), (int(wide * 0.35), tall // 2), 0, 0, 360, (255, 255, 255), 1, cv2.LINE_AA)
    cv2.putText(room, _name(rng), (int(wide * 0.14), y + 3), font, wide / 620, (230, 230, 230), 1, cv2.LINE_AA)
    for k in range(2):
        triangle = np.array([(0, -1), (1, 0.8), (-1, 0.8)]) * tall * 0.28 + (wide * (0.84 + 0.1 * k), y)
        cv2.polylines(room, [triangle.astype(np.int32)], True, (255, 255, 255), max(1, tall // 16), cv2.LINE_AA)
    return room


def _cut(rgb: np.ndarray, wide: int, high: int) -> np.ndarray:
    """The middle of the picture at that size."""
    (h, w), scale = rgb.shape[:2], max(wide / rgb.shape[1], high / rgb.shape[0])
    big = cv2.resize(rgb, (max(wide, round(w * scale)), max(high, round(h * scale))), interpolation=cv2.INTER_AREA)
    top, left = (len(big) - high) // 3, (big.shape[1] - wide) // 2
    return np.ascontiguousarray(big[top : top + high, left : left + wide])


def _name(rng: np.random.Generator) -> str:
    return "".join(chr(97 + int(n)) for n in rng.integers(0, 26, int(rng.integers(4, 12)))).capitalize()


KEPT_APART = (floating, rail, story)
