"""The interface to face detection and landmarks, and its LiteRT implementation (mediapipe_tasks.py has another)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from headshot_check.nets.blazeface import Detection, FaceDetector, same_place
from headshot_check.nets.face_mesh import FaceMesh, Mesh, roi_of_detection, roi_of_mesh
from headshot_check.nets.iris import Eye, IrisNet
from headshot_check.nets.opening import opened_once
from headshot_check.pixels.geometry import Square, brighter_right
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves, halves_of

PRESENT = 0.5
"""least mesh presence of a face: MediaPipe's default `min_face_presence_confidence`"""

_SURE = 0.9
"""presence from which a fit needs no second opinion about whether there is a face: 99 % of faces are above 0.999"""
_AGREE = 0.05
"""distance of two fits (see `_apart`) below which their mean is final"""
# A single fit is enough if its presence is this high and the second one would look at nearly the same square: centre
# (in shares of the side), side (in doublings), angle. The two would only differ by noise; true of four of five faces.
_STEADY = 0.999
_SHIFT, _GROWTH, _TURN_DEG = 0.08, (-0.1, 0.25), 8.0
_TURNED, _LARGE_PX = 0.45, 60.0
"""and if depth over width between the outer eye corners is at most this (24 degrees), the width at least this, px"""
_LIT_PX = 32
"""side of the view that decides from which side a face is lit, px"""
# Weak detections beside a face, which may be cut by the frame's edge or small, are searched for again in a window of
# their own: least score of a cut and of a whole one, and how many; then the least score and presence, of a cut and of a
# whole face. In 1,791 pictures of one person this finds 3 more faces, all real; of half faces it finds 80 %.
_FAINT, _FAINT_WHOLE, _MOST_FAINT = 0.1, 0.3, 3
_CUT, _WHOLE = (0.5, 0.5), (0.75, 0.9)
_AGAIN_FACES, _GREY = 3.0, 128
"""side of that window in face widths, and the grey level outside the frame: on black half as many are found"""
_LEAST_BESIDE = 0.14
"""least width of such a face over that of the largest"""


