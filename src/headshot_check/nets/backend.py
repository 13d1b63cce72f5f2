"""What looks for faces: one interface, on LiteRT (the default) or on MediaPipe (nets/mediapipe_tasks.py)."""

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
"""Mesh presence from which a region counts as a face: what MediaPipe's graphs ask for (min_face_presence_confidence)"""

_SURE = 0.9
"""Presence of a face beyond doubt: 99 % of faces are above 0.999."""
_AGREE = 0.05
"""Two fits this close are not asked a second time"""
# Where a first fit is beyond doubt and a second look would have nearly the same square to look at, they differ by the
# network's own scatter alone: middle (shares of the side), side (doublings), degrees. Four of five faces.
_STEADY = 0.999
_SHIFT, _GROWTH, _TURN_DEG = 0.08, (-0.1, 0.25), 8.0
_TURNED, _LARGE_PX = 0.45, 60.0
"""of the outer corners of the eyes: depth over width at most (24 degrees), and px of width at least"""
_LIT_PX = 32
"""side of the look that says from which side a face is lit"""
# Beside a face the detector faintly sees others: cut by the frame's edge (half a face scores 0.1 or more in 99 %), or
# small. Each is looked at again, alone and with room around it; what a cut face and a whole one must then reach, score
# and presence: in 1,791 pictures of one person 3 faces more, all true ones; of half faces 80 %, of three fifths 95 %.
_FAINT, _FAINT_WHOLE, _MOST_FAINT = 0.1, 0.3, 3
_CUT, _WHOLE = (0.5, 0.5), (0.75, 0.9)
_AGAIN_FACES, _GREY = 3.0, 128
"""side of that second look in widths of the face, and what lies beyond the frame: on black half as many are found"""
_LEAST_BESIDE = 0.14
"""width of a face that is noticed, over the largest one's"""


class Backend(Protocol):
    """Finds faces and fits a mesh to them; safe to call from any thread."""

    def find_faces(self, picture: PixelsOrHalves) -> tuple[Detection, ...]:
        """Look for faces in the whole of a picture (H, W, 3), best score first."""

    def find_like(self, picture: PixelsOrHalves, face: Detection) -> tuple[Detection, ...]:
        """As `find_faces`, by no more than is needed to see a face that was found so in another picture."""
        return self.find_faces(picture)

    def fit_mesh(self, picture: PixelsOrHalves, face: Detection) -> Mesh:
        """Fit the mesh to one face of a picture (H, W, 3); look at `presence` before trusting it."""

    def find_eyes(self, picture: PixelsOrHalves, mesh: Mesh, *, mirrored: bool = False) -> tuple[Eye, Eye]:
        """Find the subject's right and left eye of a face in a picture (H, W, 3); `mirrored` as a second opinion."""

    def close(self) -> None:
        """Free what the networks hold; a later call opens them again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted(Detection):
    """A detection of which the mesh was asked whether there is a face."""

    first: Mesh
    turned: bool
    """that was a fit to the mirror image"""


class LiteRTBackend(Backend):
    """The embedded networks. Each is opened when first needed.

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
        """Look for faces in the whole of a picture (H, W, 3), best score first.

        Short range first, which looks again at what it is not sure of beside a face. Only where that finds none the
        full range looks, whose finds count when the mesh, too, says that there is a face.
        """
        halves = halves_of(picture)
        if near := self._near(halves):
            return near
        fitted = (self._fitted(halves, face) for face in self._full(halves))
        return tuple(face for face in fitted if face.first.presence >= PRESENT)

    def find_like(self, picture: PixelsOrHalves, face: Detection) -> tuple[Detection, ...]:
        """As `find_faces`, by the short range alone where it saw that face: others were fitted at once."""
        return self.find_faces(picture) if isinstance(face, _Fitted) else self._near(halves_of(picture))

    def _near(self, halves: Halves) -> tuple[Detection, ...]:
        """What the short range finds, and what it confirms beside that."""
        near, faint = self._short.with_faint(halves, faint=_FAINT)
        return near + self._beside(halves, near, faint) if near else ()

    def _fitted(self, halves: Halves, face: Detection) -> _Fitted:
        """With a first fit, to the face as it is or to its mirror image: whichever has the darker right half.

        So a picture and its mirror image have the same mesh.
        """
        roi = roi_of_detection(face)
        turned = brighter_right(roi.crop(halves, _LIT_PX, fill=None))
        return _Fitted(face.box, face.keypoints, face.score, self._mesh(halves, roi, mirrored=turned), turned)

    def _beside(
        self, halves: Halves, near: tuple[Detection, ...], faint: tuple[Detection, ...]
    ) -> tuple[Detection, ...]:
        """Those of `faint` that a second look confirms: cut by the frame's left or right edge, or small."""
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
        """The best face in a square round `one`, in the picture's pixels."""
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

        Where the detector points and, mirrored, where that mesh lies: the mean of both. Where the two places are nearly
        one, the first fit is the answer. Where the fits disagree, or one is not sure that there is a face, each region
        is looked at the other way round as well: the mean of the four scatters less than any of them
        (benchmarks/RESULTS-quality.md).
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
        """Find the subject's right and left eye of a face in a picture (H, W, 3)."""
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
    """Whether a face is large enough and looks ahead: of others one fit says little."""
    across, _, away = np.subtract(mesh.points[263], mesh.points[33]).tolist()
    return bool(abs(away) < _TURNED * abs(across) and abs(across) >= _LARGE_PX)


def _nearly_one(detected: Square, again: Square) -> bool:
    """Whether two squares round a face are nearly the same."""
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
