"""What lies over a head: the view of the network, the examples that it is fitted on, and what it tells."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from fixture_photos import fixture

from headshot_check.measures import measure_all
from headshot_check.measures.head_marks import NONE, HeadMarks, head_marks
from headshot_check.nets.all import Nets
from headshot_check.nets.head_marks import CELL, SIZE, in_patches, view
from headshot_check.photo import load
from headshot_check.policy import judge, load_policy
from headshot_check.report import Region
from headshot_check.scene import Scene
from training.medium import fonts, head_examples, head_stickers
from training.medium.head_examples import COVERED, NOTHING, UNSURE, Heads, cells_of, changed, laid_over

PEOPLE = ("outdoors", "studio_light_skin", "studio_dark_skin", "sofa", "plain_wall_glasses", "office_chair_headrest")


@lru_cache(maxsize=1)
def nets() -> Nets:
    return Nets()


def scene_of(rgb: np.ndarray) -> Scene:
    return Scene(load(np.ascontiguousarray(rgb)), nets())


def status(rgb: np.ndarray) -> str:
    taken = measure_all(scene_of(rgb), ["medium.overlay"])["medium.overlay"]
    return judge(load_policy("linkedin").rules["medium.overlay"], taken).status


def word_across(rgb: np.ndarray, text: str, alpha: float, lean: float) -> np.ndarray:
    """A white word over the middle of the face, as wide as one and a half of it."""
    x0, y0, x1, y1 = scene_of(rgb).main.box
    thick = max(2, round((x1 - x0) / 40))
    (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_COMPLEX, 1, 1)
    scale = 1.5 * (x1 - x0) / wide
    share = np.zeros(rgb.shape[:2], np.uint8)
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    at = round(middle[0] - scale * wide / 2), round(middle[1] + scale * high / 2)
    cv2.putText(share, text, at, cv2.FONT_HERSHEY_COMPLEX, scale, 255, thick, cv2.LINE_AA)
    share = cv2.warpAffine(share, cv2.getRotationMatrix2D(middle, lean, 1), rgb.shape[1::-1])
    return np.clip(rgb + (255.0 - rgb) * alpha * share[..., None] / 255, 0, 255).astype(np.uint8)


def test_the_view_holds_the_head_from_hair_to_neck() -> None:
    square = view((100.0, 200.0, 200.0, 300.0))
    assert (square.center_x, square.center_y, square.side, square.roll_rad) == (150, 240, 160, 0)


def test_patches_are_4_by_4_pixels_in_a_row() -> None:
    shown = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    patches = in_patches(shown)
    assert patches.shape == (1, SIZE // 4, SIZE // 4, 48)
    assert np.array_equal(patches[0, 3, 5].reshape(4, 4, 3), shown[12:16, 20:24])


def test_an_example_knows_where_something_lies_over_the_head() -> None:
    share = np.zeros((SIZE, SIZE), np.float32)
    share[40:56, 80:120] = 1
    share[100, 100] = 1
    cells = cells_of(share)
    assert np.all(cells[5:7, 10:15] == COVERED)
    assert cells[100 // CELL, 100 // CELL] == UNSURE
    assert (cells == NOTHING).sum() == cells.size - 10 - 1


def test_half_of_the_heads_have_something_over_them_and_the_others_nothing() -> None:
    rgb = np.full((240, 200, 3), 90, np.uint8)
    heads = Heads([(rgb, (60.0, 80.0, 140.0, 160.0))], np.random.default_rng(4))
    told = []
    for _ in range(60):
        shown, cells, what = heads()
        assert shown.shape == (SIZE, SIZE, 3)
        assert shown.dtype == np.uint8
        assert what in (NOTHING, COVERED, UNSURE)
        if what == NOTHING:
            assert np.all(cells == NOTHING)
        elif what == COVERED:
            assert (cells == COVERED).any()
        told.append(what)
    assert 15 <= told.count(COVERED) <= 40
    assert 18 <= told.count(NOTHING) <= 42


def test_what_is_laid_over_crosses_the_head_more_often_than_not() -> None:
    rgb, box = np.full((300, 260, 3), 120, np.uint8), (80.0, 90.0, 180.0, 190.0)
    rng, crossing = np.random.default_rng(5), 0
    for _ in range(60):
        out = laid_over(rgb, box, rng)
        assert out.shape == rgb.shape
        crossing += changed(rgb, out)[70:200, 70:190].mean() > 0.005
    assert crossing >= 36


@pytest.mark.parametrize("layer", [head_stickers.disguise, head_stickers.emoji])
def test_stickers_lie_about_the_head_in_colours(layer: head_examples.Layer) -> None:
    size, box, rng, about = (300, 260), (80.0, 90.0, 180.0, 190.0), np.random.default_rng(8), 0
    for _ in range(20):
        share, ink = layer(size, box, rng)
        assert share.shape == size
        assert ink.shape == (*size, 3)
        assert 0 <= share.min() <= share.max() <= 1
        assert 0 <= ink.min() <= ink.max() <= 255
        about += share[20:230, 40:220].sum() > 0.7 * share.sum() > 0
    assert about >= 16


def test_emoji_are_an_animals_mask_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_stickers, "_emoji", lambda: ())
    args = (120, 100), (30.0, 30.0, 70.0, 80.0)
    made = [layer(*args, np.random.default_rng(9)) for layer in (head_stickers.emoji, head_stickers.disguise)]
    assert np.array_equal(made[0][0], made[1][0])


def test_no_type_is_both_fitted_and_measured_on() -> None:
    assert not set(head_examples._types()) & set(fonts.apart())


@pytest.mark.parametrize(("text", "alpha", "least"), [("Muster", 0.6, 5), ("Gallery", 0.35, 3)])
def test_a_word_across_the_face_is_told_and_has_its_place(text: str, alpha: float, least: int) -> None:
    told = 0
    for k, name in enumerate(PEOPLE):
        rgb = word_across(load(fixture(name)).rgb, text, alpha, (0.0, 25.0, -30.0)[k % 3])
        scene = scene_of(rgb)
        taken = measure_all(scene, ["medium.overlay"])["medium.overlay"]
        assert isinstance(taken.value, float)
        if taken.value > 0.84:
            told += 1
            assert isinstance(taken.region, Region)
            x0, y0, x1, y1 = taken.region.bounds
            left, top, right, bottom = scene.main.box
            assert x0 < (left + right) / 2 / scene.width < x1
            assert y0 < (top + bottom) / 2 / scene.height < y1
    assert told >= least


@pytest.mark.parametrize("name", PEOPLE)
def test_a_bare_head_has_nothing_over_it(name: str) -> None:
    assert status(load(fixture(name)).rgb) == "pass"


def test_a_small_face_is_not_looked_at() -> None:
    rgb = load(fixture("outdoors")).rgb
    scene = scene_of(rgb)
    box = scene.main.box
    scale = 30 / (box[2] - box[0])
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert head_marks(scene_of(small)) == HeadMarks(NONE, None)


def test_a_round_picture_is_an_ordinary_head_on_a_plain_ground() -> None:
    rgb = np.random.default_rng(6).integers(0, 256, (300, 260, 3), np.uint8)
    rng, plain = np.random.default_rng(7), 0
    for _ in range(12):
        out, (x0, y0, x1, y1) = head_examples._rounded(rgb, (80.0, 90.0, 180.0, 190.0), rng)
        assert (x1 - x0, y1 - y0) == (100, 100)
        middle = out[round(y0) + 40 : round(y0) + 60, round(x0) + 40 : round(x0) + 60]
        assert np.array_equal(middle, rgb[130:150, 120:140])
        plain += len(np.unique(out.reshape(-1, 3)[:20], axis=0)) == 1
    assert plain >= 8
