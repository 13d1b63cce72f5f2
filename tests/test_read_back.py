"""A shipped network read back into the layers that fits use: it answers as it does in the product."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from fixture_photos import fixture

pytest.importorskip("torch")
import torch

from headshot_check.nets.all import Nets
from headshot_check.nets.head_marks import GROUND, SIZE, view
from headshot_check.photo import load
from headshot_check.scene import Scene
from training.medium.head_marks import NETWORK, as_input, read_back

PEOPLE = ("outdoors", "studio_light_skin", "studio_dark_skin", "sofa", "plain_wall_glasses", "office_chair_headrest")


@lru_cache(maxsize=1)
def heads() -> tuple[np.ndarray, list[float]]:
    """Views of heads, one half of them with a bar over the eyes, and what the shipped network says of each."""
    nets, shown, told = Nets(), [], []
    for name in PEOPLE:
        for barred in (False, True):
            scene = Scene(load(fixture(name)), nets)
            seen = view(scene.main.box).crop(scene.halves, SIZE, fill=GROUND)
            if barred:
                seen[70:90, 20:140] = (250, 60, 40)
            shown.append(seen)
            told.append(nets.head_marks._look(seen)[0])
    return np.stack(shown), told


def test_what_is_read_back_answers_as_the_network_does() -> None:
    shown, told = heads()
    net = read_back(NETWORK, torch.from_numpy(shown))
    with torch.no_grad():
        _, again = net.eval()(as_input(torch.from_numpy(shown)))
    assert np.ptp(told) > 2
    assert np.abs(again.numpy() - told).max() < 0.5


def test_a_fit_begins_with_the_same_network() -> None:
    """Normalised by the batch itself, as the first step of a fit does, the answers are the same."""
    shown, _ = heads()
    views = as_input(torch.from_numpy(shown))
    net = read_back(NETWORK, torch.from_numpy(shown))
    net.rest.p = 0.0
    with torch.no_grad():
        before = net.eval()(views)[1]
        during = net.train()(views)[1]
    assert torch.allclose(before, during, atol=0.05)
