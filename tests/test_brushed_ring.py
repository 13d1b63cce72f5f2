"""A ring of brush strokes round the person, as templates draw it, decides where the networks are in doubt."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from numpy.typing import NDArray
from PIL import Image

from headshot_check.measures import Measurement, measure_all, medium
from headshot_check.measures.head_marks import HeadMarks
from headshot_check.measures.lettering import Lettering
from headshot_check.nets.all import Nets
from headshot_check.nets.log_odds import probability
from headshot_check.photo import load
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
NETS = Nets()
PEOPLE = ("studio_light_skin", "studio_dark_skin", "outdoors")
DOUBT = -1.0


def square(name: str) -> Pixels:
    with Image.open(fixture(name)) as image:
        rgb = np.asarray(image.convert("RGB"))
    side = min(rgb.shape[:2])
    return rgb[:side, :side].copy()


def beyond_a_circle(picture: Pixels, radius: float) -> NDArray[np.bool_]:
    middle = len(picture) / 2
    down, across = np.mgrid[: len(picture), : len(picture)]
    return np.asarray(np.hypot(across - middle, down - middle) > radius)


def brushed(picture: Pixels, seed: int) -> Pixels:
    """On a dark ground, in five strokes that do not quite make a ring."""
    rng, side, drawn = np.random.default_rng(seed), len(picture), picture.copy()
    drawn[beyond_a_circle(picture, 0.46 * side)] = (38, 38, 42)
    for _ in range(5):
        x, y = np.rint(side / 2 + rng.normal(0, 0.006 * side, 2)).astype(int).tolist()
        radius, start = side * rng.uniform(0.445, 0.475), rng.uniform(0, 360)
        axes, thick = (round(radius), round(radius * rng.uniform(0.98, 1.02))), round(side * rng.uniform(0.008, 0.02))
        cv2.ellipse(drawn, (x, y), axes, 0, start, start + rng.uniform(90, 200), (245, 245, 245), thick, cv2.LINE_AA)
    return drawn


@pytest.fixture(autouse=True)
def in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(medium, "log_odds", lambda _: DOUBT)
    monkeypatch.setattr(medium, "lettering", lambda _: Lettering(0.0, None))
    monkeypatch.setattr(medium, "head_marks", lambda _: HeadMarks(-9.0, None))


def overlay(picture: Pixels) -> Measurement:
    return measure_all(Scene(load(picture), NETS), ["medium.overlay"])["medium.overlay"]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", PEOPLE)
def test_it_is_told_and_outlined(name: str, seed: int) -> None:
    taken = overlay(brushed(square(name), seed))
    assert isinstance(taken.value, float)
    assert taken.value > 0.95
    assert taken.region is not None
    assert taken.region.bounds == pytest.approx((0.03, 0.03, 0.97, 0.97), abs=0.05)


@pytest.mark.parametrize("name", PEOPLE)
def test_plain_and_round_pictures_and_heads_that_fill_them_have_none(name: str) -> None:
    picture = square(name)
    as_round = picture.copy()
    as_round[beyond_a_circle(picture, len(picture) / 2 - 1)] = 255
    x0, y0, x1, y1 = (round(value) for value in Scene(load(picture), NETS).main.box)
    tight = cv2.resize(picture[max(y0 - 40, 0) : y1 + 20, x0 - 20 : x1 + 20], (300, 320))
    for shown in (picture, as_round, np.ascontiguousarray(tight)):
        taken = overlay(shown)
        assert isinstance(taken.value, float)
        assert taken.value == pytest.approx(probability(medium._OF_FRAME * DOUBT + medium._AT_REST), abs=1e-6)
