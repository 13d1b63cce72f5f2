"""Ordinary pictures, as cameras, pages and owners change them, and with what looks like an overlay but hangs there."""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.nets.selfie import SelfieSegmenter
from training.medium.letters import cover, fit, laid, words
from training.medium.marks import emblem
from training.medium.screen_parts import Others, fill


class Plain:
    """What cameras, pages and their owners do to an ordinary picture that leaves it a photograph.

    Some get words, signs, slides, pictures or blinds on the wall behind, or words on the shirt.
    """

    def __init__(self) -> None:
        self._mask = SelfieSegmenter()

    def __call__(self, rgb: np.ndarray, rng: np.random.Generator, others: Others = ()) -> np.ndarray:
        if rng.random() < 0.6:
            rgb = sized(rgb, int(rng.integers(160, 800)))
        chance = rng.random()
        if chance < 0.18:  # what hangs behind
            behind = (_wall, _wall, _slides, _framed, _blinds)[int(rng.integers(5))](rgb, rng, others)
            rgb = self._composed(rgb, behind, in_front=False)
        elif chance < 0.25:
            rgb = self._composed(rgb, _wall(rgb, rng, others, shirt=True), in_front=True)
        chance = rng.random()
        if chance < 0.12:  # cut out before a plain colour
            ramp = np.linspace(1, rng.uniform(0.8, 1.1), rgb.shape[0])[:, None, None]
            flat = np.clip(rng.uniform(0, 255, 3) * ramp * np.ones((1, rgb.shape[1], 1)), 0, 255)
            rgb = self._composed(rgb, flat, in_front=False)
        elif chance < 0.2:  # background blurred
            rgb = self._composed(rgb, cv2.GaussianBlur(rgb, (0, 0), rng.uniform(3, 12)), in_front=False)
        elif chance < 0.28:  # a round picture on a plain ground
            high, wide = rgb.shape[:2]
            ground = rng.choice([0.0, 255.0, rng.uniform(0, 255)]) * np.ones(3)
            ground = rng.uniform(0, 255, 3) if rng.random() < 0.2 else ground
            far = rng.choice([1.0, rng.uniform(0.85, 1.0)])
            axes = (int(8 * wide * far), int(8 * high * far))  # in sixteenths of a px
            inside = np.zeros((high, wide), np.uint8)
            cv2.ellipse(inside, (8 * wide, 8 * high), axes, 0, 0, 360, 255, -1, cv2.LINE_AA, 4)
            share = inside[..., None] / 255
            rgb = (rgb * share + ground * (1 - share)).astype(np.uint8)
        elif chance < 0.34:  # plain bars
            bar = int(max(rgb.shape[:2]) * rng.uniform(0.05, 0.25))
            sides = (bar, bar, 0, 0) if rng.random() < 0.5 else (0, 0, bar, bar)
            rgb = cv2.copyMakeBorder(rgb, *sides, cv2.BORDER_CONSTANT, value=[float(rng.choice([0, 255]))] * 3)
        values = rgb.astype(np.float32)
        if rng.random() < 0.12:
            values = np.repeat(values.mean(2, keepdims=True), 3, 2)
            if rng.random() < 0.25:  # sepia
                values *= np.array([1.08, rng.uniform(0.92, 1), rng.uniform(0.72, 0.9)])
        elif rng.random() < 0.3:
            grey = values.mean(2, keepdims=True)
            values = grey + (values - grey) * rng.uniform(0.5, 1.5)
        if rng.random() < 0.4:  # exposure, contrast, white balance
            values = 255 * np.clip(values / 255, 0, 1) ** rng.uniform(0.55, 1.8)
            values = (values - 128) * rng.uniform(0.8, 1.3) + 128
            values *= rng.uniform(0.85, 1.15, 3)
        if rng.random() < 0.06:  # burnt out, as snow and white walls
            values = values * rng.uniform(1.3, 2.2) + rng.uniform(0, 30)
        if rng.random() < 0.1:  # a vignette
            row, column = np.mgrid[-1 : 1 : values.shape[0] * 1j, -1 : 1 : values.shape[1] * 1j]
            values *= 1 - rng.uniform(0.2, 0.75) * np.clip(np.hypot(row, column) - 0.4, 0, 1)[..., None]
        if rng.random() < 0.06:  # film
            grain = rng.normal(0, rng.uniform(6, 18), values.shape[:2]).astype(np.float32)
            values += cv2.GaussianBlur(grain, (0, 0), 0.7)[..., None] * 1.6
        rgb = np.clip(values, 0, 255).astype(np.uint8)
        if rng.random() < 0.15:  # skin made smooth
            rgb = cv2.addWeighted(rgb, 0.4, cv2.bilateralFilter(rgb, 7, 25, 5), 0.6, 0)
        if rng.random() < 0.2:
            rgb = cv2.addWeighted(rgb, 1.8, cv2.GaussianBlur(rgb, (0, 0), 1.2), -0.8, 0)
        return rgb

    def _composed(self, rgb: np.ndarray, other: np.ndarray, *, in_front: bool) -> np.ndarray:
        mask = cv2.resize(self._mask(np.ascontiguousarray(rgb)), (rgb.shape[1], rgb.shape[0]))[..., None]
        if not 0.15 < mask.mean() < (0.5 if in_front else 0.8):  # not found, or there is only a face
            return rgb
        if in_front:  # on the clothes: of the person, the lower part
            down = np.clip((np.arange(len(rgb)) / len(rgb) - 0.7) * 12, 0, 1)[:, None, None]
            mask = 1 - mask * down
        return (rgb * mask + other * (1 - mask)).astype(np.uint8)


