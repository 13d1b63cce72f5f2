"""One finding in words: what is seen, what to do about it, and why.

The sentences are in words/; the numbers in them are those that the finding carries.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal

from headshot_check.report import DriversSeat, Limits, Region, Value
from headshot_check.report_parts import SHOWN_CUE
from headshot_check.text import capitalised
from headshot_check.words import SOMEONE, WORDS, Answer, cause_in_words
from headshot_check.words.numbers import byte_size, digits_apart

PictureSide = Literal["left", "right"]

# Off the middle of the face by less than this share of its width, a place lies on neither side.
_ASIDE = 0.08
_ROUNDED = re.compile(r"\.(\d)f")
# "-0" is what a small negative number is formatted as.
_NOTHING_BELOW = re.compile(r"(?<![\w.])-(0(?:\.0+)?)(?![\d.])")


def side_of(place: Region | None, face: Region | None) -> PictureSide | None:
    """On which side of the face a place lies, as seen in the picture; the face itself: on which side of the frame.

    None where it lies on neither side, or without a face.

    >>> face = Region(((0.4, 0.2), (0.6, 0.2), (0.6, 0.5), (0.4, 0.5)))
    >>> side_of(Region(((0.5, 0.2), (0.6, 0.2), (0.6, 0.5), (0.5, 0.5))), face)
    'right'
    """
    if face is None:
        return None
    left, _, right, _ = face.bounds
    middle, at = (left + right) / 2, 0.5
    if place is not None:
        x0, _, x1, _ = place.bounds
        middle, at = (x0 + x1) / 2, middle
    if abs(middle - at) < _ASIDE * (right - left):
        return None
    return "right" if middle > at else "left"


def what_is_good(check: str, value: Value) -> str:
    """The sentence for a value within its limits."""
    words = WORDS[check]
    answer = None if words.answers is None else words.answers.get(str(value))
    return _filled(words.good if answer is None else answer.seen, value)


def what_is_wrong(
    check: str,
    value: Value,
    *,
    high: bool,
    limits: Limits,
    side: PictureSide | None = None,
    share: float | None = None,
) -> tuple[str, str]:
    """The sentence for a value that crossed a limit, and the advice.

    Parameters
    ----------
    high
        It is too large, not too small.
    limits
        What it was held against; an instruction may ask for what lies between them.
    side
        Where in the picture its place lies (see `side_of`).
    share
        How much of the picture it is about, 0..1.
    """
    words = WORDS[check]
    answer = (words.answers or {}).get(str(value))
    if answer is not None and not words.low:
        return answer.seen, answer.do
    if high:
        seen, do = words.high, words.do_high
        if side is not None:
            seen, do = words.sided_high or seen, words.sided_do_high or do
    else:
        beyond = _negative(value) and words.beyond_low
        seen, do = beyond or words.low, words.do_low
    if not seen:  # a limit of a custom policy where no built-in one has any
        seen = f"Outside the limits: {words.name}."
    return _filled(seen, value, side, share, limits), _filled(do, value, side, share, limits)


def why(
    check: str, value: Value, message: str, *, high: bool, limits: Limits | None = None, side: PictureSide | None = None
) -> str:
    """The reason for an instruction as a short clause; where none is written, it is what `message` says.

    >>> why("pose.yaw", 38.2, "", high=True)
    'it is turned 38 degrees to the right of the picture'
    """
    words = WORDS[check]
    clause = words.why_high if high else words.why_low
    if high and side is not None:
        clause = words.sided_why_high or clause
    elif not high and _negative(value):
        clause = words.beyond_why_low or clause
    if clause and words.answers is None:
        return _filled(clause, value, side, limits=limits)
    first = message.partition(": ")[0].rstrip(".")
    return first if first[1:2].isupper() else first[:1].lower() + first[1:]


def matter_of(check: str, value: Value, *, high: bool) -> str:
    """The topic of a finding that crossed a limit; findings of one topic share an instruction."""
    words = WORDS[check]
    by_answer = (words.answers or {}).get(str(value), Answer("")).topic
    return by_answer or (words.topic_low if not high and words.topic_low else words.topic) or check


def exported(check: str, value: Value) -> bool:
    """Whether the finding can be fixed in this file: by another format, by colour correction or by rotation."""
    words = WORDS[check]
    return "export" in (words.mend, (words.answers or {}).get(str(value), Answer("")).mend)


def seat_in_words(seat: DriversSeat) -> tuple[str, str | None]:
    """The sentence for the driver's-seat verdict, and the advice."""
    if seat.title:
        seen = ", ".join(cue.label for cue in seat.evidence if cue.probability >= SHOWN_CUE)
        sure = seat.verdict == "likely"
        do = "Get out of the car." if sure else "If this is a car, retake it outside."
        if seat.setting == "other_vehicle":
            do = (
                "Retake it in front of a plain wall."
                if sure
                else "If this is a train or a bus, retake it in front of a plain wall."
            )
        return f"{capitalised(seat.title)}{': ' if seen else ''}{seen}.", f"{do} {SOMEONE}"
    if seat.verdict == "not_assessed":
        return f"Not assessed: {cause_in_words(seat.cause or '')}.", None
    return WORDS["car.drivers_seat"].good, None


