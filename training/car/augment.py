"""From a sample to what the network sees of it: camera, crop and editing made alike for every source and class."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from headshot_check.nets.car_views import FILL, align_window
from headshot_check.pixels.geometry import Square
from training.car.outlines import THERE, UNKNOWN
from training.car.samples import Sample

ASPECTS = (1.0, 1.0, 1.0, 0.8, 0.75, 0.5625, 1.333)
CELL = 4
"""Pixels of a view to a cell of the maps, each way."""
_GRAIN = np.random.default_rng(0).normal(0, 1, (700, 700, 1)).astype(np.float32)


@dataclass
class Views:
    pixels: np.ndarray
    """(2, S, S, 3) window and frame"""
    there: np.ndarray
    """(2, S / CELL, S / CELL, 5) share of each cell that is the cue, 0..255"""
    known: np.ndarray
    """the same: whether anything is known of it"""
    face: bool
    """without one the window says nothing"""


def shoot(sample: Sample, size: int, rng: np.random.Generator, *, plain: bool = False) -> Views:
    """One photo of the sample, then its window and its frame. plain: as it is, nothing varied."""
    rgb, masks = sample.rgb, sample.masks
    face = None if sample.face is None else sample.face.copy()
    if not plain:
        rgb, masks, face = _recomposed(rgb, masks, face, rng)
        rgb = edited(rgb, rng)
    height, width = rgb.shape[:2]
    if face is not None:
        window = align_window(tuple(face[:4]), tuple(face[4:6]), tuple(face[6:8]))
        if not plain:
            moved = rng.normal(0, 0.025, 2) * window.side
            side = window.side * float(np.exp(rng.normal(0, 0.1)))
            roll = window.roll_rad + rng.normal(0, 0.05)
            window = Square(window.center_x + moved[0], window.center_y + moved[1], side, roll)
    frame = Square(width / 2, height / 2, max(height, width))
    squares = (frame if face is None else window, frame)
    pixels = np.stack([s.crop(rgb, size, fill=FILL, alone=1.5) for s in squares])
    cells = size // CELL
    there = np.zeros((2, cells, cells, 5), np.uint8)
    known = np.zeros((2, cells, cells, 5), bool)
    for k, square in enumerate(squares):
        if masks is not None:
            there[k], known[k] = _on_cells(masks, square, size)
            continue
        inside = _warped(np.full((height, width), 255, np.uint8), square, cells, 0) > 0
        known[k] = inside[..., None] & (sample.labels[1:6] == 0)
    return Views(pixels, there, known, face is not None)


def _on_cells(masks: np.ndarray, square: Square, size: int) -> tuple[np.ndarray, np.ndarray]:
    levels = np.dstack([_warped(np.ascontiguousarray(masks[..., k]), square, size, UNKNOWN) for k in range(5)])
    cells = size // CELL
    levels = levels.reshape(cells, CELL, cells, CELL, 5)
    return ((levels == THERE).mean((1, 3)) * 255).astype(np.uint8), (levels == UNKNOWN).mean((1, 3)) < 0.5


def _warped(mask: np.ndarray, square: Square, size: int, beyond: int) -> np.ndarray:
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    matrix = square.affine(size)
    matrix = np.array([(a, b, c + (a + b) / 2 - 0.5) for a, b, c in matrix])
    return cv2.warpAffine(mask, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=beyond)


def _recomposed(rgb, masks, face, rng):  # type: ignore[no-untyped-def]
    """Cut, mirrored, turned, resampled, framed otherwise."""
    height, width = rgb.shape[:2]
    if rng.random() < 0.8:
        x0, y0, x1, y1 = _crop(height, width, face, rng)
        rgb, masks = rgb[y0:y1, x0:x1], None if masks is None else masks[y0:y1, x0:x1]
        face = None if face is None else face - np.array([x0, y0] * 4, np.float32)
    if rng.random() < 0.5:
        rgb, masks = rgb[:, ::-1], None if masks is None else masks[:, ::-1]
        if face is not None:
            turned = face.reshape(4, 2) * (-1, 1) + (rgb.shape[1], 0)
            face = np.array([turned[1, 0], turned[0, 1], turned[0, 0], turned[1, 1], *turned[3], *turned[2]])
    long = float(np.exp(rng.uniform(np.log(110), np.log(620))))
    scale = min(1.0, long / max(rgb.shape[:2]))
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    rgb = cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA)
    if masks is not None:
        masks = cv2.resize(np.ascontiguousarray(masks), size, interpolation=cv2.INTER_NEAREST)
    face = None if face is None else face * scale
    if rng.random() < 0.15:
        rgb, masks, face = _turned(rgb, masks, face, rng)
    if rng.random() < 0.12:
        rgb, masks, face = _bordered(rgb, masks, face, rng)
    return rgb, masks, None if face is None else face.astype(np.float32)


def _crop(height: int, width: int, face: np.ndarray | None, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A crop that keeps the face, of a shape and tightness drawn alike for every source."""
    aspect = float(rng.choice(ASPECTS))
    if face is not None and rng.random() < 0.75:
        w = float(face[2] - face[0]) / rng.uniform(0.13, 0.42)
    else:
        w = width * rng.uniform(0.55, 1.0)
    h = w / aspect
    shrink = min(1.0, width / w, height / h)
    w, h = w * shrink, h * shrink
    if face is None:
        cx, cy = rng.uniform(w / 2, width - w / 2 + 1e-3), rng.uniform(h / 2, height - h / 2 + 1e-3)
    else:
        cx = (face[0] + face[2]) / 2 + rng.normal(0, 0.08) * w
        cy = (face[1] + face[3]) / 2 + rng.uniform(-0.02, 0.18) * h
    x0, y0 = int(np.clip(cx - w / 2, 0, width - w)), int(np.clip(cy - h / 2, 0, height - h))
    return x0, y0, min(width, x0 + max(16, int(w))), min(height, y0 + max(16, int(h)))


