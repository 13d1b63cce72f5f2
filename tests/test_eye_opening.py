"""Eyes are open or shut by where the upper lid is, not by the gap: narrow, smiling and shaded eyes are open."""

from __future__ import annotations

import numpy as np
import pytest
from fixture_photos import fixture
from hypothesis import given
from hypothesis import strategies as st

from headshot_check.measures import measure_all
from headshot_check.measures.eyes import _opening
from headshot_check.measures.sharpness import face_edges
from headshot_check.nets.all import Nets
from headshot_check.nets.iris import Eye
from headshot_check.photo import load
from headshot_check.scene import NotAssessed, Scene

FAILS, OPEN = 0.12, 0.165
"""limits of linkedin.toml"""


def eye(lower: float, upper: float, *, wide: float = 30.0, turned: float = 0.0, mirrored: bool = False) -> Eye:
    """An eye whose lids lie that far below the line between the corners, in its middle, over its width."""
    contour = np.zeros((71, 2), np.float32)
    x = np.linspace(0, 1, 9)
    sag = 4 * x * (1 - x)
    contour[:9] = np.stack([x, sag * lower], axis=1)
    contour[9:16] = np.stack([x, sag * upper], axis=1)[1:8]
    if mirrored:
        contour[:, 0] = 1 - contour[:, 0]
    cos, sin = np.cos(np.radians(turned)), np.sin(np.radians(turned))
    return Eye(
        np.zeros((5, 2), np.float32), np.asarray(contour * wide @ np.array([[cos, sin], [-sin, cos]]), np.float32)
    )


def opening(one: Eye, turned: float = 0.0) -> float:
    return _opening(one, (-np.sin(np.radians(turned)), np.cos(np.radians(turned))))


def test_shut_lids_meet_below_the_corners_and_narrow_ones_above() -> None:
    shut, looking_down, wide_open = eye(0.09, 0.05), eye(0.12, 0.03), eye(0.08, -0.22)
    assert opening(shut) < FAILS
    assert opening(looking_down) < FAILS
    assert opening(wide_open) == pytest.approx(0.3, abs=0.03)
    smiling = eye(0.0, -0.1)  # its gap, 0.1, is no more than that of eyes that look down
    assert opening(smiling) > OPEN


@given(st.floats(-0.1, 0.15), st.floats(-0.3, 0.1), st.floats(0.01, 0.2))
def test_a_lid_that_rises_opens_the_eye(lower: float, upper: float, by: float) -> None:
    assert opening(eye(lower, upper - by)) >= opening(eye(lower, upper))


@given(st.floats(-0.2, 0.05), st.floats(8, 200), st.floats(-170, 170), st.booleans())
def test_size_lean_and_mirror_do_not_matter(upper: float, wide: float, turned: float, mirrored: bool) -> None:
    one = eye(0.06, upper, wide=wide, turned=turned, mirrored=mirrored)
    assert opening(one, turned) == pytest.approx(opening(eye(0.06, upper)), abs=1e-3)


def test_eyes_that_may_be_shut_are_looked_at_twice_and_open_ones_once() -> None:
    scene = Scene(load(fixture("studio_light_skin")), Nets())
    right, left = scene.eyes
    once = value(scene)
    assert "eyes_mirrored" not in scene.__dict__
    assert once > 0.2
    shut = Scene(load(fixture("studio_light_skin")), Nets())
    wide = float(np.linalg.norm(right.contour[0] - right.contour[8]))
    drooping = [Eye(one.iris, lowered(one, 0.25 * wide)) for one in (right, left)]
    shut.__dict__["eyes"] = tuple(drooping)
    assert value(shut) == pytest.approx(np.mean([0.0, once], axis=0), abs=0.15)
    assert "eyes_mirrored" in shut.__dict__


def value(scene: Scene) -> float:
    taken = measure_all(scene, ["eyes.opening"])["eyes.opening"].value
    assert isinstance(taken, float)
    return taken


def lowered(one: Eye, by_px: float) -> np.ndarray:
    """The contour with its upper lid that much lower in the picture."""
    contour = one.contour.copy()
    contour[9:16, 1] += by_px
    return contour


@pytest.mark.parametrize("name", ["backlit", "studio_headscarf", "tilted"])
def test_a_face_without_an_edge_to_measure_is_assessed(name: str) -> None:
    faint = (0.06 * load(fixture(name)).rgb + 0.94 * 128).astype(np.uint8)
    scene = Scene(load(faint), Nets())
    with pytest.raises(NotAssessed, match="no_edges"):
        scene.once(face_edges)
    open_eyes = measure_all(scene, ["eyes.opening"])["eyes.opening"].value
    assert isinstance(open_eyes, float)
    assert open_eyes > OPEN
