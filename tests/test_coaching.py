"""The coach: each defect has its instruction, sides are the person's own, nothing flickers, no bad shot is taken."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from fixture_photos import Fixture, fixture, fixtures
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from headshot_check.coaching import INSTRUCTIONS, Coach, Fault, FrameAssessment, Guidance, live_policy, look_at
from headshot_check.coaching.coach import MOST_MOVEMENT
from headshot_check.coaching.faults import FacePlace, faults_of
from headshot_check.measures import Measurement
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import Policy, built_in, judge, load_policy
from headshot_check.policy.score import worst_severity
from headshot_check.report import DriversSeat, Region
from headshot_check.scene import Scene

FPS = 10.0
LIVE = live_policy(load_policy("linkedin"))
CODES = list(INSTRUCTIONS)
WARNABLE = st.sampled_from(CODES)
NO_SEAT = DriversSeat("unlikely", 0.0)


@functools.cache
def nets() -> Nets:
    return Nets()


@functools.cache
def pixels(name: str) -> NDArray[np.uint8]:
    return load(fixture(name)).rgb


def seen_in(
    source: Path | NDArray[np.uint8], policy: Policy = LIVE, camera_width: int | None = None
) -> FrameAssessment:
    return look_at(Scene(load(source), nets()), policy, camera_width)


def camera_frame(name: str, *, across: float = 0.5, down: float = 0.0, zoom: float = 1.0) -> NDArray[np.uint8]:
    """A 640 x 480 webcam frame of a fixture's person, whose middle is at `across`; the wall is continued."""
    person = pixels(name)
    scale = 480 / person.shape[0] * zoom
    person = cv2.resize(person, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = person.shape[:2]
    wide = cv2.copyMakeBorder(person, 480, 480, 640, 640, cv2.BORDER_REPLICATE)
    left, top = round(640 + width / 2 - across * 640), round(480 + (height - 480) / 2 - down * 480)
    return np.ascontiguousarray(wide[top : top + 480, left : left + 640])


def play(coach: Coach, frames: Sequence[FrameAssessment], *, start: float = 0.0, **options: object) -> list[Guidance]:
    return [coach.next(frame, start + index / FPS, **options) for index, frame in enumerate(frames)]  # type: ignore[arg-type]


def still(frame: FrameAssessment, seconds: float = 2.0, policy: Policy = LIVE) -> Guidance:
    """What is said after looking at the same frame for a while."""
    return play(Coach(policy), [frame] * round(seconds * FPS))[-1]


def frame_with(*codes: str, status: str = "fail", eyes: tuple[float, float] = (0.5, 0.4)) -> FrameAssessment:
    """A frame with these faults, as the policy would have put them in order."""
    x, y = eyes
    faults = tuple(
        Fault(code, f"subject.{code}", status, 1.0 if status == "fail" else 0.5)  # type: ignore[arg-type]
        for code in sorted(codes, key=CODES.index)
    )
    region = Region(((0.4, 0.2), (0.6, 0.2), (0.6, 0.5), (0.4, 0.5)))
    points = np.array([(x - 0.05, y), (x + 0.05, y)], np.float32)
    return FrameAssessment(faults, NO_SEAT, face=region, eye_points=points, inter_eye=0.1)


GOOD = frame_with()


# --- what each defect leads to ------------------------------------------------------------------------------------

DEFECTS = {
    "backlit": "less_backlight",
    "blown_highlights": "softer_light",
    "crown_cut_off": "move_down",
    "defocus_blur": "focus",
    "face_too_small": "move_closer",
    "hard_side_light": "light_from_left",
    "motion_blur": "focus",
    "tilted": "tilt_left",
    "too_dark": "more_light",
}


@pytest.mark.parametrize("name", DEFECTS)
def test_each_defect_leads_to_its_instruction(name: str) -> None:
    told = still(seen_in(fixture(name)))
    assert told.said.code == DEFECTS[name]
    assert not told.all_good


@pytest.mark.parametrize("picture", fixtures(), ids=lambda picture: picture.name)
def test_no_car_is_ever_good_and_good_fixtures_are(picture: Fixture) -> None:
    heard = play(Coach(LIVE), [seen_in(picture.path)] * 15)
    if picture.truth["in_car"]:
        assert {told.said.code for told in heard} == {"leave_car"}
        assert not any(told.all_good for told in heard)
    elif picture.truth["verdict"] == "ready":
        assert heard[-1].all_good
        assert heard[-1].good_for_s >= 1.0
        assert set(heard[-1].groups.values()) == {"pass"}
    else:
        assert not any(told.all_good for told in heard)


@pytest.mark.parametrize("policy", [name for name in built_in() if name != "linkedin"])
def test_no_policy_takes_a_car_for_good(policy: str) -> None:
    live = live_policy(load_policy(policy))
    for picture in fixtures():
        if picture.truth["in_car"]:
            told = still(seen_in(picture.path, live), policy=live)
            assert told.said.code == "leave_car", picture.name
            assert not told.all_good


def test_an_empty_room_and_a_dark_one_ask_for_a_face() -> None:
    wall = pixels("soft_office")[:60].mean(axis=(0, 1)).astype(np.uint8)
    for empty in (np.full((480, 640, 3), wall, np.uint8), np.zeros((480, 640, 3), np.uint8)):
        told = still(seen_in(empty))
        assert told.said.code == "find_face"
        assert told.seen.face is None
        assert told.groups["face"] == "fail"
        assert set(told.groups.values()) == {"fail", "not_assessed"}


# --- sides are the person's own ----------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.floats(0.2, 0.34), st.booleans(), st.sampled_from(["soft_office", "studio_dark_skin", "plain_wall_glasses"]))
def test_off_the_middle_the_instruction_leads_back_in_the_mirror(off: float, left: bool, name: str) -> None:
    """`left`: in the mirrored preview the face is left of the middle, so the person has to go right."""
    raw_x = 0.5 + off if left else 0.5 - off  # the frame is not mirrored
    told = still(seen_in(camera_frame(name, across=raw_x)))
    assert told.said.code == ("move_right" if left else "move_left")
    assert told.said.direction == ("right" if left else "left")
    assert told.said.direction in told.said.text


SWAPPED = str.maketrans({"<": ">", ">": "<"})


def mirrored_code(code: str) -> str:
    return code.replace("left", "<").replace("right", ">").translate(SWAPPED).replace("<", "left").replace(">", "right")


@pytest.mark.parametrize("name", ["tilted", "hard_side_light", "crown_cut_off", "drivers_seat_selfie", "too_dark"])
def test_a_mirrored_frame_gets_the_mirrored_instruction(name: str) -> None:
    picture = pixels(name)
    told = still(seen_in(np.ascontiguousarray(picture[:, ::-1])))
    assert told.said.code == mirrored_code(still(seen_in(picture)).said.code)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.28, 0.42), st.floats(0.27, 0.31))
