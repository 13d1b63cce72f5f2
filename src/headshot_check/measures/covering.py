"""What covers the face: dark glasses, clear glasses, glare, a mask, a hand, a hat's shadow; one measure each.

The mesh contains eyes and lips even where they are hidden, so these measures look at the pixels. Probabilities are
those of our own network (covering_net.py), trained on real and drawn coverings.
"""

from __future__ import annotations

import math

import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.covering_net import coverings
from headshot_check.measures.eye_region import around_and_below, behind_glasses
from headshot_check.measures.face_light import cheeks, crop_points, face_luminance, face_mask, stops
from headshot_check.measures.hands import HandAtFace, hand_at_face
from headshot_check.measures.places import EYES, box_region, face_region, in_frame, need_in_frame
from headshot_check.measures.sharpness import is_blurred
from headshot_check.pixels.quantiles import quantile
from headshot_check.pixels.ring import ring
from headshot_check.report import Region
from headshot_check.scene import NotAssessed, Scene

_LIKELY = 0.5
# A reflection is at least this much brighter than bright skin, in stops, and has at least this linear luminance.
_GLARE_STOPS, _GLARE_LEAST = 0.3, 0.25
# It is nearly white: least ratio of its lowest to its highest channel; skin has 0.7 at most.
_WHITISH = 0.72
# Probability of glasses and inter-eye distance, px, from which glare is measured.
_SURELY, _LENSES_EYES_PX = 0.8, 28.0
# Least inter-eye distance in pixels of the file for frames and lenses to be visible.
_LEAST_EYES_PX = 12.0
# The same for hands, and the largest yaw.
_HAND_EYES_PX, _HAND_YAW_DEG = 20.0, 40.0
# Blur of the face (`sharpness.face_blur`) beyond which hands cannot be recognised, % of the inter-eye distance.
_BLURRED = 2.5
# Largest yaw to recognise masks; mesh points at the mouth's corners and below the lower lip.
_MASK_YAW_DEG, _MOUTH = 45.0, (61, 291, 17)
_LOWER_FACE = (*_MOUTH, 152)


@measure("covering.sunglasses", "probability")
def sunglasses(scene: Scene) -> Reading:
    """Probability that dark or mirrored lenses hide the eyes, 0..1; clear glasses, tired eyes and shadow do not count.

    Increases with the lenses' opacity: about 0.5 at half, near 1 above three quarters. The eyes are compared with the
    face around them, so that dark skin and dark photos do not raise it. Misleads on small faces and drawings.
    """
    _need_pixels(scene)
    return Reading(scene.once(coverings).sunglasses, _eyes_region(scene))


@measure("covering.glasses", "probability")
def glasses(scene: Scene) -> Reading:
    """Probability of clear glasses, 0..1. Reported only; misses thin or rimless frames on small faces."""
    _need_pixels(scene)
    return Reading(scene.once(coverings).glasses, _eyes_region(scene))


@measure("covering.glare", "share")
def glare(scene: Scene) -> Reading:
    """Share of the lens area that reflects a lamp, a window or a screen, 0..1; 0 without glasses.

    Counts nearly white pixels within the face that are at least 0.3 stops brighter than the brightest tenth of the
    cheeks, so it misses darker reflections. Not assessed behind dark lenses, on small faces, and if glasses are likely
    but not certain.
    """
    _need_pixels(scene)
    seen = scene.once(coverings)
    if seen.sunglasses > _LIKELY:
        raise NotAssessed("dark_glasses")
    crop = scene.face_crop
    if seen.glasses <= _LIKELY:
        return Reading(0.0, _eyes_region(scene))
    if seen.glasses <= _SURELY or crop.source_eyes_px < _LENSES_EYES_PX:
        raise NotAssessed("too_few_pixels")
    light = scene.once(face_luminance)
    skin = quantile(np.concatenate(cheeks(crop, light)), 0.9)
    lenses = behind_glasses(crop) & scene.once(face_mask)
    rgb = crop.rgb[lenses]
    if not rgb.size:
        raise NotAssessed("too_few_pixels")
    shining = (light[lenses] > max(skin * 2**_GLARE_STOPS, _GLARE_LEAST)) & (
        rgb.min(axis=1) > _WHITISH * rgb.max(axis=1)
    )
    return Reading(int(np.count_nonzero(shining)) / len(rgb), _eyes_region(scene))


@measure("covering.mask", "probability")
def mask(scene: Scene) -> Reading:
    """Probability that a mask or cloth covers the mouth, 0..1; a beard or a scarf below the chin does not count.

    Any mask over the mouth counts, whether it covers the nose or not. Misleads on drawings. Not assessed if the frame
    cuts off the mouth, and if the head is turned by more than 45 degrees.
    """
    _need_pixels(scene)
    try:
        yaw = scene.pose.yaw_deg
    except NotAssessed:  # a mask can make the mesh unreliable
        pass
    else:
        if abs(yaw) > _MASK_YAW_DEG:
            raise NotAssessed("face_turned")
        need_in_frame(scene, _MOUTH)
    return Reading(scene.once(coverings).mask, _face_place(scene, 0.5, 1.9))