class Backend(Protocol):
    """Finds faces and fits meshes to them; thread-safe."""

    def find_faces(self, picture: PixelsOrHalves) -> tuple[Detection, ...]:
        """Find the faces in a picture (H, W, 3), best score first."""

    def find_like(self, picture: PixelsOrHalves, face: Detection) -> tuple[Detection, ...]:
        """As `find_faces`, but only with the detector that found `face` in another version of the picture."""
        return self.find_faces(picture)

    def fit_mesh(self, picture: PixelsOrHalves, face: Detection) -> Mesh:
        """Fit the mesh to one face of a picture (H, W, 3); check its `presence` before using it."""

    def find_eyes(self, picture: PixelsOrHalves, mesh: Mesh, *, mirrored: bool = False) -> tuple[Eye, Eye]:
        """Find the subject's right and left eye in a picture (H, W, 3); `mirrored`: by the mirror image."""

    def close(self) -> None:
        """Free the networks' resources; a later call opens them again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted(Detection):
    """A detection with a first fit of the mesh."""

    first: Mesh
    turned: bool
    """whether `first` was fitted to the mirror image"""


class LiteRTBackend(Backend):
    """The networks included in the package, on LiteRT; each is opened on first use.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.

    Raises
    ------
    WeightsError
        From any call: a network's file is missing or damaged.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads

    def find_faces(self, picture: PixelsOrHalves) -> tuple[Detection, ...]:
        """Find the faces in a picture (H, W, 3), best score first.

        By the short-range detector, which also confirms weak detections beside a face. If it finds none, by the
        full-range detector, whose detections the mesh must confirm.
        """
        halves = halves_of(picture)
        if near := self._near(halves):
            return near
        fitted = (self._fitted(halves, face) for face in self._full(halves))
        return tuple(face for face in fitted if face.first.presence >= PRESENT)

    def find_like(self, picture: PixelsOrHalves, face: Detection) -> tuple[Detection, ...]:
        """As `find_faces`, by the short-range detector alone if that found `face`: others are fitted at once."""
        return self.find_faces(picture) if isinstance(face, _Fitted) else self._near(halves_of(picture))

    def _near(self, halves: Halves) -> tuple[Detection, ...]:
        """Detections of the short range, and confirmed weak ones beside them."""
        near, faint = self._short.with_faint(halves, faint=_FAINT)
        return near + self._beside(halves, near, faint) if near else ()

    def _fitted(self, halves: Halves, face: Detection) -> _Fitted:
        """A detection with a first fit, to the face or its mirror image, whichever has the darker right half.

        So a picture and its mirror image get the same mesh.
        """
        roi = roi_of_detection(face)
        turned = brighter_right(roi.crop(halves, _LIT_PX, fill=None))
        return _Fitted(face.box, face.keypoints, face.score, self._mesh(halves, roi, mirrored=turned), turned)

    def _beside(
        self, halves: Halves, near: tuple[Detection, ...], faint: tuple[Detection, ...]
    ) -> tuple[Detection, ...]:
        """Those of `faint` that are confirmed in a window of their own: cut by the left or right edge, or small."""
        width = halves.times(0).shape[1]
        least = _LEAST_BESIDE * max(face.box[2] - face.box[0] for face in near)
        found: list[Detection] = []
        for one in faint[:_MOST_FAINT]:
            cut = one.box[0] < 0 or one.box[2] > width
            if one.score < (_FAINT if cut else _FAINT_WHOLE) or one.box[2] - one.box[0] < least:
                continue
            again = self._again(halves, one)
            score, presence = _CUT if cut else _WHOLE
            if again is None or again.score < score or any(same_place(again, face) for face in (*near, *found)):
                continue
            fitted = self._fitted(halves, again)
            if fitted.first.presence >= presence:
                found.append(fitted)
        return tuple(found)

    def _again(self, halves: Halves, one: Detection) -> Detection | None:
        """The face found at the place of `one` in a square around it, in the picture's pixels."""
        x0, y0, x1, y1 = one.box
        side = _AGAIN_FACES * (x1 - x0)
        left, top = (x0 + x1 - side) / 2, (y0 + y1 - side) / 2
        square = Square(left + side / 2, top + side / 2, side)
        size = self._short.size
        for face in self._short(square.crop(halves, size, fill=_GREY)):
            corners = np.array([face.box[:2], face.box[2:]]) * (side / size) + (left, top)
            box = (float(corners[0, 0]), float(corners[0, 1]), float(corners[1, 0]), float(corners[1, 1]))
            moved = Detection(box, np.asarray(face.keypoints * (side / size) + (left, top), np.float32), face.score)
            if same_place(moved, one):
                return moved
        return None

    def fit_mesh(self, picture: PixelsOrHalves, face: Detection) -> Mesh:
        """Fit the mesh to one face of a picture (H, W, 3).

        The mean of two fits: at the detector's region, and, mirrored, at the region of that mesh. The first fit alone
        if the two regions are nearly the same. If the fits disagree, or one has a low presence, both regions are also
        fitted the other way round, and the result is the mean of four (benchmarks/RESULTS-quality.md).
        """
        halves = halves_of(picture)
        known = face if isinstance(face, _Fitted) else self._fitted(halves, face)
        first, turned, other = known.first, known.turned, None
        detected = first.roi
        if first.presence >= _SURE:
            again = roi_of_mesh(first)
            if first.presence >= _STEADY and _easy(first) and _nearly_one(detected, again):
                return first
            other = self._mesh(halves, again, mirrored=not turned)
            if other.presence >= _SURE and _apart(first, other) < _AGREE:
                return _mean(first, other)
        both = _mean(first, self._mesh(halves, detected, mirrored=not turned))
        if both.presence < PRESENT:
            return both
        again = roi_of_mesh(both)
        other = other or self._mesh(halves, again, mirrored=not turned)
        second = _mean(self._mesh(halves, again, mirrored=turned), other)
        return _mean(both, second) if second.presence >= PRESENT else both

    def find_eyes(self, picture: PixelsOrHalves, mesh: Mesh, *, mirrored: bool = False) -> tuple[Eye, Eye]:
        """Find the subject's right and left eye in a picture (H, W, 3)."""
        return self._iris(picture, mesh, mirrored=mirrored)

    def close(self) -> None:
        """Free the networks' interpreters; a later call opens them again."""
        for name in ("_short", "_full", "_mesh", "_iris"):
            if network := self.__dict__.get(name):
                network.close()

    @opened_once
    def _short(self) -> FaceDetector:
        return FaceDetector("short", threads=self._threads)

    @opened_once
    def _full(self) -> FaceDetector:
        return FaceDetector("full", threads=self._threads)

    @opened_once
    def _mesh(self) -> FaceMesh:
        return FaceMesh(threads=self._threads)

    @opened_once
    def _iris(self) -> IrisNet:
        return IrisNet(threads=self._threads)


def _easy(mesh: Mesh) -> bool:
    """Whether a face is large and frontal enough for a single fit."""
    across, _, away = np.subtract(mesh.points[263], mesh.points[33]).tolist()
    return bool(abs(away) < _TURNED * abs(across) and abs(across) >= _LARGE_PX)


def _nearly_one(detected: Square, again: Square) -> bool:
    """Whether two squares around a face are nearly the same."""
    shift = math.hypot(again.center_x - detected.center_x, again.center_y - detected.center_y) / again.side
    turn = math.remainder(math.degrees(again.roll_rad - detected.roll_rad), 360)
    least, most = _GROWTH
    return shift < _SHIFT and abs(turn) < _TURN_DEG and least < math.log2(again.side / detected.side) < most


def _apart(first: Mesh, second: Mesh) -> float:
    """Mean distance of two fits' points in the picture, over the distance of the outer eye corners."""
    steps = first.points - second.points
    right, left = first.points[33].tolist(), first.points[263].tolist()
    eyes = math.hypot(left[0] - right[0], left[1] - right[1])
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum()) / len(steps) / max(eyes, 1e-6)


def _mean(first: Mesh, second: Mesh) -> Mesh:
    """The mean of two fits to one face, with the second's region."""
    points = (first.points + second.points) * np.float32(0.5)
    return Mesh(points, (first.presence + second.presence) / 2, second.roi)
