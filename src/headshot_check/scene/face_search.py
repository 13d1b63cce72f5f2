"""Face search with retries; the retry that succeeds says why the plain search failed.

BlazeFace misses faces that are small, fill the frame, are rotated or too dark. If the plain search finds none, the
picture is searched again: padded, rotated, brightened and in tiles.
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
from headshot_check.pixels.geometry import box_area, clipped
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves, halves_of

How = Literal["plain", "too_close", "too_small", "rotated", "too_dark"]
"""How the faces were found: by the plain search, or by the retry that compensates this defect; "rotated" also if the
plain search found them sideways or upside down."""

# Retries search many pictures, so the mesh must confirm each face that they find.
_SURE = 0.9
_PRESENCE = 0.5
_RETRY_SCORE = 0.7
_RETRY_PRESENCE = 0.9
_TURNED_SCORE = 0.85
_TURNS = ((1, cv2.ROTATE_90_CLOCKWISE), (3, cv2.ROTATE_90_COUNTERCLOCKWISE), (2, cv2.ROTATE_180))
# BlazeFace also finds faces that are sideways (median score 0.77) or upside down (0.65; upright 0.93), but understates
# their angle. So a face with a low score or a clear angle (7 % of upright ones) is searched for in the rotated picture.
# If it scores high there, and clearly higher, the picture counts as rotated: 9 in 10 rotated faces, no upright one.
_UPRIGHT_SCORE, _LEANS_A_LITTLE_RAD, _MAY_LIE_RAD, _HALF_WAY_RAD = 0.82, *map(math.radians, (10, 30, 45))
_TURNED_LEAST, _CLEARLY_BETTER = (0.8, 0.85), (0.03, 0.06)
"""sideways, upside down; of 4,912 photos one upright face, a blurred one, scored 0.03 higher upside down"""
# That search is skipped if log-odds of the mesh's presence plus `_OF_SCORE` times the detector's score exceed this:
# true of 3 of 4,200 rotated faces, and of 94 of 146 upright ones with a low score.
_SURELY_UPRIGHT, _OF_SCORE = 29.0, 20.0
_MAY_DIFFER = 0.03
"""tolerance for scores in a picture that was reduced before it was rotated"""
# Grey levels: 90th percentile below which a picture is dark as a whole; level below which a pixel is nearly black, and
# the share of such pixels from which shadows are lifted.
_DARK_ALL_OVER, _NEARLY_BLACK, _MUCH_BLACK = 110, 32, 0.1
ON_ITS_SIDE_RAD, _LEANS_RAD = math.radians(60), math.radians(40)
_MOUTH = 3  # index of the keypoint
# Height over the picture's shorter side: a smaller face that is found only with padding is not too close.
_CLOSE = 0.4
# Padding colour: of 89 portraits cut to most of the face 80 are found on grey, 39 with the edge replicated.
_GREY = (128, 128, 128)


Meshes = tuple[tuple[Detection, Mesh], ...]
"""detections with the mesh that was fitted to each"""


class FaceSearch(NamedTuple):
    """The faces of a picture, largest first, and how they were found."""

    faces: tuple[Detection, ...]
    how: How
    meshes: Meshes = ()
    """those of `faces` to which the mesh was fitted, with that mesh, in the original picture"""
    doubted: float = 0.0
    """if no face was found: best score of a detection that was not confirmed, such as a profile; 0..1"""
    doubted_box: tuple[float, float, float, float] | None = None
    """box of that detection: x0, y0, x1, y1"""

    def mesh_of(self, face: Detection) -> Mesh | None:
        """The mesh that the search has fitted to one of `faces`, if any."""
        return _mesh_of(face, self.meshes)


_Back = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def find_faces(picture: PixelsOrHalves, backend: Backend) -> FaceSearch:
    """Find the faces in a picture (H, W, 3); `faces` is empty if no retry finds one either."""
    halves = halves_of(picture)
    rgb = halves.times(0)
    candidates = backend.find_faces(halves)
    plain, fitted = _confirmed(halves, candidates, backend, _PRESENCE, sure=_SURE)
    if plain:
        faces = largest_first(plain)
        if (turned := _another_way_up(halves, faces[0], fitted, backend)) is not None:
            return turned
        return FaceSearch(faces, "rotated" if _lies(faces[0], fitted) else "plain", fitted)
    cut: list[Detection] = []
    for how, other, back in _retries(rgb):
        looked_at = Halves(other)
        least = _TURNED_SCORE if how == "rotated" else _RETRY_SCORE
        looked = tuple(face for face in backend.find_faces(looked_at) if face.score >= least)
        found, meshes = _confirmed(looked_at, looked, backend, _RETRY_PRESENCE)
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


def _another_way_up(halves: Halves, face: Detection, meshes: Meshes, backend: Backend) -> FaceSearch | None:
    """The faces of the rotated picture, if the best one is upright there and scores clearly higher; else None."""
    height, width = halves.times(0).shape[:2]
    if (face.score >= _UPRIGHT_SCORE or _surely_upright(face, meshes)) and not _leans(face, meshes, _MAY_LIE_RAD):
        return None
    best, reached = None, 0.0
    for turns, code in _TURNS if _leans(face, meshes, _LEANS_A_LITTLE_RAD) else _TURNS[-1:]:
        on_head = turns == 2
        least = max(_TURNED_LEAST[on_head], face.score + _CLEARLY_BETTER[on_head], reached)
        # the detector that found it must find it again; a small rotated picture nearly always rules that out
        if all(other.score < least - _MAY_DIFFER for other in backend.find_like(halves.turned(code), face)):
            continue
        picture = Halves(np.asarray(cv2.rotate(halves.times(0), code), np.uint8))
        looked = backend.find_like(picture, face)
        if all(other.score < least for other in looked):  # no need to fit the mesh
            continue
        found, fitted = _confirmed(picture, looked, backend, _RETRY_PRESENCE)
        score = max((other.score for other in found if not _leans(other, fitted, _HALF_WAY_RAD)), default=0.0)
        if score >= least:
            reached = score
            best = [_moved(other, _turn_back(turns, width, height)) for other in found]
    return None if best is None else FaceSearch(largest_first(best), "rotated")


def _surely_upright(face: Detection, meshes: Meshes) -> bool:
    """Whether detector and mesh are together so confident that the face cannot be rotated."""
    mesh = _mesh_of(face, meshes)
    return mesh is not None and log_odds(mesh.presence) + _OF_SCORE * face.score > _SURELY_UPRIGHT


def _mesh_of(face: Detection, meshes: Meshes) -> Mesh | None:
    return next((mesh for other, mesh in meshes if other is face), None)


def _leans(face: Detection, meshes: Meshes, by_rad: float) -> bool:
    """Whether a face is rotated by more than `by_rad`, by the detector's keypoints or by its mesh, if any."""
    mesh = _mesh_of(face, meshes)
    return abs(lean_rad(face)) > by_rad or (mesh is not None and abs(roi_of_mesh(mesh).roll_rad) > by_rad)


