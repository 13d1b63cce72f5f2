"""Eyes and mouth: eye opening, gaze, mouth opening, smile."""

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

# Largest yaw: beyond it the far eye is too foreshortened.
_FRONTAL_DEG = 38.0
# Eye opening below which the iris cannot be located.
_SHUT = 0.1
# Eye opening below which the mirrored eyes are measured as well.
_SURELY_OPEN = 0.2
# Distance of closed lids below the line between the eye's corners, over its width: median of 24 closed eyes.
_WHERE_LIDS_MEET = 0.08
# Probability of dark lenses from which the network cannot see the eyes and invents open ones.
_DARK_GLASSES = 0.7
# Least inter-eye distance to measure lids and irises, px. Of 41 people with 18 to 28 px whose gaze warns 37 look past
# the camera.
_LIDS_EYES_PX, _IRISES_EYES_PX = 28.0, 18.0
# Blur of the face (`sharpness.face_blur`) beyond which the lids merge, % of the inter-eye distance.
_BLURRED = 2.0
# Shift of the iris, over the eye's width, per sine of the yaw while the gaze stays on the camera. The median of 585
# people who look into the camera is 0.2, but 0.35 gives the most correct warnings, as people who turn away often look
# away too.
_FOLLOWS = 0.35
# Mesh points of the inner lips: corners, then top and bottom at the middle.
_MOUTH_RIGHT, _MOUTH_LEFT, _MOUTH_TOP, _MOUTH_BOTTOM = 78, 308, 13, 14

_FOREHEAD_CHIN = np.array((10, 152))
# Forehead and chin; the mouth's corners; the inner lips at the middle.
_SMILE = np.array((10, 152, 61, 291, 13, 14))


@measure("eyes.opening")
def opening(scene: Scene) -> Reading:
    """Height of the upper lid above the line where closed lids meet, over the eye's width: 0.3 open, under 0.1 closed.

    The more closed eye decides; if it may be closed (below 0.2), the mean of both eyes and of their mirror images, so
    that a wink does not count as closed. Lids narrowed by a smile, by the sun or by nature meet above the line between
    the eye's corners, as the lower lid rises; closed lids meet below it, as the upper lid falls. So eyes that are
    narrow but open read 0.17 or more, which the gap between the lids would not show. Looking down reads as closed. Not
    assessed behind dark glasses, where the network invents open eyes, and on blurred faces.
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
    """Mean sideways offset of the irises from the centres of the eyes, over the eye's width, 0 or more.

    0 = into the camera, 0.3 = past it. Corrected for the yaw of the head, as the irises of a turned head that looks
    into the camera are off-centre too.
    """
    _need_frontal(scene, _IRISES_EYES_PX)
    if min(scene.once(_openings)) < _SHUT:
        raise NotAssessed("eyes_closed")
    shifts = [_iris_off_middle(eye) for eye in scene.eyes]
    return abs(sum(shifts) / 2 + math.sin(math.radians(scene.pose.yaw_deg)) * _FOLLOWS)


@measure("mouth.opening")
def mouth_opening(scene: Scene) -> float:
    """Gap between the lips over the mouth's width: 0 = closed, up to about 0.35 a laugh, above it a yawn or a shout."""
    need_in_frame(scene, (_MOUTH_RIGHT, _MOUTH_LEFT, _MOUTH_TOP, _MOUTH_BOTTOM))
    points = scene.mesh.points
    gap = math.dist(points[_MOUTH_TOP].tolist(), points[_MOUTH_BOTTOM].tolist())
    return gap / max(math.dist(points[_MOUTH_RIGHT].tolist(), points[_MOUTH_LEFT].tolist()), 1.0)


@measure("mouth.smile")
def smile(scene: Scene) -> float:
    """Height of the mouth's corners above its centre, over the mouth's width: above 0 = corners up. Reported only."""
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
    """(16, 2) outline of the eye: along the lower lid, back along the upper lid."""
    return np.concatenate([eye.lower_lid, eye.upper_lid[::-1]])


def _openings(scene: Scene) -> tuple[float, float]:
    """Openings of the subject's right and left eye."""
    return _openings_of(scene, scene.eyes)


def _openings_of(scene: Scene, eyes: tuple[Eye, Eye]) -> tuple[float, float]:
    forehead, chin = scene.mesh.points[_FOREHEAD_CHIN, :2].tolist()
    down = chin[0] - forehead[0], chin[1] - forehead[1]
    right, left = eyes
    return _opening(right, down), _opening(left, down)


def _opening(eye: Eye, down: tuple[float, float]) -> float:
    """Height of the centre of the upper lid above the line where closed lids meet, over the eye's width."""
    (x0, y0), (x1, y1) = eye.contour[0].tolist(), eye.contour[8].tolist()
    across_x, across_y = x1 - x0, y1 - y0
    # the normal of the line between the corners that points down the face
    side = math.copysign(1.0, across_x * down[1] - across_y * down[0])
    lid_x, lid_y = eye.upper_lid[2:5].mean(axis=0).tolist()
    below: float = side * (across_x * (lid_y - y0) - across_y * (lid_x - x0))
    squared: float = max(across_x**2 + across_y**2, 1.0)
    return max(_WHERE_LIDS_MEET - below / squared, 0.0)


def _iris_off_middle(eye: Eye) -> float:
    """Offset of the iris from the centre of the eye, over its width; positive = towards the right of the picture."""
    (x0, y0), (x1, y1) = eye.contour[0].tolist(), eye.contour[8].tolist()
    x, y = eye.iris[0].tolist()
    across, down = (x1 - x0, y1 - y0) if x1 > x0 else (x0 - x1, y0 - y1)
    off: float = (x - (x0 + x1) / 2) * across + (y - (y0 + y1) / 2) * down
    return off / max(math.hypot(across, down), 1.0) ** 2
