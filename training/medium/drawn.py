"""People drawn from nothing: flat avatars, line drawings, shaded heads as of a phone's 3D avatars.

`FITTED` are learned from, `KEPT_APART` are other styles and only measured on. All give (S, S, 3) uint8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

Drawing = Callable[[int, np.random.Generator], np.ndarray]
_SHIFT = 4
"""fractional bits of OpenCV's coordinates"""


@dataclass
class _Canvas:
    """A picture in units of its side."""

    pixels: np.ndarray

    @property
    def side(self) -> int:
        return int(self.pixels.shape[0])

    def polygon(
        self, points: np.ndarray, colour: np.ndarray, line: np.ndarray | None = None, wide: float = 0.0
    ) -> None:
        whole = np.rint(np.asarray(points) * self.side * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(self.pixels, [whole], tuple(map(int, colour)), cv2.LINE_AA, _SHIFT)
        if line is not None and wide > 0:
            self.stroke(points, line, wide, closed=True)

    def stroke(self, points: np.ndarray, colour: np.ndarray, wide: float, *, closed: bool = False) -> None:
        whole = np.rint(np.asarray(points) * self.side * (1 << _SHIFT)).astype(np.int32)
        thick = max(1, round(wide * self.side))
        cv2.polylines(self.pixels, [whole], closed, tuple(map(int, colour)), thick, cv2.LINE_AA, _SHIFT)


def ellipse(
    x: float, y: float, wide: float, high: float, begin: float = 0, end: float = 360, n: int = 60
) -> np.ndarray:
    angle = np.radians(np.linspace(begin, end, n))
    return np.stack([x + wide * np.cos(angle), y + high * np.sin(angle)], 1)


def flat(side: int, rng: np.random.Generator) -> np.ndarray:
    """A flat avatar without or with outlines."""
    canvas, skin, hair, cloth = _begin(side, rng)
    line = np.array([30, 20, 20]) if rng.random() < 0.5 else None
    wide = rng.uniform(0.003, 0.012)
    x, y, w, h = _head(rng)
    canvas.polygon(ellipse(x, 1.02, rng.uniform(0.25, 0.42), rng.uniform(0.18, 0.32)), cloth, line, wide)
    canvas.polygon(_box(x, y + h, w * 0.35, 0.12), skin * 0.9, line, wide)
    _hair_behind(canvas, x, y, w, h, hair, rng)
    for side_of in (-1, 1):
        canvas.polygon(ellipse(x + side_of * w, y + 0.02, w * 0.14, h * 0.16), skin, line, wide)
    canvas.polygon(ellipse(x, y, w, h), skin, line, wide)
    _eyes(canvas, x, y, w, h, rng, simple=rng.random() < 0.4)
    _nose_mouth(canvas, x, y, w, h, skin, rng)
    canvas.polygon(
        ellipse(x, y - h * rng.uniform(0.3, 0.5), w * 1.06, h * rng.uniform(0.5, 0.7), 180, 360), hair, line, wide
    )
    return canvas.pixels


def shaded(side: int, rng: np.random.Generator) -> np.ndarray:
    """A head as of a phone's 3D avatars: smooth shading, large eyes, gloss."""
    canvas, skin, hair, cloth = _begin(side, rng)
    x, y, w, h = _head(rng)
    canvas.polygon(ellipse(x, 1.05, 0.38, 0.28), cloth)
    canvas.polygon(_box(x, y + h, w * 0.35, 0.1), skin * 0.75)
    _hair_behind(canvas, x, y, w, h, hair, rng)
    base = canvas.pixels.copy()
    canvas.polygon(ellipse(x, y, w, h), skin)
    _shade(canvas, base, x, y, w, h, rng)
    _eyes(canvas, x, y, w, h, rng, simple=False, large=rng.uniform(1.2, 1.7))
    _nose_mouth(canvas, x, y, w, h, skin, rng)
    base = canvas.pixels.copy()
    canvas.polygon(ellipse(x, y - h * 0.45, w * 1.1, h * 0.62, 175, 365), hair)
    _shade(canvas, base, x, y - h * 0.6, w * 1.2, h * 0.8, rng)
    if rng.random() < 0.7:
        canvas.pixels = cv2.GaussianBlur(canvas.pixels, (0, 0), side * 0.002 + 0.3)
    return canvas.pixels


def line_drawing(side: int, rng: np.random.Generator) -> np.ndarray:
    """A drawing in ink, shaky lines on paper, some hatched."""
    paper = np.array([255, 255, 255]) if rng.random() < 0.5 else rng.uniform(215, 250, 3)
    canvas = _Canvas(np.full((side, side, 3), paper, np.uint8))
    ink, wide = rng.uniform(0, 70, 3), rng.uniform(0.003, 0.009)
    x, y, w, h = _head(rng)

    def shaky(points: np.ndarray) -> np.ndarray:
        noise = cv2.GaussianBlur(rng.normal(0, 0.012, points.shape), (1, 9), 2.0)
        return points + noise

    for part in (
        ellipse(x, y, w, h),
        ellipse(x, 1.05, 0.36, 0.3, 190, 350),
        ellipse(x, y - h * 0.4, w * 1.05, h * 0.7, 180, 360),
        ellipse(x, y + h * 0.5, w * 0.4, h * 0.12, 10, 170),
        np.array([(x, y), (x - w * 0.1, y + h * 0.25), (x + w * 0.05, y + h * 0.28)]),
    ):
        canvas.stroke(shaky(part), ink, wide)
    for s in (-1, 1):
        canvas.stroke(shaky(ellipse(x + s * w * 0.42, y - h * 0.08, w * 0.2, h * 0.1)), ink, wide)
        canvas.polygon(ellipse(x + s * w * 0.42, y - h * 0.08, w * 0.08, h * 0.08), ink)
        canvas.stroke(shaky(ellipse(x + s * w * 0.42, y - h * 0.2, w * 0.26, h * 0.1, 200, 340)), ink, wide * 1.5)
    for _ in range(int(rng.integers(0, 40))):
        at = np.array([x + rng.uniform(-w, w), y - h * rng.uniform(0.6, 1.1)])
        canvas.stroke(at + np.array([(0, 0), (0.05, 0.09)]) * rng.uniform(0.5, 1.3), ink, wide * 0.8)
    return canvas.pixels


def painted(side: int, rng: np.random.Generator) -> np.ndarray:
    """A flat avatar in paint: gradients, brush grain, a textured ground."""
    picture = flat(side, rng).astype(np.float32)
    soft = cv2.GaussianBlur(picture, (0, 0), side * 0.006)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (side, side)).astype(np.float32), (0, 0), 2)
    ramp = np.linspace(rng.uniform(0.75, 1), rng.uniform(0.9, 1.2), side, dtype=np.float32)[:, None, None]
    return np.clip(soft * ramp + grain[..., None] * rng.uniform(10, 50), 0, 255).astype(np.uint8)


