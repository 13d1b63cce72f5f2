"""Lettering that is in the scene, not over the picture: on walls, signs, shirts, name tags and bands.

It is seen from aside, lies in folds, is lit as what it is printed on and is as soft as what is around it. Each takes
and gives (H, W, 3) uint8.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.medium.letters import cover, fit, words
from training.medium.marks import emblem


def printed(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Words or emblems painted on what is there: once, in lines, or again and again as on a press wall."""
    high, wide = rgb.shape[:2]
    sheet = np.zeros((high, wide), np.float32)
    tall = max(7.0, high * rng.uniform(0.04, 0.22))
    mark = cover(words(rng, most=3), tall, rng)
    if rng.random() < 0.25:
        mark = emblem(int(tall * rng.uniform(1, 2.5)), rng)
    mark = fit(mark, wide * rng.uniform(0.2, 0.9))
    kind = rng.random()
    if kind < 0.35:  # a press wall
        across, down = mark.shape[1] * rng.uniform(1.1, 2), mark.shape[0] * rng.uniform(1.3, 3)
        for n, y in enumerate(np.arange(rng.uniform(0, down), high, down)):
            for x in np.arange((n % 2) * across / 2, wide + across, across):
                _put(sheet, mark, x, y)
    elif kind < 0.6:  # lines of a poster or a page
        y = high * rng.uniform(0, 0.4)
        left = wide * rng.uniform(0.05, 0.5)
        for _ in range(int(rng.integers(2, 9))):
            line = fit(cover(words(rng, most=4), tall * rng.uniform(0.4, 1), rng), wide * 0.8)
            _put(sheet, line, left + line.shape[1] / 2, y)
            y += line.shape[0] * rng.uniform(1.1, 1.8)
    else:
        _put(sheet, mark, wide * rng.uniform(0.2, 0.8), high * rng.uniform(0.1, 0.95))
    ink = np.full(3, float(rng.choice([15, 235]))) if rng.random() < 0.6 else rng.uniform(0, 255, 3)
    return _in_the_scene(rgb, sheet, np.ones((high, wide, 1)) * ink, rng)


def plate(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A sign, a screen's edge, a badge on the chest or a band round the neck, with words on it."""
    high, wide = rgb.shape[:2]
    h = int(high * rng.uniform(0.05, 0.25)) + 8
    w = int(h * rng.uniform(1.2, 4))
    ground = rng.uniform(0, 255, 3)
    colours = np.ones((h, w, 1)) * ground
    lines = 1 + int(rng.integers(3))
    ink = np.full(3, 20.0 if ground.mean() > 128 else 240.0)
    for k in range(lines):
        mark = fit(cover(words(rng, most=2), max(6, 0.7 * h / lines), rng), 0.85 * w)
        share = np.zeros((h, w), np.float32)
        _put(share, mark, w / 2, h * (k + 0.5) / lines)
        colours = colours * (1 - share[..., None]) + ink * share[..., None]
    sheet, full = np.zeros((high, wide), np.float32), np.zeros((high, wide, 3))
    x, y = int(wide * rng.uniform(-0.1, 0.9)), int(high * rng.uniform(0, 0.9))
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, wide), min(y + h, high)
    if x1 > x0 and y1 > y0:
        sheet[y0:y1, x0:x1] = 1
        full[y0:y1, x0:x1] = colours[y0 - y : y1 - y, x0 - x : x1 - x]
    return _in_the_scene(rgb, sheet, full, rng)


def _in_the_scene(rgb: np.ndarray, share: np.ndarray, colours: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Seen from aside or in folds, soft, lit as the surface, under the camera's noise."""
    high, wide = rgb.shape[:2]
    both = np.concatenate([share[..., None], colours * share[..., None]], 2).astype(np.float32)
    turn = rng.normal(0, 8) if rng.random() < 0.7 else rng.uniform(-40, 40)
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), turn, 1)
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners @ matrix[:, :2].T + matrix[:, 2]
    lean = rng.uniform(0.04, 0.25)
    moved = moved + rng.uniform(-lean, lean, (4, 2)) * (wide, high)
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    back = cv2.getPerspectiveTransform(moved.astype(np.float32), corners)
    places = np.stack([column, row, np.ones_like(row)], -1) @ back.T
    depth = np.where(np.abs(places[..., 2]) < 1e-3, 1e-3, places[..., 2])
    at_x, at_y = places[..., 0] / depth, places[..., 1] / depth
    if rng.random() < 0.5:  # folds of cloth, a bent banner
        length, deep = rng.uniform(0.05, 0.5) * max(high, wide), rng.uniform(0.002, 0.015) * max(high, wide)
        at_x = at_x + deep * np.sin(2 * np.pi * row / length + rng.uniform(0, 6))
        at_y = at_y + deep * np.sin(2 * np.pi * column / length + rng.uniform(0, 6))
    both = cv2.remap(both, at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_AREA)
    soft = rng.uniform(0.5, 1.2) if rng.random() < 0.5 else rng.uniform(1.2, 3.0)
    both = cv2.GaussianBlur(both, (0, 0), soft)
    share, colours = both[..., :1] * rng.uniform(0.55, 1), both[..., 1:] / np.maximum(both[..., :1], 1e-3)
    light = cv2.GaussianBlur(rgb, (0, 0), max(high, wide) / rng.uniform(25, 90)).mean(2, keepdims=True) / 150
    grain = (rgb - cv2.GaussianBlur(rgb, (0, 0), 1.5).astype(np.float32)) * 0.7
    out = rgb * (1 - share) + (colours * np.clip(light, 0.2, 1.4) + grain) * share
    return np.clip(out, 0, 255).astype(np.uint8)


def _put(sheet: np.ndarray, mark: np.ndarray, x: float, y: float) -> None:
    """The larger of both, with the mark's middle at x, y."""
    h, w = mark.shape
    left, top = round(x - w / 2), round(y - h / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, sheet.shape[1]), min(top + h, sheet.shape[0])
    if x1 > x0 and y1 > y0:
        part = sheet[y0:y1, x0:x1]
        np.maximum(part, mark[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


FITTED = (printed, printed, plate)