@measure("covering.hand", "probability")
def hand(scene: Scene) -> Reading:
    """Probability that a hand, or an object in it (cup, phone, microphone), is at the face or just below it, 0..1.

    The larger of two estimates: our own network, trained mostly on drawn hands and objects, detects what covers mouth,
    nose or an eye; MediaPipe's networks detect hands at the face and within two inter-eye distances of it, with less
    probability the further away they are. Hair over an eye and a microphone on a stand are often missed. Our own
    network is unreliable on a head turned by more than 40 degrees, on small or blurred faces, and if the frame or a
    ring cuts off mouth or chin: then the value is that of MediaPipe's, and not assessed without a hand.
    """
    _need_pixels(scene)
    found, cause = scene.once(hand_at_face), None
    if scene.inter_eye_px / scene.photo.scale < _HAND_EYES_PX:
        cause = "too_few_pixels"
    elif abs(scene.pose.yaw_deg) > _HAND_YAW_DEG:
        cause = "face_turned"
    elif is_blurred(scene, _BLURRED):
        cause = "face_blurred"
    elif not _lower_face_shown(scene):
        cause = "no_room"
    if cause is not None and found.probability <= _LIKELY:
        raise NotAssessed(cause)
    held = 0.0 if cause is not None else scene.once(coverings).held
    return Reading(max(held, found.probability), _hand_region(scene, found))


@measure("covering.eye_shadow", "stops")
def eye_shadow(scene: Scene) -> Reading:
    """Stops by which the skin around the eyes is darker than cheeks and nose; above 1 = shaded by a hat or hair.

    Upper quartile of the skin around the eyes against the median below, so that brows, frames and highlights hardly
    count; skin tone has no influence, as both are the same skin. Negative = the eyes are brighter. Light from above and
    deep eye sockets reach 1.0. Not assessed with glasses, a mask or a hand on the face.
    """
    _need_pixels(scene)
    need_in_frame(scene, EYES)
    seen = scene.once(coverings)
    if seen.sunglasses > _LIKELY:
        raise NotAssessed("dark_glasses")
    if seen.glasses > _LIKELY:  # frames look like shadows
        raise NotAssessed("behind_glasses")
    if max(seen.mask, seen.held) > _LIKELY:
        raise NotAssessed("face_covered")
    around, below = around_and_below(scene.once(face_luminance), scene.once(crop_points))
    if math.isnan(around) or math.isnan(below):
        raise NotAssessed("too_few_pixels")
    return Reading(math.copysign(stops(max(around, below), min(around, below)), below - around), _eyes_region(scene))


def _hand_region(scene: Scene, found: HandAtFace) -> Region:
    """The visible part of the box of a likely hand; otherwise the face's box."""
    if found.probability > _LIKELY:
        x0, y0 = np.maximum(found.points.min(axis=0), 0).tolist()
        x1, y1 = np.minimum(found.points.max(axis=0), (scene.width, scene.height)).tolist()
        if x0 < x1 and y0 < y1:
            return box_region(scene, x0, y0, x1, y1)
    return face_region(scene)


def _lower_face_shown(scene: Scene) -> bool:
    """Whether mouth and chin lie in the photo, and inside a template's ring if there is one."""
    if not in_frame(scene, _LOWER_FACE):
        return False
    if scene.once(coverings).held <= _LIKELY:  # finding a ring takes time, and it would not matter
        return True
    opening = ring(scene.halves)
    if opening is None:
        return True
    off = scene.mesh.points[_LOWER_FACE, :2] - (opening.x, opening.y)
    return bool((np.hypot(*off.T) < opening.radius).all())


def _need_pixels(scene: Scene) -> None:
    if scene.inter_eye_px / scene.photo.scale < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")


def _eyes_region(scene: Scene) -> Region:
    return scene.once(_place_of_eyes)


def _place_of_eyes(scene: Scene) -> Region:
    return _face_place(scene, -0.35, 0.4)


def _face_place(scene: Scene, top: float, bottom: float) -> Region:
    """The band of the face between two distances below the eyes, in inter-eye distances."""
    (right_x, right_y), (left_x, left_y) = scene.eye_centres.tolist()
    x, y = (right_x + left_x) / 2, (right_y + left_y) / 2
    unit = scene.inter_eye_px / max(math.dist((right_x, right_y), (left_x, left_y)), 1e-6)
    across, down = (left_x - right_x) * unit, (left_y - right_y) * unit
    corners = ((-1.05, top), (1.05, top), (1.05, bottom), (-1.05, bottom))
    places = ((x + a * across - b * down, y + a * down + b * across) for a, b in corners)
    return Region(tuple((place_x / scene.width, place_y / scene.height) for place_x, place_y in places))
