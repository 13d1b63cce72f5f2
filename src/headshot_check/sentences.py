"""What is said of each check, in plain words: the only place where the sentences of a report are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one check, with places for `{value}`, `{percent}` and `{size}` (the value without its sign)."""

    good: str
    low: str = ""
    """seen when the value is too small, or the answer is not the wanted one"""
    high: str = ""
    """seen when it is too large"""
    do_low: str = ""
    do_high: str = ""
    step: int = 9
    """where in the shoot this is put right: 0 the place, 1 the light, 2 distance and frame, 3 the pose, 4 focus, 5 the
    background, 6 the file"""
    topic: str = ""
    """instructions of one topic are one instruction: the worst finding's"""
    answers: Mapping[str, tuple[str, str]] | None = None
    """seen and advice by answer, for measures that answer with a word"""


SOMEONE = "Get someone to take a photo of you, even with a phone; it takes two seconds."
_STEP_BACK = "Step back, or have the phone held further away: head and shoulders, with a little room above the hair."
_COME_CLOSER = "Come closer, or crop: the head should take about half of the frame's height."
_TURN_TO_LIGHT = "Turn so that the light falls on your face: stand facing a window, not in front of one."
_STRAIGHT = "Hold the head and the camera straight, or straighten the picture."
_HOLD_STEADY = "Hold the phone with both hands or lean it on something, wipe the lens, and tap on the face to focus."

