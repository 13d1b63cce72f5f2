"""Faces and meshes from MediaPipe's Face Landmarker, for users of MediaPipe (extra `mediapipe`).

The bundle (face_landmarker.task) is not part of the package: MediaPipe publishes it under Apache-2.0 at
https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker, and the user passes its path.
Its network is newer than the one in this package and has 478 points, including the irises.
"""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headshot_check.errors import HeadshotCheckError, WeightsError
from headshot_check.nets.backend import PRESENT, Backend
from headshot_check.nets.blazeface import Detection
from headshot_check.nets.face_mesh import Mesh, roi_of_detection
from headshot_check.nets.iris import Eye
from headshot_check.nets.startup_notes import without_startup_notes
from headshot_check.pixels.geometry import Square, box_area, transform
from headshot_check.pixels.shrinking import PixelsOrHalves, pixels_of

_MOST_FACES = 16
_EXTRA = 'pip install "headshot-check[mediapipe]"'
# Mesh points in the order of the iris network's eye contour, subject's right and left (MediaPipe's
# update_face_landmarks_calculator), and the iris points: centre, then rim.
_RIGHT_CONTOUR = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190),
    *(226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189),
    *(35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245),
    *(156, 70, 63, 105, 66, 107, 55, 193),
)
_LEFT_CONTOUR = (
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    *(359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414),
    *(446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413),
    *(265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465),
    *(383, 300, 293, 334, 296, 336, 285, 417),
)
_RIGHT_IRIS, _LEFT_IRIS = range(468, 473), range(473, 478)
# Mesh points closest to BlazeFace's six keypoints: eyes (mean of the corners), nose tip, mouth (mean of the lips),
# ears.
_KEYPOINTS = ((33, 133), (362, 263), (1,), (13, 14), (234,), (454,))
# BlazeFace's square box from the mesh's bounding box: its side, and the drop of its centre, over the longer side of the
# latter (medians of 272 photos with one face).
_BOX_SIDE, _BOX_LOWER = 0.933, 0.033
# Prefixes of MediaPipe's start-up messages (W0000 and I0000: absl).
_NOTES = (b"INFO: ", b"WARNING: ", b"W0000 ", b"I0000 ")
_opened: weakref.WeakSet[Any] = weakref.WeakSet()


class MediaPipeMissing(HeadshotCheckError):
    """The extra `mediapipe` is not installed."""

    code = "mediapipe_missing"


@dataclass(frozen=True, slots=True, eq=False)
class _FullMesh(Mesh):
    all_points: NDArray[np.float32]
    """(478, 3): the mesh's points, then five of each iris"""


@dataclass(frozen=True, slots=True, eq=False)
class _Landmarked(Detection):
    """A detection with its mesh: the landmarker returns both at once."""

    mesh: _FullMesh


