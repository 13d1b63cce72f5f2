"""What several stages need is done once, and comes out as if each had done it for itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fixture_photos import Fixture, fixture, fixtures
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from headshot_check.nets.all import Nets
from headshot_check.nets.backend import LiteRTBackend
from headshot_check.nets.blazeface import Detection
from headshot_check.nets.face_mesh import Mesh
from headshot_check.photo import load
from headshot_check.pixels.shrinking import Halves
from headshot_check.scene import Scene


class _Counting(LiteRTBackend):
    """Counts the faces that the mesh is fitted to."""

    fitted: int = 0

    def fit_mesh(self, rgb: NDArray[np.uint8], face: Detection) -> Mesh:
        self.fitted += 1
        return super().fit_mesh(rgb, face)


@pytest.mark.parametrize("one", fixtures(), ids=lambda one: one.name)
def test_a_face_is_fitted_once(one: Fixture) -> None:
    backend = _Counting()
    scene = Scene(load(one.path), Nets(backend))
    faces, before = scene.search.faces, backend.fitted
    if not faces or scene.search.how != "plain":
        pytest.skip("found by a retry: on other pixels")
    known = scene.search.mesh_of(scene.main)
    mesh = scene._any_mesh
    assert backend.fitted == before + (known is None)
    assert np.array_equal(mesh.points, backend.fit_mesh(scene.photo.rgb, scene.main).points)


def test_the_mask_is_that_of_the_photo_itself() -> None:
    scene = Scene(load(fixture("soft_office")), Nets())
    assert max(scene.photo.rgb.shape) > 256
    assert np.array_equal(scene.mask, scene.nets.selfie(scene.photo.rgb))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 4), st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_halves_are_means_of_two_by_two(times: int, height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    expected = rgb
    for _ in range(times):
        high, wide = expected.shape[0] // 2, expected.shape[1] // 2
        if high and wide:
            fours = expected[: high * 2, : wide * 2].reshape(high, 2, wide, 2, 3).astype(int).sum((1, 3))
            expected = ((fours + 2) // 4).astype(np.uint8)
    halves = Halves(rgb)
    assert np.array_equal(halves.times(times), expected)
    assert halves.times(0) is rgb


def test_a_bad_policy_does_not_wait_for_standard_input() -> None:
    command = [sys.executable, "-m", "headshot_check", "check", "-", "--policy", "none_such"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.wait(timeout=60) == 2  # while standard input is still open


_OF_OTHER_THREADS = """
import sys, time, cv2
cv2.setNumThreads(1)
from headshot_check import Checker
photo, checker = open(sys.argv[1], "rb").read(), Checker()
checker.check(photo)
of_all, own = time.process_time(), time.thread_time()
for _ in range(5):
    checker.check(photo)
print((time.process_time() - of_all - (time.thread_time() - own)) / 5)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the clocks of other systems' processes are too coarse")
def test_a_check_sets_no_threads_spinning_but_the_callers(tmp_path: Path) -> None:
    """A product of some hundred thousand numbers wakes all of OpenBLAS's threads, which then spin: 30 ms a photo."""
    with Image.open(fixture("soft_office")) as image:
        image.resize((3024, 4032), Image.Resampling.BILINEAR).save(tmp_path / "large.jpg", quality=88)
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", _OF_OTHER_THREADS, str(tmp_path / "large.jpg")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    assert float(done.stdout) < 0.002