def manga(side: int, rng: np.random.Generator) -> np.ndarray:
    """Large eyes, pointed chin, spiky hair, cel shading."""
    canvas, skin, hair, cloth = _begin(side, rng)
    skin = np.clip(skin * 1.15, 0, 255)
    ink = np.array([25, 20, 30])
    x, y = 0.5 + rng.normal(0, 0.03), 0.46 + rng.normal(0, 0.02)
    w, h = rng.uniform(0.2, 0.27), rng.uniform(0.27, 0.33)
    canvas.polygon(ellipse(x, 1.05, 0.34, 0.3), cloth, ink, 0.006)
    canvas.polygon(_box(x, y + h * 0.8, w * 0.3, 0.14), skin * 0.85, ink, 0.005)
    jaw = np.array([(-1, -0.5), (-0.95, 0.2), (-0.5, 0.72), (0, 1), (0.5, 0.72), (0.95, 0.2), (1, -0.5), (0, -1)])
    canvas.polygon(jaw * (w, h) + (x, y), skin, ink, 0.006)
    canvas.polygon(jaw[3:7] * (w, h) + (x, y), skin * 0.88)
    for s in (-1, 1):
        at = (x + s * w * 0.45, y + h * 0.08)
        canvas.polygon(ellipse(*at, w * 0.27, h * 0.24), np.array([255, 255, 255]), ink, 0.006)
        canvas.polygon(ellipse(*at, w * 0.19, h * 0.22), rng.uniform(40, 180, 3))
        canvas.polygon(ellipse(*at, w * 0.1, h * 0.12), ink)
        canvas.polygon(ellipse(at[0] - w * 0.07, at[1] - h * 0.09, w * 0.06, h * 0.06), np.array([255, 255, 255]))
        canvas.stroke(ellipse(at[0], at[1] - h * 0.12, w * 0.32, h * 0.25, 200, 340), hair * 0.6, 0.01)
    canvas.stroke(np.array([(x - 0.01, y + h * 0.42), (x + 0.005, y + h * 0.45)]), ink, 0.004)
    canvas.stroke(ellipse(x, y + h * 0.6, w * 0.22, h * 0.08, 20, 160), ink, 0.005)
    spikes = [(x - w * 1.2, y + h * 0.1)]
    for k in range(9):
        across = -1.2 + 2.4 * (k + 0.5) / 9
        spikes += [
            (x + w * across, y - h * rng.uniform(1.0, 1.5)),
            (x + w * (across + 0.13), y - h * rng.uniform(0.2, 0.6)),
        ]
    canvas.polygon(np.array([*spikes, (x + w * 1.2, y + h * 0.1)]), hair, ink, 0.006)
    return canvas.pixels


FITTED: tuple[Drawing, ...] = (flat, flat, shaded, shaded, line_drawing)
KEPT_APART: tuple[Drawing, ...] = (painted, manga)


