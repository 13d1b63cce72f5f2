"""The background: clutter, bright spots, uniformity."""

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
# Hysteresis thresholds on the scale of a 3 x 3 Sobel. They set the measure's scale, as the policy's limits know it, but
# hardly the order of photos: Spearman correlation 0.97 and 0.96 with two thirds and one and a half times as much.
_CANNY = (60, 150)
# Luminance of a bright spot over the light on the face, and over the median of the background (two stops).
_ABOVE_FACE, _ABOVE_BACKGROUND = 1.2, 4.0
# Least linear luminance of a bright spot: a grey sky above dark ground is none.
_BRIGHT = 0.8
# Levels within which pixels have exactly the same colour, and share of such pixels from which it is artwork.
_EXACTLY, _ARTWORK = 3, 0.4
# CIE 1976 colour difference up to which two colours look the same at a glance.
_SAME_COLOUR = 10.0


@measure("background.clutter", "share")
def clutter(scene: Scene) -> float:
    """Density of edges in the background, at the size of a small profile picture, 0..1: wall under 0.01, street 0.15.

    Not assessed if the person fills the frame.
    """
    background = scene.once(background_mask)
    grey = cv2.cvtColor(scene.glance, cv2.COLOR_RGB2GRAY)
    smooth = cv2.sepFilter2D(grey, -1, _SMOOTHING, _SMOOTHING)  # twice as fast as GaussianBlur
    # the gradients that Canny would compute, twice as fast
    ways = cv2.spatialGradient(smooth, borderType=cv2.BORDER_REPLICATE)
    # without the person, whose edges take Canny the most time
    beside = -np.asarray(cv2.dilate(background.view(np.uint8), _NEIGHBOURS), np.int16)
    across, down = (np.asarray(way, np.int16) & beside for way in ways)
    edges = cv2.Canny(across, down, *_CANNY)
    return cv2.countNonZero(edges & background.view(np.uint8)) / int(np.count_nonzero(background))


@measure("background.bright_spots", "share")
def bright_spots(scene: Scene) -> Reading | float:
    """Share of the background that is brighter than both the face and the rest of the background, 0..1.

    Such as windows and lamps; the region is the largest spot's. An evenly bright wall or sky has none (that is
    `lighting.backlight`), nor have cards and drawings on a ground of exactly one colour. Compared with the brighter of
    the whites of the eyes and the skin's highlights, so that skin tone has no influence.
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
    """Whether much of the background has exactly one colour, as a card, a banner or a drawing, but no wall."""
    behind = scene.glance[::2, ::2][scene.once(background_mask)[::2, ::2]].astype(np.int16)
    planes = np.ascontiguousarray(behind.T)
    same = np.abs(planes - medians(planes)[:, None]).max(axis=0) <= _EXACTLY
    return bool(np.mean(same) > _ARTWORK)


@measure("background.uniformity", "share")
def uniformity(scene: Scene) -> float:
    """Share of the background within a colour difference (delta E) of 10 from its median, 0..1: a plain wall 1.

    A gradient of light along a wall lowers it; a blurred background may be calm and still not uniform.
    """
    background = scene.once(background_mask)[1::4, 1::4]
    smooth = scene.glance
    for _ in range(2):  # halving twice is three times as fast as quartering once
        smooth = np.asarray(cv2.resize(smooth, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    colours = lab(linear(smooth.reshape(-1, 3).compress(background.ravel(), axis=0)))
    away = colours - medians(colours)[:, None]
    near = int(np.count_nonzero((away * away).sum(axis=0) < _SAME_COLOUR**2))
    return near / len(colours[0])
