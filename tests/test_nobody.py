"""Pictures without anybody: nobody is said, and that a photo of oneself is wanted."""

from __future__ import annotations

from collections import Counter

import numpy as np
from drawn_things import THINGS

from headshot_check import Checker
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import Scene


def test_things_and_pets_are_nobody() -> None:
    nets, rng = Nets(), np.random.default_rng(1)
    told = Counter(
        (draw.__name__, measure_all(Scene(load(draw(rng)), nets), ["faces.found"])["faces.found"].value)
        for draw in THINGS
        for _ in range(8)
    )
    nobody = sum(count for (_, value), count in told.items() if value == "nobody")
    assert nobody >= 0.97 * told.total(), told


def test_the_advice_is_to_choose_a_photo_of_oneself() -> None:
    checker = Checker()
    for draw in THINGS:
        report = checker.check(draw(np.random.default_rng(2)))
        assert report.verdict == "retake"
        assert report.retake[0].startswith("Choose a photo"), (draw.__name__, report.retake)
        assert "Somebody is there" not in report.finding("faces.found").message
