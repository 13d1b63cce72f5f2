"""Finds the best crop: its place, size and rotation, from the head, the other faces and the picture's edges."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.crop.targets import Target
from headshot_check.nets.blazeface import Detection
from headshot_check.pixels.geometry import Box, box_area
from headshot_check.pixels.mount import inside_bars, plain_corners
from headshot_check.report import Region
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.circle import cut_by_circle, cuts
from headshot_check.scene.head import Head, head_outline, without_tall_hair

_Floats = NDArray[np.float64]

MOST_STRAIGHTENING_DEG = 15.0
"""Beyond this the tilted background is worse than a tilted head."""
ROLL_LIMIT_DEG = 18.0
_ROLL_KEPT = (0.85, 0.65, 0.45)
"""rolls of the head after straightening that are tried, as shares of the limit: no more rotation than needed"""
_PIECE = 2.0
"""cost of cutting through another person's head: more than that of a crop that is too tight or has too few pixels"""
_STEPS = 48
"""number of sizes tried"""
_ASIDE = (0.0, -0.05, 0.05, -0.1, 0.1)
"""horizontal shifts tried to leave out other people, as a share of the crop's width"""
# Without a reliable mesh the head is estimated from BlazeFace's box (brows to chin): height of forehead and hair above
# it over the box's height, width of an ear beside it over the box's width; medians of 230 conference speakers.
_HAIR_ABOVE, _EARS_BESIDE = 0.56, 0.06


class CropFrame(NamedTuple):
    """A crop: a rectangle, possibly rotated, in analysis pixels."""

    centre: tuple[float, float]
    width: float
    height: float
    lean_deg: float = 0.0
    """positive = clockwise on the screen"""

    @property
    def corners(self) -> NDArray[np.float64]:
        """(4, 2), clockwise from the crop's own top left."""
        x, y = self.width / 2, self.height / 2
        upright = np.array([(-x, -y), (x, -y), (x, y), (-x, y)])
        return np.asarray(upright @ _turn(self.lean_deg).T + self.centre, np.float64)

    def region(self, scene: Scene) -> Region:
        """The frame in fractions of the photo."""
        return Region(tuple((float(x) / scene.width, float(y) / scene.height) for x, y in self.corners))


def best_frame(scene: Scene, target: Target, roll_limit_deg: float = ROLL_LIMIT_DEG) -> CropFrame:
    """The best crop for a target: the head well placed and inside the circle, nobody else in sight, enough pixels.

    The picture is straightened only as far as `roll_limit_deg` requires, at most by 15 degrees, and the frame stays
    inside the picture. If the picture is too tight for the target, the frame is as large as it can be.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    tried = [_best_size(scene, target, lean, roll_limit_deg) for lean in _leans(scene, roll_limit_deg)]
    return min(tried, key=lambda found: found[0])[1]


def _leans(scene: Scene, limit: float) -> list[float]:
    """Rotations of the frame to try, degrees: none, and those that reduce the head's roll if it is beyond the limit."""
    roll = _roll(scene)
    if abs(roll) <= limit or abs(roll) > 75:  # a photo on its side is rotated by 90 degrees elsewhere
        return [0.0]
    wanted = {min(abs(roll) - kept * limit, MOST_STRAIGHTENING_DEG) for kept in _ROLL_KEPT}
    return [0.0, *(math.copysign(lean, roll) for lean in sorted(wanted))]


def _roll(scene: Scene) -> float:
    try:
        return scene.pose.roll_deg
    except NotAssessed:
        (x0, y0), (x1, y1) = scene.eye_centres
        return math.degrees(math.atan2(y1 - y0, x1 - x0))


def _best_size(scene: Scene, target: Target, lean: float, roll_limit: float) -> tuple[float, CropFrame]:
    """The cost of the best frame with this rotation, and the frame."""
    head, middle_x, origin = _upright(scene, lean)
    turn = _turn(lean)
    eyes_y = float((turn.T @ (scene.eye_centres.mean(axis=0) - origin) + origin)[1])
    kept = without_tall_hair(head, eyes_y)
    reach_x, reach_y = np.abs(turn) @ (target.aspect / 2, 0.5)  # half the bounding box of a frame of height 1
    left, top, right, bottom = _picture(scene)
    most = min((right - left) / 2 / reach_x, (bottom - top) / 2 / reach_y)
    wanted = (head.height / target.head_most, head.height / target.head_least)
    heights = np.geomspace(min(wanted[0], most), min(wanted[1], most), _STEPS)
    aside = _ASIDE if len(scene.search.faces) > 1 else _ASIDE[:1]
    heights = np.tile(heights, len(aside))
    upright_x = (0.5 * (head.left_x + head.right_x) + middle_x) / 2 + np.repeat(aside, _STEPS) * heights * target.aspect
    upright_y = (kept.crown_y + kept.chin_y) / 2 + (0.5 - target.head_centre) * heights
    x, y = turn @ (np.stack([upright_x, upright_y]) - origin[:, None]) + origin[:, None]
    x = np.minimum(np.maximum(x, left + reach_x * heights), right - reach_x * heights)
    y = np.minimum(np.maximum(y, top + reach_y * heights), bottom - reach_y * heights)
    back = turn.T @ (np.stack([x, y]) - origin[:, None]) + origin[:, None]
    against = _against(scene, target, head, kept, middle_x, back, heights)
    places = zip(x.tolist(), y.tolist(), heights.tolist(), strict=True)
    frames = [CropFrame((at_x, at_y), height * target.aspect, height, lean) for at_x, at_y, height in places]
    if len(scene.search.faces) > 1:
        against += _beside(scene, frames)
    best = int(np.argmin(against))
    leans = abs(_roll(scene) - lean) / roll_limit
    return float(against[best]) + 0.1 * leans**2 + (0.5 if leans > 1 else 0.0), frames[best]