WORDS: dict[str, Words] = {
    "file.format": Words(
        "The file is a {value}.", low="The file is a {value}, which profile pages often refuse.",
        do_low="Export the photo as a JPEG.", step=6, topic="export",
    ),
    "file.size": Words(
        "The file has {value:.1f} MB.", high="The file has {value:.1f} MB, too large to upload.",
        do_high="Export the photo as a JPEG of a few megabytes.", step=6, topic="export",
    ),
    "file.short_side": Words(
        "The shorter side has {value:.0f} pixels.", low="The shorter side has only {value:.0f} pixels.",
        do_low="Use the original photo, not a thumbnail or a screenshot of it.", step=6, topic="original",
    ),
    "file.animated": Words(
        "The picture stands still.", low="The file is animated; its first frame was judged.",
        do_low="Export one frame as a JPEG.", step=6, topic="export",
    ),
    "file.truncated": Words(
        "The file is complete.", low="The file ends too early: part of the picture is missing.",
        do_low="Copy or download the photo again: this file is incomplete.", step=6, topic="original",
    ),
    "file.jpeg_quality": Words(
        "Saved at JPEG quality {value:.0f}.", low="Saved at JPEG quality {value:.0f}: compression shows.",
        do_low="Use the original photo: this copy was compressed too much.", step=6, topic="original",
    ),
    "file.greyscale": Words(
        "", answers={"True": ("In black and white, which is fine.", ""), "False": ("In colour.", "")},
    ),
    "faces.found": Words(
        "The face is easy to find.", topic="face", step=2,
        answers={
            "too_close": ("The face fills the frame: it was found only with room added around it.", _STEP_BACK),
            "too_small": ("The face is so small that it was found only in an enlargement.", _COME_CLOSER),
            "rotated": ("The picture lies on its side or upside down.", "Rotate the picture upright."),
            "too_dark": ("It is so dark that the face was found only after brightening.", _TURN_TO_LIGHT),
            "turned_away": (
                "Somebody is there, but no face shows: turned away, covered or cut off.",
                "Face the camera, with nothing over the face.",
            ),
            "nobody": ("No face was found.", "Choose a photo of yourself that shows your face."),
        },
    ),
    "faces.count": Words("{value:.0f} face(s)."),
    "faces.second_face": Words(
        "Nobody else takes attention.", high="There is a second face, {percent:.0f} % of the size of the first.",
        do_high="Be alone in the picture, or crop the others out.", step=2, topic="alone",
    ),
    "framing.head_height": Words(
        "The head takes {percent:.0f} % of the frame's height.",
        low="The head takes only {percent:.0f} % of the frame's height.",
        high="The head takes {percent:.0f} % of the frame's height: the face fills the picture.",
        do_low=_COME_CLOSER, do_high=_STEP_BACK, step=2, topic="distance",
    ),
    "framing.inter_eye_distance": Words(
        "There are {value:.0f} pixels between the eyes.",
        low="There are only {value:.0f} pixels between the eyes: too few for detail.",
        do_low="Come closer or use a larger original: the face has too few pixels.", step=2, topic="distance",
    ),
    "framing.eye_line": Words(
        "The eyes are at {percent:.0f} % of the height from the top.",
        low="The eyes are only {percent:.0f} % from the top.",
        high="The eyes are as low as {percent:.0f} % from the top.",
        do_low="Aim the camera higher: leave a little room above the hair.",
        do_high="Aim the camera lower: the eyes belong in the upper half.", step=2, topic="aim",
    ),
    "framing.offset": Words(
        "The face is in the middle.", high="The face is {percent:.0f} % of the width off the middle.",
        do_high="Move to the middle of the frame, or crop so that the face is there.", step=2, topic="aim",
    ),
    "framing.headroom": Words(
        "There is room above the head.", low="The top of the head is cut off.",
        do_low="Leave a little room above the hair.", step=2, topic="distance",
    ),
    "framing.face_cut": Words(
        "The whole face is in the frame.", high="{percent:.0f} % of the face is cut off by the frame.",
        do_high="Get the whole head into the frame.", step=2, topic="distance",
    ),
    "framing.shoulders": Words(
        "The shoulders show.", low="The shoulders do not show.", do_low=_STEP_BACK, step=2, topic="distance",
    ),
    "framing.circle_cut": Words(
        "A round crop keeps the whole head.", high="A round crop cuts {percent:.0f} % of the head's outline.",
        do_high="Leave more room around the head: profile pages crop to a circle.", step=2, topic="distance",
    ),
    "pose.yaw": Words(
        "The head faces the camera ({value:.0f} degrees).", low="The head is turned {size:.0f} degrees away.",
        high="The head is turned {size:.0f} degrees away.", do_low="Turn your face to the camera.",
        do_high="Turn your face to the camera.", step=3, topic="turn",
    ),
    "pose.pitch": Words(
        "The head is level ({value:.0f} degrees).", low="The head is tilted down by {size:.0f} degrees.",
        high="The head is tilted up by {size:.0f} degrees.",
        do_low="Have the camera at the height of your eyes and lift your chin.",
        do_high="Have the camera at the height of your eyes and lower your chin.", step=3, topic="turn",
    ),
    "pose.roll": Words(
        "The head is upright ({value:.0f} degrees).", low="The head leans by {size:.0f} degrees.",
        high="The head leans by {size:.0f} degrees.", do_low=_STRAIGHT, do_high=_STRAIGHT, step=3, topic="straight",
    ),
    "eyes.opening": Words(
        "Both eyes are open.", low="An eye is shut or nearly so (opening {value:.2f} of its width).",
        do_low="Take a few more and keep one with your eyes open.", step=3, topic="eyes",
    ),
    "eyes.gaze": Words(
        "The eyes are on the camera.", high="The eyes look past the camera.", do_high="Look into the lens.", step=3,
        topic="eyes",
    ),
    "mouth.opening": Words(
        "The mouth is fine.", high="The mouth stands wide open.", do_high="Relax your mouth: a smile is welcome.",
        step=3, topic="mouth",
    ),
    "mouth.smile": Words("The corners of the mouth lie {percent:.0f} % of its width above its middle."),
    "lighting.dark": Words(
        "The face is bright enough.", high="The face is dark: its brightest parts lie {value:.1f} stops below white.",
        do_high=_TURN_TO_LIGHT, step=1, topic="light",
    ),
    "lighting.blown": Words(
        "Nothing on the face is burnt out.", high="{percent:.0f} % of the face is burnt out to white.",
        do_high="Step out of the direct sun or switch off the flash: soft light from a window is best.", step=1,
        topic="harsh light",
    ),
    "lighting.blocked": Words(
        "No part of the face is lost in black.", high="{percent:.0f} % of the face is lost in black.",
        do_high=_TURN_TO_LIGHT, step=1, topic="light",
    ),
    "lighting.balance": Words(
        "Both sides of the face are lit.", high="One side of the face is {value:.1f} stops darker than the other.",
        do_high="Turn to the light until both sides of the face are lit.", step=1, topic="light",
    ),
    "lighting.backlight": Words(
        "The background does not outshine the face.",
        high="The background is {value:.1f} stops brighter than the brightest parts of the face.",
        do_high="Turn round: the bright background belongs in front of you, where it lights your face.", step=1,
        topic="light",
    ),
    "lighting.contrast": Words(
        "The face has contrast.", low="The face is flat: only {value:.1f} stops from its dark to its bright parts.",
        do_low="Wipe the lens, and let light come from one side a little.", step=1, topic="harsh light",
    ),
    "sharpness.face_blur": Words(
        "The face is sharp.", high="The face is blurred: edges {value:.1f} % of the inter-eye distance wide.",
        do_high=_HOLD_STEADY, step=4, topic="focus",
    ),
    "sharpness.background_focus": Words(
        "The focus is on the face.", high="The background is sharper than the face.",
        do_high="Tap on the face to focus.", step=4, topic="focus",
    ),
    "background.clutter": Words(
        "The background is calm.", high="The background is busy: {percent:.0f} % of it is edges.",
        do_high="Find a calm background, or step away from it so that it blurs.", step=5, topic="background",
    ),
    "car.drivers_seat": Words("Nothing tells of a car.", step=0, topic="car"),
}  # fmt: skip

CAUSES = {
    "no_face": "no face was found",
    "mesh_doubtful": "the face is turned away, covered or too small to measure",
    "face_turned": "the head is turned too far",
    "eyes_closed": "the eyes are closed",
    "too_few_pixels": "the face has too few pixels",
    "no_edges": "there is no edge to measure",
    "no_background": "the person fills the frame",
    "no_room": "the frame shows too little around the face",
    "crown_not_seen": "it does not show where the hair ends",
    "not_a_file": "the pixels did not come from a file",
    "not_a_jpeg": "the file is not a JPEG",
    "not_in_policy": "the policy does not ask for it",
}

CUES_IN_WORDS = {
    "seat_belt": "seat belt across the chest",
    "headrest": "headrest behind the head",
    "car_window": "car window beside the face",
    "roof": "car roof above the head",
    "steering_wheel": "steering wheel in the picture",
}
"""What tells of a car, by cue name."""
