"""Photo -> Scene: faces, mesh, eyes, person mask and car evidence, each computed once, when first asked for."""

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
from headshot_check.pixels.geometry import box_area, clipped
from headshot_check.pixels.shrinking import Halves, shrunk
from headshot_check.scene.face_crop import FaceCrop, crop_face
from headshot_check.scene.face_search import FaceSearch, find_faces, largest_first
from headshot_check.scene.head import Head, Pose, head_outline, head_pose
from headshot_check.scene.moved import Matrix, moved_mesh, moved_square, shown_faces

T = TypeVar("T")

# Mesh points: the subject's right eye, outer and inner corner, then the left.
_EYE_CORNERS = np.array((33, 133, 263, 362))


class NotAssessed(Exception):
    """A measure's precondition fails; `cause` says why, as a short code that advice puts in words."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class _Refused(NamedTuple):
    """A function of the scene could not be assessed."""

    cause: str


class Scene:
    """What is in a photo. Coordinates are pixels of `photo.rgb` (the analysis pixels)."""

    def __init__(self, photo: Photo, nets: Nets, *, quarters: int = 0) -> None:
        self.photo = photo
        self.quarters = quarters
        """by how many quarters clockwise, 0..3, the photo was turned to be looked at: it lies on its side as it is"""
        self.nets = nets
        """the networks, each opened when it is first needed"""
        self._kept: dict[Callable[[Scene], Any], Any] = {}

    def once(self, function: Callable[[Scene], T]) -> T:
        """What `function` says of this scene, asked only once: for what several measures stand on.

        Raises
        ------
        NotAssessed
            As `function`, which is not asked again then either.
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
        """Analysis pixels across."""
        return int(self.photo.rgb.shape[1])

    @property
    def height(self) -> int:
        """Analysis pixels down."""
        return int(self.photo.rgb.shape[0])

    @cached_property
    def halves(self) -> Halves:
        """The analysis pixels and their halves, quarters, ..."""
        return Halves(self.photo.rgb)

    @cached_property
    def action_hints(self) -> tuple[float, float]:
        """What the frame alone hints at (`ActionNet.hints`): at something, as with a hand in sight; bad light."""
        early = self.car.early
        assert early is not None  # the cheap look always has it
        return self.nets.action.hints(early)

    @cached_property
    def snapshot(self) -> Snapshot:
        """How likely somebody is caught at something, and in the light of a stage or a night.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        early = self.car.early
        assert early is not None
        return self.nets.action(self.halves, self.main.box, early, self.action_hints)

    @cached_property
    def search(self) -> FaceSearch:
        """All faces, largest first, and how they were found."""
        return find_faces(self.halves, self.nets.backend)

    @cached_property
    def main(self) -> Detection:
        """The face that is judged: the largest, unless another of nearly its size is clearly nearer to the middle.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        if not self.search.faces:
            raise NotAssessed("no_face")

        def weight(face: Detection) -> float:
            x0, y0, x1, y1 = shown = clipped(face.box, self.width, self.height)
            off = math.hypot((x0 + x1) / 2 / self.width - 0.5, (y0 + y1) / 2 / self.height - 0.5)
            return box_area(shown) * (1 - 0.5 * min(off * 2, 1))

        return max(self.search.faces, key=weight)

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
            "no_face", or "mesh_doubtful": a profile, a covered face, or too few pixels.
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
        """The same as the network sees their mirror images: a second opinion on the lids (`IrisNet`).

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return self.nets.backend.find_eyes(self.halves, self.mesh, mirrored=True)

    @cached_property
    def eye_centres(self) -> NDArray[np.float32]:
        """(2, 2) the main face's eyes: subject's right, left; from the mesh, or from BlazeFace where that is doubtful.

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
        """Distance of the eye centres in analysis pixels, seen from the front: a turned head does not shrink it.

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
        """Where the head points, from the mesh's left-right and forehead-chin axes.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return head_pose(self.mesh.points)

    @cached_property
    def mask(self) -> NDArray[np.float32]:
        """(256, 256) how likely each place is a person, 0..1, spread over the whole frame."""
        # a larger photo would be reduced to just the glance
        larger = max(self.width, self.height) > GLANCE_PX
        return self.nets.selfie(self.glance if larger else self.photo.rgb)

    @cached_property
    def glance(self) -> NDArray[np.uint8]:
        """(256, 256, 3) the whole frame as small as `mask`: what a viewer takes in of a profile picture."""
        return shrunk(self.halves, GLANCE_PX, GLANCE_PX)

    @cached_property
    def head(self) -> Head:
        """The main head's outline.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return head_outline(self.mesh.points, self.mask, self.width, self.height)

    @cached_property
    def face_crop(self) -> FaceCrop:
        """The main face upright at a fixed inter-eye scale, from a larger decode when the analysis pixels are too few.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        return crop_face(self.photo, self.halves, self.mesh.points, self.eye_centres, self.inter_eye_px)

    def turned(self, quarters: int) -> Scene:
        """The scene of the photo turned clockwise by so many quarters."""
        return Scene(self.photo.turned(quarters), self.nets, quarters=quarters % 4)

    def cropped(self, photo: Photo, matrix: Matrix, kept: Iterable[Callable[[Scene], Any]] = ()) -> Scene:
        """The scene of a crop of this photo, with the main face and the others as they were found here.

        The person is looked for anew: of a mask for the whole photo too little is left in a crop.

        Parameters
        ----------
        photo
            The crop.
        matrix
            (2, 3) from this photo's analysis pixels to the crop's.
        kept
            What of `once` is of the face crop: it holds for the photo's crop, too, where all of the face's is in that.

        Raises
        ------
        NotAssessed
            As `mesh`.
        """
        other, size = Scene(photo, self.nets), (int(photo.rgb.shape[1]), int(photo.rgb.shape[0]))
        faces = shown_faces(self.search.faces, self.main, matrix, size)
        other.__dict__ |= {
            "main": faces[0],
            "search": self.search._replace(faces=largest_first(faces), meshes=()),
            "_any_mesh": moved_mesh(self.mesh, matrix),
        }
        square = moved_square(self.face_crop.square, matrix)
        if square.within(*size):
            other.__dict__["face_crop"] = self.face_crop._replace(square=square)
            other._kept = {function: self._kept[function] for function in kept if function in self._kept}
        if "action_hints" in self.__dict__:  # of the photo's frame, as what is said of action in a crop
            other.__dict__["action_hints"] = self.action_hints
        return other

    @cached_property
    def car(self) -> CarEvidence:
        """What tells of a car around the main face; without a face, in the whole frame."""
        if not self.search.faces:
            return self.nets.car(self.halves)
        right, left = self.main.keypoints[0], self.main.keypoints[1]
        return self.nets.car(
            self.halves, self.main.box, (float(right[0]), float(right[1])), (float(left[0]), float(left[1]))
        )

    @cached_property
    def medium(self) -> MediumEvidence:
        """Whether it is a photograph, by the whole frame and the main face, or what only looks like one.

        Raises
        ------
        NotAssessed
            "no_face".
        """
        box = self.main.box if self.search.faces else self.search.doubted_box
        if box is None:
            raise NotAssessed("no_face")
        early = self.car.early
        assert early is not None  # the cheap look always has it
        return self.nets.medium(self.halves, box, early)
