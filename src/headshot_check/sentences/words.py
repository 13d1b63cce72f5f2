"""The form in which sentences are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FETCH_AGAIN: Final = -1
"""the step of what comes before all others: this file is not the photo that was taken"""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one check.

    With places for `{value}`, `{percent}`, `{size}` (the value without its sign), `{size_percent}` and `{share}` (how
    much of the picture it is about: "25 %", or "Part" where the measure does not know); the `sided` texts also for
    `{side}`, "left" or "right" in the picture, and for `{own}` and `{own_other}`, the person's own side there and
    opposite (in a picture that is not mirrored, the person's left is on the right).
    """

    good: str
    low: str = ""
    """seen when the value is too small, or the answer is not the wanted one"""
    high: str = ""
    """seen when it is too large"""
    do_low: str = ""
    do_high: str = ""
    step: int = 9
    """where in the shoot this is put right: before all the file is fetched again (`FETCH_AGAIN`), 0 the place, 1 the
    light, 2 distance and frame, 3 the pose, 4 focus, 5 the background, 6 the file"""
    topic: str = ""
    """instructions of one topic are one instruction: the worst finding's"""
    answers: Mapping[str, tuple[str, str]] | None = None
    """seen and advice by answer, for measures that answer with a word; with `low`, of answers within the limits only"""
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
    """what is done to this very file, without another photo: "export" (what a crop mends is computed)"""


TURN_TO_LIGHT = "Turn until the light of a window or of the open sky falls on your face."
