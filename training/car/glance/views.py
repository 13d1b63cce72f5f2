"""From a picture to what the network sees of it: camera and crop made alike for both classes first."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from headshot_check.nets.car_glance import SIZE as NET_SIDE
from headshot_check.nets.car_views import FILL, align_window
from headshot_check.pixels.geometry import Square
from training.car.composites import Made
from training.car.glance.teacher import SIDE

CELLS = NET_SIDE // 8
ASPECTS = (1.0, 1.0, 1.0, 0.8, 0.75, 0.5625, 1.333)


@dataclass
class Pair:
    window: np.ndarray
    """(SIDE, SIDE, 3)"""
    frame: np.ndarray
    """(SIDE, SIDE, 3)"""
    belt: np.ndarray
    """(CELLS, CELLS) share of each window cell, 0..1; NaN unknown"""
    person: np.ndarray
    """the same for the person"""
    regions: np.ndarray
    """(CELLS, CELLS, 4) the same for head restraint, window, roof, steering wheel"""


def shoot(made: Made, rng: np.random.Generator, *, plain: bool = False) -> Pair:
    """One photo of the scene: reframed, resampled, compressed; then the window and the frame.

    plain: as the picture is, nothing varied (validation).
    """
    height, width = made.rgb.shape[:2]
    face = made.face
    x0, y0, x1, y1 = (0, 0, width, height) if plain or rng.random() < 0.15 else _reframe(height, width, face, rng)
    rgb = made.rgb[y0:y1, x0:x1]
    shift = np.array([x0, y0] * 4, np.float32)
    at = face - shift
    if not plain:
        long = np.exp(rng.uniform(np.log(130), np.log(720)))
        scale = min(1.0, long / max(rgb.shape[:2]))
        if scale < 1:
            rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        at = at * scale
        rgb = _develop(rgb, rng)
    else:
        scale = 1.0
    window = align_window(tuple(at[:4]), tuple(at[4:6]), tuple(at[6:8]))
    if not plain:
        nudge = rng.normal(0, 0.025, 2) * window.side
        window = Square(
            window.center_x + nudge[0],
            window.center_y + nudge[1],
            window.side * float(np.exp(rng.normal(0, 0.1))),
            window.roll_rad + rng.normal(0, 0.05),
        )
    masks = []
    marked = [None] * 4 if made.regions is None else [made.regions[..., k] for k in range(4)]
    for mask in (made.belt_mask, made.person, *marked):
        if mask is None:
            masks.append(np.full((CELLS, CELLS), np.nan, np.float32))
            continue
        part = np.clip(mask[y0:y1, x0:x1] * 255, 0, 255).astype(np.uint8)
        part = cv2.resize(part, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_AREA)
        seen = window.crop(np.repeat(part[..., None], 3, axis=2), SIDE)[..., 0]
        masks.append(cv2.resize(seen.astype(np.float32) / 255, (CELLS, CELLS), interpolation=cv2.INTER_AREA))
    return Pair(window.crop(rgb, SIDE, fill=FILL), letterbox(rgb, SIDE), masks[0], masks[1], np.stack(masks[2:], -1))


def letterbox(rgb: np.ndarray, side: int) -> np.ndarray:
    """nets.car.thumbnail at another size."""
    scale = side / max(rgb.shape[:2])
    w, h = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    small = cv2.resize(rgb, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.full((side, side, 3), FILL, np.uint8)
    top, left = (side - h) // 2, (side - w) // 2
    square[top : top + h, left : left + w] = small
    return square


def imagined_face(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Where a face could be in a picture of a place."""
    side = min(height, width) * rng.uniform(0.18, 0.4)
    x, y = width * rng.uniform(0.3, 0.7), height * rng.uniform(0.25, 0.55)
    eyes = [x - 0.2 * side, y - 0.2 * side, x + 0.2 * side, y - 0.2 * side]
    return np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2, *eyes], np.float32)


def _reframe(height: int, width: int, face: np.ndarray, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A crop that keeps the face, of a shape and tightness drawn alike for every source."""
    face_w = float(face[2] - face[0])
    aspect = float(rng.choice(ASPECTS))
    w = face_w / rng.uniform(0.13, 0.42)
    h = w / aspect
    shrink = min(1.0, width / w, height / h)
    w, h = w * shrink, h * shrink
    cx = (face[0] + face[2]) / 2 + rng.normal(0, 0.08) * w
    cy = (face[1] + face[3]) / 2 + rng.uniform(-0.02, 0.18) * h
    x0 = int(np.clip(cx - w / 2, 0, width - w))
    y0 = int(np.clip(cy - h / 2, 0, height - h))
    return x0, y0, min(width, x0 + max(16, int(w))), min(height, y0 + max(16, int(h)))


def _develop(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blur, noise and compression of some phone or website."""
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.25:
        grain = rng.normal(0, rng.uniform(1, 9), rgb.shape[:2])[..., None]
        rgb = np.clip(rgb + grain, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))]
        rgb = cv2.imdecode(cv2.imencode(".jpg", rgb, quality)[1], cv2.IMREAD_COLOR)
    return rgb