def _picture(scene: Scene) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the picture within plain bars, in analysis pixels, a glance pixel inwards."""
    size = np.array([scene.width, scene.height] * 2, np.float64)
    edges = np.array(inside_bars(scene.glance))
    pixel = 1.0 / np.array([scene.glance.shape[1], scene.glance.shape[0]])
    barred = np.array([edges[0] > 0, edges[1] > 0, edges[2] < 1, edges[3] < 1])
    left, top, right, bottom = ((edges + barred * np.concatenate([pixel, -pixel])) * size).tolist()
    return left, top, right, bottom


def _against(
    scene: Scene, target: Target, head: Head, kept: Head, middle_x: float, centre: _Floats, height: _Floats
) -> _Floats:
    """(N,) cost of frames, without that of other faces; 0 = ideal.

    Parameters
    ----------
    head, kept
        The head, and the part of it that a circle must not cut.
    middle_x
        Horizontal centre of the face.
    centre, height
        (2, N) and (N,) of the frames. All in analysis pixels, rotated so that the frames are upright.
    """
    width = height * target.aspect
    left, top = centre[0] - width / 2, centre[1] - height / 2
    off = (middle_x - centre[0]) / width
    middle = ((kept.crown_y + kept.chin_y) / 2 - top) / height
    against = np.log(head.height / height / target.head) ** 2 + 20 * off**2 + 12 * (middle - target.head_centre) ** 2
    against += 8 * np.maximum((top - head.crown_y) / head.height, 0.0)
    if target.circle:
        against += 6 * cuts(kept, left, top, width)
    px = np.minimum(width, height) / scene.photo.scale
    against += 0.8 * np.log(np.maximum(target.least / px, 1.0)) ** 2
    against += 0.25 * (px < target.least) + 0.5 * (px < target.least / 2)  # where policies warn and fail
    return np.asarray(against, np.float64)


def predicted(scene: Scene, frame: CropFrame) -> dict[str, float]:
    """Estimated values, by check, of the checks that a crop changes, from the head's outline in the whole photo.

    Quick, and only good enough to decide whether the crop is worth checking.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    head, middle_x, origin = _upright(scene, frame.lean_deg)
    centre = _turn(frame.lean_deg).T @ (np.array(frame.centre) - origin) + origin
    left, top = float(centre[0]) - frame.width / 2, float(centre[1]) - frame.height / 2
    eyes = _turn(frame.lean_deg).T @ (scene.eye_centres.mean(axis=0) - origin) + origin
    side = min(frame.width, frame.height)
    kept = without_tall_hair(head, float(eyes[1]))
    square_x = min(max((head.left_x + head.right_x) / 2 - side / 2, left), left + frame.width - side)
    square_y = min(max((kept.crown_y + kept.chin_y) / 2 - side / 2, top), top + frame.height - side)
    (x0, y0, x1, y1), half = _picture(scene), (frame.width / 2, frame.height / 2)
    clear = x0 <= frame.centre[0] - half[0] + 0.5 and frame.centre[0] + half[0] - 0.5 <= x1
    clear = clear and y0 <= frame.centre[1] - half[1] + 0.5 and frame.centre[1] + half[1] - 0.5 <= y1
    bars = {"file.bars": 0.0} if clear and not plain_corners(scene.glance).any() else {}
    return bars | {
        "framing.head_height": head.height / frame.height,
        "framing.eye_line": (float(eyes[1]) - top) / frame.height,
        "framing.offset": abs((middle_x - left) / frame.width - 0.5),
        "framing.circle_cut": cut_by_circle(kept, square_x, square_y, side),
        "faces.second_face": _others(scene, frame),
        "pose.roll": _roll(scene) - frame.lean_deg,
        "file.short_side": side / scene.photo.scale,
    }


