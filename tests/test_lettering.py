"""Where letters lie over a picture: the network's view, and the examples that it is fitted on."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from fixture_photos import fixture

from headshot_check.measures.lettering import lettering as amount_and_place
from headshot_check.nets import lettering
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.pixels.shrinking import Halves
from headshot_check.scene import Scene
from training.medium import (
    fonts,
    lettering_cache,
    letters,
    marks_apart,
    overlays,
    overlays_apart,
    scene_words,
    stamps,
)
from training.medium.lettering_cache import COVERED, IN_SCENE, NOTHING, UNSURE
from training.medium.worn import Worn


@lru_cache(maxsize=1)
def nets() -> Nets:
    return Nets()


def test_the_lettering_network_sees_the_whole_picture_at_its_own_size() -> None:
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (200, 120, 3), np.uint8)
    view, within = lettering.framed(Halves(small))
    assert view.shape == (lettering.SIZE, lettering.SIZE)
    assert within == (124, 164, 200, 120)
    assert np.array_equal(view[124:324, 164:284], cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    assert np.all(view[:124] == lettering.GROUND)
    large, (top, left, high, wide) = lettering.framed(Halves(np.full((1500, 1000, 3), 40, np.uint8)))
    assert (top, high, wide) == (0, lettering.SIZE, 299)
    assert np.all(large[:, left : left + wide] == 40)


def test_patches_are_4_by_4_pixels_in_a_row() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (64, 64), np.uint8)
    patches = lettering.in_patches(grey)
    assert patches.shape == (1, 16, 16, 16)
    assert np.array_equal(patches[0, 3, 5].reshape(4, 4), grey[12:16, 20:24])


@pytest.mark.parametrize("lay", marks_apart.KEPT_APART, ids=lambda one: one.__name__)
def test_a_mark_leaves_the_size_and_changes_a_part(lay: overlays.Overlay) -> None:
    rgb = np.full((300, 260, 3), 100, np.uint8)
    changed = []
    for seed in range(6):
        out = lay(rgb, np.random.default_rng(seed))
        assert out.shape == rgb.shape
        changed.append((out != rgb).any(2).mean())
    assert max(changed) > 0.001
    assert np.mean(changed) < 0.7


def test_types_to_measure_on_are_none_of_those_to_fit_on() -> None:
    fitted = [path.name for path in fonts.apart() if path.name in letters._SYSTEM]
    assert not fitted
    assert not [name for name in letters._SYSTEM if name.startswith(fonts.KEPT_APART)]


def test_an_example_knows_where_something_lies_over_it_and_what_stands_in_the_scene() -> None:
    rng = np.random.default_rng(2)
    grey = rng.integers(60, 200, (lettering.SIZE, lettering.SIZE), np.uint8)
    over, scene = np.zeros(grey.shape, np.float32), np.zeros(grey.shape, np.float32)
    over[80:96, 160:240] = 1
    over[200, 200] = 1
    scene[320:336, 80:120] = 1
    cells = lettering_cache.cells_of(grey, over, scene)
    assert np.all(cells[10:12, 20:30] == COVERED)
    assert cells[25, 25] == UNSURE
    assert np.all(cells[40:42, 10:15] == IN_SCENE)
    assert (cells == NOTHING).sum() == cells.size - 20 - 1 - 10
    grey[80:96, 160:240] = 255  # the middle of a plain bar shows nothing
    assert np.all(lettering_cache.cells_of(grey, over, scene)[10:12, 20:30] == UNSURE)


def test_a_thin_line_changes_a_little_of_a_picture_and_words_in_the_scene_are_soft() -> None:
    rgb = np.full((400, 320, 3), 120, np.uint8)
    for seed in range(5):
        line = stamps.thin_line(rgb, np.random.default_rng(seed))
        assert 0.0005 < (line != rgb).any(2).mean() < 0.1
        seen = scene_words.plate(rgb, np.random.default_rng(seed))
        assert seen.shape == rgb.shape
        steps = np.abs(np.diff(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY).astype(int), axis=1))
        assert steps.max() < 150


def test_a_date_is_small_and_near_an_edge_and_large_words_lie_across_the_middle() -> None:
    rgb = np.full((400, 320, 3), 120, np.uint8)
    for seed in range(8):
        rows, _ = np.nonzero((stamps.date(rgb, np.random.default_rng(seed)) != rgb).any(2))
        assert rows.max() < 80 or rows.min() > 320
        assert len(rows) < 0.1 * rgb[..., 0].size
        across = (stamps.large_words(rgb, np.random.default_rng(seed)) != rgb).any(2)
        assert across[:, 40:280].any(0).mean() > 0.4
        assert across.mean() > 0.01


@pytest.mark.parametrize(("digit", "bars"), [("8", 7), ("1", 2), ("7", 3)])
def test_a_digit_of_bars_has_its_bars(digit: str, bars: int) -> None:
    drawn = stamps.segments(digit, 40, np.random.default_rng(3)) > 0.5
    every = stamps.segments("8", 40, np.random.default_rng(3)) > 0.5
    assert 0.6 * bars / 7 < drawn.sum() / every.sum() < 1.5 * bars / 7


@pytest.mark.parametrize("lay", overlays_apart.LARGE_APART[1:], ids=lambda one: one.__name__)
def test_what_is_measured_on_leaves_the_size_and_changes_a_part(lay: overlays.Overlay) -> None:
    rgb = np.full((300, 260, 3), 100, np.uint8)
    for seed in range(5):
        out = lay(rgb, np.random.default_rng(seed))
        assert out.shape == rgb.shape
        assert 0.001 < (out != rgb).any(2).mean() < 0.6


def test_what_is_worn_leaves_the_face() -> None:
    rgb = load(fixture("outdoors")).rgb
    x0, y0, x1, y1 = (round(at) for at in Scene(load(rgb), nets()).main.box)
    worn, seen = Worn(), 0
    for seed in range(12):
        changed = np.abs(worn(rgb, np.random.default_rng(seed)).astype(int) - rgb).max(2) > 8
        low, beside = y0 + (y1 - y0) // 3, (x1 - x0) // 5  # a cap reaches down to the forehead
        assert changed[low:y1, x0 + beside : x1 - beside].mean() < 0.1, seed
        seen += changed.any()
    assert seen >= 10


def test_where_plain_bars_end_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    portrait = load(fixture("outdoors")).rgb
    barred = cv2.copyMakeBorder(portrait, 150, 150, 0, 0, cv2.BORDER_CONSTANT, value=(0, 0, 0))

    def amount(picture: np.ndarray, *, at_the_bars: bool) -> float:
        scene = Scene(load(picture), nets())
        marks, (top, left, high, wide) = scene.nets.lettering(scene.halves)
        rows = round(top + 150 / barred.shape[0] * high) // lettering.CELL
        marks = np.full_like(marks, -5)
        marks[rows if at_the_bars else rows + 5, (left + 16) // 8 : (left + wide - 16) // 8] = 2

        monkeypatch.setitem(vars(scene.nets), "lettering", lambda _: (marks, (top, left, high, wide)))
        return amount_and_place(scene).amount

    assert amount(barred, at_the_bars=True) == 0
    monkeypatch.undo()
    assert amount(barred, at_the_bars=False) > 10
    monkeypatch.undo()
    assert amount(portrait, at_the_bars=True) > 10
