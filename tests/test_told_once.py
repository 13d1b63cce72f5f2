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


def test_of_two_faults_that_grow_the_score_never_rises() -> None:
    """A failure that weighs more is told until the other one is the worse of the two."""
    rules = dict(load_policy("linkedin").rules)
    checks = ("framing.head_height", "framing.face_cut")
    rules[checks[1]] = rules[checks[1]]._replace(same_as=checks[0], same_when="above")
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


@pytest.mark.parametrize(("tones", "told"), [(-1.5, {"lighting.contrast"}), (1.5, set())])
def test_a_flat_face_that_a_curve_drew_into_black_is_two_faults(tones: float, told: set[str]) -> None:
    rules = load_policy("linkedin").rules
    values = {"lighting.tones": tones, "lighting.contrast": 1.4}
    judged = {check: judge(rules[check], Measurement(check, value, None)) for check, value in values.items()}
    assert {one.status for one in judged.values()} == {"warn"}
    assert told_already({check: rules[check] for check in values}, judged) == told
