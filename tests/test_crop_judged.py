"""A suggested crop: judged by the face as it was found in the whole photo, as a check of its own would judge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from drawn_things import hand
from fixture_photos import fixture
from numpy.typing import NDArray

from headshot_check import Checker
from headshot_check.assessment import assess, report_on
from headshot_check.crop import CropFrame, best_frame, suggest, target_named
from headshot_check.crop.pixels import snapped
from headshot_check.crop.result import judged_photo, known_checks, known_scene
from headshot_check.measures import known_measures
from headshot_check.measures.of_the_face import OF_THE_FACE, OF_THE_HANDS, OF_THE_MESH
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import Rule, load_policy
from headshot_check.report import Limits
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.scene import seen_anew

TARGET = target_named("linkedin")
POLICY = load_policy("linkedin")
NAMES = ("outdoors", "sofa", "plain_wall_glasses", "studio_dark_skin", "window_beside_head", "tilted")


@pytest.fixture(scope="module")
def nets() -> Nets:
    return Nets()


def scene_of(name: str, nets: Nets) -> Scene:
    return Scene(load(fixture(name)), nets)


def frame_of(scene: Scene, lean_deg: float = 0.0) -> CropFrame:
    frame = best_frame(scene, TARGET)
    if lean_deg:  # smaller, so that it stays in the picture
        frame = frame._replace(width=frame.width * 0.7, height=frame.height * 0.7, lean_deg=lean_deg)
    return snapped(frame, scene.photo)


@pytest.mark.parametrize("lean_deg", [0.0, -12.0, 9.0])
def test_what_was_found_lies_in_the_crop_where_it_is_seen_there(lean_deg: float, nets: Nets) -> None:
    scene = scene_of("sofa", nets)
    frame = frame_of(scene, lean_deg)
    known, _ = known_scene(scene, frame, TARGET)
    anew = Scene(judged_photo(scene, frame, TARGET), nets)
    scale = anew.width / known.width
    assert known.eye_centres * scale == pytest.approx(anew.eye_centres, abs=0.03 * anew.inter_eye_px)
    assert known.mesh.points * scale == pytest.approx(anew.mesh.points, abs=0.06 * anew.inter_eye_px)
    assert known.pose.roll_deg == pytest.approx(anew.pose.roll_deg, abs=1.0)
    assert known.head.crown_y * scale == pytest.approx(anew.head.crown_y, abs=0.1 * anew.inter_eye_px)


def test_no_network_looks_for_the_face_again(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scene_of("sofa", nets)
    whole = assess(scene, POLICY)
    crop, same = known_scene(scene, frame_of(scene), TARGET)
    for name in ("find_faces", "fit_mesh", "find_eyes"):
        monkeypatch.setattr(nets.backend, name, None)
    assert report_on(crop, POLICY, whole, same=same).verdict == "ready"


def test_a_crop_that_is_seen_anew_asks_no_network_for_what_is_the_frames(nets: Nets) -> None:
    scene = scene_of("sofa", nets)
    whole = assess(scene, POLICY)
    anew = seen_anew(scene, judged_photo(scene, frame_of(scene), TARGET))
    assert assess(anew, POLICY, whole).judged["covering.hand"].status == "pass"
    assert "search" in anew.__dict__
    assert "car" not in anew.__dict__


@pytest.mark.parametrize("name", NAMES)
def test_it_is_judged_as_by_a_check_of_its_own(name: str, nets: Nets) -> None:
    scene = scene_of(name, nets)
    frame, whole = frame_of(scene), assess(scene, POLICY)
    crop, same = known_scene(scene, frame, TARGET)
    known = report_on(crop, POLICY, whole, same=same)
    anew = report_on(Scene(judged_photo(scene, frame, TARGET), nets), POLICY, whole)
    assert known.verdict == anew.verdict
    statuses = {one.check: one.status for one in anew.findings}
    assert sum(one.status != statuses[one.check] for one in known.findings) <= 1


def test_what_another_finding_told_of_the_photo_is_told_of_a_crop_without_that(nets: Nets) -> None:
    scene = scene_of("sofa", nets)
    always = POLICY.rules["pose.in_action"]._replace(limits=Limits(warn_above=-1.0), weight=0.2)
    busy = replace(POLICY, rules={**POLICY.rules, "pose.in_action": always})
    hand_too = {"covering.hand": POLICY.rules["covering.hand"]._replace(limits=always.limits, weight=0.9)}
    hand_too["covering.hand"] = hand_too["covering.hand"]._replace(same_as="pose.in_action")
    whole = assess(scene, replace(busy, rules={**busy.rules, **hand_too}))
    assert whole.causes["pose.in_action"] == "told_already"
    crop = assess(Scene(judged_photo(scene, frame_of(scene), TARGET), nets), busy, whole)
    assert (crop.judged["covering.hand"].status, crop.judged["pose.in_action"].status) == ("pass", "warn")


def test_where_the_frame_cuts_the_face_only_the_mesh_is_known(nets: Nets) -> None:
    scene = scene_of("sofa", nets)
    x0, y0, x1, y1 = scene.main.box
    tight = CropFrame(((x0 + x1) / 2, (y0 + y1) / 2), x1 - x0, x1 - x0)
    assert known_scene(scene, tight, TARGET)[1] == OF_THE_MESH
    assert known_scene(scene, frame_of(scene), TARGET)[1] == OF_THE_FACE | OF_THE_HANDS


def test_a_hand_that_the_frame_cuts_off_is_not_reported_of_the_crop(nets: Nets) -> None:
    bare = scene_of("outdoors", nets)
    eyes_px, (x, y) = bare.inter_eye_px, bare.eye_centres.mean(axis=0).tolist()
    raised = hand(bare.photo.rgb, x - 0.4 * eyes_px, y + 3.6 * eyes_px, 0.7 * eyes_px, (235, 195, 170))
    scene = Scene(load(raised), nets)
    whole = assess(scene, POLICY)
    seen, frames = {}, {}
    for below in (2.7, 5.2):  # the face crop ends at 2.5 inter-eye distances below the eyes
        high = (below + 2.4) * eyes_px
        frame = frames[below] = CropFrame((x, y + below * eyes_px - high / 2), min(high, 6 * eyes_px), high)
        crop, same = known_scene(scene, frame, TARGET)
        assert known_checks(scene, frame) == same
        assert same >= OF_THE_FACE
        seen[below] = same >= OF_THE_HANDS, assess(crop, POLICY, whole, same=same).measured["covering.hand"].value
    held = whole.measured["covering.hand"].value
    assert held is not None
    assert held > 0.5
    assert seen[5.2] == (True, held)
    assert seen[2.7] == (False, pytest.approx(0, abs=0.2))
    assert known_scene(bare, frames[2.7], TARGET)[1] >= OF_THE_HANDS  # there is none to be cut off


def test_a_face_that_only_a_retry_found_is_looked_for_in_the_crop(nets: Nets) -> None:
    photo = load(fixture("sofa"))
    scene = Scene(replace(photo, rgb=np.ascontiguousarray(np.rot90(photo.rgb))), nets)
    assert scene.search.how == "rotated"
    with pytest.raises(NotAssessed, match="rotated"):
        known_scene(scene, CropFrame((scene.width / 2, scene.height / 2), 400, 400), TARGET)


def test_every_check_of_the_face_is_one() -> None:
    assert known_measures().keys() >= OF_THE_FACE | OF_THE_HANDS


def test_what_cannot_be_told_is_asked_once(nets: Nets) -> None:
    asked = []

    def refuses(scene: Scene) -> int:
        asked.append(scene)
        raise NotAssessed("no_background")

    scene = scene_of("sofa", nets)
    for _ in range(2):
        with pytest.raises(NotAssessed) as reason:
            scene.once(refuses)
        assert reason.value.cause == "no_background"
    assert asked == [scene]


@pytest.mark.parametrize("name", ["tilted", "face_too_small", "soft_office", "crown_cut_off"])
def test_a_crop_that_is_no_better_says_so(name: str) -> None:
    cropped = Checker().crop(fixture(name))
    now, was = cropped.report.score or 0, cropped.before.score or 0
    said = [note for note in cropped.notes if "The photo as it is scores better" in note or "improves nothing" in note]
    assert bool(said) == (now < was or (now == was and not cropped.crop.mends))
    if now < was:
        assert said == [f"The photo as it is scores better: {was}, and the crop {now}."]


def tight(name: str, checker: Checker) -> NDArray[np.uint8]:
    """Little more than the head."""
    scene = checker.scene(load(fixture(name)))
    head = scene.head
    rows = slice(max(int(head.crown_y) - 10, 0), int(head.chin_y) + 20)
    return np.ascontiguousarray(scene.photo.rgb[rows, max(int(head.left_x) - 30, 0) : int(head.right_x) + 30])


def off_centre(name: str) -> NDArray[np.uint8]:
    """With the last column going on to the right."""
    rgb = load(fixture(name)).rgb
    return np.hstack([rgb[:, 130:], np.repeat(rgb[:, -1:], 400, axis=1)])


def test_a_crop_is_not_tried_where_none_would_be_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    spared: Counter[str] = Counter()

    def always(function: str, usual: bool) -> Callable[..., bool]:
        own = getattr(suggest, function)

        def asked(*given: object) -> bool:
            spared[function] += own(*given) is not usual
            return usual

        return asked

    # a warning about the face, which no crop mends, beside each that a crop may mend
    strict = replace(POLICY, rules={**POLICY.rules, "mouth.smile": Rule(Limits(warn_below=9.0), 0.9, "test")})
    checkers = [checker := Checker(), checker.with_policy(strict)]
    photos = [load(made) for name in NAMES for made in (tight(name, checker), off_centre(name))]
    told = [one.check_photo(photo).crop for one in checkers for photo in photos]
    with monkeypatch.context() as context:
        for function, usual in (("_too_tight", False), ("_could_show", True)):
            context.setattr(suggest, function, always(function, usual))
        tried = [one.check_photo(photo).crop for one in checkers for photo in photos]
    assert tried == told
    assert min(spared["_too_tight"], spared["_could_show"]) > 0
