"""What is said of each check, in plain words: the only place where the sentences of a report are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one check.

    With places for `{value}`, `{percent}`, `{size}` (the value without its sign) and `{size_percent}`; the `sided`
    texts also for `{side}`, "left" or "right" in the picture, and for `{own}` and `{own_other}`, the person's own side
    there and opposite (in a picture that is not mirrored, the person's left is on the right).
    """

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
    why_low: str = ""
    """the reason in an instruction, a short clause; without it, the sentence that was seen is used"""
    why_high: str = ""
    sided_high: str = ""
    """in place of `high` and its advice and reason where the finding's place lies to one side"""
    sided_do_high: str = ""
    sided_why_high: str = ""
    beyond_low: str = ""
    """in place of `low` where the value is negative and that means another thing (cut off, not just little)"""
    beyond_why_low: str = ""
    topic_low: str = ""
    """where too little is another matter than too much"""
    answer_topics: Mapping[str, str] | None = None
    """where the answer decides on the matter"""
    mend: str = ""
    """what is done to this very file, without another photo: "export" or "rotate" (what a crop mends is computed)"""


SOMEONE = "Get someone to take a photo of you, even with a phone; it takes two seconds."
_STEP_BACK = "Step back or have the phone held further away, until the shoulders show and there is room above the hair."
_COME_CLOSER = "Come closer until the head takes about half of the frame's height."
_TURN_TO_LIGHT = "Turn until the light of a window or of the open sky falls on your face."
_STRAIGHT = "Hold the head and the camera straight."
_FOCUS = "Wipe the lens, tap on the face to focus and hold the phone still."

