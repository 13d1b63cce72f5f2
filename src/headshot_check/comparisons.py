"""What is said when one shot loses against another: a few words per check."""

from __future__ import annotations

from typing import Final, NamedTuple


class Comparison(NamedTuple):
    """How a shot is worse, in words."""

    wrong: str
    """beyond its limit"""
    less: str
    """within its limits, but worse; "than #1" follows"""


COMPARISONS: Final = {
    "background.bright_spots": Comparison("bright spots behind the head", "brighter spots behind the head"),
    "background.clutter": Comparison("a busy background", "a busier background"),
    "background.uniformity": Comparison("an uneven background", "a less even background"),
    "capture.perspective": Comparison("taken from too near", "taken from nearer"),
    "capture.software": Comparison("retouched", "retouched"),
    "car.drivers_seat": Comparison("taken in a car", "more like a car"),
    "covering.glare": Comparison("glare on the glasses", "more glare on the glasses"),
    "covering.hand": Comparison("a hand over the face", "more of the face covered"),
    "covering.mask": Comparison("a covered mouth", "more of the face covered"),
    "covering.sunglasses": Comparison("dark glasses", "darker glasses"),
    "colour.cast": Comparison("a colour tint", "more of a colour tint"),
    "colour.saturation": Comparison("pale or glaring colours", "less natural colours"),
    "colour.skin_chroma": Comparison("unnatural skin colour", "less natural skin colour"),
    "covering.eye_shadow": Comparison("eyes in the shade", "eyes more in the shade"),
    "eyes.gaze": Comparison("eyes off the camera", "eyes less on the camera"),
    "eyes.opening": Comparison("eyes closed", "eyes less open"),
    "faces.found": Comparison("a face that hardly shows", "a face that shows less"),
    "faces.second_face": Comparison("a second face", "more of a second face"),
    "file.animated": Comparison("animated", "animated"),
    "file.blockiness": Comparison("blocks of compression", "more blocks of compression"),
    "file.damaged": Comparison("a damaged file", "a damaged file"),
    "file.format": Comparison("a format that is often refused", "a less common format"),
    "file.size": Comparison("too many megabytes", "more megabytes"),
    "file.truncated": Comparison("part of the picture missing", "part of the picture missing"),
    "file.jpeg_quality": Comparison("compressed too much", "compressed more"),
    "file.short_side": Comparison("a small picture", "a smaller picture"),
    "framing.circle_cut": Comparison("cut by the circle", "tighter in the circle"),
    "framing.eye_line": Comparison("eyes at the wrong height", "eyes less well placed"),
    "framing.face_cut": Comparison("face cut off", "more of the face cut off"),
    "framing.head_height": Comparison("wrong head size", "a less fitting head size"),
    "framing.headroom": Comparison("hair cut off", "less room above the hair"),
    "framing.inter_eye_distance": Comparison("too few pixels in the face", "fewer pixels in the face"),
    "framing.offset": Comparison("off-centre", "further off the middle"),
    "framing.shoulders": Comparison("no shoulders", "less of the shoulders"),
    "lighting.backlight": Comparison("backlit", "more backlit"),
    "lighting.balance": Comparison("one side of the face dark", "less evenly lit"),
    "lighting.blocked": Comparison("parts of the face lost in black", "deeper shadows"),
    "lighting.blown": Comparison("parts of the face burnt out", "brighter spots on the face"),
    "lighting.contrast": Comparison("flat", "flatter"),
    "lighting.dark": Comparison("dark", "darker"),
    "lighting.dynamic_range": Comparison("washed out", "more washed out"),
    "lighting.hard_shadow": Comparison("hard shadows", "harder shadows"),
    "lighting.hot_spots": Comparison("shiny spots", "shinier"),
    "lighting.low_key": Comparison("mostly black", "more black"),
    "mouth.opening": Comparison("mouth open", "mouth further open"),
    "mouth.smile": Comparison("no smile", "less of a smile"),
    "pose.pitch": Comparison("chin too high or low", "chin less level"),
    "pose.roll": Comparison("head tilted", "head more tilted"),
    "pose.yaw": Comparison("head turned away", "head turned further"),
    "sharpness.background_focus": Comparison("focus on the background", "focus less on the face"),
    "sharpness.face_blur": Comparison("blurred", "softer"),
    "sharpness.motion": Comparison("blurred by movement", "more blur of movement"),
    "sharpness.noise": Comparison("grainy", "grainier"),
}
"""By check; for others the check's name has to do."""
