"""Faces that are all but black before a bright window: found, or the dark is named as the cause."""

from __future__ import annotations

import io
from functools import lru_cache
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from PIL import Image

from headshot_check import Checker
from headshot_check.measures.faces import found
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.pixels.cielab import LINEAR
from headshot_check.scene import Scene
from headshot_check.scene.face_search import FaceSearch


@lru_cache(maxsize=1)
def checker() -> Checker:
    return Checker()


@lru_cache(maxsize=4)
def cut_out(name: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Linear light (H, W, 3), the person's share (H, W, 1), and the median light of the face."""
    scene = Scene(load(fixture(name)), Nets())
    person = cv2.resize(scene.mask, (scene.width, scene.height))
    inner = np.clip((cv2.erode(person, np.ones((9, 9), np.uint8)) - 0.5) / 0.3, 0, 1)
    light = cv2.LUT(scene.photo.rgb, LINEAR)
    x0, y0, x1, y1 = (round(edge) for edge in scene.main.box)
    return light, cv2.GaussianBlur(inner, (0, 0), 1.5)[..., None], float(np.median(light[y0:y1, x0:x1]))


def silhouette(name: str, albedo: float, in_shade: float) -> bytes:
    """A JPEG of a person of this albedo whose face gets `in_shade` of the light of the window behind them."""
    light, person, face = cut_out(name)
    skin = np.maximum(light * (albedo * in_shade / face) - 0.0006, 0)
    window = np.full(light.shape, 0.95)
    window[:, :: light.shape[1] // 4] = 0.2
    grain = np.random.default_rng(1).normal(0, 0.0004, light.shape)
    mixed = np.clip(skin * person + window * (1 - person) + grain, 0, 1)
    coded = np.where(mixed <= 0.0031308, 12.92 * mixed, 1.055 * mixed ** (1 / 2.4) - 0.055)
    file = io.BytesIO()
    Image.fromarray(np.uint8(255 * coded + 0.5)).save(file, "JPEG", quality=88)
    return file.getvalue()


@pytest.mark.parametrize("in_shade", [0.3, 0.1, 0.05])
@pytest.mark.parametrize("albedo", [0.04, 0.02])  # tones 9 and 10 of the Monk scale
@pytest.mark.parametrize("name", ["studio_dark_skin", "studio_headscarf", "plain_wall_glasses"])
def test_a_silhouette_is_found_or_called_too_dark(name: str, albedo: float, in_shade: float) -> None:
    report = checker().check(silhouette(name, albedo, in_shade))
    assert report.finding("faces.found").value in ("found", "too_dark")
    wrong = [finding.check for finding in report.findings if finding.status == "fail"]
    assert "faces.found" in wrong or any(check.startswith("lighting.") for check in wrong), wrong
    assert report.verdict == "retake"
    assert "light" in report.retake[0]


@pytest.mark.parametrize(("level", "said"), [(10, "too_dark"), (120, "turned_away")])
def test_a_silhouette_that_only_looks_like_a_face_is_too_dark_not_turned_away(level: int, said: str) -> None:
    scene = SimpleNamespace(
        search=FaceSearch((), "plain", doubted=0.75, doubted_box=(20.0, 20.0, 60.0, 60.0)),
        mask=np.ones((256, 256), np.float32),
        photo=SimpleNamespace(rgb=np.full((100, 80, 3), level, np.uint8)),
        medium=SimpleNamespace(drawing=0.0),
    )
    assert found(scene) == said  # type: ignore[arg-type]
