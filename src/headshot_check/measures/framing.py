"""Framing: the size and position of the head."""

from __future__ import annotations

import math

import cv2
import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import box_region, head_region
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.circle import cut_by_circle, kept_head, largest_part
from headshot_check.scene.head import bounds


@measure("framing.head_height", "share")
def head_height(scene: Scene) -> Reading:
    """Crown to chin over the frame's height, hair included, also what is cut off; 0 or more. After ISO/IEC 39794-5."""
    return Reading(scene.head.height / scene.height, head_region(scene))


@measure("framing.inter_eye_distance", "px")
def inter_eye_distance(scene: Scene) -> float:
    """Inter-eye distance in pixels of the file, as seen from the front (ISO/IEC 29794-5)."""
    return scene.inter_eye_px / scene.photo.scale


@measure("framing.eye_line", "share")
def eye_line(scene: Scene) -> float:
    """Vertical position of the eyes in the frame: 0 = top edge, 1 = bottom edge."""
    return float(scene.eye_centres[:, 1].mean()) / scene.height


@measure("framing.offset", "share")
def offset(scene: Scene) -> float:
    """Horizontal offset of the face from the frame's centre, over the frame's width: 0 = centred, 0.5 = at the edge."""
    x0, _, x1, _ = scene.main.box
    return abs((x0 + x1) / 2 / scene.width - 0.5)


@measure("framing.headroom", "share")
def headroom(scene: Scene) -> float:
    """Space above the crown over the head's height: 0 = the crown touches the edge, negative = that share is cut off.

    What is cut off is estimated from the proportions of the face. Not assessed if the person mask does not show where
    the hair ends.
    """
    head = scene.head
    if not head.crown_seen and not head.crown_cut:
        raise NotAssessed("crown_not_seen")
    return head.crown_y / head.height


@measure("framing.face_cut", "share")
def face_cut(scene: Scene) -> float:
    """Share of the face, outlined by the mesh, that lies outside the frame, 0..1."""
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
    """Largest width of the person below the chin over the head's width: about 1 = neck only, 2 or more = shoulders.

    0 if the frame ends at the chin. Too small if the person mask mistakes clothing for background.
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
    """Share of the head's outline (an ellipse without tall hair) that the default circular crop cuts off, 0..1.

    The circle is as wide as the frame's short side and centred on the head as far as the frame allows: what a profile
    page displays until the user zooms.
    """
    left, top, side, _ = largest_part(scene, 1.0)
    cut = cut_by_circle(kept_head(scene), left, top, side)
    return Reading(cut, box_region(scene, left, top, left + side, top + side))
