"""A fault that several measures see is one finding."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from fixture_photos import fixture
from PIL import Image

from headshot_check import Checker, Report
from headshot_check.measures import Measurement
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import Rule, built_in, judge, load_policy, score, told_already
from headshot_check.scene import Scene

CHECKER = Checker()
TIGHT = ("framing.circle_cut", "framing.face_cut", "framing.head_height", "framing.headroom", "framing.shoulders")


def pairs() -> Iterator[tuple[str, str, str]]:
    for name in built_in():
        for check, rule in load_policy(name).rules.items():
            if rule.same_as is not None:
                yield name, check, rule.same_as


def beyond(rule: Rule, side: str | None = None) -> list[float]:
    """Values that the rule warns of, or fails, a little and more and more; on one side, or on both."""
    limits, values = rule.limits, []
    for limit in () if side == "below" else (limits.warn_above, limits.fail_above):
        values += [limit + step for step in (0.001, 0.1, 5)] if limit is not None else []
    for limit in () if side == "above" else (limits.warn_below, limits.fail_below):
        values += [limit - step for step in (0.001, 0.1, 5)] if limit is not None else []
    return values


@pytest.mark.parametrize(("policy", "check", "same"), list(pairs()))
def test_of_two_that_say_the_same_the_worse_is_told(policy: str, check: str, same: str) -> None:
    rules = load_policy(policy).rules
    two = {one: rules[one] for one in (check, same)}

    def told(one: str, value: float) -> float:
        return score(two, {one: judge(rules[one], Measurement(one, value, None))}, {})

    for own in beyond(rules[check]):
        for other in beyond(rules[same], rules[check].same_when):
            judged = {
                one: judge(rules[one], Measurement(one, value, None)) for one, value in ((check, own), (same, other))
            }
            (dropped,) = told_already(two, judged)
            left = score(two, {one: judgement for one, judgement in judged.items() if one != dropped}, {})
            assert left == min(told(check, own), told(same, other))


@pytest.mark.parametrize("policy", sorted(built_in()))
def test_a_head_that_fills_the_frame_more_and_more_never_scores_better(policy: str) -> None:
    """A face that is cut off weighs more, and is told until the head's size is the worse of the two."""
    rules = load_policy(policy).rules
    checks = ("framing.head_height", "framing.face_cut")
    scores = []
    for head_height in np.linspace(0.7, 3.0, 60):
        values = dict(zip(checks, (float(head_height), 0.5), strict=True))
        judged = {check: judge(rules[check], Measurement(check, value, None)) for check, value in values.items()}
        for check in told_already({check: rules[check] for check in checks}, judged):
            judged[check] = judge(rules[check], Measurement(check, None, None, cause="told_already"))
        scores.append(score(rules, judged, {}))
    assert all(np.diff(scores) <= 1e-9), scores
    assert scores[0] < 25


def complaints(report: Report) -> dict[str, str]:
    return {one.check: one.status for one in report.findings if one.status in ("warn", "fail")}


def pixels_of(name: str) -> np.ndarray:
    with Image.open(fixture(name)) as image:
        return np.asarray(image.convert("RGB")).copy()


def test_a_burnt_out_spot_is_no_shine_as_well() -> None:
    rgb = pixels_of("studio_light_skin")
    scene = Scene(load(rgb), Nets())
    for point in (50, 280, 9):  # both cheeks, and between the brows
        x, y = np.round(scene.mesh.points[point, :2]).astype(int).tolist()
        cv2.circle(rgb, (x, y), round(0.28 * scene.inter_eye_px), (255, 255, 255), -1, cv2.LINE_AA)
    report = CHECKER.check(rgb)
    assert len(complaints(report).keys() & {"lighting.blown", "lighting.hot_spots"}) == 1
    assert "told_already" in {one.cause for one in report.findings if one.check.startswith("lighting.")}


def test_a_face_that_fills_the_picture_is_told_once() -> None:
    rgb = pixels_of("studio_light_skin")
    x0, y0, x1, y1 = (round(value) for value in Scene(load(rgb), Nets()).main.box)
    high = y1 - y0
    report = CHECKER.check(rgb[y0 - high // 8 : y1 + high // 10, x0:x1])
    told = complaints(report).keys() & set(TIGHT)
    assert told - {"framing.face_cut"} == {"framing.head_height"}, told
    assert sum(one.cause == "told_already" for one in report.findings if one.check in TIGHT) >= 2


def test_a_small_head_that_is_cut_off_is_two_faults() -> None:
    rules = load_policy("linkedin").rules
    values = {"framing.head_height": 0.12, "framing.face_cut": 0.3, "framing.headroom": -0.4}
    judged = {check: judge(rules[check], Measurement(check, value, None)) for check, value in values.items()}
    assert {one.status for one in judged.values()} == {"fail"}
    assert told_already({check: rules[check] for check in values}, judged) == set()
