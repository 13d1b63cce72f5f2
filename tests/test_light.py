"""Light, background and blocks: each measure grows with its own defect, and skin tone or mirror do not matter."""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from test_measures import GOOD, NETS, bright_behind, exposed, pixels_of, take, value

from headshot_check.measures import measure_all
from headshot_check.measures.blocks import block_step
from headshot_check.photo import load
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
NAMES = [each.name for each in GOOD]


@lru_cache(maxsize=4)
def picture(name: str) -> Pixels:
    return pixels_of(NAMES.index(name))


def darkened_where(rgb: Pixels, where: NDArray[np.floating], stops: float) -> Pixels:
    """That many stops less light where the mask (H, W) is 1."""
    linear = (rgb / 255.0) ** 2.2 * 2.0 ** (-stops * where[..., None])
    return (linear ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)


def half_in_shadow(rgb: Pixels, stops: float, softness_px: float = 1.0) -> Pixels:
    """A shadow across the face, along a line from the forehead over the cheek."""
    eyes = Scene(load(rgb), NETS).eye_centres
    (x, y), distance = eyes.mean(axis=0), float(np.hypot(*(eyes[1] - eyes[0])))
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    away = (columns - x) * 0.8 + (rows - y - 0.5 * distance) * 0.6 - 0.25 * distance
    return darkened_where(rgb, np.clip(0.5 - away / (2 * softness_px), 0, 1), stops)


def shining(rgb: Pixels, radius: float) -> Pixels:
    """Gloss on forehead and cheeks."""
    mesh, distance = Scene(load(rgb), NETS).mesh.points, Scene(load(rgb), NETS).inter_eye_px
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    light = np.zeros(rgb.shape[:2])
    for x, y in mesh[[151, 50, 280], :2]:
        light += np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * (radius * distance) ** 2))
    white = np.clip(1.6 * light, 0, 1)[..., None]
    return (rgb * (1 - white) + 255 * white).astype(np.uint8)