def _lies(face: Detection, meshes: Meshes) -> bool:
    """Whether a face that the plain search found lies sideways, by the detector's keypoints or by its mesh."""
    if face.score >= _RETRY_SCORE and abs(lean_rad(face)) > ON_ITS_SIDE_RAD:
        return True
    mesh = _mesh_of(face, meshes)
    if mesh is None or mesh.presence < _RETRY_PRESENCE:
        return False
    return abs(lean_rad(face)) > _LEANS_RAD and abs(roi_of_mesh(mesh).roll_rad) > ON_ITS_SIDE_RAD


def main_face(faces: tuple[Detection, ...], width: int, height: int) -> Detection:
    """The face to judge: the largest, unless one of nearly its size is clearly closer to the frame's centre."""

    def weight(face: Detection) -> float:
        x0, y0, x1, y1 = shown = clipped(face.box, width, height)
        off = math.hypot((x0 + x1) / 2 / width - 0.5, (y0 + y1) / 2 / height - 0.5)
        return box_area(shown) * (1 - 0.5 * min(off * 2, 1))

    return max(faces, key=weight)


def lean_rad(face: Detection) -> float:
    """Angle of the line from eyes to mouth against the vertical, -pi..pi; works for profiles too.

    Positive if the mouth is to the right of the eyes: rotated clockwise by this angle, the face is upright.
    """
    across, down = face.keypoints[_MOUTH] - face.keypoints[:2].mean(axis=0)
    return math.atan2(float(across), float(down))


def _confirmed(
    picture: PixelsOrHalves, faces: Iterable[Detection], backend: Backend, presence: float, sure: float = math.inf
) -> tuple[list[Detection], Meshes]:
    """The faces whose score is at least `sure` or whose mesh has at least this presence, and the meshes fitted for it.

    The mesh of a profile has a low presence.
    """
    confirmed: list[Detection] = []
    meshes: list[tuple[Detection, Mesh]] = []
    for face in faces:
        if face.score < sure:
            mesh = backend.fit_mesh(picture, face)
            meshes.append((face, mesh))
            if mesh.presence < presence:
                continue
        confirmed.append(face)
    return confirmed, tuple(meshes)


def _retries(rgb: NDArray[np.uint8]) -> Iterator[tuple[How, NDArray[np.uint8], _Back]]:
    """Modified pictures to search, each with the map from its pixels back to the original's."""
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
    """Start positions of tiles that cover `length` and overlap by about half."""
    if length <= tile:
        return [0]
    count = min(max(2, round(length / tile * 2) - 1), 6)
    return [int(start) for start in np.linspace(0, length - tile, count)]


def _turn_back(turns: int, width: int, height: int) -> _Back:
    """The map that undoes `turns` clockwise quarter turns of a (height, width) picture."""

    def back(xy: NDArray[np.float32]) -> NDArray[np.float32]:
        x, y = xy[..., 0], xy[..., 1]
        if turns == 1:
            return np.stack([y, height - x], axis=-1)
        if turns == 2:
            return np.stack([width - x, height - y], axis=-1)
        return np.stack([width - y, x], axis=-1)

    return back


def _brightened(rgb: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The picture with its levels stretched if it is dark as a whole; else None."""
    level = float(np.percentile(rgb[::4, ::4], 90))
    if level > _DARK_ALL_OVER:
        return None
    curve = np.clip((np.arange(256) / max(level, 4.0)) ** 0.6 * 200, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(rgb, curve), np.uint8)


def _shadows_lifted(rgb: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The picture with its shadows lifted if it has both bright parts and much that is nearly black; else None."""
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
    """The faces sorted by the area of their boxes."""
    return tuple(sorted(faces, key=lambda face: -box_area(face.box)))
