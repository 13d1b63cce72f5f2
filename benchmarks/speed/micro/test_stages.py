"""Each stage of a check by itself, warm, on one core.

    python -m pytest benchmarks/speed/micro -p no:cacheprovider --benchmark-sort=name [--benchmark-json=OUT.json]
    python -m pytest benchmarks/speed/micro --benchmark-compare=OUT.json       # against an earlier run of this machine

Not part of the tests: what they assert is only that each stage did its work. `benchmarks/speed/stages.py` says what the
stages come to in one check, where caches are colder.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from headshot_check import Checker
from headshot_check.assessment import report_on
from headshot_check.measures import SUBJECTS, known_measures, measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import ANALYSIS_LONG_SIDE, Photo, load
from headshot_check.scene import Scene
from headshot_check.views.picture.overlay import draw_overlay

Encoded = Callable[[str], bytes]
FILES = ("0.5 MP", "1 MP", "12 MP", "48 MP", "12 MP progressive", "12 MP PNG", "12 MP HEIC")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.benchmark(group="decode", warmup=True, min_rounds=5)
def test_decode(benchmark: Any, encoded: Encoded, name: str) -> None:
    """Bytes to analysis pixels."""
    photo = benchmark(load, encoded(name))
    assert max(photo.rgb.shape) <= ANALYSIS_LONG_SIDE


@pytest.mark.parametrize("name", ["0.5 MP", "1 MP", "12 MP", "48 MP", "12 MP progressive"])
@pytest.mark.benchmark(group="decode", warmup=True, min_rounds=5)
def test_floor_decode(benchmark: Any, encoded: Encoded, name: str) -> None:
    """The least that any decoder takes for the file: an eighth of its size, by OpenCV."""
    data = np.frombuffer(encoded(name), np.uint8)
    assert benchmark(cv2.imdecode, data, cv2.IMREAD_REDUCED_COLOR_8) is not None


@pytest.mark.benchmark(group="decode", warmup=True, min_rounds=5)
def test_larger_decode_of_the_face(benchmark: Any, encoded: Encoded) -> None:
    """What `Photo.detail` costs where the face is too small in the analysis pixels."""
    data = encoded("12 MP")

    def detail() -> Any:
        photo = load(data)
        return photo.detail((1000, 1000, 2000, 2000), 0.5)

    assert benchmark(detail)[1] == 0.5


@pytest.mark.benchmark(group="networks", warmup=True, min_rounds=50)
class TestNetworks:
    """With the pixels that each needs made as well."""

    def test_detect(self, benchmark: Any, photo: Photo, nets: Nets) -> None:
        """BlazeFace, short range."""
        assert benchmark(nets.backend.find_faces, photo.rgb)

    def test_mesh(self, benchmark: Any, photo: Photo, nets: Nets, scene: Scene) -> None:
        """Four fits."""
        assert benchmark(nets.backend.fit_mesh, photo.rgb, scene.main).presence > 0.5

    def test_eyes(self, benchmark: Any, photo: Photo, nets: Nets, scene: Scene) -> None:
        """The iris network on both."""
        assert len(benchmark(nets.backend.find_eyes, photo.rgb, scene.mesh)) == 2

    def test_mask(self, benchmark: Any, nets: Nets, scene: Scene) -> None:
        """The person, from the picture at a glance."""
        assert benchmark(nets.selfie, scene.glance).max() > 0.9

    def test_car(self, benchmark: Any, photo: Photo, nets: Nets, scene: Scene) -> None:
        """The car network, as it is and mirrored."""
        right, left = scene.main.keypoints[:2]
        assert benchmark(nets.car, photo.rgb, scene.main.box, tuple(right), tuple(left)).probability < 0.5


@pytest.mark.benchmark(group="pixels", warmup=True, min_rounds=50)
class TestPixels:
    """Reductions that several measures share."""

    def test_glance(self, benchmark: Any, photo: Photo, nets: Nets) -> None:
        """The frame in 256 x 256."""
        assert benchmark(lambda: Scene(photo, nets).glance).shape == (256, 256, 3)

    def test_face_crop(self, benchmark: Any, scene: Scene) -> None:
        """The aligned face."""

        def crop() -> Any:
            scene.__dict__.pop("face_crop")
            return scene.face_crop

        assert benchmark(crop).rgb.shape[0] > 100


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.benchmark(group="measures", warmup=True, min_rounds=20)
def test_measures(benchmark: Any, scene: Scene, subject: str) -> None:
    """All measures of a subject, in a scene whose networks have been asked."""
    home = f"headshot_check.measures.{subject}"
    checks = [check for check, (function, _) in known_measures().items() if function.__module__ == home]

    def take() -> Any:
        scene._kept.clear()
        return measure_all(scene, checks)

    assert len(benchmark(take)) == len(checks)


@pytest.mark.benchmark(group="report", warmup=True, min_rounds=20)
class TestReport:
    """Judged, advised, and put in words, all measures and networks included; and drawn."""

    def test_report(self, benchmark: Any, photo: Photo, checker: Checker) -> None:
        """Analysis pixels to report."""
        assert benchmark(checker.check_photo, photo).score is not None

    def test_words_alone(self, benchmark: Any, photo: Photo, checker: Checker, nets: Nets) -> None:
        """A second report on a scene in which all is measured: policy, advice, sentences, and the light measures."""
        scene = Scene(photo, nets)
        report_on(scene, checker.policy)
        assert benchmark(report_on, scene, checker.policy).findings

    def test_json(self, benchmark: Any, photo: Photo, checker: Checker) -> None:
        """The report as plain data."""
        assert benchmark(checker.check_photo(photo).to_dict)["schema_version"]

    def test_overlay(self, benchmark: Any, photo: Photo, checker: Checker) -> None:
        """The findings drawn on the photo and encoded."""
        report = checker.check_photo(photo)

        def save() -> bytes:
            out = io.BytesIO()
            Image.fromarray(draw_overlay(photo.rgb, report)).save(out, "JPEG", quality=90)
            return out.getvalue()

        assert benchmark(save)[:2] == b"\xff\xd8"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.benchmark(group="check", warmup=True, min_rounds=5)
def test_check(benchmark: Any, encoded: Encoded, checker: Checker, name: str) -> None:
    """Bytes to report."""
    assert benchmark(checker.check, encoded(name)).verdict != "unreadable"
