"""Sharpness, at a fixed inter-eye scale, so that a photo's megapixels do not matter."""

from __future__ import annotations

import math

import cv2
import numpy as np

from headshot_check.measures import Reading, measure
from headshot_check.measures.edge_width import edge_sigma
from headshot_check.measures.face_light import background_mask, face_mask
from headshot_check.measures.places import face_region
from headshot_check.scene import NotAssessed, Scene

# An edge in a perfectly sharp picture is this wide once it is pixels.
_PIXEL_SIGMA = 0.5
# With fewer pixels between the eyes than this the lids are a pixel wide.
_LEAST_EYES_PX = 24.0


@measure("sharpness.face_blur", "% of the inter-eye distance")
def face_blur(scene: Scene) -> Reading:
    """Width (sigma) of the sharper edges of the face (eyes, brows, lips, nostrils): under 1 is crisp, over 2 is soft.

    Judged from the file's own pixels, at 64 px between the eyes or fewer. The half pixel that no picture can resolve is
    taken off, so that a small sharp picture is sharp. Smooth skin does not matter; no edges at all, no assessment.
    """
    return Reading(scene.once(_face_edges), face_region(scene))


@measure("sharpness.background_focus", "% of the inter-eye distance")
def background_focus(scene: Scene) -> float:
    """By how much the background's edges are narrower than the face's: above 2 the focus lies behind the face.

    Near or below 0 the face is as sharp or sharper. Not assessed where the background has no edges.
    """
    face = scene.once(_face_edges)
    background = scene.once(background_mask)
    scale = min(scene.face_crop.inter_eye_px / scene.inter_eye_px, 1.0)
    size = (max(16, round(scene.width * scale)), max(16, round(scene.height * scale)))
    grey = cv2.cvtColor(cv2.resize(scene.photo.rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    where = cv2.resize(background.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    behind = edge_sigma(np.asarray(grey, np.float32), np.asarray(where, np.bool_))
    if behind is None:
        raise NotAssessed("no_edges")
    return face - _in_percent(behind, scene.inter_eye_px * scale)


def _face_edges(scene: Scene) -> float:
    """Width of the face's sharper edges, % of the inter-eye distance."""
    crop = scene.face_crop
    if crop.source_eyes_px < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")
    grey = np.asarray(cv2.cvtColor(crop.rgb, cv2.COLOR_RGB2GRAY), np.float32)
    sigma = edge_sigma(grey, scene.once(face_mask))
    if sigma is None:
        raise NotAssessed("no_edges")
    return _in_percent(sigma, crop.inter_eye_px)


def _in_percent(sigma_px: float, inter_eye_px: float) -> float:
    """The blur beyond what pixels resolve, % of the inter-eye distance."""
    return 100 * math.sqrt(max(sigma_px**2 - _PIXEL_SIGMA**2, 0.0)) / inter_eye_px