def test_too_low_and_too_high_in_the_frame(low_by: float, high_by: float) -> None:
    low, high = (still(seen_in(camera_frame("soft_office", down=by, zoom=0.8))) for by in (low_by, -high_by))
    assert low.said.code == "move_up"
    assert high.said.code == "move_down"


@settings(max_examples=30, deadline=None)
@given(st.floats(0.05, 0.5), st.floats(-0.2, 1.2), st.floats(-0.2, 1.2))
def test_a_cut_face_is_led_away_from_the_edge(size: float, x: float, y: float) -> None:
    head = Region(((x - size / 2, y - size / 2), (x + size / 2, y - size / 2), (x + size / 2, y + size / 2), (x, y)))
    cut = Measurement("framing.face_cut", 0.3, "share")
    faults = faults_of(LIVE, {cut.check: cut}, {cut.check: judge(LIVE.rules[cut.check], cut)}, FacePlace(head, head))
    x0, y0, x1, y1 = head.bounds
    beyond = {"move_right": x1 - 1, "move_left": -x0, "move_down": -y0, "move_up": y1 - 1}
    assert beyond[faults[0].code] == max(beyond.values())


# --- the policy decides --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", built_in())
def test_every_check_of_every_policy_has_an_instruction(policy: str) -> None:
    """Beyond either limit, and where an answer is not wanted: the coach has words for it."""
    live = live_policy(load_policy(policy))
    place = Region(((0.3, 0.2), (0.6, 0.2), (0.6, 0.5), (0.3, 0.5)))
    for check, rule in live.rules.items():
        limits = rule.limits
        low = [at - 1e-6 for at in (limits.warn_below, limits.fail_below) if at is not None]
        high = [at + 1e-6 for at in (limits.warn_above, limits.fail_above) if at is not None]
        for value in (*low, *high, *(limits.warn_in or ()), *(limits.fail_in or ())):
            taken = Measurement(check, value, None, region=place)
            judged = judge(rule, taken)
            (fault,) = faults_of(live, {check: taken}, {check: judged}, FacePlace(place, place))
            assert fault.code in INSTRUCTIONS, (check, value)
            assert (fault.check, fault.status) == (check, judged.status)


def test_a_check_of_ones_own_is_not_kept_quiet() -> None:
    """No instruction is written for it: the report's own advice is said."""
    rule = LIVE.rules["lighting.dark"]._replace(limits=replace(LIVE.rules["lighting.dark"].limits, warn_above=1.0))
    own = replace(LIVE, rules={"colour.variety": rule})
    taken = Measurement("colour.variety", 9.0, None)
    place = FacePlace(Region(((0.4, 0.2), (0.6, 0.2), (0.6, 0.5), (0.4, 0.5))))
    (fault,) = faults_of(own, {taken.check: taken}, {taken.check: judge(rule, taken)}, place)
    told = play(Coach(own), [replace(GOOD, faults=(fault,))] * 5)[-1]
    assert not told.all_good
    assert told.said.code == "colour.variety"
    assert told.said.text


