"""Groups of skin tone, for asking whether checks treat them alike. Groups of photos only; nothing is kept of anybody.

Two estimates, wrong in different ways:

- the **individual typology angle** of the cheeks, atan((L* - 50) / b*) in degrees (Chardon et al., International
  Journal of Cosmetic Science 13, 1991): it takes sRGB at its word, so a photo that is too dark or lit in yellow moves
  a light skin into the darker groups;
- the cheeks' luminance against the **whites of the eyes** of the same photo, in stops: exposure and most of the
  light's colour cancel, but eyes in the shade of their sockets make the skin look lighter, and small pictures blur the
  whites.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from headshot_check.measures.face_light import cheeks, linear_luminance
from headshot_check.scene import NotAssessed, Scene

# Limits of the six classes of Del Bino and Bernerd (British Journal of Dermatology 169, 2013), joined in pairs.
ITA_LIGHT, ITA_DARK = 41.0, 10.0
# Of 1,430 faces of the development photos a third each; read off the train rows.
WHITES_LIGHT, WHITES_DARK = -0.05, 0.55
_EYES = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))


def typology_angle(scene: Scene) -> float | None:
    """Individual typology angle of the two cheeks' median colour, degrees; None without a mesh or colour."""
    try:
        crop = scene.face_crop
    except NotAssessed:
        return None
    if scene.photo.greyscale:
        return None
    right, left = cheeks(crop)
    # the better lit cheek: side light is not skin
    colours = [np.median(crop.rgb[side], axis=0) for side in (right, left) if side.any()]
    if not colours:
        return None
    rgb = np.asarray(max(colours, key=lambda colour: float(colour.sum())) / 255, np.float32).reshape(1, 1, 3)
    lightness, _, yellow = (float(v) for v in cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0])
    return math.degrees(math.atan2(lightness - 50, max(yellow, 1e-3)))


def below_whites(scene: Scene) -> float | None:
    """Stops from the whites of the eyes down to the better lit cheek; None without a mesh, or with small eyes."""
    try:
        crop = scene.face_crop
    except NotAssessed:
        return None
    if crop.source_eyes_px < 40:
        return None
    light = linear_luminance(crop.rgb)
    skin = max(float(np.median(light[side])) for side in cheeks(crop))
    mask = np.zeros(light.shape, np.uint8)
    for outline in _EYES:
        cv2.fillPoly(mask, [np.round(crop.points[list(outline)]).astype(np.int32)], 1)
    if mask.sum() < 20:
        return None
    whites = float(np.percentile(light[mask > 0], 85))
    return math.log2(max(whites, 4e-3) / max(skin, 4e-3))


def ita_group(angle: float) -> str:
    """ "light", "medium" or "dark" by typology angle."""
    return "light" if angle > ITA_LIGHT else "medium" if angle > ITA_DARK else "dark"


def whites_group(below: float) -> str:
    """ "light", "medium" or "dark" by stops below the whites of the eyes."""
    return "light" if below < WHITES_LIGHT else "medium" if below < WHITES_DARK else "dark"
