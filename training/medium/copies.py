"""Pictures of pictures: photographed screens and prints (calls.py: screenshots).

Each takes (H, W, 3) uint8 and gives another of about its size; `apart` draws kinds that are only measured on.
"""

from __future__ import annotations

import cv2
import numpy as np


def screen(rgb: np.ndarray, rng: np.random.Generator, *, apart: bool = False) -> np.ndarray:
    """A display photographed from near: its pixels, moire where the camera samples them, light, often a bezel."""
    large = rng.random() < 0.3
    side = int(rng.integers(600, 1000)) if large else int(rng.integers(260, 480))
    shown = _fitted(rgb, side)
    pitch = rng.uniform(1.7, 4.5) if apart else rng.uniform(1.5, 6)
    """of the display's pixels, in the camera's"""
    lit = _display(shown, pitch, rng, apart=apart)
    lit = _light_of_screen(lit, rng)
    kind = rng.random()
    if kind < 0.45:  # with its bezel and what is around
        lit = _in_bezel(lit, rng, apart=apart)
    lean = 0.12 if kind < 0.45 else 0.05
    lit = _seen(lit, lean, rng, ground=_desk(lit.shape[:2], rng, apart=apart))
    if rng.random() < 0.4:
        lit = _glare(lit, rng)
    lit = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.3, 0.75))
    return lit if large else _fitted(lit, min(int(rng.integers(220, 700)), max(lit.shape[:2])))


def print_out(rgb: np.ndarray, rng: np.random.Generator, *, apart: bool = False) -> np.ndarray:
    """A print photographed on a table or a wall: halftone, paper, a border, shadows, curl."""
    large = rng.random() < 0.2
    shown = _fitted(rgb, int(rng.integers(500, 900)) if large else int(rng.integers(260, 440)))
    form = rng.random()
    halftone = form < (0.35 if apart else 0.55)
    if halftone:
        shown = _dithered(shown, rng) if apart else _dots(shown, rng)
    paper = np.array([rng.uniform(215, 250), rng.uniform(210, 246), rng.uniform(195, 240)])
    faded = shown * rng.uniform(0.75, 0.95) + paper * rng.uniform(0.03, 0.12)
    shown = np.minimum(faded, paper).astype(np.uint8)
    border = rng.random() < (0.4 if halftone else 1.0)
    if border:
        wide = int(min(shown.shape[:2]) * rng.uniform(0.025, 0.12))
        low = int(wide * (rng.uniform(2, 4) if apart and rng.random() < 0.5 else 1))  # as of an instant picture
        shown = cv2.copyMakeBorder(shown, wide, low, wide, wide, cv2.BORDER_CONSTANT, value=paper.tolist())
    if rng.random() < 0.5:
        shown = _curled(shown, rng)
    if border or rng.random() < 0.3:
        room = rng.uniform(0.06, 0.45)
        high, wide = (int(n * (1 + room)) for n in shown.shape[:2])
        ground = _desk((high, wide), rng, apart=apart)
        shown = _laid(shown, ground, rng)
    else:
        shown = _seen(shown, 0.04, rng, ground=_desk(shown.shape[:2], rng, apart=apart))
    shown = _uneven(shown, rng)
    shown = cv2.GaussianBlur(shown, (0, 0), rng.uniform(0.3, 0.8))
    return shown if large else _fitted(shown, min(int(rng.integers(220, 700)), max(shown.shape[:2])))


