"""Lettering where people have it in the scene: on the chest, a lanyard, a badge, a cap, the wall behind them.

What scene_words.py prints anywhere is put here where it belongs: on cloth below the face, bent round the body and lit
as the cloth is; or behind the person, as soft as what is behind.
"""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.nets.blazeface import FaceDetector
from headshot_check.nets.selfie import SelfieSegmenter
from headshot_check.pixels.shrinking import Halves
from training.medium import scene_words
from training.medium.letters import cover, fit, turned, words
from training.medium.marks import emblem

Box = tuple[float, float, float, float]
_BEHIND = 0.4
"""share of pictures that get it behind the person"""
_LEAST = 24.0
"""px, of a face's width: below it nothing on the chest can be read"""


class Worn:
    """Puts words or emblems on a person or behind one; nothing where nobody is found: words over a face are none."""

    def __init__(self) -> None:
        self._faces, self._mask = FaceDetector("short"), SelfieSegmenter()

    def __call__(self, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        found = self._faces(Halves(np.ascontiguousarray(rgb)))
        mask = cv2.resize(self._mask(np.ascontiguousarray(rgb)), (rgb.shape[1], rgb.shape[0]))[..., None]
        box = max((one.box for one in found), key=lambda box: box[2] - box[0], default=None)
        if box is None or box[2] - box[0] < _LEAST or not 0.1 < mask.mean() < 0.9:
            return rgb
        room = rgb.shape[0] - box[3] > 0.3 * (box[3] - box[1])
        if rng.random() < (_BEHIND if room else 0.75):
            behind = (scene_words.printed, scene_words.printed, scene_words.plate)[int(rng.integers(3))](rgb, rng)
            return np.clip(rgb * mask + behind * (1 - mask), 0, 255).astype(np.uint8)
        kinds = (_print, _print, _print, _print, _lanyard, _badge, _cap) if room else (_cap,)
        kind = kinds[int(rng.integers(len(kinds)))]
        layer = kind(rgb, box, rng)
        if kind is not _cap:
            layer[..., 3] *= mask[..., 0] > 0.5
        return _as_cloth(rgb, layer, box, rng)


def _print(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray:
    """Words in one to three lines, an emblem or both on the chest, large as a club's or small as a firm's."""
    layer, (x, y, face) = _empty(rgb), _chest(rgb, box, rng)
    ink = np.full(3, float(rng.choice([20, 240]))) if rng.random() < 0.6 else rng.uniform(0, 255, 3)
    large = rng.random() < 0.6
    wide = face * (rng.uniform(0.6, 1.7) if large else rng.uniform(0.2, 0.6))
    if not large:
        x += face * rng.uniform(-0.6, 0.6)
    elif rng.random() < 0.25:
        sign = emblem(int(wide * rng.uniform(0.3, 0.8)), rng)
        _put(layer, sign, x, y, ink)
        y += sign.shape[0] * 0.8
    for _ in range(1 + int(rng.integers(3))):
        mark = cover(words(rng, most=2), max(6.0, face * rng.uniform(0.1, 0.4) * (1 if large else 0.4)), rng)
        mark = fit(mark, wide)
        _put(layer, turned(mark, rng.normal(0, 4)), x, y, ink)
        y += mark.shape[0] * rng.uniform(1.1, 1.6)
    return layer


def _lanyard(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray:
    """A band from both sides of the neck to the chest, with words again and again along it, and a card on it."""
    layer, (x, _, face) = _empty(rgb), _chest(rgb, box, rng)
    ground, broad = rng.uniform(0, 255, 3), face * rng.uniform(0.06, 0.16)
    ink = np.full(3, 245.0 if ground.mean() < 140 else 15.0)
    low = (x, box[3] + face * rng.uniform(0.8, 1.8))
    for side in (-1, 1):
        high = (x + side * face * rng.uniform(0.3, 0.55), box[3] + face * rng.uniform(-0.05, 0.15))
        along = np.hypot(low[0] - high[0], low[1] - high[1])
        band = np.ones((max(3, round(broad)), max(8, round(along))), np.float32)
        degrees = np.degrees(np.arctan2(high[1] - low[1], low[0] - high[0]))
        middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
        _put(layer, turned(band, degrees), *middle, ground)
        mark = cover(words(rng, most=1), max(5.0, broad * 0.7), rng)
        written = np.zeros_like(band)
        for left in range(2, band.shape[1] - mark.shape[1], round(mark.shape[1] * 1.3) + 2):
            rows = min(len(mark), len(written))
            top = (len(written) - rows) // 2
            written[top : top + rows, left : left + mark.shape[1]] = mark[:rows]
        _put(layer, turned(written, degrees), *middle, ink)
    return _with_card(layer, low[0], low[1] + face * 0.35, face * rng.uniform(0.4, 0.8), rng)


def _badge(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray:
    """A name's plate pinned to one side of the chest."""
    x, y, face = _chest(rgb, box, rng)
    return _with_card(_empty(rgb), x + face * rng.uniform(-0.7, 0.7), y, face * rng.uniform(0.25, 0.6), rng)


def _cap(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray:
    """A cap or a band of cloth over hair and forehead with an emblem or a word on it."""
    layer, face = _empty(rgb), box[2] - box[0]
    x, brim = (box[0] + box[2]) / 2, box[1] + (box[3] - box[1]) * rng.uniform(-0.05, 0.15)
    cloth = np.zeros(rgb.shape[:2], np.float32)
    tall = face * rng.uniform(0.45, 0.75)
    axes = (max(3, round(face * rng.uniform(0.58, 0.7))), max(3, round(tall)))
    cv2.ellipse(cloth, (round(x), round(brim)), axes, 0, 180, 360, 1.0, -1, cv2.LINE_AA)
    ground = rng.uniform(0, 255, 3)
    _put(layer, cloth, rgb.shape[1] / 2, rgb.shape[0] / 2, ground)
    ink = np.full(3, 245.0 if ground.mean() < 140 else 15.0) if rng.random() < 0.7 else rng.uniform(0, 255, 3)
    mark = emblem(int(tall * rng.uniform(0.35, 0.7)), rng)
    if rng.random() < 0.5:
        mark = fit(cover(words(rng, most=1), max(6.0, tall * rng.uniform(0.2, 0.5)), rng), face * 0.9)
    _put(layer, mark, x, brim - tall * rng.uniform(0.35, 0.55), ink)
    return layer


def _as_cloth(rgb: np.ndarray, layer: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray:
    """Bent round the body, in folds, lit and textured as what is under it, a little soft."""
    high, wide = rgb.shape[:2]
    face = box[2] - box[0]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    off = (column - (box[0] + box[2]) / 2) / (2.2 * face)
    bend, squeeze = face * rng.uniform(-0.1, 0.35), rng.uniform(0, 0.25)
    at_x, at_y = column + squeeze * off**3 * face, row - bend * off**2
    for _ in range(int(rng.integers(0, 4))):
        length, deep = face * rng.uniform(0.25, 1.5), face * rng.uniform(0.004, 0.03)
        way = rng.uniform(0, np.pi)
        wave = np.sin(2 * np.pi * (column * np.cos(way) + row * np.sin(way)) / length + rng.uniform(0, 6)) * deep
        at_x, at_y = at_x + wave * rng.uniform(-1, 1), at_y + wave
    bent = cv2.remap(layer, at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_LINEAR)
    bent = cv2.GaussianBlur(bent, (0, 0), rng.uniform(0.35, 0.8) if rng.random() < 0.5 else rng.uniform(0.8, 2.2))
    share = bent[..., 3:] * rng.uniform(0.75, 1)
    colours = bent[..., :3] / np.maximum(bent[..., 3:], 1e-3)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    broad, near = (cv2.GaussianBlur(grey, (0, 0), max(1.0, face / part)) for part in (1.5, 14))
    light = np.clip(near / np.maximum(broad, 12), 0.4, 1.7) * np.clip(broad.mean() / 140, 0.45, 1.2)
    grain = (rgb - cv2.GaussianBlur(rgb, (0, 0), 1.5).astype(np.float32)) * 0.8
    out = rgb * (1 - share) + (colours * light[..., None] + grain) * share
    return np.clip(out, 0, 255).astype(np.uint8)


def _chest(rgb: np.ndarray, box: Box, rng: np.random.Generator) -> tuple[float, float, float]:
    """Middle of what is written there, and the face's width, px."""
    face, chin = box[2] - box[0], box[3]
    low = max(chin + 0.45 * face, min(rgb.shape[0] - 0.1 * face, chin + 1.6 * face))
    return (box[0] + box[2]) / 2 + face * rng.normal(0, 0.1), rng.uniform(chin + 0.4 * face, low), face


def _with_card(layer: np.ndarray, x: float, y: float, wide: float, rng: np.random.Generator) -> np.ndarray:
    w, h = max(12, round(wide)), max(8, round(wide * rng.uniform(0.3, 1.3)))
    ground = rng.uniform(170, 255, 3) if rng.random() < 0.6 else rng.uniform(0, 255, 3)
    ink, degrees = np.full(3, 20.0 if ground.mean() > 128 else 240.0), rng.normal(0, 7)
    _put(layer, turned(np.ones((h, w), np.float32), degrees), x, y, ground)
    lines = 1 + int(rng.integers(4))
    written = np.zeros((h, w), np.float32)
    for k in range(lines):
        mark = fit(cover(words(rng, most=2), max(5.0, 0.6 * h / lines), rng), 0.85 * w)[: h // lines, : w - 2]
        top, left = int(h * (k + 0.5) / lines - mark.shape[0] / 2), (w - mark.shape[1]) // 2
        written[top : top + mark.shape[0], left : left + mark.shape[1]] = mark
    _put(layer, turned(written, degrees), x, y, ink)
    return layer


def _empty(rgb: np.ndarray) -> np.ndarray:
    """Colours times share, and share 0..1."""
    return np.zeros((*rgb.shape[:2], 4), np.float32)


def _put(layer: np.ndarray, mark: np.ndarray, x: float, y: float, ink: np.ndarray) -> None:
    high, wide = layer.shape[:2]
    h, w = mark.shape
    left, top = round(x - w / 2), round(y - h / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + w, wide), min(top + h, high)
    if x1 <= x0 or y1 <= y0:
        return
    share = mark[y0 - top : y1 - top, x0 - left : x1 - left, None]
    part = layer[y0:y1, x0:x1]
    part[:] = part * (1 - share) + np.append(ink, 1.0) * share