WORDS: dict[str, Words] = {
    "file.format": Words(
        "The file is a {value}.", low="The file is a {value}, which profile pages often refuse.",
        do_low="Export the photo as a JPEG.", step=6, topic="export",
        why_low="{value} files are often refused", mend="export",
    ),
    "file.size": Words(
        "The file has {value:.1f} MB.", high="The file has {value:.1f} MB, too large to upload.",
        do_high="Export the photo as a JPEG of a few megabytes.", step=6, topic="export",
        why_high="at {value:.1f} MB it is too large to upload", mend="export",
    ),
    "file.short_side": Words(
        "The shorter side has {value:.0f} pixels.", low="The shorter side has only {value:.0f} pixels.",
        do_low="Use the original photo, not a thumbnail or a screenshot of it.", step=6, topic="original",
        why_low="the shorter side has only {value:.0f} pixels",
    ),
    "file.animated": Words(
        "The picture stands still.", low="The file is animated; its first frame was judged.",
        do_low="Export one frame as a JPEG.", step=6, topic="export",
        why_low="the file is animated", mend="export",
    ),
    "file.truncated": Words(
        "The file is complete.", low="The file ends too early: part of the picture is missing.",
        do_low="Copy or download the photo again.", step=6, topic="original", why_low="part of the picture is missing",
    ),
    "file.jpeg_quality": Words(
        "Saved at JPEG quality {value:.0f}.", low="Saved at JPEG quality {value:.0f}: compression shows.",
        do_low="Use the original photo.", step=6, topic="original",
        why_low="this copy was saved at JPEG quality {value:.0f}, and it shows",
    ),
    "file.blockiness": Words(
        "No compression blocks show.", high="Compression shows: blocks with steps of {value:.1f} levels.",
        do_high="Use the original photo, not a copy that was sent or saved again.", step=6, topic="original",
        why_high="its compression shows",
    ),
    "file.greyscale": Words(
        "", answers={"True": ("In black and white, which is fine.", ""), "False": ("In colour.", "")},
    ),
    "faces.found": Words(
        "The face is easy to find.", topic="face", step=2,
        answer_topics={"too_close": "distance", "too_small": "closer", "rotated": "upright", "too_dark": "light"},
        answers={
            "too_close": ("The face fills the frame and was found only with room added around it.", _STEP_BACK),
            "too_small": ("The face is so small that it was found only in an enlargement.", _COME_CLOSER),
            "rotated": ("The picture lies on its side or upside down.", "Rotate the picture upright."),
            "too_dark": ("It is so dark that the face was found only after brightening.", _TURN_TO_LIGHT),
            "turned_away": (
                "Somebody is there, but no face shows (turned away, covered or cut off).",
                "Face the camera, with nothing over the face.",
            ),
            "nobody": ("No face was found.", "Choose a photo of yourself that shows your face."),
        },
    ),
    "faces.count": Words("{value:.0f} face(s)."),
    "faces.second_face": Words(
        "Nobody else takes attention.", high="There is a second face, {percent:.0f} % of the size of the first.",
        do_high="Be alone in the picture.", step=2, topic="alone",
        why_high="a second face, {percent:.0f} % of the size of yours, takes attention",
        sided_high="There is a second face on the {side}, {percent:.0f} % of the size of the first.",
        sided_why_high="a second face on the {side}, {percent:.0f} % of the size of yours, takes attention",
    ),
    "framing.head_height": Words(
        "The head takes {percent:.0f} % of the frame's height.",
        low="The head takes only {percent:.0f} % of the frame's height.",
        high="The head takes {percent:.0f} % of the frame's height: the face fills the picture.",
        do_low=_COME_CLOSER, do_high=_STEP_BACK, step=2, topic="distance", topic_low="closer",
        why_low="the head takes only {percent:.0f} % of the height",
        why_high="the head takes {percent:.0f} % of the frame's height",
    ),
    "framing.inter_eye_distance": Words(
        "There are {value:.0f} pixels between the eyes.",
        low="There are only {value:.0f} pixels between the eyes: too few for detail.",
        do_low="Use a larger original, or come closer.", step=2, topic="closer",
        why_low="there are only {value:.0f} pixels between the eyes",
    ),
    "framing.eye_line": Words(
        "The eyes are at {percent:.0f} % of the height from the top.",
        low="The eyes are only {percent:.0f} % of the height from the top.",
        high="The eyes are {percent:.0f} % of the height from the top: too low.",
        do_low="Aim the camera higher, so that there is room above the hair.",
        do_high="Aim the camera lower, so that the eyes come into the upper half.", step=2, topic="aim",
        why_low="the eyes are only {percent:.0f} % of the height from the top",
        why_high="the eyes are {percent:.0f} % of the height from the top",
    ),
    "framing.offset": Words(
        "The face is in the middle.", high="The face is {percent:.0f} % of the width off the middle.",
        do_high="Move so that your face is in the middle.", step=2, topic="aim",
        why_high="the face is {percent:.0f} % of the width off the middle",
        sided_high="The face is {percent:.0f} % of the width off the middle, on the {side}.",
        sided_why_high="the face is {percent:.0f} % of the width too far {side}",
    ),
    "framing.headroom": Words(
        "There is room above the head.",
        low="The room above the hair is only {percent:.0f} % of the head's height.",
        high="The room above the hair is {percent:.0f} % of the head's height: too much.",
        do_low="Leave a little room above the hair.", do_high="Aim the camera lower.", step=2, topic="aim",
        topic_low="distance", why_low="it is only {percent:.0f} % of the head's height",
        why_high="there is much empty room above the hair",
        beyond_low="The top of the head is cut off, some {size_percent:.0f} % of it.",
        beyond_why_low="some {size_percent:.0f} % of the head is cut off at the top",
    ),
    "framing.face_cut": Words(
        "The whole face is in the frame.", high="{percent:.0f} % of the face is cut off by the frame.",
        do_high="Get the whole head into the frame.", step=2, topic="distance",
        why_high="{percent:.0f} % of the face is cut off",
    ),
    "framing.shoulders": Words(
        "The shoulders show.", low="The shoulders do not show.", do_low=_STEP_BACK, step=2, topic="distance",
        why_low="the shoulders do not show",
    ),
    "framing.circle_cut": Words(
        "A round crop keeps the whole head.", high="A round crop cuts {percent:.0f} % of the head's outline.",
        do_high="Leave more room around the head.", step=2, topic="distance",
        why_high="profile pages show a circle, which cuts {percent:.0f} % of the head's outline",
    ),
    "pose.yaw": Words(
        "The head faces the camera ({value:.0f} degrees).",
        low="The head is turned {size:.0f} degrees to the left of the picture.",
        high="The head is turned {size:.0f} degrees to the right of the picture.",
        do_low="Turn your face to the camera.", do_high="Turn your face to the camera.", step=3, topic="turn",
        why_low="it is turned {size:.0f} degrees to the left of the picture",
        why_high="it is turned {size:.0f} degrees to the right of the picture",
    ),
    "pose.pitch": Words(
        "The head is level ({value:.0f} degrees).", low="The head is tilted down by {size:.0f} degrees.",
        high="The head is tilted up by {size:.0f} degrees.",
        do_low="Have the camera at the height of your eyes and lift your chin.",
        do_high="Have the camera at the height of your eyes and lower your chin.", step=3, topic="turn",
        why_low="the head is tilted down by {size:.0f} degrees", why_high="the head is tilted up by {size:.0f} degrees",
    ),
    "pose.roll": Words(
        "The head is upright ({value:.0f} degrees).", low="The head leans {size:.0f} degrees to the left.",
        high="The head leans {size:.0f} degrees to the right.", do_low=_STRAIGHT, do_high=_STRAIGHT, step=3,
        topic="straight", why_low="the head leans {size:.0f} degrees to the left",
        why_high="the head leans {size:.0f} degrees to the right",
    ),
    "eyes.opening": Words(
        "Both eyes are open.", low="An eye is shut or nearly so (opening {value:.2f} of its width).",
        do_low="Take a few more and keep one with your eyes open.", step=3, topic="eyes",
        why_low="an eye is shut or nearly so",
    ),
    "eyes.gaze": Words(
        "The eyes are on the camera.", high="The eyes look past the camera.", do_high="Look into the lens.", step=3,
        topic="eyes", why_high="your eyes are on something beside it",
    ),
    "mouth.opening": Words(
        "The mouth is fine.", high="The mouth stands wide open.", do_high="Relax your mouth; a smile is welcome.",
        step=3, topic="mouth", why_high="it stands wide open",
    ),
    "mouth.smile": Words("The corners of the mouth lie {percent:.0f} % of its width above its middle."),
    "covering.sunglasses": Words(
        "The eyes are not behind dark glasses.", high="Dark glasses hide the eyes.",
        do_high="Take off the sunglasses; clear glasses are fine.", step=3, topic="glasses",
        why_high="sunglasses hide your eyes",
    ),
    "covering.glasses": Words("Clear glasses: {percent:.0f} % likely."),
    "covering.glare": Words(
        "Nothing is reflected in glasses.", high="Reflections cover {percent:.0f} % of the glasses.",
        do_high="Tilt your glasses or turn a little until the reflections leave the lenses.", step=3, topic="glare",
        why_high="reflections cover {percent:.0f} % of your glasses",
    ),
    "covering.mask": Words(
        "No mask covers the mouth.", high="A mask or cloth covers the mouth.",
        do_high="Take off the mask, or move the scarf below your chin.", step=3, topic="covered",
        why_high="a mask or cloth covers your mouth",
    ),
    "covering.hand": Words(
        "Nothing is held before the face.", high="A hand or a thing seems to cover part of the face.",
        do_high="Keep hands, cups and microphones away from your face.", step=3, topic="covered",
        why_high="a hand or a thing seems to cover part of the face",
    ),
    "covering.eye_shadow": Words(
        "No shadow lies over the eyes.", high="The eyes lie in shadow: {value:.1f} stops darker than the cheeks.",
        do_high="Lift or take off the hat, or turn until light reaches your eyes.", step=1, topic="eye shadow",
        why_high="the skin around the eyes is {value:.1f} stops darker than the cheeks",
    ),
    "lighting.dark": Words(
        "The face is bright enough.", high="The face is dark: its brightest parts lie {value:.1f} stops below white.",
        do_high=_TURN_TO_LIGHT, step=1, topic="light",
        why_high="even its brightest parts lie {value:.1f} stops below white",
    ),
    "lighting.blown": Words(
        "Nothing on the face is burnt out.", high="{percent:.0f} % of the face is burnt out to white.",
        do_high="Step out of the direct sun, or switch off the flash.", step=1, topic="harsh light",
        why_high="{percent:.0f} % of the face is burnt out to white",
    ),
    "lighting.blocked": Words(
        "No part of the face is lost in black.", high="{percent:.0f} % of the face is lost in black.",
        do_high=_TURN_TO_LIGHT, step=1, topic="light", why_high="{percent:.0f} % of it is lost in black",
    ),
    "lighting.balance": Words(
        "Both sides of the face are lit.", high="One side of the face is {value:.1f} stops darker than the other.",
        do_high="Turn towards the light until both sides of your face are lit.", step=1, topic="light",
        why_high="one side is {value:.1f} stops darker",
        sided_high="The side of the face on the {side} of the picture is {value:.1f} stops darker than the other.",
        sided_do_high="Turn to your {own_other}, towards the light, until both sides of your face are lit.",
        sided_why_high="your {own} side ({side} in the picture) is {value:.1f} stops darker",
    ),
    "lighting.backlight": Words(
        "The background does not outshine the face.",
        high="The background is {value:.1f} stops brighter than the brightest parts of the face.",
        do_high="Turn round, so that what is bright behind you lights your face.", step=1, topic="light",
        why_high="the background is {value:.1f} stops brighter than your face",
    ),
    "lighting.contrast": Words(
        "The face has contrast.", low="The face is flat: only {value:.1f} stops from its dark to its bright parts.",
        do_low="Wipe the lens, and let light come from one side a little.", step=1, topic="harsh light",
        why_low="there are only {value:.1f} stops between the dark and the bright parts of the face",
    ),
    "colour.cast": Words(
        "The colours look natural.", high="The light tints the whole picture (chroma {value:.0f}).",
        do_high="Turn off coloured lamps and use daylight, or correct the white balance.", step=1, topic="tint",
        why_high="the light tints the whole picture",
    ),
    "colour.saturation": Words(
        "The colours have a natural strength.", low="The colours are pale (chroma of the skin {value:.0f}).",
        high="The colours are too strong (chroma of the skin {value:.0f}).",
        do_low="Take back the filter, or raise the saturation a little.",
        do_high="Take back the filter, or lower the saturation a little.", step=6, topic="filter",
        why_low="the skin has lost its colour", why_high="the skin is more colourful than skin is",
    ),
    "colour.skin_chroma": Words(
        "The skin has a natural colour.", high="The skin has a colour that skin does not have (off by {value:.0f}).",
        do_high="Get out of coloured light, and take back colour filters.", step=1, topic="tint",
        why_high="coloured light or a filter tints the skin",
    ),
    "colour.variety": Words("Colours vary by a chroma of {value:.0f}."),
    "lighting.hard_shadow": Words(
        "No hard shadow falls on the face.", high="A hard shadow falls on the face, {value:.1f} stops deep.",
        do_high="Move out of the direct sun or spotlight into open shade, or to a window without sun.", step=1,
        topic="harsh light", why_high="a hard shadow falls on your face",
    ),
    "lighting.hot_spots": Words(
        "The skin does not shine.", high="{percent:.0f} % of the face shines white.",
        do_high="Switch off the flash, turn away from the lamp or the sun, and dab the skin dry.", step=1,
        topic="harsh light", why_high="{percent:.0f} % of it shines white",
    ),
    "lighting.low_key": Words(
        "The picture is not lost in black.", high="{percent:.0f} % of the picture is black.",
        do_high="Find more light, or a lighter background.", step=1, topic="light",
        why_high="{percent:.0f} % of the picture is black",
    ),
    "lighting.dynamic_range": Words(
        "The picture reaches from dark to bright.",
        low="The picture is washed out: only {value:.1f} stops from its darkest to its brightest parts.",
        do_low="Wipe the lens, keep bright light out of it, and expose for the face.", step=1, topic="harsh light",
        why_low="the picture is washed out",
    ),
    "sharpness.face_blur": Words(
        "The face is sharp.", high="The face is blurred: edges {value:.1f} % of the inter-eye distance wide.",
        do_high=_FOCUS, step=4, topic="focus", why_high="the face is blurred",
    ),
    "sharpness.motion": Words(
        "Nothing moved.", high="The face is smeared: each point over {value:.0f} % of the distance between the eyes.",
        do_high="Hold still, lean the phone on something and find more light, so that the shutter is quicker.", step=4,
        topic="focus", why_high="the face is smeared by motion",
    ),
    "sharpness.noise": Words(
        "The picture is clean.", high="The picture is grainy: noise of {value:.1f} levels on smooth skin.",
        do_high="Take it in brighter light.", step=1, topic="light", why_high="the picture is grainy",
    ),
    "sharpness.background_focus": Words(
        "The focus is on the face.", high="The background is sharper than the face.",
        do_high="Tap on the face to focus.", step=4, topic="focus",
        why_high="the background is sharper than it",
    ),
    "background.clutter": Words(
        "The background is calm.", high="The background is busy: {percent:.0f} % of it is edges.",
        do_high="Find a calmer background, or step away from it so that it blurs.", step=5, topic="background",
        why_high="{percent:.0f} % of this one is edges",
    ),
    "background.bright_spots": Words(
        "Nothing behind you outshines you.",
        high="Something bright behind you takes {percent:.0f} % of the background: a window, a lamp or the sky.",
        do_high="Step aside until nothing behind you is brighter than your face.", step=5, topic="background",
        why_high="{percent:.0f} % of this one is brighter than your face",
    ),
    "background.uniformity": Words(
        "{percent:.0f} % of the background has one colour.",
        low="Only {percent:.0f} % of the background has one colour.",
        do_low="Stand before a plain, light wall.", step=5, topic="background",
        why_low="only {percent:.0f} % of the background has one colour",
    ),
    "capture.perspective": Words(
        "The camera was some {value:.0f} cm away.",
        low="The camera was only some {value:.0f} cm away: from there a nose looks large and ears look small.",
        do_low="Have the camera more than an arm's length away, and crop.", step=2, topic="camera distance",
        why_low="from {value:.0f} cm a nose looks large",
    ),
    "capture.front_camera": Words(
        "", answers={"True": ("Taken with the phone's front camera.", ""), "False": ("Taken with the back camera.", "")},
    ),
    "capture.software": Words(
        "", topic="original", step=6,
        answers={
            "retouching": (
                "Saved by an app that smooths and reshapes faces.",
                "Use the photo as the camera took it, without a beauty filter.",
            ),
            "editing": ("Saved by a photo editor.", ""),
            "camera": ("The file names no editing app.", ""),
        },
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
    "no_smooth_skin": "too little bare skin shows",
    "blocks_unseen": "blocks do not show at this size",
    "distance_unknown": "the file does not tell",
    "lens_not_named": "the file does not tell",
    "software_not_named": "the file does not tell",
    "no_room": "the frame shows too little around the face",
    "crown_not_seen": "it does not show where the hair ends",
    "greyscale": "the picture is black and white",
    "dark_glasses": "dark glasses hide the eyes",
    "face_covered": "the face is covered",
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


def cause_in_words(cause: str) -> str:
    """Why something was not assessed, as the end of a sentence.

    >>> cause_in_words("no_face")
    'no face was found'
    """
    return CAUSES.get(cause, cause.replace("_", " "))
