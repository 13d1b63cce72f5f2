"""Pictures of nobody, drawn from nothing: pets, flowers, dice, logos, rooms, skies."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
SIDE = 400


def ground(rng: np.random.Generator) -> Pixels:
    """One colour into another, with grain."""
    ramp = np.linspace(0, 1, SIDE)[:, None, None]
    level = rng.uniform(40, 230, 3) * (1 - ramp) + rng.uniform(40, 230, 3) * ramp
    return np.clip(level + rng.normal(0, 4, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)


def _coat(rng: np.random.Generator) -> list[float]:
    return [float(v) for v in rng.uniform(0.3, 1) * np.array((220, 170, 120))]


def _fur(picture: Pixels, rng: np.random.Generator) -> Pixels:
    rough = cv2.GaussianBlur(rng.normal(0, 30, picture.shape[:2]).astype(np.float32), (3, 9), 0)
    return np.clip(picture + rough[..., None], 0, 255).astype(np.uint8)


def dog(rng: np.random.Generator) -> Pixels:
    picture, coat = ground(rng), _coat(rng)
    ears = [0.6 * one for one in coat]
    cv2.ellipse(picture, (200, 400), (130, 140), 0, 0, 360, coat, -1)
    for side in (-1, 1):
        cv2.ellipse(picture, (200 + side * 95, 190), (38, 95), side * -15, 0, 360, ears, -1)
    cv2.ellipse(picture, (200, 190), (95, 105), 0, 0, 360, coat, -1)
    cv2.ellipse(picture, (200, 245), (52, 58), 0, 0, 360, [min(255.0, 1.3 * one) for one in coat], -1)
    for side in (-1, 1):
        cv2.circle(picture, (200 + side * 42, 165), 13, (25, 18, 12), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (200, 222), (24, 17), 0, 0, 360, (20, 18, 18), -1)
    cv2.line(picture, (200, 240), (200, 270), (40, 25, 20), 3)
    cv2.ellipse(picture, (200, 285), (16, 26), 0, 0, 360, (220, 110, 120), -1)
    return _fur(picture, rng)


def cat(rng: np.random.Generator) -> Pixels:
    picture, coat = ground(rng), _coat(rng)
    for side in (-1, 1):
        tip = np.array([(200 + side * 90, 60), (200 + side * 95, 160), (200 + side * 25, 110)], np.int32)
        cv2.fillPoly(picture, [tip], coat)
    cv2.ellipse(picture, (200, 380), (100, 120), 0, 0, 360, coat, -1)
    cv2.ellipse(picture, (200, 190), (105, 90), 0, 0, 360, coat, -1)
    for side in (-1, 1):
        cv2.ellipse(picture, (200 + side * 45, 175), (21, 17), 0, 0, 360, (170, 200, 60), -1)
        cv2.ellipse(picture, (200 + side * 45, 175), (5, 16), 0, 0, 360, (10, 10, 10), -1)
        for k in (-8, 0, 8):
            cv2.line(picture, (200 + side * 25, 222 + k // 2), (200 + side * 130, 215 + 2 * k), (240, 240, 240), 1)
    cv2.fillPoly(picture, [np.array([(188, 208), (212, 208), (200, 222)], np.int32)], (220, 140, 140))
    return _fur(picture, rng)


def flower(rng: np.random.Generator) -> Pixels:
    picture, petal = ground(rng), [float(v) for v in rng.uniform(60, 255, 3)]
    cv2.line(picture, (200, 200), (210, 400), (40, 130, 50), 12)
    for turn in range(0, 360, int(rng.choice([30, 45, 60]))):
        at = np.radians(turn)
        middle = (round(200 + 75 * np.cos(at)), round(170 + 75 * np.sin(at)))
        cv2.ellipse(picture, middle, (60, 30), turn, 0, 360, petal, -1)
    cv2.circle(picture, (200, 170), 42, (240, 200, 40), -1, cv2.LINE_AA)
    return picture


def dice(rng: np.random.Generator) -> Pixels:
    picture = ground(rng)
    for x, y in ((110, 200), (280, 240)):
        cv2.rectangle(picture, (x - 70, y - 70), (x + 70, y + 70), (245, 245, 240), -1)
        for dx, dy in ((-1, -1), (1, 1), (0, 0), (-1, 1), (1, -1))[: int(rng.integers(1, 6))]:
            cv2.circle(picture, (x + 38 * dx, y + 38 * dy), 13, (20, 20, 20), -1, cv2.LINE_AA)
    return picture


def logo(rng: np.random.Generator) -> Pixels:
    picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
    colour = [float(v) for v in rng.uniform(0, 220, 3)]
    shape = int(rng.integers(3))
    if shape == 0:
        cv2.circle(picture, (200, 200), 150, colour, -1, cv2.LINE_AA)
    elif shape == 1:
        cv2.fillPoly(picture, [np.array([(200, 40), (360, 340), (40, 340)], np.int32)], colour)
    else:
        cv2.ellipse(picture, (200, 200), (160, 90), 20, 0, 360, colour, 30)
    cv2.putText(picture, "Acme", (110, 225), cv2.FONT_HERSHEY_DUPLEX, 2.4, (255, 255, 255), 5, cv2.LINE_AA)
    return picture


def room(rng: np.random.Generator) -> Pixels:
    picture = ground(rng)
    cv2.rectangle(picture, (0, 290), (SIDE, SIDE), [float(v) for v in rng.uniform(60, 160, 3)], -1)
    cv2.rectangle(picture, (50, 60), (170, 200), (235, 240, 250), -1)
    cv2.rectangle(picture, (230, 200), (360, 330), [float(v) for v in rng.uniform(40, 200, 3)], -1)
    cv2.rectangle(picture, (250, 120), (340, 230), [float(v) for v in rng.uniform(40, 200, 3)], -1)
    return cv2.GaussianBlur(picture, (0, 0), 1.2)


def car_front(rng: np.random.Generator) -> Pixels:
    """Two lamps and a grille, which look at one like a face."""
    picture = ground(rng)
    cv2.rectangle(picture, (60, 150), (340, 330), [float(v) for v in rng.uniform(30, 200, 3)], -1)
    for x in (115, 285):
        cv2.circle(picture, (x, 210), 34, (250, 250, 235), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (150, 245), (250, 290), (30, 30, 30), -1)
    return picture


def sky(rng: np.random.Generator) -> Pixels:
    clouds = cv2.resize(rng.normal(0, 1, (12, 12)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    picture = ground(rng) * 0.5 + 90 + 35 * clouds[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8)


THINGS: tuple[Callable[[np.random.Generator], Pixels], ...] = (dog, cat, flower, dice, logo, room, car_front, sky)


def hand(picture: Pixels, x: float, y: float, size: float, skin: tuple[int, int, int]) -> Pixels:
    """An open hand over a picture, fingers up, its palm's middle at x, y and two of `size` px wide."""
    drawn, shade = picture.copy(), tuple(0.72 * one for one in skin)

    def at(across: float, down: float) -> tuple[int, int]:
        return round(x + size * across), round(y + size * down)

    fingers = ((-0.36, -1.55), (-0.06, -1.75), (0.24, -1.6), (0.6, -1.2), (-1.25, -0.35))
    for across, tip in fingers:
        root = at(-0.5, 0.25) if tip == fingers[-1][1] else at(across, -0.5)
        for colour, wide in ((shade, 0.46), (skin, 0.4)):
            cv2.line(drawn, root, at(across, tip), colour, round(wide * size), cv2.LINE_AA)
    outline = np.array([at(-0.62, 0.55), at(-0.55, -0.5), at(0.6, -0.5), at(0.58, 0.5), at(0.35, 1), at(-0.35, 1)])
    cv2.fillPoly(drawn, [outline], skin, cv2.LINE_AA)
    cv2.line(drawn, at(0, 0.9), at(0, 1.8), skin, round(0.75 * size), cv2.LINE_AA)
    for start, end in ((at(-0.4, -0.1), at(0.45, -0.2)), (at(-0.35, 0.15), at(0.4, 0.2)), (at(-0.3, -0.1), at(0, 0.8))):
        cv2.line(drawn, start, end, shade, max(1, round(0.05 * size)), cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 1), np.uint8)
