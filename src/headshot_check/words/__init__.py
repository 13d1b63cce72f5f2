"""The texts of all checks: one record per check, the only place where its words are written.

A new check has its record in the file of its subject (a check of another package: see headshot_check.checks). All views
use these texts, the pages' scripts through `views.web.names`.
"""

from __future__ import annotations

from typing import Final

from headshot_check.text import clean
from headshot_check.words.of_the_file import WORDS as _FILE
from headshot_check.words.of_the_light import WORDS as _LIGHT
from headshot_check.words.of_the_person import WORDS as _PERSON
from headshot_check.words.record import Answer, Words

__all__ = [
    "CAUSES",
    "CUES_IN_WORDS",
    "SOMEONE",
    "SUBJECT_NAMES",
    "WORDS",
    "Answer",
    "Words",
    "cause_in_words",
    "check_label",
    "fault_label",
    "words_of",
]

WORDS: dict[str, Words] = _FILE | _PERSON | _LIGHT

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
    "medium": "kind of picture",
}
"""in the order in which people care"""

SOMEONE = "Get someone to take a photo of you, even with a phone; it takes two seconds."

CAUSES = {
    "no_face": "no face was found",
    "mesh_doubtful": "the face is turned away, covered or too small to measure",
    "face_turned": "the head is turned too far",
    "seen_from_the_side": "the head is turned to the side",
    "face_small": "the face is too small to tell",
    "face_dark": "there is too little light on the face to tell",
    "face_blurred": "the face is too blurred to tell",
    "eyes_closed": "the eyes are closed",
    "too_few_pixels": "the face has too few pixels",
    "no_edges": "there is no edge to measure",
    "no_background": "the person fills the frame",
    "no_smooth_skin": "too little of the face is uncovered",
    "blocks_unseen": "compression blocks do not show at this size",
    "distance_unknown": "the file does not say",
    "lens_not_named": "the file does not say",
    "software_not_named": "the file does not say",
    "no_room": "the frame shows too little around the face",
    "crown_not_seen": "the top of the hair cannot be seen",
    "greyscale": "the picture is black and white",
    "dark_glasses": "dark glasses hide the eyes",
    "behind_glasses": "glasses hide the skin around the eyes",
    "face_covered": "the face is covered",
    "picture_small": "the picture is too small to tell",
    "compressed": "the file is compressed too much to tell",
    "file_damaged": "the file is damaged",
    "part_missing": "part of the picture is missing",
    "detail_missing": "the file ends before the fine detail",
    "not_a_file": "the pixels did not come from a file",
    "not_a_jpeg": "the file is not a JPEG",
    "no_number": "it cannot be measured in this picture",
    "not_in_policy": "the policy does not ask for it",
    "told_already": "another finding covers it",
}

CUES_IN_WORDS = {
    "seat_belt": "seat belt across the chest",
    "headrest": "headrest behind the head",
    "car_window": "car window beside the face",
    "roof": "car roof above the head",
    "steering_wheel": "steering wheel in the picture",
}
"""the signs of a car, by cue name"""


def cause_in_words(cause: str) -> str:
    """Why something was not assessed, as the end of a sentence.

    >>> cause_in_words("no_face")
    'no face was found'
    """
    return CAUSES.get(cause, cause.replace("_", " "))


def words_of(check: str) -> Words:
    """A check's record; for an unknown check (of a package that is not installed) a record with only a name."""
    return WORDS.get(check) or Words(clean(check.replace(".", " ").replace("_", " ")))


def check_label(check: str) -> str:
    """The name of a check in plain words.

    >>> check_label("lighting.backlight"), check_label("pose.roll"), check_label("teeth.white")
    ('backlight', 'head tilt', 'teeth white')
    """
    return words_of(check).name


def fault_label(check: str) -> str:
    """What is wrong with a picture on which a check warns or fails, in a few words.

    >>> fault_label("pose.roll"), fault_label("teeth.white")
    ('head tilted', 'teeth white')
    """
    return words_of(check).wrong or check_label(check)
