"""Framing: how large the head is and where it sits."""

from __future__ import annotations

import math

import cv2
import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import box_region, head_region
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.circle import circle_square, cut_by_circle
from headshot_check.scene.head import bounds, without_tall_hair


@measure("framing.head_height", "share")
def head_height(scene: Scene) -> Reading:
    """Crown to chin over the frame's height, 0..1; hair counts, also what is cut off. ISO/IEC 39794-5's head height."""
    return Reading(scene.head.height / scene.height, head_region(scene))


@measure("framing.inter_eye_distance", "px")
def inter_eye_distance(scene: Scene) -> float:
    """Between the eye centres in the file's own pixels, as seen from the front (ISO/IEC 29794-5)."""
    return scene.inter_eye_px / scene.photo.scale


@measure("framing.eye_line", "share")
def eye_line(scene: Scene) -> float:
    """Height of the eyes in the frame: 0 = top edge, 1 = bottom edge."""
    return float(scene.eye_centres[:, 1].mean()) / scene.height


@measure("framing.offset", "share")
def offset(scene: Scene) -> float:
    """The face's middle off the frame's middle, over the frame's width: 0 = centred, 0.5 = at the edge."""
    x0, _, x1, _ = scene.main.box
    return abs((x0 + x1) / 2 / scene.width - 0.5)


@measure("framing.headroom", "share")
def headroom(scene: Scene) -> float:
    """Room above the crown over the head's height: 0 = the crown touches the edge, negative = that share is cut off.

    What is cut off is estimated from the face's own proportions.
    Not assessed when the person mask does not show where the hair ends.
    """
    head = scene.head
    if not head.crown_seen and not head.crown_cut:
        raise NotAssessed("crown_not_seen")
    return head.crown_y / head.height


@measure("framing.face_cut", "share")
def face_cut(scene: Scene) -> float:
    """Share of the face (mesh outline) that lies beyond the frame, 0..1."""
    points = scene.mesh.points
    left, top, right, bottom = bounds(points)
    if left >= 0 and top >= 0 and right <= scene.width and bottom <= scene.height:
        return 0.0
    xy = points[:, :2]
    hull = cv2.convexHull(np.ascontiguousarray(xy)).reshape(-1, 2)
    frame = np.array([(0, 0), (scene.width, 0), (scene.width, scene.height), (0, scene.height)], np.float32)
    inside, _ = cv2.intersectConvexConvex(np.asarray(hull, np.float32), frame)
    return float(np.clip(1 - inside / max(float(cv2.contourArea(hull)), 1.0), 0, 1))


@measure("framing.shoulders", "face widths")
def shoulders(scene: Scene) -> float:
    """Widest extent of the person below the chin over the face's width: about 1 = neck only, 2 or more = shoulders.

    0 when the frame ends at the chin. Clothing that the person mask takes for background makes it too small.
    """
    head = scene.head
    rows, columns = scene.mask.shape
    below = scene.mask[max(math.ceil(head.chin_y / scene.height * rows), 0) :] > 0.5
    if not below.size:
        return 0.0
    widths = cv2.reduce(below.view(np.uint8), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    extent: float = int(np.max(widths)) / columns * scene.width
    return extent / max(head.right_x - head.left_x, 1.0)


@measure("framing.circle_cut", "share")
def circle_cut(scene: Scene) -> Reading:
    """Share of the head's outline (as an ellipse, tall hair left out) that the best circular crop cuts, 0..1.

    The circle is as wide as the frame's short side and slid along the long side to where it cuts least: what a profile
    page shows before anybody zooms.
    """
    head = without_tall_hair(scene.head, float(scene.eye_centres[:, 1].mean()))
    start_x, start_y, side = circle_square(scene)
    cut = cut_by_circle(head, start_x, start_y, side)
    return Reading(cut, box_region(scene, start_x, start_y, start_x + side, start_y + side))