def _others(scene: Scene, frame: CropFrame) -> float:
    """Visible area in the frame of the largest other face, over the area of the main face."""
    area = box_area(scene.main.box)
    return max((_within(face.box, frame) / area for face in _other_faces(scene)), default=0.0)


def pieces(scene: Scene, frame: CropFrame) -> int:
    """Number of other people's heads, hair included, that the frame or the photo's own edge cuts through."""
    cut = 0
    for face in _other_faces(scene):
        head = _head_of(face)
        cut += 0.02 < _within(head, frame) / max(box_area(head), 1.0) < 0.98
    return cut


def _beside(scene: Scene, frames: list[CropFrame]) -> _Floats:
    """(N,) cost of other people in frames that share one rotation."""
    if frames[0].lean_deg:
        return np.array([0.6 * _others(scene, frame) + _PIECE * pieces(scene, frame) for frame in frames])
    # vectorised for upright frames: 50 times as fast
    half = np.array([(frame.width / 2, frame.height / 2) for frame in frames])
    centre = np.array([frame.centre for frame in frames])
    corners = np.hstack([centre - half, centre + half])
    area = box_area(scene.main.box)
    largest, cut = np.zeros(len(frames)), np.zeros(len(frames))
    for face in _other_faces(scene):
        largest = np.maximum(largest, _shared(face.box, corners) / area)
        head = _head_of(face)
        share = _shared(head, corners) / max(box_area(head), 1.0)
        cut += (share > 0.02) & (share < 0.98)
    return np.asarray(0.6 * largest + _PIECE * cut, np.float64)


def _shared(box: Box, frames: _Floats) -> _Floats:
    """(N,) area of the intersection of a box with frames (N, 4): left, top, right, bottom."""
    wide = np.minimum(frames[:, 2], box[2]) - np.maximum(frames[:, 0], box[0])
    high = np.minimum(frames[:, 3], box[3]) - np.maximum(frames[:, 1], box[1])
    return np.asarray(np.maximum(wide, 0) * np.maximum(high, 0), np.float64)


def _head_of(face: Detection) -> Box:
    """The box of a face, extended to hair and ears."""
    x0, y0, x1, y1 = face.box
    wide, high = _EARS_BESIDE * (x1 - x0), _HAIR_ABOVE * (y1 - y0)
    return x0 - wide, y0 - high, x1 + wide, y1


def _other_faces(scene: Scene) -> list[Detection]:
    return [face for face in scene.search.faces if face is not scene.main]


def _within(box: Box, frame: CropFrame) -> float:
    """Area of the intersection of a box with the frame, px²."""
    x0, y0, x1, y1 = box
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
    return float(cv2.intersectConvexConvex(corners, frame.corners.astype(np.float32))[0])


def _upright(scene: Scene, lean: float) -> tuple[Head, float, _Floats]:
    """`_turned_upright`, cached by rotation."""
    known = scene.once(_known_upright)
    if lean not in known:
        known[lean] = _turned_upright(scene, lean)
    return known[lean]


def _known_upright(_: Scene) -> dict[float, tuple[Head, float, _Floats]]:
    """The cache of `_upright`: results by rotation in degrees."""
    return {}


def _turned_upright(scene: Scene, lean: float) -> tuple[Head, float, NDArray[np.float64]]:
    """The head in the picture rotated by `-lean` degrees, the face's horizontal centre, and the centre of rotation."""
    x0, y0, x1, y1 = scene.main.box
    origin = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    try:
        mesh = scene.mesh.points
        if not lean:
            return scene.head, float(origin[0]), origin
    except NotAssessed as reason:
        if reason.cause == "no_face":
            raise
        high, wide = y1 - y0, x1 - x0
        guess = Head(
            y0 - _HAIR_ABOVE * high, y1, x0 - _EARS_BESIDE * wide, x1 + _EARS_BESIDE * wide, y0 <= 0, crown_seen=False
        )
        return guess, float(origin[0]), origin
    turn = _turn(lean)
    points = mesh.copy()
    points[:, :2] = (mesh[:, :2] - origin) @ turn + origin  # turned back by the lean
    rows, columns = scene.mask.shape
    scale = np.array([columns / scene.width, rows / scene.height])
    matrix = np.diag(scale) @ turn @ np.diag(1 / scale)
    inverse = np.column_stack([matrix, scale * origin - matrix @ (scale * origin)])
    mask = cv2.warpAffine(scene.mask, inverse, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return head_outline(points, np.asarray(mask, np.float32), scene.width, scene.height), float(origin[0]), origin


def _turn(degrees: float) -> NDArray[np.float64]:
    """(2, 2) matrix that rotates column vectors clockwise on the screen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([(cos, -sin), (sin, cos)])
