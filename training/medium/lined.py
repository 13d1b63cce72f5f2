"""Photographs made into lines, relief, blocks or two inks. Each takes and gives (H, W, 3) uint8."""

from __future__ import annotations

import cv2
import numpy as np


def graphite(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Soft outlines, and strokes of one direction where it is dark, on white."""
    grey = _grey(rgb, rng.uniform(0.6, 1.6))
    strokes = _strokes(grey.shape, rng, int(rng.integers(5, 17)), rng.uniform(0, np.pi))
    shade = np.clip((rng.uniform(0.45, 0.75) - grey) * rng.uniform(1, 2.2), 0, 1)
    lines = np.clip(_edges(grey) * rng.uniform(2, 6), 0, 1)
    return _on_paper(1 - np.maximum(lines, shade * (0.4 + strokes)), rgb, rng)


def charcoal(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Broad dark smudges along edges and in shadows, with the paper's grain."""
    grey = _grey(rgb, rng.uniform(1, 2.5))
    dark = np.clip(_edges(grey) * rng.uniform(4, 9) + rng.uniform(0.2, 0.6) - grey, 0, 1)
    grain = cv2.GaussianBlur(rng.random(grey.shape).astype(np.float32), (0, 0), rng.uniform(0.5, 1.2))
    grain = (grain - grain.mean()) / grain.std()
    return _on_paper(1 - np.clip(dark * (1 + 0.4 * grain), 0, 1), rgb, rng)


def contours(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Differences of two blurs, cut off softly: ink lines and black areas, or white ones on black."""
    grey = _grey(rgb, 0)
    width = rng.uniform(0.7, 2) * max(grey.shape) / 400
    fine, broad = (cv2.GaussianBlur(grey, (0, 0), width * factor) for factor in (1.0, 1.6))
    keep = rng.uniform(0.94, 0.99)
    sharp = fine - keep * broad
    out = np.clip(1 + np.tanh(rng.uniform(30, 120) * (sharp - rng.uniform(-0.005, 0.01))), 0, 1)
    return _on_paper(1 - out if rng.random() < 0.25 else out, rgb, rng)


def edges_only(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Its gradients, dark on light or light on dark."""
    lines = np.clip(_edges(_grey(rgb, rng.uniform(0, 1.5))) * rng.uniform(2, 8), 0, 1)
    return _on_paper(lines if rng.random() < 0.4 else 1 - lines, rgb, rng)


def relief(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Embossed: the differences in one direction, on grey."""
    grey = _grey(rgb, rng.uniform(0, 1.2)) * 255
    across, down = rng.choice([-1, 1], 2)
    kernel = np.array([[-across - down, -down, 0], [-across, 0, across], [0, down, across + down]], np.float32)
    out = cv2.filter2D(grey, cv2.CV_32F, kernel * rng.uniform(0.5, 1.5)) + rng.uniform(110, 145)
    return np.repeat(np.clip(out, 0, 255).astype(np.uint8)[..., None], 3, 2)


def two_inks(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth passage from one strong colour in the shadows to another in the lights."""
    grey = _grey(rgb, 0)
    low, high = np.quantile(grey, (0.02, 0.98))
    tone = np.clip((grey - low) / max(high - low, 0.05), 0, 1)[..., None]
    dark, light = (_ink(rng, value) for value in (rng.uniform(10, 110), rng.uniform(190, 255)))
    return (dark + (light - dark) * tone).astype(np.uint8)


def blocks(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A mosaic of large pixels."""
    height, width = rgb.shape[:2]
    across = int(rng.integers(30, 80))
    small = cv2.resize(rgb, (across, max(1, across * height // width)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


FITTED = (graphite, graphite, charcoal, contours, contours, edges_only, relief, two_inks, two_inks, blocks)


def _grey(rgb: np.ndarray, blur: float) -> np.ndarray:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    return cv2.GaussianBlur(grey, (0, 0), blur) if blur > 0.1 else grey


def _edges(grey: np.ndarray) -> np.ndarray:
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 4


def _strokes(shape: tuple[int, ...], rng: np.random.Generator, length: int, angle: float) -> np.ndarray:
    """Noise drawn out along one direction, 0..1."""
    kernel = np.zeros((length, length), np.float32)
    x, y = np.cos(angle) * length, np.sin(angle) * length
    middle = length / 2
    ends = [(int(middle - sign * x / 2), int(middle - sign * y / 2)) for sign in (1, -1)]
    cv2.line(kernel, *ends, 1.0, 1)
    drawn = cv2.filter2D(rng.random(shape).astype(np.float32), -1, kernel / max(float(kernel.sum()), 1))
    return np.clip((drawn - drawn.mean()) / (4 * drawn.std() + 1e-6) + 0.5, 0, 1)


def _on_paper(tone: np.ndarray, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The tone, 0..1, in grey, on tinted paper, or with the picture's colours in it."""
    out = np.repeat(tone[..., None], 3, 2)
    chance = rng.random()
    if chance < 0.25:
        out = out * (0.4 + 0.6 * cv2.bilateralFilter(rgb, 7, 60, 7) / 255)
    elif chance < 0.45:
        out = out * np.array([1.0, 0.95, 0.85]) * rng.uniform(0.85, 1)
    return np.clip(out * 255, 0, 255).astype(np.uint8)


def _ink(rng: np.random.Generator, value: float) -> np.ndarray:
    hue = np.array([[[rng.integers(0, 180), rng.integers(120, 256), int(value)]]], np.uint8)
    return cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float32)
