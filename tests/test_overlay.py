"""The overlay picture: bounded, deterministic, and everything that it should show is there."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fixture_photos import fixtures
from hostile import encoded, exif_block, turned
from numpy.typing import NDArray
from PIL import Image
from report_factory import FACE_BOX, NO_CAR, backlight, face, in_a_car, rectangle, report, unreadable

from headshot_check import Checker
from headshot_check.advice.sentences import what_is_wrong
from headshot_check.photo import load
from headshot_check.report import Crop, Cue, DriversSeat, Finding, Limits, Region, Report, Verdict
from headshot_check.text import capitalised
from headshot_check.views.palette import INK, TONES, WHITE
from headshot_check.views.picture import placement, strip
from headshot_check.views.picture.overlay import (
    LARGEST_LONG_SIDE,
    SMALLEST_LONG_SIDE,
    OverlayError,
    draw_overlay,
    overlay_pixels,
    save_overlay,
)
from headshot_check.views.picture.placement import Pill, pill_size, place_pills
from headshot_check.words import WORDS, fault_label

Picture = NDArray[np.uint8]
SIZES = [(60, 60), (150, 200), (416, 900), (1024, 1024), (1600, 1067), (3000, 2250)]
EXTREMES = [(1, 1), (3, 400), (30000, 20), (20, 30000)]


def photo(width: int = 900, height: int = 900) -> Picture:
    """A smooth picture that has every brightness."""
    across, down = np.linspace(40, 215, width), np.linspace(0, 30, height)
    return np.repeat((across[None, :] + down[:, None])[..., None], 3, axis=2).astype(np.uint8)


def plain() -> Report:
    """Nothing found, nobody seen."""
    return report(verdict="ready", score=100, faces=(), findings=(), retake=(), crop=None)


def height_of_photo(width: int, height: int) -> int:
    long_side = max(width, height)
    return max(1, round(height * min(max(long_side, SMALLEST_LONG_SIDE), LARGEST_LONG_SIDE) / long_side))


def area(drawn: Picture, box: tuple[float, float, float, float], side: int = 900) -> Picture:
    """A box in fractions of a square photo, in the overlay."""
    x0, y0, x1, y1 = (min(max(round(at * side), 0), side) for at in box)
    return drawn[y0:y1, x0:x1]


@pytest.mark.parametrize(("width", "height"), SIZES + EXTREMES)
@pytest.mark.parametrize("seat", [NO_CAR, in_a_car()], ids=["", "car"])
def test_the_size_is_bounded_and_the_strip_is_below(width: int, height: int, seat: DriversSeat) -> None:
    drawn = draw_overlay(photo(width, height), report(drivers_seat=seat))
    top = height_of_photo(width, height)
    assert drawn.dtype == np.uint8
    assert drawn.shape[2] == 3
    assert max(top, drawn.shape[1]) <= LARGEST_LONG_SIDE
    assert max(top, drawn.shape[1]) >= min(SMALLEST_LONG_SIDE, LARGEST_LONG_SIDE)
    assert 40 < drawn.shape[0] - top < 900
    assert (drawn[-1] == INK).all()


def test_a_large_photo_is_never_enlarged() -> None:
    for side in (900, 1200, 2048):
        assert draw_overlay(photo(side, side), plain()).shape[1] == side


@pytest.mark.parametrize(("width", "height"), [(300, 200), (1200, 1600)])
def test_the_photo_is_not_changed_and_the_result_is_always_the_same(width: int, height: int) -> None:
    rgb = photo(width, height)
    kept = rgb.copy()
    rgb.setflags(write=False)
    first, second = (draw_overlay(rgb, report(drivers_seat=in_a_car())) for _ in range(2))
    np.testing.assert_array_equal(rgb, kept)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("cue", in_a_car().cues, ids=lambda cue: cue.name)
def test_each_cue_is_drawn_where_it_is(cue: Cue) -> None:
    assert cue.region is not None
    seat = DriversSeat("likely", 0.97, (cue,))
    without = draw_overlay(photo(), plain())
    drawn = draw_overlay(photo(), replace(plain(), drivers_seat=seat))
    changed = (area(drawn, cue.region.bounds) != area(without, cue.region.bounds)).any(axis=2)
    share = 0.25 if cue.name == "seat_belt" else 0.9  # the slanting belt fills a quarter of its bounding box
    assert changed.mean() > share
    assert (drawn[:900] == WHITE).all(axis=2).sum() > 30  # the letters of its label


@pytest.mark.parametrize("verdict", ["unlikely", "not_assessed"])
def test_cues_are_not_drawn_when_nobody_speaks_of_a_car(verdict: str) -> None:
    seat = replace(in_a_car(), verdict=verdict)  # type: ignore[arg-type]
    np.testing.assert_array_equal(
        draw_overlay(photo(), replace(plain(), drivers_seat=seat)), draw_overlay(photo(), plain())
    )


@pytest.mark.parametrize("status", ["fail", "warn"])
def test_the_place_of_a_problem_is_outlined(status: str) -> None:
    place = (0.05, 0.6, 0.3, 0.9)
    found = replace(backlight(status), region=rectangle(*place))
    without = draw_overlay(photo(), plain())
    drawn = draw_overlay(photo(), replace(plain(), findings=(found,)))
    changed = (area(drawn, place) != area(without, place)).any(axis=2)
    assert changed[:4].any(axis=0).mean() > 0.8  # along the top edge
    assert not changed[60:-60, 60:-60].any()  # and not filled


def test_a_pass_and_what_was_not_checked_are_not_outlined() -> None:
    found = replace(backlight("pass"), region=rectangle(0.1, 0.1, 0.4, 0.4))
    drawn = draw_overlay(photo(), replace(plain(), findings=(found,)))
    np.testing.assert_array_equal(drawn, draw_overlay(photo(), plain()))


def test_the_face_the_eyes_and_the_head_are_drawn() -> None:
    without = draw_overlay(photo(), plain())
    drawn = draw_overlay(photo(), replace(plain(), faces=(face(),)))
    changed = (drawn[:900] != without[:900]).any(axis=2)
    x0, y0, x1, y1 = (round(at * 900) for at in FACE_BOX)
    assert changed[y0 : y0 + 3, x0 + 60 : x1 - 60].any(axis=0).all()
    assert changed[y0 + 60 : y1 - 60, x0 : x0 + 3].any(axis=1).all()
    for across, down in (face().eyes or Region(())).points:
        assert changed[round(down * 900) - 12 : round(down * 900) + 12, round(across * 900)].any()
    brighter = drawn[:900, :, 0].astype(int) > without[:900, :, 0].astype(int) + 25
    above = brighter[round(0.058 * 900) - 4 : round(0.058 * 900) + 4, 340:540].any(axis=0)
    assert 0.4 < above.mean() < 0.9  # dashed


def eyes_covered(found: Report) -> float:
    """Share of the row through both eyes, between them, that the drawing changes."""
    bare, drawn = (draw_overlay(photo(), one)[:900] for one in (replace(plain(), crop=found.crop), found))
    left, right = (round(across * 900) for across, _ in (face().eyes or Region(())).points)
    down = round((face().eyes or Region(())).points[0][1] * 900)
    changed = (drawn != bare).any(axis=2)[down, left + 20 : right - 20]
    return float(changed.mean())


def test_a_line_through_the_eyes_is_drawn_of_a_leaning_head_only() -> None:
    seen = replace(plain(), faces=(face(),))
    leaning = Finding("pose.roll", "warn", "The head leans 19 degrees to the left.", value=-19.4, unit="degrees")
    assert eyes_covered(seen) == 0
    assert eyes_covered(replace(seen, findings=(leaning,))) == 1


@pytest.mark.parametrize("status", ["fail", "warn"])
def test_a_problem_of_the_face_colours_its_frame(status: str) -> None:
    seen = replace(plain(), faces=(face(),))
    x0, y0, x1, _ = (round(at * 900) for at in FACE_BOX)

    def edge(found: Report) -> Picture:
        return draw_overlay(photo(), found)[y0 - 3 : y0 + 4, x0 + 60 : x1 - 60].reshape(-1, 3)

    assert (edge(seen) > 220).all(axis=1).any()
    coloured = edge(replace(seen, findings=(backlight(status),)))
    assert (coloured == TONES[status]).all(axis=1).any()
    assert not (coloured > 220).all(axis=1).any()


def test_the_worst_of_two_problems_lies_on_top() -> None:
    warns, fails = replace(backlight("warn"), region=rectangle(0.3, 0.3, 0.7, 0.7)), backlight("fail")
    fails = replace(fails, check="lighting.balance", region=rectangle(0.3, 0.3, 0.5, 0.7))
    drawn = draw_overlay(photo(), replace(plain(), findings=(warns, fails)))[400:500, 265:280].reshape(-1, 3)
    assert (drawn == TONES["fail"]).all(axis=1).any()
    assert not (drawn == TONES["warn"]).all(axis=1).any()


def test_what_to_do_first_stands_below_its_reason_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[tuple[str, str, str]] = []
    row = strip._Strip.row

    def noted(self: strip._Strip, sign: str, name: str, message: str, column: int) -> None:
        rows.append((sign, name, message))
        row(self, sign, name, message, column)

    monkeypatch.setattr(strip._Strip, "row", noted)
    framed = Finding("framing.tilt", "fail", "It leans.", advice="Choose one: a wall, or a door. Not both.")
    shown: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
        ({}, []),
        (
            {"verdict": "retake", "findings": (framed,), "retake": (f"{framed.advice} It leans.",)},
            [("fail", "Framing tilt", "It leans."), ("next", "What to do", "Choose one: a wall, or a door. Not both.")],
        ),
        (
            {"verdict": "retake", "retake": ("Turn round: it is dark.", "Smile.")},
            [("next", "What to do", "Turn round.")],
        ),
        ({"verdict": "usable", "retake": ("Smile.",)}, [("next", "To make it better", "Smile.")]),
        (
            {"verdict": "usable", "edits": ("Cropping fixes this: off-centre.",)},
            [("next", "To make it better", "Cropping fixes this.")],
        ),
    ]
    for parts, expected in shown:
        rows.clear()
        draw_overlay(photo(), replace(plain(), **parts))
        assert rows == expected


def test_outside_the_circle_it_is_darker_and_inside_untouched() -> None:
    drawn = draw_overlay(photo(), plain())
    assert drawn[5, 5].mean() < 0.75 * photo()[5, 5].mean()
    np.testing.assert_array_equal(drawn[300:600, 300:600], photo()[300:600, 300:600])
    nobody = replace(plain(), findings=(Finding("faces.found", "fail", "Nobody was found in the picture.", "nobody"),))
    assert draw_overlay(photo(), nobody)[5, 5].mean() == pytest.approx(photo()[5, 5].mean(), abs=3)
    cropped = draw_overlay(photo(), report(verdict="ready", faces=(), findings=()))
    np.testing.assert_array_equal(cropped[200:400, 300:600], photo()[200:400, 300:600])
    assert cropped[700, 450].mean() < 0.75 * photo()[700, 450].mean()


@pytest.mark.parametrize(
    "points",
    [
        (),
        ((0.5, 0.5),),
        ((0.1, 0.1), (0.2, 0.2)),
        ((0.5, 0.5),) * 4,
        ((-9, -9), (9, -9), (9, 9), (-9, 9)),
    ],
)
def test_odd_regions_do_no_harm(points: tuple[tuple[float, float], ...]) -> None:
    odd = Region(points)
    seat = DriversSeat("likely", 0.9, (Cue("seat_belt", 0.9, odd),))
    broken = replace(face(), box=odd, eyes=odd, head=odd)
    found = Finding("lighting.backlight", "fail", "Too bright.", region=odd)
    drawn = draw_overlay(photo(300, 300), report(faces=(broken, face()), drivers_seat=seat, findings=(found,)))
    assert drawn.shape[1] == 900


def test_a_region_of_no_numbers_is_none() -> None:
    with pytest.raises(ValueError, match="finite"):
        Region(((math.nan,) * 2,) * 4)


def test_many_faces_and_many_findings() -> None:
    corners = [(x / 8, y / 8, x / 8 + 0.1, y / 8 + 0.1) for x in range(8) for y in range(8)]
    faces = tuple(face(box, main=not k) for k, box in enumerate(corners))
    found = tuple(Finding(f"faces.no_{k}", "fail", "x" * 5 * k, region=rectangle(*corners[k])) for k in range(64))
    drawn = draw_overlay(photo(), report(faces=faces, findings=found, drivers_seat=in_a_car()))
    assert drawn.shape[0] < 1500


def test_a_missing_glyph_or_a_long_message_stays_in_the_strip() -> None:
    found = Finding("pose.roll", "fail", "Zoë \x1b[31m " + "日本語 " * 300)
    wide = draw_overlay(photo(), report(findings=(found,)))
    short = draw_overlay(photo(), report(findings=(replace(found, message="One two. " * 300),)))
    assert wide.shape == short.shape
    assert (wide[:, -4:][900:] == INK).all()


def test_labels_lie_within_the_frame_and_apart() -> None:
    generator = np.random.default_rng(7)
    for _ in range(40):
        width, height = (int(side) for side in generator.integers(200, 900, 2))
        pills = [
            Pill("seat belt 96 %", WHITE, "dot", generator.uniform(-0.2, 1.2, (4, 2)) * (width, height))
            for _ in range(14)
        ]
        canvas = np.zeros((height, width, 3), np.uint8)
        boxes = place_pills(canvas, pills, 16, avoid=[(50, 50, 150, 150)])
        assert boxes
        for k, (x0, y0, x1, y1) in enumerate(boxes):
            assert 0 <= x0 < x1 <= width
            assert 0 <= y0 < y1 <= height
            assert (round(x1 - x0), round(y1 - y0)) == pill_size(pills[0], 16)
            for u0, v0, u1, v1 in boxes[:k]:
                assert x1 <= u0 or u1 <= x0 or y1 <= v0 or v1 <= y0


def test_the_label_of_a_sign_of_a_car_keeps_off_the_area_of_another() -> None:
    headrest = np.array([[400.0, 300], [470, 300], [470, 460], [400, 460]])
    window = np.array([[180.0, 340], [395, 340], [395, 420], [180, 420]])
    pills = [Pill("Headrest 84 %", WHITE, "dot", headrest), Pill("Car window 93 %", WHITE, "dot", window)]
    canvas = np.zeros((900, 900, 3), np.uint8)
    x0, y0, x1, y1 = place_pills(canvas, pills, 20, faces=[(470, 200, 700, 500), (300, 200, 560, 299)])[0]
    assert x1 <= 180 or x0 >= 395 or y1 <= 340 or y0 >= 420


def test_a_label_without_room_beside_the_faces_is_left_out() -> None:
    generator = np.random.default_rng(11)
    for _ in range(40):
        faces = [tuple(np.sort(generator.uniform(0, 400, (2, 2)), axis=0).reshape(4)) for _ in range(3)]
        pills = [Pill("dark", WHITE, "fail", generator.uniform(0, 400, (4, 2))) for _ in range(6)]
        boxes = place_pills(np.zeros((400, 400, 3), np.uint8), pills, 16, faces=faces)
        for x0, y0, x1, y1 in boxes:
            assert all(x1 <= u0 or u1 <= x0 or y1 <= v0 or v1 <= y0 for u0, v0, u1, v1 in faces)
    whole = (0.0, 0.0, 400.0, 400.0)
    assert place_pills(np.zeros((400, 400, 3), np.uint8), pills, 16, faces=[whole]) == []


def test_labels_of_the_fixtures_cover_no_face_and_say_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    placed: list[list[tuple[float, float, float, float]]] = []
    texts: set[str] = set()

    def noted(picture: Picture, pills: list[Pill], size: int, **boxes: Any) -> Any:
        texts.update(pill.text for pill in pills)
        placed.append(place_pills(picture, pills, size, **boxes))
        return placed[-1]

    monkeypatch.setattr(placement, "place_pills", noted)
    checker = Checker()
    for picture in fixtures():
        shot = load(picture.path)
        found = checker.check_photo(shot)
        draw_overlay(shot.rgb, found)
        scale = 900 / max(shot.width, shot.height)
        for one in found.faces:
            u0, v0, u1, v1 = np.array(one.box.bounds) * np.tile([shot.width, shot.height], 2) * scale
            for x0, y0, x1, y1 in placed[-1]:
                assert min(x1, u1) - max(x0, u0) < 1 or min(y1, v1) - max(y0, v0) < 1, picture.name
    assert sum(map(len, placed)) > 30
    others = {text for text in texts if not text.startswith(("Crop", "Tilt ")) and not text.endswith(" %")}
    assert others
    assert others <= {capitalised(fault_label(check)) for check in WORDS}


def test_the_tilt_is_the_one_that_the_finding_says(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    def noted(picture: Picture, pills: list[Pill], size: int, **boxes: Any) -> Any:
        texts.extend(pill.text for pill in pills)
        return place_pills(picture, pills, size, **boxes)

    monkeypatch.setattr(placement, "place_pills", noted)
    limits = Limits(warn_below=-18, warn_above=18)
    for value, said in ((-19.4, "19"), (-18.2, "18.2"), (18.04, "18.04")):
        message, _ = what_is_wrong("pose.roll", value, high=value > 0, limits=limits)
        assert f" {said} degrees" in message
        texts.clear()
        draw_overlay(photo(), report(findings=(Finding("pose.roll", "warn", message, value, "degrees", limits),)))
        assert f"Tilt {said}°" in texts


def test_a_label_keeps_off_the_face_when_it_can() -> None:
    anchor = np.array([[400.0, 400], [500, 400], [500, 500], [400, 500]])
    free = place_pills(np.zeros((900, 900, 3), np.uint8), [Pill("eyes", WHITE, "fail", anchor)], 20)
    (x0, y0, x1, y1) = place_pills(
        np.zeros((900, 900, 3), np.uint8), [Pill("eyes", WHITE, "fail", anchor)], 20, avoid=[(300, 300, 600, 600)]
    )[0]
    assert x1 <= 300 or x0 >= 600 or y1 <= 300 or y0 >= 600
    assert 300 < free[0][0] < 600


def test_an_unreadable_report_and_wrong_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="could not be read"):
        draw_overlay(photo(), unreadable())
    for wrong in (photo()[..., 0], photo().astype(np.float32), photo()[:0], photo()[..., :2]):
        with pytest.raises(ValueError, match="shape"):
            draw_overlay(wrong, plain())  # type: ignore[arg-type]


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".JPEG", "JPEG"), (".png", "PNG"), (".webp", "WEBP")])
def test_it_is_saved_by_its_extension(tmp_path: Path, suffix: str, kind: str) -> None:
    target = tmp_path / f"é out{suffix}"
    save_overlay(target, photo(300, 300), report())
    with Image.open(target) as saved:
        assert saved.format == kind
        assert saved.width == 900


def test_saving_where_it_cannot_be_says_why_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for name, cause, remedy in (
        ("out.tiff", "format is unknown", r"\.png"),
        ("out", "format is unknown", r"\.png"),
        ("missing/out.png", "does not exist", "Create"),
        ("folder.png", "cannot be written", "Choose another"),
    ):
        with pytest.raises(OverlayError, match=f"(?s){Path(name).name}.*{cause}.*{remedy}") as caught:
            save_overlay(tmp_path / name, photo(100, 100), plain())
        assert caught.value.code == "overlay"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.png"]


def test_a_crop_that_mends_is_shown_as_it_leans_and_named() -> None:
    corners = ((0.5, 0.1), (0.9, 0.5), (0.5, 0.9), (0.1, 0.5))  # a square on its tip
    crop = Crop("linkedin", Region(corners), mends=("pose.roll",), rotation_deg=-45.0)
    drawn = draw_overlay(photo(), replace(plain(), crop=crop))
    radius = 900 * 0.4 / 2**0.5
    for angle in np.radians((45, 60, 120, 135, 225, 240, 300, 315)):
        (x, y), (u, v) = (
            (round(450 + share * radius * float(np.cos(angle))), round(450 + share * radius * float(np.sin(angle))))
            for share in (0.9, 1.1)
        )
        np.testing.assert_array_equal(drawn[y, x], photo()[y, x])
        assert drawn[v, u].mean() < 0.75 * photo()[v, u].mean()
    unnamed = draw_overlay(photo(), replace(plain(), crop=replace(crop, mends=())))
    assert (drawn[:900] != unnamed[:900]).any()


def test_a_target_that_is_no_circle_keeps_its_corners() -> None:
    drawn = draw_overlay(photo(), replace(plain(), crop=Crop("resume", rectangle(0.1, 0.1, 0.9, 0.9))))
    np.testing.assert_array_equal(drawn[100:130, 100:130], photo()[100:130, 100:130])
    assert drawn[20, 20].mean() < 0.75 * photo()[20, 20].mean()


def test_what_is_good_stands_below_a_ready_photo_only() -> None:
    shown: list[tuple[Verdict, tuple[str, ...]]] = [("ready", ()), ("ready", ("smile",)), ("retake", ("smile",))]
    heights = [
        draw_overlay(photo(), replace(plain(), verdict=verdict, praise=praise)).shape[0] for verdict, praise in shown
    ]
    assert heights[1] > heights[0] == heights[2]


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(3024, 4032, (1200, 1600)), (1500, 2000, (1200, 1600)), (1200, 1500, (1200, 1500)), (300, 400, (300, 400))],
)
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_saved_overlay_shows_more_than_is_analysed(
    width: int, height: int, shown: tuple[int, int], orientation: int
) -> None:
    upright = photo(width, height)
    data = encoded(turned(upright, orientation), exif=exif_block(orientation), quality=90)
    pixels = overlay_pixels(load(data))
    assert pixels.shape == (shown[1], shown[0], 3)
    expected = cv2.resize(upright, shown, interpolation=cv2.INTER_AREA)
    assert np.abs(pixels.astype(int) - expected).mean() < 6
