"""Is it a photograph? Pictures made into drawings, copies and campaigns are told; people as they are never."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest
from fixture_photos import Fixture, fixture, fixtures
from numpy.typing import NDArray
from PIL import Image

from build_networks import read_registry
from headshot_check import Checker
from headshot_check.coaching import live_policy, look_at
from headshot_check.measures import measure_all
from headshot_check.measures.medium import regular_pattern
from headshot_check.nets.all import Nets
from headshot_check.nets.log_odds import log_odds
from headshot_check.nets.medium import SIZE, piece
from headshot_check.nets.runtime import registry
from headshot_check.photo import load
from headshot_check.pixels.round_frame import disc, round_frame
from headshot_check.pixels.shrinking import Halves
from headshot_check.policy import judge, load_policy
from headshot_check.report import Report, Status
from headshot_check.scene import Scene
from training.medium import (
    calls,
    calls_apart,
    composed,
    copies,
    drawn,
    filters,
    lined,
    marks,
    overlays,
    overlays_apart,
)
from training.medium.worn import Worn
from training.registering import register

Pixels = NDArray[np.uint8]
CHECKS = ("medium.drawing", "medium.copy", "medium.screenshot", "medium.overlay")
PEOPLE = ("studio_light_skin", "studio_dark_skin", "studio_headscarf", "outdoors", "sofa", "plain_wall_glasses")


@lru_cache(maxsize=1)
def nets() -> Nets:
    return Nets()


@lru_cache(maxsize=1)
def checker() -> Checker:
    return Checker()


@lru_cache(maxsize=8)
def portrait(name: str) -> Pixels:
    return load(fixture(name)).rgb


def jpeg(rgb: Pixels, quality: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return file.getvalue()


def values(picture: Pixels) -> dict[str, float | None]:
    """Of each check; None where there is no face."""
    taken = measure_all(Scene(load(np.ascontiguousarray(picture)), nets()), CHECKS)
    return {check: one.value if isinstance(one.value, float) else None for check, one in taken.items()}


def judged(picture: Pixels | bytes, check: str) -> Judged:
    source = picture if isinstance(picture, bytes) else np.ascontiguousarray(picture)
    taken = measure_all(Scene(load(source), nets()), [check])[check]
    return Judged(judge(load_policy("linkedin").rules[check], taken).status, taken.cause)


class Judged(NamedTuple):
    status: Status
    cause: str | None


@pytest.mark.parametrize("photo", fixtures(), ids=lambda photo: photo.name)
def test_people_as_they_are_are_photographs(photo: Fixture) -> None:
    report = checker().check(photo.path)
    for check in CHECKS:
        found = report.finding(check)
        assert found.status == "pass" or (found.cause == "no_face" and not report.faces), found


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "outdoors"])
@pytest.mark.parametrize("change", ["grey", "darker", "brighter", "small", "grain", "flat_background"])
def test_an_ordinary_change_leaves_a_photograph(name: str, change: str) -> None:
    rgb = portrait(name).astype(np.float32)
    rng = np.random.default_rng(4)
    changed = {
        "grey": np.repeat(rgb.mean(2, keepdims=True), 3, 2),
        "darker": 255 * (rgb / 255) ** 1.8,
        "brighter": 255 * (rgb / 255) ** 0.6,
        "small": rgb[::3, ::3],
        "grain": rgb + rng.normal(0, 8, rgb.shape),
        "flat_background": rgb,
    }[change]
    picture = np.clip(changed, 0, 255).astype(np.uint8)
    if change == "flat_background":
        mask = Scene(load(fixture(name)), nets()).mask
        rows, columns = (np.arange(side) * 256 // side for side in picture.shape[:2])
        picture = np.where(mask[rows][:, columns, None] > 0.5, picture, np.uint8(210))
    assert judged(picture, "medium.drawing").status == "pass"
    assert judged(picture, "medium.copy").status == "pass"


def share_caught(pictures: Sequence[Pixels | bytes], check: str, *, assessed: float = 0.9) -> float:
    """Share that is complained of, or in which nobody is found; of at least the share `assessed` the check must say."""
    told = [judged(picture, check) for picture in pictures]
    assert sum(one.status != "not_assessed" for one in told) >= assessed * len(told), told
    return sum(one.status in ("warn", "fail") or one.cause == "no_face" for one in told) / len(told)


def test_drawings_and_avatars_are_told() -> None:
    rng = np.random.default_rng(1)
    pictures = [
        draw(480, rng) for draw in (drawn.flat, drawn.shaded, drawn.line_drawing, drawn.manga) for _ in range(4)
    ]
    assert share_caught(pictures, "medium.drawing") >= 0.9


@pytest.mark.parametrize(
    "do", [filters.cartoon, filters.palette, filters.posterised, filters.tones_only, filters.mean_shift]
)
def test_filters_are_told(do: filters.Filter) -> None:
    rng = np.random.default_rng(2)
    assert share_caught([do(portrait(name), rng) for name in PEOPLE], "medium.drawing") >= 0.6


_SURE = (calls.stage, calls.gallery, calls.phone, calls.window, calls.light_squares)


@pytest.mark.parametrize(
    "layout", dict.fromkeys([*calls.FITTED, *composed.FITTED, *calls_apart.KEPT_APART]), ids=lambda one: one.__name__
)
def test_screenshots_are_told_of_fitted_layouts_and_of_those_kept_apart(layout: calls.Layout) -> None:
    rng = np.random.default_rng(8)
    others = [portrait(name) for name in PEOPLE[:2]]
    pictures = [layout(portrait(name), rng, others) for name in PEOPLE]
    assert share_caught(pictures, "medium.screenshot") >= (0.8 if layout in _SURE else 0.6)
    assert "fail" not in {judged(picture, "medium.screenshot").status for picture in pictures}


def test_bars_and_stickers_over_the_picture_are_told() -> None:
    rng = np.random.default_rng(9)
    pictures = [lay(portrait(name), rng) for lay in (marks.bar, marks.sticker) for name in PEOPLE]
    assert share_caught(pictures, "medium.overlay") >= 0.5


def test_screens_and_prints_are_told() -> None:
    rng = np.random.default_rng(3)
    pictures = [make(portrait(name), rng) for make in (copies.screen, copies.print_out) for name in PEOPLE]
    assert share_caught(pictures, "medium.copy") >= 0.75


def test_rings_and_frames_are_told_and_never_fail() -> None:
    rng = np.random.default_rng(5)
    pictures = [lay(portrait(name), rng) for lay in (overlays.ring, overlays.frame) for name in PEOPLE]
    assert share_caught(pictures, "medium.overlay") >= 0.7
    assert "fail" not in {judged(picture, "medium.overlay").status for picture in pictures}


@pytest.mark.parametrize("lay", overlays_apart.KEPT_APART, ids=lambda one: one.__name__)
def test_thin_lettering_and_rings_that_no_fit_has_seen_are_told(lay: overlays.Overlay) -> None:
    rng = np.random.default_rng(12)
    pictures = [lay(portrait(name), rng) for name in PEOPLE]
    assert share_caught(pictures, "medium.overlay") >= 0.6


@pytest.mark.parametrize(("lay", "least"), [(overlays_apart.large_name, 0.3), (overlays_apart.dotted_date, 0.5)])
def test_large_words_and_dates_that_no_fit_has_seen_are_told(lay: overlays.Overlay, least: float) -> None:
    rng = np.random.default_rng(15)
    pictures = [lay(portrait(name), rng) for name in PEOPLE * 2]
    assert share_caught(pictures, "medium.overlay") >= least


def test_words_over_a_picture_have_their_place() -> None:
    found = 0
    for seed, name in enumerate(PEOPLE):
        rgb = portrait(name).copy()
        height, width = rgb.shape[:2]
        text = ("(c) Lumen Studio", (int(0.55 * width), int(0.96 * height)))
        cv2.putText(rgb, *text, cv2.FONT_HERSHEY_SIMPLEX, width / 1100, (255, 255, 255), 1, cv2.LINE_AA)
        taken = measure_all(Scene(load(jpeg(rgb, 90)), nets()), ["medium.overlay"])["medium.overlay"]
        if taken.region is not None:
            found += 1
            x0, y0, _, y1 = taken.region.bounds
            assert x0 > 0.4, (name, seed)
            assert y0 > 0.8
            assert y1 > 0.92
    assert found >= 4


def test_words_in_the_scene_are_less_often_told_than_words_over_it() -> None:
    rng, worn = np.random.default_rng(14), Worn()
    within = [judged(jpeg(worn(portrait(name), rng), 85), "medium.overlay").status for name in PEOPLE * 3]
    over = [judged(jpeg(marks.signature(portrait(name), rng), 85), "medium.overlay").status for name in PEOPLE * 3]
    assert within.count("warn") <= 0.35 * len(within)
    assert over.count("warn") > within.count("warn")


def test_thin_frames_of_glasses_and_hair_are_no_lettering() -> None:
    for name in ("plain_wall_glasses", "car_landscape", "office_chair_headrest"):
        assert judged(portrait(name), "medium.overlay").status == "pass", name


def in_a_ring(rgb: Pixels, colour: tuple[int, int, int], thick: float, *, beyond: int = 255) -> Pixels:
    """The middle of a picture in a ring, `thick` of its radius, on a plain ground."""
    side = min(rgb.shape[:2])
    top, left = (rgb.shape[0] - side) // 2, (rgb.shape[1] - side) // 2
    out = rgb[top : top + side, left : left + side].copy()
    row, column = np.mgrid[:side, :side]
    radius = np.hypot(row - side / 2, column - side / 2) / (side / 2)
    out[radius > 0.97 * (1 - thick)] = colour
    out[radius > 0.97] = beyond
    return out


@pytest.mark.parametrize("colour", [(0, 0, 0), (40, 10, 60), (200, 30, 30), (0, 120, 200)])
@pytest.mark.parametrize("thick", [0.04, 0.1])
@pytest.mark.parametrize("name", ["studio_light_skin", "sofa"])
def test_a_ring_of_one_colour_is_told_and_outlined(colour: tuple[int, int, int], thick: float, name: str) -> None:
    picture = in_a_ring(portrait(name), colour, thick)
    taken = measure_all(Scene(load(jpeg(picture, 85)), nets()), ["medium.overlay"])["medium.overlay"]
    assert isinstance(taken.value, float)
    assert taken.value > 0.9
    assert taken.region is not None
    assert taken.region.bounds == pytest.approx((0.015, 0.015, 0.985, 0.985), abs=0.02)


@pytest.mark.parametrize("ground", [0, 255])
def test_a_round_picture_without_a_ring_has_none(ground: int) -> None:
    for name in ("studio_light_skin", "outdoors", "sofa"):
        picture = in_a_ring(portrait(name), (ground,) * 3, 0.04, beyond=ground)
        assert round_frame(Scene(load(picture), nets()).glance) is None
        assert round_frame(Scene(load(portrait(name)), nets()).glance) is None


@pytest.mark.parametrize("ground", [(0, 0, 0), (128,) * 3, (250, 210, 40), (15, 30, 80), (200, 30, 40)])
@pytest.mark.parametrize("share", [0.94, 1.0])
def test_a_round_picture_on_a_plain_ground_is_no_overlay(ground: tuple[int, int, int], share: float) -> None:
    for name in PEOPLE:
        rgb = portrait(name)
        side = min(rgb.shape[:2])
        top, left = (rgb.shape[0] - side) // 2, (rgb.shape[1] - side) // 2
        inside = np.zeros((side, side), np.uint8)
        cv2.circle(inside, (8 * side, 8 * side), int(8 * side * share), 255, cv2.FILLED, cv2.LINE_AA, 4)
        soft = inside[..., None] / 255
        picture = (rgb[top : top + side, left : left + side] * soft + np.array(ground) * (1 - soft)).astype(np.uint8)
        found = disc(Scene(load(picture), nets()).glance)
        assert found == pytest.approx(share, abs=0.03)
        assert judged(picture, "medium.overlay").status == "pass"


def test_plain_bars_are_told_once() -> None:
    rgb = portrait("tilted")
    scale = 400 / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    mat = cv2.copyMakeBorder(small, *[30] * 4, cv2.BORDER_CONSTANT, value=(30, 30, 30))
    scene = Scene(load(mat), nets())
    assert scene.medium.overlay > 0.7  # it looks like a frame
    assert judged(mat, "file.bars").status == "warn"
    assert judged(mat, "medium.overlay").status == "pass"
    written = mat.copy()
    cv2.putText(written, "(c) Lumen Studio", (60, 330), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2, cv2.LINE_AA)
    assert judged(written, "medium.overlay").status == "warn"


def test_what_is_not_round_is_no_round_picture() -> None:
    for name in PEOPLE:
        assert disc(Scene(load(portrait(name)), nets()).glance) is None
    rgb = cv2.copyMakeBorder(portrait("outdoors"), *[60] * 4, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    assert disc(Scene(load(rgb), nets()).glance) is None
    assert disc(np.zeros((256, 256, 3), np.uint8)) is None


def test_more_is_asked_of_webp_files_whose_codec_smooths_skin() -> None:
    plain = portrait("outdoors")
    mixed = cv2.addWeighted(plain, 0.5, filters.cartoon(plain, np.random.default_rng(6)), 0.5, 0)
    told = []
    for kind in ("PNG", "WEBP"):
        file = io.BytesIO()
        Image.fromarray(mixed).save(file, kind, lossless=True)
        value = measure_all(Scene(load(file.getvalue()), nets()), ["medium.drawing"])["medium.drawing"].value
        assert isinstance(value, float)
        told.append(log_odds(value))
    assert told[0] - told[1] == pytest.approx(2.5, abs=0.01)


def test_more_of_a_filter_is_more_of_a_drawing() -> None:
    few = filters.cartoon(portrait("outdoors"), np.random.default_rng(6)).astype(np.float32)
    mixed = [values((portrait("outdoors") * (1 - a) + few * a).astype(np.uint8))["medium.drawing"] for a in (0, 0.5, 1)]
    assert mixed[0] is not None
    assert mixed[2] is not None
    assert mixed[0] < 0.3 < mixed[2]


@pytest.mark.parametrize("name", ["studio_light_skin", "sofa"])
def test_a_mirror_image_is_the_same_kind_of_picture(name: str) -> None:
    plain, mirrored = values(portrait(name)), values(portrait(name)[:, ::-1])
    for check in CHECKS:
        one, other = plain[check], mirrored[check]
        assert one is not None
        assert other is not None
        assert abs(one - other) < 0.2


def drawing_report() -> Report:
    rng = np.random.default_rng(1)
    for _ in range(10):
        report = checker().check(drawn.flat(600, rng))
        if report.faces and report.finding("medium.drawing").status == "fail":
            return report
    pytest.fail("none of ten drawings with a face is told")


def test_a_drawing_is_a_retake_with_one_instruction_and_no_praise() -> None:
    report = drawing_report()
    assert report.verdict == "retake"
    assert len(report.retake) == 1
    assert report.retake[0].startswith("Choose a photograph of yourself")
    assert report.praise == ()
    assert report.remedy == "new_shot"
    assert "medium.drawing" in report.to_json()


def test_nobody_and_tiny_pictures_are_not_assessed() -> None:
    empty = Scene(load(np.full((300, 300, 3), 200, np.uint8)), nets())
    small = Scene(load(np.ascontiguousarray(portrait("studio_light_skin")[::9, ::9])), nets())
    assert {one.cause for one in measure_all(empty, CHECKS).values()} == {"no_face"}
    assert {one.cause for one in measure_all(small, CHECKS).values()} <= {"picture_small", "no_face"}


@pytest.mark.parametrize("name", ["studio_light_skin", "outdoors"])
def test_a_face_that_the_frame_cuts_all_round_is_not_asked_whether_it_is_a_copy(name: str) -> None:
    rgb = portrait(name)
    x0, y0, x1, y1 = Scene(load(rgb), nets()).main.box
    in_x, in_y = 0.15 * (x1 - x0), 0.15 * (y1 - y0)
    part = rgb[int(y0 + in_y) : int(y1 - in_y), int(x0 + in_x) : int(x1 - in_x)]
    assert Scene(load(np.ascontiguousarray(part)), nets()).search.how == "too_close"
    assert values(part)["medium.copy"] is None
    assert values(part)["medium.drawing"] is not None


def test_it_goes_with_the_car_network_that_it_was_fitted_on() -> None:
    fitted_on, car = registry()["medium"]["fitted_on"], registry()["car"]["sha256"]
    assert fitted_on == car, "car.tflite is another one: fit the medium on its early blocks (training/MEDIUM_CARD.md)"


def test_what_is_registered_is_what_lies_there(tmp_path: Path) -> None:
    entries = [f'[network.{name}]\nfile = "{name}.tflite"\nsha256 = "0"\n' for name in ("car", "medium", "other")]
    entries[1] += 'fitted_on = "0"\n'
    (tmp_path / "registry.toml").write_text("\n".join(entries))
    for name in ("car", "medium"):
        (tmp_path / f"{name}.tflite").write_text(name)
    register(tmp_path / "medium.tflite", "medium", fitted_on="car.tflite")
    car, medium = (hashlib.sha256(name.encode()).hexdigest() for name in ("car", "medium"))
    networks = read_registry(tmp_path)["network"]
    assert networks["medium"] == {"file": "medium.tflite", "sha256": medium, "fitted_on": car}
    assert [networks[name]["sha256"] for name in ("car", "other")] == ["0", "0"]


def test_the_coach_does_not_look() -> None:
    live, own = live_policy(load_policy("linkedin")), Nets()
    look_at(Scene(load(fixture("studio_light_skin")), own), live)
    assert "medium" not in vars(own)


def test_the_piece_is_not_resampled() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (500, 400, 3), np.uint8)
    shown = piece(Halves(rgb), (150.0, 200.0, 250.0, 300.0))
    assert shown.shape == (SIZE, SIZE, 3)
    assert np.array_equal(shown, rgb[186 : 186 + SIZE, 136 : 136 + SIZE])
    # a face in the corner: the piece stays within the picture
    assert np.array_equal(piece(Halves(rgb), (-20.0, -20.0, 40.0, 40.0)), rgb[:SIZE, :SIZE])


def test_a_grid_over_the_face_is_a_regular_pattern() -> None:
    row, column = np.mgrid[:SIZE, :SIZE]
    plain = piece(Halves(portrait("studio_light_skin")), (184.0, 205.0, 431.0, 452.0))
    waves = np.cos(2 * np.pi * column / 3.4) * np.cos(2 * np.pi * row / 3.4)
    grid = np.clip(plain + 12 * waves[..., None], 0, 255)
    blocks = cv2.imdecode(cv2.imencode(".jpg", plain, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    assert regular_pattern(plain) < 10
    assert regular_pattern(np.asarray(blocks, np.uint8)) < 12
    assert regular_pattern(grid.astype(np.uint8)) > 25


def test_cloth_is_no_grid_however_high_its_hill_in_the_spectrum() -> None:
    plain = piece(Halves(portrait("studio_light_skin")), (184.0, 205.0, 431.0, 452.0))
    rng = np.random.default_rng(3)
    row, column = np.mgrid[:SIZE, :SIZE]
    # threads whose distance wanders about 7 px
    wandering = cv2.GaussianBlur(rng.normal(0, 1, (SIZE, SIZE)), (0, 0), 4)
    phase = 2.5 * wandering / wandering.std()
    woven = np.clip(plain + 30 * np.cos(2 * np.pi * (column + row) / 7 + phase)[..., None], 0, 255).astype(np.uint8)
    grid = np.clip(plain + 30 * np.cos(2 * np.pi * (column + row) / 7)[..., None], 0, 255).astype(np.uint8)
    assert regular_pattern(woven) < 11
    assert regular_pattern(grid) > 25


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "outdoors"])
@pytest.mark.parametrize("made", [lined.contours, lined.two_inks, lined.relief], ids=lambda one: one.__name__)
def test_lines_reliefs_and_two_inks_are_no_photograph(name: str, made: filters.Filter) -> None:
    told = judged(made(portrait(name), np.random.default_rng(2)), "medium.drawing")
    assert told.status in ("warn", "fail") or told.cause == "no_face"


@pytest.mark.parametrize("quality", [3, 8, *range(12, 21), 23, 25, 26, 30, 36, 40, 60])
def test_coarse_compression_is_not_taken_for_paint(quality: int) -> None:
    for photo in fixtures():
        told = judged(jpeg(load(photo.path).rgb, quality), "medium.drawing")
        assert told.status == ("not_assessed" if quality < 26 else "pass"), photo.name
        assert told.cause in (("compressed", "no_face") if quality < 26 else (None,)), photo.name


@pytest.mark.parametrize("quality", [26, 40, 75])
def test_drawings_are_told_as_they_are_saved(quality: int) -> None:
    rng = np.random.default_rng(1)
    draws = (drawn.flat, drawn.shaded, drawn.line_drawing, drawn.manga)
    pictures = [jpeg(draw(480, rng), quality) for draw in draws for _ in range(4)]
    assert share_caught(pictures, "medium.drawing") >= 0.9
