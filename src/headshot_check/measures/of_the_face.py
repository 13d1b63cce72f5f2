"""Checks that depend on the face alone, so that their results hold for every crop that contains the face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import (
    crop_points,
    eyes_patch,
    face_levels,
    face_luminance,
    face_mask,
    light_on_face,
    skin_mask,
)
from headshot_check.scene import Scene

OF_THE_MESH: Final = frozenset({"eyes.gaze", "eyes.opening", "mouth.opening", "mouth.smile", "pose.pitch", "pose.yaw"})
"""checks that depend only on the mesh and the irises, wherever the frame ends"""
OF_THE_FACE: Final = OF_THE_MESH | {
    "colour.saturation",
    "colour.skin_chroma",
    "covering.eye_shadow",
    "covering.glare",
    "covering.glasses",
    "covering.mask",
    "covering.sunglasses",
    "lighting.balance",
    "lighting.bleached",
    "lighting.blown",
    "lighting.contrast",
    "lighting.hard_shadow",
    "lighting.hot_spots",
    "lighting.tones",
    "sharpness.face_blur",
    "sharpness.noise",
}
"""and those that depend on the aligned face crop: they hold if all of it is in the frame"""
OF_THE_HANDS: Final = frozenset({"covering.hand"})
"""checks that also look below the face: they hold if the frame cuts off nothing that they found there"""
SHARED: Final[tuple[Callable[[Scene], Any], ...]] = (
    coverings,
    crop_points,
    eyes_patch,
    face_levels,
    face_luminance,
    face_mask,
    light_on_face,
    skin_mask,
)
"""intermediate results that depend on the aligned face crop only (see `Scene.once` and `Scene.cropped`)"""
