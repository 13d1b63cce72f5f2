"""The record of a check: all its texts in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal, NamedTuple

Kind = Literal["number", "word", "yes_no"]

FETCH_AGAIN: Final = -1
"""the step before all others: the file is incomplete or damaged"""
NO_PHOTOGRAPH: Final = "photograph"
"""topic of pictures that are not photographs: they need another picture, whatever else is found"""


class Answer(NamedTuple):
    """The texts for one answer of a check whose value is a word, yes ("True") or no ("False")."""

    seen: str
    do: str = ""
    topic: str = ""
    """in place of the record's own"""
    coach: str = ""
    mend: Literal["", "export"] = ""
    """in place of the record's own"""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one check; its unit is in its measure, its limits are in a policy.

    Sentences have placeholders for `{value}`, `{percent}`, `{size}` (the value without its sign), `{size_percent}`,
    `{megabytes}` (a size in MB as people read it) and `{share}` (how much of the picture it is about: "25 %", or "Part"
    where the measure does not know); `do_low` and `do_high` for `{wanted_percent}`, what the limits ask for; the
    `sided` texts also for `{side}`, "left" or "right" in the picture, and for `{own}` and `{own_other}`, the person's
    own side there and opposite (in a picture that is not mirrored, the person's left is on the right).
    """

    name: str
    """in plain words, lower case: in a report, in a list, on a picture"""
    kind: Kind = "number"
    """type of its value"""
    good: str = ""
    low: str = ""
    """if the value is too small, or the answer is not an accepted one"""
    high: str = ""
    """if it is too large"""
    do_low: str = ""
    do_high: str = ""
    step: int = 9
    """when it is put right: first the file is fetched again (`FETCH_AGAIN`), then 0 the place, 1 the light, 2 distance
    and framing, 3 the pose, 4 focus, 5 the background, 6 the file"""
    topic: str = ""
    """findings of one topic share one instruction: that of the worst"""
    answers: Mapping[str, Answer] | None = None
    """in place of `good` and `low`, by answer; beside a `low`, of answers within the limits only"""
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
    mend: Literal["", "export"] = ""
    """what fixes this file without another photo (whether a crop does is computed)"""
    wrong: str = ""
    """how a shot loses that is beyond the limit, in a few words; "a problem with NAME" where it is empty"""
    less: str = ""
    """how one loses that is within its limits, but worse; "than #1" follows; "worse NAME" where it is empty"""
    coach_low: str = ""
    """code of what the coach says of a value that is too small (coaching/instructions.py); else it says the advice"""
    coach_high: str = ""
    """of one that is too large, or of an answer that is not wanted"""
    values: tuple[str, ...] = ()
    """of kind "word": every word that it can answer with, the only ones a policy may list; empty: any word"""

    def how_it_loses(self, *, beyond: bool) -> str:
        """How a shot that does badly here is worse than another one: beyond a limit, or within all of them.

        >>> Words("noise", wrong="grainy").how_it_loses(beyond=True), Words("noise").how_it_loses(beyond=False)
        ('grainy', 'worse noise')
        """
        return (self.wrong or f"a problem with {self.name}") if beyond else (self.less or f"worse {self.name}")


TURN_TO_LIGHT = "Turn until light from a window or the open sky falls on your face."

_PLACES = frozenset({"value", "share"})
_NUMBERS = frozenset({"percent", "size", "size_percent", "megabytes"})
_SIDES = frozenset({"side", "own", "own_other"})


def strange_places(words: Words) -> set[str]:
    """Placeholders that are never filled; without this they would only fail when the sentence is used.

    >>> strange_places(Words("red eye", high="{percent:.0f} % of the {pupil} is red."))
    {'pupil'}
    >>> strange_places(Words("red eye", high="{wanted_percent:.0f} % is asked for."))
    {'wanted_percent'}
    """
    strange = set()
    for field in Words.__slots__:
        text = getattr(words, field)
        if isinstance(text, str):
            used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            known = _PLACES | (_SIDES if field.startswith("sided") else set())
            if words.kind == "number":
                known |= _NUMBERS | ({"wanted_percent"} if field in ("do_low", "do_high") else set())
            strange |= used - known
    return strange
