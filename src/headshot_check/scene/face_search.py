"""Finding the faces, and when there is none, why.

BlazeFace misses faces that are far, fill the frame, lie on their side or sit in the dark. When the plain search finds
nothing, the picture is looked at again: padded, in parts, turned and brightened. The retry that finds a face tells what
is wrong with the picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.backend import Backend
from headshot_check.nets.blazeface import Detection
from headshot_check.nets.face_mesh import Mesh, roi_of_mesh
from headshot_check.nets.log_odds import log_odds
from headshot_check.pixels.geometry import box_area
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves, halves_of

How = Literal["plain", "too_close", "too_small", "rotated", "too_dark"]
"""How the faces were found: at once, or by the retry that undoes this defect; "rotated" also when they lie on a side
or stand on their head."""

# A retry searches many pictures, so each face it finds must convince the mesh too.
_SURE = 0.9
_PRESENCE = 0.5
_RETRY_SCORE = 0.7
_RETRY_PRESENCE = 0.9
_TURNED_SCORE = 0.85
_TURNS = ((1, cv2.ROTATE_90_CLOCKWISE), (3, cv2.ROTATE_90_COUNTERCLOCKWISE), (2, cv2.ROTATE_180))
# BlazeFace finds faces on their side (scores of 0.77, median of 686 train and pool portraits) and on their head (0.65)
# as well, and reads the lean of the first as 24 degrees and more, of one in ten less. Upright ones score 0.93. So one
# that scores little or leans is looked for the other ways up, on its sides where it leans at all: 7 % of upright ones.
# If it scores so much there, and so much more, it stands that way: true of 9 in 10 turned ones, of no upright one.
_UPRIGHT_SCORE, _LEANS_A_LITTLE_RAD, _MAY_LIE_RAD, _HALF_WAY_RAD = 0.82, *map(math.radians, (10, 30, 45))
_TURNED_LEAST, _CLEARLY_BETTER = (0.8, 0.85), (0.03, 0.06)
"""on a side, on the head: of 4,912 real photos a blurred upright face scored 0.03 more on its head"""
# Nor is it looked for where the mesh is so sure: log-odds of its presence, and what the detector's score counts in
# them. Of 4,200 faces found to lie or to stand on their head (train, pool; turned) 3 are surer, of 146 upright ones
# that score little 94.
_SURELY_UPRIGHT, _OF_SCORE = 29.0, 20.0
_MAY_DIFFER = 0.03
"""how far a score may be off in a picture that was made small before it was turned"""
# Grey levels: a picture whose 90th percentile is darker is dark all over; below the other a face is nearly black, which
# is looked into where so large a share of the picture is.
_DARK_ALL_OVER, _NEARLY_BLACK, _MUCH_BLACK = 110, 32, 0.1
ON_ITS_SIDE_RAD, _LEANS_RAD = math.radians(60), math.radians(40)
_MOUTH = 3  # of the key points
# Share of the shorter side: a smaller face that shows only with room added is not too close, whatever the detector saw.
_CLOSE = 0.4
# What a picture is padded with. Of 89 portraits cut to most of the face and no more 80 are found so, of 77 cut to half
# of one 49, of 388 places without people none; with the edge's own pixels 39, 16 and none.
_GREY = (128, 128, 128)


class FaceSearch(NamedTuple):
    """The faces of a picture, largest first, and how they were found."""

    faces: tuple[Detection, ...]
    how: How
    meshes: tuple[tuple[Detection, Mesh], ...] = ()
    """those of `faces` that the mesh was asked about, and what it said: of the picture as it is"""
    doubted: float = 0.0
    """with no face at all: the best score of what looked like one, a profile say, and did not convince; 0..1"""
    doubted_box: tuple[float, float, float, float] | None = None
    """where that is: x0, y0, x1, y1"""

    def mesh_of(self, face: Detection) -> Mesh | None:
        """The mesh that the search has fitted to one of `faces`, if it has."""
        return _mesh_of(face, self.meshes)


_Back = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def find_faces(picture: PixelsOrHalves, backend: Backend) -> FaceSearch:
    """Find the faces in a picture (H, W, 3), in its pixels; `faces` is empty when no retry finds one either."""
    halves = halves_of(picture)
    rgb = halves.times(0)
    asked: list[tuple[Detection, Mesh]] = []
    candidates = backend.find_faces(halves)
    plain = _convincing(halves, candidates, backend, _SURE, _PRESENCE, asked)
    if plain:
        faces = largest_first(plain)
        if (turned := _another_way_up(halves, faces[0], asked, backend)) is not None:
            return turned
        return FaceSearch(faces, "rotated" if _lies(faces[0], asked) else "plain", tuple(asked))
    cut: list[Detection] = []
    for how, other, back in _retries(rgb):
        looked_at = Halves(other)
        least = _TURNED_SCORE if how == "rotated" else _RETRY_SCORE
        looked = tuple(face for face in backend.find_faces(looked_at) if face.score >= least)
        meshes: list[tuple[Detection, Mesh]] = []
        found = _convincing(looked_at, looked, backend, 2.0, _RETRY_PRESENCE, meshes)
        if found:
            ordered = largest_first(found)
            faces = tuple(_moved(face, back) for face in ordered)
            if how != "rotated" and (turned := _another_way_up(halves, ordered[0], meshes, backend)) is not None:
                return turned
            if abs(lean_rad(faces[0])) > ON_ITS_SIDE_RAD or (how != "rotated" and _lies(ordered[0], meshes)):
                return FaceSearch(faces, "rotated")
            leans = how == "rotated"  # the head, in an upright picture
            far = how == "too_close" and faces[0].box[3] - faces[0].box[1] < _CLOSE * min(rgb.shape[:2])
            return FaceSearch(faces, "plain" if leans or far else how)
        if how == "too_close":  # most of a face is cut off
            cut = [_moved(face, back) for face, mesh in meshes if mesh.presence >= _PRESENCE]
    if not (candidates or cut):
        return FaceSearch((), "plain")
    best = max((*candidates, *cut), key=lambda face: face.score)
    return FaceSearch((), "plain", doubted=best.score, doubted_box=best.box)


def _another_way_up(
    halves: Halves, face: Detection, asked: list[tuple[Detection, Mesh]], backend: Backend
) -> FaceSearch | None:
    """The faces of the picture turned by quarters, where the best is a better one and stands upright there."""
    height, width = halves.times(0).shape[:2]
    if (face.score >= _UPRIGHT_SCORE or _surely_upright(face, asked)) and not _leans(face, asked, _MAY_LIE_RAD):
        return None
    best, reached = None, 0.0
    for turns, code in _TURNS if _leans(face, asked, _LEANS_A_LITTLE_RAD) else _TURNS[-1:]:
        on_head = turns == 2
        least = max(_TURNED_LEAST[on_head], face.score + _CLEARLY_BETTER[on_head], reached)
        # what sees a face that lies sees it better upright; nearly always nothing does, and a small picture tells that
        if all(other.score < least - _MAY_DIFFER for other in backend.find_like(halves.turned(code), face)):
            continue
        picture = Halves(np.asarray(cv2.rotate(halves.times(0), code), np.uint8))
        looked = backend.find_like(picture, face)
        if all(other.score < least for other in looked):  # then the mesh need not be asked
            continue
        meshes: list[tuple[Detection, Mesh]] = []
        found = _convincing(picture, looked, backend, 2.0, _RETRY_PRESENCE, meshes)
        score = max((other.score for other in found if not _leans(other, meshes, _HALF_WAY_RAD)), default=0.0)
        if score >= least:
            reached = score
            best = [_moved(other, _turn_back(turns, width, height)) for other in found]
    return None if best is None else FaceSearch(largest_first(best), "rotated")


def _surely_upright(face: Detection, asked: list[tuple[Detection, Mesh]]) -> bool:
    """Whether detector and mesh together are surer of a face than they are of any that lies."""
    mesh = _mesh_of(face, asked)
    return mesh is not None and log_odds(mesh.presence) + _OF_SCORE * face.score > _SURELY_UPRIGHT


def _mesh_of(face: Detection, asked: Iterable[tuple[Detection, Mesh]]) -> Mesh | None:
    return next((mesh for other, mesh in asked if other is face), None)


def _leans(face: Detection, asked: list[tuple[Detection, Mesh]], by_rad: float) -> bool:
    """Whether a face leans by more, by the detector's points or by the mesh's where that was asked."""
    mesh = _mesh_of(face, asked)
    return abs(lean_rad(face)) > by_rad or (mesh is not None and abs(roi_of_mesh(mesh).roll_rad) > by_rad)


def _lies(face: Detection, asked: list[tuple[Detection, Mesh]]) -> bool:
    """Whether a face that was found upright lies on its side, by the detector's points or, leaning more, the mesh's."""
    if face.score >= _RETRY_SCORE and abs(lean_rad(face)) > ON_ITS_SIDE_RAD:
        return True
    mesh = _mesh_of(face, asked)
    if mesh is None or mesh.presence < _RETRY_PRESENCE:
        return False
    return abs(lean_rad(face)) > _LEANS_RAD and abs(roi_of_mesh(mesh).roll_rad) > ON_ITS_SIDE_RAD


def lean_rad(face: Detection) -> float:
    """How far the line from the eyes to the mouth is off the vertical, -pi to pi; holds for profiles as well.

    Positive where the mouth is right of the eyes: turned clockwise by as much, the face is upright.
    """
    across, down = face.keypoints[_MOUTH] - face.keypoints[:2].mean(axis=0)
    return math.atan2(float(across), float(down))


def _convincing(
    picture: PixelsOrHalves,
    faces: tuple[Detection, ...],
    backend: Backend,
    sure: float,
    presence: float,
    asked: list[tuple[Detection, Mesh]],
) -> list[Detection]:
    """Those that BlazeFace is sure of, or in which the mesh sees a face as well (profiles fail the mesh).

    What the mesh said is put into `asked`.
    """
    convincing = []
    for face in faces:
        if face.score < sure:
            asked.append((face, backend.fit_mesh(picture, face)))
            if asked[-1][1].presence < presence:
                continue
        convincing.append(face)
    return convincing


def _retries(rgb: NDArray[np.uint8]) -> Iterator[tuple[How, NDArray[np.uint8], _Back]]:
    """Other looks at the picture, each with the way back to the picture's own pixels."""
    height, width = rgb.shape[:2]
    pad = max(height, width) // 2
    yield (
        "too_close",
        np.asarray(cv2.copyMakeBorder(rgb, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=_GREY), np.uint8),
        lambda xy: xy - np.float32(pad),
    )
    for turns, code in _TURNS:
        yield "rotated", np.asarray(cv2.rotate(rgb, code), np.uint8), _turn_back(turns, width, height)
    for lighter in (_brightened(rgb), _shadows_lifted(rgb)):
        if lighter is not None:
            yield "too_dark", lighter, lambda xy: xy
    tile = max(min(height, width) // 2, 64)
    for top in _starts(height, tile):
        for left in _starts(width, tile):
            corner = np.array([left, top], np.float32)
            part = rgb[top : top + tile, left : left + tile]
            yield "too_small", np.ascontiguousarray(part), lambda xy, corner=corner: xy + corner  # type: ignore[misc]


def _starts(length: int, tile: int) -> list[int]:
    """Where tiles begin so that they cover `length` with about half of each shared."""
    if length <= tile:
        return [0]
    count = min(max(2, round(length / tile * 2) - 1), 6)
    return [int(start) for start in np.linspace(0, length - tile, count)]


def _turn_back(turns: int, width: int, height: int) -> _Back:
    """Undo `turns` quarter turns clockwise of a (height, width) picture."""

    def back(xy: NDArray[np.float32]) -> NDArray[np.float32]:
        x, y = xy[..., 0], xy[..., 1]
        if turns == 1:
            return np.stack([y, height - x], axis=-1)
        if turns == 2:
            return np.stack([width - x, height - y], axis=-1)
        return np.stack([width - y, x], axis=-1)

    return back


def _brightened(rgb: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """A dark picture with its levels stretched; None for one that is not dark."""
    level = float(np.percentile(rgb[::4, ::4], 90))
    if level > _DARK_ALL_OVER:
        return None
    curve = np.clip((np.arange(256) / max(level, 4.0)) ** 0.6 * 200, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(rgb, curve), np.uint8)


def _shadows_lifted(rgb: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """A picture with a bright part, a window say, with what is nearly black spread out; None where little is."""
    grey = rgb[::4, ::4].max(axis=2)
    if float(np.percentile(grey, 90)) <= _DARK_ALL_OVER or np.mean(grey < _NEARLY_BLACK) < _MUCH_BLACK:
        return None
    curve = np.clip((np.arange(256) / (2 * _NEARLY_BLACK)) ** 0.6 * 200, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(rgb, curve), np.uint8)


def _moved(face: Detection, back: _Back) -> Detection:
    x0, y0, x1, y1 = face.box
    corners = back(np.array([[x0, y0], [x1, y1]], np.float32))
    (low_x, low_y), (high_x, high_y) = corners.min(0), corners.max(0)
    return Detection((float(low_x), float(low_y), float(high_x), float(high_y)), back(face.keypoints), face.score)


def largest_first(faces: list[Detection]) -> tuple[Detection, ...]:
    """The faces in the order of their boxes' areas; those of one area stay in order."""
    return tuple(sorted(faces, key=lambda face: -box_area(face.box)))
