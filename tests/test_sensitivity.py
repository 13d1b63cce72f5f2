"""The sensitivity matrix in small: on one of the project's own pictures each measure moves with its own defect."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from benchmarks.quality.degradation_plan import PLANS, Plan
from benchmarks.quality.degradations import Sitter
from benchmarks.quality.sensitivity import FIXTURES, holds, measured, moves, never_better, sitter, tolerance
from headshot_check.measures import known_measures
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import Rule, load_policy
from headshot_check.report import Limits

NETS = Nets()
LINKEDIN = {check: rule for check, rule in load_policy("linkedin").rules.items() if tolerance(rule.limits)}
RULES = {**load_policy("id-photo").rules, **LINKEDIN}
"""LinkedIn's; a passport photo's for what LinkedIn's policy only reports"""
CHANGED_AT_ONCE = ("clutter", "off the middle")
"""defects whose step 0 is another picture already: a calm background is put in, or the frame is cut"""
STUDIO = "studio_light_skin"
PICTURES = {"soft background": "sofa", "only the face soft": "outdoors"}
"""by defect, where the studio's plain wall has no edges that could be lost or judged"""
MEANT = [plan for plan in PLANS if any(check in known_measures() for check in plan.moves)]


@cache
def person(picture: str = STUDIO) -> Sitter:
    found = sitter(load(FIXTURES / f"{picture}.jpg").rgb, NETS)
    assert found is not None
    return found


@pytest.mark.parametrize("plan", MEANT, ids=lambda plan: plan.name)
def test_measure_moves_with_its_own_defect(plan: Plan) -> None:
    """At every step of the plan, and judged: None, too few steps assessed, is no answer."""
    meant = [check for check in plan.moves if check in known_measures()]
    for check, column in measured(person(PICTURES.get(plan.name, STUDIO)), plan, NETS, meant).items():
        allowed = tolerance(RULES[check].limits) if check in RULES else None
        assert moves(column, plan.moves[check], 0.1 * (allowed or 0.0)) is True, (check, column)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_nothing_happens_without_a_defect(plan: Plan) -> None:
    who = person()
    assert plan.amounts[0] == 0
    assert list(plan.amounts) == sorted(set(plan.amounts))
    unspoiled = load(plan.spoil(who, 0)).rgb
    if plan.name not in CHANGED_AT_ONCE:
        assert unspoiled.shape == who.rgb.shape
        assert float(np.abs(unspoiled.astype(int) - who.rgb).mean()) < 2


def test_a_measure_that_goes_back_or_stays_does_not_move() -> None:
    assert moves([0.0, 1.0, 2.0], 1, 0.1)
    assert moves([0.0, 1.0, 0.95, 2.0], 1, 0.1)
    assert not moves([0.0, 1.0, 0.5, 2.0], 1, 0.1)
    assert not moves([1.0, 1.0, 1.05], 1, 0.1)
    assert moves([3, 2, None, 1], -1, 0.1)
    assert moves([0.0, 0.0, 0.0], -1, 0.1) is None
    assert moves([None, 1.0, 2.0, 3.0], 1, 0.1) is None


def test_a_measure_holds_within_its_tolerance() -> None:
    assert holds([1.0, 1.2, 0.9, 9.0], 0.25)
    assert not holds([1.0, 1.3, 1.0], 0.25)
    assert holds([1.0, None, None], 0.25) is None
    assert holds(["found", "found", "found"], None)
    assert not holds([False, True, False], None)


def test_a_status_may_stay_or_get_worse() -> None:
    rule = Rule(Limits(warn_above=2.0, fail_above=4.0), 0.1, "")
    assert never_better([1.0, 3.0, None, 9.0, 6.0], rule)
    assert not never_better([1.0, 9.0, 3.0], rule)


def test_tolerance_is_half_of_the_way_to_failing() -> None:
    assert tolerance(Limits(warn_above=2.0, fail_above=4.0)) == 1.0
    assert tolerance(Limits(warn_above=2.0, fail_above=2.2)) == 0.4
    assert tolerance(Limits(warn_above=1.0)) == pytest.approx(0.3)
    assert tolerance(Limits()) is None
