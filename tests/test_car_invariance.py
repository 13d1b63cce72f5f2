"""The driver's-seat verdict stays the same word when a fixture is mirrored, compressed, reduced, turned or brightened.

benchmarks/car/invariance.py asks the same of real photos, with more transformations.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
import pytest
from fixture_photos import IMAGES
from numpy.typing import NDArray
from PIL import Image

from headshot_check import Checker
from headshot_check.policy import Policy, load_policy

Picture = NDArray[np.uint8]
SEAT = "car.drivers_seat"
NAMES = sorted(path.stem for path in IMAGES.glob("*.jpg"))


@lru_cache(maxsize=1)
def checker() -> Checker:
    """Nothing but the driver's seat, under the default limits."""
    policy = load_policy("linkedin")
    return Checker(Policy(policy.name, policy.title, {SEAT: policy.rules[SEAT]}))


@lru_cache(maxsize=64)
def pixels(name: str) -> Picture:
    return np.asarray(Image.open(IMAGES / f"{name}.jpg").convert("RGB"))


@lru_cache(maxsize=64)
def verdict(name: str) -> str:
    return checker().check(pixels(name)).drivers_seat.verdict


def compressed(rgb: Picture) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=40)
    return file.getvalue()


def turned(rgb: Picture, degrees: float) -> Picture:
    h, w = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(rgb, matrix, (w, h), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def reduced(rgb: Picture) -> Picture:
    scale = 320 / max(rgb.shape[:2])
    return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


CHANGES: dict[str, Callable[[Picture], Picture | bytes]] = {
    "mirrored": lambda rgb: np.ascontiguousarray(rgb[:, ::-1]),
    "JPEG quality 40": compressed,
    "long side 320 px": reduced,
    "turned 10 degrees": lambda rgb: turned(rgb, 10),
    "darker": lambda rgb: np.asarray(cv2.LUT(rgb, np.arange(256) * 0.73), np.uint8),  # a stop in linear light
}


@pytest.mark.skipif(not NAMES, reason="no fixtures rendered yet")
@pytest.mark.parametrize("change", CHANGES)
def test_the_word_stays_the_same(change: str) -> None:
    changed = [
        name for name in NAMES if checker().check(CHANGES[change](pixels(name))).drivers_seat.verdict != verdict(name)
    ]
    assert len(changed) <= 0.03 * len(NAMES), changed


def portrait(name: str, face_widths: float) -> Picture:
    """A fixture cut to a square of so many face widths round the face."""
    x0, y0, x1, y1 = json.loads((IMAGES / f"{name}.json").read_text())["face_box"]
    x, y, half = (x0 + x1) / 2, (y0 + y1) / 2, face_widths * (x1 - x0) / 2
    return np.ascontiguousarray(
        pixels(name)[max(0, int(y - half)) : int(y + half), max(0, int(x - half)) : int(x + half)]
    )


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "soft_office", "outdoors"])
def test_a_tight_portrait_is_still_assessed_when_it_is_turned_and_cut(name: str) -> None:
    tight = portrait(name, 1.8)
    cut = len(tight) // 14  # what a turn by 10 degrees leaves without corners
    for degrees in (-10, 0, 10):
        seat = checker().check(np.ascontiguousarray(turned(tight, degrees)[cut:-cut, cut:-cut])).drivers_seat
        assert (seat.verdict, seat.cause) == ("unlikely", None)


def test_where_nothing_but_a_face_is_no_word_is_said() -> None:
    seat = checker().check(portrait("studio_light_skin", 0.9)).drivers_seat
    assert (seat.verdict, seat.cause) == ("not_assessed", "no_room")


@pytest.mark.parametrize("height", [200, 320, 400, 480, 640])
def test_a_car_at_dusk_is_looked_at_in_full_at_any_size(height: int) -> None:
    """Of all cars here the cheap look is least sure of this one, by its size."""
    file = io.BytesIO()
    with Image.open(IMAGES / "car_dusk.jpg") as image:
        image.resize((round(height * image.width / image.height), height)).save(file, "JPEG", quality=85)
    assert checker().check(file.getvalue()).drivers_seat.verdict in ("possible", "likely")
