"""A snapshot of somebody speaking or busy: microphones, lecterns and laptops raise it, portraits have none of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fixture_photos import fixtures
from numpy.typing import NDArray

from headshot_check import Checker
from headshot_check.coaching import live_policy, look_at
from headshot_check.measures import measure_all
from headshot_check.nets import action
from headshot_check.nets.all import Nets
from headshot_check.nets.runtime import registry
from headshot_check.photo import load
from headshot_check.policy import load_policy
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
CHECK = "pose.in_action"
_nets = Nets()
_paths = {one.name: one.path for one in fixtures()}


def value(rgb: Pixels) -> object:
    return measure_all(Scene(load(rgb), _nets), [CHECK])[CHECK].value


def speaking(rgb: Pixels) -> Pixels:
    """The same person behind a lectern with a laptop, a microphone in the hand."""
    scene, drawn = Scene(load(rgb), _nets), rgb.copy()
    unit, (x, y) = scene.inter_eye_px, scene.mesh.points[152, :2].tolist()

    def at(right: float, down: float) -> tuple[int, int]:  # from the chin, in inter-eye distances
        return round(x + right * unit), round(y + down * unit)

    def filled(corners: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
        cv2.fillPoly(drawn, [np.array([at(*corner) for corner in corners])], colour)

    def bar(begin: tuple[float, float], end: tuple[float, float], colour: tuple[int, ...], wide: float) -> None:
        cv2.line(drawn, at(*begin), at(*end), colour, max(round(wide * unit), 1), cv2.LINE_AA)

    skin = tuple(int(channel) for channel in np.median(scene.face_crop.rgb.reshape(-1, 3), axis=0))
    filled([(-2.6, 2.0), (2.6, 2.0), (2.9, 9), (-2.9, 9)], (60, 40, 30))
    filled([(-1.6, 0.9), (0.9, 0.9), (1.1, 2.2), (-1.8, 2.2)], (170, 172, 176))
    bar((0.1, -0.1), (0.55, 1.6), (25, 25, 28), 0.34)
    cv2.circle(drawn, at(0, -0.25), round(0.3 * unit), (60, 60, 64), -1, cv2.LINE_AA)
    for finger in range(4):
        bar((0.05 + 0.05 * finger, 0.75 + 0.22 * finger), (0.75, 0.65 + 0.22 * finger), skin, 0.24)
    bar((0.6, 1.3), (1.4, 3.2), skin, 0.6)
    return drawn


def on_a_stage(rgb: Pixels) -> Pixels:
    """The same person before a red curtain in folds."""
    person = cv2.resize(Scene(load(rgb), _nets).mask.astype(np.float32), rgb.shape[1::-1])[..., None]
    folds = 12 * np.sin(np.arange(rgb.shape[1]) / 9) + 22
    return (rgb * person + folds[:, None] * (1.2, 0.5, 0.5) * (1 - person)).astype(np.uint8)


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "soft_office", "outdoors"])
def test_a_microphone_and_a_lectern_raise_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    portrait = on_a_stage(load(_paths[name]).rgb)
    monkeypatch.setattr(action, "HINTS", (-99.0, -99.0))  # drawn things are told from photographed ones
    plain, busy = value(portrait), value(speaking(portrait))
    assert isinstance(plain, float)
    assert isinstance(busy, float)
    assert plain < 0.05
    assert busy > 0.15


@pytest.mark.parametrize("name", ["hard_side_light", "office_chair_headrest", "motion_blur"])
def test_somebody_who_speaks_on_a_stage_is_warned_and_told_what_to_do(name: str) -> None:
    """By the networks as they ship and by the policy; the same person before the same curtain is a portrait."""
    portrait = on_a_stage(load(_paths[name]).rgb)
    for rgb, status in ((portrait, "pass"), (speaking(portrait), "warn")):
        report = Checker().check(rgb)
        finding = report.finding(CHECK)
        assert finding.status == status, finding
        said = " ".join((finding.advice or "", *report.retake))
        assert ("just for your profile" in said) == (status == "warn")


def test_the_coach_does_not_look() -> None:
    """Who sits before a webcam is at a computer."""
    live, own = live_policy(load_policy("linkedin")), Nets()
    look_at(Scene(load(speaking(on_a_stage(load(_paths["hard_side_light"]).rgb))), own), live)
    assert CHECK not in live.rules
    assert "_network" not in vars(own.action)


def test_our_own_portraits_are_none() -> None:
    values = {name: value(load(path).rgb) for name, path in _paths.items()}
    assert {name for name, of in values.items() if not isinstance(of, float) or of > 0.1} == set()


def test_without_a_face_it_is_not_assessed() -> None:
    (measured,) = measure_all(Scene(load(np.full((200, 200, 3), 90, np.uint8)), _nets), [CHECK]).values()
    assert (measured.value, measured.cause) == (None, "no_face")


@pytest.mark.parametrize("name", ["action", "action_hint", "tones"])
def test_it_goes_with_the_car_network_that_it_was_fitted_on(name: str) -> None:
    assert registry()[name]["fitted_on"] == registry()["car"]["sha256"], "fit it again: training/*_CARD.md"
