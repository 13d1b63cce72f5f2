"""The search for faces: what counts as turned, and what is said when there is no face."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from fixture_photos import IMAGES

from headshot_check.nets.backend import Backend, LiteRTBackend
from headshot_check.nets.blazeface import Detection
from headshot_check.nets.face_mesh import Mesh
from headshot_check.photo import load
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.shrinking import Halves, pixels_of
from headshot_check.scene.face_search import find_faces, lean_rad

UPRIGHT = np.zeros((200, 160, 3), np.uint8)
UPRIGHT[:20] = 180  # tells which way up it is


def face(score: float) -> Detection:
    points = np.array([(60, 80), (100, 80), (80, 100), (80, 120), (50, 90), (110, 90)], np.float32)
    return Detection((50.0, 60.0, 110.0, 130.0), points, score)


@dataclass
class OneFace(Backend):
    """Finds a face with one score upright, with another upside down, and asks a mesh of that presence."""

    upright: float
    upside_down: float
    presence: float = 0.999
    seen: list[bool] = field(default_factory=list)

    def find_faces(self, picture: object) -> tuple[Detection, ...]:
        stands = bool(pixels_of(picture)[2, 2, 0] > 100)  # type: ignore[arg-type]
        score = self.upright if stands else self.upside_down
        return (face(score),) if score >= 0.5 else ()

    def fit_mesh(self, picture: object, found: Detection) -> Mesh:
        return Mesh(np.zeros((468, 3), np.float32), self.presence, Square(0, 0, 1))


@pytest.mark.parametrize(
    ("upright", "upside_down", "how"),
    [
        (0.6, 0.76, "plain"),
        (0.61, 0.75, "plain"),
        (0.8, 0.83, "plain"),
        (0.75, 0.93, "rotated"),
        (0.78, 0.8, "plain"),
        (0.95, 0.99, "plain"),
    ],
)
def test_a_turned_face_must_score_like_one(upright: float, upside_down: float, how: str) -> None:
    assert find_faces(UPRIGHT, OneFace(upright, upside_down)).how == how  # type: ignore[arg-type]


@pytest.mark.parametrize(("presence", "score", "how"), [(0.999, 0.75, "rotated"), (1.0, 0.5, "plain")])
def test_a_face_that_the_mesh_is_sure_of_is_not_looked_for_the_other_ways_up(
    presence: float, score: float, how: str
) -> None:
    assert find_faces(UPRIGHT, OneFace(score, 0.93, presence)).how == how  # type: ignore[arg-type]


def test_what_looks_like_a_face_and_does_not_convince_is_told() -> None:
    found = find_faces(UPRIGHT, OneFace(0.72, 0.0, presence=0.2))  # type: ignore[arg-type]
    assert found.faces == ()
    assert found.doubted == pytest.approx(0.72)
    assert find_faces(UPRIGHT, OneFace(0.0, 0.0)).doubted == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 150, -45])
def test_a_face_leans_by_the_line_from_its_eyes_to_its_mouth(degrees: float) -> None:
    one = face(0.9)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = Detection(one.box, np.asarray(one.keypoints @ np.array([[cos, sin], [-sin, cos]]), np.float32), 0.9)
    assert np.degrees(lean_rad(turned)) == pytest.approx(-degrees, abs=0.1)


def test_a_face_is_looked_for_again_by_what_saw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    backend, asked = LiteRTBackend(), []
    nobody, near = np.full((200, 180, 3), 90, np.uint8), face(0.7)
    far = backend._fitted(Halves(nobody), near)  # as what the full range found
    monkeypatch.setattr(backend, "_full", lambda picture: asked.append(picture) or ())
    assert backend.find_like(nobody, near) == ()
    assert not asked
    assert backend.find_like(nobody, far) == ()
    assert len(asked) == 1


@dataclass
class OnlyWithRoomAdded(Backend):
    """Finds a face of that height in a picture that is larger than UPRIGHT."""

    height: float

    def find_faces(self, picture: object) -> tuple[Detection, ...]:
        if pixels_of(picture).shape[0] <= 200:  # type: ignore[arg-type]
            return ()
        return (Detection((150.0, 150.0, 200.0, 150.0 + self.height), face(0.9).keypoints, 0.9),)

    def fit_mesh(self, picture: object, found: Detection) -> Mesh:
        return Mesh(np.zeros((468, 3), np.float32), 1.0, Square(0, 0, 1))


@pytest.mark.parametrize(("height", "how"), [(20.0, "plain"), (150.0, "too_close")])
def test_a_small_face_is_not_too_close(height: float, how: str) -> None:
    assert find_faces(UPRIGHT, OnlyWithRoomAdded(height)).how == how  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("score", "presence", "how"), [(0.75, 1.0, "rotated"), (0.6, 1.0, "rotated"), (0.6, 0.6, "plain")]
)
def test_a_face_on_its_side_is_told_by_the_mesh_where_the_detectors_points_lean_less(
    score: float, presence: float, how: str
) -> None:
    one = face(score)
    turned = np.array([[np.cos(0.9), np.sin(0.9)], [-np.sin(0.9), np.cos(0.9)]], np.float32)  # by 52 degrees
    leaning = Detection(one.box, np.asarray(one.keypoints @ turned, np.float32), score)
    points = np.zeros((468, 3), np.float32)
    points[33], points[263] = (80, 80, 0), (88, 120, 0)  # the eyes, by 79 degrees

    class Leaning(Backend):
        def find_faces(self, picture: object) -> tuple[Detection, ...]:
            return (leaning,) if pixels_of(picture)[2, 2, 0] > 100 else ()  # type: ignore[arg-type]

        def fit_mesh(self, picture: object, found: Detection) -> Mesh:
            return Mesh(points, presence, Square(0, 0, 1))

    assert find_faces(UPRIGHT, Leaning()).how == how  # type: ignore[arg-type]


CUTS = {"tight": (0.15, 0.15, -0.15, -0.15), "left half": (0, -0.3, -0.45, 0.2), "right half": (0.45, -0.3, 0, 0.2)}
"""how far beyond the face's box a picture is cut on each side, in its widths"""


