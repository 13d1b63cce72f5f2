"""The coach's instructions, in order of priority.

"Left" and "right" are the person's own, which match a mirrored preview.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from headshot_check.report import Status

Direction = Literal["left", "right", "up", "down", "closer", "back"]
InstructionGroup = Literal["face", "place", "distance", "position", "pose", "light", "background", "eyes", "still"]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction."""

    text: str
    group: InstructionGroup
    """its entry in the list of live checks"""
    direction: Direction | None = None
    little: str = ""
    """used instead of `text` for a warning"""
    patience_s: float = 0.3
    """duration for which the fault must last before it is mentioned, s"""


GROUPS: Final[dict[InstructionGroup, str]] = {
    "place": "Not in a car",
    "face": "One face, nothing over it",
    "distance": "Distance",
    "position": "In the middle",
    "pose": "Head straight",
    "light": "Light",
    "background": "Background",
    "eyes": "Eyes and mouth",
    "still": "Sharp and still",
}
"""labels of the list of live checks, in order"""

# A blink lasts 0.1 to 0.4 s (Kwon et al., J. R. Soc. Interface 2013), and is seen for a frame longer.
_BLINK_S = 0.6
# Longer than a glance or a word.
_GLANCE_S = 0.8

INSTRUCTIONS: Final[dict[str, Instruction]] = {
    # without a face nothing else can be judged
    "find_face": Instruction("Come into the picture, so that your face shows.", "face"),
    "upright": Instruction("Turn the camera upright.", "face"),
    "face_camera": Instruction("Face the camera, so that your whole face shows.", "face", patience_s=0.5),
    "leave_car": Instruction(
        "Get out of the car. Any wall in daylight is better.",
        "place",
        little="This is possibly a car. If it is, get out.",
    ),
    "one_person": Instruction("Only you in the picture, please.", "face", patience_s=0.5),
    "take_off_sunglasses": Instruction("Take off the sunglasses. Clear glasses are fine.", "face"),
    "take_off_glasses": Instruction("Take off your glasses.", "face"),
    "uncover_mouth": Instruction("Take off the mask, or move the scarf below your chin.", "face"),
    # distance, then place in the frame: each changes what follows
    "move_closer": Instruction("Come closer.", "distance", "closer", "Come a little closer."),
    "move_back": Instruction("Move further back.", "distance", "back", "Move back a little."),
    "move_left": Instruction("Move to the left.", "position", "left", "Move a little to the left."),
    "move_right": Instruction("Move to the right.", "position", "right", "Move a little to the right."),
    "move_up": Instruction("Sit up, or tilt the camera down.", "position", "up", "Sit up a little."),
    "move_down": Instruction(
        "Move down, or tilt the camera up.", "position", "down", "Move down a little, or tilt the camera up."
    ),
    # the head
    "tilt_left": Instruction(
        "Straighten your head: lean it to the left.", "pose", "left", "Lean your head a little left."
    ),
    "tilt_right": Instruction(
        "Straighten your head: lean it to the right.", "pose", "right", "Lean your head a little right."
    ),
    "turn_left": Instruction("Turn your head to the left.", "pose", "left", "Turn your head a little to the left."),
    "turn_right": Instruction("Turn your head to the right.", "pose", "right", "Turn your head a little to the right."),
    "chin_up": Instruction("Lift your chin, or lower the camera.", "pose", "up", "Lift your chin a little."),
    "chin_down": Instruction("Lower your chin, or raise the camera.", "pose", "down", "Lower your chin a little."),
    # the light
    "less_backlight": Instruction(
        "Turn round: the light is behind you.", "light", little="Turn away from the light behind."
    ),
    "more_light": Instruction(
        "Face a window or a lamp: it is too dark.", "light", little="A little more light on your face."
    ),
    "light_from_left": Instruction(
        "Turn to the left, towards the light.", "light", "left", "Turn a little left, towards the light."
    ),
    "light_from_right": Instruction(
        "Turn to the right, towards the light.", "light", "right", "Turn a little right, towards the light."
    ),
    "turn_to_light": Instruction("Turn towards the light.", "light", little="Turn a little towards the light."),
    "softer_light": Instruction(
        "Move out of the direct sun or lamp.", "light", little="The light is hard: find softer light."
    ),
    "light_on_eyes": Instruction("Lift the hat, or turn until light reaches your eyes.", "light"),
    "clear_lens": Instruction("The picture is flat: wipe the lens.", "light"),
    "neutral_light": Instruction("The light is coloured: switch the lamp off, or use daylight.", "light"),
    "plain_colours": Instruction("The colours are off: switch the camera's filter off.", "light"),
    # after the light, as a shadow across the face can look like an object
    "uncover_face": Instruction("Keep hands and things away from your face.", "face", patience_s=0.6),
    # what is behind
    "darker_background": Instruction("Keep bright windows and lamps out of the picture.", "background"),
    "calm_background": Instruction("Find a calmer background.", "background"),
    # the last second
    "glasses_glare": Instruction("Tip your glasses until the reflections go.", "eyes", patience_s=0.5),
    "open_eyes": Instruction("Open your eyes.", "eyes", patience_s=_BLINK_S),
    "look_at_camera": Instruction("Look into the camera.", "eyes", patience_s=_GLANCE_S),
    "close_mouth": Instruction("Relax your mouth. A smile is welcome.", "eyes", patience_s=_GLANCE_S),
    "smile": Instruction("A smile is welcome.", "eyes", patience_s=_GLANCE_S),
    "hold_still": Instruction("Hold still.", "still"),
    "focus": Instruction("The picture is blurred: wipe the lens, and wait for the focus.", "still", patience_s=0.6),
}
"""by code, in order of priority: what the other checks depend on comes first"""

GOOD: Final = "Perfect. Stay like this."
NEARLY: Final = "Nearly there. Hold still."
_GROUP_OF_SUBJECT: Final[dict[str, InstructionGroup]] = {
    "car": "place",
    "faces": "face",
    "covering": "face",
    "framing": "position",
    "pose": "pose",
    "lighting": "light",
    "colour": "light",
    "background": "background",
    "eyes": "eyes",
    "mouth": "eyes",
    "sharpness": "still",
}
_ORDER: Final = {code: place for place, code in enumerate(INSTRUCTIONS)}


def place_in_order(code: str) -> int:
    """Priority of an instruction: 0 comes first, unknown codes last."""
    return _ORDER.get(code, len(_ORDER))


def text_of(code: str, status: Status) -> str:
    """The text of an instruction for a fault with this status.

    >>> text_of("move_left", "fail"), text_of("move_left", "warn")
    ('Move to the left.', 'Move a little to the left.')
    """
    said = INSTRUCTIONS[code]
    return said.little if status == "warn" and said.little else said.text


def group_of_check(check: str) -> InstructionGroup:
    """The entry of a check in the list of live checks.

    >>> group_of_check("lighting.dark")
    'light'
    """
    return _GROUP_OF_SUBJECT.get(check.partition(".")[0], "still")