def _wall(rgb: np.ndarray, rng: np.random.Generator, others: Others, *, shirt: bool = False) -> np.ndarray:
    """The picture with words and signs printed on it, seen from aside and a little soft."""
    high, wide = rgb.shape[:2]
    printed = np.zeros((high, wide), np.float32)[..., None].repeat(3, 2)
    tall, mark = high * rng.uniform(0.05, 0.12 if shirt else 0.25), emblem(int(high * 0.15), rng)
    if rng.random() < 0.8:
        mark = cover(words(rng, most=1 if shirt else 3), max(7, tall), rng)
        mark = fit(mark, wide * rng.uniform(0.15, 0.4)) if shirt else mark
    if shirt:
        x, y = wide * rng.uniform(0.3, 0.7), high * rng.uniform(0.82, 0.97)
        laid(printed, mark, x, y, np.full(3, 255.0), 1)
    else:
        many = rng.random() < 0.6
        for _ in range(int(rng.integers(6, 30)) if many else 2):
            laid(printed, mark, rng.uniform(0, wide), rng.uniform(0, high), np.full(3, 255.0), 1)
    share = cv2.GaussianBlur(_aside(printed, rng, 0.12), (0, 0), rng.uniform(0.6, 3)) / 255
    share *= rng.uniform(0.5, 1)
    light = cv2.GaussianBlur(rgb, (0, 0), max(high, wide) / (90 if shirt else 30)) / 160  # lit as the wall is
    return np.clip(rgb * (1 - share) + rng.uniform(0, 255, 3) * light * share, 0, 255)