def test_the_file_and_the_camera_are_not_judged_in_a_frame() -> None:
    assert not [check for check in LIVE.rules if check.startswith(("file.", "capture."))]
    full = load_policy("linkedin")
    assert all(LIVE.rules[check] == full.rules[check] for check in LIVE.rules)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(check for check, rule in LIVE.rules.items() if worst_severity(rule) > 0)))
def test_what_the_face_hides_is_never_good(check: str) -> None:
    for cause in ("mesh_doubtful", "eyes_closed", "face_turned", "dark_glasses", "too_few_pixels"):
        hidden = Measurement(check, None, None, cause=cause)
        face = Region(((0.4, 0.2), (0.6, 0.2), (0.6, 0.5), (0.4, 0.5)))
        judged = {check: judge(LIVE.rules[check], hidden)}
        (fault,) = faults_of(LIVE, {check: hidden}, judged, FacePlace(face))
        assert fault.status == "fail"
        assert not still(replace(GOOD, faults=(fault,))).all_good


def test_pixels_are_those_of_the_camera() -> None:
    """A frame of 640 px is judged by the 1,920 px that will be saved."""
    small = camera_frame("soft_office", zoom=0.75)
    eyes_px = "framing.inter_eye_distance"
    frame_px = [fault.check for fault in seen_in(small, camera_width=320).faults]
    camera_px = [fault.check for fault in seen_in(small, camera_width=1920).faults]
    assert eyes_px in frame_px
    assert eyes_px not in camera_px


# --- order ---------------------------------------------------------------------------------------------------------

GROUP_ORDER = ["find_face", "leave_car", "one_person", "move_closer", "move_left", "move_up", "tilt_left"]
GROUP_ORDER += ["turn_left", "less_backlight", "calm_background", "open_eyes", "look_at_camera", "hold_still"]


def test_what_makes_the_rest_worth_judging_comes_first() -> None:
    assert sorted(GROUP_ORDER, key=CODES.index) == GROUP_ORDER


@given(st.sets(WARNABLE, min_size=1, max_size=6))
def test_one_instruction_at_a_time_the_first_in_order(codes: set[str]) -> None:
    told = still(frame_with(*codes))
    assert told.said.code == min(codes, key=CODES.index)
    assert told.said.checks == (f"subject.{told.said.code}",)


@given(st.floats(0.3, 0.9), st.floats(0.3, 0.9))
def test_no_two_instructions_contradict_each_other(near: float, shoulders: float) -> None:
    """A head that is too small and shoulders that do not show: only the worse is said."""
    head = Measurement("framing.head_height", 0.28 * near, "share")
    body = Measurement("framing.shoulders", 1.15 * shoulders, "face widths")
    face = Region(((0.4, 0.2), (0.6, 0.2), (0.6, 0.5), (0.4, 0.5)))
    taken = {one.check: one for one in (head, body)}
    judged = {one.check: judge(LIVE.rules[one.check], one) for one in (head, body)}
    codes = {fault.code for fault in faults_of(LIVE, taken, judged, FacePlace(face, face))}
    assert len(codes) == 1
    worse = max(judged, key=lambda check: judged[check].severity)
    assert codes == {"move_closer" if worse == head.check else "move_back"}


# --- time ----------------------------------------------------------------------------------------------------------

moments = st.lists(st.sets(WARNABLE, max_size=2), min_size=5, max_size=60)


@settings(max_examples=150, deadline=None)
@given(moments)
def test_no_instruction_flashes_by(seen: list[set[str]]) -> None:
    """Whatever comes and goes from frame to frame, what is said stays for 0.4 s, unless something urgent is seen."""
    heard = play(Coach(LIVE), [frame_with(*codes) for codes in seen])
    changes = [0, *(i for i in range(1, len(heard)) if heard[i].said.code != heard[i - 1].said.code)]
    for start, end in pairwise(changes):
        before, after = heard[start].said.code, heard[end].said.code
        if before in INSTRUCTIONS and after not in ("find_face", "upright", "leave_car"):
            assert (end - start) / FPS >= 0.4 - 1e-9, (before, after)


@settings(max_examples=150, deadline=None)
@given(moments, st.data())
def test_good_means_nothing_seen_for_that_long(seen: list[set[str]], data: st.DataObject) -> None:
    seen += [set()] * data.draw(st.integers(0, 20))
    heard = play(Coach(LIVE), [frame_with(*codes) for codes in seen])
    for index, told in enumerate(heard):
        clean = 0
        while clean <= index and not seen[index - clean]:
            clean += 1
        assert told.all_good <= (clean > 0)
        assert told.good_for_s <= max(clean - 1, 0) / FPS + 1e-9
        assert (told.said.code == "good") == told.all_good