def saved(rgb: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("name", ["studio_light_skin", "outdoors", "sofa"])
def test_hard_shadow_grows_with_its_depth(name: str) -> None:
    rgb = picture(name)
    values = [value(half_in_shadow(rgb, depth), "lighting.hard_shadow") for depth in (0, 2, 3.5)]
    assert values == sorted(values)
    assert values[0] < 1.5
    assert values[-1] > 2


def test_a_soft_shadow_is_not_a_hard_one() -> None:
    rgb = picture("studio_light_skin")
    assert value(half_in_shadow(rgb, 3, softness_px=80), "lighting.hard_shadow") < 1.2
    assert value(half_in_shadow(rgb, 3), "lighting.hard_shadow") > 2


def test_glasses_are_no_shadow() -> None:
    assert value(picture("plain_wall_glasses"), "lighting.hard_shadow") < 1.8


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin"])
def test_hot_spots_grow_and_lie_on_the_face(name: str) -> None:
    rgb = picture(name)
    values = [value(shining(rgb, radius), "lighting.hot_spots") for radius in (0.05, 0.1, 0.16)]
    assert values == sorted(values)
    assert values[-1] > 0.03
    place = take(shining(rgb, 0.16), "lighting.hot_spots").region
    assert place is not None
    x0, y0, x1, y1 = place.bounds
    assert 0.1 < x0 < x1 < 0.9
    assert 0.1 < y0 < y1 < 0.7
    assert value(rgb, "lighting.hot_spots") < 0.01


def test_skin_that_is_bright_all_over_has_no_hot_spots() -> None:
    rgb = exposed(picture("studio_light_skin"), 4)
    assert value(rgb, "lighting.blown") > 0.2
    assert value(rgb, "lighting.hot_spots") < 0.1


@pytest.mark.parametrize("check", ["lighting.hard_shadow", "lighting.hot_spots", "lighting.low_key"])
def test_the_same_light_reads_alike_on_light_and_dark_skin(check: str) -> None:
    light, dark = (value(picture(name), check) for name in ("studio_light_skin", "studio_dark_skin"))
    limit = {"lighting.hard_shadow": 2.0, "lighting.hot_spots": 0.05, "lighting.low_key": 0.8}[check]
    assert max(light, dark) < limit * 0.75


def test_blackness_and_tonal_range_follow_the_exposure() -> None:
    rgb = picture("outdoors")
    black = [value(exposed(rgb, -less), "lighting.low_key") for less in (0, 1.5, 3)]
    assert black == sorted(black)
    assert black[-1] > black[0] + 0.1
    hazy = [
        value((rgb * (1 - haze) + 235 * haze).astype(np.uint8), "lighting.dynamic_range") for haze in (0, 0.3, 0.6, 0.8)
    ]
    assert hazy == sorted(hazy, reverse=True)
    assert hazy[-1] < 2


def test_a_window_behind_is_a_bright_spot_and_a_bright_wall_is_not() -> None:
    rgb = exposed(picture("office_chair_headrest"), -0.7)
    values = []
    for side in (0, 60, 120):
        lit = rgb.copy()
        lit[20 : 20 + side, 10 : 10 + side] = 255
        values.append(value(lit, "background.bright_spots"))
    assert values == sorted(values)
    assert values[-1] > 0.03
    assert value(bright_behind(rgb, 1), "background.bright_spots") < 0.02


def test_uniformity_falls_with_patches_of_colour() -> None:
    rgb = picture("studio_light_skin")
    values = []
    for patches in (0, 4, 12):
        patched = rgb.copy()
        for k in range(patches):
            x, y = (k % 2) * 520 + 10, (k // 2) * 110
            patched[y : y + 100, x : x + 100] = (40 * k % 255, 180, 90)
        values.append(value(patched, "background.uniformity"))
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] + 0.1


@pytest.mark.parametrize(
    "check", ["lighting.hard_shadow", "lighting.hot_spots", "lighting.low_key", "background.uniformity"]
)
def test_mirror_and_size_do_not_matter(check: str) -> None:
    rgb = shining(half_in_shadow(picture("studio_light_skin"), 2.5), 0.12)
    expected, tolerance = value(rgb, check), 0.35 if check == "lighting.hard_shadow" else 0.02
    double = np.asarray(cv2.resize(rgb, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert value(np.ascontiguousarray(rgb[:, ::-1]), check) == pytest.approx(expected, abs=tolerance)
    assert value(double, check) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("name", ["studio_light_skin", "sofa"])
def test_blocks_grow_as_the_quality_falls_also_in_pixels_and_crops(name: str) -> None:
    rgb = picture(name)
    values = [value(saved(rgb, quality), "file.blockiness") for quality in (90, 45, 25, 10)]
    assert values == sorted(values)
    assert values[-1] > 1
    assert block_step(saved(rgb, 10)[3:, 5:], 8) == pytest.approx(values[-1], abs=0.3)


@pytest.mark.parametrize("name", ["studio_light_skin", "outdoors"])
def test_the_worst_files_never_read_better(name: str) -> None:
    picture_of, values = Image.fromarray(picture(name)), []
    for quality in (20, 15, 10, 7, 5, 3, 1):
        file = io.BytesIO()
        picture_of.save(file, "JPEG", quality=quality)
        taken = measure_all(Scene(load(file.getvalue()), NETS), ["file.blockiness"])["file.blockiness"].value
        assert isinstance(taken, float)
        values.append(taken)
    assert values == sorted(values)


def test_blocks_of_noise_and_tiny_pictures() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(90, 160, (256, 256, 3)).astype(np.uint8)
    step = block_step(noise, 8)
    assert step is not None
    assert step < 0.5
    assert block_step(noise[:60, :60], 8) is None


def test_blocks_of_a_large_photo_are_not_assessed() -> None:
    large = np.asarray(cv2.resize(picture("sofa"), None, fx=4, fy=4), np.uint8)
    assert take(large, "file.blockiness").cause == "blocks_unseen"


def test_what_lies_beyond_the_frame_is_no_shadow() -> None:
    rgb = picture("studio_light_skin")
    eyes = Scene(load(rgb), NETS).eye_centres
    beside_the_eye = int(eyes[:, 0].min() - 0.3 * np.ptp(eyes[:, 0]))
    assert value(np.ascontiguousarray(rgb[:, beside_the_eye:]), "lighting.hard_shadow") < 1.5


def cut_through_the_face(rgb: Pixels) -> Pixels:
    """The frame ends at the outer corner of one eye."""
    eyes = Scene(load(rgb), NETS).eye_centres
    distance = float(np.hypot(*(eyes[1] - eyes[0])))
    return np.ascontiguousarray(rgb[:, : int(eyes[:, 0].max() + 0.12 * distance)])


def test_a_face_that_the_frame_cuts_is_not_half_in_the_dark() -> None:
    cut = cut_through_the_face(picture("studio_light_skin"))
    assert take(cut, "lighting.balance").cause == "no_room"
    assert value(cut, "lighting.blocked") == 0


def test_black_that_ends_at_once_is_a_thing_and_black_that_fades_a_shadow() -> None:
    rgb = picture("studio_light_skin")
    filled = rgb.copy()
    points = Scene(load(rgb), NETS).mesh.points
    below_eyes, mouth = round(float(points[[145, 374], 1].max())) + 8, round(float(points[13, 1]))
    beside_nose = round(float(points[[280, 4], 0].mean()))
    filled[below_eyes:mouth, beside_nose:] = 0  # a bar over one cheek
    assert take(filled, "lighting.balance").cause == "face_covered"
    drawn = rgb.copy()
    for row in range(below_eyes, mouth, 14):
        drawn[row : row + 5, beside_nose : beside_nose + 40] = 0
    assert value(drawn, "lighting.blocked") < 0.005
    faded = half_in_shadow(rgb, 9, softness_px=60)
    assert value(faded, "lighting.blocked") > 0.1
    assert value(faded, "lighting.balance") > 4


def test_hair_over_a_cheek_is_no_dark_side() -> None:
    rgb = picture("studio_light_skin").copy()
    scene = Scene(load(rgb), NETS)
    (x, y), reach = scene.mesh.points[280, :2], 0.3 * scene.inter_eye_px
    side = 1 if x > scene.eye_centres[:, 0].mean() else -1
    lock = (
        np.array([(x - side * 0.1 * reach, y - 3 * reach), (x + side * 4 * reach, y + 3 * reach)]).round().astype(int)
    )
    cv2.rectangle(rgb, tuple(map(int, lock.min(axis=0))), tuple(map(int, lock.max(axis=0))), (20, 15, 10), -1)
    assert value(rgb, "lighting.balance") < 1.5
    shaded = np.zeros(rgb.shape[:2])
    shaded[:, int(scene.eye_centres[:, 0].mean()) :] = 1
    assert value(darkened_where(picture("studio_light_skin"), shaded, 3.0), "lighting.balance") > 2


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "outdoors"])
def test_a_curve_that_closes_the_shadows_is_seen_in_the_eyes(name: str) -> None:
    codes = np.clip((np.arange(256) / 255) ** 2.5 - 0.06, 0, 1) * 255
    assert value(cv2.LUT(picture(name), codes.astype(np.uint8)), "lighting.blocked") > 0.05
    assert value(picture(name), "lighting.blocked") < 0.015


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "outdoors"])
def test_tones_follow_the_curve_whatever_the_skin(name: str) -> None:
    rgb = picture(name)
    curves = [(np.arange(256) / 255) ** exponent * 255 for exponent in (1 / 3, 1 / 2, 1, 2, 3)]
    values = [value(cv2.LUT(rgb, codes.astype(np.uint8)), "lighting.tones") for codes in curves]
    assert values == sorted(values)
    assert values[0] < -0.7
    assert abs(values[2]) < 0.9
    assert values[-1] > 0.7
    assert value(rgb[:, ::-1], "lighting.tones") == pytest.approx(values[2], abs=0.2)


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "outdoors"])
def test_fading_and_a_veil_count_as_bleaching_does_and_bars_do_not(name: str) -> None:
    rgb = picture(name)
    codes = np.arange(256) / 255
    faded = cv2.LUT(rgb, (60 + 180 * codes**0.7).astype(np.uint8))
    veiled = cv2.LUT(rgb, (255 * (0.6 * codes**2.2 + 0.4 * 0.8) ** (1 / 2.2)).astype(np.uint8))
    plain = value(rgb, "lighting.tones")
    assert value(faded, "lighting.tones") < min(plain, -0.5)
    assert value(veiled, "lighting.tones") < min(plain, -0.5)
    high = len(rgb)
    barred = cv2.copyMakeBorder(faded, high // 8, high // 8, 0, 0, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    assert value(barred, "lighting.tones") == pytest.approx(value(faded, "lighting.tones"), abs=0.15)


@pytest.mark.parametrize("name", ["studio_light_skin", "studio_dark_skin", "outdoors"])
def test_bleaching_is_seen_in_the_eyes_whatever_the_skin(name: str) -> None:
    rgb = picture(name)
    curves = [(np.arange(256) / 255) ** exponent * 255 for exponent in (1, 0.7, 0.5, 0.33)]
    values = [value(cv2.LUT(rgb, codes.astype(np.uint8)), "lighting.bleached") for codes in curves]
    assert values == sorted(values)
    assert values[0] < 3
    assert values[-1] > values[0] + 2
    assert value(rgb[:, ::-1], "lighting.bleached") == pytest.approx(values[0], abs=0.3)


def test_a_dim_face_counts_for_more_in_a_dark_picture() -> None:
    rgb = exposed(picture("studio_light_skin"), -2)
    scene = Scene(load(rgb), NETS)
    (x, y), eyes_px = scene.eye_centres.mean(axis=0), scene.inter_eye_px
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    away = (np.hypot(columns - x, rows - y - 0.4 * eyes_px) > 1.8 * eyes_px).astype(np.float64)
    values = [value(darkened_where(rgb, away, stops), "lighting.dark") for stops in (0, 2, 4, 8)]
    assert all(more >= less - 0.01 for less, more in pairwise(values))  # the face is found anew in each
    assert 0.3 < values[-1] - values[0] < 0.8
    bright = picture("studio_light_skin")
    assert value(darkened_where(bright, 0.0 * away, 0), "lighting.dark") == value(bright, "lighting.dark")


def test_white_hair_before_a_white_wall_is_not_washed_out() -> None:
    rgb = picture("studio_light_skin").copy()
    face = cv2.convexHull(Scene(load(rgb), NETS).mesh.points[:, :2].astype(np.float32))
    kept = cv2.fillConvexPoly(np.zeros(rgb.shape[:2], np.uint8), face.round().astype(np.int32), 1)[..., None]
    white = np.where(kept, rgb, np.uint8(235)).astype(np.uint8)
    assert value(white, "lighting.dynamic_range") > 3.6
    assert value((white * 0.35 + 150).astype(np.uint8), "lighting.dynamic_range") < 3.6


def test_a_card_has_no_bright_spots() -> None:
    rgb = picture("studio_light_skin")
    small = cv2.resize(rgb, (rgb.shape[1] // 2, rgb.shape[0] // 2), interpolation=cv2.INTER_AREA)
    card = np.full((*rgb.shape[:2], 3), (75, 45, 120), np.uint8)
    top, left = rgb.shape[0] // 4, rgb.shape[1] // 4
    card[top - 60 : top + small.shape[0] + 60, left - 60 : left + small.shape[1] + 60] = 255
    card[top : top + small.shape[0], left : left + small.shape[1]] = small
    assert value(card, "background.bright_spots") == 0
