"""What lies over the face: dark glasses, glare, a mask, a hand, a hat's shadow. Each is an answer by itself.

The mesh goes on drawing eyes and lips where none are to be seen, so these look at the pixels (covering_net.py), at the
scale of the face; the probabilities are those of a network of our own, fitted on real and drawn coverings.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.covering_net import coverings
from headshot_check.measures.eye_region import around_and_below, behind_glasses
from headshot_check.measures.face_light import cheeks, crop_points, face_luminance, face_mask, stops
from headshot_check.measures.hands import HandAtFace, hand_at_face
from headshot_check.measures.places import EYES, box_region, face_region, need_in_frame
from headshot_check.measures.sharpness import is_blurred
from headshot_check.pixels.quantiles import quantile
from headshot_check.pixels.ring import ring
from headshot_check.report import Region
from headshot_check.scene import NotAssessed, Scene

_LIKELY = 0.5
# A reflection is this much brighter than bright skin beside it, and no darker than this share of white.
_GLARE_STOPS, _GLARE_LEAST = 0.3, 0.25
# It has the colour of the lamp: its least channel is no less than this share of its highest one; skin's is 0.7 at most.
_WHITISH = 0.72
# Where glasses are surely there, and large enough to be looked through.
_SURELY, _LENSES_EYES_PX = 0.8, 28.0
# Too few pixels between the eyes for frames and lenses to show.
_LEAST_EYES_PX = 12.0
# A hand needs more of them, and both halves of the face.
_HAND_EYES_PX, _HAND_YAW_DEG = 20.0, 40.0
# Width of the face's edges beyond which a hand is a guess, % of the inter-eye distance.
_BLURRED = 2.5
# Nor is a mask told in a profile. Mesh points of the mouth's corners and of the chin.
_MASK_YAW_DEG, _MOUTH = 45.0, (61, 291, 17)
_LOWER_FACE = (*_MOUTH, 152)


@measure("covering.sunglasses", "probability")
def sunglasses(scene: Scene) -> Reading:
    """Probability that dark or mirrored lenses hide the eyes, 0..1; clear glasses, tired eyes and deep shadow are not.

    Grows with the lenses' opacity: at half it is undecided, beyond three quarters near 1. It compares the eyes with the
    face around them, so dark skin and dark photos do not raise it. Misleads on faces of few pixels and on drawings.
    """
    _need_pixels(scene)
    return Reading(scene.once(coverings).sunglasses, _eyes_region(scene))


@measure("covering.glasses", "probability")
def glasses(scene: Scene) -> Reading:
    """Probability of clear glasses, 0..1. Reported only; thin or rimless frames on small faces are missed."""
    _need_pixels(scene)
    return Reading(scene.once(coverings).glasses, _eyes_region(scene))


@measure("covering.glare", "share")
def glare(scene: Scene) -> Reading:
    """Share of the lenses' area before the eyes that reflects a lamp, a window or a screen, 0..1; 0 without glasses.

    Pixels at least 0.3 stops brighter than the brightest tenth of the cheeks, nearly white, and within the face. More
    or larger reflections raise it in proportion. It misses what is darker than bright skin. Not assessed behind dark
    lenses, on faces of few pixels, and where clear glasses are likely but not sure.
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
    """Probability that a mask or cloth covers the mouth, 0..1. A beard is none, nor is a scarf below the chin.

    Masks of every kind that covers the mouth count, on the nose or below it. Misleads on drawings. Not assessed where
    the frame cuts the mouth off, and on a head that is turned by more than 45 degrees.
    """
    _need_pixels(scene)
    try:
        mouth, yaw = scene.mesh.points[_MOUTH, :2], scene.pose.yaw_deg
    except NotAssessed:  # a mask can make a mesh doubtful
        pass
    else:
        if abs(yaw) > _MASK_YAW_DEG:
            raise NotAssessed("face_turned")
        if (mouth < 0).any() or (mouth > (scene.width, scene.height)).any():
            raise NotAssessed("no_room")
    return Reading(scene.once(coverings).mask, _face_place(scene, 0.5, 1.9))


