"""`Scene`: faces, mesh, eyes, person mask and evidence in a photo, each computed once, on first use."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from headshot_check.cached_property import cached_property
from headshot_check.nets.action import Snapshot
from headshot_check.nets.all import Nets
from headshot_check.nets.backend import PRESENT
from headshot_check.nets.blazeface import Detection
from headshot_check.nets.car_evidence import CarEvidence
from headshot_check.nets.face_mesh import Mesh
from headshot_check.nets.iris import Eye
from headshot_check.nets.medium import MediumEvidence
from headshot_check.nets.selfie import SIZE as GLANCE_PX
from headshot_check.photo import Photo
from headshot_check.pixels.shrinking import Halves, shrunk
from headshot_check.scene.face_crop import FaceCrop, crop_face
from headshot_check.scene.face_search import FaceSearch, find_faces, largest_first, main_face
from headshot_check.scene.head import Head, Pose, head_outline, head_pose
from headshot_check.scene.moved import Matrix, moved_mesh, moved_square, shown_faces

T = TypeVar("T")

# Mesh points: the subject's right eye, outer and inner corner, then the left.
_EYE_CORNERS = np.array((33, 133, 263, 362))


class NotAssessed(Exception):
    """A measure's precondition is not met.

    Parameters
    ----------
    cause
        Short code such as "no_face"; the report puts it in words.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class _Refused(NamedTuple):
    """The cached result of a function that raised `NotAssessed`."""

    cause: str


_OF_THE_PHOTO: set[Callable[[Any], Any]] = set()


