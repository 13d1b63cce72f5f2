"""Groups of skin tone, for asking whether checks treat them alike. Groups of photos only; nothing is kept of anybody.

The **individual typology angle** of the better lit cheek, atan((L* - 50) / b*) in degrees (Chardon et al.,
International Journal of Cosmetic Science 13, 1991), by two readings of the colours that are wrong in different ways:

- as the photo has them: a photo that is too dark, or lit in yellow, moves light skin into the darker groups, and checks
  of darkness or casts then seem to fail dark skin;
- with the picture's own white made white (the 97th percentile of each channel of the frame): exposure and the light's
  colour mostly cancel, but a window behind the person makes skin darker, a dark studio makes it lighter.

A third estimate, the cheeks against the whites of the eyes, was tried and left: in most photos the whites lie in the
shade of lids and sockets, a stop darker than the cheek, and it does not go with the angle at all (r = -0.1).
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.face_light import cheeks
from headshot_check.scene import FaceCrop, NotAssessed, Scene

# Limits of the six classes of Del Bino and Bernerd (British Journal of Dermatology 169, 2013), joined in pairs.
ITA_LIGHT, ITA_DARK = 41.0, 10.0


def typology_angle(scene: Scene, *, white: bool = False) -> float | None:
    """Individual typology angle of the better lit cheek's median colour, degrees; None without a mesh or colour.

    Parameters
    ----------
    white
        Make the picture's own white white first.
    """
    try:
        crop = scene.face_crop
    except NotAssessed:
        return None
    if scene.photo.greyscale:
        return None
    light_of_white = None
    if white:
        light_of_white = np.maximum(_linear(np.percentile(scene.photo.rgb[::4, ::4], 97, axis=(0, 1))), 0.02)
    return angle_of(crop, light_of_white)


def angle_of(crop: FaceCrop, white: NDArray[np.floating] | None = None) -> float | None:
    """The same of a face crop in colour; None where it shows no cheek. `white` (3,): the linear light to make white."""
    sides = [pixels for pixels in cheeks(crop, crop.rgb) if len(pixels)]
    if not sides:
        return None
    colour = max((np.median(pixels, axis=0) for pixels in sides), key=lambda c: float(c.sum()))
    light = _linear(colour)
    if white is not None:
        light = light / white
    encoded = _encoded(np.clip(light, 0, 1)).astype(np.float32).reshape(1, 1, 3)
    lightness, _, yellow = (float(v) for v in cv2.cvtColor(encoded, cv2.COLOR_RGB2LAB)[0, 0])
    return math.degrees(math.atan2(lightness - 50, max(yellow, 1e-3)))


def tone_group(angle: float) -> str:
    """ "light", "medium" or "dark" by typology angle."""
    return "light" if angle > ITA_LIGHT else "medium" if angle > ITA_DARK else "dark"


def _linear(codes: NDArray[np.floating]) -> NDArray[np.float64]:
    x = np.asarray(codes, np.float64) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
