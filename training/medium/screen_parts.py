"""What screenshots are made of: pictures in areas, others' tiles, buttons, names, small signs. Each draws in place."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from training.medium.letters import cover, fit, laid, words

Others = Sequence[np.ndarray]
"""pictures of other people, for their tiles"""
WHITE = np.full(3, 255.0)


def fill(area: np.ndarray, rgb: np.ndarray) -> None:
    """The picture, cut to the area's proportions, its upper part rather kept."""
    if min(area.shape[:2]) < 2:
        return
    (high, wide), aspect = rgb.shape[:2], area.shape[1] / area.shape[0]
    if wide / high > aspect:
        cut = int((wide - high * aspect) / 2)
        rgb = rgb[:, cut : wide - cut]
    else:
        keep = max(1, int(wide / aspect))
        top = min(int((high - keep) * 0.3), high - keep)
        rgb = rgb[top : top + keep]
    area[:] = cv2.resize(
        rgb, (area.shape[1], area.shape[0]), interpolation=cv2.INTER_AREA if len(rgb) > len(area) else cv2.INTER_CUBIC
    )


def tile(tile: np.ndarray, rng: np.random.Generator, others: Others) -> None:
    """Another's tile: a picture, or initials in a disc."""
    if min(tile.shape[:2]) < 8:
        return
    if others and rng.random() < 0.6:
        fill(tile, others[int(rng.integers(len(others)))])
        return
    tile[:] = rng.uniform(20, 200, 3)
    r = min(tile.shape[:2]) // 4
    colour = rng.uniform(0, 255, 3)
    cv2.circle(tile, (tile.shape[1] // 2, tile.shape[0] // 2), r, colour.tolist(), -1, cv2.LINE_AA)
    letters = cover(words(rng, most=1)[:2].upper(), max(6, r * 0.9), rng)
    laid(tile, letters, tile.shape[1] / 2, tile.shape[0] / 2, WHITE if colour.mean() < 150 else np.zeros(3), 1)


def buttons(
    room: np.ndarray,
    x: float,
    y: float,
    bar: float,
    rng: np.random.Generator,
    *,
    round_: bool,
    count: int | None = None,
) -> None:
    """A row of buttons, round or none behind their signs, one often red; some with words below."""
    count = int(rng.integers(4, 9)) if count is None else count
    gap = bar * rng.uniform(0.85, 1.5)
    tone, red = rng.uniform(40, 140), int(rng.integers(count)) if rng.random() < 0.8 else -1
    dark = float(room[int(min(max(y, 0), len(room) - 1)), 2].mean()) < 130
    for k in range(count):
        at = x + (k - (count - 1) / 2) * gap
        ink = WHITE if round_ or dark else np.full(3, 40.0)
        if round_ or k == red:
            colour = (225, rng.uniform(30, 70), rng.uniform(30, 70)) if k == red else (tone, tone, tone + 5)
            if round_:
                cv2.circle(room, (int(at), int(y)), max(2, int(bar * 0.36)), colour, -1, cv2.LINE_AA)
            else:
                cv2.line(
                    room,
                    (int(at - bar * 0.2), int(y)),
                    (int(at + bar * 0.2), int(y)),
                    colour,
                    max(2, int(bar * 0.5)),
                    cv2.LINE_AA,
                )
        icon(room, at, y, bar * 0.3, ink, rng)


def name(room: np.ndarray, x: float, y: float, tall: float, rng: np.random.Generator) -> None:
    """A name with its lower left corner at x, y, on a dark plate or bare."""
    mark = fit(cover(words(rng, most=2), tall * 0.8, rng), room.shape[1] * 0.7)
    h, w = mark.shape
    if rng.random() < 0.75:
        laid(
            room,
            np.ones((int(h * 1.5) + 2, w + int(h * 0.8)), np.float32),
            x + w / 2 + h * 0.4,
            y - h * 0.7,
            np.full(3, 20.0),
            rng.uniform(0.5, 1),
        )
    laid(room, mark, x + w / 2 + h * 0.4, y - h * 0.7, WHITE, 1)


def icon(room: np.ndarray, x: float, y: float, side: float, ink: np.ndarray, rng: np.random.Generator) -> None:
    """A small sign: a camera, a microphone, an arrow, dots or bars, more or less."""
    s = max(5, int(side))
    out, kind = np.zeros((s, s), np.float32), int(rng.integers(5))
    thick = max(1, s // 8)
    if kind == 0:
        cv2.rectangle(out, (0, s // 4), (int(s * 0.6), 3 * s // 4), 1.0, -1 if rng.random() < 0.5 else thick)
        cv2.fillPoly(out, [np.array([(int(s * 0.65), s // 2), (s - 1, s // 4), (s - 1, 3 * s // 4)])], 1.0)
    elif kind == 1:
        cv2.ellipse(out, (s // 2, int(s * 0.35)), (max(1, s // 6), s // 3), 0, 0, 360, 1.0, -1)
        cv2.ellipse(out, (s // 2, s // 2), (s // 3, s // 3), 0, 0, 180, 1.0, thick)
    elif kind == 2:
        for k in range(3):
            cv2.circle(out, (int(s * (0.18 + 0.32 * k)), s // 2), max(1, s // 9), 1.0, -1)
    elif kind == 3:
        cv2.polylines(
            out, [np.array([(int(s * 0.7), 1), (int(s * 0.25), s // 2), (int(s * 0.7), s - 2)])], False, 1.0, thick
        )
    else:
        cv2.circle(out, (s // 2, s // 2), s // 2 - 1, 1.0, thick)
    laid(room, out, x, y, ink, 1)


def rounded(part: np.ndarray, share: float, ground: tuple[float, ...]) -> None:
    """The area's corners filled with the ground beyond a radius of that share of its short side."""
    h, w = part.shape[:2]
    r = max(2, int(min(h, w) * min(share, 0.49)))
    mask = np.zeros((h, w), np.uint8)
    cv2.rectangle(mask, (r, 0), (w - r - 1, h - 1), 1, -1)
    cv2.rectangle(mask, (0, r), (w - 1, h - r - 1), 1, -1)
    for x in (r, w - r - 1):
        for y in (r, h - r - 1):
            cv2.circle(mask, (x, y), r, 1, -1)
    part[mask == 0] = np.array(ground, np.float64).astype(np.uint8)
