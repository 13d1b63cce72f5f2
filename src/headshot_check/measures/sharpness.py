"""Sharpness and noise, at a fixed inter-eye scale, so that a photo's megapixels do not matter.

Motion is no finding of its own: of 17 photos that were told so, by how much coarser the face was along one direction,
none was blurred by motion (looked at).
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.edge_width import MARGIN, Gradients, edge_sigma, gradients
from headshot_check.measures.face_light import background_mask, face_mask, skin_mask
from headshot_check.measures.noise import grain
from headshot_check.measures.places import face_region
from headshot_check.pixels.shrinking import halved
from headshot_check.scene import NotAssessed, Scene

# An edge in a perfectly sharp picture is this wide once it is pixels.
_PIXEL_SIGMA = 0.5
# With fewer pixels between the eyes than this the lids are a pixel wide.
_LEAST_EYES_PX = 24.0
# Edges wider than this are measured again at half the scale: the second blur of a pixel, from which widths are read,
# hardly changes them.
_WIDE_PX = 1.5
# At half of less than this, lids and lips run into one another.
_HALVED_EYES_PX = 48.0
# Under this many pixels between the eyes the pixel grid, not the lens, decides the width of an edge: a pixel counts as
# 2.5 % there, however few they are.
_GRID_EYES_PX = 40.0
# The background is looked at this far around the face, in inter-eye distances: further off is another distance.
_AROUND_EYES = 2.25
# Its scale may differ from the face's by so much: a bilinear step that reduces by less blurs more than it reduces.
_AS_GOOD = 1.1


@measure("sharpness.face_blur", "% of the inter-eye distance")
def face_blur(scene: Scene) -> Reading:
    """Width (sigma) of the sharper edges of the face (eyes, brows, lips, nostrils): under 1 is crisp, over 2 is soft.

    Judged from the file's own pixels, at 64 px between the eyes or fewer. The half pixel that no picture can resolve is
    taken off, so that a small sharp picture is sharp, and under 40 px between the eyes the value is relative to 40: a
    pixel's blur is the grid's there. Smooth skin does not matter; no edges at all, no assessment.
    Defocus, motion and enlarging count alike: upright or level edges decide, whichever are wider.
    """
    return Reading(scene.once(face_edges), face_region(scene))


@measure("sharpness.noise", "levels of 255")
def noise(scene: Scene) -> Reading:
    """Grain on the smooth parts of the face's skin, standard deviation at 64 px between the eyes: 0.7 clean, 5 coarse.

    What a viewer sees at a profile picture's size: noise that vanishes when a large photo is shown small does not
    count. JPEG smooths fine noise away, and hard sharpening of pores or stubble reads as up to 4.
    """
    crop = scene.face_crop
    if crop.source_eyes_px < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")
    sigma = grain(crop.rgb, scene.once(skin_mask))
    if sigma is None:
        raise NotAssessed("no_smooth_skin")
    return Reading(sigma, face_region(scene))


@measure("sharpness.background_focus", "% of the inter-eye distance")
def background_focus(scene: Scene) -> float:
    """By how much the background's edges are narrower than the face's: above 2 the focus lies behind the face.

    Near or below 0 the face is as sharp or sharper. Judged within 2.25 inter-eye distances of the face; not assessed
    where the background has no edges there.
    """
    face = scene.once(face_edges)
    grey, where, inter_eye_px = _surroundings(scene)
    behind = edge_sigma(gradients(grey), where)
    if behind is None:
        raise NotAssessed("no_edges")
    return face - _in_percent(behind, inter_eye_px)


def _surroundings(scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.bool_], float]:
    """Luma (H, W) around the face, at about the face crop's scale; which of it is background; its inter-eye distance.

    Raises
    ------
    NotAssessed
        As `background_mask`; "no_background": next to nothing is around the face.
    """
    background = scene.once(background_mask)
    wanted_px = min(scene.face_crop.inter_eye_px, scene.inter_eye_px)
    halvings = int(math.log2(scene.inter_eye_px / wanted_px * _AS_GOOD))
    pixels = scene.halves.times(halvings)
    spans = []
    for axis, middle in zip((1, 0), scene.eye_centres.mean(axis=0).tolist(), strict=True):
        cells, reach = background.shape[axis], _AROUND_EYES * scene.inter_eye_px
        in_cells = cells / scene.photo.rgb.shape[axis]
        first, last = (
            max(0, math.floor((middle - reach) * in_cells)),
            min(cells, math.ceil((middle + reach) * in_cells)),
        )
        in_pixels = pixels.shape[axis] / cells
        span = slice(round(first * in_pixels), round(last * in_pixels))
        if span.stop - span.start < 16:
            raise NotAssessed("no_background")
        spans.append((slice(first, last), span))
    (columns, across), (rows, down) = spans
    grey = np.asarray(cv2.cvtColor(pixels[down, across], cv2.COLOR_RGB2GRAY), np.uint8)
    inter_eye_px = scene.inter_eye_px * pixels.shape[1] / scene.width
    scale = wanted_px / inter_eye_px
    if scale * _AS_GOOD < 1:
        width, height = (max(16, round(side * scale)) for side in grey.shape[::-1])
        grey = np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
        inter_eye_px = wanted_px
    where = cv2.resize(background[rows, columns].view(np.uint8), grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return grey, np.asarray(where.view(np.bool_)), inter_eye_px


def _face_part(scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Luma (H, W) of the part of the face crop that the face's edges are read from, and which of it is face.

    Raises
    ------
    NotAssessed
        "too_few_pixels".
    """
    crop = scene.face_crop
    if crop.source_eyes_px < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")
    face = scene.once(face_mask)
    x, y, width, height = cv2.boundingRect(face.view(np.uint8))
    left, top = (max(at - MARGIN - 2, 0) // 2 * 2 for at in (x, y))  # even, so that halves are those of the crop
    part = slice(top, y + height + MARGIN), slice(left, x + width + MARGIN)
    return np.asarray(cv2.cvtColor(crop.rgb[part], cv2.COLOR_RGB2GRAY), np.uint8), face[part]


def _face_gradients(scene: Scene) -> Gradients:
    """Gradients of that part."""
    return gradients(scene.once(_face_part)[0])


def _half_scale(scene: Scene) -> tuple[Gradients, NDArray[np.bool_]]:
    """Gradients of the face at half its scale, and which of that is face."""
    grey, where = scene.once(_face_part)
    half = halved(grey)
    return gradients(half), where[: 2 * half.shape[0] : 2, : 2 * half.shape[1] : 2]


def _edge_px(scene: Scene) -> float:
    """Width of the face's sharper edges, px of the face crop."""
    sigma = edge_sigma(scene.once(_face_gradients), scene.once(_face_part)[1])
    if sigma is None:
        raise NotAssessed("no_edges")
    if sigma > _WIDE_PX and scene.face_crop.inter_eye_px >= _HALVED_EYES_PX:
        sigma = max(sigma, 2 * (edge_sigma(*scene.once(_half_scale)) or 0.0))
    return sigma


def face_edges(scene: Scene) -> float:
    """Width of the face's sharper edges, % of the inter-eye distance."""
    return _in_percent(scene.once(_edge_px), scene.face_crop.inter_eye_px)


def is_blurred(scene: Scene, beyond: float) -> bool:
    """Whether the face's edges are wider than that, % of the inter-eye distance; not where none can be measured."""
    try:
        return scene.once(face_edges) > beyond
    except NotAssessed:  # a thing before the face, or little contrast, can leave no edge to measure
        return False


def _in_percent(sigma_px: float, inter_eye_px: float) -> float:
    """The blur beyond what pixels resolve, % of the inter-eye distance."""
    return 100 * math.sqrt(max(sigma_px**2 - _PIXEL_SIGMA**2, 0.0)) / max(inter_eye_px, _GRID_EYES_PX)