def _turned(rgb, masks, face, rng):  # type: ignore[no-untyped-def]
    """Turned by up to 12 degrees and cut, so that no corner stays empty."""
    h, w = rgb.shape[:2]
    angle = rng.uniform(-12, 12)
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), angle, 1.0)
    sin, cos = abs(np.sin(np.radians(angle))), np.cos(np.radians(angle))
    fit = min(w / (w * cos + h * sin), h / (w * sin + h * cos))
    nw, nh = max(8, int(w * fit)), max(8, int(h * fit))
    turn[:, 2] -= ((w - nw) / 2, (h - nh) / 2)
    rgb = cv2.warpAffine(rgb, turn, (nw, nh), flags=cv2.INTER_LINEAR)
    if masks is not None:
        parts = [masks[..., :3], masks[..., 3:]]
        masks = np.dstack([cv2.warpAffine(np.ascontiguousarray(m), turn, (nw, nh), flags=0) for m in parts])
    if face is not None:
        centre = turn[:, :2] @ ((face[:2] + face[2:4]) / 2) + turn[:, 2]
        half = (face[2:4] - face[:2]) / 2
        eyes = face[4:].reshape(2, 2) @ turn[:, :2].T + turn[:, 2]
        face = np.concatenate([centre - half, centre + half, eyes.ravel()])
    return rgb, masks, face


