"""The same light gives the same answer on every skin: fixtures with the face's diffuse colour scaled."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality.degradations import Pixels, Sitter
from benchmarks.quality.retone import retoned, skin_weight
from benchmarks.quality.sensitivity import FIXTURES, sitter
from benchmarks.quality.skin_tone import tone_group, typology_angle
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import judge, load_policy
from headshot_check.scene import Scene

NETS = Nets()
RULES = load_policy("linkedin").rules
SUBJECTS = ("lighting.", "colour.", "covering.", "background.")
MEDIUM = (0.47, 0.275, 0.185)
# Linear albedo of light, tan, dark and very dark skin: fixtures/render/person.py.
SKINS = ((0.60, 0.37, 0.27), MEDIUM, (0.34, 0.185, 0.115), (0.19, 0.096, 0.058), (0.125, 0.064, 0.040))


def sit(name: str) -> Sitter:
    found = sitter(load(FIXTURES / f"{name}.jpg").rgb, NETS)
    assert found is not None
    return found


def statuses(rgb: Pixels) -> dict[str, str]:
    asked = [check for check in RULES if check.startswith(SUBJECTS)]
    return {check: judge(RULES[check], m).status for check, m in measure_all(Scene(load(rgb), NETS), asked).items()}


@pytest.mark.parametrize("name", ["outdoors", "studio_headscarf"])  # two people of medium skin
def test_light_and_colour_checks_say_the_same_of_every_skin(name: str) -> None:
    who = sit(name)
    told = [statuses(retoned(who, MEDIUM, skin)) for skin in SKINS]
    unlike = {check: [each[check] for each in told] for check in told[0] if len({each[check] for each in told}) > 1}
    assert not unlike


def test_retoning_leaves_all_but_the_skin_alone() -> None:
    who = sit("outdoors")
    darker = retoned(who, MEDIUM, SKINS[-1])
    apart = np.abs(darker.astype(int) - who.rgb).max(axis=2)
    assert apart[skin_weight(who) == 0].max() <= 1
    assert apart[skin_weight(who) > 0.99].mean() > 30
    assert np.abs(retoned(who, MEDIUM, MEDIUM).astype(int) - who.rgb).max() <= 1


def test_typology_angle_orders_skins() -> None:
    who = sit("outdoors")
    angles = [typology_angle(Scene(load(retoned(who, MEDIUM, skin)), NETS)) for skin in SKINS]
    known = [angle for angle in angles if angle is not None]
    assert len(known) == len(SKINS)
    assert known == sorted(known, reverse=True)
    assert tone_group(known[0]) != tone_group(known[-1])


def darkened(rgb: Pixels, gamma: float) -> Pixels:
    """By a curve, its blacks clipped after."""
    level = (rgb / 255.0) ** gamma
    return np.rint(np.clip((level - 0.06) / 0.94, 0, 1) * 255).astype(np.uint8)


@pytest.mark.parametrize("skin", SKINS, ids=["light", "medium", "tan", "dark", "very dark"])
@pytest.mark.parametrize("name", ["outdoors", "studio_headscarf"])
def test_shadows_that_a_curve_closes_are_told_on_every_skin(name: str, skin: tuple[float, float, float]) -> None:
    toned = retoned(sit(name), MEDIUM, skin)
    told = statuses(darkened(toned, 3))
    assert {told["lighting.blocked"], told["lighting.dark"]} & {"warn", "fail"}
    assert statuses(toned)["lighting.blocked"] == "pass"
