"""Bands of webbing and cloth drawn on people: seat belts, and what is mistaken for them, with exact masks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

NEGATIVES = ("bag", "backpack", "lanyard", "tie", "scarf", "lapels", "sash", "camera", "dungarees", "harness")


@dataclass
class Body:
    """Where to draw: the face's centre and width in px, and who is person (H, W, 0..1)."""

    x: float
    y: float
    width: float
    person: np.ndarray


def belt(rgb: np.ndarray, body: Body, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A three-point belt: pillar, shoulder, opposite hip. Returns the picture and the strap's mask (H, W, 0..1)."""
    side = rng.choice([-1, 1])
    w = body.width
    shoulder = (body.x + side * w * rng.uniform(0.55, 1.05), body.y + w * rng.uniform(0.95, 1.3))
    hip = (body.x - side * w * rng.uniform(0.5, 1.5), body.y + w * rng.uniform(3.0, 4.4))
    pillar = (body.x + side * w * rng.uniform(1.3, 2.3), body.y + w * rng.uniform(-0.3, 0.8))
    thick = w * rng.uniform(0.24, 0.42)  # 4.7 cm of webbing against a face of 14-16 cm, nearer the lens or turned
    over = (np.array(shoulder) + 0.5 * (np.array(pillar) - shoulder))[None]  # it comes from behind the shoulder
    on_body = np.concatenate([over, _curve(shoulder, hip, rng.uniform(-0.08, 0.16) * side * w)])
    clip = _below_chin(body) * body.person
    mask = _band(rgb.shape, on_body, thick) * clip
    if rng.random() < 0.7:  # the run from the shoulder up to its guide, beside the head
        free = _band(rgb.shape, np.array([pillar, shoulder]), thick * rng.uniform(0.6, 0.95))
        mask = np.maximum(mask, free * (1 - body.person * _above(rgb.shape, shoulder[1] - 0.25 * w)))
    tone = rng.choice(["dark", "dark", "dark", "grey", "beige", "any"])
    return _paint(rgb, mask, on_body, thick, _colour(tone, rng), body, rng), mask


def lookalike(rgb: np.ndarray, body: Body, rng: np.random.Generator, kind: str) -> np.ndarray:
    """A strap that is not a seat belt, drawn the same way."""
    w, x, y = body.width, body.x, body.y
    side = rng.choice([-1, 1])
    chest = y + w * rng.uniform(2.2, 3.5)
    clip = _below_chin(body) * body.person
    if kind == "bag":
        start, end = (
            (x + side * w * rng.uniform(0.5, 1.0), y + 0.5 * w),
            (x - side * w * rng.uniform(0.7, 1.4), y + 4 * w),
        )
        lines, thick = [_curve(start, end, 0.05 * w)], w * rng.uniform(0.06, 0.26)
    elif kind == "backpack":
        gap = rng.uniform(0.6, 0.95) * w
        lines = [_curve((x + s * gap, y + 0.5 * w), (x + s * gap * 1.1, y + 4 * w), s * 0.1 * w) for s in (-1, 1)]
        thick = w * rng.uniform(0.2, 0.4)
    elif kind == "lanyard":
        lines = [np.array([(x + s * 0.35 * w, y + 0.7 * w), (x + 0.03 * s * w, chest)]) for s in (-1, 1)]
        thick = w * rng.uniform(0.04, 0.12)
    elif kind == "tie":
        lines, thick = [np.array([(x, y + 0.75 * w), (x, chest + w)])], w * rng.uniform(0.2, 0.4)
    elif kind == "lapels":
        gap = rng.uniform(0.35, 0.6) * w
        lines = [np.array([(x + s * gap * 1.1, y + 0.5 * w), (x + s * 0.08 * w, chest)]) for s in (-1, 1)]
        thick = w * rng.uniform(0.18, 0.4)
    elif kind == "sash":
        start = (x + side * w * rng.uniform(0.7, 1.1), y + 0.4 * w)
        end = (x - side * w * rng.uniform(0.6, 1.2), y + 4 * w)
        lines, thick = [_curve(start, end, 0.1 * w)], w * rng.uniform(0.5, 0.95)
    elif kind == "camera":
        spread = rng.uniform(0.35, 0.6) * w
        lines = [_curve((x + s * spread, y + 0.5 * w), (x + 0.3 * s * w, chest), s * 0.1 * w) for s in (-1, 1)]
        lines.append(np.array([(x - 0.3 * w, chest), (x + 0.3 * w, chest)]))
        thick = w * rng.uniform(0.07, 0.16)
    elif kind == "dungarees":
        gap, bib = rng.uniform(0.35, 0.6) * w, y + w * rng.uniform(1.7, 2.4)
        lines = [np.array([(x + s * gap * 1.3, y + 0.5 * w), (x + s * gap, bib)]) for s in (-1, 1)]
        lines += [np.array([(x - gap, bib + k * w), (x + gap, bib + k * w)]) for k in np.arange(0, 2, 0.15)]
        thick = w * rng.uniform(0.16, 0.26)
    elif kind == "harness":
        gap, knot = rng.uniform(0.45, 0.75) * w, (x, y + w * rng.uniform(1.5, 2.2))
        lines = [np.array([(x + s * gap * 1.1, y + 0.5 * w), knot]) for s in (-1, 1)]
        lines += [np.array([knot, (x + s * gap, knot[1] + w)]) for s in (-1, 1)]
        thick = w * rng.uniform(0.12, 0.26)
    else:
        sag = y + w * rng.uniform(1.0, 1.5)
        lines = [np.array([(x - 0.7 * w, y + 0.75 * w), (x, sag), (x + 0.7 * w, y + 0.75 * w)])]
        thick = w * rng.uniform(0.3, 0.6)
    mask = np.zeros(rgb.shape[:2], np.float32)
    for line in lines:
        mask = np.maximum(mask, _band(rgb.shape, line, thick) * clip)
    colour = _colour(rng.choice(["dark", "dark", "grey", "any", "any"]), rng)
    return _paint(rgb, mask, lines[0], thick, colour, body, rng)


def _curve(start: tuple[float, float], end: tuple[float, float], bulge: float) -> np.ndarray:
    a, b = np.array(start), np.array(end)
    normal = np.array([-(b - a)[1], (b - a)[0]]) / max(np.hypot(*(b - a)), 1e-6)
    middle = (a + b) / 2 + normal * 2 * bulge
    t = np.linspace(0, 1, 24)[:, None]
    return (1 - t) ** 2 * a + 2 * t * (1 - t) * middle + t**2 * b


def _band(shape: tuple[int, ...], line: np.ndarray, thick: float) -> np.ndarray:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.polylines(mask, [np.round(line * 8).astype(np.int32)], False, 255, max(1, round(thick)), cv2.LINE_AA, 3)
    return mask.astype(np.float32) / 255


def _below_chin(body: Body) -> np.ndarray:
    """1 where a strap may lie: not on the face or the neck's front."""
    clip = np.ones(body.person.shape, np.float32)
    size = (round(body.width * 0.62), round(body.width * 0.85))
    cv2.ellipse(clip, (round(body.x), round(body.y - 0.05 * body.width)), size, 0, 0, 360, 0.0, -1, cv2.LINE_AA)
    clip[: max(0, round(body.y))] = 0
    return clip


def _above(shape: tuple[int, ...], y: float) -> np.ndarray:
    return (np.arange(shape[0])[:, None] < y).astype(np.float32) * np.ones(shape[:2], np.float32)


def _colour(tone: str, rng: np.random.Generator) -> np.ndarray:
    if tone == "dark":
        return rng.uniform(8, 60) * np.array([1, 1, 1]) + rng.normal(0, 3, 3)
    if tone == "grey":
        return rng.uniform(60, 150) * np.array([1, 1, 1]) + rng.normal(0, 4, 3)
    if tone == "beige":
        return rng.uniform(100, 190) * np.array([1.0, 0.93, 0.8]) + rng.normal(0, 4, 3)
    return rng.uniform(10, 230, 3)


def _paint(
    rgb: np.ndarray,
    mask: np.ndarray,
    line: np.ndarray,
    thick: float,
    colour: np.ndarray,
    body: Body,
    rng: np.random.Generator,
) -> np.ndarray:
    """Lay cloth of one colour under the light that the picture already has, with edges, weave and a soft shadow."""
    picture = rgb.astype(np.float32)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    light = cv2.GaussianBlur(grey, (0, 0), max(1.0, 0.5 * body.width))
    light = light / max(float(light.mean()), 20.0)
    cloth = np.clip(colour, 2, 250)[None, None] * np.clip(light, 0.5, 1.6)[..., None] ** rng.uniform(0.4, 1)
    rim = _band(rgb.shape, line, thick) - _band(rgb.shape, line, thick * 0.78)
    cloth = cloth * (1 + rng.uniform(-0.35, 0.5) * rim[..., None])
    if rng.random() < 0.5:
        run = line[-1] - line[0]
        along = (np.arange(rgb.shape[1])[None] * run[0] + np.arange(rgb.shape[0])[:, None] * run[1]) / np.hypot(*run)
        cloth = cloth * (1 + rng.uniform(0, 0.12) * np.sin(along * 6.28 / max(2.5, thick / 5)))[..., None]
    cloth = cloth + rng.normal(0, rng.uniform(0, 5), rgb.shape[:2])[..., None]
    shade = cv2.GaussianBlur(mask, (0, 0), max(0.6, thick * 0.25)) * rng.uniform(0, 0.45)
    picture = picture * (1 - shade * body.person)[..., None]
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.4, 0.9))[..., None]
    return np.clip(picture * (1 - soft) + cloth * soft, 0, 255).astype(np.uint8)