@pytest.mark.parametrize(("cut", "least"), [("tight", 0.95), ("left half", 0.85), ("right half", 0.85)])
def test_a_face_that_the_frame_cuts_is_found(cut: str, least: float) -> None:
    """With the edge's own pixels round it 17, 15 and 23 of 26 were, with grey 26, 24 and 24."""
    backend, found = LiteRTBackend(), []
    for path in sorted(IMAGES.glob("*.jpg")):
        rgb = load(path).rgb
        faces = backend.find_faces(rgb)
        if len(faces) != 1 or faces[0].score < 0.9:
            continue
        box = faces[0].box
        shifts = np.array(CUTS[cut]) * (box[2] - box[0])
        x0, y0, x1, y1 = np.maximum(np.array(box) + shifts, 0).astype(int).tolist()
        found.append(bool(find_faces(np.ascontiguousarray(rgb[y0:y1, x0:x1]), backend).faces))
    assert len(found) >= 20
    assert np.mean(found) >= least


@pytest.mark.parametrize(("presence", "doubted"), [(0.8, 0.8), (0.3, 0.0)])
def test_most_of_a_face_cut_off_is_doubted_and_not_nobody(presence: float, doubted: float) -> None:
    class OnlyWithRoom(OneFace):
        def find_faces(self, picture: object) -> tuple[Detection, ...]:
            rgb = pixels_of(picture)  # type: ignore[arg-type]
            return (face(0.8),) if rgb.shape == (400, 360, 3) else ()

    search = find_faces(UPRIGHT, OnlyWithRoom(0.0, 0.0, presence))
    assert not search.faces
    assert search.doubted == doubted