class MediaPipeBackend(Backend):
    """Finds faces and meshes with MediaPipe's Face Landmarker; one landmarker per thread.

    Parameters
    ----------
    bundle
        Path of face_landmarker.task.

    Raises
    ------
    MediaPipeMissing
        The extra is not installed.
    WeightsError
        The bundle is missing or is not a Face Landmarker bundle.
    """

    def __init__(self, bundle: str | os.PathLike[str]) -> None:
        # not in _open: the import keeps its callers' frames alive, and with them a landmarker opened there
        _import_mediapipe()
        self._bundle = Path(bundle)
        try:
            self._content = self._bundle.read_bytes()
        except OSError as error:
            raise WeightsError(
                f"the bundle {self._bundle} cannot be read ({error.strerror}): "
                "download face_landmarker.task from MediaPipe's site and name its path",
                code="weights_missing",
            ) from error
        self._local = threading.local()
        self._pid = os.getpid()
        self._landmarker()  # an invalid bundle fails here, not at the first photo

    def find_faces(self, picture: PixelsOrHalves) -> tuple[Detection, ...]:
        """Find the faces in a picture (H, W, 3), largest first; MediaPipe returns no score, so each has 1."""
        return tuple(
            sorted(
                (_detection(points) for points in self._run(pixels_of(picture))),
                key=lambda face: box_area(face.box),
                reverse=True,
            )
        )

    def fit_mesh(self, picture: PixelsOrHalves, face: Detection) -> Mesh:
        """Fit the mesh to one face of a picture (H, W, 3).

        A face from `find_faces` has its mesh already; for another one the landmarker runs on the square around it.
        `presence` is 1, or 0 if the landmarker finds no face there (all points are then at the centre).
        """
        if isinstance(face, _Landmarked):
            return face.mesh
        roi = roi_of_detection(face)
        # the landmarker runs its own detector, which needs some margin around the face
        wide = Square(roi.center_x, roi.center_y, roi.side * 1.5, roi.roll_rad)
        size = int(np.clip(round(wide.side), 64, 1024))
        matrix = wide.affine(size)
        found = self._run(wide.crop(picture, size, fill=None))
        if not found:
            middle = np.tile(np.array([roi.center_x, roi.center_y, 0], np.float32), (478, 1))
            return _FullMesh(middle[:468], 0.0, roi, middle)
        points = min(found, key=lambda mesh: float(np.hypot(*(mesh[:, :2].mean(0) - size / 2))))
        points[:, :2] = transform(points[:, :2], matrix)
        points[:, 2] *= wide.side / size
        return _FullMesh(points[:468], 1.0, roi, points)

    def find_eyes(self, picture: PixelsOrHalves, mesh: Mesh, *, mirrored: bool = False) -> tuple[Eye, Eye]:
        """The subject's right and left eye, from a mesh returned by `fit_mesh`; `mirrored` has no effect."""
        if not isinstance(mesh, _FullMesh):
            raise TypeError("MediaPipe's eyes come with its own mesh: pass what fit_mesh returned")
        xy = mesh.all_points[:, :2]
        return (
            Eye(xy[_RIGHT_IRIS], xy[list(_RIGHT_CONTOUR)]),
            Eye(xy[_LEFT_IRIS], xy[list(_LEFT_CONTOUR)]),
        )

    def close(self) -> None:
        """Release the landmarkers, a running one when it is done; a later call opens a new one."""
        self._local = threading.local()

    def _run(self, rgb: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """(478, 3) points in px of rgb for each face."""
        from mediapipe import Image, ImageFormat

        height, width = rgb.shape[:2]
        result = self._landmarker().detect(Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(rgb)))
        # MediaPipe scales z like x.
        size = np.array([width, height, width], np.float32)
        return [
            np.array([(point.x, point.y, point.z) for point in face], np.float32) * size
            for face in result.face_landmarks
        ]

    def _landmarker(self) -> Any:
        if self._pid != os.getpid():  # forked: MediaPipe's threads are gone, and closing would wait for them
            _abandon()
            self._local, self._pid = threading.local(), os.getpid()
        if (opened := getattr(self._local, "landmarker", None)) is None:
            opened = self._local.landmarker = self._open()
            _opened.add(opened)
        return opened

    def _open(self) -> Any:
        from mediapipe import Image, ImageFormat
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=self._content),
            num_faces=_MOST_FACES,
            min_face_presence_confidence=PRESENT,
        )
        with without_startup_notes(*_NOTES):
            try:
                landmarker = vision.FaceLandmarker.create_from_options(options)
                # the remaining messages come with the first picture
                landmarker.detect(Image(image_format=ImageFormat.SRGB, data=np.zeros((64, 64, 3), np.uint8)))
                return landmarker
            except (ValueError, RuntimeError) as error:
                raise WeightsError(
                    f"{self._bundle} is not a Face Landmarker bundle ({str(error).splitlines()[0]})",
                    code="weights_damaged",
                ) from error


def _import_mediapipe() -> None:
    try:
        import mediapipe.tasks.python.vision  # noqa: F401
    except ImportError as error:
        raise MediaPipeMissing(f"MediaPipe is not installed ({error}): {_EXTRA}") from error


def _abandon() -> None:
    """Drop all landmarkers without closing them.

    MediaPipe closes through a thread pool: after a fork its threads are gone, and at exit Python has stopped it.
    """
    for landmarker in list(_opened):
        landmarker._handle = None  # mediapipe 1.2: what close() looks at
    _opened.clear()


atexit.register(_abandon)


def _detection(points: NDArray[np.float32]) -> Detection:
    """The detection that BlazeFace would return for a face with this mesh."""
    xy = points[:468, :2]
    low, high = xy.min(0), xy.max(0)
    extent = float((high - low).max())
    x, y = (float(middle) for middle in (low + high) / 2)
    y, half = y + _BOX_LOWER * extent, _BOX_SIDE * extent / 2
    box = (x - half, y - half, x + half, y + half)
    keypoints = np.stack([xy[list(indices)].mean(0) for indices in _KEYPOINTS])
    roi = roi_of_detection(Detection(box, keypoints, 1.0))
    return _Landmarked(box, keypoints, 1.0, _FullMesh(points[:468], 1.0, roi, points))