def _bordered(rgb, masks, face, rng):  # type: ignore[no-untyped-def]
    """A border, a ring or a card round the photo."""
    h, w = rgb.shape[:2]
    colour = rng.integers(0, 256, 3) if rng.random() < 0.5 else np.full(3, rng.choice([0, 255, rng.integers(256)]))
    style = rng.random()
    if style < 0.3:
        ring = np.zeros((h, w), np.uint8)
        reach = round(min(h, w) / 2 * rng.uniform(0.9, 1.05))
        cv2.circle(ring, (w // 2, h // 2), reach, 255, -1, cv2.LINE_AA)
        if rng.random() < 0.3:  # as if painted with a brush
            ring = cv2.GaussianBlur(ring, (0, 0), reach / 12)
            ring = np.where(ring > 90 + 60 * np.abs(_GRAIN[:h, :w, 0]), ring, 0).astype(np.uint8)
        share = ring[..., None] / 255
        return (rgb * share + colour * (1 - share)).astype(np.uint8), masks, face
    top, bottom, left, right = (int(v) for v in rng.uniform(0.0, 0.25, 4) * (h, h, w, w))
    canvas = np.empty((h + top + bottom, w + left + right, 3), np.uint8)
    canvas[:] = colour
    if style > 0.7:
        for _ in range(rng.integers(1, 6)):
            a, b = (tuple(int(v) for v in rng.uniform(0, 1, 2) * (canvas.shape[1], canvas.shape[0])) for _ in range(2))
            tint = tuple(int(v) for v in rng.integers(0, 256, 3))
            cv2.rectangle(canvas, a, b, tint, -1) if rng.random() < 0.5 else cv2.line(canvas, a, b, tint, 6)
    canvas[top : top + h, left : left + w] = rgb
    if masks is not None:
        around = (top, bottom, left, right)
        parts = [masks[..., :3], masks[..., 3:]]
        masks = np.dstack([cv2.copyMakeBorder(m.copy(), *around, cv2.BORDER_CONSTANT, value=(0,) * 4) for m in parts])
    return canvas, masks, None if face is None else face + np.array([left, top] * 4)


def edited(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Light, colour, filters, blur, grain and compression of some phone, editor and website."""
    grey = rng.random() < 0.16
    saturation = 0.0 if grey else rng.uniform(0.4, 1.5)
    mix = saturation * np.eye(3) + (1 - saturation) / 3
    mix = mix * (rng.uniform(0.55, 1.5) * (1 if grey else rng.uniform(0.88, 1.12, (3, 1))))
    levels = np.linspace(0, 1, 256) ** np.exp(rng.normal(0, 0.25))
    if rng.random() < 0.2:  # crushed blacks, or blown highlights, or both
        low, high = rng.uniform(0, 0.2), rng.uniform(0.75, 1)
        levels = np.clip((levels - low) / (high - low), 0, 1)
    if rng.random() < 0.1:  # faded
        levels = rng.uniform(0.03, 0.25) + levels * rng.uniform(0.6, 0.85)
    rgb = cv2.LUT(cv2.transform(rgb, mix), (np.clip(levels, 0, 1) * 255).astype(np.uint8))
    h, w = rgb.shape[:2]
    if rng.random() < 0.08:  # a filter's tint, or a glow of light in a corner
        tint = rng.uniform(0, 255, 3)
        y, x = np.mgrid[0:h, 0:w]
        far = np.hypot((x / w - rng.uniform(-0.2, 1.2)), (y / h - rng.uniform(-0.2, 1.2)))[..., None]
        share = rng.uniform(0.1, 0.5) * (np.exp(-4 * far**2) if rng.random() < 0.5 else 1.0)
        rgb = (rgb * (1 - share) + tint * share).astype(np.uint8)
    if rng.random() < 0.06:
        y, x = np.mgrid[0:h, 0:w]
        fall = 1 - rng.uniform(0.2, 0.8) * ((x / w - 0.5) ** 2 + (y / h - 0.5) ** 2)[..., None] * 2
        rgb = (rgb * fall.clip(0, 1)).astype(np.uint8)
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < 0.25 and max(h, w) < 660:
        y, x = rng.integers(0, 700 - h + 1), rng.integers(0, 700 - w + 1)
        rgb = np.clip(rgb + _GRAIN[y : y + h, x : x + w] * rng.uniform(1, 10), 0, 255).astype(np.uint8)
    if rng.random() < 0.65:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 96))]
        rgb = cv2.imdecode(cv2.imencode(".jpg", rgb, quality)[1], cv2.IMREAD_COLOR)
    if rng.random() < 0.08:  # a small copy, shown large
        small = cv2.resize(rgb, (max(8, w // 2), max(8, h // 2)), interpolation=cv2.INTER_AREA)
        rgb = cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)
    return rgb
