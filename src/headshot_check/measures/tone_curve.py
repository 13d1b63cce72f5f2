"""What a curve, a filter, haze or hard light did to a face: the network's word, and how dark eyes and frame are."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from headshot_check.measures.covering_net import coverings, window
from headshot_check.measures.face_light import eyes_patch, face_levels, face_luminance, glance_luminance, stops
from headshot_check.pixels.mount import mount
from headshot_check.pixels.quantiles import quantile
from headshot_check.scene import NotAssessed, Scene

EYES_BLACK = 0.0016
"""Linear luminance of eyes that is black (sRGB code 5)."""
DARK_GLASSES, LEAST_EYES = 0.5, 24
"""Probability of dark glasses from which the eyes are theirs, and pixels of both eyes that are enough to judge them."""
# Fewer pixels between the eyes, and there is too little to tell a curve by; or pupils and lashes run into their whites.
_TONES_EYES_PX, _BLEACHED_EYES_PX = 18.0, 24.0
# How light the eyes of a bleached face are (`eyes_above_black`), and the doublings that each stop less takes back. Of
# 65 that the network takes for bleached (train, pool; looked at) this drops 16: 10 clean portraits, 6 doubtful ones.
_BLEACHED_EYES, _TAKEN_BACK = 4.9, 0.1
# How dark the frame's darkest hundredth is in a picture that has its blacks (linear; haze and a curve lift them), and
# the doublings that each stop below takes back, 0.3 at most. Of 45 that were still told (train, pool; looked at) this
# drops four clean portraits.
_HAS_BLACKS, _TAKEN_BACK_BY_FRAME = 0.0065, 0.4


def network_doublings(scene: Scene) -> float:
    """Doublings of a curve's exponent, as the network has it.

    Raises
    ------
    NotAssessed
        "too_few_pixels", and as `Scene.mesh`.
    """
    if scene.inter_eye_px / scene.photo.scale < _TONES_EYES_PX:
        raise NotAssessed("too_few_pixels")
    return scene.nets.tones(scene.once(window))


def network_doublings_or(scene: Scene, unknown: float) -> float:
    """`network_doublings`, or `unknown` where it is not assessed."""
    try:
        return scene.once(network_doublings)
    except NotAssessed:
        return unknown


def doublings(scene: Scene) -> float:
    """`network_doublings`, below 0 less what is black and speaks against it: pupils, and anything in the frame.

    Raises
    ------
    NotAssessed
        As `network_doublings`.
    """
    told = scene.once(network_doublings)
    if told >= 0:
        return told
    told += _TAKEN_BACK_BY_FRAME * max(stops(_HAS_BLACKS, scene.once(_darkest_of_frame)), 0.0)
    with suppress(NotAssessed):
        told += _TAKEN_BACK * max(_BLEACHED_EYES - scene.once(eyes_above_black), 0.0)
    return min(told, 0.0)


def _darkest_of_frame(scene: Scene) -> float:
    """Linear luminance of the frame's darkest hundredth, without bars and the corners of a round picture."""
    frame = scene.once(glance_luminance)
    shown = ~mount(scene.glance, scene.width / scene.height)[::2, ::2]
    return quantile(frame[shown] if shown.any() else frame, 0.01)


def eyes_above_black(scene: Scene) -> float:
    """Stops that the darkest of the eyes (3rd percentile) lies above black, less half of the face's contrast.

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