@measure("covering.hand", "probability")
def hand(scene: Scene) -> Reading:
    """Probability that a hand, or a thing in it (cup, phone, microphone), is at the face or close below it, 0..1.

    Our own network, fitted mostly on drawn hands and things, tells what covers mouth, nose or an eye; MediaPipe's tell
    hands at the face and within two inter-eye distances of it, as those that hold a microphone: the surer the nearer.
    Hair over an eye is often missed, and so is a microphone on a stand. Our own imagines hands on a head that is turned
    by more than 40 degrees, on faces of few pixels, on blurred ones and where the frame or a ring cuts off mouth or
    chin: without a hand of the others' they are not assessed.
    """
    _need_pixels(scene)
    found, cause = scene.once(hand_at_face), None
    if scene.inter_eye_px / scene.photo.scale < _HAND_EYES_PX:
        cause = "too_few_pixels"
    elif abs(scene.pose.yaw_deg) > _HAND_YAW_DEG:
        cause = "face_turned"
    elif is_blurred(scene, _BLURRED):
        cause = "face_blurred"
    elif not _shown(scene, scene.mesh.points[_LOWER_FACE, :2]):
        cause = "no_room"
    if cause is not None and found.probability <= _LIKELY:
        raise NotAssessed(cause)
    held = 0.0 if cause is not None else scene.once(coverings).held
    return Reading(max(held, found.probability), _hand_region(scene, found))


@measure("covering.eye_shadow", "stops")
def eye_shadow(scene: Scene) -> Reading:
    """How much darker the skin around the eyes is than cheeks and nose; 0 = alike, above 1 = a hat or hair shades them.

    Upper quartile of skin around the eyes against the median below, so that brows, frames and gloss count little; both
    are the same skin, so tone does not matter. Negative = the eyes are brighter. Light from straight above and
    deep sockets reach 1.0. Not assessed behind glasses, over a mask and beside a hand.
    """
    _need_pixels(scene)
    need_in_frame(scene, EYES)
    seen = scene.once(coverings)
    if seen.sunglasses > _LIKELY:
        raise NotAssessed("dark_glasses")
    if seen.glasses > _LIKELY:  # frames are as dark as shadows: of 17 who wore some 3 had one
        raise NotAssessed("behind_glasses")
    if max(seen.mask, seen.held) > _LIKELY:
        raise NotAssessed("face_covered")
    around, below = around_and_below(scene.once(face_luminance), scene.once(crop_points))
    if math.isnan(around) or math.isnan(below):
        raise NotAssessed("too_few_pixels")
    return Reading(math.copysign(stops(max(around, below), min(around, below)), below - around), _eyes_region(scene))


def _hand_region(scene: Scene, found: HandAtFace) -> Region:
    """The box of a hand that is likely one, as far as it is in the picture; else the face's, which something covers."""
    if found.probability > _LIKELY:
        x0, y0 = np.maximum(found.points.min(axis=0), 0).tolist()
        x1, y1 = np.minimum(found.points.max(axis=0), (scene.width, scene.height)).tolist()
        if x0 < x1 and y0 < y1:
            return box_region(scene, x0, y0, x1, y1)
    return face_region(scene)


def _shown(scene: Scene, points: NDArray[np.float32]) -> bool:
    """Whether all of these (N, 2) lie in the photo, and within a ring that is drawn round it."""
    if (points < 0).any() or (points > (scene.width, scene.height)).any():
        return False
    if scene.once(coverings).held <= _LIKELY:  # a ring takes time to find, and would change nothing
        return True
    opening = ring(scene.halves)
    return opening is None or bool((np.hypot(*(points - (opening.x, opening.y)).T) < opening.radius).all())


def _need_pixels(scene: Scene) -> None:
    if scene.inter_eye_px / scene.photo.scale < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")


def _eyes_region(scene: Scene) -> Region:
    return scene.once(_place_of_eyes)


def _place_of_eyes(scene: Scene) -> Region:
    return _face_place(scene, -0.35, 0.4)


def _face_place(scene: Scene, top: float, bottom: float) -> Region:
    """The band of the face between two heights, in inter-eye distances below the eyes."""
    (right_x, right_y), (left_x, left_y) = scene.eye_centres.tolist()
    x, y = (right_x + left_x) / 2, (right_y + left_y) / 2
    unit = scene.inter_eye_px / max(math.dist((right_x, right_y), (left_x, left_y)), 1e-6)
    across, down = (left_x - right_x) * unit, (left_y - right_y) * unit
    corners = ((-1.05, top), (1.05, top), (1.05, bottom), (-1.05, bottom))
    places = ((x + a * across - b * down, y + a * down + b * across) for a, b in corners)
    return Region(tuple((place_x / scene.width, place_y / scene.height) for place_x, place_y in places))