def _slides(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A bright sheet of slides behind, with lines of words or a picture on it."""
    high, wide = rgb.shape[:2]
    h, w = int(high * rng.uniform(0.4, 1.0)), int(wide * rng.uniform(0.4, 1.1))
    sheet = np.full((h, w, 3), rng.uniform(180, 250), np.uint8)
    if others and rng.random() < 0.3:
        fill(sheet, others[int(rng.integers(len(others)))])
    elif rng.random() < 0.3:
        sheet[:] = rng.uniform(10, 200, 3).astype(np.uint8)
    ink = np.full(3, 30.0) if sheet.mean() > 128 else np.full(3, 240.0)
    y, step = h * 0.12, h * rng.uniform(0.07, 0.18)
    while y < h * 0.9:
        mark = fit(cover(words(rng, most=4), max(7, step * 0.6), rng), w * 0.8)
        laid(sheet, mark, w * 0.08 + mark.shape[1] / 2, y, ink, 1)
        y += step
    return _hung(rgb, [sheet], rng)


def _framed(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """Pictures in frames on the wall behind."""
    high, wide = rgb.shape[:2]
    found = []
    for _ in range(int(rng.integers(1, 5))):
        h, w = (int(full * rng.uniform(0.15, 0.45)) for full in (high, wide))
        one = np.empty((h, w, 3), np.uint8)
        one[:] = rng.uniform(0, 255, 3).astype(np.uint8)
        edge = max(2, int(min(h, w) * rng.uniform(0.04, 0.15)))
        inner = one[edge : h - edge, edge : w - edge]
        if others:
            fill(inner, others[int(rng.integers(len(others)))])
        found.append(one)
    return _hung(rgb, found, rng)


def _blinds(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """Blinds, bricks, tiles or shelves: what is regular and stands behind."""
    high, wide = rgb.shape[:2]
    pattern = np.ones((high, wide), np.float32)
    step = max(4, int(high * rng.uniform(0.02, 0.14)))
    thick = max(1, int(step * rng.uniform(0.06, 0.4)))
    ways, level = int(rng.integers(1, 4)), rng.uniform(0.4, 0.85)
    for n, y in enumerate(range(0, high, step)):
        if ways & 1:
            pattern[y : y + thick] = level
        if ways & 2:
            for x in range((n % 2) * step, wide, 2 * step):
                pattern[y : y + step, x : x + thick] = level
    pattern = cv2.GaussianBlur(_aside(pattern, rng, 0.1, 1.0), (0, 0), rng.uniform(0.5, 2.5))[..., None]
    ground = cv2.GaussianBlur(rgb, (0, 0), max(high, wide) / 20) if rng.random() < 0.6 else rng.uniform(40, 230, 3)
    return np.clip(ground * pattern, 0, 255)


def _hung(rgb: np.ndarray, sheets: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Sheets hung behind, seen from aside, a little soft and lit unevenly."""
    high, wide = rgb.shape[:2]
    out = rgb.astype(np.float32)
    for sheet in sheets:
        layer, cover_ = np.zeros((high, wide, 4), np.float32), np.ones((*sheet.shape[:2], 1), np.float32) * 255
        x, y = wide * rng.uniform(0.1, 0.9), high * rng.uniform(0.1, 0.7)
        left, top = int(x - sheet.shape[1] / 2), int(y - sheet.shape[0] / 2)
        x0, y0, x1, y1 = max(0, left), max(0, top), min(wide, left + sheet.shape[1]), min(high, top + len(sheet))
        if x1 <= x0 or y1 <= y0:
            continue
        both = np.concatenate([sheet, cover_], 2)
        layer[y0:y1, x0:x1] = both[y0 - top : y1 - top, x0 - left : x1 - left]
        layer = cv2.GaussianBlur(_aside(layer, rng, 0.1), (0, 0), rng.uniform(0.5, 3.5))
        share = layer[..., 3:] / 255
        out = out * (1 - share) + layer[..., :3] * share * rng.uniform(0.6, 1.05)
    return np.clip(out, 0, 255)


def _aside(layer: np.ndarray, rng: np.random.Generator, lean: float, beyond: float = 0.0) -> np.ndarray:
    high, wide = layer.shape[:2]
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners + rng.uniform(-lean, lean, (4, 2)).astype(np.float32) * (wide, high)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(layer, matrix, (wide, high), borderValue=(beyond,) * 4)


def sized(rgb: np.ndarray, long_side: int) -> np.ndarray:
    """The picture with that long side, px; 32 at least."""
    scale = long_side / max(rgb.shape[:2])
    size = (max(32, round(rgb.shape[1] * scale)), max(32, round(rgb.shape[0] * scale)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
