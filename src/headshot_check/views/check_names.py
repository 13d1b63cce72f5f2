"""The names of checks and subjects in plain words."""

from __future__ import annotations

from typing import Final

# Where the measure's own name would not be understood alone; the others are derived from it.
CHECK_NAMES: Final = {
    "capture.front_camera": "camera",
    "capture.perspective": "camera distance",
    "car.drivers_seat": "driver's seat",
    "colour.cast": "colour tint",
    "colour.saturation": "colour strength",
    "colour.skin_chroma": "skin colour",
    "colour.variety": "colourfulness",
    "covering.eye_shadow": "shadow over the eyes",
    "covering.glare": "glare on glasses",
    "covering.hand": "hand over the face",
    "eyes.gaze": "gaze",
    "eyes.opening": "eye opening",
    "faces.count": "number of faces",
    "faces.found": "face",
    "file.animated": "animation",
    "file.blockiness": "compression",
    "file.greyscale": "colour",
    "file.jpeg_quality": "JPEG quality",
    "file.short_side": "picture size",
    "file.truncated": "file completeness",
    "file.damaged": "file damage",
    "framing.circle_cut": "fit in the circle",
    "framing.eye_line": "height of the eyes",
    "framing.face_cut": "face in the frame",
    "framing.head_height": "head size",
    "framing.inter_eye_distance": "face resolution",
    "framing.offset": "centring",
    "lighting.balance": "light balance",
    "lighting.blocked": "shadows",
    "lighting.blown": "highlights",
    "lighting.dark": "face brightness",
    "lighting.dynamic_range": "tonal range",
    "lighting.hard_shadow": "hard shadow",
    "lighting.hot_spots": "shine",
    "lighting.low_key": "blackness",
    "pose.pitch": "chin level",
    "pose.roll": "head tilt",
    "pose.yaw": "head turn",
    "sharpness.background_focus": "background focus",
    "sharpness.face_blur": "face sharpness",
    "sharpness.motion": "motion blur",
}
SUBJECT_NAMES: Final = {
    "car": "car",
    "faces": "face",
    "framing": "framing",
    "pose": "pose",
    "eyes": "eyes",
    "mouth": "mouth",
    "covering": "covering",
    "lighting": "light",
    "colour": "colour",
    "sharpness": "sharpness",
    "background": "background",
    "capture": "camera",
    "file": "file",
}
"""in the order in which people care"""
SUBJECTS_IN_FULL: Final = {"background", "eyes", "faces", "file", "mouth"}
"""subjects whose measures read better with the subject in front ("mouth.open" -> "mouth open")"""
