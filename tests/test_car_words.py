"""What is said of the driver's seat: no more than a small picture shows, and no car where it is another vehicle."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from report_factory import report

from headshot_check.advice.sentences import seat_in_words
from headshot_check.measures.car import _in_doubt, drivers_seat, seat_setting
from headshot_check.measures.car_cues import car_cues
from headshot_check.nets.car_evidence import CELLS, CUES, SIZE, CarEvidence
from headshot_check.nets.log_odds import log_odds
from headshot_check.nets.log_odds import probability as chance
from headshot_check.policy import load_policy
from headshot_check.report import Cue, CueName, DriversSeat, Region, Report, SeatVerdict
from headshot_check.scene import NotAssessed

SURE = CarEvidence(
    0.99,
    *[0.9] * len(CUES),
    0.1,
    np.zeros((len(CUES), CELLS, CELLS), np.float32),
    np.zeros((4, 2), np.float32),
    "window",
    1.0,
    np.zeros((SIZE, SIZE, 3), np.uint8),
)


PLACE = Region(((0.1, 0.1), (0.3, 0.1), (0.3, 0.3)))
BELT = (Cue("seat_belt", 0.9, PLACE),)


def scene(
    *,
    px: int = 800,
    faces: int = 1,
    person: float = 0.3,
    evidence: CarEvidence = SURE,
    cues: tuple[Cue, ...] = BELT,
) -> Any:
    """A scene of which only this is known."""
    return SimpleNamespace(
        car=evidence,
        once={car_cues: cues}.__getitem__,
        photo=SimpleNamespace(width=px, height=px),
        search=SimpleNamespace(faces=(None,) * faces),
        mask=np.full((256, 256), person, np.float32),
    )


def test_a_small_picture_is_never_likely() -> None:
    limits = [load_policy(name).rules["car.drivers_seat"].limits for name in ("linkedin", "resume", "team-page")]
    assert drivers_seat(scene()) == 0.99
    for limit in limits:
        assert limit.fail_above is not None
        assert drivers_seat(scene(px=199)) < limit.fail_above


@pytest.mark.parametrize(
    ("told", "likely", "when_sure"),
    [
        ({"headrest": 0.7, "car_window": 0.5}, True, True),
        ({"headrest": 0.9, "car_window": 0.2}, False, True),
        ({"seat_belt": 0.4, "roof": 0.4, "car_window": 0.4, "headrest": 0.4}, False, False),
        ({"car_window": 0.8, "steering_wheel": 0.9}, False, False),
        ({"seat_belt": 0.76}, True, True),
        ({"seat_belt": 0.65}, False, True),
        ({"seat_belt": 0.45}, False, False),
        ({}, False, False),
    ],
)
def test_likely_asks_for_joint_evidence_in_the_cues_of_the_report(
    told: dict[CueName, float], likely: bool, when_sure: bool
) -> None:
    """Whatever the network says beside them, and for less of it where all looks together are sure of a car."""
    limit = load_policy("linkedin").rules["car.drivers_seat"].limits.fail_above
    assert limit is not None
    less_sure = dataclasses.replace(SURE, probability=0.94)
    cues = tuple(Cue(name, probability, PLACE) for name, probability in told.items())
    assert (drivers_seat(scene(evidence=less_sure, cues=cues)) > limit) is likely
    assert (drivers_seat(scene(cues=cues)) > limit) is when_sure
    nowhere = tuple(Cue(name, min(probability, 0.76)) for name, probability in told.items())
    assert drivers_seat(scene(evidence=less_sure, cues=nowhere)) < limit


def test_without_a_face_a_person_is_assessed_and_an_empty_picture_is_not() -> None:
    assert drivers_seat(scene(faces=0)) == 0.99
    with pytest.raises(NotAssessed):
        drivers_seat(scene(faces=0, person=0.01))


@pytest.mark.parametrize(
    ("other", "verdict", "setting"),
    [(0.1, "likely", "car"), (0.95, "possible", "other_vehicle"), (0.9, "unlikely", None), (0.9, "not_assessed", None)],
)
def test_the_setting_is_said_where_a_seat_is(other: float, verdict: SeatVerdict, setting: str | None) -> None:
    assert seat_setting(scene(evidence=dataclasses.replace(SURE, other_vehicle=other)), verdict) == setting


@pytest.mark.parametrize(
    ("car", "other", "setting"),
    [(0.98, 0.6, "car"), (0.6, 0.6, "other_vehicle"), (0.4, 0.51, "other_vehicle"), (0.9, 0.8, "other_vehicle")],
)
def test_a_sure_car_is_no_train(car: float, other: float, setting: str) -> None:
    seen = dataclasses.replace(SURE, probability=car, other_vehicle=other)
    assert seat_setting(scene(evidence=seen), "possible") == setting
    limit = load_policy("linkedin").rules["car.drivers_seat"].limits.fail_above
    assert limit is not None
    assert drivers_seat(scene(evidence=seen)) < limit  # in doubt all the same


@pytest.mark.parametrize("verdict", ["likely", "possible"])
def test_nobody_in_another_vehicle_is_told_to_leave_a_car(verdict: SeatVerdict) -> None:
    seat = DriversSeat(verdict, 0.7, (Cue("headrest", 0.8),), setting="other_vehicle")
    said, do = seat_in_words(seat)
    for text in (said, do or "", seat.title):
        assert text
        assert " car" not in text
    assert (do or "").startswith("If ") is (verdict == "possible")  # most of which "possible" is said are in none


def test_a_report_of_before_has_no_setting() -> None:
    document = report().to_dict()
    assert Report.from_dict(document).drivers_seat.setting == document["drivers_seat"]["setting"]
    del document["drivers_seat"]["setting"]
    assert Report.from_dict(document).drivers_seat.setting is None


def test_log_odds_are_the_other_way_of_a_probability() -> None:
    for odds in (-30.0, -3.0, 0.0, 2.5):
        assert log_odds(chance(odds)) == pytest.approx(odds, abs=1e-6)
    assert (log_odds(0.0), log_odds(1.0)) == (-30.0, 30.0)


def test_in_doubt_the_likelier_stays_the_likelier() -> None:
    said = [_in_doubt(one / 100) for one in range(101)]
    assert said == sorted(said)
    assert len(set(said)) == 101
    assert said[30] == 0.3
    assert all(said[one] == one / 100 for one in range(31))
    limits = load_policy("linkedin").rules["car.drivers_seat"].limits
    assert limits.fail_above is not None
    assert said[100] == pytest.approx(0.55)
    assert said[100] < limits.fail_above
    assert limits.warn_above == 0.3