class Scene:
    """What is in a photo; each part is computed once, on first use.

    Coordinates are pixels of `photo.rgb`, the analysis pixels: x right, y down.

    Parameters
    ----------
    photo
        The photo.
    nets
        The networks.
    quarters
        Clockwise quarter turns, 0..3, by which `photo` was already rotated to make its face upright.
    """

    def __init__(self, photo: Photo, nets: Nets, *, quarters: int = 0) -> None:
        self.photo = photo
        self.quarters = quarters
        self.nets = nets
        self._kept: dict[Callable[[Scene], Any], Any] = {}

    def once(self, function: Callable[[Scene], T]) -> T:
        """`function(self)`, cached: for intermediate results that several measures share.

        Raises
        ------
        NotAssessed
            As `function`; that is cached too.
        """
        if function not in self._kept:
            try:
                self._kept[function] = function(self)
            except NotAssessed as reason:
                self._kept[function] = _Refused(reason.cause)
                raise
        kept: T | _Refused = self._kept[function]
        if isinstance(kept, _Refused):
            raise NotAssessed(kept.cause)
        return kept

    @property
    def width(self) -> int:
        """Width in analysis pixels."""
        return int(self.photo.rgb.shape[1])

    @property
    def height(self) -> int:
        """Height in analysis pixels."""
        return int(self.photo.rgb.shape[0])

    @cached_property
    def halves(self) -> Halves:
        """The analysis pixels as an image pyramid."""
        return Halves(self.photo.rgb)

    @cached_property
    def action_hints(self) -> tuple[float, float]:
        """Log-odds by the frame alone (`ActionNet.hints`): of somebody speaking or busy, and of scene light."""
        return self.nets.action.hints(self._early)

    @cached_property
    def snapshot(self) -> Snapshot:
        """Probabilities that the main person is speaking or busy, and that the light is that of a stage or a night.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        return self.nets.action(self.halves, self.main.box, self._early, self.action_hints)

    @cached_property
    def search(self) -> FaceSearch:
        """All faces, largest first, and how they were found."""
        return find_faces(self.halves, self.nets.backend)

    @cached_property
    def main(self) -> Detection:
        """The face that is judged (see `main_face`).

        Raises
        ------
        NotAssessed
            "no_face".
        """
        if not self.search.faces:
            raise NotAssessed("no_face")
        return main_face(self.search.faces, self.width, self.height)

    @cached_property
    def _any_mesh(self) -> Mesh:
        known = self.search.mesh_of(self.main)
        return known if known is not None else self.nets.backend.fit_mesh(self.halves, self.main)

    @property
    def mesh(self) -> Mesh:
        """The main face's mesh.

        Raises
        ------
        NotAssessed
            "no_face", or "mesh_doubtful": a profile, a covered face or too few pixels.
        """
        if self._any_mesh.presence < PRESENT:
            raise NotAssessed("mesh_doubtful")
        return self._any_mesh

    @cached_property
    def eyes(self) -> tuple[Eye, Eye]:
        """The main face's irises and lids: the subject's right eye, then the left.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return self.nets.backend.find_eyes(self.halves, self.mesh)

    @cached_property
    def eyes_mirrored(self) -> tuple[Eye, Eye]:
        """As `eyes`, from the mirrored picture: a second opinion on the lids (see `IrisNet`).

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return self.nets.backend.find_eyes(self.halves, self.mesh, mirrored=True)

    @cached_property
    def eye_centres(self) -> NDArray[np.float32]:
        """(2, 2) eye centres of the main face, subject's right, left; from BlazeFace if the mesh is unreliable.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        mesh = self._any_mesh
        if mesh.presence < PRESENT:
            return self.main.keypoints[:2]
        corners = mesh.points[_EYE_CORNERS, :2]
        return np.asarray((corners[0::2] + corners[1::2]) / 2, np.float32)

    @cached_property
    def inter_eye_px(self) -> float:
        """Distance between the eye centres in analysis pixels as seen from the front, corrected for a turned head.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        right, left = self.eye_centres.tolist()
        seen = math.dist(right, left)
        if self._any_mesh.presence < PRESENT:
            return seen
        right_outer, right_inner, left_outer, left_inner = self._any_mesh.points[_EYE_CORNERS, 2].tolist()
        return math.hypot(seen, (right_outer + right_inner - left_outer - left_inner) / 2)

    @cached_property
    def pose(self) -> Pose:
        """Rotation of the main head.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return head_pose(self.mesh.points)

    @cached_property
    def mask(self) -> NDArray[np.float32]:
        """(256, 256) probability of a person, 0..1, stretched over the whole frame."""
        # the network would reduce a larger photo to the glance anyway
        larger = max(self.width, self.height) > GLANCE_PX
        return self.nets.selfie(self.glance if larger else self.photo.rgb)

    @cached_property
    def glance(self) -> NDArray[np.uint8]:
        """(256, 256, 3) the whole frame, squeezed to the size of `mask`: what a small profile picture shows."""
        return shrunk(self.halves, GLANCE_PX, GLANCE_PX)

    @cached_property
    def head(self) -> Head:
        """Bounds of the main head.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return head_outline(self.mesh.points, self.mask, self.width, self.height)

    @cached_property
    def face_crop(self) -> FaceCrop:
        """The aligned face crop: the main face upright at a fixed scale, decoded at higher resolution if needed.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return crop_face(self.photo, self.halves, self.mesh.points, self.eye_centres, self.inter_eye_px)

    def turned(self, quarters: int) -> Scene:
        """The scene of the photo rotated clockwise by `quarters` quarter turns."""
        return Scene(self.photo.turned(quarters), self.nets, quarters=quarters % 4)

    def cropped(self, photo: Photo, matrix: Matrix, kept: Iterable[Callable[[Scene], Any]] = ()) -> Scene:
        """The scene of a crop of this photo, with the faces detected here.

        The person mask is computed again: the mask of the whole photo is too coarse for a crop.

        Parameters
        ----------
        photo
            The crop.
        matrix
            (2, 3) from this photo's analysis pixels to the crop's.
        kept
            Functions of `once` that depend on the aligned face crop only; their results are carried over if all of it
            lies in the crop.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        other, size = seen_anew(self, photo), (int(photo.rgb.shape[1]), int(photo.rgb.shape[0]))
        faces = shown_faces(self.search.faces, self.main, matrix, size)
        other.__dict__ |= {
            "main": faces[0],
            "search": self.search._replace(faces=largest_first(faces), meshes=()),
            "_any_mesh": moved_mesh(self.mesh, matrix),
        }
        square = moved_square(self.face_crop.square, matrix)
        if square.within(*size):
            other.__dict__["face_crop"] = self.face_crop._replace(square=square)
            other._kept |= {function: self._kept[function] for function in kept if function in self._kept}
        return other

    @cached_property
    def car(self) -> CarEvidence:
        """Evidence of a car around the main face, or without a face in the whole frame."""
        if not self.search.faces:
            return self.nets.car(self.halves)
        right, left = self.main.keypoints[0], self.main.keypoints[1]
        return self.nets.car(
            self.halves, self.main.box, (float(right[0]), float(right[1])), (float(left[0]), float(left[1]))
        )

    @property
    def _early(self) -> NDArray[np.float32]:
        early = self.car.early
        assert early is not None  # the cheap look at the frame always runs
        return early

    @cached_property
    def medium(self) -> MediumEvidence:
        """Evidence that it is not a photograph, from the whole frame and the main (or a doubtful) face.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        box = self.main.box if self.search.faces else self.search.doubted_box
        if box is None:
            raise NotAssessed("no_face")
        return self.nets.medium(self.halves, box, self._early)


def of_the_photo(function: Callable[[Scene], T]) -> Callable[[Scene], T]:
    """Mark a function of `Scene.once` whose result a crop takes from its photo: no crop changes what it estimates."""
    _OF_THE_PHOTO.add(function)
    return function


def seen_anew(scene: Scene, photo: Photo) -> Scene:
    """The scene of a crop of a photo, with nothing known but what is the photo's (`of_the_photo`)."""
    other = Scene(photo, scene.nets)
    other._kept = {function: kept for function, kept in scene._kept.items() if function in _OF_THE_PHOTO}
    if "action_hints" in scene.__dict__:  # what a crop's report says of action is the photo's as well
        other.__dict__["action_hints"] = scene.action_hints
    return other
