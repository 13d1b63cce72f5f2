"""Light on the face, judged against the scene and never by the face's own brightness: the same for every skin tone.

Luminances are linear; differences are in stops (doublings).
"""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.face_light import (
    background_mask,
    cheeks,
    face_luminance,
    face_mask,
    light_on_face,
    linear_luminance,
    skin_mask,
    stops,
)
from headshot_check.measures.places import face_region
from headshot_check.scene import Scene

# Codes from which a channel has lost its detail: sensors and JPEG clip a little inside 0 and 255.
_BLOWN, _BLOCKED = 251, 8


@measure("lighting.blown", "share")
def blown(scene: Scene) -> Reading:
    """Share of the face's skin with two or three channels clipped, 0..1: glare, flash or overexposure.

    One channel alone clips in warm light without harm.
    """
    skin = scene.face_crop.rgb[scene.once(skin_mask)]
    return Reading(float((np.median(skin, axis=1) >= _BLOWN).mean()), face_region(scene))


@measure("lighting.blocked", "share")
def blocked(scene: Scene) -> Reading:
    """Share of the face's skin so dark that it has no detail, 0..1. A beard counts, so small shares say nothing."""
    skin = scene.face_crop.rgb[scene.once(skin_mask)]
    return Reading(float((skin.max(axis=1) <= _BLOCKED).mean()), face_region(scene))


@measure("lighting.dark", "stops below white")
def dark(scene: Scene) -> Reading:
    """How far the whites of the eyes or the gloss of the skin, whichever is brighter, lie below white, 0 or more.

    On any skin in good light one of them reaches within 2 stops of white; a face in the dark has nothing that does.
    Dark glasses hide the whites of the eyes.
    """
    return Reading(max(stops(1.0, scene.once(light_on_face)), 0.0), face_region(scene))


@measure("lighting.balance", "stops")
def balance(scene: Scene) -> Reading:
    """Difference of the two cheeks' median luminance, 0 or more: 0 = even, 2 = one side four times darker.

    A turned head hides a cheek, so values beyond 35 degrees of yaw mislead.
    """
    light = scene.once(face_luminance)
    right, left = (float(np.median(light[side])) for side in cheeks(scene.face_crop))
    return Reading(stops(max(right, left), min(right, left)), face_region(scene))


@measure("lighting.backlight", "stops")
def backlight(scene: Scene) -> Reading:
    """How much brighter the background is than the light on the face; negative = the face is brighter.

    Median luminance of the background against the whites of the eyes or the gloss of the skin, whichever is brighter,
    so that dark skin before a white wall in good light does not count as backlit.
    """
    background = scene.once(background_mask)
    small = np.asarray(cv2.resize(scene.photo.rgb, background.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    behind = float(np.median(linear_luminance(small)[background]))
    return Reading(stops(behind, scene.once(light_on_face)), face_region(scene))


@measure("lighting.contrast", "stops")
def contrast(scene: Scene) -> Reading:
    """Range of the face's luminance, 5th to 95th percentile, 0 or more: low = flat or hazy, high = hard light."""
    low, high = np.percentile(scene.once(face_luminance)[scene.once(face_mask)], (5, 95))
    return Reading(stops(float(high), float(low)), face_region(scene))
