"""Eyes and mouth: open, looking, smiling."""

from __future__ import annotations

import math
from operator import mul

import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.covering_net import coverings
from headshot_check.measures.places import EYES, need_in_frame, polygon_region
from headshot_check.measures.sharpness import is_blurred
from headshot_check.nets.iris import Eye
from headshot_check.scene import NotAssessed, Scene

# Beyond this the far eye is foreshortened and lids and iris are guesses.
_FRONTAL_DEG = 38.0
# Irises of eyes that are this shut are guesses.
_SHUT = 0.1
# Below this a second look is taken.
_SURELY_OPEN = 0.2
# Shut lids meet this far below the line between the corners of the eye, over its width: the median of 24 shut eyes.
_WHERE_LIDS_MEET = 0.08
# Behind lenses that are this surely dark the network imagines open eyes.
_DARK_GLASSES = 0.7
# Fewer pixels than this between the eyes and the lids are a pixel apart; irises off the middle show with fewer: of 41
# people told from 18 to 28 px (train, pool) 37 look past the camera.
_LIDS_EYES_PX, _IRISES_EYES_PX = 28.0, 18.0
# Width of the face's edges, % of the inter-eye distance, beyond which lids run together.
_BLURRED = 2.0
# How far an iris that stays on the camera moves while the head turns, over eye width and sine of the turn: 0.2 by the
# median of 585 people who look into it. But who turns away more often looks away as well: of what each tells first
# beyond its limit (train, pool; looked at) 0.35 is right most often, 0.2 least.
_FOLLOWS = 0.35
# Mesh points of the inner lips: corners, then top and bottom at the middle.
_MOUTH_RIGHT, _MOUTH_LEFT, _MOUTH_TOP, _MOUTH_BOTTOM = 78, 308, 13, 14

_FOREHEAD_CHIN = np.array((10, 152))
# Forehead and chin; the mouth's corners; the inner lips at the middle.
_SMILE = np.array((10, 152, 61, 291, 13, 14))


@measure("eyes.opening")
def opening(scene: Scene) -> Reading:
    """How far the upper lid lies above where shut lids meet, over the eye's width, 0 or more: 0.3 open, under 0.1 shut.

    Of the more closed eye; where that may be shut (below 0.2), the mean of both and of their mirror images, which tells
    better: one eye that is winked at the camera is none that is shut. Lids that are drawn together by a smile, by the
    sun or by nature meet above the line between the corners of the eye, as the lower one rises; shut lids meet below
    it, as the upper one falls. So narrow eyes that are open read as open (0.17 and more), which the gap between the
    lids does not tell. Looking down reads as shut.
    Not assessed behind glasses that are surely dark, where the network imagines open eyes, and on blurred faces, whose
    lids are guesses.
    """
    _need_frontal(scene, _LIDS_EYES_PX)
    if is_blurred(scene, _BLURRED):
        raise NotAssessed("face_blurred")
    values = scene.once(_openings)
    worst = 0 if values[0] <= values[1] else 1
    value = values[worst]
    if value < _SURELY_OPEN:
        value = (sum(values) + sum(_openings_of(scene, scene.eyes_mirrored))) / 4
    return Reading(value, polygon_region(scene, _lids(scene.eyes[worst])))


@measure("eyes.gaze")
def gaze(scene: Scene) -> float:
    """How far both irises sit off the middle of the eyes, sideways, over the eye's width: 0 = on the camera, 0.3 = off.

    A turned head with eyes on the camera also moves the irises, so the turn of the head is taken off first.
    """
    _need_frontal(scene, _IRISES_EYES_PX)
    if min(scene.once(_openings)) < _SHUT:
        raise NotAssessed("eyes_closed")
    shifts = [_iris_off_middle(eye) for eye in scene.eyes]
    return abs(sum(shifts) / 2 + math.sin(math.radians(scene.pose.yaw_deg)) * _FOLLOWS)


@measure("mouth.opening")
def mouth_opening(scene: Scene) -> float:
    """Gap between the lips over the mouth's width: 0 = closed, a laugh to about 0.35, a yawn or a shout beyond."""
    need_in_frame(scene, (_MOUTH_RIGHT, _MOUTH_LEFT, _MOUTH_TOP, _MOUTH_BOTTOM))
    points = scene.mesh.points
    gap = math.dist(points[_MOUTH_TOP].tolist(), points[_MOUTH_BOTTOM].tolist())
    return gap / max(math.dist(points[_MOUTH_RIGHT].tolist(), points[_MOUTH_LEFT].tolist()), 1.0)


@measure("mouth.smile")
def smile(scene: Scene) -> float:
    """How far the mouth's corners lie above its middle, over the mouth's width: above 0 = corners up. Reported only."""
    crown, chin, right, left, top, bottom = scene.mesh.points[_SMILE].tolist()
    up = [a - b for a, b in zip(crown, chin, strict=True)]
    lift = [(a + b - c - d) / 2 for a, b, c, d in zip(right, left, top, bottom, strict=True)]
    along: float = sum(map(mul, lift, up))
    return along / max(math.hypot(*up), 1e-6) / max(math.dist(right, left), 1.0)


def _need_frontal(scene: Scene, least_px: float) -> None:
    need_in_frame(scene, EYES)
    if abs(scene.pose.yaw_deg) > _FRONTAL_DEG:
        raise NotAssessed("face_turned")
    if scene.inter_eye_px < least_px:
        raise NotAssessed("too_few_pixels")
    if scene.once(coverings).sunglasses > _DARK_GLASSES:
        raise NotAssessed("dark_glasses")


def _lids(eye: Eye) -> NDArray[np.float32]:
    """(16, 2) outline of the opening: along the lower lid, back along the upper."""
    return np.concatenate([eye.lower_lid, eye.upper_lid[::-1]])


def _openings(scene: Scene) -> tuple[float, float]:
    """Of the subject's right eye, then the left."""
    return _openings_of(scene, scene.eyes)


def _openings_of(scene: Scene, eyes: tuple[Eye, Eye]) -> tuple[float, float]:
    forehead, chin = scene.mesh.points[_FOREHEAD_CHIN, :2].tolist()
    down = chin[0] - forehead[0], chin[1] - forehead[1]
    right, left = eyes
    return _opening(right, down), _opening(left, down)


def _opening(eye: Eye, down: tuple[float, float]) -> float:
    """Height of the middle of the upper lid above where shut lids meet, over the eye's width."""
    (x0, y0), (x1, y1) = eye.contour[0].tolist(), eye.contour[8].tolist()
    across_x, across_y = x1 - x0, y1 - y0
    # the normal of the line between the corners that points down the face
    side = math.copysign(1.0, across_x * down[1] - across_y * down[0])
    lid_x, lid_y = eye.upper_lid[2:5].mean(axis=0).tolist()
    below: float = side * (across_x * (lid_y - y0) - across_y * (lid_x - x0))
    squared: float = max(across_x**2 + across_y**2, 1.0)
    return max(_WHERE_LIDS_MEET - below / squared, 0.0)


def _iris_off_middle(eye: Eye) -> float:
    """How far the iris lies off the middle of the eye's corners to the right of the picture, over the eye's width."""
    (x0, y0), (x1, y1) = eye.contour[0].tolist(), eye.contour[8].tolist()
    x, y = eye.iris[0].tolist()
    across, down = (x1 - x0, y1 - y0) if x1 > x0 else (x0 - x1, y0 - y1)
    off: float = (x - (x0 + x1) / 2) * across + (y - (y0 + y1) / 2) * down
    return off / max(math.hypot(across, down), 1.0) ** 2
