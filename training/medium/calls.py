"""Screenshots that are learned from: of video calls, of players, of phones (composed.py: of many more forms)."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from training.medium.letters import cover, fit, laid, words
from training.medium.screen_parts import WHITE, Others, buttons, fill, icon, name, tile


def _speaker_large(
    rgb: np.ndarray, rng: np.random.Generator, ground: tuple[float, float]
) -> tuple[np.ndarray, int, list[np.ndarray]]:
    """A window with one speaker, the height of the bar to be drawn below, and where tiles are to be drawn."""
    high = int(rng.integers(300, 700))
    wide = int(high * rng.uniform(1.2, 1.78))
    room = np.full((high, wide, 3), rng.uniform(*ground), np.uint8)
    bar = int(high * rng.uniform(0.06, 0.16))
    top = 0 if rng.random() < 0.4 else int(bar * 0.6)
    inner = room[top : high - bar]
    tiles = rng.random() < 0.5
    fill(inner[:, : int(wide * 0.78)] if tiles else inner, rgb)
    each, count = inner.shape[0] // 4, int(rng.integers(1, 5)) if tiles else 0
    places = [inner[k * each + 4 : (k + 1) * each - 4, int(wide * 0.79) : wide - 4] for k in range(count)]
    return room, bar, places


def stage(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """One speaker large, a bar of round buttons below, tiles at the side, a name; dark."""
    room, bar, places = _speaker_large(rgb, rng, (10, 90))
    for place in places:
        tile(place, rng, others)
    high, wide = room.shape[:2]
    buttons(room, wide * 0.5, high - bar / 2, bar, rng, round_=True)
    name(room, wide * 0.02, high - bar - high * 0.03, high / 28, rng)
    return room


def gallery(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """Two to nine tiles in a grid, names in them, one of them ringed; a bar above or below."""
    high = int(rng.integers(320, 760))
    wide = int(high * rng.uniform(1.1, 1.8))
    light = rng.random() < 0.3
    room = np.full((high, wide, 3), rng.uniform(225, 255) if light else rng.uniform(5, 60), np.uint8)
    bar = int(high * rng.uniform(0.07, 0.13))
    above = rng.random() < 0.3
    inner = room[bar:] if above else room[: high - bar]
    down, across = ((1, 2), (2, 2), (2, 2), (2, 3), (3, 3), (2, 1))[int(rng.integers(6))]
    gap, mine = int(rng.integers(2, 14)), int(rng.integers(down * across))
    for k in range(down * across):
        y0, y1 = (inner.shape[0] * n // down for n in (k // across, k // across + 1))
        x0, x1 = (wide * n // across for n in (k % across, k % across + 1))
        area = inner[y0 + gap : y1 - gap, x0 + gap : x1 - gap]
        if k == mine:
            fill(area, rgb)
        else:
            tile(area, rng, others)
        if rng.random() < 0.8:
            name(area, area.shape[1] * 0.03, area.shape[0] * 0.96, max(9, area.shape[0] / 15), rng)
    if rng.random() < 0.5:
        y0, x0 = inner.shape[0] * (mine // across) // down, wide * (mine % across) // across
        corner = (x0 + wide // across - gap, y0 + inner.shape[0] // down - gap)
        cv2.rectangle(inner, (x0 + gap, y0 + gap), corner, rng.uniform(60, 255, 3).tolist(), max(2, gap // 2))
    buttons(
        room,
        wide * rng.choice([0.3, 0.5, 0.7]),
        bar / 2 if above else high - bar / 2,
        bar,
        rng,
        round_=rng.random() < 0.5,
    )
    return room


def player(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A video with its line of progress, a triangle to play, the time; some within a page."""
    high = int(rng.integers(300, 700))
    wide = int(high * rng.choice([rng.uniform(1.3, 1.8), rng.uniform(0.55, 0.8)]))
    room = np.zeros((high, wide, 3), np.uint8)
    fill(room, rgb)
    shade = np.linspace(0, 1, max(2, high // 5))[:, None] ** 1.5 * np.ones((1, wide))
    laid(room, shade.astype(np.float32), wide / 2, high - len(shade) / 2, np.zeros(3), 0.8)
    y, colour = int(high * rng.uniform(0.88, 0.97)), (rng.uniform(0, 255, 3)).tolist()
    x0, x1 = int(wide * 0.03), int(wide * 0.97)
    at = int(x0 + (x1 - x0) * rng.uniform(0.1, 0.9))
    cv2.line(room, (x0, y), (x1, y), (190, 190, 190), max(2, high // 120))
    cv2.line(room, (x0, y), (at, y), colour, max(2, high // 120))
    if rng.random() < 0.7:
        cv2.circle(room, (at, y), max(3, high // 60), colour, -1, cv2.LINE_AA)
    clock = f"{rng.integers(0, 20)}:{rng.integers(10, 60)} / {rng.integers(20, 60)}:{rng.integers(10, 60)}"
    mark = cover(clock, max(8, high / 32), rng)
    laid(room, mark, x0 + mark.shape[1] / 2, y - high * 0.04, WHITE, 1)
    for k in range(int(rng.integers(1, 5))):
        icon(room, x1 - k * high * 0.06, y - high * 0.04, high * 0.035, WHITE, rng)
    if rng.random() < 0.6:
        r = int(high * rng.uniform(0.06, 0.12))
        disc = np.zeros((2 * r, 2 * r), np.float32)
        cv2.circle(disc, (r, r), r - 1, 1.0, -1, cv2.LINE_AA)
        laid(room, disc, wide / 2, high / 2, np.zeros(3) if rng.random() < 0.6 else np.array([230.0, 30, 30]), 0.7)
        points = np.array(
            [
                (wide / 2 - r * 0.3, high / 2 - r * 0.45),
                (wide / 2 - r * 0.3, high / 2 + r * 0.45),
                (wide / 2 + r * 0.5, high / 2),
            ]
        )
        cv2.fillPoly(room, [points.astype(np.int32)], (255, 255, 255), cv2.LINE_AA)
    return room


def phone(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A phone's screenshot: the line with clock and battery, a head and a foot of an app, the picture between."""
    wide = int(rng.integers(260, 480))
    high = int(wide * rng.uniform(1.6, 2.2))
    light = rng.random() < 0.5
    ground = rng.uniform(235, 255) if light else rng.uniform(0, 40)
    ink = np.full(3, 20.0) if light else np.full(3, 240.0)
    room = np.full((high, wide, 3), ground, np.uint8)
    line, head, foot = (int(high * n) for n in (rng.uniform(0.03, 0.05), rng.uniform(0, 0.1), rng.uniform(0.05, 0.3)))
    full = rng.random() < 0.35
    fill(room if full else room[line + head : high - foot], rgb)
    if full:
        ink = WHITE
    clock = cover(f"{rng.integers(0, 24)}:{rng.integers(10, 60)}", line * 0.5, rng)
    laid(room, clock, wide * 0.1 + clock.shape[1] / 2, line / 2, ink, 1)
    for k in range(3):
        icon(room, wide * (0.93 - 0.07 * k), line / 2, line * 0.45, ink, rng)
    if head and not full:
        laid(
            room,
            fit(cover(words(rng), head * 0.4, rng), wide * 0.6),
            wide * rng.choice([0.4, 0.5]),
            line + head / 2,
            ink,
            1,
        )
        icon(room, wide * 0.07, line + head / 2, head * 0.4, ink, rng)
    call_ = rng.random() < 0.5
    if call_ and others:
        w = int(wide * rng.uniform(0.24, 0.34))
        h = int(w * rng.uniform(1, 1.5))
        fill(
            room[line + head + 8 : line + head + 8 + h, wide - w - 8 : wide - 8], others[int(rng.integers(len(others)))]
        )
    if call_:
        size = wide * rng.uniform(0.12, 0.2)
        buttons(
            room,
            wide / 2,
            high - max(foot, size * 1.3) / 2,
            size * 1.1,
            rng,
            round_=True,
            count=int(rng.integers(3, 5)),
        )
    else:
        for k in range(5):
            icon(room, wide * (0.1 + 0.2 * k), high - min(foot, wide * 0.15) / 2, wide * 0.06, ink, rng)
        if foot > wide * 0.25 and not full:
            for k in range(int(rng.integers(1, 4))):
                mark = fit(cover(words(rng, most=5), wide * 0.04, rng), wide * 0.8)
                laid(room, mark, wide * 0.05 + mark.shape[1] / 2, high - foot + wide * (0.05 + 0.06 * k), ink, 1)
    return room


def window(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """A window on a desktop: its title, a list or a chat at the side, tools along one edge."""
    high = int(rng.integers(320, 700))
    wide = int(high * rng.uniform(1.2, 1.8))
    light = rng.random() < 0.5
    ground, ink = (rng.uniform(225, 255), np.full(3, 40.0)) if light else (rng.uniform(15, 60), np.full(3, 220.0))
    room = np.full((high, wide, 3), ground, np.uint8)
    title = int(high * rng.uniform(0.05, 0.09))
    room[:title] = np.clip(ground + rng.uniform(-25, 25), 0, 255)
    for k in range(3):
        if rng.random() < 0.5:
            icon(room, wide - title * (0.6 + k), title / 2, title * 0.3, ink, rng)
        else:
            cv2.circle(
                room,
                (int(title * (0.5 + 0.7 * k)), title // 2),
                title // 5,
                rng.uniform(60, 255, 3).tolist(),
                -1,
                cv2.LINE_AA,
            )
    laid(room, fit(cover(words(rng), title * 0.5, rng), wide * 0.4), wide / 2, title / 2, ink, 1)
    side = int(wide * rng.choice([0, rng.uniform(0.18, 0.32)]))
    left = rng.random() < 0.5
    tools = int(high * rng.choice([0, rng.uniform(0.07, 0.12)]))
    body = room[title : high - tools]
    fill(body[:, side:] if left else body[:, : wide - side], rgb)
    at = 0 if left else wide - side
    for y in np.arange(title * 1.6, high - tools - 12, max(14, high * rng.uniform(0.035, 0.08))) if side else ():
        mark = fit(cover(words(rng, most=4), max(7, high * 0.022), rng), side * 0.85)
        laid(room, mark, at + side * 0.06 + mark.shape[1] / 2, y, ink, 1)
    if tools:
        for k in range(int(rng.integers(3, 9))):
            x = wide * 0.5 + (k - 3) * tools * 1.4
            icon(room, x, high - tools * 0.6, tools * 0.35, ink, rng)
            laid(room, cover(words(rng, most=1), max(6, tools * 0.17), rng), x, high - tools * 0.2, ink, 0.9)
    else:
        name(room, at + 8 if left else 8, high * 0.97, high / 26, rng)
    return room


def light_squares(rgb: np.ndarray, rng: np.random.Generator, others: Others) -> np.ndarray:
    """One speaker large in a light room, square buttons, tiles with a disc each."""
    room, bar, places = _speaker_large(rgb, rng, (200, 250))
    for place in places:
        place[:] = rng.uniform(40, 200, 3)
        middle, radius = (place.shape[1] // 2, place.shape[0] // 2), (place.shape[0] + 8) // 4
        cv2.circle(place, middle, radius, rng.uniform(0, 255, 3).tolist(), -1)
    high, wide = room.shape[:2]
    count = int(rng.integers(4, 9))
    for k in range(count):
        x = int(wide * (0.5 + (k - count / 2 + 0.5) * 0.07))
        colour = (220, 50, 50) if k == count - 1 else (rng.uniform(60, 120, 3)).tolist()
        cv2.rectangle(room, (x - bar // 4, high - bar + bar // 5), (x + bar // 4, high - bar // 4), colour, -1)
        cv2.circle(room, (x, high - bar // 2), bar // 9, (240, 240, 240), max(1, bar // 30), cv2.LINE_AA)
    text = "".join(chr(97 + int(n)) for n in rng.integers(0, 26, int(rng.integers(5, 14)))).capitalize()
    scale, at = high / 700, (int(wide * 0.02), high - bar - int(high * 0.03))
    (w, h), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    cv2.rectangle(room, (at[0] - 5, at[1] - h - 6), (at[0] + w + 6, at[1] + 6), (30, 30, 30), -1)
    cv2.putText(room, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (240, 240, 240), 1, cv2.LINE_AA)
    return room


Layout = Callable[[np.ndarray, np.random.Generator, Others], np.ndarray]
FITTED: tuple[Layout, ...] = (stage, gallery, player, phone, phone, window, light_squares)