class _Measured(float):
    """A number that is rounded when formatted, but never onto one of `ends`, the limits, unless it equals it."""

    ends: tuple[float, ...] = ()

    def __format__(self, spec: str) -> str:
        if rounded := _ROUNDED.fullmatch(spec):
            spec = f".{digits_apart(float(self), int(rounded[1]), self.ends)}f"
        return format(float(self), spec)


def _measured(value: float, ends: Sequence[float]) -> float:
    if not ends:  # for speed: none are given for a check that passed
        return value
    told = _Measured(value)
    told.ends = tuple(ends)
    return told


def _negative(value: Value) -> bool:
    return isinstance(value, (int, float)) and value < 0


def _ends(limits: Limits | None) -> list[float]:
    """The limits that are numbers."""
    if limits is None:
        return []
    ends = (limits.warn_below, limits.fail_below, limits.warn_above, limits.fail_above)
    return [end for end in ends if end is not None]


def _wanted_percent(limits: Limits) -> int | None:
    """What to aim at: the middle between the limits, or a little within the only one; None where there is no limit.

    A multiple of five, as nobody aims at 59 %, unless none lies between the limits.

    >>> _wanted_percent(Limits(warn_below=0.32, warn_above=0.86)), _wanted_percent(Limits(fail_below=0.32))
    (60, 35)
    """
    low = limits.warn_below if limits.warn_below is not None else limits.fail_below
    high = limits.warn_above if limits.warn_above is not None else limits.fail_above
    if low is not None and high is not None:
        wanted = 5 * round(10 * (low + high))
        return wanted if 100 * low <= wanted <= 100 * high else round(50 * (low + high))
    if low is not None:
        return 5 * math.ceil(round(20 * low, 6))
    return None if high is None else 5 * math.floor(round(20 * high, 6))


def _filled(
    text: str,
    value: Value,
    side: PictureSide | None = None,
    share: float | None = None,
    limits: Limits | None = None,
) -> str:
    if "{" not in text:
        return text
    if isinstance(value, float):
        value = round(value, 4)  # as the report has it
    part = f"{100 * share:.0f} %" if share is not None and share >= 0.005 else "Part"
    places: dict[str, object] = {"value": value, "share": part}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        ends = _ends(limits)
        sizes = [abs(end) for end in ends]
        if isinstance(value, float):
            places["value"] = _measured(value, ends)
        places |= {
            "percent": _measured(100 * value, [100 * end for end in ends]),
            "size": _measured(abs(value), sizes),
            "size_percent": _measured(100 * abs(value), [100 * end for end in sizes]),
        }
        if "{megabytes}" in text:
            places["megabytes"] = byte_size(round(1e6 * abs(value)), [1e6 * end for end in sizes])
    if "{wanted_percent" in text and limits is not None and (wanted := _wanted_percent(limits)) is not None:
        places["wanted_percent"] = wanted
    if side is not None:
        # not mirrored, the person's left is on the right of the picture
        other: PictureSide = "left" if side == "right" else "right"
        places |= {"side": side, "own": other, "own_other": side}
    return _NOTHING_BELOW.sub(r"\1", text.format(**places))
