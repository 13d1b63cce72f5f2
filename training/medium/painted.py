"""More filters that make a drawing of a photograph, all learned from (filters.py keeps others apart)."""

from __future__ import annotations

import cv2
import numpy as np


def kuwahara(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each place takes the mean of the most even of the four squares around it (Kuwahara 1976)."""
    r = max(4, int(max(rgb.shape[:2]) * rng.uniform(0.009, 0.02)))
    values = rgb.astype(np.float32)
    mean = cv2.blur(values, (r + 1, r + 1))
    grey = cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)
    spread = cv2.blur(grey * grey, (r + 1, r + 1)) - cv2.blur(grey, (r + 1, r + 1)) ** 2
    best, out = np.full(grey.shape, np.inf, np.float32), np.zeros_like(values)
    s = (r + 1) // 2
    for shift in ((-s, -s), (-s, s), (s, -s), (s, s)):
        here = np.roll(spread, shift, (0, 1))
        less = here < best
        out[less] = np.roll(mean, shift, (0, 1))[less]
        best = np.minimum(best, here)
    return _vivid(out, rng.uniform(1, 1.4))


def strokes(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Short strokes of a brush along the edges of what is there, broad ones first."""
    high, wide = rgb.shape[:2]
    soft = cv2.GaussianBlur(rgb, (0, 0), 2)
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), 3).astype(np.float32)
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    out = cv2.GaussianBlur(rgb, (0, 0), 5)
    for thick in (max(3, max(high, wide) // 60), max(2, max(high, wide) // int(rng.integers(110, 190)))):
        count = int(1.6 * high * wide / (thick * thick * 3))
        long = thick * rng.uniform(1.5, 3.5)
        for x, y in zip(rng.integers(0, wide, count).tolist(), rng.integers(0, high, count).tolist(), strict=True):
            angle = np.arctan2(gx[y, x], -gy[y, x]) + rng.normal(0, 0.25)
            dx, dy = np.cos(angle) * long / 2, np.sin(angle) * long / 2
            colour = np.clip(soft[y, x] + rng.normal(0, 6), 0, 255).tolist()
            cv2.line(out, (int(x - dx), int(y - dy)), (int(x + dx), int(y + dy)), colour, thick, cv2.LINE_AA)
    return out


def clustered(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A handful of colours found in CIELAB, areas smoothed."""
    lab = cv2.cvtColor(cv2.bilateralFilter(rgb, 7, 45, 5), cv2.COLOR_RGB2LAB)
    some = lab.reshape(-1, 3)[rng.integers(0, lab.shape[0] * lab.shape[1], 2000)].astype(np.float32)
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 8, 0.5)
    _, _, centres = cv2.kmeans(some, int(rng.integers(5, 15)), None, stop, 1, cv2.KMEANS_PP_CENTERS)
    flat = lab.reshape(-1, 3).astype(np.float32)
    which = np.argmin([((flat - c) ** 2).sum(1) for c in centres], 0).reshape(lab.shape[:2]).astype(np.uint8)
    which = cv2.medianBlur(which, int(rng.choice([1, 3, 5])))
    return cv2.cvtColor(centres[which].astype(np.uint8), cv2.COLOR_LAB2RGB)


def inked(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ink lines where a difference of two blurs falls, soft or hard (XDoG, Winnemoeller 2012), on paper or colour."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    sigma = rng.uniform(0.7, 1.8) * max(rgb.shape[:2]) / 400
    sharp = rng.uniform(8, 30)
    two = (1 + sharp) * cv2.GaussianBlur(grey, (0, 0), sigma) - sharp * cv2.GaussianBlur(grey, (0, 0), 1.6 * sigma)
    level = rng.uniform(0.35, 0.75)
    lines = np.where(two >= level, 1, 1 + np.tanh(rng.uniform(2, 20) * (two - level)))[..., None]
    if rng.random() < 0.35:
        flat = cv2.bilateralFilter(rgb, 9, 60, 7)
        return np.clip(_vivid(flat, 1.3) * np.clip(lines, 0, 1), 0, 255).astype(np.uint8)
    paper = np.full(3, 255.0) if rng.random() < 0.6 else rng.uniform(180, 255, 3)
    ink = np.zeros(3) if rng.random() < 0.7 else rng.uniform(0, 120, 3)
    return np.clip(ink + (paper - ink) * np.clip(lines, 0, 1), 0, 255).astype(np.uint8)


def hatched(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Hatching: the darker, the more sets of parallel lines."""
    high, wide = rgb.shape[:2]
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    out, gap = np.ones((high, wide), np.float32), rng.uniform(4, 8)
    first = rng.uniform(0, np.pi)
    for k, level in enumerate(np.quantile(grey, (0.75, 0.5, 0.3, 0.12))):
        angle = first + k * np.pi / 4
        wobble = 0.6 * np.sin(row / 23 + k) + 0.6 * np.cos(column / 31)
        wave = np.cos(2 * np.pi * (row * np.cos(angle) + column * np.sin(angle) + wobble) / gap)
        out = np.where(grey < level, np.minimum(out, np.clip((0.55 - wave) * 2, 0.1, 1)), out)
    paper = np.array([255, 255, 255]) if rng.random() < 0.6 else np.array([245, 232, 205])
    return (out[..., None] * (paper if rng.random() < 0.7 else 0.4 * paper + 0.6 * rgb)).astype(np.uint8)


def smoothed_flat(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Detail gone, edges left, some sharpened: as of apps that paint (edge-preserving filter, again and again)."""
    out = rgb
    for _ in range(int(rng.integers(1, 3))):
        out = cv2.edgePreservingFilter(
            out, flags=1, sigma_s=float(rng.uniform(25, 60)), sigma_r=float(rng.uniform(0.3, 0.6))
        )
    if rng.random() < 0.5:
        out = cv2.addWeighted(out, 1.8, cv2.GaussianBlur(out, (0, 0), 2), -0.8, 0)
    return _vivid(out, rng.uniform(1.1, 1.6))


def pop_art(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Tones mapped onto a few strong colours that run into each other, solarised or inverted."""
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), rng.uniform(0.5, 2)).astype(np.float32)
    stops = int(rng.integers(3, 6))
    colours = rng.uniform(0, 255, (stops, 3))
    at = np.linspace(0, 255, stops)
    out = np.stack([np.interp(grey, at, colours[:, k]) for k in range(3)], -1)
    if rng.random() < 0.6:
        step = 255 / int(rng.integers(4, 9))
        out = np.rint(out / step) * step
    return np.clip(out, 0, 255).astype(np.uint8)


def smoothed_in_rings(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint that flows: blur along the edges, again and again, then more contrast."""
    out = rgb.astype(np.float32)
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), 2.5).astype(np.float32)
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    angle = np.arctan2(gx, -gy)
    row, column = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    reach = max(2, int(max(rgb.shape[:2]) / 400 * rng.uniform(4, 9)))
    total = np.zeros_like(out)
    for t in range(-reach, reach + 1):
        total += cv2.remap(
            out, column + t * np.cos(angle), row + t * np.sin(angle), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
    out = total / (2 * reach + 1)
    out = cv2.addWeighted(out, 1.9, cv2.GaussianBlur(out, (0, 0), 1.5), -0.9, 0)
    return _vivid(out, rng.uniform(1.0, 1.5))


FITTED = (kuwahara, kuwahara, strokes, clustered, inked, hatched, smoothed_flat, pop_art, smoothed_in_rings)


def _vivid(rgb: np.ndarray, factor: float) -> np.ndarray:
    grey = rgb.mean(axis=2, keepdims=True)
    return np.clip(grey + (rgb - grey) * factor, 0, 255).astype(np.uint8)
