"""The names of checks and subjects in plain words."""

from __future__ import annotations

from typing import Final

# Where the measure's own name would not be understood alone; the others are derived from it.
CHECK_NAMES: Final = {
    "car.drivers_seat": "driver's seat",
    "eyes.gaze": "gaze",
    "eyes.opening": "eye opening",
    "faces.count": "number of faces",
    "faces.found": "face",
    "file.animated": "animation",
    "file.greyscale": "colour",
    "file.jpeg_quality": "JPEG quality",
    "file.short_side": "picture size",
    "file.truncated": "file completeness",
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
    "pose.pitch": "chin level",
    "pose.roll": "head tilt",
    "pose.yaw": "head turn",
    "sharpness.background_focus": "background focus",
    "sharpness.face_blur": "face sharpness",
}
GOOD_NAMES: Final = {
    "background.clutter": "calm background",
    "car.drivers_seat": "no car",
    "eyes.gaze": "eyes on the camera",
    "eyes.opening": "eyes open",
    "faces.found": "face found",
    "faces.second_face": "nobody else",
    "file.animated": "still picture",
    "file.truncated": "complete file",
    "lighting.backlight": "no backlight",
    "lighting.balance": "even light",
    "mouth.opening": "mouth",
    "pose.roll": "upright head",
    "pose.yaw": "facing the camera",
}
"""where the plain name would not read as praise"""
SUBJECT_NAMES: Final = {
    "car": "car",
    "faces": "face",
    "framing": "framing",
    "pose": "pose",
    "eyes": "eyes",
    "mouth": "mouth",
    "lighting": "light",
    "sharpness": "sharpness",
    "background": "background",
    "file": "file",
}
"""in the order in which people care"""
SUBJECTS_IN_FULL: Final = {"background", "eyes", "faces", "file", "mouth"}
"""subjects whose measures read better with the subject in front ("mouth.open" -> "mouth open")"""
