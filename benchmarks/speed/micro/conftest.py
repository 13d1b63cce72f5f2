"""What the micro-benchmarks stand on: one photo as a phone takes it, decoded, and a checker whose networks are open."""

from __future__ import annotations

import os

# Before NumPy is imported: one core, as for a worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import pytest

from benchmarks.phone_photos import SHAPES, make
from headshot_check import Checker
from headshot_check.nets.all import Nets
from headshot_check.photo import Photo, load
from headshot_check.scene import Scene

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "images" / "soft_office.jpg"


@pytest.fixture(scope="session", autouse=True)
def _one_core() -> None:
    cv2.setNumThreads(1)


@pytest.fixture(scope="session")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """A file of phone_photos by its name, as bytes; each is made once."""
    folder = tmp_path_factory.mktemp("photos")
    shapes = {shape.name: shape for shape in SHAPES}

    @cache
    def made(name: str) -> bytes:
        return make(FIXTURE, shapes[name], folder).read_bytes()

    return made


@pytest.fixture(scope="session")
def photo(encoded: Callable[[str], bytes]) -> Photo:
    """12 megapixels, one face; its analysis pixels are 1008 x 756."""
    return load(encoded("12 MP"))


@pytest.fixture(scope="session")
def checker() -> Checker:
    """For LinkedIn."""
    return Checker()


@pytest.fixture(scope="session")
def nets() -> Nets:
    """Networks that are opened at their first use."""
    return Nets()


@pytest.fixture
def scene(photo: Photo, nets: Nets) -> Scene:
    """A scene in which everything that measures share is there already: faces, mesh, eyes, mask, crop."""
    ready = Scene(photo, nets)
    _ = ready.main, ready.mesh, ready.eyes, ready.head, ready.mask, ready.glance, ready.face_crop, ready.car
    return ready
