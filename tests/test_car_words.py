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
from headshot_check.nets.car import CELLS, CUES, SIZE, CarEvidence
from headshot_check.policy import load_policy
from headshot_check.report import Cue, DriversSeat, Report, SeatVerdict
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


def scene(*, px: int = 800, faces: int = 1, person: float = 0.3, evidence: CarEvidence = SURE) -> Any:
    """A scene of which only this is known."""
    return SimpleNamespace(
        car=evidence,
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


@pytest.mark.parametrize(("cues", "likely"), [((0.7, 0.6), True), ((0.9, 0.3), False), ((0.6, 0.6), False)])
def test_likely_asks_for_two_cues(cues: tuple[float, float], likely: bool) -> None:
    seen = dataclasses.replace(SURE, belt=0.2, headrest=cues[0], window=cues[1], roof=0.1)
    limit = load_policy("linkedin").rules["car.drivers_seat"].limits.fail_above
    assert limit is not None
    assert (drivers_seat(scene(evidence=seen)) > limit) is likely


def test_without_a_face_a_person_is_assessed_and_an_empty_picture_is_not() -> None:
    assert drivers_seat(scene(faces=0)) == 0.99
    with pytest.raises(NotAssessed):
        drivers_seat(scene(faces=0, person=0.01))


@pytest.mark.parametrize(
    ("other", "verdict", "setting"),
    [(0.1, "likely", "car"), (0.9, "possible", "other_vehicle"), (0.9, "unlikely", None), (0.9, "not_assessed", None)],
)
def test_the_setting_is_said_where_a_seat_is(other: float, verdict: SeatVerdict, setting: str | None) -> None:
    assert seat_setting(scene(evidence=dataclasses.replace(SURE, other_vehicle=other)), verdict) == setting


@pytest.mark.parametrize("verdict", ["likely", "possible"])
def test_nobody_in_another_vehicle_is_told_to_leave_a_car(verdict: SeatVerdict) -> None:
    seat = DriversSeat(verdict, 0.7, (Cue("headrest", 0.8),), setting="other_vehicle")
    said, do = seat_in_words(seat)
    for text in (said, do or "", seat.title):
        assert text
        assert " car" not in text


def test_a_report_of_before_has_no_setting() -> None:
    document = report().to_dict()
    assert Report.from_dict(document).drivers_seat.setting == document["drivers_seat"]["setting"]
    del document["drivers_seat"]["setting"]
    assert Report.from_dict(document).drivers_seat.setting is None


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
