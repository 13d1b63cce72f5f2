"""The light of a stage or a night: coloured lamps in the dark are told, daylight and studios are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fixture_photos import fixtures
from numpy.typing import NDArray

from headshot_check import Checker
from headshot_check.coaching import live_policy
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import load_policy
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
CHECK = "lighting.scene"
PORTRAITS = ("studio_light_skin", "studio_dark_skin", "soft_office", "outdoors", "plain_wall_glasses")
_nets = Nets()
_paths = {one.name: one.path for one in fixtures()}


def value(rgb: Pixels) -> object:
    return measure_all(Scene(load(rgb), _nets), [CHECK])[CHECK].value


def under_lamps(rgb: Pixels, colour: tuple[float, float, float], stops: float) -> Pixels:
    """The same person in a lamp's light, so many stops darker, before a dark hall with a glow of that colour."""
    height, width = rgb.shape[:2]
    person = cv2.resize(Scene(load(rgb), _nets).mask, (width, height))[..., None]
    down, across = np.mgrid[:height, :width]
    glow = np.exp(-(((across / width - 0.8) / 0.35) ** 2) - ((down / height - 0.15) / 0.3) ** 2)[..., None]
    lamp = np.array(colour)
    lit = (rgb / 255.0) ** 2.2 * lamp * 2.0**-stops
    mixed = lit * person + (0.35 * glow * lamp + 0.004) * (1 - person)
    return np.rint(255 * np.clip(mixed, 0, 1) ** (1 / 2.2)).astype(np.uint8)


@pytest.mark.parametrize("name", PORTRAITS)
@pytest.mark.parametrize("colour", [(0.7, 0.3, 1.0), (1.0, 0.6, 0.25)])
def test_coloured_lamps_in_the_dark_raise_it(name: str, colour: tuple[float, float, float]) -> None:
    plain, lit = (value(rgb) for rgb in (load(_paths[name]).rgb, under_lamps(load(_paths[name]).rgb, colour, 1.5)))
    assert isinstance(plain, float)
    assert isinstance(lit, float)
    assert plain < 0.1
    assert lit > 0.7


@pytest.mark.parametrize("name", ["studio_dark_skin", "outdoors"])
def test_it_warns_and_says_what_to_do(name: str) -> None:
    for rgb, status in (
        (load(_paths[name]).rgb, "pass"),
        (under_lamps(load(_paths[name]).rgb, (0.7, 0.3, 1), 0), "warn"),
    ):
        report = Checker().check(rgb)
        finding = report.finding(CHECK)
        assert finding.status == status
        assert ("daylight" in (finding.advice or "")) == (status == "warn")
        assert ("that of a stage" in " ".join(report.retake)) == (status == "warn")
        assert "light" not in report.praise or status == "pass"


def test_where_the_face_is_dark_the_worse_of_both_is_told() -> None:
    report = Checker().check(under_lamps(load(_paths["outdoors"]).rgb, (0.7, 0.3, 1), 1))
    told = {one.check for one in report.findings if one.status in ("warn", "fail")}
    assert len(told & {CHECK, "lighting.dark"}) == 1
    assert "light" not in report.praise


def test_no_portrait_of_ours_in_good_light_is_told() -> None:
    lit = {name: value(load(path).rgb) for name, path in _paths.items() if not name.startswith("car_")}
    assert {name for name, of in lit.items() if isinstance(of, float) and of > 0.2} == {"too_dark"}


def test_black_and_white_is_not_judged() -> None:
    dark = under_lamps(load(_paths["studio_dark_skin"]).rgb, (0.7, 0.3, 1.0), 1.5)
    grey = dark.mean(axis=2, keepdims=True).astype(np.uint8).repeat(3, axis=2)
    (measured,) = measure_all(Scene(load(grey), _nets), [CHECK]).values()
    assert (measured.value, measured.cause) == (None, "greyscale")


def test_the_coach_does_not_look() -> None:
    """What it can say of a webcam's light it knows by other checks."""
    assert CHECK not in live_policy(load_policy("linkedin")).rules


def test_without_a_face_it_is_not_assessed() -> None:
    (measured,) = measure_all(Scene(load(np.full((200, 200, 3), 90, np.uint8)), _nets), [CHECK]).values()
    assert (measured.value, measured.cause) == (None, "no_face")
