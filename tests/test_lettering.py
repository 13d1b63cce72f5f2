"""Where letters lie over a picture: the network's view, and the examples that it is fitted on."""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.nets import lettering
from headshot_check.pixels.shrinking import Halves
from training.medium import lettering_cache, scene_words, stamps
from training.medium.lettering_cache import COVERED, IN_SCENE, NOTHING, UNSURE


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
    patches = lettering.as_patches(grey)
    assert patches.shape == (1, 16, 16, 16)
    assert np.allclose(patches[0, 3, 5].reshape(4, 4), grey[12:16, 20:24] / 127.5 - 1, atol=1e-6)


def test_an_example_knows_where_something_lies_over_it_and_what_stands_in_the_scene() -> None:
    rng = np.random.default_rng(2)
    grey = rng.integers(60, 200, (lettering.SIZE, lettering.SIZE), np.uint8)
    over, scene = np.zeros(grey.shape, np.float32), np.zeros(grey.shape, np.float32)
    over[80:96, 160:240] = 1
    over[200, 200] = 1
    scene[320:336, 80:120] = 1
    cells = lettering_cache._cells(grey, over, scene)
    assert np.all(cells[10:12, 20:30] == COVERED)
    assert cells[25, 25] == UNSURE
    assert np.all(cells[40:42, 10:15] == IN_SCENE)
    assert (cells == NOTHING).sum() == cells.size - 20 - 1 - 10
    grey[80:96, 160:240] = 255  # the middle of a plain bar shows nothing
    assert np.all(lettering_cache._cells(grey, over, scene)[10:12, 20:30] == UNSURE)


def test_a_thin_line_changes_a_little_of_a_picture_and_words_in_the_scene_are_soft() -> None:
    rgb = np.full((400, 320, 3), 120, np.uint8)
    for seed in range(5):
        line = stamps.thin_line(rgb, np.random.default_rng(seed))
        assert 0.0005 < (line != rgb).any(2).mean() < 0.1
        seen = scene_words.plate(rgb, np.random.default_rng(seed))
        assert seen.shape == rgb.shape
        steps = np.abs(np.diff(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY).astype(int), axis=1))
        assert steps.max() < 150
