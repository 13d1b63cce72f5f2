"""Advice: a plan that a person can follow: few instructions, in the order of the shoot, each with its reason, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from fixture_photos import fixture
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from headshot_check import Checker
from headshot_check.advice.plan import MOST_INSTRUCTIONS, AdvicePlan, make_plan, remedy_of, verdict_of
from headshot_check.advice.praise import praise
from headshot_check.advice.sentences import matter_of, seat_in_words, side_of, what_is_good, what_is_wrong, why
from headshot_check.measures import Measurement
from headshot_check.policy import Policy, built_in, judge, load_policy
from headshot_check.report import Cue, DriversSeat, Finding, Limits, Region, SeatVerdict, Value
from headshot_check.words import WORDS

POLICIES = {name: load_policy(name) for name in built_in()}
LINKEDIN = POLICIES["linkedin"]
FACE = Region(((0.4, 0.2), (0.6, 0.2), (0.6, 0.5), (0.4, 0.5)))
ON_THE_RIGHT = Region(((0.5, 0.2), (0.6, 0.2), (0.6, 0.5), (0.5, 0.5)))
ON_THE_LEFT = Region(((0.4, 0.2), (0.5, 0.2), (0.5, 0.5), (0.4, 0.5)))
_SEATS: Mapping[str, SeatVerdict] = {"fail": "likely", "warn": "possible", "pass": "unlikely"}


def found(check: str, value: Value, region: Region | None = None, policy: Policy = LINKEDIN) -> Finding:
    """The finding that the checker makes of a value."""
    rule = policy.rules[check]
    judged = judge(rule, Measurement(check, value, None))
    do: str | None = None
    if check == "car.drivers_seat":
        said, do = seat_in_words(DriversSeat(_SEATS[judged.status], 0.9, (Cue("seat_belt", 0.9),)))
    elif judged.status == "pass":
        said = what_is_good(check, value)
    else:
        said, do = what_is_wrong(check, value, high=judged.high, limits=rule.limits, side=side_of(region, FACE))
    return Finding(check, judged.status, said, value, limits=rule.limits, advice=do, region=region)


def planned(*findings: Finding, **options: Any) -> AdvicePlan:
    costs = {one.check: LINKEDIN.rules[one.check].weight * (one.status == "fail" or 0.5) for one in findings}
    return make_plan(findings, costs, face=FACE, **options)


def values_of(check: str, policy: Policy) -> st.SearchStrategy[Any]:
    """Values on every side of every limit."""
    words, limits = WORDS[check], policy.rules[check].limits.to_dict()
    if words.answers is not None:
        return st.sampled_from([{"True": True, "False": False}.get(answer, answer) for answer in words.answers])
    named = [one for name in ("warn_in", "fail_in") for one in limits.get(name, ())]
    if named:
        return st.sampled_from([*named, "JPEG" if isinstance(named[0], str) else not named[0]])
    bounds = [float(limit) for limit in limits.values()] or [0.5]
    reach = max(max(bounds) - min(bounds), max(map(abs, bounds)), 0.1)
    return st.floats(min(bounds) - reach, max(bounds) + reach)


@st.composite
def many_findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    checks = draw(st.lists(st.sampled_from(sorted(LINKEDIN.rules)), unique=True, max_size=20))
    place = st.sampled_from([None, FACE, ON_THE_LEFT, ON_THE_RIGHT])
    return tuple(found(check, draw(values_of(check, LINKEDIN)), draw(place)) for check in checks)


@settings(deadline=None)
@given(many_findings(), st.data())
def test_a_plan_is_short_ordered_complete_and_well_put(findings: tuple[Finding, ...], data: st.DataObject) -> None:
    cropped = data.draw(st.sets(st.sampled_from(["framing.offset", "framing.head_height", "pose.roll"])))
    plan = planned(*findings, cropped=cropped)
    verdict = verdict_of(findings, plan.mends)
    assert len(plan.retake) <= MOST_INSTRUCTIONS
    assert len(set(plan.retake)) == len(plan.retake)
    for text in (*plan.retake, *plan.edits):
        assert re.fullmatch(r"[A-Z][^{}:]*(: [^{}:]*)?\.", text), text
        assert "  " not in text
        assert ".." not in text
    statuses = {one.check: one.status for one in findings}
    assert set(plan.steps.values()) == set(range(1, len(plan.retake) + 1))
    assert all(statuses[check] in ("warn", "fail") for check in (*plan.steps, *plan.mends))
    assert not set(plan.steps) & set(plan.mends)
    # the lead of each instruction, in the order of the shoot; what fails comes before it
    first = 1 if verdict == "retake" else 0
    leads = [
        min(WORDS[check].step for check in plan.steps if plan.steps[check] == k + 1) for k in range(len(plan.retake))
    ]
    tops = [
        max(WORDS[check].step for check in plan.steps if plan.steps[check] == k + 1) for k in range(len(plan.retake))
    ]
    assert all(leads[k] <= tops[k + 1] for k in range(first, len(leads) - 1))
    assert (verdict == "ready") == (not set(statuses.values()) & {"warn", "fail"})
    if verdict == "retake":
        assert plan.retake
        assert not plan.edits
    if verdict == "ready":
        assert plan.retake == plan.edits == ()


@settings(deadline=None)
@given(many_findings())
def test_what_fails_is_never_left_out_for_what_is_warned_of(findings: tuple[Finding, ...]) -> None:
    plan = planned(*findings)
    fails = [one for one in findings if one.status == "fail" and one.check not in plan.mends]
    warned = [one for one in findings if one.status == "warn" and one.check in plan.steps]
    told = {step for check, step in plan.steps.items() if any(one.check == check for one in fails)}
    if fails and any(plan.steps[one.check] not in told for one in warned):
        # then each failing finding has its step, or another's step takes care of it
        assert told


@settings(deadline=None)
@given(st.data())
def test_every_sentence_takes_any_value(data: st.DataObject) -> None:
    policy = POLICIES[data.draw(st.sampled_from(sorted(POLICIES)))]
    check = data.draw(st.sampled_from(sorted(policy.rules)))
    value, place = data.draw(values_of(check, policy)), data.draw(st.sampled_from([None, FACE, ON_THE_LEFT]))
    finding = found(check, value, place, policy)
    assert re.search(r"[.]$", finding.message), (check, finding.message)
    assert "{" not in finding.message
    if finding.status in ("warn", "fail"):
        assert finding.advice, check
        assert finding.advice.endswith(".")
        high = judge(policy.rules[check], Measurement(check, value, None)).high
        assert check.startswith("car.") or why(check, value, finding.message, high=high)
        assert matter_of(check, value, high=high)


def test_nothing_wrong_means_nothing_to_do() -> None:
    assert planned(found("lighting.dark", 0.5), found("pose.yaw", 3.0)).retake == ()


def test_the_worst_four_stay() -> None:
    plan = planned(
        found("lighting.dark", 5.0),
        found("pose.yaw", 60.0),
        found("sharpness.face_blur", 4.0),
        found("background.clutter", 0.2),
        found("faces.second_face", 0.9),
    )
    assert len(plan.retake) == 4
    assert "background.clutter" not in plan.steps


def test_what_fails_worst_comes_first_and_then_the_order_of_the_shoot() -> None:
    plan = planned(found("sharpness.face_blur", 4.0), found("pose.yaw", 60.0), found("lighting.dark", 5.0))
    assert plan.steps == {"sharpness.face_blur": 1, "lighting.dark": 2, "pose.yaw": 3}
    mild = planned(found("sharpness.face_blur", 2.2), found("pose.yaw", 40.0), found("lighting.dark", 3.0))
    assert mild.steps == {"lighting.dark": 1, "pose.yaw": 2, "sharpness.face_blur": 3}


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ((), "none"),
        ((("file.format", "HEIF"),), "export"),
        ((("colour.cast", 40.0),), "export"),
        ((("file.short_side", 150.0), ("file.jpeg_quality", 10.0)), "original_file"),
        ((("framing.inter_eye_distance", 20.0),), "original_file"),
        ((("framing.inter_eye_distance", 20.0), ("framing.head_height", 0.1)), "new_shot"),
        ((("file.short_side", 150.0), ("pose.yaw", 40.0)), "original_file"),
        ((("file.short_side", 150.0), ("pose.yaw", 60.0)), "new_shot"),
        ((("medium.copy", 0.99),), "original_file"),
        ((("medium.screenshot", 0.99),), "original_file"),
        ((("medium.overlay", 0.99), ("file.short_side", 150.0)), "original_file"),
        ((("medium.drawing", 0.99), ("medium.copy", 0.99)), "new_shot"),
        ((("faces.found", "rotated"),), "export"),
        ((("faces.found", "rotated"), ("lighting.dark", 9.0)), "new_shot"),
    ],
)
def test_the_remedy_is_the_least_that_mends_what_fails(wrong: tuple[tuple[str, Any], ...], remedy: str) -> None:
    findings = [found(check, value) for check, value in wrong]
    assert remedy_of(findings, planned(*findings).mends) == remedy
    assert remedy_of([found("framing.offset", 0.4)], {"framing.offset": "crop"}) == "crop"


def test_the_remedy_and_the_instruction_agree_where_a_crop_mends_the_distance() -> None:
    findings = [found("framing.head_height", 0.2), found("framing.inter_eye_distance", 20.0)]
    plan = planned(*findings, cropped=("framing.head_height",))
    assert plan.retake[0].startswith("Find the original photo")
    assert remedy_of(findings, plan.mends) == "original_file"


def test_how_close_to_come_is_what_the_limits_ask_for() -> None:
    assert "takes about 60 % of" in (found("framing.head_height", 0.2).advice or "")
    asked = found("framing.head_height", 0.46, policy=load_policy("id-photo")).advice or ""
    assert "takes about 75 % of" in asked


@pytest.mark.parametrize("value", [-0.001, -0.004, 0.001])
def test_nothing_is_not_less_than_nothing(value: float) -> None:
    assert "-0" not in what_is_good("mouth.smile", value)
    assert "by 0 % of" in what_is_good("mouth.smile", value)
    assert "-4 %" in what_is_good("mouth.smile", -0.04)


def test_a_size_is_told_as_it_is_shown() -> None:
    finding = Finding("file.size", "pass", what_is_good("file.size", 0.066), 0.066, "MB")
    assert finding.message == "The file has 66 kB."
    assert finding.shown == "66 kB"


@pytest.mark.parametrize(
    ("word", "good", "spoilt"),
    [
        ("smile", {"mouth.smile": 0.08, "pose.yaw": 10.0}, {"pose.yaw": 34.0}),
        ("pose", {"pose.yaw": 10.0, "pose.pitch": 0.0, "pose.roll": 0.0}, {"pose.yaw": 24.0}),
        ("eyes on the camera", {"eyes.gaze": 0.03, "eyes.opening": 0.3, "pose.yaw": 5.0}, {"eyes.gaze": 0.08}),
        ("eyes on the camera", {"eyes.gaze": 0.03, "eyes.opening": 0.3, "pose.yaw": 5.0}, {"eyes.opening": 0.18}),
        ("light", {"lighting.dark": 0.8, "lighting.low_key": 0.2}, {"lighting.dark": 1.9}),
        ("calm background", {"background.clutter": 0.03}, {"background.clutter": 0.09}),
        ("light", {"lighting.dark": 0.8, "lighting.backlight": -5.0}, {"lighting.backlight": 1.5}),
        ("light", {"lighting.dark": 0.8, "lighting.scene": 0.1}, {"lighting.scene": 0.6}),
    ],
)
def test_doubtful_praise_is_not_given(word: str, good: dict[str, float], spoilt: dict[str, float]) -> None:
    assert word in praise([found(check, value) for check, value in good.items()])
    doubtful = [found(check, value) for check, value in (good | spoilt).items()]
    assert all(finding.status == "pass" for finding in doubtful)
    assert word not in praise(doubtful)


def test_an_instruction_says_why_with_the_numbers_of_the_finding() -> None:
    (text,) = planned(found("lighting.backlight", 2.13)).retake
    assert text.startswith("Turn until the light falls on your face")
    assert text.endswith(": the background is 2.13 stops brighter than your face.")


def test_too_close_is_one_instruction_whatever_it_does_to_the_frame() -> None:
    plan = planned(
        found("framing.head_height", 1.2),
        found("framing.headroom", -0.2),
        found("framing.shoulders", 1.0),
        found("framing.circle_cut", 0.7),
        found("faces.found", "too_close"),
    )
    assert len(plan.retake) == 1
    assert plan.retake[0].startswith("Step back")
    assert set(plan.steps.values()) == {1}


def test_a_head_that_fills_the_frame_asks_for_a_step_back_whatever_else_is_worse() -> None:
    plan = planned(
        found("framing.circle_cut", 0.8),
        found("framing.head_height", 1.0),
        found("framing.eye_line", 0.62),
        found("framing.headroom", -0.1),
    )
    assert len(plan.retake) == 1
    assert plan.retake[0].startswith("Step back")


def test_all_faults_of_the_light_are_one_instruction_by_the_worst() -> None:
    plan = planned(found("lighting.dark", 3.0), found("lighting.backlight", 3.0), found("lighting.blocked", 0.2))
    assert len(plan.retake) == 1
    assert plan.retake[0].startswith("Turn until the light")


def test_leaving_the_car_comes_first_and_takes_care_of_light_and_background() -> None:
    seat = found("car.drivers_seat", 0.99)
    plan = planned(
        seat, found("lighting.backlight", 3.0), found("background.clutter", 0.3), found("eyes.opening", 0.01)
    )
    assert plan.retake[0].startswith("Get out of the car.")
    assert len(plan.retake) == 2
    assert set(plan.steps) == {"car.drivers_seat", "eyes.opening"}
    maybe = planned(found("car.drivers_seat", 0.4), found("lighting.backlight", 3.0))
    assert len(maybe.retake) == 2


def test_no_face_is_the_only_thing_to_say() -> None:
    plan = planned(found("faces.found", "nobody"), found("background.clutter", 0.3), found("file.short_side", 100))
    assert plan.retake == ("Choose a photo of yourself that shows your face: nobody was found in the picture.",)


def test_a_car_is_to_be_left_also_where_no_face_shows() -> None:
    plan = planned(found("car.drivers_seat", 0.99), found("faces.found", "turned_away"), found("eyes.opening", 0.01))
    assert plan.retake[0].startswith("Get out of the car.")
    assert len(plan.retake) == 2
    maybe = planned(found("car.drivers_seat", 0.4), found("faces.found", "turned_away"))
    assert len(maybe.retake) == 1


def test_a_head_off_the_middle_is_one_instruction_also_where_the_circle_cuts_it() -> None:
    plan = planned(found("framing.offset", 0.4), found("framing.circle_cut", 0.3))
    assert len(plan.retake) == 1
    assert set(plan.steps) == {"framing.offset", "framing.circle_cut"}


def test_a_turned_head_is_not_told_to_turn_to_the_light_as_well() -> None:
    plan = planned(found("pose.yaw", 40.0), found("lighting.balance", 3.0, ON_THE_RIGHT))
    assert list(plan.steps) == ["pose.yaw"]
    assert len(planned(found("pose.yaw", 40.0), found("lighting.dark", 3.0)).retake) == 2


def test_a_small_file_is_told_from_a_small_face() -> None:
    assert "original photo" in planned(found("framing.inter_eye_distance", 20.0)).retake[0]
    plan = planned(found("framing.inter_eye_distance", 20.0), found("framing.head_height", 0.1))
    assert len(plan.retake) == 1
    assert plan.retake[0].startswith("Come closer")


def test_another_photo_is_another_file() -> None:
    plan = planned(found("lighting.dark", 5.0), found("file.jpeg_quality", 10.0), found("file.format", "HEIF"))
    assert len(plan.retake) == 1
    assert plan.edits == ()


def test_one_source_of_light_is_one_instruction() -> None:
    plan = planned(
        found("lighting.backlight", 3.0),
        found("background.bright_spots", 0.4),
        found("lighting.hard_shadow", 5.0),
        found("covering.eye_shadow", 1.5),
    )
    assert len(plan.retake) == 1
    assert plan.retake[0].startswith("Turn until the light")


def test_a_photo_from_too_near_is_one_instruction_with_the_frame_it_fills() -> None:
    plan = planned(found("capture.perspective", 20.0), found("framing.head_height", 1.2))
    assert len(plan.retake) == 1
    assert set(plan.steps) == {"capture.perspective", "framing.head_height"}


def test_what_a_crop_mends_is_offered_and_no_retake() -> None:
    aside = found("framing.offset", 0.4)
    plan = planned(aside, cropped=("framing.offset",))
    assert plan.retake == ()
    assert plan.mends == {"framing.offset": "crop"}
    assert verdict_of([aside], plan.mends) == "usable"
    assert plan.edits == ("Cropping fixes this: the face is 40 % of the width off the middle.",)
    leaning = planned(found("pose.roll", -20.0), cropped=("pose.roll",))
    assert leaning.edits == ("Straightening and cropping fix this: the head leans 20 degrees to the left.",)
    assert verdict_of([aside], {}) == "retake"
    assert planned(aside, found("lighting.dark", 5.0), cropped=("framing.offset",)).edits == ()


def test_what_an_export_mends_is_no_retake() -> None:
    heavy = found("file.size", 9.5)
    plan = planned(heavy, found("file.format", "TIFF"))
    assert verdict_of([heavy], plan.mends) == "usable"
    assert plan.retake == ()
    (text,) = plan.edits
    assert text.startswith(
        "Export the photo as a JPEG of a few megabytes: at 9.5 MB it is too large to upload, and TIFF"
    )


@pytest.mark.parametrize(("place", "own", "side"), [(ON_THE_RIGHT, "left", "right"), (ON_THE_LEFT, "right", "left")])
def test_the_subjects_left_is_on_the_right_of_the_picture(place: Region, own: str, side: str) -> None:
    finding = found("lighting.balance", 7.7, place)
    assert finding.message == f"The side of the face on the {side} of the picture is 7.7 stops darker than the other."
    # towards the light: away from the dark side
    (text,) = planned(finding).retake
    assert text.startswith(f"Turn to your {side}, towards the light")
    assert text.endswith(f"your {own} side ({side} in the picture) is 7.7 stops darker.")


def test_a_mirrored_photo_gets_mirrored_sides() -> None:
    with Image.open(fixture("hard_side_light")) as image:
        pixels = np.asarray(image.convert("RGB"))
    checker = Checker()
    for shown, dark, light in ((pixels, "left", "right"), (np.ascontiguousarray(pixels[:, ::-1]), "right", "left")):
        report = checker.check(shown)
        assert f"on the {dark} of the picture" in report.finding("lighting.balance").message
        assert report.retake[0].startswith(f"Turn to your {dark}, towards the light")
        assert f"your {light} side ({dark} in the picture)" in report.retake[0]


def test_without_a_side_none_is_claimed() -> None:
    for place in (None, FACE):
        text = found("lighting.balance", 7.7, place).message + planned(found("lighting.balance", 7.7, place)).retake[0]
        assert not re.search(r"\b(left|right)\b", text)


def test_the_nose_points_where_the_sign_says() -> None:
    assert "38 degrees to the right of the picture" in found("pose.yaw", 38.2).message
    assert "38 degrees to the left of the picture" in found("pose.yaw", -38.2).message
    assert "20 degrees to the right" in found("pose.roll", 20.0).message


def test_a_side_of_the_frame() -> None:
    off = Region(((0.7, 0.2), (0.9, 0.2), (0.9, 0.5), (0.7, 0.5)))
    assert side_of(None, off) == "right"
    assert side_of(None, FACE) is None
    assert side_of(ON_THE_LEFT, None) is None


def test_room_and_a_cut_are_told_apart() -> None:
    assert "cut off, about 22 %" in what_is_wrong("framing.headroom", -0.22, high=False, limits=Limits())[0]
    assert "only 4 %" in what_is_wrong("framing.headroom", 0.04, high=False, limits=Limits())[0]


def test_praise_is_short_and_never_of_what_is_wrong() -> None:
    good = [found("mouth.smile", 0.08), found("lighting.dark", 0.2), found("sharpness.face_blur", 0.5)]
    assert praise(good) == ("smile", "light", "focus")
    assert praise([*good, found("lighting.backlight", 2.0)]) == ("smile", "focus")
    assert praise([*good, found("car.drivers_seat", 0.9)]) == ("smile", "focus")
    assert praise([*good, found("lighting.low_key", 0.7)]) == ("smile", "focus")
    assert praise([found("mouth.smile", 0.0)]) == ()


def test_what_only_just_passes_is_not_praised() -> None:
    eyes = [found("eyes.opening", 0.3), found("eyes.gaze", 0.05), found("sharpness.face_blur", 0.5)]
    straight = [found("pose.yaw", 5.0), found("pose.pitch", 0.0), found("pose.roll", 0.0)]
    assert praise([*eyes, *straight]) == ("focus", "eyes on the camera", "pose")
    assert praise([*eyes, found("pose.yaw", 33.0), *straight[1:]]) == ("focus",)
    assert praise([*eyes[:2], found("sharpness.face_blur", 1.9), *straight]) == ("pose",)


def test_nothing_is_praised_without_a_face() -> None:
    assert praise([found("file.short_side", 900), found("faces.found", "nobody")]) == ()


def test_what_cannot_be_seen_is_not_praised() -> None:
    good = [found("mouth.smile", 0.08), found("sharpness.face_blur", 0.5), found("background.clutter", 0.0)]
    assert praise(good) == ("smile", "focus", "calm background")
    assert praise([*good, found("lighting.dark", 9.0)]) == ("calm background",)
    assert praise([*good, found("file.truncated", True)]) == ()


@settings(deadline=None)
@given(many_findings())
def test_praise_has_four_words_at_most(findings: tuple[Finding, ...]) -> None:
    wrong: Mapping[str, str] = {one.check.partition(".")[0]: one.check for one in findings if one.status == "fail"}
    good = praise(findings)
    assert len(good) <= 4
    assert "light" not in good or "lighting" not in wrong
    assert "focus" not in good or "sharpness" not in wrong


def test_words_follow_the_certainty() -> None:
    cues = (Cue("seat_belt", 0.93), Cue("headrest", 0.8), Cue("car_window", 0.3))
    likely, do = seat_in_words(DriversSeat("likely", 0.99, cues))
    assert likely == "Likely taken in a car: seat belt across the chest, headrest behind the head."
    assert do is not None
    assert do.startswith("Get out of the car.")
    possible, ask = seat_in_words(DriversSeat("possible", 0.6, cues[:1]))
    assert possible.startswith("Possibly taken in a car")
    assert ask is not None
    assert ask.startswith("If this is a car")
    assert seat_in_words(DriversSeat("unlikely", 0.01))[1] is None


def test_side_is_named_only_when_it_was_seen() -> None:
    assert "driver's seat" in seat_in_words(DriversSeat("likely", 0.99, side="driver"))[0]
    assert "driver" not in seat_in_words(DriversSeat("likely", 0.99))[0]


def test_numbers_of_the_finding_are_in_the_words() -> None:
    assert "62 %" in what_is_good("framing.head_height", 0.62)
    assert "2.1 stops" in what_is_wrong("lighting.backlight", 2.13, high=True, limits=Limits())[0]


@pytest.mark.parametrize(("value", "told"), [(0.278, "27.8 %"), (0.2799, "27.99 %"), (0.25, "25 %"), (0.201, "20.1 %")])
def test_a_number_is_never_rounded_onto_the_limit_that_it_crossed(value: float, told: str) -> None:
    limits = Limits(warn_below=0.28, fail_below=0.2)
    message, _ = what_is_wrong("framing.head_height", value, high=False, limits=limits)
    clause = why("framing.head_height", value, message, high=False, limits=limits)
    assert f" {told} " in message
    assert f" {told} " in clause


def test_decimals_that_a_sentence_has_are_more_where_they_would_reach_the_limit() -> None:
    message, _ = what_is_wrong("framing.inter_eye_distance", 27.96, high=False, limits=Limits(warn_below=28))
    assert " 27.96 pixels" in message


def test_as_many_decimals_as_a_report_has_tell_a_value_and_its_limit_apart() -> None:
    limits = Limits(warn_below=28)
    message, _ = what_is_wrong("framing.inter_eye_distance", 27.9996, high=False, limits=limits)
    assert " 27.9996 pixels" in message
    message, _ = what_is_wrong("framing.inter_eye_distance", 27.999999, high=False, limits=limits)
    assert " 28 pixels" in message  # what four decimals do not tell apart either is said as short as ever


@pytest.mark.parametrize(("size", "told"), [(8.03, "8.03 MB"), (8.6, "8.6 MB"), (20.3, "20.3 MB")])
def test_a_file_that_is_a_little_too_large_is_not_said_to_be_at_the_limit(size: float, told: str) -> None:
    limits = Limits(warn_above=8, fail_above=20)
    message, _ = what_is_wrong("file.size", size, high=True, limits=limits)
    assert f" {told}," in message
    assert f" {told} " in why("file.size", size, message, high=True, limits=limits)


def test_what_lies_below_nothing_is_not_said_to_be_nothing() -> None:
    message, _ = what_is_wrong("pose.roll", -0.3, high=False, limits=Limits(warn_below=0.0))
    assert " 0.3 degrees" in message
    message, _ = what_is_wrong("lighting.backlight", -0.04, high=True, limits=Limits(warn_above=-0.1, fail_above=0.0))
    assert " -0.04 stops" in message


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(warn_below=0.32, warn_above=0.86), 60),
        (Limits(fail_below=0.32), 35),  # and not 30, which the limit does not allow
        (Limits(warn_below=0.42, warn_above=0.44), 43),
    ],
)
def test_the_head_size_that_is_asked_for_is_within_the_limits(limits: Limits, said: int) -> None:
    _, do = what_is_wrong("framing.head_height", 0.1, high=False, limits=limits)
    assert do == f"Come closer until the head takes about {said} % of the frame's height."


@pytest.mark.parametrize("value", [0.0953, 0.132, 0.0512, 0.049])
def test_a_share_is_the_same_number_in_the_sentence_and_beside_it(value: float) -> None:
    limits = Limits(warn_above=0.04)
    message, _ = what_is_wrong("lighting.blocked", value, high=True, limits=limits)
    shown = Finding("lighting.blocked", "warn", message, value, "share", limits).shown
    assert message.startswith(f"{shown.partition(',')[0]} of the face")


def test_one_degree_is_not_said_to_be_degrees() -> None:
    for check in ("pose.yaw", "pose.pitch", "pose.roll"):
        assert "(1°)" in what_is_good(check, 1.2)