@given(WARNABLE, st.integers(8, 14))
def test_a_fault_that_was_put_right_becomes_good(code: str, frames: int) -> None:
    until_believed = 25 if code == "leave_car" else 0
    heard = play(Coach(LIVE), [frame_with(code)] * 10 + [GOOD] * (until_believed + frames + 4))
    assert heard[9].said.code == code
    assert heard[-1].all_good
    assert heard[-1].good_for_s == pytest.approx((frames + 3) / FPS)


@given(st.lists(st.booleans(), min_size=30, max_size=60), st.integers(1, 24))
def test_a_car_that_is_seen_now_and_then_is_never_good(at: list[bool], apart: int) -> None:
    """A car's probability may fall for a moment: with the light of the street, with a hand before the belt."""
    seen = [yes or index % (apart + 1) == 0 for index, yes in enumerate(at)]
    heard = play(Coach(LIVE), [frame_with(*["leave_car"] * yes) for yes in seen])
    assert {told.said.code for told in heard} == {"leave_car"}
    assert {told.groups["place"] for told in heard} == {"fail"}
    assert not any(told.all_good for told in heard)


def test_a_blink_is_not_spoken_of_but_stops_the_clock() -> None:
    heard = play(Coach(LIVE), [GOOD] * 9 + [frame_with("open_eyes")] * 2 + [GOOD] * 9)
    assert "open_eyes" not in {told.said.code for told in heard}
    assert heard[8].good_for_s == pytest.approx(0.8)
    assert not heard[9].all_good
    assert heard[-1].good_for_s == pytest.approx(0.8)


@given(st.lists(st.booleans(), min_size=30, max_size=60))
def test_a_value_at_its_limit_does_not_flicker(at: list[bool]) -> None:
    """Seen in at least every third frame: once said, it stays said."""
    seen = [yes or index % 3 == 0 for index, yes in enumerate(at)]
    heard = [told.said.code for told in play(Coach(LIVE), [frame_with(*["more_light"] * yes) for yes in seen])]
    assert set(heard) == {"more_light"}


def test_between_warning_and_failing_the_sentence_does_not_flicker() -> None:
    frames = [frame_with("move_left", status="fail" if index % 2 else "warn") for index in range(30)]
    assert len({told.said.text for told in play(Coach(LIVE), frames[1:])}) == 1


def test_frames_far_apart_do_not_make_a_second() -> None:
    coach = Coach(LIVE)
    assert not any(coach.next(GOOD, 1.6 * index).good_for_s for index in range(10))


@given(st.sampled_from([code for code in CODES if code != "find_face"]))
def test_what_only_warns_may_be_lived_with(code: str) -> None:
    warns, fails = frame_with(code, status="warn"), frame_with(code, status="fail")
    told = play(Coach(LIVE), [warns] * 15, never_mind={code})[-1]
    assert told.all_good
    assert told.never_minded == (code,)
    assert not play(Coach(LIVE), [fails] * 15, never_mind={code})[-1].all_good


@settings(max_examples=60, deadline=None)
@given(st.floats(0.2, 20), st.floats(0.5, 2.0))
def test_who_moves_is_asked_to_hold_still(eyes_a_second: float, scale: float) -> None:
    """However large the face is."""
    coach, heard = Coach(LIVE), []
    for index in range(12):
        points = np.array([(0.3, 0.4), (0.3 + 0.1 * scale, 0.4)], np.float32) + np.float32(
            0.1 * scale * eyes_a_second * index / FPS
        )
        heard.append(coach.next(replace(GOOD, eye_points=points, inter_eye=0.1 * scale), index / FPS))
    smear = heard[-1].movement
    assert smear == pytest.approx(100 * eyes_a_second * np.sqrt(2) / 15, rel=0.02)
    assert heard[-1].steady == (smear <= MOST_MOVEMENT)
    assert heard[-1].said.code == ("good" if heard[-1].steady else "hold_still")


def test_guidance_is_plain_data_with_places_in_fractions() -> None:
    data = still(seen_in(fixture("tilted"))).to_dict()
    assert data["instruction"]["code"] == "tilt_left"
    assert data["instruction"]["status"] == "warn"
    truth = next(one.truth for one in fixtures() if one.name == "tilted")
    (x0, y0), *_ = data["face"]["points"]
    assert abs(x0 * 640 - truth["face_box"][0]) < 80
    assert abs(y0 * 800 - truth["face_box"][1]) < 160
    (left, right) = data["eyes"]["points"]
    assert left[0] < right[0]
    assert [one["group"] for one in data["checks"] if one["status"] != "pass"] == ["pose"]
