"""Sharpness and noise at a fixed inter-eye scale, so that the photo's resolution does not matter."""

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

# Width (sigma) of an edge in a perfectly sharp picture, px.
_PIXEL_SIGMA = 0.5
# Least inter-eye distance, px: below it the lids are one pixel wide.
_LEAST_EYES_PX = 24.0
# Width from which edges are measured again at half the scale, px: the second blur of one pixel, by which the width is
# measured, hardly changes wider edges.
_WIDE_PX = 1.5
# Least inter-eye distance to measure at half the scale, px: below it lids and lips merge there.
_HALVED_EYES_PX = 48.0
# Inter-eye distance below which pixels and reduction, not the lens, determine the width of an edge, px: a pixel then
# counts as 1.8 %. Sharp photos reduced to such a size have edges of up to 1.2 px.
_GRID_EYES_PX = 56.0
# Distance around the face within which the background is measured, in inter-eye distances: further away it may be at
# another depth.
_AROUND_EYES = 2.25
# Largest ratio of the background's scale to the face's: a smaller bilinear reduction would blur more than it reduces.
_AS_GOOD = 1.1


@measure("sharpness.face_blur", "% of the inter-eye distance")
def face_blur(scene: Scene) -> Reading:
    """Blur (sigma) of the sharper edges of the face (eyes, brows, lips, nostrils): under 1 is crisp, above 2 is soft.

    Measured at 64 px between the eyes or at the file's resolution, whichever is less. The half pixel that no picture
    can resolve is subtracted, so that a small sharp picture counts as sharp, and with less than 56 px between the eyes
    the value is relative to 56: how the file was made smaller determines most of the blur there. Defocus, motion and
    upsampling count alike: the wider of vertical and horizontal edges decide. Smooth skin does not matter; not assessed
    without any edges.
    """
    return Reading(scene.once(face_edges), face_region(scene))


@measure("sharpness.noise", "levels of 255")
def noise(scene: Scene) -> Reading:
    """Noise on smooth skin, as a standard deviation at 64 px between the eyes: 0.7 is clean, 5 is coarse.

    This is what shows at the size of a profile picture: noise that averages out when a large photo is reduced does not
    count. JPEG removes fine noise, and strongly sharpened pores or stubble read as up to 4.
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
    """Blur of the face minus blur of the background: above 2 the focus is behind the face.

    Around or below 0 the face is at least as sharp. Measured within 2.25 inter-eye distances of the face; not assessed
    if the background has no edges there.
    """
    face = scene.once(face_edges)
    grey, where, inter_eye_px = _surroundings(scene)
    behind = edge_sigma(gradients(grey), where)
    if behind is None:
        raise NotAssessed("no_edges")
    return face - _in_percent(behind, inter_eye_px)


def _surroundings(scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.bool_], float]:
    """Luma (H, W) around the face at about the face crop's scale, the background's mask and the inter-eye distance.

    Raises
    ------
    NotAssessed
        As `background_mask`; "no_background": there is hardly anything around the face.
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
    """Luma (H, W) of the part of the face crop that contains the face, and the mask of the face.

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
    left, top = (max(at - MARGIN - 2, 0) // 2 * 2 for at in (x, y))  # even, so that halving is aligned to the crop's
    part = slice(top, y + height + MARGIN), slice(left, x + width + MARGIN)
    return np.asarray(cv2.cvtColor(crop.rgb[part], cv2.COLOR_RGB2GRAY), np.uint8), face[part]


def _face_gradients(scene: Scene) -> Gradients:
    """Gradients of `_face_part`."""
    return gradients(scene.once(_face_part)[0])


def _half_scale(scene: Scene) -> tuple[Gradients, NDArray[np.bool_]]:
    """Gradients of `_face_part` at half its scale, and the mask of the face."""
    grey, where = scene.once(_face_part)
    half = halved(grey)
    return gradients(half), where[: 2 * half.shape[0] : 2, : 2 * half.shape[1] : 2]


def _edge_px(scene: Scene) -> float:
    """Blur of the face's sharper edges, px of the face crop."""
    sigma = edge_sigma(scene.once(_face_gradients), scene.once(_face_part)[1])
    if sigma is None:
        raise NotAssessed("no_edges")
    if sigma > _WIDE_PX and scene.face_crop.inter_eye_px >= _HALVED_EYES_PX:
        sigma = max(sigma, 2 * (edge_sigma(*scene.once(_half_scale)) or 0.0))
    return sigma


def face_edges(scene: Scene) -> float:
    """Blur of the face's sharper edges, % of the inter-eye distance."""
    return _in_percent(scene.once(_edge_px), scene.face_crop.inter_eye_px)


def is_blurred(scene: Scene, beyond: float) -> bool:
    """Whether `face_edges` is above `beyond`; False if there are no edges to measure."""
    try:
        return scene.once(face_edges) > beyond
    except NotAssessed:  # an object in front of the face or low contrast can leave no edges
        return False


def _in_percent(sigma_px: float, inter_eye_px: float) -> float:
    """The blur without that of the pixels themselves, % of the inter-eye distance."""
    return 100 * math.sqrt(max(sigma_px**2 - _PIXEL_SIGMA**2, 0.0)) / max(inter_eye_px, _GRID_EYES_PX)
