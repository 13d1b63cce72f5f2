"""Which defect moves which measure which way: the plan that the sensitivity matrix is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.quality import degradations as d
from benchmarks.quality import light_defects as light

UP, DOWN = 1, -1
"""the way a measure should go"""


@dataclass(frozen=True)
class Plan:
    """One graded defect."""

    name: str
    component: str
    """of ISO/IEC 29794-5, as OFIQ names it; empty where the standard has none"""
    spoil: Callable[[d.Sitter, float], d.Pixels | bytes]
    amounts: tuple[float, ...]
    """graded, the first undamaged"""
    moves: Mapping[str, int] = field(default_factory=dict)
    """the measures that must move, and the way"""
    may: tuple[str, ...] = ()
    """measures (subjects end in a dot) that the defect touches too: neither required nor forbidden to move"""

    def may_move(self, check: str) -> bool:
        """Whether the check is allowed to move, without having to."""
        return any(check == name or (name.endswith(".") and check.startswith(name)) for name in self.may)


_LIGHT = ("lighting.", "colour.")
_SOFT = (
    "sharpness.background_focus",
    "sharpness.noise",
    "lighting.contrast",
    "lighting.hard_shadow",
    "file.blockiness",
)
_PIXELS = ("file.", "sharpness.")
_EYES = ("eyes.", "mouth.")
_FRAME = ("framing.", "background.", "capture.", "car.")
_CROPPED = (
    *_FRAME,
    "file.",
    "lighting.backlight",
    "lighting.low_key",
    "lighting.dynamic_range",
    "sharpness.background_focus",
)

PLANS = (
    Plan("less light", "UnderExposurePrevention", light.under_exposed, (0, 1, 2, 3, 5, 7),
         {"lighting.dark": UP, "lighting.blocked": UP, "lighting.low_key": UP}, (*_LIGHT, "background.", "sharpness.")),
    Plan("more light", "OverExposurePrevention", light.exposed, (0, 0.7, 1.4, 2.1, 2.8, 3.5),
         {"lighting.blown": UP}, (*_LIGHT, "background.", "sharpness.")),
    Plan("haze", "DynamicRange", light.flattened, (0, 0.15, 0.3, 0.45, 0.6, 0.75),
         {"lighting.contrast": DOWN, "lighting.dynamic_range": DOWN}, (*_LIGHT, "background.", "sharpness.noise")),
    Plan("defocus", "Sharpness", d.defocused, (0, 0.015, 0.025, 0.04, 0.06, 0.09),
         {"sharpness.face_blur": UP}, (*_SOFT, "background.")),
    Plan("motion", "Sharpness", d.moved, (0, 0.06, 0.1, 0.16, 0.24, 0.34),
         {"sharpness.face_blur": UP}, (*_SOFT, "background.")),
    Plan("only the face soft", "Sharpness", d.face_defocused, (0, 0.015, 0.025, 0.04, 0.06, 0.09),
         {"sharpness.face_blur": UP, "sharpness.background_focus": UP}, _SOFT),
    Plan("soft background", "", d.background_defocused, (0, 0.03, 0.06, 0.1, 0.16, 0.25),
         {"background.clutter": DOWN}, ("background.", "sharpness.background_focus", "car.", "file.blockiness")),
    Plan("noise", "", d.noisy, (0, 4, 8, 14, 22, 32),
         {"sharpness.noise": UP}, ("sharpness.", "background.", "file.", "lighting.blocked", "colour.")),
    Plan("JPEG", "CompressionArtifacts", d.compressed, (0, 15, 35, 55, 70, 83),
         {"file.jpeg_quality": DOWN, "file.blockiness": UP}, ("file.", "sharpness.", "background.")),
    Plan("JPEG, saved again", "CompressionArtifacts", d.compressed_before, (0, 15, 35, 55, 70, 83),
         {"file.blockiness": UP}, ("file.", "sharpness.", "background.")),
    Plan("fewer pixels", "InterEyeDistance", d.shrunk, (0, 0.4, 0.8, 1.4, 2.2, 3.2),
         {"framing.inter_eye_distance": DOWN, "file.short_side": DOWN}, ("file.", "sharpness.", "background.")),
    Plan("enlarged", "Sharpness", d.enlarged, (0, 0.6, 1.2, 2, 3.2, 5),
         {"sharpness.face_blur": UP}, ("sharpness.", "background.", "file.blockiness")),
    Plan("warm cast", "NaturalColour", light.cast(0.8, 0, -1.4), (0, 0.4, 0.8, 1.2, 1.6, 2),
         {"colour.cast": UP}, ("colour.", "lighting.blown", "lighting.blocked")),
    Plan("cool cast", "NaturalColour", light.cast(-0.8, 0, 1.2), (0, 0.4, 0.8, 1.2, 1.6, 2),
         {"colour.cast": UP, "colour.skin_chroma": UP}, ("colour.", "lighting.blown", "lighting.blocked")),
    Plan("green cast", "NaturalColour", light.cast(-0.6, 0.4, -0.6), (0, 0.4, 0.8, 1.2, 1.6, 2),
         {"colour.cast": UP, "colour.skin_chroma": UP}, ("colour.", "lighting.blown", "lighting.blocked")),
    Plan("magenta cast", "NaturalColour", light.cast(0.4, -0.7, 0.4), (0, 0.4, 0.8, 1.2, 1.6, 2),
         {"colour.cast": UP, "colour.skin_chroma": UP}, ("colour.", "lighting.blown", "lighting.blocked")),
    Plan("less colour", "NaturalColour", light.desaturated, (0, 0.2, 0.4, 0.6, 0.8, 1),
         {"colour.saturation": DOWN, "colour.variety": DOWN}, ("colour.", "file.greyscale")),
    Plan("more colour", "NaturalColour", light.oversaturated, (0, 0.3, 0.6, 1, 1.5, 2.2),
         {"colour.saturation": UP}, ("colour.", "lighting.blown", "lighting.blocked", "background.", "sharpness.")),
    Plan("backlight", "", light.backlit, (0, 0.7, 1.4, 2.1, 2.8, 3.5),
         {"lighting.backlight": UP}, (*_LIGHT, "background.", "sharpness.")),
    Plan("side light", "IlluminationUniformity", light.side_lit, (0, 0.8, 1.6, 2.4, 3.2, 4.2),
         {"lighting.balance": UP}, (*_LIGHT, "background.", "sharpness.")),
    Plan("hard shadow", "IlluminationUniformity", light.hard_shadow, (0, 0.8, 1.6, 2.4, 3.2, 4.2),
         {"lighting.hard_shadow": UP, "lighting.balance": UP}, (*_LIGHT, "background.", "sharpness.")),
    Plan("brim's shadow", "IlluminationUniformity", light.hat_shadow, (0, 0.8, 1.6, 2.4, 3.2, 4.2),
         {"covering.eye_shadow": UP}, (*_LIGHT, "background.", "sharpness.", "covering.", *_EYES)),
    Plan("hot spots", "OverExposurePrevention", light.hot_spots, (0, 0.3, 0.5, 0.7, 0.9, 1.1),
         {"lighting.blown": UP, "lighting.hot_spots": UP}, (*_LIGHT, "sharpness.")),
    Plan("leaning", "HeadPoseRoll", d.turned, (0, 6, 12, 18, 25, 33),
         {"pose.roll": UP}, (*_FRAME, "file.", "lighting.backlight", "sharpness.background_focus")),
    Plan("off the middle", "LeftwardCropOfTheFaceImage", d.off_centre, (0, 0.06, 0.12, 0.18, 0.24, 0.3),
         {"framing.offset": UP}, (*_FRAME, "lighting.backlight", "lighting.low_key", "sharpness.background_focus")),
    Plan("too far", "HeadSize", d.too_far, (0, 0.4, 0.8, 1.3, 1.9, 2.6),
         {"framing.head_height": DOWN}, (*_CROPPED, *_PIXELS)),
    Plan("too close", "HeadSize", d.too_close, (0, 0.3, 0.5, 0.7, 0.85, 1),
         {"framing.head_height": UP}, _CROPPED),
    Plan("crown cut", "UpwardCropOfTheFaceImage", d.crown_cut, (0, 0.25, 0.5, 0.7, 0.85, 1),
         {"framing.headroom": DOWN}, _CROPPED),
    Plan("second face", "SingleFacePresent", d.second_face, (0, 0.35, 0.5, 0.65, 0.8, 0.95),
         {"faces.second_face": UP, "faces.count": UP}, _CROPPED),
    Plan("dark glasses", "EyesVisible", d.sunglasses, (0, 0.3, 0.5, 0.7, 0.85, 1),
         {"covering.sunglasses": UP}, ("covering.", *_EYES, *_LIGHT, "sharpness.")),
    Plan("mask", "MouthOcclusionPrevention", d.masked, (0, 0.3, 0.5, 0.7, 0.85, 1),
         {"covering.mask": UP}, ("covering.", *_EYES, *_LIGHT, "sharpness.")),
    Plan("clutter", "BackgroundUniformity", d.cluttered, (0, 0.06, 0.12, 0.25, 0.45, 0.7),
         {"background.clutter": UP, "background.uniformity": DOWN},
         ("background.", "sharpness.background_focus", "lighting.backlight", "car.", "file.blockiness")),
    Plan("mirrored", "", d.mirrored, (0, 1), {}, ()),
)  # fmt: skip
