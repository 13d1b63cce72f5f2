"""What is measured of the face alone: it holds for every crop that the face is in."""

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
"""checks that are of the mesh and the irises, whatever the frame shows and wherever it cuts"""
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
"""and those that are of the aligned face crop: they hold where all of it is in the frame"""
OF_THE_HANDS: Final = frozenset({"covering.hand"})
"""and those that look further down: they hold where the frame cuts off nothing that they found there"""
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
"""what such checks and others stand on (`Scene.once`)"""