def _fitted(rgb: np.ndarray, long_side: int) -> np.ndarray:
    scale = long_side / max(rgb.shape[:2])
    size = (max(16, round(rgb.shape[1] * scale)), max(16, round(rgb.shape[0] * scale)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def _display(shown: np.ndarray, pitch: float, rng: np.random.Generator, *, apart: bool) -> np.ndarray:
    """Light of the display's pixels as the camera's see it: stripes of three colours, or another layout, and gaps."""
    height, width = shown.shape[:2]
    turn = np.radians(rng.normal(0, 3))
    row, column = np.mgrid[:height, :width].astype(np.float32)
    warp = 1 + rng.uniform(-0.1, 0.1) * (column / width - 0.5) + rng.uniform(-0.1, 0.1) * (row / height - 0.5)
    u = (column * np.cos(turn) + row * np.sin(turn)) * warp / pitch
    v = (row * np.cos(turn) - column * np.sin(turn)) * warp / pitch
    depth = rng.uniform(0.12, 0.5)
    layout, edge = (0.0, 0.0) if apart else (rng.random(), rng.uniform(0.2, 0.8))
    out = np.empty(shown.shape, np.float32)
    for channel in range(3):
        if apart:  # a diamond layout: twice as many greens as reds and blues
            pattern = 0.5 + 0.5 * np.cos(np.pi * (u + v) * (1 if channel == 1 else 0.5)) * np.cos(np.pi * (u - v))
        elif layout < 0.6:
            across = 0.5 + 0.5 * np.cos(2 * np.pi * (u - channel / 3))
            lines = 0.5 + 0.5 * np.cos(2 * np.pi * v)
            share = rng.uniform(0.2, 0.9)
            pattern = across * share + lines * (1 - share)
        elif layout < 0.8:  # every other row half a pixel further
            pattern = 0.5 + 0.5 * np.cos(2 * np.pi * (u - channel / 3 + 0.5 * (np.floor(v) % 2)))
        else:  # dark lines around whole pixels
            dark = np.maximum(np.cos(2 * np.pi * u), np.cos(2 * np.pi * v))
            pattern = 1 - np.clip((dark - edge) / (1.001 - edge), 0, 1)
        out[..., channel] = shown[..., channel] * (1 - depth + depth * 2 * pattern * 0.8)
    if rng.random() < 0.6:  # the beat of the two grids, broad bands
        period = rng.uniform(6, 60)
        angle = rng.uniform(0, np.pi)
        bend = 6 * np.sin(row / height * rng.uniform(1, 5)) + 6 * np.cos(column / width * rng.uniform(1, 5))
        phase = 2 * np.pi * (column * np.cos(angle) + row * np.sin(angle) + bend) / period
        colours = rng.uniform(0, 2, 3)
        out *= 1 + rng.uniform(0.03, 0.14) * np.cos(phase[..., None] + colours)
    return out


def _light_of_screen(lit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    values = np.clip(lit / 255, 0, 2) ** rng.uniform(0.8, 1.4) * rng.uniform(0.85, 1.3)
    values = values * np.array([rng.uniform(0.85, 1), rng.uniform(0.9, 1.02), rng.uniform(0.97, 1.2)])
    return np.clip((values + rng.uniform(0, 0.06)) * 255, 0, 255).astype(np.uint8)


def _in_bezel(lit: np.ndarray, rng: np.random.Generator, *, apart: bool) -> np.ndarray:
    least = min(lit.shape[:2])
    wide = [int(least * n) for n in rng.uniform(0.02, 0.09, 4)]
    if rng.random() < 0.5:  # a bar of the window or the page
        bar = int(least * rng.uniform(0.04, 0.1))
        lit = cv2.copyMakeBorder(lit, bar, 0, 0, 0, cv2.BORDER_CONSTANT, value=(rng.uniform(200, 250, 3)).tolist())
        for k in range(3):
            cv2.circle(lit, (bar // 2 + k * bar // 2, bar // 2), bar // 6, rng.uniform(60, 230, 3).tolist(), -1)
    level = rng.uniform(5, 40) if not apart else rng.uniform(120, 210)
    framed = cv2.copyMakeBorder(lit, *wide, cv2.BORDER_CONSTANT, value=(level, level, level + 3))
    around = int(least * rng.uniform(0.0, 0.12))
    return cv2.copyMakeBorder(framed, *[around] * 4, cv2.BORDER_CONSTANT, value=rng.uniform(30, 200, 3).tolist())


def _seen(rgb: np.ndarray, lean: float, rng: np.random.Generator, ground: np.ndarray) -> np.ndarray:
    """From aside: keystone, a little turned; `ground` shows beyond."""
    high, wide = rgb.shape[:2]
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners + rng.uniform(-lean, lean, (4, 2)).astype(np.float32) * (wide, high)
    if rng.random() < 0.5:  # fills the frame: cut from within
        moved = corners + (corners - (wide / 2, high / 2)) * rng.uniform(0.02, lean + 0.02) + (moved - corners) * 0.3
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    out = cv2.resize(ground, (wide, high))
    cv2.warpPerspective(rgb, matrix, (wide, high), out, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return out


def _laid(sheet: np.ndarray, ground: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A sheet on a ground, turned, with its shadow."""
    high, wide = ground.shape[:2]
    h, w = sheet.shape[:2]
    turn = np.radians(rng.normal(0, 5))
    cos, sin = np.cos(turn), np.sin(turn)
    corners = np.array([(-w, -h), (w, -h), (w, h), (-w, h)], np.float64) / 2
    moved = corners @ np.array([(cos, sin), (-sin, cos)]) + (wide / 2, high / 2) + rng.normal(0, 0.02, 2) * (wide, high)
    moved += rng.uniform(-0.03, 0.03, (4, 2)) * (w, h)
    matrix = cv2.getPerspectiveTransform(
        (corners + np.array((w / 2, h / 2))).astype(np.float32), moved.astype(np.float32)
    )
    cover = cv2.warpPerspective(np.ones((h, w), np.float32), matrix, (wide, high))
    shadow = cv2.GaussianBlur(np.roll(cover, (4, 4), (0, 1)), (0, 0), rng.uniform(2, 9)) * rng.uniform(0.1, 0.5)
    out = ground * (1 - shadow * (1 - cover))[..., None]
    print_ = cv2.warpPerspective(sheet, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    return np.clip(out * (1 - cover[..., None]) + print_ * cover[..., None], 0, 255).astype(np.uint8)


def _curled(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    high, wide = rgb.shape[:2]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    bend = rng.uniform(-0.03, 0.03) * high * np.sin(np.pi * column / wide)
    out = cv2.remap(rgb, column, row + bend, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shade = 1 - rng.uniform(0, 0.2) * (0.5 + 0.5 * np.cos(np.pi * column / wide * rng.uniform(1, 3)))
    return np.clip(out * shade[..., None], 0, 255).astype(np.uint8)


def _desk(size: tuple[int, int], rng: np.random.Generator, *, apart: bool) -> np.ndarray:
    """Wood, cloth or plain; kept apart: checks and tiles."""
    high, wide = size
    colour = rng.uniform(40, 220) * np.array([1, rng.uniform(0.75, 1), rng.uniform(0.5, 1)])
    if apart:
        cell = int(rng.integers(20, 80))
        row, column = np.mgrid[:high, :wide] // cell
        pattern = 1 - 0.25 * ((row + column) % 2)
    else:
        stretch = (1, 40) if rng.random() < 0.5 else (2, 2)
        noise = cv2.resize(rng.normal(0, 1, (max(2, high // stretch[0]), max(2, wide // stretch[1]))), (wide, high))
        pattern = 1 + rng.uniform(0, 0.12) * noise
    return np.clip(colour * pattern[..., None], 0, 255).astype(np.uint8)


def _glare(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    high, wide = rgb.shape[:2]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    x, y, reach = rng.uniform(0, wide), rng.uniform(0, high), rng.uniform(0.1, 0.4) * max(high, wide)
    spot = np.exp(-((column - x) ** 2 + (row - y) ** 2) / reach**2) * rng.uniform(30, 130)
    return np.clip(rgb + spot[..., None], 0, 255).astype(np.uint8)


def _uneven(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    high, wide = rgb.shape[:2]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    slope = 1 + rng.uniform(-0.3, 0.3) * (column / wide - 0.5) + rng.uniform(-0.3, 0.3) * (row / high - 0.5)
    warm = np.array([1, rng.uniform(0.9, 1), rng.uniform(0.75, 1)])
    return np.clip(rgb * slope[..., None] * warm, 0, 255).astype(np.uint8)


def _dots(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Halftone: dots whose size tells the tone, in four inks at their angles, or black alone."""
    high, wide = rgb.shape[:2]
    row, column = np.mgrid[:high, :wide].astype(np.float32)
    pitch = rng.uniform(2.5, 6)
    black_only = rng.random() < 0.15
    source = np.repeat(rgb.mean(2, keepdims=True), 3, 2) if black_only else rgb
    out = np.empty(rgb.shape, np.float32)
    for channel, degrees in enumerate((15, 75, 0) if not black_only else (45, 45, 45)):
        angle = np.radians(degrees + rng.normal(0, 2))
        u = (column * np.cos(angle) + row * np.sin(angle)) / pitch
        v = (row * np.cos(angle) - column * np.sin(angle)) / pitch
        threshold = 0.5 + 0.25 * (np.cos(2 * np.pi * u) + np.cos(2 * np.pi * v))
        tone = source[..., channel] / 255
        out[..., channel] = np.clip((tone - threshold) * rng.uniform(2, 6) + 0.5, 0, 1)
    mix = rng.uniform(0.25, 0.8)
    return np.clip(255 * out * mix + source * (1 - mix), 0, 255).astype(np.uint8)


def _dithered(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Scattered dots of an ink jet, or lines of a newspaper."""
    high, wide = rgb.shape[:2]
    cell = int(rng.integers(1, 3))
    if rng.random() < 0.5:
        noise = rng.random((high // cell + 1, wide // cell + 1, 3)).astype(np.float32)
    else:
        lines = (np.arange(high // cell + 1) % 3 / 3)[:, None, None]
        noise = np.broadcast_to(lines, (high // cell + 1, wide // cell + 1, 3)).astype(np.float32)
    noise = cv2.resize(noise, (wide, high), interpolation=cv2.INTER_NEAREST)
    inked = 255.0 * (rgb / 255 > noise)
    mix = rng.uniform(0.2, 0.5)
    return np.clip(inked * mix + rgb * (1 - mix), 0, 255).astype(np.uint8)
