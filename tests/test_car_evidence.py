"""What is made of several looks at one photo: the probability of a car, and what is denied."""

from __future__ import annotations

import numpy as np
import pytest

from headshot_check.nets.car_evidence import ANSWERS, Seen, agreed, fused
from headshot_check.nets.log_odds import log_odds

FOR_A_CAR = dict.fromkeys(("car", "belt", "headrest", "window", "roof"), 4.0) | {"car_odds": -2.0}
FOR_NONE = dict.fromkeys(("car", "belt", "window"), -1.0) | {"car_odds": -4.0}


def seen(told: dict[str, float]) -> Seen:
    return Seen(dict.fromkeys(ANSWERS, -3.0) | told)


def test_a_small_probability_is_said_to_be_smaller_and_keeps_its_order() -> None:
    told = [fused("first", frame=seen({"car": x, "car_odds": -6.0})).probability for x in np.arange(-20, 30, 0.02)]
    assert np.all(np.diff(told) > 0)
    assert np.diff(told).max() < 0.002  # without a step where one rule takes over from the other
    low, high = (fused("first", frame=seen({"car": x, "car_odds": -6.0})).probability for x in (-12.0, -11.0))
    assert high < 0.05
    # the square of a probability: twice the log-odds, nearly
    assert log_odds(high) - log_odds(low) == pytest.approx(2 * 0.18002, rel=0.05)


def test_a_car_that_only_the_window_shows_is_not_believed() -> None:
    window, none, car = seen(FOR_A_CAR), seen(FOR_NONE), seen(FOR_A_CAR)
    denied = agreed(-4.0, window, none)
    assert denied.probability == fused("alone", frame=none).probability < 0.5
    assert denied.cues == fused("with_face", glance=-4.0, window=window, frame=none).cues
    for glance, frame in ((-2.0, none), (4.0, none), (-4.0, car)):  # one of the two others is for a car, or in doubt
        assert agreed(glance, window, frame) == fused("with_face", glance=glance, window=window, frame=frame)
    assert agreed(-4.0, window, car).probability > 0.9


def test_no_answer_is_raised_by_what_denies_it() -> None:
    window, frame = seen(FOR_NONE), seen(FOR_NONE | {"car_odds": -2.5})
    both = fused("with_face", glance=-4.0, window=window, frame=frame)
    assert agreed(-4.0, window, frame).probability == both.probability
