"""What looks for faces: one interface, on LiteRT (the default) or on MediaPipe (nets/mediapipe_tasks.py)."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from headshot_check.nets.blazeface import Detection, FaceDetector
from headshot_check.nets.face_mesh import FaceMesh, Mesh, roi_of_detection, roi_of_mesh
from headshot_check.nets.iris import Eye, IrisNet
from headshot_check.nets.opening import opened_once
from headshot_check.pixels.shrinking import PixelsOrHalves, halves_of

PRESENT = 0.5
"""Mesh presence from which a region counts as a face: what MediaPipe's graphs ask for (min_face_presence_confidence)"""

_SURE = 0.9
"""Presence of a face beyond doubt: 99 % of faces are above 0.999."""
_AGREE = 0.025
"""Two fits this close are not asked a second time"""


class Backend(Protocol):
    """Finds faces and fits a mesh to them; safe to call from any thread."""

    def find_faces(self, picture: PixelsOrHalves) -> tuple[Detection, ...]:
        """Look for faces in the whole of a picture (H, W, 3), best score first."""

    def fit_mesh(self, picture: PixelsOrHalves, face: Detection) -> Mesh:
        """Fit the mesh to one face of a picture (H, W, 3); look at `presence` before trusting it."""

    def find_eyes(self, picture: PixelsOrHalves, mesh: Mesh) -> tuple[Eye, Eye]:
        """Find the subject's right and left eye of a face in a picture (H, W, 3)."""

    def close(self) -> None:
        """Free what the networks hold; a later call opens them again."""


class LiteRTBackend:
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

        Short range first. Only where that finds none the full range looks, whose finds count when the mesh, too, says
        that there is a face.
        """
        halves = halves_of(picture)
        if near := self._short(halves):
            return near
        full, mesh = self._full, self._mesh
        return tuple(face for face in full(halves) if mesh(halves, roi_of_detection(face)).presence >= PRESENT)

    def fit_mesh(self, picture: PixelsOrHalves, face: Detection) -> Mesh:
        """Fit the mesh to one face of a picture (H, W, 3).

        Where the detector points and, mirrored, where that mesh lies: the mean of both. Where they disagree, or one is
        not sure that there is a face, each region is looked at the other way round as well: the mean of the four
        scatters less than any of them (benchmarks/RESULTS-quality.md).
        """
        fit = self._mesh
        detected = roi_of_detection(face)
        plain, mirrored = fit(picture, detected), None
        if plain.presence >= _SURE:
            mirrored = fit(picture, roi_of_mesh(plain), mirrored=True)
            if mirrored.presence >= _SURE and _apart(plain, mirrored) < _AGREE:
                return _mean(plain, mirrored)
        first = _mean(plain, fit(picture, detected, mirrored=True))
        if first.presence < PRESENT:
            return first
        again = roi_of_mesh(first)
        second = _mean(fit(picture, again), mirrored or fit(picture, again, mirrored=True))
        return _mean(first, second) if second.presence >= PRESENT else first

    def find_eyes(self, picture: PixelsOrHalves, mesh: Mesh) -> tuple[Eye, Eye]:
        """Find the subject's right and left eye of a face in a picture (H, W, 3)."""
        return self._iris(picture, mesh)

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
