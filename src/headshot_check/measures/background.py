"""The background: what draws the eye away from the face."""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.face_light import (
    background_luminance,
    background_mask,
    glance_luminance,
    light_on_face,
)
from headshot_check.measures.gloss import largest_patch
from headshot_check.measures.places import box_region
from headshot_check.pixels.cielab import lab, linear
from headshot_check.pixels.quantiles import medians
from headshot_check.scene import Scene

_SMOOTHING = cv2.getGaussianKernel(7, 1.0, cv2.CV_32F)
_NEIGHBOURS = np.ones((3, 3), np.uint8)
# On the scale of a 3 x 3 Sobel; how they were chosen is not recorded. What they do: with two thirds of them the median
# of 387 development photos is 1.7 times as large, with one and a half times as much 0.55, and the order of the photos
# nearly the same (Spearman 0.97 and 0.96). They set the measure's scale, which the policy's limit is on.
_CANNY = (60, 150)
# A bright spot outshines the brightest parts of the face by this much, and the background itself by two stops.
_ABOVE_FACE, _ABOVE_BACKGROUND = 1.2, 4.0
# Nor is a spot darker than this linear luminance: a grey sky is none, whatever lies below it.
_BRIGHT = 0.8
# Codes within which a colour is exactly one, and share of the background from which that is artwork.
_EXACTLY, _ARTWORK = 3, 0.4
# Difference of colour, CIE 1976 delta E, up to which two places pass for one colour at a glance.
_SAME_COLOUR = 10.0


@measure("background.clutter", "share")
def clutter(scene: Scene) -> float:
    """Share of the background that is edges at a glance's size, 0..1: a plain wall under 0.01, a busy street 0.15.

    Not assessed when the person fills the frame.
    """
    background = scene.once(background_mask)
    grey = cv2.cvtColor(scene.glance, cv2.COLOR_RGB2GRAY)
    smooth = cv2.sepFilter2D(grey, -1, _SMOOTHING, _SMOOTHING)  # half of GaussianBlur's time
    # the gradients that Canny would take by itself, in half of the time
    ways = cv2.spatialGradient(smooth, borderType=cv2.BORDER_REPLICATE)
    # nor is the person asked, whose edges cost the most
    beside = -np.asarray(cv2.dilate(background.view(np.uint8), _NEIGHBOURS), np.int16)
    across, down = (np.asarray(way, np.int16) & beside for way in ways)
    edges = cv2.Canny(across, down, *_CANNY)
    return cv2.countNonZero(edges & background.view(np.uint8)) / int(np.count_nonzero(background))


@measure("background.bright_spots", "share")
def bright_spots(scene: Scene) -> Reading | float:
    """Share of the background that outshines both the face and the rest of the background, 0..1: windows and lamps.

    The place is the largest spot's. A wall or sky that is bright all over has none: that is `lighting.backlight`. Nor
    have cards and drawings, whose ground is of exactly one colour.
    Compared with the whites of the eyes or the gloss of the skin, whichever is brighter, so skin tone has no part.
    """
    background, light = scene.once(background_mask)[::2, ::2], scene.once(glance_luminance)
    limit = max(_ABOVE_FACE * scene.once(light_on_face), _ABOVE_BACKGROUND * scene.once(background_luminance), _BRIGHT)
    spots = background & (light > limit)
    if not np.count_nonzero(spots) or _is_artwork(scene):
        return 0.0
    count, (x0, y0, x1, y1) = largest_patch(spots.view(np.uint8))
    across, down = scene.width / spots.shape[1], scene.height / spots.shape[0]
    region = box_region(scene, x0 * across, y0 * down, x1 * across, y1 * down)
    return Reading(count / int(np.count_nonzero(background)), region)


def _is_artwork(scene: Scene) -> bool:
    """Whether much of the background is of exactly one colour, as no wall is: a card, a banner, a drawing."""
    behind = scene.glance[::2, ::2][scene.once(background_mask)[::2, ::2]].astype(np.int16)
    planes = np.ascontiguousarray(behind.T)
    same = np.abs(planes - medians(planes)[:, None]).max(axis=0) <= _EXACTLY
    return bool(np.mean(same) > _ARTWORK)


@measure("background.uniformity", "share")
def uniformity(scene: Scene) -> float:
    """Share of the background that has one colour (its median's, within a delta E of 10), 0..1: a plain wall 1.

    Light that falls off along a wall lowers it; a blurred background may be calm and still be far from uniform.
    """
    background = scene.once(background_mask)[1::4, 1::4]
    smooth = scene.glance
    for _ in range(2):  # twice by half costs a third of once by a quarter
        smooth = np.asarray(cv2.resize(smooth, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    colours = lab(linear(smooth.reshape(-1, 3).compress(background.ravel(), axis=0)))
    away = colours - medians(colours)[:, None]
    near = int(np.count_nonzero((away * away).sum(axis=0) < _SAME_COLOUR**2))
    return near / len(colours[0])
