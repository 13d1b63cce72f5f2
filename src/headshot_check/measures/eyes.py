"""Eyes and mouth: open, looking, smiling."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.covering_net import coverings
from headshot_check.measures.places import polygon_region
from headshot_check.nets.iris import Eye
from headshot_check.scene import NotAssessed, Scene

# Beyond this the far eye is foreshortened and lids and iris are guesses.
_FRONTAL_DEG = 38.0
# Irises of eyes that are this shut are guesses.
_SHUT = 0.08
# Behind lenses that are this surely dark the network imagines open eyes.
_DARK_GLASSES = 0.7
# Fewer pixels than this between the eyes and the lids are a pixel apart.
_LEAST_EYES_PX = 28.0
# Mesh points of the inner lips: corners, then top and bottom at the middle.
_MOUTH_RIGHT, _MOUTH_LEFT, _MOUTH_TOP, _MOUTH_BOTTOM = 78, 308, 13, 14


@measure("eyes.opening")
def opening(scene: Scene) -> Reading:
    """Distance of the lids over the eye's width, of the more closed eye: about 0.3 open, under 0.09 shut.

    Not assessed behind glasses that are surely dark, where the network imagines open eyes. Related to the eye aspect
    ratio of Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks", 2016.
    """
    _need_frontal(scene)
    values = [_opening(eye) for eye in scene.eyes]
    worst = int(np.argmin(values))
    return Reading(values[worst], polygon_region(scene, _lids(scene.eyes[worst])))


@measure("eyes.gaze")
def gaze(scene: Scene) -> float:
    """How far both irises sit off the middle of the eyes, sideways, over the eye's width: 0 = on the camera, 0.3 = off.

    A turned head with eyes on the camera also moves the irises, so the turn of the head is taken off first.
    """
    _need_frontal(scene)
    if min(_opening(eye) for eye in scene.eyes) < _SHUT:
        raise NotAssessed("eyes_closed")
    shifts = []
    for eye in scene.eyes:
        corners = eye.contour[[0, 8]]
        axis = corners[1] - corners[0]
        axis = axis if axis[0] > 0 else -axis
        width = float(np.linalg.norm(axis))
        shifts.append(float((eye.iris[0] - corners.mean(0)) @ axis) / max(width, 1.0) ** 2)
    # An eye that stays on the camera while the head turns by yaw moves in its socket by sin(yaw) of the eyeball's
    # radius (12 mm), against an eye width of about 30 mm.
    return abs(float(np.mean(shifts)) + math.sin(math.radians(scene.pose.yaw_deg)) * 12 / 30)


@measure("mouth.opening")
def mouth_opening(scene: Scene) -> float:
    """Gap between the lips over the mouth's width: 0 = closed, a laugh to about 0.35, a yawn or a shout beyond."""
    points = scene.mesh.points
    gap = float(np.linalg.norm(points[_MOUTH_TOP] - points[_MOUTH_BOTTOM]))
    return gap / max(float(np.linalg.norm(points[_MOUTH_RIGHT] - points[_MOUTH_LEFT])), 1.0)


@measure("mouth.smile")
def smile(scene: Scene) -> float:
    """How far the mouth's corners lie above its middle, over the mouth's width: above 0 = corners up. Reported only."""
    points = scene.mesh.points
    up = points[10] - points[152]
    up = up / np.linalg.norm(up)
    corners = (points[61] + points[291]) / 2
    middle = (points[13] + points[14]) / 2
    return float((corners - middle) @ up) / max(float(np.linalg.norm(points[61] - points[291])), 1.0)


def _need_frontal(scene: Scene) -> None:
    if abs(scene.pose.yaw_deg) > _FRONTAL_DEG:
        raise NotAssessed("face_turned")
    if scene.inter_eye_px < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")
    if scene.once(coverings).sunglasses > _DARK_GLASSES:
        raise NotAssessed("dark_glasses")


def _lids(eye: Eye) -> NDArray[np.float32]:
    """(16, 2) outline of the opening: along the lower lid, back along the upper."""
    return np.concatenate([eye.lower_lid, eye.upper_lid[::-1]])


def _opening(eye: Eye) -> float:
    """Mean gap of the lids at three places over the eye's width."""
    width = float(np.linalg.norm(eye.contour[0] - eye.contour[8]))
    # Lower lid 0..8 holds the corners, upper lid 0..6 does not: upper k faces lower k + 1.
    gaps = [float(np.linalg.norm(eye.lower_lid[k + 1] - eye.upper_lid[k])) for k in (2, 3, 4)]
    return float(np.mean(gaps)) / max(width, 1.0)
