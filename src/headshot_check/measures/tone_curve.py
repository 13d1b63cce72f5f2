"""Strength of a tone curve on a picture, and darkness of the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import (
    all_in_photo,
    eyes_patch,
    face_levels,
    face_luminance,
    in_photo,
    mount_mask,
    stops,
)
from headshot_check.measures.region_features import SIDE as FRAME_SIDE
from headshot_check.measures.region_features import frame_regions, region_features
from headshot_check.measures.tone_features import SIDE, face_parts, face_places, places, tone_features
from headshot_check.nets.car_views import thumbnail
from headshot_check.pixels.geometry import brighter_right, transform
from headshot_check.pixels.quantiles import quantile
from headshot_check.pixels.shrinking import Halves
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.scene import of_the_photo

EYES_BLACK = 0.0016
"""linear luminance below which pixels of the eyes are black (sRGB code 5)"""
DARK_GLASSES, LEAST_EYES = 0.5, 24
"""probability of dark glasses from which they hide the eyes; least number of pixels of both eyes"""
# Least inter-eye distance to estimate a curve, and to separate pupils and lashes from the whites, px.
_TONES_EYES_PX, _BLEACHED_EYES_PX = 18.0, 24.0
# Least number of places of the frame (of 4096) outside plain borders; with fewer the borders are kept.
_LEAST_SHOWN = 400


@of_the_photo
def doublings(scene: Scene) -> float:
    """Doublings of a tone curve's exponent: above 0 darkened, below 0 lightened, near 0 as from a camera.

    Raises
    ------
    NotAssessed
        "too_few_pixels", and as `Scene.mesh`.
    """
    if scene.inter_eye_px / scene.photo.scale < _TONES_EYES_PX:
        raise NotAssessed("too_few_pixels")
    crop = scene.face_crop
    parts = face_parts(
        crop.points * np.float32(SIDE / crop.rgb.shape[0]),
        None if all_in_photo(scene) else in_photo(scene, SIDE),
    )
    shown = 1 - places(scene.once(mount_mask).view(np.uint8))
    if np.count_nonzero(shown) < _LEAST_SHOWN:
        shown = np.ones_like(shown)
    of_tones = tone_features(places(scene.glance), shown, face_places(crop.rgb), parts)
    drawn = scene.nets.tones(np.concatenate([of_tones, _of_regions(scene)]))
    return max(drawn.into_black, 0.0) - max(drawn.into_white, 0.0)


def part_between_bars(scene: Scene) -> tuple[Halves, tuple[int, int], NDArray[np.float32]]:
    """The photo without plain bars along its edges, its top left corner (x, y), and its early features."""
    if scene.car.between_bars is None:
        assert scene.car.early is not None  # the cheap look at the frame always runs
        return scene.halves, (0, 0), scene.car.early
    (x, y, right, bottom), early = scene.car.between_bars
    return Halves(scene.halves.times(0)[y:bottom, x:right]), (x, y), early


def places_of_regions(scene: Scene) -> NDArray[np.float32]:
    """(6, 16, 16) `frame_regions` of the part between bars, not mirrored."""
    halves, at, _ = scene.once(part_between_bars)
    crop, (height, width) = scene.face_crop, halves.times(0).shape[:2]
    scale = FRAME_SIDE / max(height, width)
    corner = [(FRAME_SIDE - round(width * scale)) // 2, (FRAME_SIDE - round(height * scale)) // 2]
    points = (transform(crop.points, crop.square.affine(crop.rgb.shape[0])) - at) * scale + corner
    return frame_regions(points.astype(np.float32), height, width)


def _of_regions(scene: Scene) -> NDArray[np.float32]:
    """`region_features` of the part between bars."""
    halves, _, early = scene.once(part_between_bars)
    regions = places_of_regions(scene)
    if brighter_right(thumbnail(halves, FRAME_SIDE)):
        regions = np.ascontiguousarray(regions[:, :, ::-1])
    return region_features(early, regions)


def doublings_or_zero(scene: Scene) -> float:
    """`doublings`, or 0 where they are not assessed."""
    try:
        return scene.once(doublings)
    except NotAssessed:
        return 0.0


def eyes_above_black(scene: Scene) -> float:
    """Stops by which the darkest part of the eyes (3rd percentile) lies above black, less half of the face's contrast.

    Raises
    ------
    NotAssessed
        "dark_glasses", "too_few_pixels", and as `Scene.mesh`.
    """
    if scene.once(coverings).sunglasses > DARK_GLASSES:
        raise NotAssessed("dark_glasses")
    if scene.face_crop.source_eyes_px < _BLEACHED_EYES_PX:
        raise NotAssessed("too_few_pixels")
    eyes, levels = scene.once(eyes_patch).of(scene.once(face_luminance)), scene.once(face_levels)
    if eyes.size < LEAST_EYES:
        raise NotAssessed("too_few_pixels")
    above = float(np.log2(quantile(eyes, 0.03) / EYES_BLACK + 1))
    return above - stops(levels.high, levels.low) / 2
