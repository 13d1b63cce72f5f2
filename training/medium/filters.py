"""Photographs made into drawings: posterised, painted, sketched, as filters of phones and web pages do it.

Each takes and gives (H, W, 3) uint8. `FITTED` are learned from (and painted.FITTED),
`KEPT_APART` are other kinds and only measured on.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

Filter = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def posterised(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Few levels of each channel, with or without smoothing before."""
    levels = int(rng.integers(3, 9))
    smooth = cv2.bilateralFilter(rgb, 7, rng.uniform(20, 60), 5) if rng.random() < 0.6 else rgb
    return _levels(smooth, levels)


def palette(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A palette of few colours, without dither."""
    smooth = cv2.medianBlur(rgb, int(rng.choice([3, 5, 7]))) if rng.random() < 0.7 else rgb
    few = Image.fromarray(smooth).quantize(int(rng.integers(5, 20)), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.asarray(few.convert("RGB"))


def cartoon(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Smoothed areas of few tones with black outlines: the usual cartoon filter."""
    smooth = rgb
    for _ in range(int(rng.integers(2, 6))):
        smooth = cv2.bilateralFilter(smooth, 7, rng.uniform(30, 80), 7)
    if rng.random() < 0.7:
        smooth = _levels(smooth, int(rng.integers(6, 14)))
    smooth = _vivid(smooth, rng.uniform(1.0, 1.7))
    return _outlined(smooth, rgb, rng) if rng.random() < 0.8 else smooth


def stylised(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """OpenCV's stylisation: areas smoothed to the edges, like water colours."""
    return _vivid(
        cv2.stylization(rgb, sigma_s=rng.uniform(20, 80), sigma_r=rng.uniform(0.25, 0.6)), rng.uniform(1, 1.5)
    )


def sketch(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A pencil sketch, by dividing by what is blurred; on white or tinted paper."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(255 - grey, (0, 0), rng.uniform(2, 9) * max(rgb.shape) / 400)
    lines = np.clip(grey.astype(np.float32) * 256 / (256 - soft.astype(np.float32)), 0, 255)
    lines = 255 * (lines / 255) ** rng.uniform(1, 3)
    paper = np.array([255, 255, 255]) if rng.random() < 0.6 else np.array([250, 240, 220]) * rng.uniform(0.8, 1)
    drawn = lines[..., None] / 255 * paper
    if rng.random() < 0.3:  # coloured pencil
        drawn = drawn * (0.5 + 0.5 * rgb / 255)
    return np.clip(drawn, 0, 255).astype(np.uint8)


def smeared(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Detail wiped away in blots, some sharpened afterwards and made vivid, as by apps that paint."""
    size = 2 * int(max(rgb.shape) / 400 * rng.uniform(2.5, 6)) + 1
    out = cv2.medianBlur(cv2.medianBlur(rgb, size), size)
    if rng.random() < 0.5:
        out = cv2.addWeighted(out, 2.0, cv2.GaussianBlur(out, (0, 0), size / 2), -1.0, 0)
    return _vivid(out, rng.uniform(1, 1.5))


def duotone(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A poster of two to four flat colours by brightness."""
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), rng.uniform(0.8, 2))
    count = int(rng.integers(2, 5))
    limits = np.quantile(grey, np.linspace(0, 1, count + 1)[1:-1])
    colours = np.sort(rng.integers(0, 256, (count, 3)), axis=0)
    return colours[np.searchsorted(limits, grey)].astype(np.uint8)


def mean_shift(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Areas of one colour by mean shift, some with outlines."""
    flat = cv2.pyrMeanShiftFiltering(rgb, rng.uniform(6, 14), rng.uniform(20, 40), maxLevel=1)
    return _outlined(flat, rgb, rng) if rng.random() < 0.5 else flat


def oil(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Oil paint: each place takes the mean colour of the commonest brightness around it."""
    radius, bins = int(rng.integers(3, 6)), int(rng.integers(6, 10))
    which = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.int32) * bins // 256
    size = (2 * radius + 1, 2 * radius + 1)
    best, out = np.zeros(which.shape, np.float32), np.zeros(rgb.shape, np.float32)
    for one in range(bins):
        inside = (which == one).astype(np.float32)
        count = cv2.boxFilter(inside, -1, size, normalize=False)
        total = cv2.boxFilter(rgb.astype(np.float32) * inside[..., None], -1, size, normalize=False)
        more = count > best
        out[more] = (total / np.maximum(count, 1)[..., None])[more]
        best = np.maximum(best, count)
    return np.clip(out, 0, 255).astype(np.uint8)


def tones_only(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Few steps of lightness in CIELAB, hues nearly as they were."""
    lab = cv2.cvtColor(cv2.bilateralFilter(rgb, 9, 50, 7), cv2.COLOR_RGB2LAB)
    lab[..., 0] = _levels(lab[..., 0], int(rng.integers(4, 7)))
    lab[..., 1:] = _levels(lab[..., 1:], int(rng.integers(12, 20)))
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)


def pencil(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """OpenCV's pencil sketch, grey or coloured."""
    grey, colour = cv2.pencilSketch(
        rgb, sigma_s=rng.uniform(20, 60), sigma_r=0.07, shade_factor=rng.uniform(0.03, 0.07)
    )
    return colour if rng.random() < 0.5 else np.repeat(grey[..., None], 3, 2)


def low_poly(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Triangles of one colour each."""
    height, width = rgb.shape[:2]
    edges = cv2.Canny(cv2.GaussianBlur(rgb, (0, 0), 1.5), 40, 90)
    y, x = np.nonzero(edges)
    pick = rng.permutation(len(x))[:500]
    points = np.concatenate([np.stack([x[pick], y[pick]], 1), rng.random((300, 2)) * (width - 1, height - 1)])
    division = cv2.Subdiv2D((0, 0, width, height))
    for px, py in points.tolist():
        division.insert((float(np.clip(px, 0, width - 1)), float(np.clip(py, 0, height - 1))))
    out = cv2.GaussianBlur(rgb, (0, 0), 3)
    soft = out.copy()
    for triangle in division.getTriangleList().reshape(-1, 3, 2):
        cx, cy = np.clip(triangle.mean(0), 0, (width - 1, height - 1)).astype(int)
        cv2.fillConvexPoly(out, np.rint(triangle).astype(np.int32), soft[cy, cx].tolist())
    return out


FITTED: tuple[Filter, ...] = (posterised, palette, cartoon, cartoon, stylised, sketch, smeared, duotone)
KEPT_APART: tuple[Filter, ...] = (mean_shift, oil, tones_only, pencil, low_poly)


def _levels(values: np.ndarray, count: int) -> np.ndarray:
    step = 255 / (count - 1)
    table = np.clip(np.rint(np.rint(np.arange(256) / step) * step), 0, 255).astype(np.uint8)
    return np.asarray(table[values])


def _vivid(rgb: np.ndarray, factor: float) -> np.ndarray:
    grey = rgb.mean(axis=2, keepdims=True)
    return np.clip(grey + (rgb - grey) * factor, 0, 255).astype(np.uint8)


def _outlined(smooth: np.ndarray, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    grey = cv2.medianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 5)
    block = 2 * int(rng.integers(3, 7)) + 1
    lines = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, rng.uniform(3, 8))
    return np.where(lines[..., None] > 0, smooth, (smooth * rng.uniform(0, 0.3)).astype(np.uint8))