def _begin(side: int, rng: np.random.Generator) -> tuple[_Canvas, np.ndarray, np.ndarray, np.ndarray]:
    ground = rng.uniform(60, 255, 3)
    pixels = np.empty((side, side, 3), np.uint8)
    pixels[:] = ground
    if rng.random() < 0.4:
        ramp = np.linspace(0, 1, side)[:, None, None]
        pixels[:] = ground * (1 - ramp) + rng.uniform(60, 255, 3) * ramp
    tone = rng.random()
    skin = np.array([250, 215, 185]) * (1 - tone) + np.array([75, 45, 35]) * tone + rng.normal(0, 8, 3)
    hair = np.array([(30, 20, 18), (80, 50, 30), (190, 150, 80), (150, 60, 30), (120, 120, 125), (90, 40, 120)])
    return (
        _Canvas(pixels),
        np.clip(skin, 20, 255),
        hair[rng.integers(len(hair))] * rng.uniform(0.8, 1.1),
        rng.uniform(20, 240, 3),
    )


def _head(rng: np.random.Generator) -> tuple[float, float, float, float]:
    w = rng.uniform(0.16, 0.28)
    return 0.5 + rng.normal(0, 0.04), 0.47 + rng.normal(0, 0.03), w, w * rng.uniform(1.1, 1.4)


def _box(x: float, y: float, wide: float, high: float) -> np.ndarray:
    return np.array([(x - wide, y - high / 2), (x + wide, y - high / 2), (x + wide, y + high), (x - wide, y + high)])


def _hair_behind(
    canvas: _Canvas, x: float, y: float, w: float, h: float, hair: np.ndarray, rng: np.random.Generator
) -> None:
    if rng.random() < 0.5:
        canvas.polygon(ellipse(x, y + h * 0.1, w * 1.25, h * rng.uniform(1.05, 1.5)), hair * 0.9)


def _eyes(
    canvas: _Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    rng: np.random.Generator,
    *,
    simple: bool,
    large: float = 1.0,
) -> None:
    apart, level = w * rng.uniform(0.38, 0.5), y - h * rng.uniform(0.0, 0.15)
    wide, high = w * 0.2 * large, h * rng.uniform(0.08, 0.14) * large
    iris = rng.uniform(20, 140, 3)
    for s in (-1, 1):
        if not simple:
            canvas.polygon(ellipse(x + s * apart, level, wide, high), np.array([252, 252, 252]))
        canvas.polygon(ellipse(x + s * apart, level, wide * 0.5, high * 0.8), iris if not simple else iris * 0.3)
        if not simple:
            canvas.polygon(ellipse(x + s * apart, level, wide * 0.25, high * 0.4), np.array([10, 10, 10]))
            canvas.polygon(
                ellipse(x + s * apart - wide * 0.15, level - high * 0.3, wide * 0.12, wide * 0.12), np.array([255] * 3)
            )
        brow = ellipse(x + s * apart, level - high * 1.2, wide * 1.2, high * 0.9, 200, 340)
        canvas.stroke(brow, np.array([50, 35, 30]), 0.006 + 0.012 * rng.random())


def _nose_mouth(
    canvas: _Canvas, x: float, y: float, w: float, h: float, skin: np.ndarray, rng: np.random.Generator
) -> None:
    down = y + h * rng.uniform(0.15, 0.3)
    if rng.random() < 0.6:
        canvas.stroke(np.array([(x, y), (x - w * 0.08, down), (x + w * 0.05, down)]), skin * 0.75, 0.008)
    else:
        canvas.stroke(ellipse(x, down, w * 0.14, h * 0.06, 0, 180), skin * 0.7, 0.008)
    lips, at = (
        np.array([rng.uniform(120, 210), rng.uniform(40, 90), rng.uniform(50, 90)]),
        y + h * rng.uniform(0.48, 0.62),
    )
    smile = ellipse(x, at, w * rng.uniform(0.25, 0.45), h * rng.uniform(0.05, 0.16), 0, 180)
    if rng.random() < 0.5:
        canvas.polygon(smile, np.array([250, 250, 250]) if rng.random() < 0.6 else lips, lips, 0.006)
    else:
        canvas.stroke(smile, lips, rng.uniform(0.006, 0.016))


def _shade(
    canvas: _Canvas, before: np.ndarray, x: float, y: float, w: float, h: float, rng: np.random.Generator
) -> None:
    """Light what was painted since `before` as if it were an ellipsoid."""
    side = canvas.side
    row, column = np.mgrid[:side, :side].astype(np.float32) / side
    across, down = (column - x) / w, (row - y) / h
    depth = np.sqrt(np.clip(1 - across**2 - down**2, 0, 1))
    to = np.array([rng.uniform(-0.7, 0.7), rng.uniform(-0.9, -0.2), 1.0])
    to /= np.linalg.norm(to)
    diffuse = np.clip(across * to[0] + down * to[1] + depth * to[2], 0, 1)
    gloss = diffuse ** rng.uniform(10, 40) * rng.uniform(10, 90)
    lit = canvas.pixels * (0.45 + 0.65 * diffuse)[..., None] + gloss[..., None]
    painted_now = (canvas.pixels != before).any(axis=2)
    canvas.pixels[painted_now] = np.clip(lit, 0, 255)[painted_now].astype(np.uint8)
